/* learn: how far a figure may be off, by drawing the groups again and again. */
#include <math.h>
#include <stdlib.h>

#include "learn/figures.h"
#include "learn/sample.h"

typedef struct draws {
    const ts_claim **groups; /* first claim of each group in `sorted`, and one past the last */
    size_t count;
    ts_claim *sorted, *drawn;
    double *values;
} draws;

static int by_group(const void *pa, const void *pb)
{
    const ts_claim *a = pa, *b = pb;
    return (a->group > b->group) - (a->group < b->group);
}

static bool prepare(draws *d, const ts_claim *claims, size_t count, unsigned rounds)
{
    d->sorted = calloc(count + 1, sizeof *d->sorted);
    d->groups = calloc(count + 1, sizeof *d->groups);
    d->values = calloc((size_t)rounds + 1, sizeof *d->values);
    if (!d->sorted || !d->groups || !d->values) return false;
    for (size_t i = 0; i < count; i++) d->sorted[i] = claims[i];
    qsort(d->sorted, count, sizeof *d->sorted, by_group);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || d->sorted[i].group != d->sorted[i - 1].group) d->groups[d->count++] = &d->sorted[i];
    d->groups[d->count] = d->sorted + count;
    size_t most = 1;
    for (size_t i = 0; i < d->count; i++) {
        size_t size = (size_t)(d->groups[i + 1] - d->groups[i]);
        if (size > most) most = size;
    }
    d->drawn =
        d->count <= SIZE_MAX / most / sizeof *d->drawn ? calloc(d->count * most + 1, sizeof *d->drawn) : NULL;
    return d->drawn != NULL;
}

static size_t draw(draws *d, uint64_t *state)
{
    size_t n = 0;
    for (size_t i = 0; i < d->count; i++) {
        size_t g = (size_t)(ts_sample_next(state) % d->count);
        for (const ts_claim *at = d->groups[g]; at < d->groups[g + 1]; at++) d->drawn[n++] = *at;
    }
    return n;
}

bool ts_bootstrap(const ts_claim *claims, size_t count, ts_figure figure, void *context, unsigned rounds,
                  uint64_t seed, ts_interval *out, ts_error *err)
{
    draws d = {0};
    size_t n = 0;
    bool ok = prepare(&d, claims, count, rounds) || ts_fail_memory(err);
    for (unsigned r = 0; ok && r < rounds; r++) {
        double value = figure(d.drawn, draw(&d, &seed), context);
        if (!isnan(value)) d.values[n++] = value;
    }
    *out = ts_sample_interval(d.values, n);
    free(d.sorted);
    free(d.groups);
    free(d.values);
    free(d.drawn);
    return ok;
}
