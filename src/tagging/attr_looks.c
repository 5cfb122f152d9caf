/* tagging: the coarse map of a picture as looks: shares of its upper, middle or lower part that could be sky, grass,
 * snow, a road. A look is only a colour in a place; what it speaks for stands in vocab/cues.tsv. It knows no concepts.
 *
 * The bounds are in CIELAB; each was set on 257 photographs whose scenes a person had told (bench/truth). */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tagging/attributes.h"

#define UPPER_END 5 /* rows of 16 that are above, and from which on they are below */
#define LOWER_BEGIN 11

static float chroma(const ts_cell *c)
{
    return sqrtf(c->a * c->a + c->b * c->b);
}

static bool is_blue(const ts_cell *c)
{
    return c->b < -6 && c->a < 8 && c->l > 25;
}

static bool is_blue_sky(const ts_cell *c)
{
    return is_blue(c) && c->detail < 6;
}

static bool is_pale(const ts_cell *c)
{
    return c->l > 72 && chroma(c) < 9 && c->detail < 4;
}

static bool is_green(const ts_cell *c)
{
    return c->a < -5 && c->b > 6;
}

static bool is_white(const ts_cell *c)
{
    return c->l > 76 && chroma(c) < 9;
}

static bool is_sand(const ts_cell *c)
{
    return c->l > 50 && c->l < 88 && c->a > -3 && c->a < 12 && c->b > 8 && c->b < 28;
}

static bool is_grey(const ts_cell *c)
{
    return c->l > 25 && c->l < 70 && chroma(c) < 8;
}

static bool is_water(const ts_cell *c)
{
    return c->l > 20 && c->l < 80 && c->b < -1;
}

static bool is_glowing(const ts_cell *c)
{
    return c->l > 30 && c->a > 6 && c->b > 22;
}

static bool is_warm(const ts_cell *c)
{
    return c->b > 12 && c->a > -2;
}

static bool is_dark(const ts_cell *c)
{
    return c->l < 15;
}

static bool is_bright(const ts_cell *c)
{
    return c->l > 60;
}

static bool is_rough(const ts_cell *c)
{
    return c->detail > 10;
}

static bool is_smooth(const ts_cell *c)
{
    return c->detail < 2.5F;
}

/* Shares of rows [first, end); those without a test are worked out below. Sorted by name. */
static const struct {
    const char *name;
    bool (*test)(const ts_cell *);
    size_t first, end;
} rules[TS_LOOKS] = {
    {"blue-above", is_blue_sky, 0, UPPER_END},
    {"blue-below", is_blue, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"bright", is_bright, 0, TS_LAYOUT_SIDE},
    {"brighter-below", NULL, 0, 0},
    {"dark", is_dark, 0, TS_LAYOUT_SIDE},
    {"dark-above", is_dark, 0, UPPER_END},
    {"glow-above", is_glowing, 0, UPPER_END},
    {"green", is_green, 0, TS_LAYOUT_SIDE},
    {"green-below", is_green, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"grey-below", is_grey, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"pale-above", is_pale, 0, UPPER_END},
    {"pale-below", is_pale, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"plain", NULL, 0, 0},
    {"rough", is_rough, 0, TS_LAYOUT_SIDE},
    {"sand-below", is_sand, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"smooth", is_smooth, 0, TS_LAYOUT_SIDE},
    {"warm", is_warm, 0, TS_LAYOUT_SIDE},
    {"warm-above", is_warm, 0, UPPER_END},
    {"water-below", is_water, LOWER_BEGIN, TS_LAYOUT_SIDE},
    {"white-below", is_white, LOWER_BEGIN, TS_LAYOUT_SIDE},
};

static float share_of(const ts_layout *layout, bool (*test)(const ts_cell *), size_t first, size_t end)
{
    size_t hits = 0;
    for (size_t row = first; row < end; row++)
        for (size_t column = 0; column < TS_LAYOUT_SIDE; column++) hits += test(&layout->cells[row][column]);
    return (float)hits / (float)((end - first) * TS_LAYOUT_SIDE);
}

static float lightness_of(const ts_layout *layout, size_t first, size_t end)
{
    float sum = 0;
    for (size_t row = first; row < end; row++)
        for (size_t column = 0; column < TS_LAYOUT_SIDE; column++) sum += layout->cells[row][column].l;
    return sum / (float)((end - first) * TS_LAYOUT_SIDE);
}

static float brighter_below(const ts_layout *layout)
{
    float gain = lightness_of(layout, LOWER_BEGIN, TS_LAYOUT_SIDE) - lightness_of(layout, 0, UPPER_END);
    return fminf(fmaxf(gain / 40, 0), 1);
}

/* ---- the rim ---- */

#define RIM (4 * (TS_LAYOUT_SIDE - 1))
#define SAME_TONE 10.0F /* distance in CIELAB */
#define CALM 4.0F       /* detail */

static size_t rim_cells(const ts_layout *layout, const ts_cell **out)
{
    size_t n = 0;
    for (size_t row = 0; row < TS_LAYOUT_SIDE; row++)
        for (size_t column = 0; column < TS_LAYOUT_SIDE; column++)
            if (row == 0 || column == 0 || row == TS_LAYOUT_SIDE - 1 || column == TS_LAYOUT_SIDE - 1)
                out[n++] = &layout->cells[row][column];
    return n;
}

static int by_lightness(const void *a, const void *b)
{
    const ts_cell *x = *(const ts_cell *const *)a, *y = *(const ts_cell *const *)b;
    return (x->l > y->l) - (x->l < y->l);
}

/* Cells of the rim that are calm and of its middle tone: what stands before paper or a wall has them all round. */
static float plain_rim(const ts_layout *layout)
{
    const ts_cell *cells[RIM];
    size_t n = rim_cells(layout, cells), hits = 0;
    qsort(cells, n, sizeof *cells, by_lightness);
    const ts_cell *middle = cells[n / 2];
    for (size_t i = 0; i < n; i++) {
        float l = cells[i]->l - middle->l, a = cells[i]->a - middle->a, b = cells[i]->b - middle->b;
        hits += l * l + a * a + b * b < SAME_TONE * SAME_TONE && cells[i]->detail < CALM;
    }
    return fmaxf(((float)hits / (float)n - 0.6F) / 0.4F, 0);
}

/* ---- all of them ---- */

size_t ts_look_find(const char *name)
{
    size_t low = 0, high = TS_LOOKS;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(name, rules[middle].name);
        if (order == 0) return middle;
        if (order < 0) high = middle;
        else low = middle + 1;
    }
    return TS_LOOKS;
}

float ts_look(const ts_looks *looks, const char *name)
{
    size_t i = ts_look_find(name);
    assert(i < TS_LOOKS);
    return looks->values[i];
}

ts_looks ts_looks_of(const ts_layout *layout)
{
    ts_looks looks = {0};
    if (!layout) return looks;
    for (size_t i = 0; i < TS_LOOKS; i++)
        if (rules[i].test) looks.values[i] = share_of(layout, rules[i].test, rules[i].first, rules[i].end);
    looks.values[ts_look_find("brighter-below")] = brighter_below(layout);
    looks.values[ts_look_find("plain")] = plain_rim(layout);
    return looks;
}
