/* learn: the steps of Dawid and Skene's expectation-maximisation. */
#include "learn/em.h"

#include <math.h>
#include <string.h>

#include "learn/rated.h"

static double *numbers(ts_arena *arena, size_t a, size_t b, size_t c)
{
    size_t ab = 0, count = 0;
    if (__builtin_mul_overflow(a, b, &ab) || __builtin_mul_overflow(ab, c, &count)) return NULL;
    return TS_NEW_ARRAY(arena, count, double);
}

bool ts_em_begin(ts_em *em, ts_arena *arena, ts_error *err)
{
    size_t items = em->ratings->items, raters = em->ratings->raters, values = em->ratings->values;
    ts_dawid_skene *fit = em->fit;
    *fit = (ts_dawid_skene){items, raters, values, .posterior = numbers(arena, items, values, 1)};
    fit->prior = numbers(arena, values, 1, 1);
    fit->confusion = numbers(arena, raters, values, values);
    em->log_prior = numbers(arena, values, 1, 1);
    em->log_confusion = numbers(arena, raters, values, values);
    em->scores = numbers(arena, values, 1, 1);
    bool ok =
        fit->posterior && fit->prior && fit->confusion && em->log_prior && em->log_confusion && em->scores;
    if (!ok) (void)ts_fail_memory(err);
    return ok;
}

static double weight_of(const ts_em *em, size_t item)
{
    return em->weight ? em->weight[item] : 1;
}

/* True where the truth of the item is known; its posterior says so then. */
static bool set_known(const ts_em *em, size_t item)
{
    size_t values = em->fit->values;
    double *posterior = em->fit->posterior + item * values;
    if (!em->truth || em->truth[item] == TS_TRUTH_UNKNOWN) return false;
    memset(posterior, 0, values * sizeof *posterior);
    posterior[em->truth[item]] = 1;
    return true;
}

void ts_em_vote(ts_em *em)
{
    const ts_ratings *r = em->ratings;
    size_t values = em->fit->values;
    for (size_t i = 0; i < em->fit->items; i++)
        if (!set_known(em, i))
            for (size_t k = 0; k < values; k++) em->fit->posterior[i * values + k] = 1 / (double)values;
    for (size_t at = 0, end; at < r->count; at = end) {
        end = ts_rated_end(r, at);
        size_t item = r->list[at].item;
        if (set_known(em, item)) continue;
        double *posterior = em->fit->posterior + item * values;
        memset(posterior, 0, values * sizeof *posterior);
        for (size_t i = at; i < end; i++) posterior[r->list[i].value] += 1 / (double)(end - at);
    }
}

/* ---- from posteriors to prior and confusion ------------------------------------------------------ */

/* Counts to shares, each cell seen `smoothing` times more; equal shares of nothing. */
static void normalise(double *counts, size_t count, double smoothing, double *logs)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) sum += counts[k] += smoothing;
    for (size_t k = 0; k < count; k++) {
        counts[k] = sum > 0 ? counts[k] / sum : 1 / (double)count;
        logs[k] = log(counts[k]);
    }
}

static void count_confusion(ts_em *em)
{
    const ts_ratings *r = em->ratings;
    size_t values = em->fit->values;
    memset(em->fit->confusion, 0, em->fit->raters * values * values * sizeof(double));
    for (size_t at = 0; at < r->count; at++) {
        const ts_rating *said = &r->list[at];
        double weight = weight_of(em, said->item), *posterior = em->fit->posterior + said->item * values;
        double *table = em->fit->confusion + said->rater * values * values + said->value;
        if (!(weight > 0)) continue;
        for (size_t k = 0; k < values; k++) table[k * values] += weight * posterior[k];
    }
}

/* Unrated items of unknown truth say nothing of the prior. */
static void count_prior(ts_em *em)
{
    const ts_ratings *r = em->ratings;
    size_t values = em->fit->values, at = 0;
    memset(em->fit->prior, 0, values * sizeof(double));
    for (size_t i = 0; i < em->fit->items; i++) {
        bool rated = at < r->count && r->list[at].item == i;
        if (rated) at = ts_rated_end(r, at);
        if (!rated && !set_known(em, i)) continue;
        double weight = weight_of(em, i), *posterior = em->fit->posterior + i * values;
        for (size_t k = 0; k < values; k++) em->fit->prior[k] += weight * posterior[k];
    }
}

static void maximise(ts_em *em)
{
    size_t values = em->fit->values, rows = em->fit->raters * values;
    count_prior(em);
    normalise(em->fit->prior, values, em->options.smoothing, em->log_prior);
    count_confusion(em);
    for (size_t row = 0; row < rows; row++)
        normalise(em->fit->confusion + row * values, values, em->options.smoothing,
                  em->log_confusion + row * values);
}

/* ---- from prior and confusion to posteriors ------------------------------------------------------ */

/* Log joint probability of each truth and what was said of the item in list[at..end), by value. */
static void score(ts_em *em, size_t at, size_t end)
{
    size_t values = em->fit->values;
    memcpy(em->scores, em->log_prior, values * sizeof *em->scores);
    for (; at < end; at++) {
        const ts_rating *said = &em->ratings->list[at];
        const double *table = em->log_confusion + said->rater * values * values + said->value;
        for (size_t k = 0; k < values; k++) em->scores[k] += table[k * values];
    }
}

/* log(sum of exp) without overflow. */
static double log_sum(const double *logs, size_t count)
{
    double most = -INFINITY, sum = 0;
    for (size_t k = 0; k < count; k++) most = fmax(most, logs[k]);
    if (most == -INFINITY) return most;
    for (size_t k = 0; k < count; k++) sum += exp(logs[k] - most);
    return most + log(sum);
}

/* How far the surest move of the item's posterior went. */
static double settle(ts_em *em, size_t item)
{
    size_t values = em->fit->values;
    double *posterior = em->fit->posterior + item * values, all = log_sum(em->scores, values), moved = 0;
    if (set_known(em, item)) {
        em->fit->log_likelihood += weight_of(em, item) * em->scores[em->truth[item]];
        return 0;
    }
    em->fit->log_likelihood += weight_of(em, item) * all;
    for (size_t k = 0; k < values && all > -INFINITY; k++) {
        double p = exp(em->scores[k] - all);
        moved = fmax(moved, fabs(p - posterior[k]));
        posterior[k] = p;
    }
    return moved;
}

static double expect(ts_em *em)
{
    const ts_ratings *r = em->ratings;
    double moved = 0;
    size_t at = 0;
    em->fit->log_likelihood = 0;
    for (size_t i = 0; i < em->fit->items; i++) {
        size_t end = at < r->count && r->list[at].item == i ? ts_rated_end(r, at) : at;
        if (weight_of(em, i) > 0) {
            score(em, at, end);
            moved = fmax(moved, settle(em, i));
        }
        at = end;
    }
    return moved;
}

void ts_em_climb(ts_em *em)
{
    em->fit->converged = false;
    for (em->fit->rounds = 0; em->fit->rounds < em->options.rounds && !em->fit->converged;
         em->fit->rounds++) {
        maximise(em);
        em->fit->converged = expect(em) <= em->options.tolerance;
    }
}
