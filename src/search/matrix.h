/* search, private to the room: what concepts mean, as vectors that can be compared.
 *
 * Sentence encoders crowd all texts into one corner: any two are alike. So the mean of all concepts' vectors is
 * taken away and so is the one direction in which they differ most, which tells how words are, not what they mean
 * ("all but the top", Mu and Viswanath 2018). */
#ifndef TS_SEARCH_MATRIX_H
#define TS_SEARCH_MATRIX_H

#include "search/store.h"

/* vectors: count rows of dims floats; rows of zeros are left out. False when memory is out. Threads share the work. */
bool ts_matrix_make(ts_concept_matrix *matrix, const float *vectors, size_t count, size_t dims,
                    unsigned threads);
void ts_matrix_free(ts_concept_matrix *matrix);
size_t ts_matrix_bytes(const ts_concept_matrix *matrix, size_t count);
/* Brings a vector of the encoder to where the concepts' are, with length 1. */
void ts_matrix_clean(const ts_concept_matrix *matrix, float *row);

#endif
