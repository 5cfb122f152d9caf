/* image: how well a picture is made, as far as pixels tell: sharpness, noise, exposure, contrast, and one
 * rule that sums them up. Must not know tags, thresholds or taste.
 *
 * Everything is judged on what is given. Where the decoder has reduced a large photograph, that is the
 * picture as seen at about that size: blur and noise finer than its pixels are gone, and do not count.
 *
 * Sharpness, contrast and exposure are measured on a plane of luma whose longer side is at most PLANE_SIDE,
 * so that the same photograph scores alike at different sizes; smaller pictures are never enlarged. */
#include "image/image.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <libyuv.h>

#include "base/error.h"
#include "image/lab.h"

#define PLANE_SIDE 640

typedef struct plane {
    uint8_t *luma; /* full range, width bytes a row */
    uint32_t width, height;
} plane;

static bool plane_new(const ts_pixels *pixels, plane *out, ts_error *err)
{
    if (!pixels->data || !pixels->width || !pixels->height || pixels->width > INT32_MAX / 8 ||
        pixels->height > INT32_MAX / 8 || pixels->stride > INT32_MAX) {
        return ts_fail(err, TS_INTERNAL, "no pixels to measure");
    }
    uint32_t longer = pixels->width > pixels->height ? pixels->width : pixels->height;
    bool shrink = longer > PLANE_SIDE;
    ts_view_spec spec = {.width = pixels->width, .height = pixels->height};
    if (shrink) {
        spec.width = (uint32_t)fmax(1, (double)pixels->width * PLANE_SIDE / longer);
        spec.height = (uint32_t)fmax(1, (double)pixels->height * PLANE_SIDE / longer);
    }
    size_t area = (size_t)spec.width * spec.height;
    uint8_t *scratch = malloc(shrink ? area * 4 : area);
    if (!scratch) return ts_fail_memory(err);
    *out = (plane){scratch, spec.width, spec.height};
    int width = (int)spec.width, height = (int)spec.height;
    if (!shrink) {
        ARGBToJ400(pixels->data, (int)pixels->stride, scratch, width, width, height);
        return true;
    }
    if (!ts_view_make(pixels, &spec, scratch + area, NULL, err)) {
        free(scratch);
        return false;
    }
    RAWToJ400(scratch + area, width * 3, scratch, width, width, height);
    return true;
}

/* ---- exposure and contrast: the histogram of luma ---- */

typedef struct histogram {
    uint32_t counts[256];
    uint32_t total;
    float mean; /* 0..1 */
} histogram;

static histogram histogram_of(const plane *p)
{
    histogram h = {.total = p->width * p->height};
    uint32_t odd[256] = {0}; /* two tables: runs of one value do not wait for each other */
    uint32_t i = 0;
    for (; i + 1 < h.total; i += 2) {
        h.counts[p->luma[i]]++;
        odd[p->luma[i + 1]]++;
    }
    if (i < h.total) odd[p->luma[i]]++;
    uint64_t sum = 0;
    for (uint32_t v = 0; v < 256; v++) {
        h.counts[v] += odd[v];
        sum += (uint64_t)v * h.counts[v];
    }
    h.mean = (float)((double)sum / h.total / 255);
    return h;
}

/* The luma (0..1) below which this share of the pixels lies. */
static float percentile(const histogram *h, double share)
{
    double wanted = share * h->total, seen = 0;
    for (uint32_t v = 0; v < 256; v++) {
        seen += h->counts[v];
        if (seen >= wanted && seen > 0) return (float)v / 255;
    }
    return 1;
}

static float share_between(const histogram *h, unsigned from, unsigned to)
{
    uint64_t sum = 0;
    for (unsigned v = from; v <= to; v++) sum += h->counts[v];
    return (float)((double)sum / h->total);
}

static float clipped_light_of(const histogram *h)
{
    return share_between(h, 253, 255);
}

