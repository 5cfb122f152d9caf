/* Private to the text room: from a text to the pieces of the vocabulary, as SentencePiece's unigram model does it. */
#ifndef TS_TEXT_TOKENS_H
#define TS_TEXT_TOKENS_H

#include "base/buf.h"
#include "text/words.h"

/* Appends prefix and text as the vocabulary writes them: characters in their normal form, runs of blanks as one
 * U+2581, one of these before the first word, none at the end. Blanks alone give nothing. `prefix` is valid UTF-8.
 * TS_USAGE for bytes that are no UTF-8. */
bool ts_text_normalise(const ts_words *words, const char *prefix, const char *text, size_t length,
                       ts_buf *out, ts_error *err);

/* The likeliest cutting of a normalised text into pieces, its first `capacity` of them. Neighbouring unknown
 * characters are one unknown piece. */
bool ts_text_cut(const ts_words *words, const char *normal, size_t length, uint32_t *pieces, size_t capacity,
                 size_t *count, ts_error *err);

#endif
