/* tests/text: a file of words with a vocabulary of a few pieces, for tests and the fuzzer.
 *
 * Pieces: 0 <s>, 1 </s>, 2 <unk>, then those given, each with its score. Rules: tab and no-break space become a
 * blank, soft hyphen nothing, U+FB01 "fi". 32 numbers a vector, 4 positions. */
#ifndef TS_TESTS_TEXT_TINY_H
#define TS_TESTS_TEXT_TINY_H

#include "base/buf.h"

#define TINY_FIRST 3

typedef struct tiny_piece {
    const char *text; /* "_" stands for U+2581 */
    float score;
} tiny_piece;

/* The bytes; the caller frees. */
ts_buf tiny_words(const tiny_piece *pieces, size_t count);

#endif
