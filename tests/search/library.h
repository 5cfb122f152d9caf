/* tests/search: random pictures that a test can also read itself, for comparing the index with plain loops.
 * */
#ifndef TS_TESTS_SEARCH_LIBRARY_H
#define TS_TESTS_SEARCH_LIBRARY_H

#include "search/search.h"
#include "tests/support/support.h"

enum { LIBRARY_TAGS = 12 };

typedef struct sample {
    bool live;
    ts_index_picture picture;
    ts_index_tag tags[LIBRARY_TAGS];
    ts_index_colour colours[3];
    ts_concept concepts[LIBRARY_TAGS]; /* TS_CONCEPT_NONE for free words */
    char title[80], name[32], folder[32];
    float vector[24];
} sample;

typedef struct library {
    ts_vocab *vocab;
    ts_index *index;
    uint64_t random;
    size_t count; /* numbers are 1 .. count - 1 */
    sample *samples;
} library;

uint64_t library_random(library *l);
uint32_t library_below(library *l, uint32_t limit);
/* A vector of no direction, near to no other. */
void library_noise(library *l, float *vector, size_t dims);
/* Opens the core vocabulary and an index, and puts count - 1 random pictures in. */
library *library_new(size_t count, uint64_t seed);
void library_free(library *l);
/* The search must succeed. */
ts_found library_ask(library *l, const ts_find *find, ts_arena *arena);
/* A fresh random picture in place of the old one; put into the index. */
void library_replace(library *l, uint32_t number);
void library_remove(library *l, uint32_t number);
/* One of the few concepts that the pictures are made of, so that questions find something. */
ts_concept library_concept(library *l, uint32_t which);
extern const char *const library_words[];
enum { LIBRARY_CONCEPTS = 24, LIBRARY_WORDS = 10, LIBRARY_FREE_WORDS = 4 };
extern const char *const library_free_words[];

#endif