static float clamp(float v, float low, float high)
{
    return v < low ? low : v > high ? high : v;
}

/* Witnesses for too dark: a low mean, no bright pixels, and shadows that ran together; for too bright: a high
 * mean, channels that ran into white, and shadows that are none. A night scene with lights or a subject on a
 * white ground is convicted by some only. What a sensor loses shows at the bright end, what a curve does shows in
 * the shadows. Weights and bounds were picked on 123 photographs and their degraded copies, and looked at on 122
 * others (docs/performance.md). */
#define BALANCED_MEAN 0.45f
#define EXPECTED_HIGH 0.85f /* of the 98th percentile */
#define SHADOW_SHARE 0.1
#define DEEP_SHADOW 0.15f /* of the 10th: below it shadows begin to run together */
#define THIN_SHADOW 0.2f  /* and from here to there they are missing */
#define NO_SHADOW 0.7f
#define MUCH_CLIPPED 0.4f /* share of pixels with a channel at white that leaves no doubt */

static float exposure_of(const histogram *h, float channels_clipped)
{
    float shadow = percentile(h, SHADOW_SHARE);
    float too_dark = clamp(1 - h->mean / BALANCED_MEAN, 0, 1);
    float too_bright = clamp((h->mean - BALANCED_MEAN) / (1 - BALANCED_MEAN), 0, 1);
    float missing_light = clamp(1 - percentile(h, 0.98) / EXPECTED_HIGH, 0, 1);
    float deep = clamp(1 - shadow / DEEP_SHADOW, 0, 1);
    float missing_dark = clamp((shadow - THIN_SHADOW) / (NO_SHADOW - THIN_SHADOW), 0, 1);
    float clipped = clamp(channels_clipped / MUCH_CLIPPED, 0, 1);
    return 0.25f * too_bright + 0.4f * clipped + 0.35f * missing_dark - 0.2f * too_dark -
           0.5f * missing_light - 0.3f * deep;
}

/* ---- sharpness ---- */

/* How fast neighbouring pixels part: the mean squared difference of luma at distance d grows like d^(2H). At
 * a step edge H is 1/2 between d = 1 and d = FAR, on a smooth slope 1, in noise 0. Contrast cancels out. Blur
 * makes every edge a slope, so even the sharpest blocks of a blurred picture have H near 1; a photograph with
 * a shallow depth of field keeps some below 0.7. Along and across are judged apart and the worse one counts,
 * because motion blurs only along. */
#define BLOCK 32
#define FAR 4
#define ROW_STEP 2 /* every second row of a block is enough */

/* White noise adds the same to both differences: what the calmest blocks show at distance 1 is noise. */
#define CALM_SHARE 0.1
/* Blocks that part by less than this (squared, at FAR) or by much less than the median block tell nothing. */
#define LEAST_DETAIL 9.0f
#define LEAST_OF_MEDIAN 0.3f
/* So many blocks with detail make a direction worth judging; the sharpest share of them speaks for the
 * picture. */
#define LEAST_BLOCKS_SHARE 0.04
#define SHARPEST_SHARE 0.07
#define SMOOTH_H 0.9f  /* sharpness 0 */
#define CRISP_H 0.15f  /* sharpness 1 */
#define UNDECIDED 0.5f /* nothing in the picture could be sharp */

typedef struct detail {
    float near, far; /* mean squared differences at distance 1 and FAR */
} detail;

static uint32_t squared_differences(const uint8_t *a, const uint8_t *b)
{
    int32_t sum = 0;
    for (size_t i = 0; i < BLOCK; i++) {
        int16_t d = (int16_t)(a[i] - b[i]);
        sum += d * d;
    }
    return (uint32_t)sum;
}

