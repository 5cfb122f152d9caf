/* vision: lines of writing out of the detector's map (Liao et al. 2020, "Real-time Scene Text Detection with
 * Differentiable Binarization"). Must not know networks, characters or pictures.
 *
 *   map -> pixels over the threshold -> connected pieces -> hull -> smallest rectangle -> grown to the whole line
 *
 * Pieces are put together from runs of pixels, row by row: a page has thousands of runs where it has a million
 * pixels. A map of noise may have more; what is beyond the limit is left out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vision/text.h"

#define RUNS_MAX 100000
#define CORE_MIN                                                                                             \
    3.0F /* shorter side of a core, in pixels: what is thinner is no writing that could be read */

typedef struct run {
    uint32_t y, from, to; /* [from, to) */
    uint32_t root;        /* index of a run of the same piece; its own in the piece's first */
} run;

typedef struct point {
    float x, y;
} point;

typedef struct piece {
    const run *runs; /* by row, then by place */
    size_t count;
} piece;

/* ---- pieces ------------------------------------------------------------------------------------- */

static uint32_t root_of(run *runs, uint32_t i)
{
    while (runs[i].root != i) {
        runs[i].root = runs[runs[i].root].root;
        i = runs[i].root;
    }
    return i;
}

/* The piece that began first keeps its name. */
static void join(run *runs, uint32_t a, uint32_t b)
{
    a = root_of(runs, a);
    b = root_of(runs, b);
    if (a < b) runs[b].root = a;
    else runs[a].root = b;
}

/* Is the pixel, or its neighbour to the left or above, over the threshold? Broken strokes close that way. */
static bool is_set(const ts_line_map *map, float threshold, size_t x, size_t y)
{
    const float *row = map->values + y * map->width;
    const float *above = y ? row - map->width : row;
    size_t left = x ? x - 1 : x;
    return row[x] > threshold || row[left] > threshold || above[x] > threshold || above[left] > threshold;
}

static size_t add_runs_of_row(const ts_line_map *map, float threshold, uint32_t y, run *runs, size_t count)
{
    for (size_t x = 0; x < map->width && count < RUNS_MAX;) {
        if (!is_set(map, threshold, x, y)) {
            x++;
            continue;
        }
        run *r = &runs[count];
        *r = (run){.y = y, .from = (uint32_t)x, .root = (uint32_t)count};
        while (x < map->width && is_set(map, threshold, x, y)) x++;
        r->to = (uint32_t)x;
        count++;
    }
    return count;
}

/* Joins the runs of a row with those of the row above that they touch, corners included. */
static void join_rows(run *runs, size_t above, size_t row, size_t end)
{
    size_t a = above, b = row;
    while (a < row && b < end) {
        if (runs[a].to >= runs[b].from && runs[b].to >= runs[a].from) join(runs, (uint32_t)a, (uint32_t)b);
        if (runs[a].to < runs[b].to) a++;
        else b++;
    }
}

static size_t find_runs(const ts_line_map *map, float threshold, run *runs)
{
    size_t above = 0, row = 0;
    for (uint32_t y = 0; y < map->height && row < RUNS_MAX; y++) {
        size_t end = add_runs_of_row(map, threshold, y, runs, row);
        join_rows(runs, above, row, end);
        above = row;
        row = end;
    }
    return row;
}

/* Sorted by piece; within one the order stays. */
static run *gather(run *runs, size_t count, ts_arena *arena)
{
    size_t *starts = TS_NEW_ARRAY(arena, count + 1, size_t);
    run *sorted = TS_NEW_ARRAY(arena, count + 1, run);
    if (!starts || !sorted) return NULL;
    for (size_t i = 0; i < count; i++) {
        runs[i].root = root_of(runs, (uint32_t)i);
        starts[runs[i].root + 1]++;
    }
    for (size_t i = 0; i < count; i++) starts[i + 1] += starts[i];
    for (size_t i = 0; i < count; i++) sorted[starts[runs[i].root]++] = runs[i];
    return sorted;
}

/* ---- the smallest rectangle --------------------------------------------------------------------- */

