/* search, private to the room: text as the index compares it: folded (NFKC, case folding), split into words,
 * stemmed. */
#ifndef TS_SEARCH_TEXT_H
#define TS_SEARCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define TS_WORD_BYTES_MAX 64

/* Appends the folded text. False when memory is out; text that is not UTF-8 is taken byte for byte. */
bool ts_text_fold(const char *text, ts_buf *out);

/* The same without accents, for names of places and things: "zurich" is "Zürich". */
bool ts_text_fold_plain(const char *text, ts_buf *out);

/* A word inside a folded text; Chinese and Japanese characters are words of one character. */
typedef struct ts_word {
    const char *text; /* not terminated */
    size_t length;    /* 1 .. TS_WORD_BYTES_MAX, longer ones are cut at a character */
    bool glued;       /* no space before it: one of a run of Chinese or Japanese characters */
} ts_word;

/* The next word from *cursor on; false at the end. */
bool ts_text_next_word(const char **cursor, ts_word *word);

/* English stems; one thread at a time for each. NULL when memory is out. */
typedef struct ts_stemmer ts_stemmer;
ts_stemmer *ts_stemmer_new(void);
void ts_stemmer_free(ts_stemmer *stemmer);
/* False for words with digits and of other scripts: they are their own stems. */
bool ts_stemmer_knows(const char *word, size_t length);
/* Lives until the next call. Never NULL; what is not Latin stays as it is. */
const char *ts_stemmer_stem(ts_stemmer *stemmer, const char *word, size_t length, size_t *stem_length);

/* "the", "of": too common to ask for unless quoted. */
bool ts_text_is_stop_word(const char *word);

/* Insertions, deletions, exchanges and swaps between two texts (bytes); anything >= limit counts as limit. */
size_t ts_text_distance(const char *a, const char *b, size_t limit);

/* FNV-1a, finished by a multiply-mix. */
uint64_t ts_text_hash(const void *bytes, size_t length);

#endif
