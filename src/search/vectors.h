/* search, private to the room: vectors as 256 signed bytes, and their products. */
#ifndef TS_SEARCH_VECTORS_H
#define TS_SEARCH_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "search/search.h"

#define TS_VECTOR_DIMS_MAX 65536u

/* Working space for ts_vector_store; the caller frees. NULL: no memory, or too many dimensions. */
float *ts_projection_space(size_t dims);

/* Brings a vector of any dimension to TS_INDEX_DIMS bytes: up to 256 dimensions as they are, more by a fixed
 * random orthogonal projection that keeps angles (a signed Hadamard transform, then signed folding). Returns
 * 1 / length of the bytes, so that cosine = dot * scale * scale; 0 for a vector of zeros or one that is not
 * finite. */
float ts_vector_store(const float *vector, size_t dims, float *space, int8_t bytes[TS_INDEX_DIMS]);

/* Sixteen sums at once, so that the compiler may use the processor's wide registers. */
float ts_dot_floats(const float *a, const float *b, size_t count);

/* sum += weights[i] * rows[i], for all i in order. */
typedef void (*ts_add_rows)(float *sum, const float *const *rows, const float *weights, size_t count,
                            size_t dims);
ts_add_rows ts_add_rows_best(void);

/* A question's vector, spread to 16 bits for the products. */
typedef struct ts_vector_query {
    _Alignas(64) int16_t values[TS_INDEX_DIMS];
    float scale;
} ts_vector_query;

void ts_vector_query_make(ts_vector_query *query, const int8_t bytes[TS_INDEX_DIMS], float scale);

/* The product of the query with a row of TS_INDEX_DIMS bytes, 64-byte aligned; the fastest that this
 * processor can. */
typedef int32_t (*ts_dot)(const int16_t *query, const int8_t *row);
ts_dot ts_dot_best(void);
int32_t ts_dot_plain(const int16_t *query, const int8_t *row);

#endif
