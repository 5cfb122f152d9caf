/* The text room: sentences in, vectors out.
 *
 *   UTF-8 -> normalised -> pieces of a vocabulary (unigram model) -> network -> one vector a text
 *
 * Texts of like meaning, in any of some hundred languages, have vectors of high cosine. The scale is the model's
 * own: for multilingual-e5-small unrelated texts lie near 0.75 and the same thing in two languages near 0.9, so
 * compare and rank, never read a cosine as a probability. This room must not know concepts, pictures or queries.
 *
 *   ts_text_encoder *encoder = ts_text_open(packs, &(ts_text_options){.cache = folders.cache}, err);
 *   float vector[TS_TEXT_DIMS_MAX];
 *   const char *text = "ein Hund am Strand";
 *   ok = ts_text_encode(encoder, &text, 1, TS_TEXT_QUERY, vector, err);
 *
 * Threads: an open encoder may be used by any number of threads; calls beyond `streams` wait for their turn.
 */
#ifndef TS_TEXT_TEXT_H
#define TS_TEXT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "packs/packs.h"

#define TS_TEXT_TOKENS_MAX 128  /* longer texts are cut here; about 90 words */
#define TS_TEXT_BYTES_MAX 65536 /* of one text; what lies beyond could not be heard anyway */
#define TS_TEXT_DIMS_MAX 1024

typedef struct ts_text_encoder ts_text_encoder;

typedef struct ts_text_options {
    const char *openvino; /* folder of the inference library; NULL: the usual places */
    const char *cache;    /* folder for compiled networks and encoded lists; NULL: none */
    unsigned streams;     /* calls that run at the same time, one thread each; 0: 1 */
} ts_text_options;

/* What a text is to the model: something that is looked for, or something that can be found. A query is compared
 * with passages; two texts of the same sort (label with label) are both queries. */
typedef enum ts_text_kind { TS_TEXT_QUERY = 0, TS_TEXT_PASSAGE } ts_text_kind;

/* Loads the text model of the packs (analyser "text"). Takes about a quarter of a second and 50 MB, so open it once
 * and only where texts are compared. `packs` and the options' strings are not needed afterwards. TS_MODEL when a
 * file is missing or changed, TS_ENGINE when the inference library is. */
ts_text_encoder *ts_text_open(const ts_packs *packs, const ts_text_options *options, ts_error *err);
void ts_text_close(ts_text_encoder *encoder); /* NULL is fine; no call may be under way */

/* Numbers a vector has; at most TS_TEXT_DIMS_MAX. */
size_t ts_text_dims(const ts_text_encoder *encoder);

/* Names what made the vectors ("multilingual-e5-small 0.3.0 5f2c..."): vectors of another name must not be compared
 * with these. Borrowed from the encoder. */
const char *ts_text_model(const ts_text_encoder *encoder);

/* Writes `count` vectors of ts_text_dims floats each, of length 1, in the order of the texts. Empty and blank texts
 * have a vector too. A text's vector does not depend on the other texts of the call beyond rounding (1e-3).
 * TS_USAGE for invalid UTF-8 (names which text and byte) or a text over TS_TEXT_BYTES_MAX: then `out` holds nothing
 * of use. */
bool ts_text_encode(ts_text_encoder *encoder, const char *const *texts, size_t count, ts_text_kind kind,
                    float *out, ts_error *err);

/* The same for a fixed list (a vocabulary's labels): kept in the cache folder under the model's and the list's
 * checksum, so that it is computed once. A damaged, foreign or unwritable cache costs time, never an error. */
bool ts_text_encode_cached(ts_text_encoder *encoder, const char *const *texts, size_t count,
                           ts_text_kind kind, float *out, ts_error *err);

#endif
