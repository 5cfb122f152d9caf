/* vision: does the picture look as if there were writing in it? A measure, no network: it runs on every picture, so
 * that the networks that read need not.
 *
 * A stroke is a thin thing, darker or brighter than what is left and right of it, which is the same on both sides.
 * Grass, hair and fences have strokes as well; but where there is writing, many strokes of one colour stand on one
 * ground, cell beside cell along a line. So the picture is cut into small cells, each cell's strokes must agree on
 * ground and colour, and three such cells in a row must agree on the ground. The same is asked of the picture at half
 * size, for larger letters. Must not know networks. */
#include <string.h>

#include "vision/text.h"

#define CELL 16
#define ROW_STEP 2   /* every second row tells enough */
#define RISE 28      /* over two pixels, where a stroke begins */
#define CONTRAST 45  /* between stroke and ground */
#define TOLERANCE 16 /* between the ground on both sides */
#define WIDTH_MIN 2  /* of a stroke */
#define WIDTH_MAX 8
#define STROKES_MIN 5   /* of a cell */
#define GROUND_SPREAD 9 /* standard deviation in a cell, at most */
#define STROKE_SPREAD 30
#define GROUND_STEP 12 /* between neighbouring cells, at most */

#define SPAN 8 /* places of a row that are passed by together */

typedef struct plane {
    const uint8_t *luma;
    size_t width, height; /* rows follow each other */
} plane;

/* Sums over the strokes of one cell. */
typedef struct cell {
    uint32_t count, ground, ground_squares, colour, colour_squares;
} cell;

/* ---- planes ------------------------------------------------------------------------------------- */

static bool take_luma(const ts_pixels *pixels, ts_arena *arena, plane *out, ts_error *err)
{
    uint8_t *luma = TS_NEW_ARRAY(arena, (size_t)pixels->width * pixels->height, uint8_t);
    if (!luma) return ts_fail_memory(err);
    *out = (plane){.luma = luma, .width = pixels->width, .height = pixels->height};
    for (size_t y = 0; y < out->height; y++, luma += out->width) {
        const uint8_t *row = pixels->data + y * pixels->stride;
        for (size_t x = 0; x < out->width; x++)
            luma[x] = (uint8_t)((row[4 * x] * 29 + row[4 * x + 1] * 150 + row[4 * x + 2] * 77) >> 8);
    }
    return true;
}

static bool halve(const plane *from, ts_arena *arena, plane *out, ts_error *err)
{
    *out = (plane){.width = from->width / 2, .height = from->height / 2};
    uint8_t *luma = TS_NEW_ARRAY(arena, out->width * out->height + 1, uint8_t);
    if (!luma) return ts_fail_memory(err);
    out->luma = luma;
    for (size_t y = 0; y < out->height; y++, luma += out->width) {
        const uint8_t *a = from->luma + 2 * y * from->width, *b = a + from->width;
        for (size_t x = 0; x < out->width; x++)
            luma[x] = (uint8_t)((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) / 4);
    }
    return true;
}

/* ---- strokes ------------------------------------------------------------------------------------ */

/* Does a stroke begin behind row[0]? sign: 1 for bright ones, -1 for dark ones. */
static bool is_stroke(const uint8_t *row, int sign, int *ground, int *colour)
{
    int left = row[0];
    for (int width = WIDTH_MIN; width <= WIDTH_MAX; width++) {
        int right = row[width + 2], core = row[1 + width / 2], step = left - right;
        if (step > TOLERANCE || step < -TOLERANCE) continue;
        if (sign * (core - left) < CONTRAST || sign * (core - right) < CONTRAST) continue;
        *ground = (left + right) / 2;
        *colour = core;
        return true;
    }
    return false;
}

static void add_stroke(cell *c, int ground, int colour)
{
    c->count++;
    c->ground += (uint32_t)ground;
    c->ground_squares += (uint32_t)(ground * ground);
    c->colour += (uint32_t)colour;
    c->colour_squares += (uint32_t)(colour * colour);
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static inline uint8_t smaller(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* How far a is above b; 0 where it is not. */
static inline uint8_t above(uint8_t a, uint8_t b)
{
    return (uint8_t)(larger(a, b) - b);
}

/* What every bright stroke behind v[0] has: a steep rise, something bright enough near it, and behind that the ground
 * again. A byte of 1 or 0 for each place: few have it, and the rest need not be looked at one by one. */
static void mark_promising(const uint8_t *restrict v, size_t count, uint8_t *restrict marks)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t top = larger(larger(v[i + 2], v[i + 3]), larger(v[i + 4], v[i + 5]));
        uint8_t low = smaller(smaller(v[i + 4], v[i + 5]), smaller(v[i + 6], v[i + 7]));
        low = smaller(low, smaller(smaller(v[i + 8], v[i + 9]), v[i + 10]));
        uint8_t rises = above(v[i + 2], v[i]) >= RISE, contrasts = above(top, v[i]) >= CONTRAST;
        uint8_t falls = above(low, v[i]) <= TOLERANCE;
        marks[i] = rises & contrasts & falls;
    }
}

