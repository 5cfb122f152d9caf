/* How far people agree who judge the same things: shares, kappas, Krippendorff's alpha, votes.
 *
 *   ts_rating list[] = {{0, 0, 2}, {0, 1, 2}, {1, 0, 1}, {1, 1, 2}};  (item, rater, value), by item
 *   ts_ratings ratings = {list, 4, .items = 2, .raters = 2, .values = 3};
 *   ts_coefficient alpha;
 *   if (!ts_krippendorff_alpha(&ratings, ts_distance_nominal, NULL, &alpha, &err)) ...
 *
 * A rating that was not given is not in the list: nothing stands for "missing". Values are numbers of
 * whatever was said: classes, or (with ts_sets) whole tag sets and concepts.
 *
 * Every coefficient is 1 - observed / expected disagreement: 1 is full agreement, 0 what chance would give,
 * below 0 worse than chance. It is NAN where chance expects no disagreement at all (nobody ever said two
 * different things) or nothing can be compared: such ratings say nothing about the people.
 *
 * Errors: TS_USAGE for ratings out of bounds or out of order, TS_NO_MEMORY. Nothing is kept or changed, so
 * any thread may call. n: ratings, r: most ratings of one item, v: values.
 */
#ifndef TS_LEARN_AGREEMENT_H
#define TS_LEARN_AGREEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "learn/figures.h"

/* ---- what was said ------------------------------------------------------------------------------- */

typedef struct ts_rating {
    uint32_t item, rater, value;
} ts_rating;

/* The caller's list, in ascending order of items; within an item in any order. */
typedef struct ts_ratings {
    const ts_rating *list;
    size_t count;
    uint32_t items, raters, values; /* one above the greatest possible number of each */
} ts_ratings;

/* False, with TS_USAGE: a number out of bounds, or an item before its predecessor. O(n). */
bool ts_ratings_check(const ts_ratings *ratings, ts_error *err);

/* ---- how far apart two values are ---------------------------------------------------------------- */

/* Not negative, 0 for a == b, the same both ways. */
typedef double (*ts_distance)(uint32_t a, uint32_t b, void *context);

/* 1 for different values. context: not read. */
double ts_distance_nominal(uint32_t a, uint32_t b, void *context);

/* Value i is the set tags[starts[i]] to tags[starts[i + 1]], that without; ascending, none twice. starts has
 * one more entry than there are values. */
typedef struct ts_sets {
    const uint32_t *tags;
    const size_t *starts;
} ts_sets;

/* For all three: context is a ts_sets *, two empty sets are equal, and the cost is linear in the sizes.
 *
 * MASI (R. Passonneau, "Measuring agreement on set-valued items (MASI) for semantic and pragmatic
 * annotation", 2006): 1 - J M, J being the share of the union that both have (Jaccard), M 1 for equal sets,
 * 2/3 where one holds the other, 1/3 where they overlap, 0 where they do not. As nltk.metrics.masi_distance
 * of 3.10.4; earlier ones round to .67 and .33. */
double ts_distance_masi(uint32_t a, uint32_t b, void *context);

/* 1 - J. */
double ts_distance_jaccard(uint32_t a, uint32_t b, void *context);

/* Set i holds value i and everything above it, up to the root: 1 - 2 |both| / (|a| + |b|). In a tree, depth
 * being the size of that set, this is 1 - the similarity of Z. Wu and M. Palmer ("Verb semantics and lexical
 * selection", 1994): 1 - 2 depth(lowest common ancestor) / (depth(a) + depth(b)). It holds for concepts with
 * several parents, too, and for whole tag sets with all that stands above their tags. */
double ts_distance_lineage(uint32_t a, uint32_t b, void *context);

/* ---- coefficients -------------------------------------------------------------------------------- */

typedef struct ts_coefficient {
    double value;              /* up to 1; NAN: see above */
    double observed, expected; /* mean disagreement: of what was said, and by chance */
    size_t items, ratings;     /* that took part */
} ts_coefficient;

/* Mean, over the items with two ratings or more, of the share of pairs of ratings that are equal. NAN without
 * such an item. O(n r). */
bool ts_percent_agreement(const ts_ratings *ratings, double *share, ts_error *err);

/* J. Cohen ("A coefficient of agreement for nominal scales", 1960; with a distance, "Weighted kappa", 1968):
 * two raters, items that both rated, chance by each one's own habits. Of two ratings of one item by one rater
 * the first in the list counts. O(n + v), with another distance than the nominal one O(n + v^2). */
bool ts_cohen_kappa(const ts_ratings *ratings, uint32_t first, uint32_t second, ts_distance distance,
                    void *context, ts_coefficient *out, ts_error *err);

/* J. L. Fleiss ("Measuring nominal scale agreement among many raters", 1971), items with two ratings or more.
 * He asks for equally many of each item; where they differ every item weighs the same, in what is observed
 * and in the habits (K. L. Gwet, "Handbook of inter-rater reliability", 2014). O(n r + v). */
bool ts_fleiss_kappa(const ts_ratings *ratings, ts_coefficient *out, ts_error *err);

/* K. Krippendorff ("Computing Krippendorff's alpha-reliability", 2011): any number of raters, ratings
 * missing, any distance. Items with two ratings or more; n of these, n_c of value c:
 *
 *     observed = 1/n sum over items of (sum over ordered pairs of distance) / (ratings of the item - 1)
 *     expected = 1/(n (n - 1)) sum over c, k of n_c n_k distance(c, k)
 *
 * O(n r + v + u^2), u: values that occur. */
bool ts_krippendorff_alpha(const ts_ratings *ratings, ts_distance distance, void *context,
                           ts_coefficient *out, ts_error *err);

/* 5 % and 95 % points of alpha over `rounds` samples of whole items, drawn with replacement (percentile
 * bootstrap, as ts_bootstrap). Samples in which alpha is NAN are left out; (NAN, NAN) where all are. Same
 * seed, same answer. O(rounds (items + n + u^2)), memory for u^2 / 2 distances. */
bool ts_krippendorff_interval(const ts_ratings *ratings, ts_distance distance, void *context, unsigned rounds,
                              uint64_t seed, ts_interval *out, ts_error *err);

/* ---- votes --------------------------------------------------------------------------------------- */

typedef struct ts_vote {
    uint32_t value;        /* with the most votes; among equals the lowest number; 0 without a rating */
    uint32_t tied;         /* how many values have that many: 1 is a clear vote, 0 none was given */
    size_t votes, ratings; /* for it, and in all */
} ts_vote;

/* votes: room for ratings->items. O(n + items + v). */
bool ts_majority(const ts_ratings *ratings, ts_vote *votes, ts_error *err);

#endif