static detail block_detail(const uint8_t *corner, size_t stride, size_t step)
{
    uint32_t near = 0, far = 0;
    for (size_t y = 0; y < BLOCK; y += ROW_STEP) {
        const uint8_t *row = corner + y * stride;
        near += squared_differences(row, row + step);
        far += squared_differences(row, row + step * FAR);
    }
    const float pixels = (float)BLOCK * BLOCK / ROW_STEP;
    return (detail){(float)near / pixels, (float)far / pixels};
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float sorted_at(const float *values, size_t count, double share)
{
    return values[(size_t)(share * (double)(count - 1) + 0.5)];
}

/* H of the sharpest blocks in one direction, or a negative number where too few blocks have detail.
 * scratch: count floats. */
static float smoothness(const detail *blocks, size_t count, float *scratch)
{
    for (size_t i = 0; i < count; i++) scratch[i] = blocks[i].near;
    qsort(scratch, count, sizeof *scratch, ascending);
    float noise = sorted_at(scratch, count, CALM_SHARE);
    for (size_t i = 0; i < count; i++) scratch[i] = blocks[i].far;
    qsort(scratch, count, sizeof *scratch, ascending);
    float least = (sorted_at(scratch, count, 0.5) - noise) * LEAST_OF_MEDIAN;
    if (least < LEAST_DETAIL) least = LEAST_DETAIL;

    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        float near = blocks[i].near - noise, far = blocks[i].far - noise;
        if (far < least) continue;
        if (near < far / 32) near = far / 32;
        scratch[found++] = far > near ? log2f(far / near) / 4 : 0; /* (FAR / 1)^(2 H) */
    }
    if (found == 0 || (double)found < LEAST_BLOCKS_SHARE * (double)count) return -1;
    qsort(scratch, found, sizeof *scratch, ascending);
    return sorted_at(scratch, found, SHARPEST_SHARE);
}

/* Y. Ke, X. Tang, F. Jing: The Design of High-Level Features for Photo Quality Assessment (2006): in photographs by
 * people who mean it what there is to see stands together, in snapshots it reaches to every edge. 1 minus the area
 * that holds 96 % of the detail: the middle 98 % of it along and across. sums: room for the longer side. */
#define EDGE_SHARE 0.01f

static float extent(const float *sums, size_t count)
{
    float total = 0, before = 0;
    size_t first = count, last = 0;
    for (size_t i = 0; i < count; i++) total += sums[i];
    for (size_t i = 0; i < count; i++) {
        if (before + sums[i] > EDGE_SHARE * total && first == count) first = i;
        before += sums[i];
        if (before < (1 - EDGE_SHARE) * total) last = i + 1;
    }
    return total > 0 && count ? (float)(last - first + 1) / (float)count : 1;
}

static float compactness(const detail *blocks, const detail *vertical, size_t across, size_t down,
                         float *sums)
{
    float area = 1;
    for (int turned = 0; turned < 2; turned++) {
        size_t lines = turned ? down : across;
        for (size_t i = 0; i < lines; i++) sums[i] = 0;
        for (size_t i = 0; i < across * down; i++)
            sums[turned ? i / across : i % across] += sqrtf(blocks[i].far + vertical[i].far);
        area *= extent(sums, lines);
    }
    return 1 - area;
}

/* *compact: 0 where nothing can be said. */
static bool sharpness_of(const plane *p, float *out, float *compact, ts_error *err)
{
    *out = UNDECIDED;
    *compact = 0;
    if (p->width < BLOCK + FAR || p->height < BLOCK + FAR) return true;
    size_t across = (p->width - FAR) / BLOCK, down = (p->height - FAR) / BLOCK, count = across * down;
    detail *blocks = malloc(count * (2 * sizeof *blocks + sizeof(float)));
    if (!blocks) return ts_fail_memory(err);
    detail *vertical = blocks + count;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *corner = p->luma + (i / across * p->width + i % across) * BLOCK;
        blocks[i] = block_detail(corner, p->width, 1);
        vertical[i] = block_detail(corner, p->width, p->width);
    }
    float *scratch = (float *)(vertical + count);
    float h = fmaxf(smoothness(blocks, count, scratch), smoothness(vertical, count, scratch));
    if (h >= 0) *out = clamp((SMOOTH_H - h) / (SMOOTH_H - CRISP_H), 0, 1);
    *compact = compactness(blocks, vertical, across, down, scratch);
    free(blocks);
    return true;
}

