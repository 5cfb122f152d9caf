/* image: which colours a picture has. A small view is counted into cells of similar colour, each cell gets a
 * basic name, and the names make the palette. Must not know tags or thresholds.
 *
 * Why names first and not clusters first: the mean of a cluster is often a muddy colour that nobody sees in
 * the picture, and small strong colours drown in large clusters. Counting by name keeps them, is
 * deterministic, and gives one swatch a name by construction. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "image/image.h"
#include "image/lab.h"

#define VIEW_SIDE 128 /* longer side of the view that is counted */

/* A name joins the palette from this share of the picture on, vivid ones earlier; the area of rarer names
 * goes to the next best name. */
#define LEAST_SHARE 0.02f
#define LEAST_VIVID_SHARE 0.01f
#define VIVID_CHROMA 45.0f

/* Cells are the upper four bits of each channel. */
#define CELL_BITS 4
#define CELLS (1 << 3 * CELL_BITS)

typedef struct cell {
    uint32_t count, r, g, b; /* pixels, and their sums */
} cell;

/* The pixels of one cell as one colour. */
typedef struct patch {
    uint32_t cell;
    uint32_t name;  /* the nearest of all names */
    uint32_t shown; /* the nearest of those in the palette */
    ts_lab lab;
    float chroma;
    float share; /* of the picture */
} patch;

typedef struct workspace {
    uint8_t view[VIEW_SIDE * VIEW_SIDE * 3];
    cell cells[CELLS];
    patch patches[CELLS];
    size_t patch_count;
} workspace;

static uint32_t scaled_side(uint32_t side, uint32_t longer)
{
    if (longer <= VIEW_SIDE) return side;
    uint32_t scaled = (uint32_t)((uint64_t)side * VIEW_SIDE / longer);
    return scaled ? scaled : 1;
}

/* Returns the colourfulness on the way. */
static float count_pixels(const uint8_t *rgb, size_t pixels, cell *cells)
{
    ts_opponents opponents = {0};
    for (const uint8_t *end = rgb + pixels * 3; rgb < end; rgb += 3) {
        uint32_t r = rgb[0], g = rgb[1], b = rgb[2];
        cell *c = &cells[(r >> 4) << 8 | (g >> 4) << 4 | b >> 4];
        c->count++;
        c->r += r;
        c->g += g;
        c->b += b;
        ts_opponents_add(&opponents, (int)r, (int)g, (int)b);
    }
    return ts_colourfulness(&opponents);
}

static void collect_patches(workspace *w, size_t pixels)
{
    for (uint32_t i = 0; i < CELLS; i++) {
        const cell *c = &w->cells[i];
        if (!c->count) continue;
        patch *p = &w->patches[w->patch_count++];
        float n = (float)c->count;
        p->cell = i;
        p->lab = ts_lab_of((float)c->r / n, (float)c->g / n, (float)c->b / n);
        p->chroma = ts_lab_chroma(p->lab);
        p->share = n / (float)pixels;
    }
}

/* What a name gathers over the picture. */
typedef struct name_sum {
    float share;
    float chroma; /* weighted by share */
} name_sum;

static void name_patches(workspace *w, name_sum *sums)
{
    size_t like = 0;
    for (size_t i = 0; i < w->patch_count; i++) {
        patch *p = &w->patches[i];
        p->name = (uint32_t)ts_colour_name_nearest_like(p->lab, TS_COLOUR_NAMES_ALL, &like);
        sums[p->name].share += p->share;
        sums[p->name].chroma += p->share * p->chroma;
    }
}

static bool is_worth_showing(name_sum sum)
{
    bool vivid = sum.chroma >= VIVID_CHROMA * sum.share;
    return sum.share >= (vivid ? LEAST_VIVID_SHARE : LEAST_SHARE);
}

/* The names that make the palette: those with enough area, at most TS_PALETTE_MAX; the largest one always. */
static uint32_t choose_names(const name_sum *sums)
{
    uint32_t chosen = 0, seen = 0;
    for (size_t n = 0; n < TS_PALETTE_MAX;) {
        size_t best = TS_COLOUR_NAMES;
        for (size_t i = 0; i < TS_COLOUR_NAMES; i++) {
            if (seen >> i & 1) continue;
            if (best == TS_COLOUR_NAMES || sums[i].share > sums[best].share) best = i;
        }
        if (best == TS_COLOUR_NAMES || sums[best].share <= 0) break;
        seen |= 1u << best;
        if (chosen && !is_worth_showing(sums[best])) continue;
        chosen |= 1u << best;
        n++;
    }
    return chosen;
}

/* Gives the area of names that are not shown to the nearest shown one. */
static void share_out(workspace *w, uint32_t chosen, float *shares)
{
    size_t like = 0;
    for (size_t i = 0; i < w->patch_count; i++) {
        patch *p = &w->patches[i];
        bool kept = chosen >> p->name & 1;
        p->shown = kept ? p->name : (uint32_t)ts_colour_name_nearest_like(p->lab, chosen, &like);
        shares[p->shown] += p->share;
    }
}

