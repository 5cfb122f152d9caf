/* learn: figures over the claims in order of sureness. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/figures.h"

static int surest_first(const void *pa, const void *pb)
{
    const ts_claim *a = pa, *b = pb;
    return (a->p < b->p) - (a->p > b->p);
}

static ts_claim *sorted_copy(const ts_claim *claims, size_t count, ts_error *err)
{
    ts_claim *copy = calloc(count + 1, sizeof *copy);
    if (!copy) return (void)ts_fail_memory(err), NULL;
    if (count) memcpy(copy, claims, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, surest_first);
    return copy;
}

static size_t right_ones(const ts_claim *claims, size_t count)
{
    size_t right = 0;
    for (size_t i = 0; i < count; i++) right += claims[i].right;
    return right;
}

/* The claims as sure as the first; *right of them are. */
static size_t tie(const ts_claim *sorted, size_t left, size_t *right)
{
    size_t n = 0;
    *right = 0;
    while (n < left && !(sorted[n].p < sorted[0].p)) *right += sorted[n++].right;
    return n;
}

bool ts_precision_curve(const ts_claim *claims, size_t count, ts_curve_point *out, size_t *points,
                        ts_error *err)
{
    size_t total = right_ones(claims, count), hits = 0, right = 0;
    ts_claim *sorted = sorted_copy(claims, count, err);
    *points = 0;
    if (!sorted) return false;
    for (size_t i = 0; i < count;) {
        double line = sorted[i].p;
        i += tie(sorted + i, count - i, &right);
        hits += right;
        out[(*points)++] = (ts_curve_point){line, ts_share(hits, i), ts_share(hits, total), i};
    }
    free(sorted);
    return true;
}

bool ts_average_precision(const ts_claim *claims, size_t count, double *out, ts_error *err)
{
    size_t points = 0;
    ts_curve_point *curve = calloc(count + 1, sizeof *curve);
    bool ok = curve ? ts_precision_curve(claims, count, curve, &points, err) : ts_fail_memory(err);
    double area = 0, recall = 0;
    for (size_t i = 0; ok && i < points; i++) {
        area += (curve[i].recall - recall) * curve[i].precision;
        recall = curve[i].recall;
    }
    *out = right_ones(claims, count) ? area : NAN;
    free(curve);
    return ok;
}

bool ts_roc_area(const ts_claim *claims, size_t count, double *out, ts_error *err)
{
    size_t rights = right_ones(claims, count), wrongs = count - rights, right = 0, above = 0;
    ts_claim *sorted = sorted_copy(claims, count, err);
    double won = 0;
    if (!sorted) return false;
    for (size_t i = 0; i < count;) {
        size_t n = tie(sorted + i, count - i, &right);
        won += (double)(n - right) * ((double)above + (double)right / 2);
        above += right;
        i += n;
    }
    *out = rights && wrongs ? won / (double)rights / (double)wrongs : NAN;
    free(sorted);
    return true;
}

bool ts_line_for_precision(const ts_claim *claims, size_t count, double wanted, size_t least, double *line,
                           ts_error *err)
{
    size_t points = 0;
    bool found = false;
    ts_curve_point *curve = calloc(count + 1, sizeof *curve);
    bool ok = curve ? ts_precision_curve(claims, count, curve, &points, err) : ts_fail_memory(err);
    for (size_t i = points; ok && i-- > 0 && !found;) {
        found = curve[i].precision >= wanted && curve[i].made >= least;
        if (found) *line = curve[i].line;
    }
    free(curve);
    if (ok && !found) return ts_fail(err, TS_NOT_FOUND, "no line gives a precision of %g", wanted);
    return found;
}
