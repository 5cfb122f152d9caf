/* search, private to the room: the most frequent values of each facet in a result. */
#ifndef TS_SEARCH_FACETS_H
#define TS_SEARCH_FACETS_H

#include "search/rank.h"

/* How to count; the two give the same and are chosen by what they would cost. */
typedef enum ts_facet_way {
    TS_FACETS_CHOOSE = 0,
    TS_FACETS_BY_LISTS, /* read the tag lists of all pictures in the result */
    TS_FACETS_BY_SETS   /* intersect the result with each value's set, the largest first */
} ts_facet_way;

/* top: values a facet. Fills in whichever form of the result, list or set, the way needs and the candidates
 * lack. False and the error when memory is out. */
bool ts_facets_count(const ts_question *q, ts_candidates *result, size_t top, ts_facet_way way,
                     ts_found *found);

#endif
