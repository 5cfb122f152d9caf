/* Two people's boxes on one picture: which mean the same thing, and how well they agree.
 *
 *   ts_box_pair pairs[8];
 *   ts_box_agreement found;
 *   if (!ts_boxes_match(mine, 8, yours, 9, 0.5, TS_MATCH_OPTIMAL, pairs, &found, &err)) ...
 *
 * Numbers in, numbers out; any thread may call.
 */
#ifndef TS_LEARN_BOXES_H
#define TS_LEARN_BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* In any unit, the same for all; right and down from a corner. Boxes of different classes never match: to
 * compare places alone give all one class. */
typedef struct ts_marked_box {
    double x, y, width, height; /* finite; a width or height of 0 or less is an empty box */
    uint32_t class;
} ts_marked_box;

/* Intersection over union (Jaccard's index of the areas), 0 to 1; 0 where either is empty. Looks at no
 * class. */
double ts_boxes_overlap(const ts_marked_box *a, const ts_marked_box *b);

typedef enum ts_match_way {
    /* Again and again the pair that overlaps most, ties by the lower first, then second index. O(a b log(a
     * b)). */
    TS_MATCH_GREEDY,
    /* As many pairs as can be, and among those ways the one with the greatest sum of overlaps (H. W. Kuhn,
     * "The Hungarian method for the assignment problem", 1955, by shortest augmenting paths). O(s^2 l), s the
     * smaller and l the larger number of boxes. */
    TS_MATCH_OPTIMAL,
} ts_match_way;

typedef struct ts_box_pair {
    size_t first, second; /* indexes to the two lists */
    double overlap;
} ts_box_pair;

typedef struct ts_box_agreement {
    size_t pairs;
    size_t first_alone, second_alone; /* boxes that the other one has not */
    double f1;      /* 2 pairs / (boxes of both); 1 where both have none: they agree that there is nothing */
    double overlap; /* mean of the pairs; NAN without one */
} ts_box_agreement;

/* least: overlap from which on two boxes may mean the same; above 0, up to 1 (else TS_USAGE). pairs: room for
 * the smaller number of boxes; in ascending order of `first`. What is in no pair is a miss. Memory for a b
 * doubles; TS_NO_MEMORY. */
bool ts_boxes_match(const ts_marked_box *first, size_t first_count, const ts_marked_box *second,
                    size_t second_count, double least, ts_match_way way, ts_box_pair *pairs,
                    ts_box_agreement *out, ts_error *err);

#endif
