/* search, private to the room: how near a picture is to a question in plain words.
 *
 * A picture's meaning is the sum of its concepts' vectors, each weighed by confidence, hunches least; its score
 * is the cosine with the question's vector. The sum is never stored: its product with the question is the
 * sum of the concepts' products, of which there are few thousand a question, and its length is one number a
 * picture. So a million pictures cost no memory for it, nothing is rounded, and a scan reads the tag lists
 * alone. */
#ifndef TS_SEARCH_MEANING_H
#define TS_SEARCH_MEANING_H

#include "search/store.h"

/* How much of the meaning is this tag's: a shown concept, not an implied one. */
float ts_tag_weight(const ts_index *index, uint32_t tag);

/* For each concept, its weight times its product with the question; index->concepts floats from the arena. */
float *ts_meaning_products(const ts_index *index, const float *vector, size_t dims, ts_arena *arena,
                           ts_error *err);
/* Small libraries hear tags and hunches of every picture; larger ones the tags alone, and the hunches of those
 * that come first: a question to a million pictures should not read half as much again. */
#define TS_MEANING_WHOLE_MAX 32768u
bool ts_meaning_is_whole(const ts_index *index);
/* The cosine; below -1 for pictures without meaning. With hunches where the library is small. */
float ts_meaning_score(const ts_index *index, const float *products, uint32_t number);
/* With hunches, whatever the library's size. */
float ts_meaning_whole_score(const ts_index *index, const float *products, uint32_t number);
/* ts_meaning_score of many. */
void ts_meaning_scores(const ts_index *index, const float *products, const uint32_t *numbers, size_t count,
                       float *scores);

/* How near the picture's meaning, hunches and all, lies to the ten concepts next to it, on average: 0..1. Space:
 * index->matrix.stride numbers. The index must have concept vectors. */
float ts_meaning_crowd(const ts_index *index, uint32_t number, int32_t *space);

#endif
