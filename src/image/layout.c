/* image: how a picture is laid out: a coarse map of its colours and details, and how its pixels meet each other.
 * Must not know what lies where: skies, screens and subjects are other rooms' words.
 *
 * Pixels are sampled on a grid, not averaged: the same few thousand are looked at whatever the size, and a sample
 * beside its neighbours still shows what scaling would hide: areas of one exact colour, and edges that run exactly
 * along or across, as only programs draw them. */
#include "image/image.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "image/lab.h"

#define SAMPLES 8      /* a side of a cell */
#define STRONG_EDGE 40 /* a step of luma that is an outline */
#define NO_EDGE 4      /* a step that is none */
#define PAPER_LUMA 225
#define PAPER_TINT 24 /* between the largest and the smallest channel */

typedef struct tally {
    uint32_t flat, paper, edges, straight;
} tally;

/* A pixel beside its right and its lower neighbour. */
typedef struct sample {
    const uint8_t *here, *right, *below;
} sample;

static int luma_of(const uint8_t *bgr)
{
    return (29 * bgr[0] + 150 * bgr[1] + 77 * bgr[2]) >> 8;
}

static bool is_same(const uint8_t *a, const uint8_t *b)
{
    return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

static bool is_paper(const uint8_t *bgr, int luma)
{
    int high = bgr[0], low = bgr[0];
    for (int c = 1; c < 3; c++) {
        if (bgr[c] > high) high = bgr[c];
        if (bgr[c] < low) low = bgr[c];
    }
    return luma >= PAPER_LUMA && high - low <= PAPER_TINT;
}

/* Counts one sample; returns the sum of its two steps of luma. */
static uint32_t count_sample(const sample *s, tally *t)
{
    int luma = luma_of(s->here);
    int across = abs(luma_of(s->right) - luma), down = abs(luma_of(s->below) - luma);
    t->flat += is_same(s->here, s->right) && is_same(s->here, s->below);
    t->paper += is_paper(s->here, luma);
    bool steep = across > STRONG_EDGE || down > STRONG_EDGE;
    t->edges += steep;
    t->straight += steep && (across <= NO_EDGE || down <= NO_EDGE);
    return (uint32_t)(across + down);
}

/* The i-th of n places spread over a side, so that the neighbour after it still lies inside where there is one. */
static size_t place(size_t i, size_t n, uint32_t side)
{
    size_t reach = side > 1 ? side - 1 : 1;
    return (2 * i + 1) * reach / (2 * n);
}

static ts_cell measure_cell(const ts_pixels *pixels, size_t column, size_t row, tally *t)
{
    uint32_t r = 0, g = 0, b = 0, steps = 0;
    const size_t right = pixels->width > 1 ? 4 : 0, below = pixels->height > 1 ? pixels->stride : 0;
    for (size_t j = 0; j < SAMPLES; j++) {
        size_t y = place(row * SAMPLES + j, (size_t)TS_LAYOUT_SIDE * SAMPLES, pixels->height);
        const uint8_t *line = pixels->data + y * pixels->stride;
        for (size_t i = 0; i < SAMPLES; i++) {
            size_t x = place(column * SAMPLES + i, (size_t)TS_LAYOUT_SIDE * SAMPLES, pixels->width);
            const uint8_t *here = line + x * 4;
            b += here[0];
            g += here[1];
            r += here[2];
            steps += count_sample(&(sample){here, here + right, here + below}, t);
        }
    }
    const float n = SAMPLES * SAMPLES;
    ts_lab lab = ts_lab_of((float)r / n, (float)g / n, (float)b / n);
    return (ts_cell){.l = lab.l, .a = lab.a, .b = lab.b, .detail = (float)steps / (2 * n)};
}

/* Pearson's correlation of the lightness with its mirror image, each row less its own mean: a floor below a wall is
 * no symmetry. Both sides have the same mean and spread. */
static float symmetry_of(const ts_layout *layout)
{
    float squares = 0, products = 0;
    const size_t side = TS_LAYOUT_SIDE;
    for (size_t row = 0; row < side; row++) {
        const ts_cell *cells = layout->cells[row];
        float mean = 0;
        for (size_t i = 0; i < side; i++) mean += cells[i].l / (float)side;
        for (size_t i = 0; i < side; i++) {
            squares += (cells[i].l - mean) * (cells[i].l - mean);
            products += (cells[i].l - mean) * (cells[side - 1 - i].l - mean);
        }
    }
    return squares > (float)(side * side) ? products / squares : 0;
}

bool ts_layout_measure(const ts_pixels *pixels, ts_layout *out, ts_error *err)
{
    *out = (ts_layout){0};
    if (!pixels->data || !pixels->width || !pixels->height)
        return ts_fail(err, TS_INTERNAL, "no pixels to measure");
    tally t = {0};
    for (size_t row = 0; row < TS_LAYOUT_SIDE; row++)
        for (size_t column = 0; column < TS_LAYOUT_SIDE; column++)
            out->cells[row][column] = measure_cell(pixels, column, row, &t);
    const float n = (float)SAMPLES * SAMPLES * TS_LAYOUT_SIDE * TS_LAYOUT_SIDE;
    out->flat = (float)t.flat / n;
    out->paper = (float)t.paper / n;
    out->edges = (float)t.edges / n;
    out->straight = t.edges > 0 ? (float)t.straight / (float)t.edges : 0;
    out->symmetry = symmetry_of(out);
    return true;
}
