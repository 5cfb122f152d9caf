/* learn: isotonic regression by pooling adjacent violators. */
#include <stdlib.h>

#include "learn/fit.h"

typedef struct pool {
    double raw; /* the least in it */
    double right, count;
} pool;

static int by_raw(const void *pa, const void *pb)
{
    const ts_scored *a = pa, *b = pb;
    return (a->raw > b->raw) - (a->raw < b->raw);
}

static bool violates(const pool *low, const pool *high)
{
    return low->right * high->count >= high->right * low->count;
}

/* Equal raw scores get one value, so they begin as one pool. */
static size_t pool_ties(const ts_scored *sorted, size_t left, pool *out)
{
    size_t n = 0;
    *out = (pool){.raw = sorted[0].raw};
    while (n < left && !(sorted[n].raw > sorted[0].raw)) out->right += sorted[n++].right;
    out->count = (double)n;
    return n;
}

static size_t pool_all(const ts_scored *sorted, size_t count, pool *pools)
{
    size_t n = 0;
    for (size_t i = 0; i < count;) {
        i += pool_ties(sorted + i, count - i, &pools[n++]);
        for (; n > 1 && violates(&pools[n - 2], &pools[n - 1]); n--) {
            pools[n - 2].right += pools[n - 1].right;
            pools[n - 2].count += pools[n - 1].count;
        }
    }
    return n;
}

static void fit_sorted(const ts_scored *sorted, size_t count, pool *pools, ts_knot *knots, size_t *knot_count)
{
    *knot_count = pool_all(sorted, count, pools);
    for (size_t i = 0; i < *knot_count; i++)
        knots[i] = (ts_knot){pools[i].raw, pools[i].right / pools[i].count};
}

bool ts_fit_isotonic(const ts_scored *scores, size_t count, ts_knot *knots, size_t *knot_count, ts_error *err)
{
    ts_scored *sorted = calloc(count + 1, sizeof *sorted);
    pool *pools = calloc(count + 1, sizeof *pools);
    bool has_room = sorted && pools;
    *knot_count = 0;
    if (has_room) {
        for (size_t i = 0; i < count; i++) sorted[i] = scores[i];
        qsort(sorted, count, sizeof *sorted, by_raw);
        fit_sorted(sorted, count, pools, knots, knot_count);
    }
    free(sorted);
    free(pools);
    return has_room || ts_fail_memory(err);
}

double ts_isotonic_of(const ts_knot *knots, size_t count, double raw)
{
    size_t at = 0;
    while (at + 1 < count && knots[at + 1].raw <= raw) at++;
    return count ? knots[at].p : 0;
}
