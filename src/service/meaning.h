/* service (private): what words mean, as vectors: of each concept for the index, and of a question. */
#ifndef TS_SERVICE_MEANING_H
#define TS_SERVICE_MEANING_H

#include "search/search.h"
#include "text/text.h"
#include "vocab/vocab.h"

/* Gives the index a vector for each concept that says what a picture shows. */
bool ts_meaning_give(ts_text_encoder *encoder, const ts_vocab *vocab, ts_index *index, ts_error *err);

/* The concepts that the words name, as a query ("tag:object/dog OR tag:scene/beach"); "" when they name none. */
const char *ts_meaning_named(const ts_vocab *vocab, const char *text, ts_arena *arena, ts_error *err);

/* The vector of a question in plain words, in any of the languages. The encoder understands sentences but is weak at
 * single words of other languages; so the concepts that the words name are mixed in. out: ts_text_dims floats. */
bool ts_meaning_of(ts_text_encoder *encoder, const ts_vocab *vocab, const char *text, ts_arena *arena,
                   float *out, ts_error *err);

#endif
