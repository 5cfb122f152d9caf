/* service (private): what words mean, as vectors: of each concept for the index, and of a question. */
#ifndef TS_SERVICE_MEANING_H
#define TS_SERVICE_MEANING_H

#include "base/arena.h"
#include "search/search.h"
#include "text/text.h"
#include "vocab/vocab.h"

/* What the vocabulary's names mean. Immutable once open: any number of threads may ask. */
typedef struct ts_meanings ts_meanings;

/* Encodes every name (from the encoder's cache, where it has them) and gives the index a vector for each concept that says
 * what a picture shows. Encoder and vocabulary are borrowed. */
ts_meanings *ts_meanings_open(ts_text_encoder *encoder, const ts_vocab *vocab, ts_index *index,
                              ts_error *err);
void ts_meanings_close(ts_meanings *meanings); /* NULL is fine */

/* A question in plain words, in any of the languages: as ts_find wants it. The concepts that the words name are mixed
 * into the vector. */
typedef struct ts_question {
    float *vector; /* dims floats */
    size_t dims;
    const ts_concept
        *named; /* each once; first those that say what a picture shows, then colours and the like */
    const uint8_t *amounts; /* how many of each are meant: TS_AMOUNT_... of search/search.h */
    size_t named_count, named_sure;
} ts_question;

/* What a name means in vocabularies beside the core one: calls found with ids of core concepts; others are passed over. */
typedef struct ts_own_names {
    void (*find)(void *context, const char *name, void (*found)(void *sink, const char *concept), void *sink);
    void *context;
} ts_own_names;

/* own: NULL for none. */
bool ts_meanings_ask(const ts_meanings *meanings, const char *text, const ts_own_names *own, ts_arena *arena,
                     ts_question *out, ts_error *err);

#endif
