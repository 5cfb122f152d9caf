/* What the files on agreement share: ratings item by item, and samples of them. Private to the room. */
#ifndef TS_LEARN_RATED_H
#define TS_LEARN_RATED_H

#include "learn/agreement.h"

/* First rating behind those of the item that list[from] rates. */
size_t ts_rated_end(const ts_ratings *ratings, size_t from);

/* Mean distance of the pairs among `count` ratings, two or more. O(count^2). */
double ts_rated_apart(const ts_rating *ratings, size_t count, ts_distance distance, void *context);

/* calloc for arrays whose size is a product; NULL also where it overflows. Never NULL for nothing. */
void *ts_rated_array(size_t a, size_t b, size_t size);

#endif
