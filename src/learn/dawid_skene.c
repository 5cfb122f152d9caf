/* learn: Dawid and Skene's model fitted to ratings, and how far its raters' accuracies may be off. */
#include "learn/dawid_skene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/em.h"
#include "learn/rated.h"
#include "learn/sample.h"

const ts_dawid_skene_options ts_dawid_skene_usual = {.smoothing = 0.01, .rounds = 1000, .tolerance = 1e-10};

static bool check(const ts_ratings *ratings, const uint32_t *truth, const ts_dawid_skene_options *options,
                  ts_error *err)
{
    if (options && (!(options->smoothing >= 0) || options->rounds == 0 || !(options->tolerance >= 0)))
        return ts_fail(err, TS_USAGE, "smoothing and tolerance are not negative, rounds are one or more");
    for (size_t i = 0; truth && i < ratings->items; i++)
        if (truth[i] >= ratings->values && truth[i] != TS_TRUTH_UNKNOWN)
            return ts_fail(err, TS_USAGE, "the truth of item %zu is a value that is not there", i);
    return ts_ratings_check(ratings, err);
}

bool ts_dawid_skene_fit(const ts_ratings *ratings, const uint32_t *truth,
                        const ts_dawid_skene_options *options, ts_arena *arena, ts_dawid_skene *out,
                        ts_error *err)
{
    ts_em em = {.ratings = ratings, .truth = truth, .fit = out};
    em.options = options ? *options : ts_dawid_skene_usual;
    if (!check(ratings, truth, options, err) || !ts_em_begin(&em, arena, err)) return false;
    ts_em_vote(&em);
    ts_em_climb(&em);
    return true;
}

double ts_dawid_skene_accuracy(const ts_dawid_skene *fit, size_t rater)
{
    double sum = 0;
    const double *table = fit->confusion + rater * fit->values * fit->values;
    for (size_t k = 0; k < fit->values; k++) sum += fit->prior[k] * table[k * fit->values + k];
    return sum;
}

/* ---- intervals ----------------------------------------------------------------------------------- */

typedef struct samples {
    ts_em em;
    ts_dawid_skene fit; /* of the sample at hand */
    uint32_t *drawn;    /* by item */
    double *accuracies; /* [rater * most + sample] */
    size_t *counts;     /* by rater: how many samples say something */
    bool *rates;        /* by rater: has a rating in the sample at hand */
    size_t most;
} samples;

static bool samples_begin(samples *s, size_t most, ts_arena *arena, ts_error *err)
{
    size_t raters = s->em.ratings->raters, cells = 0;
    if (__builtin_mul_overflow(raters, most, &cells)) return (void)ts_fail_memory(err), false;
    s->most = most;
    s->em.fit = &s->fit;
    s->em.weight = s->drawn = TS_NEW_ARRAY(arena, s->em.ratings->items, uint32_t);
    s->accuracies = TS_NEW_ARRAY(arena, cells, double);
    s->counts = TS_NEW_ARRAY(arena, raters, size_t);
    s->rates = TS_NEW_ARRAY(arena, raters, bool);
    if (!s->drawn || !s->accuracies || !s->counts || !s->rates) return (void)ts_fail_memory(err), false;
    return ts_em_begin(&s->em, arena, err);
}

static void note_who_rates(samples *s)
{
    const ts_ratings *r = s->em.ratings;
    memset(s->rates, 0, r->raters * sizeof *s->rates);
    for (size_t i = 0; i < r->count; i++)
        if (s->drawn[r->list[i].item] > 0) s->rates[r->list[i].rater] = true;
}

static void take_sample(samples *s, const ts_dawid_skene *whole, uint64_t *seed)
{
    ts_sample_draw(seed, s->drawn, whole->items);
    memcpy(s->fit.posterior, whole->posterior, whole->items * whole->values * sizeof(double));
    ts_em_climb(&s->em);
    note_who_rates(s);
    for (size_t r = 0; r < whole->raters; r++)
        if (s->rates[r]) s->accuracies[r * s->most + s->counts[r]++] = ts_dawid_skene_accuracy(&s->fit, r);
}

bool ts_dawid_skene_intervals(const ts_ratings *ratings, const uint32_t *truth,
                              const ts_dawid_skene_options *options, const ts_dawid_skene *fit,
                              unsigned count, uint64_t seed, ts_interval *out, ts_error *err)
{
    samples s = {.em = {.ratings = ratings, .truth = truth}};
    s.em.options = options ? *options : ts_dawid_skene_usual;
    if (!check(ratings, truth, options, err)) return false;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena && samples_begin(&s, count, arena, err);
    if (!arena) (void)ts_fail_memory(err);
    for (unsigned i = 0; ok && i < count; i++) take_sample(&s, fit, &seed);
    for (size_t r = 0; ok && r < fit->raters; r++)
        out[r] = ts_sample_interval(s.accuracies + r * s.most, s.counts[r]);
    ts_arena_free(arena);
    return ok;
}