/* The colour shown for a name: the mean of its pixels when that still looks like the name, else its commonest
 * cell. */
static ts_swatch swatch_of(const workspace *w, size_t name, float share)
{
    double r = 0, g = 0, b = 0, n = 0;
    const cell *most = NULL;
    for (size_t i = 0; i < w->patch_count; i++) {
        if (w->patches[i].name != name) continue;
        const cell *c = &w->cells[w->patches[i].cell];
        r += c->r;
        g += c->g;
        b += c->b;
        n += c->count;
        if (!most || c->count > most->count) most = c;
    }
    ts_lab mean = ts_lab_of((float)(r / n), (float)(g / n), (float)(b / n));
    if (most && ts_colour_name_nearest(mean, TS_COLOUR_NAMES_ALL) != name) {
        r = most->r;
        g = most->g;
        b = most->b;
        n = most->count;
    }
    ts_swatch s = {.r = (uint8_t)(r / n + 0.5), .g = (uint8_t)(g / n + 0.5), .b = (uint8_t)(b / n + 0.5)};
    ts_lab lab = ts_lab_of(s.r, s.g, s.b);
    s.lightness = lab.l;
    s.a = lab.a;
    s.b_lab = lab.b;
    s.share = share;
    s.name = ts_colour_name_text(name);
    return s;
}

static void sort_swatches(ts_swatch *swatches, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        ts_swatch moved = swatches[i];
        size_t to = i;
        for (; to > 0 && swatches[to - 1].share < moved.share; to--) swatches[to] = swatches[to - 1];
        swatches[to] = moved;
    }
}

static void fill_palette(workspace *w, ts_colours *out)
{
    name_sum sums[TS_COLOUR_NAMES] = {0};
    float shares[TS_COLOUR_NAMES] = {0};
    name_patches(w, sums);
    uint32_t chosen = choose_names(sums);
    share_out(w, chosen, shares);
    for (size_t name = 0; name < TS_COLOUR_NAMES; name++) {
        if (!(chosen >> name & 1)) continue;
        out->swatches[out->count++] = swatch_of(w, name, shares[name]);
    }
    sort_swatches(out->swatches, out->count);
}

/* Warm is the orange side of the hue circle, cold the blue side opposite. Grey counts as neither: WARMTH_GREY
 * is the mean chroma at which a picture of one hue is half of what it could be. */
#define WARM_A 0.5f /* cos 60 degrees */
#define WARM_B 0.8660254f
#define WARMTH_GREY 6.0f

/* A picture is black and white when next to nothing of it stands off its mean tint, and the tint itself is
 * faint: a scan on yellowed paper still is, noise in the view is averaged away before. Toned pictures (sepia)
 * are not: their colour is meant to be seen. On photographs true ones stay below 2.5 units over 99.5 % of the
 * area, colour photographs of grey things begin at 3.8. */
#define OFF_TINT 3.3f
#define OFF_TINT_SHARE 0.005f
#define FAINT_TINT 6.0f

static void fill_tone(const workspace *w, ts_colours *out)
{
    float a = 0, b = 0, chroma = 0;
    for (size_t i = 0; i < w->patch_count; i++) {
        const patch *p = &w->patches[i];
        out->mean_lightness += p->share * p->lab.l;
        a += p->share * p->lab.a;
        b += p->share * p->lab.b;
        chroma += p->share * p->chroma;
    }
    out->warmth = (a * WARM_A + b * WARM_B) / (chroma + WARMTH_GREY);

    float off_tint = 0;
    for (size_t i = 0; i < w->patch_count; i++) {
        const patch *p = &w->patches[i];
        ts_lab off = {.a = p->lab.a - a, .b = p->lab.b - b};
        if (ts_lab_chroma(off) > OFF_TINT) off_tint += p->share;
    }
    out->black_and_white = off_tint <= OFF_TINT_SHARE && sqrtf(a * a + b * b) <= FAINT_TINT;
}

bool ts_colours_measure(const ts_pixels *pixels, ts_colours *out, ts_error *err)
{
    *out = (ts_colours){0};
    workspace *w = calloc(1, sizeof *w);
    if (!w) return ts_fail_memory(err);
    uint32_t longer = pixels->width > pixels->height ? pixels->width : pixels->height;
    ts_view_spec spec = {.width = scaled_side(pixels->width, longer),
                         .height = scaled_side(pixels->height, longer)};
    bool ok = ts_view_make(pixels, &spec, w->view, NULL, err);
    if (ok) {
        size_t count = (size_t)spec.width * spec.height;
        out->colourfulness = count_pixels(w->view, count, w->cells);
        collect_patches(w, count);
        fill_palette(w, out);
        fill_tone(w, out);
    }
    free(w);
    return ok;
}
