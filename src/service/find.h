/* service: search, facets, similar pictures, suggestions, vocabulary. */
#ifndef TS_SERVICE_FIND_H
#define TS_SERVICE_FIND_H

#include "search/search.h"
#include "service/pictures.h"

/* query: the query language. text: natural language in any of the seven languages (or both: text ranks what query
 * lets through). similar: a picture's id. colour: "#rrggbb". All may be NULL: everything, newest first. */
typedef struct ts_find_ask {
    const char *query, *text, *similar, *colour;
    const float *vector; /* of a picture that is not kept: its like; NULL: none */
    size_t vector_dims;
    const char
        *sort; /* relevance taken created confidence size random; NULL: the fitting one; "-" reverses */
    const char *cursor;    /* NULL: from the start */
    unsigned limit;        /* 1 to 200; 0: 50 */
    unsigned facet_values; /* top N of each facet; 0: none */
    float min_score;       /* < 0: the index decides where relevance ends */
    uint64_t seed;         /* of the random order */
    bool with_held;        /* needs scope review */
    bool wait;             /* see this actor's last write (on by default in the API) */
} ts_find_ask;

typedef struct ts_find_row {
    ts_picture_full picture;
    float score; /* 0..1, how sure that it is what was asked for */
} ts_find_row;

typedef struct ts_find_answer {
    const ts_find_row *rows;
    size_t count;
    uint64_t total;
    const ts_facet_count *facets; /* from search.h */
    size_t facet_count;
    const char *next;         /* cursor, or NULL */
    const char *const *hints; /* "did you mean …" */
    size_t hint_count;
} ts_find_answer;

/* TS_USAGE with the column for a query that does not parse. Scope: read. */
bool ts_service_find(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                     ts_find_answer *out, ts_error *err);

/* The whole result at once: what a page needs to lay it out (search.h). limit, cursor and facets are not heard. */
bool ts_service_shapes(ts_service *service, const ts_actor *actor, const ts_find_ask *ask, ts_arena *arena,
                       ts_shapes *out, ts_error *err);
/* Pictures by the numbers that a layout gave, in that order; those that have gone, or are held, are left out. */
bool ts_service_pictures_numbered(ts_service *service, const ts_actor *actor, const uint32_t *numbers,
                                  size_t count, bool with_held, ts_arena *arena, ts_picture_page *out,
                                  ts_error *err);

/* Which pictures a change or an export is about: those of a layout's numbers, or all that a question finds. */
typedef struct ts_choice {
    const char *query, *text, *similar, *colour; /* as in ts_find_ask */
    const uint32_t *numbers; /* with by_number, in any order; the rest is not heard then */
    size_t number_count;
    bool by_number;
    bool with_held;
} ts_choice;

/* The pictures before and after one in such a result. */
typedef struct ts_neighbours {
    bool found;                  /* false: it is not in this result */
    const char *previous, *next; /* ids, or NULL at the ends */
    size_t index, total;         /* from 0 */
} ts_neighbours;
bool ts_service_neighbours(ts_service *service, const ts_actor *actor, const char *id, const ts_find_ask *ask,
                           ts_arena *arena, ts_neighbours *out, ts_error *err);

typedef struct ts_place_row {
    const char *country, *region,
        *city; /* region and city: NULL where there is none; the country in the language */
    uint64_t pictures;
} ts_place_row;
/* Where the pictures found were taken, the most frequent places first, at most 2,000. */
bool ts_service_places(ts_service *service, const ts_actor *actor, const ts_find_ask *ask,
                       ts_language language, ts_arena *arena, const ts_place_row **rows, size_t *count,
                       ts_error *err);

typedef struct ts_suggestion_row {
    const char *text, *concept; /* concept NULL for a free word */
    uint64_t pictures;
} ts_suggestion_row;
bool ts_service_suggest(ts_service *service, const ts_actor *actor, const char *prefix, const char *language,
                        unsigned limit, ts_arena *arena, const ts_suggestion_row **rows, size_t *count,
                        ts_error *err);

/* A country by any of its names, as it is called in a language: "Germany" is "Deutschland". NULL: no country's name. */
const char *ts_service_country(const ts_service *service, const char *name, ts_language language);

const ts_vocab *ts_service_vocab(const ts_service *service);

#endif
