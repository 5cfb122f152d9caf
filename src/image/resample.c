/* image: resamples a region of a picture by rows. Must not know what a view is for.
 *
 * Why not libyuv: its ARGB scaler has no box filter (kFilterBox falls back to two-tap bilinear, odd whole
 * factors even to single samples). At 260 x 260 out of 640 x 480 its views differ by 5 levels on average, and
 * by up to 138, from the antialiased ones that networks were trained on; these differ by one level at most.
 *
 * Each output row is made in two steps: the source rows under the filter are blended into one row of 16-bit
 * samples, which is then reduced across. No intermediate picture exists; the one scratch block holds that row
 * and the weights of both axes. */
#include "image/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define SAMPLES 4 /* B G R X */

/* Beyond this shrink factor only every step-th source sample is read: the filter then still sees at least
 * this many of them to each side, and weights keep enough bits. */
#define WIDEST_FILTER 64
#define MOST_TAPS                                                                                            \
    (4 * WIDEST_FILTER + 4) /* a scale below 2 * WIDEST_FILTER, twice that wide, rounded up to fours */

typedef struct axis {
    double origin, scale; /* in steps of the source */
    double support;       /* half the width of the triangle */
    size_t step;          /* source samples a step */
    size_t length;        /* of the source, in steps */
    size_t taps;          /* most samples under the filter */
    size_t out;           /* output samples */
    uint32_t *starts;     /* [out] first step under the filter */
    uint16_t *weights;    /* [out * taps * lanes] */
} axis;

static axis axis_plan(double from, double extent, size_t length, size_t out)
{
    double shrink = extent / (double)out;
    size_t step = shrink > WIDEST_FILTER ? (size_t)(shrink / WIDEST_FILTER) : 1;
    axis a = {.origin = from / (double)step, .scale = shrink / (double)step, .step = step, .out = out};
    a.length = length / step;
    a.support = a.scale > 1 ? a.scale : 1;
    /* the row kernel takes four taps at once */
    a.taps = ((size_t)ceil(a.support * 2) + 3) & ~(size_t)3;
    return a;
}

/* The triangle over the steps from..to, normalised. */
static void triangle(const axis *a, double centre, size_t from, size_t count, double *shares)
{
    double sum = 0;
    for (size_t t = 0; t < count; t++) {
        double height = a->support - fabs((double)(from + t) + 0.5 - centre);
        shares[t] = height > 0 ? height : 0;
        sum += shares[t];
    }
    if (sum <= 0) shares[0] = sum = 1;
    for (size_t t = 0; t < count; t++) shares[t] /= sum;
}

/* Weights of one output sample, as 0.16 fixed point that adds up to exactly 65535: the rounding error of each
 * weight is carried to the next. Returns the first step under the filter. */
static uint32_t axis_weigh(const axis *a, size_t index, uint16_t *weights, size_t lanes)
{
    double centre = a->origin + ((double)index + 0.5) * a->scale;
    double first = centre - a->support + 0.5;
    size_t from = first > 0 ? (size_t)first : 0;
    size_t to = (size_t)(centre + a->support + 0.5);
    if (from >= a->length) from = a->length - 1;
    if (to > a->length) to = a->length;
    if (to <= from) to = from + 1;
    if (to > from + a->taps) to = from + a->taps;

    double shares[MOST_TAPS];
    triangle(a, centre, from, to - from, shares);
    double carried = 0;
    memset(weights, 0, a->taps * lanes * sizeof *weights);
    for (size_t t = 0; t < to - from; t++) {
        double exact = shares[t] * 65535 + carried;
        uint16_t rounded = (uint16_t)(exact + 0.5);
        carried = exact - (double)rounded;
        for (size_t lane = 0; lane < lanes; lane++) weights[t * lanes + lane] = rounded;
    }
    return (uint32_t)from;
}

static void axis_fill(axis *a, size_t lanes)
{
    for (size_t i = 0; i < a->out; i++)
        a->starts[i] = axis_weigh(a, i, a->weights + i * a->taps * lanes, lanes);
}

/* Keeps every step-th pixel of a blended row, in place. */
static void thin_row(uint16_t *row, size_t pixels, size_t step)
{
    for (size_t i = 1; i < pixels; i++) {
        for (size_t c = 0; c < SAMPLES; c++) row[i * SAMPLES + c] = row[i * step * SAMPLES + c];
    }
}

/* One block for everything, widest elements first so that each part is aligned. The row is longer than the
 * picture because the kernel reads all taps of the last filters, also those of weight zero. */
static void *carve_scratch(axis *x, axis *y, size_t width, uint16_t **row, ts_error *err)
{
    size_t starts = x->out + y->out;
    size_t bytes = 0, part = 0;
    bool over = __builtin_mul_overflow(x->out * SAMPLES, x->taps, &bytes);
    over =
        over || __builtin_mul_overflow(y->out, y->taps, &part) || __builtin_add_overflow(bytes, part, &bytes);
    over = over || __builtin_mul_overflow(width + x->taps, (size_t)SAMPLES, &part);
    over = over || __builtin_add_overflow(bytes, part, &bytes) ||
           __builtin_add_overflow(bytes, starts * 2, &bytes);
    if (over || bytes > SIZE_MAX / 4) {
        ts_fail(err, TS_TOO_LARGE, "a view of %zux%zu pixels is too large", x->out, y->out);
        return NULL;
    }
    void *scratch = calloc(1, bytes * sizeof(uint16_t));
    if (!scratch) {
        ts_fail_memory(err);
        return NULL;
    }
    x->starts = scratch;
    y->starts = x->starts + x->out;
    x->weights = (uint16_t *)(y->starts + y->out);
    y->weights = x->weights + x->out * x->taps * SAMPLES;
    *row = y->weights + y->out * y->taps;
    return scratch;
}

/* Weights at the end of a filter may be zero, and rows behind the picture must not be read. */
static size_t used_taps(const uint16_t *weights, size_t taps)
{
    while (taps > 1 && weights[taps - 1] == 0) taps--;
    return taps;
}

bool ts_resample(const ts_pixels *pixels, ts_rect region, uint32_t out_width, uint32_t out_height, bool bgr,
                 uint8_t *out, size_t out_stride, ts_error *err)
{
    axis x = axis_plan(region.x, region.width, pixels->width, out_width);
    axis y = axis_plan(region.y, region.height, pixels->height, out_height);
    uint16_t *row = NULL;
    void *scratch = carve_scratch(&x, &y, pixels->width, &row, err);
    if (!scratch) return false;
    axis_fill(&x, SAMPLES);
    axis_fill(&y, 1);

    /* columns outside the filters need no blending */
    size_t first = x.starts[0] * x.step;
    size_t end = (x.starts[x.out - 1] + x.taps) * x.step;
    if (end > pixels->width) end = pixels->width;
    for (size_t i = 0; i < y.out; i++, out += out_stride) {
        const uint16_t *weights = y.weights + i * y.taps;
        const uint8_t *rows = pixels->data + y.starts[i] * y.step * pixels->stride + first * SAMPLES;
        ts_rows_blend(rows, pixels->stride * y.step, weights, used_taps(weights, y.taps),
                      row + first * SAMPLES, (end - first) * SAMPLES);
        if (x.step > 1) thin_row(row, x.length, x.step);
        ts_row_reduce(row, x.starts, x.weights, x.taps, x.out, bgr, out);
    }
    free(scratch);
    return true;
}
