/* learn: the kappas of Cohen and Fleiss: agreement beyond what the raters' habits give by chance. */
#include <math.h>
#include <stdlib.h>

#include "learn/rated.h"

/* ---- Cohen: two raters --------------------------------------------------------------------------- */

typedef struct pair_tally {
    double *first, *second; /* by value: how often each of the two said it */
    double apart;           /* sum over the items */
    size_t items;
} pair_tally;

static const ts_rating *rating_by(const ts_rating *ratings, size_t count, uint32_t rater)
{
    for (size_t i = 0; i < count; i++)
        if (ratings[i].rater == rater) return &ratings[i];
    return NULL;
}

static void tally_pairs(pair_tally *t, const ts_ratings *ratings, uint32_t first, uint32_t second,
                        ts_distance distance, void *context)
{
    for (size_t at = 0, end; at < ratings->count; at = end) {
        end = ts_rated_end(ratings, at);
        const ts_rating *a = rating_by(ratings->list + at, end - at, first);
        const ts_rating *b = rating_by(ratings->list + at, end - at, second);
        if (!a || !b) continue;
        t->first[a->value]++;
        t->second[b->value]++;
        t->apart += distance(a->value, b->value, context);
        t->items++;
    }
}

/* Sum over pairs of values of how often the two would meet by chance, times how far apart these are; in items
 * squared. */
static double apart_by_chance(const pair_tally *t, uint32_t values, ts_distance distance, void *context)
{
    double sum = 0, items = (double)t->items;
    for (uint32_t a = 0; a < values; a++) {
        if (!(t->first[a] > 0)) continue;
        if (distance == ts_distance_nominal) {
            sum += t->first[a] * (items - t->second[a]);
            continue;
        }
        for (uint32_t b = 0; b < values; b++)
            if (t->second[b] > 0) sum += t->first[a] * t->second[b] * distance(a, b, context);
    }
    return sum;
}

static double beyond_chance(double observed, double expected)
{
    return expected > 0 ? 1 - observed / expected : NAN;
}

bool ts_cohen_kappa(const ts_ratings *ratings, uint32_t first, uint32_t second, ts_distance distance,
                    void *context, ts_coefficient *out, ts_error *err)
{
    if (!ts_ratings_check(ratings, err)) return false;
    pair_tally t = {ts_rated_array(ratings->values, 1, sizeof(double)),
                    ts_rated_array(ratings->values, 1, sizeof(double)), 0, 0};
    bool ok = t.first && t.second;
    if (!ok) (void)ts_fail_memory(err);
    else {
        tally_pairs(&t, ratings, first, second, distance, context);
        double items = t.items ? (double)t.items : 1;
        *out = (ts_coefficient){.observed = t.apart / items, .items = t.items, .ratings = 2 * t.items};
        out->expected = apart_by_chance(&t, ratings->values, distance, context) / items / items;
        out->value = beyond_chance(out->observed, out->expected);
    }
    free(t.first);
    free(t.second);
    return ok;
}

/* ---- Fleiss: many raters ------------------------------------------------------------------------- */

/* habits: by value, the sum over the items of its share of their ratings. */
static void tally_items(const ts_ratings *ratings, double *habits, ts_coefficient *out)
{
    *out = (ts_coefficient){0};
    for (size_t at = 0, end; at < ratings->count; at = end) {
        end = ts_rated_end(ratings, at);
        size_t count = end - at;
        if (count < 2) continue;
        out->observed += ts_rated_apart(ratings->list + at, count, ts_distance_nominal, NULL);
        for (size_t i = at; i < end; i++) habits[ratings->list[i].value] += 1 / (double)count;
        out->items++;
        out->ratings += count;
    }
}

/* Exactly 0 where one value alone was said, whatever the sums were rounded to. */
static double expected_of(const double *habits, uint32_t values, size_t items)
{
    double equal = 0;
    size_t kinds = 0;
    for (uint32_t v = 0; v < values; v++) {
        equal += habits[v] / (double)items * (habits[v] / (double)items);
        kinds += habits[v] > 0;
    }
    return kinds > 1 ? 1 - equal : 0;
}

bool ts_fleiss_kappa(const ts_ratings *ratings, ts_coefficient *out, ts_error *err)
{
    if (!ts_ratings_check(ratings, err)) return false;
    double *habits = ts_rated_array(ratings->values, 1, sizeof *habits);
    if (!habits) return ts_fail_memory(err);
    tally_items(ratings, habits, out);
    if (out->items) {
        out->observed /= (double)out->items;
        out->expected = expected_of(habits, ratings->values, out->items);
    }
    out->value = beyond_chance(out->observed, out->expected);
    free(habits);
    return true;
}