/* ---- noise ---- */

/* J. Immerkaer: Fast noise variance estimation (1996), on small blocks instead of the whole picture: texture
 * only adds, so the calm blocks tell the noise. Blocks near black or white are left out where there are
 * others: clipping hides noise. Taken from the pixels as given, on a grid that keeps the cost the same for
 * every size. */
#define NOISE_BLOCK 16
#define NOISE_COLUMNS 20
#define NOISE_ROWS 15
#define NOISE_CALM_SHARE 0.04
#define CALM_BIAS 1.08f /* pure noise: what the calmest of its blocks read too little */
#define NOISE_DARK 12
#define NOISE_LIGHT 243
#define NOISE_LEAST_BLOCKS 8

typedef struct noise_block {
    float noise; /* standard deviation */
    bool clipped;
} noise_block;

static noise_block noise_of_block(const ts_pixels *pixels, size_t x, size_t y)
{
    enum { side = NOISE_BLOCK + 2 };
    uint8_t luma[side * side];
    ARGBToJ400(pixels->data + y * pixels->stride + x * 4, (int)pixels->stride, luma, side, side, side);
    uint32_t sum = 0, brightness = 0;
    for (size_t j = 0; j < NOISE_BLOCK; j++) {
        const uint8_t *a = luma + j * side, *b = a + side, *c = b + side;
        for (size_t i = 0; i < NOISE_BLOCK; i++) {
            int corners = a[i] + a[i + 2] + c[i] + c[i + 2];
            int edges = a[i + 1] + b[i] + b[i + 2] + c[i + 1];
            sum += (uint32_t)abs(corners - 2 * edges + 4 * b[i + 1]);
            brightness += b[i + 1];
        }
    }
    const uint32_t area = NOISE_BLOCK * NOISE_BLOCK;
    uint32_t mean = brightness / area;
    /* the mask has norm 6, and a normal variable's mean magnitude is sqrt(2 / pi) of its deviation */
    return (noise_block){.noise = (float)sum / (float)area / 6 * 1.2533141f * CALM_BIAS,
                         .clipped = mean < NOISE_DARK || mean > NOISE_LIGHT};
}

static size_t grid_positions(uint32_t side, size_t most)
{
    if (side < NOISE_BLOCK + 2) return 0;
    size_t fit = (side - 2) / NOISE_BLOCK;
    return fit < most ? fit : most;
}

/* Position of grid line i out of n, spread evenly over what a block can reach. */
static size_t grid_at(size_t i, size_t n, uint32_t side)
{
    size_t reach = side - (NOISE_BLOCK + 2);
    return n > 1 ? reach * i / (n - 1) : reach / 2;
}

static float noise_of(const ts_pixels *pixels)
{
    float open[NOISE_COLUMNS * NOISE_ROWS], all[NOISE_COLUMNS * NOISE_ROWS];
    size_t open_count = 0, count = 0;
    size_t columns = grid_positions(pixels->width, NOISE_COLUMNS),
           rows = grid_positions(pixels->height, NOISE_ROWS);
    for (size_t j = 0; j < rows; j++) {
        for (size_t i = 0; i < columns; i++) {
            noise_block b =
                noise_of_block(pixels, grid_at(i, columns, pixels->width), grid_at(j, rows, pixels->height));
            all[count++] = b.noise;
            if (!b.clipped) open[open_count++] = b.noise;
        }
    }
    if (count == 0) return 0;
    bool enough = open_count >= NOISE_LEAST_BLOCKS;
    float *values = enough ? open : all;
    if (enough) count = open_count;
    qsort(values, count, sizeof *values, ascending);
    return sorted_at(values, count, NOISE_CALM_SHARE);
}

