/* learn: Krippendorff's alpha, and how far it may be off. */
#include <math.h>
#include <stdlib.h>

#include "learn/rated.h"
#include "learn/sample.h"

/* An item with two ratings or more. */
typedef struct unit {
    size_t from, count; /* its ratings */
    double apart;       /* mean distance of its pairs */
} unit;

typedef struct tally {
    const ts_ratings *ratings;
    unit *units;
    size_t unit_count;
    uint32_t *values; /* those that occur in a unit; ascending */
    uint32_t value_count;
    uint32_t *place; /* by value: where in values */
    double *times;   /* by place: how often it was said, in the units or in a sample of them */
} tally;

static void tally_free(tally *t)
{
    free(t->units);
    free(t->values);
    free(t->place);
    free(t->times);
}

static void find_units(tally *t, ts_distance distance, void *context)
{
    const ts_ratings *r = t->ratings;
    for (size_t at = 0, end; at < r->count; at = end) {
        end = ts_rated_end(r, at);
        if (end - at < 2) continue;
        t->units[t->unit_count++] =
            (unit){at, end - at, ts_rated_apart(r->list + at, end - at, distance, context)};
        for (size_t i = at; i < end; i++) t->place[r->list[i].value] = 1;
    }
}

static void place_values(tally *t)
{
    for (uint32_t v = 0; v < t->ratings->values; v++) {
        if (!t->place[v]) continue;
        t->values[t->value_count] = v;
        t->place[v] = t->value_count++;
    }
}

static bool tally_begin(tally *t, const ts_ratings *ratings, ts_distance distance, void *context,
                        ts_error *err)
{
    *t = (tally){.ratings = ratings};
    if (!ts_ratings_check(ratings, err)) return false;
    t->units = ts_rated_array(ratings->count / 2, 1, sizeof *t->units);
    t->values = ts_rated_array(ratings->values, 1, sizeof *t->values);
    t->place = ts_rated_array(ratings->values, 1, sizeof *t->place);
    t->times = ts_rated_array(ratings->values, 1, sizeof *t->times);
    if (!t->units || !t->values || !t->place || !t->times) return ts_fail_memory(err);
    find_units(t, distance, context);
    place_values(t);
    return true;
}

/* drawn: how often each unit counts; NULL: once. Sums up what was observed. */
static void observe(tally *t, const uint32_t *drawn, ts_coefficient *out)
{
    *out = (ts_coefficient){0};
    for (uint32_t p = 0; p < t->value_count; p++) t->times[p] = 0;
    for (size_t u = 0; u < t->unit_count; u++) {
        const unit *at = &t->units[u];
        size_t times = drawn ? drawn[u] : 1;
        if (times == 0) continue;
        for (size_t i = 0; i < at->count; i++)
            t->times[t->place[t->ratings->list[at->from + i].value]] += (double)times;
        out->observed += (double)times * (double)at->count * at->apart;
        out->ratings += times * at->count;
        out->items += times;
    }
}

/* distances: of the values by place, row after row below the diagonal; NULL: ask. */
static double expect(const tally *t, const double *distances, ts_distance distance, void *context)
{
    double sum = 0;
    for (uint32_t a = 0; a < t->value_count; a++) {
        const double *row = distances ? distances + (size_t)a * (a - (a > 0)) / 2 : NULL;
        if (!(t->times[a] > 0)) continue;
        for (uint32_t b = 0; b < a; b++)
            if (t->times[b] > 0)
                sum += t->times[a] * t->times[b] *
                       (row ? row[b] : distance(t->values[a], t->values[b], context));
    }
    return 2 * sum;
}

static void conclude(ts_coefficient *out, double expected)
{
    double n = (double)out->ratings;
    if (out->ratings > 0) {
        out->observed /= n;
        out->expected = expected / n / (n - 1);
    }
    out->value = out->expected > 0 ? 1 - out->observed / out->expected : NAN;
}

bool ts_krippendorff_alpha(const ts_ratings *ratings, ts_distance distance, void *context,
                           ts_coefficient *out, ts_error *err)
{
    tally t;
    bool ok = tally_begin(&t, ratings, distance, context, err);
    if (ok) {
        observe(&t, NULL, out);
        conclude(out, expect(&t, NULL, distance, context));
    }
    tally_free(&t);
    return ok;
}

static double *all_distances(const tally *t, ts_distance distance, void *context)
{
    size_t count = t->value_count, at = 0;
    double *distances = ts_rated_array(count, count / 2 + 1, sizeof *distances);
    for (uint32_t a = 0; distances && a < t->value_count; a++)
        for (uint32_t b = 0; b < a; b++) distances[at++] = distance(t->values[a], t->values[b], context);
    return distances;
}

bool ts_krippendorff_interval(const ts_ratings *ratings, ts_distance distance, void *context, unsigned rounds,
                              uint64_t seed, ts_interval *out, ts_error *err)
{
    tally t;
    size_t n = 0;
    bool ok = tally_begin(&t, ratings, distance, context, err);
    double *values = ts_rated_array(rounds, 1, sizeof *values);
    double *distances = ok ? all_distances(&t, distance, context) : NULL;
    uint32_t *drawn = ts_rated_array(t.unit_count, 1, sizeof *drawn);
    if (ok && !(values && distances && drawn)) ok = ((void)ts_fail_memory(err), false);
    for (unsigned round = 0; ok && round < rounds; round++) {
        ts_coefficient c;
        ts_sample_draw(&seed, drawn, t.unit_count);
        observe(&t, drawn, &c);
        conclude(&c, expect(&t, distances, NULL, NULL));
        if (!isnan(c.value)) values[n++] = c.value;
    }
    if (ok) *out = ts_sample_interval(values, n);
    free(values);
    free(distances);
    free(drawn);
    tally_free(&t);
    return ok;
}
