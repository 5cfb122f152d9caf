/* learn: boxes of two people, matched greedily or as well as can be. */
#include "learn/boxes.h"

#include <math.h>
#include <stdlib.h>

#include "learn/assign.h"
#include "learn/rated.h"

static double common(double a, double a_length, double b, double b_length)
{
    return fmax(0, fmin(a + a_length, b + b_length) - fmax(a, b));
}

double ts_boxes_overlap(const ts_marked_box *a, const ts_marked_box *b)
{
    if (!(a->width > 0 && a->height > 0 && b->width > 0 && b->height > 0)) return 0;
    double both = common(a->x, a->width, b->x, b->width) * common(a->y, a->height, b->y, b->height);
    return fmin(1, both / (a->width * a->height + b->width * b->height - both));
}

/* ---- the two ways -------------------------------------------------------------------------------- */

/* The shorter list is a, so that the optimal way has no more rows than columns. */
typedef struct match {
    const ts_marked_box *a, *b;
    size_t a_count, b_count;
    bool swapped; /* a is the caller's second list */
    double least;
    size_t *b_of;     /* by a: its partner, or b_count */
    double *overlaps; /* [a * b_count + b]; 0 where they cannot match */
} match;

static void measure(match *m)
{
    for (size_t i = 0; i < m->a_count; i++)
        for (size_t k = 0; k < m->b_count; k++) {
            double overlap = m->a[i].class == m->b[k].class ? ts_boxes_overlap(&m->a[i], &m->b[k]) : 0;
            m->overlaps[i * m->b_count + k] = overlap >= m->least ? overlap : 0;
        }
}

static int greatest_first(const void *pa, const void *pb)
{
    const ts_box_pair *a = pa, *b = pb;
    if (a->overlap > b->overlap || a->overlap < b->overlap) return a->overlap > b->overlap ? -1 : 1;
    if (a->first != b->first) return a->first < b->first ? -1 : 1;
    return (a->second > b->second) - (a->second < b->second);
}

/* In the caller's order of the two, on which ties depend. */
static size_t candidates(const match *m, ts_box_pair *out)
{
    size_t n = 0;
    for (size_t i = 0; i < m->a_count; i++)
        for (size_t k = 0; k < m->b_count; k++) {
            double overlap = m->overlaps[i * m->b_count + k];
            if (overlap > 0) out[n++] = (ts_box_pair){m->swapped ? k : i, m->swapped ? i : k, overlap};
        }
    return n;
}

static bool match_greedily(match *m, ts_error *err)
{
    ts_box_pair *pairs = ts_rated_array(m->a_count, m->b_count, sizeof *pairs);
    bool *taken = ts_rated_array(m->b_count, 1, sizeof *taken);
    bool ok = pairs && taken;
    size_t count = ok ? candidates(m, pairs) : 0;
    if (ok) qsort(pairs, count, sizeof *pairs, greatest_first);
    else (void)ts_fail_memory(err);
    for (size_t n = 0; n < count; n++) {
        size_t a = m->swapped ? pairs[n].second : pairs[n].first;
        size_t b = m->swapped ? pairs[n].first : pairs[n].second;
        if (taken[b] || m->b_of[a] < m->b_count) continue;
        taken[b] = true;
        m->b_of[a] = b;
    }
    free(pairs);
    free(taken);
    return ok;
}

/* One pair more is worth more than all overlaps together, which are a_count at most. */
static bool match_optimally(match *m, ts_error *err)
{
    double *costs = ts_rated_array(m->a_count, m->b_count, sizeof *costs);
    if (!costs) return ts_fail_memory(err);
    for (size_t i = 0; i < m->a_count * m->b_count; i++)
        costs[i] = m->overlaps[i] > 0 ? -(double)(m->a_count + 1) - m->overlaps[i] : 0;
    bool ok = ts_assign(costs, m->a_count, m->b_count, m->b_of, err);
    for (size_t i = 0; ok && i < m->a_count; i++)
        if (!(m->overlaps[i * m->b_count + m->b_of[i]] > 0)) m->b_of[i] = m->b_count;
    free(costs);
    return ok;
}

/* ---- the answer ---------------------------------------------------------------------------------- */

static int by_first(const void *pa, const void *pb)
{
    const ts_box_pair *a = pa, *b = pb;
    return (a->first > b->first) - (a->first < b->first);
}

static void conclude(const match *m, ts_box_pair *pairs, ts_box_agreement *out)
{
    size_t alone[2] = {m->a_count, m->b_count};
    double sum = 0;
    *out = (ts_box_agreement){.f1 = 1};
    for (size_t i = 0; i < m->a_count; i++) {
        size_t k = m->b_of[i];
        if (k == m->b_count) continue;
        double overlap = m->overlaps[i * m->b_count + k];
        pairs[out->pairs++] = (ts_box_pair){m->swapped ? k : i, m->swapped ? i : k, overlap};
        sum += overlap;
    }
    if (m->swapped && out->pairs) qsort(pairs, out->pairs, sizeof *pairs, by_first);
    out->first_alone = alone[m->swapped] - out->pairs;
    out->second_alone = alone[!m->swapped] - out->pairs;
    if (m->b_count) out->f1 = 2 * (double)out->pairs / ((double)m->a_count + (double)m->b_count);
    out->overlap = out->pairs ? sum / (double)out->pairs : NAN;
}

static bool match_begin(match *m, ts_error *err)
{
    m->overlaps = ts_rated_array(m->a_count, m->b_count, sizeof *m->overlaps);
    m->b_of = ts_rated_array(m->a_count, 1, sizeof *m->b_of);
    if (!m->overlaps || !m->b_of) return ts_fail_memory(err);
    for (size_t i = 0; i < m->a_count; i++) m->b_of[i] = m->b_count;
    measure(m);
    return true;
}

bool ts_boxes_match(const ts_marked_box *first, size_t first_count, const ts_marked_box *second,
                    size_t second_count, double least, ts_match_way way, ts_box_pair *pairs,
                    ts_box_agreement *out, ts_error *err)
{
    if (!(least > 0 && least <= 1))
        return ts_fail(err, TS_USAGE, "boxes match from an overlap above 0, up to 1, not from %g", least);
    bool swapped = first_count > second_count;
    match m = {swapped ? second : first, swapped ? first : second, .least = least, .swapped = swapped};
    m.a_count = swapped ? second_count : first_count;
    m.b_count = swapped ? first_count : second_count;
    bool ok = match_begin(&m, err);
    if (ok) ok = way == TS_MATCH_GREEDY ? match_greedily(&m, err) : match_optimally(&m, err);
    if (ok) conclude(&m, pairs, out);
    free(m.overlaps);
    free(m.b_of);
    return ok;
}