static void negate(const uint8_t *restrict row, size_t count, uint8_t *restrict out)
{
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(255 - row[i]);
}

/* One row's strokes of one sign, into the row of cells. Neighbouring beginnings are one stroke. marks: of the places
 * where one may begin; SPAN more may be read. */
static void scan_row(const uint8_t *row, const uint8_t *marks, size_t count, int sign, cell *cells)
{
    size_t behind_stroke = SIZE_MAX;
    for (size_t from = 0; from < count; from += SPAN) {
        uint64_t span = 0;
        memcpy(&span, marks + from, SPAN);
        for (size_t x = from; span && x < from + SPAN && x < count; x++) {
            int ground = 0, colour = 0;
            if (!marks[x] || !is_stroke(row + x, sign, &ground, &colour)) continue;
            if (x != behind_stroke) add_stroke(&cells[x / CELL], ground, colour);
            behind_stroke = x + 1;
        }
    }
}

/* Dark strokes are bright ones of the negative. negative, marks: room for a row and SPAN more. */
static void scan_both(const uint8_t *row, size_t width, uint8_t *negative, uint8_t *marks, cell *bright,
                      cell *dark)
{
    const size_t count = width > WIDTH_MAX + 2 ? width - WIDTH_MAX - 2 : 0;
    mark_promising(row, count, marks);
    scan_row(row, marks, count, 1, bright);
    negate(row, width, negative);
    mark_promising(negative, count, marks);
    scan_row(row, marks, count, -1, dark);
}

/* ---- cells -------------------------------------------------------------------------------------- */

static bool within(uint32_t sum, uint32_t squares, uint32_t count, uint32_t spread)
{
    uint64_t variance = (uint64_t)squares * count - (uint64_t)sum * sum; /* times count squared */
    return variance <= (uint64_t)spread * spread * count * count;
}

static bool agrees(const cell *c)
{
    return c->count >= STROKES_MIN && within(c->ground, c->ground_squares, c->count, GROUND_SPREAD) &&
           within(c->colour, c->colour_squares, c->count, STROKE_SPREAD);
}

static bool same_ground(const cell *a, const cell *b)
{
    int step = (int)(a->ground / a->count) - (int)(b->ground / b->count);
    return step <= GROUND_STEP && step >= -GROUND_STEP;
}

/* Cells that stand in a row of three or more. */
static size_t count_lines(const cell *cells, size_t count)
{
    size_t found = 0, run = 0;
    for (size_t i = 0; i <= count; i++) {
        bool good = i < count && agrees(&cells[i]);
        if (good && (run == 0 || same_ground(&cells[i - 1], &cells[i]))) {
            run++;
            continue;
        }
        if (run >= 3) found += run;
        run = good;
    }
    return found;
}

static bool share_of(const plane *p, ts_arena *arena, float *share, ts_error *err)
{
    size_t columns = p->width / CELL, rows = p->height / CELL, found = 0;
    cell *cells = TS_NEW_ARRAY(arena, 2 * (columns + 1), cell);
    uint8_t *negative = TS_NEW_ARRAY(arena, p->width + SPAN, uint8_t);
    uint8_t *marks = TS_NEW_ARRAY(arena, p->width + SPAN, uint8_t);
    *share = 0;
    if (!cells || !negative || !marks) return ts_fail_memory(err);
    if (columns == 0 || rows == 0) return true;
    for (size_t r = 0; r < rows; r++) {
        memset(cells, 0, 2 * (columns + 1) * sizeof *cells);
        for (size_t y = r * CELL; y < (r + 1) * CELL; y += ROW_STEP)
            scan_both(p->luma + y * p->width, p->width, negative, marks, cells, cells + columns + 1);
        found += count_lines(cells, columns) + count_lines(cells + columns + 1, columns);
    }
    *share = (float)found / (float)(columns * rows);
    return true;
}

/* Pixels that are as the one to the right and the one below. */
static size_t count_flat(const uint8_t *row, const uint8_t *below, size_t width)
{
    size_t flat = 0;
    for (size_t x = 0; x < width; x++) flat += (row[x] == row[x + 1]) & (row[x] == below[x]);
    return flat;
}

static float flat_share(const plane *p)
{
    size_t flat = 0;
    if (p->width < 2 || p->height < 2) return 0;
    for (size_t y = 0; y + 1 < p->height; y += ROW_STEP) {
        const uint8_t *row = p->luma + y * p->width, *below = row + p->width;
        flat += count_flat(row, below, p->width - 1);
    }
    size_t rows = p->height / ROW_STEP;
    return (float)flat / ((float)(p->width - 1) * (float)rows);
}

bool ts_writing_measure(const ts_pixels *pixels, ts_arena *arena, ts_writing *out, ts_error *err)
{
    plane whole = {0}, half = {0};
    float of_half = 0;
    if (!take_luma(pixels, arena, &whole, err) || !share_of(&whole, arena, &out->lines, err)) return false;
    if (!halve(&whole, arena, &half, err) || !share_of(&half, arena, &of_half, err)) return false;
    if (of_half > out->lines) out->lines = of_half;
    out->flat = flat_share(&whole);
    return true;
}
