/* bench: a library of pictures out of nothing, the same for each seed: for bench/search. */
#ifndef TS_BENCH_SEARCH_LIBRARY_H
#define TS_BENCH_SEARCH_LIBRARY_H

#include "search/search.h"

enum {
    MADE_TAGS = 30,
    MADE_WORDS = 5,
    MADE_DIMS = 256,
    MADE_TEXT_DIMS = 384,
    MADE_DICTIONARY = 5000,
    MADE_CLUSTERS = 2000
};

typedef struct made {
    ts_index_picture picture;
    ts_index_tag tags[MADE_TAGS];
    ts_concept concepts[MADE_TAGS];
    ts_index_colour colours[5];
    char title[128], name[24], folder[24];
    float vector[MADE_DIMS];
} made;

typedef struct maker {
    const ts_vocab *vocab;
    uint64_t seed;
    ts_concept *ranks;      /* concepts by frequency, most frequent first */
    double *cumulative;     /* Zipf, exponent 1 */
    double *words;          /* the same for the dictionary */
    float *centres;         /* MADE_CLUSTERS x MADE_DIMS: pictures come in groups that look alike */
    float *concept_vectors; /* vocabulary x MADE_TEXT_DIMS */
} maker;

bool maker_open(maker *m, const ts_vocab *vocab, uint64_t seed);
void maker_close(maker *m);
/* Picture `number`: depends on nothing but the seed and the number. Texts point into *out. */
void maker_make(const maker *m, uint32_t number, made *p);
uint64_t maker_random(uint64_t *state);
double maker_uniform(uint64_t *state);
/* A concept by its place in the order of frequency. */
const char *maker_word(uint32_t rank, char text[16]);

#endif