/* ---- the summary ---- */

#define COLOUR_GRID 48 /* sampled points a side */

typedef struct colour_facts {
    float colourfulness;    /* Hasler and Suesstrunk (2003) */
    float channels_clipped; /* share of points with a channel at white */
} colour_facts;

static colour_facts sample_colours(const ts_pixels *pixels)
{
    ts_opponents opponents = {0};
    unsigned clipped = 0;
    for (uint32_t j = 0; j < COLOUR_GRID; j++) {
        const uint8_t *row =
            pixels->data + (size_t)((uint64_t)pixels->height * j / COLOUR_GRID) * pixels->stride;
        for (uint32_t i = 0; i < COLOUR_GRID; i++) {
            const uint8_t *at = row + (size_t)((uint64_t)pixels->width * i / COLOUR_GRID) * 4;
            ts_opponents_add(&opponents, at[2], at[1], at[0]);
            clipped += at[0] >= 253 || at[1] >= 253 || at[2] >= 253;
        }
    }
    return (colour_facts){ts_colourfulness(&opponents), (float)clipped / (COLOUR_GRID * COLOUR_GRID)};
}

/* The aesthetic rule. No taste was learned: it says how far a picture is from the common technical faults,
 * with a small bonus for vivid colour. Parts in 0..1 are combined as a weighted geometric mean, so that one
 * grave fault cannot be bought back by the rest; a floor keeps a part from deciding alone.
 *
 * Exposure counts as (1 - |exposure|) squared. Colour runs from 0.5 (none) to 1 (colourfulness 60 and more),
 * because black and white is no fault; noise from 1 (none) to 0 (20 and more); composition from 0.6 (detail
 * reaches to every edge, as in landscapes too) to 1 (what there is to see stands in a third of the picture);
 * resolution from 0.2 (a stamp) to 1 (two megapixels and more). */
static float aesthetic_of(const ts_quality *q, float colour, float compact, double megapixels)
{
    float balance = 1 - fabsf(q->exposure);
    const struct {
        float value, weight;
    } parts[] = {
        {q->sharpness, 0.3f},
        {balance * balance, 0.25f},
        {q->contrast, 0.15f},
        {0.5f + 0.5f * clamp(colour / 60, 0, 1), 0.1f},
        {1 - clamp(q->noise / 20, 0, 1), 0.1f},
        {0.6f + 0.4f * clamp(compact / 0.67f, 0, 1), 0.05f},
        {0.2f + 0.8f * clamp((float)sqrt(megapixels / 2), 0, 1), 0.05f},
    };
    float log_sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        log_sum += parts[i].weight * logf(clamp(parts[i].value, 0.02f, 1));
    }
    return expf(log_sum);
}

bool ts_quality_measure(const ts_pixels *pixels, uint32_t full_width, uint32_t full_height, ts_quality *out,
                        ts_error *err)
{
    *out = (ts_quality){0};
    plane p = {0};
    if (!plane_new(pixels, &p, err)) return false;
    float compact = 0;
    bool ok = sharpness_of(&p, &out->sharpness, &compact, err);
    if (ok) {
        histogram h = histogram_of(&p);
        colour_facts colours = sample_colours(pixels);
        out->exposure = exposure_of(&h, colours.channels_clipped);
        out->contrast = clamp((percentile(&h, 0.95) - percentile(&h, 0.05)) / 0.9f, 0, 1);
        out->clipped_dark = share_between(&h, 0, 2);
        out->clipped_light = clipped_light_of(&h);
        out->noise = noise_of(pixels);
        double megapixels = (double)full_width * full_height / 1e6;
        out->aesthetic = aesthetic_of(out, colours.colourfulness, compact, megapixels);
    }
    free(p.luma);
    return ok;
}