static float turn(point a, point b, point c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static size_t push(point *hull, size_t count, size_t floor, point p)
{
    while (count >= floor + 2 && turn(hull[count - 2], hull[count - 1], p) <= 0) count--;
    hull[count++] = p;
    return count;
}

static point end_of(const piece *p, size_t i)
{
    const run *r = &p->runs[i / 2];
    return (point){.x = (float)(i % 2 ? r->to - 1 : r->from) + 0.5F, .y = (float)r->y + 0.5F};
}

/* Andrew's monotone chain; the ends of runs come sorted. hull: room for twice as many points as there are ends. */
static size_t hull_of(const piece *p, point *hull)
{
    size_t count = 0, ends = 2 * p->count;
    for (size_t i = 0; i < ends; i++) count = push(hull, count, 0, end_of(p, i));
    size_t floor = count - 1;
    for (size_t i = ends; i-- > 0;) count = push(hull, count, floor, end_of(p, i));
    return count > 1 ? count - 1 : count; /* the first point came back */
}

typedef struct extent {
    float low, high;
} extent;

static extent extent_along(const point *hull, size_t count, float x, float y)
{
    extent e = {INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) {
        float at = hull[i].x * x + hull[i].y * y;
        e.low = fminf(e.low, at);
        e.high = fmaxf(e.high, at);
    }
    return e;
}

static ts_line_box box_along(const point *hull, size_t count, float x, float y)
{
    extent u = extent_along(hull, count, x, y), v = extent_along(hull, count, -y, x);
    float cu = (u.low + u.high) / 2, cv = (v.low + v.high) / 2;
    return (ts_line_box){.x = cu * x - cv * y,
                         .y = cu * y + cv * x,
                         .width = u.high - u.low,
                         .height = v.high - v.low,
                         .along_x = x,
                         .along_y = y};
}

/* One of its sides lies on a side of the hull. */
static ts_line_box smallest_box(const point *hull, size_t count)
{
    ts_line_box best = box_along(hull, count, 1, 0);
    for (size_t i = 0; i < count; i++) {
        point a = hull[i], b = hull[(i + 1) % count];
        float length = hypotf(b.x - a.x, b.y - a.y);
        if (!(length > 0)) continue;
        ts_line_box box = box_along(hull, count, (b.x - a.x) / length, (b.y - a.y) / length);
        if (box.width * box.height < best.width * best.height) best = box;
    }
    return best;
}

/* Names the sides: along is to the right, within 45 degrees. What is then much higher than wide is a line that runs
 * downwards. */
static void turn_upright(ts_line_box *box)
{
    float x = box->along_x, y = box->along_y;
    if (fabsf(y) > fabsf(x)) {
        *box = (ts_line_box){box->x, box->y, box->height, box->width, -y, x, box->score};
        x = box->along_x;
    }
    if (x < 0) {
        box->along_x = -box->along_x;
        box->along_y = -box->along_y;
    }
    if (box->height >= 1.5F * box->width)
        *box =
            (ts_line_box){box->x, box->y, box->height, box->width, -box->along_y, box->along_x, box->score};
}

ts_rect ts_line_bounds(const ts_line_box *box)
{
    float x = (fabsf(box->along_x) * box->width + fabsf(box->along_y) * box->height) / 2;
    float y = (fabsf(box->along_y) * box->width + fabsf(box->along_x) * box->height) / 2;
    return (ts_rect){.x = box->x - x, .y = box->y - y, .width = 2 * x, .height = 2 * y};
}

/* ---- how sure ----------------------------------------------------------------------------------- */

/* Narrows [low, high] to where |slope * x + offset| <= limit. */
static void narrow(float slope, float offset, float limit, float *low, float *high)
{
    if (fabsf(slope) < 1e-6F) {
        if (fabsf(offset) > limit) *high = *low - 1;
        return;
    }
    float a = (-limit - offset) / slope, b = (limit - offset) / slope;
    *low = fmaxf(*low, fminf(a, b));
    *high = fminf(*high, fmaxf(a, b));
}

/* Mean of the map over the rectangle. */
static float score_of(const ts_line_map *map, const ts_line_box *box)
{
    ts_rect bounds = ts_line_bounds(box);
    float top = fmaxf(floorf(bounds.y), 0), bottom = fminf(bounds.y + bounds.height, (float)map->height - 1);
    double sum = 0;
    size_t count = 0;
    for (size_t y = (size_t)top; (float)y <= bottom; y++) {
        float dy = (float)y + 0.5F - box->y;
        float low = 0.5F - box->x, high = (float)map->width - 0.5F - box->x;
        narrow(box->along_x, dy * box->along_y, box->width / 2, &low, &high);
        narrow(-box->along_y, dy * box->along_x, box->height / 2, &low, &high);
        float first = ceilf(low + box->x - 0.5F), last = floorf(high + box->x - 0.5F);
        for (float x = fmaxf(first, 0); x <= last && x < (float)map->width; x++, count++)
            sum += (double)map->values[y * map->width + (size_t)x];
    }
    return count ? (float)(sum / (double)count) : 0;
}

static bool make_box(const ts_line_map *map, const ts_line_rules *rules, const piece *p, point *hull,
                     ts_line_box *box)
{
    size_t count = hull_of(p, hull);
    *box = smallest_box(hull, count);
    if (fminf(box->width, box->height) < CORE_MIN) return false;
    box->score = score_of(map, box);
    if (!(box->score >= rules->min_score)) return false;
    float grow = box->width * box->height * rules->unclip / (2 * (box->width + box->height));
    box->width += 2 * grow;
    box->height += 2 * grow;
    turn_upright(box);
    return true;
}

/* ---- all of them -------------------------------------------------------------------------------- */

static int surest_first(const void *pa, const void *pb)
{
    const ts_line_box *a = pa, *b = pb;
    if (a->score != b->score) return a->score < b->score ? 1 : -1;
    if (a->y != b->y) return a->y > b->y ? 1 : -1;
    return (a->x > b->x) - (a->x < b->x);
}

static size_t length_of(const run *sorted, size_t from, size_t count)
{
    size_t end = from + 1;
    while (end < count && sorted[end].root == sorted[from].root) end++;
    return end - from;
}

bool ts_lines_find(const ts_line_map *map, const ts_line_rules *rules, ts_arena *arena, ts_line_box **boxes,
                   size_t *count, ts_error *err)
{
    run *runs = TS_NEW_ARRAY(arena, RUNS_MAX, run);
    size_t run_count = runs ? find_runs(map, rules->threshold, runs) : 0, found = 0;
    run *sorted = runs ? gather(runs, run_count, arena) : NULL;
    point *hull = TS_NEW_ARRAY(arena, 4 * run_count + 1, point);
    ts_line_box *all = TS_NEW_ARRAY(arena, run_count + 1, ts_line_box);
    if (!sorted || !hull || !all) return ts_fail_memory(err);
    for (size_t i = 0; i < run_count;) {
        piece p = {.runs = sorted + i, .count = length_of(sorted, i, run_count)};
        if (make_box(map, rules, &p, hull, &all[found])) found++;
        i += p.count;
    }
    qsort(all, found, sizeof *all, surest_first);
    *boxes = all;
    *count = found < TS_LINES_MAX ? found : TS_LINES_MAX;
    return true;
}
