/* image: rows of pixels on their way into the canvas: alpha over white, reduction by whole factors.
 * Must not know formats. */
#include <assert.h>
#include <libyuv/convert_argb.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

void ts_row_from_rgb(const uint8_t *rgb, uint8_t *bgrx, uint32_t width)
{
    (void)RAWToARGB(rgb, 0, bgrx, 0, (int)width, 1);
}

void ts_row_from_bgr(const uint8_t *bgr, uint8_t *bgrx, uint32_t width)
{
    (void)RGB24ToARGB(bgr, 0, bgrx, 0, (int)width, 1);
}

void ts_row_from_rgbx(const uint8_t *rgbx, uint8_t *bgrx, uint32_t width)
{
    (void)ABGRToARGB(rgbx, 0, bgrx, 0, (int)width, 1);
}

/* Most pictures with an alpha channel make no use of it. In blocks, as add_line. */
static bool row_is_opaque(const uint8_t *row, uint32_t width)
{
    enum { block = 16 };
    size_t x = 0, whole = width - width % block;
    uint8_t all = 255;
    for (; all == 255 && x < whole; x += block)
        for (size_t k = 0; k < block; k++) all &= row[(x + k) * 4 + 3];
    for (; x < width; x++) all &= row[x * 4 + 3];
    return all == 255;
}

void ts_row_from_rgba(const uint8_t *rgba, uint8_t *bgrx, uint32_t width)
{
    if (row_is_opaque(rgba, width)) {
        ts_row_from_rgbx(rgba, bgrx, width);
        return;
    }
    for (uint32_t x = 0; x < width; x++, rgba += 4, bgrx += 4) {
        uint8_t alpha = rgba[3];
        ts_put_rgb(bgrx, ts_over_white(rgba[0], alpha), ts_over_white(rgba[1], alpha),
                   ts_over_white(rgba[2], alpha));
    }
}

void ts_row_flatten_bgra(uint8_t *bgra, uint32_t width)
{
    if (row_is_opaque(bgra, width)) return;
    for (uint32_t x = 0; x < width; x++, bgra += 4) {
        uint8_t alpha = bgra[3];
        ts_put_rgb(bgra, ts_over_white(bgra[2], alpha), ts_over_white(bgra[1], alpha),
                   ts_over_white(bgra[0], alpha));
    }
}

uint8_t *ts_sink_row(ts_sink *sink)
{
    if (sink->factor > 1) return sink->line;
    return sink->job->canvas.data + (size_t)sink->row * sink->job->canvas.stride;
}

/* Averages the band's sums over each block; blocks at the right and lower edge may be smaller. */
static void flush_band(ts_sink *sink, uint32_t band_rows)
{
    const ts_pixels *canvas = &sink->job->canvas;
    uint8_t *out = canvas->data + (size_t)((sink->row - 1) / sink->factor) * canvas->stride;
    const uint32_t *in = sink->sums;
    for (uint32_t x = 0; x < canvas->width; x++, out += 4) {
        uint32_t left = sink->width - x * sink->factor;
        uint32_t block = left < sink->factor ? left : sink->factor;
        uint32_t sum[4] = {0};
        for (uint32_t k = 0; k < block; k++, in += 4)
            for (int c = 0; c < 4; c++) sum[c] += in[c];
        uint32_t area = block * band_rows;
        assert(area > 0);
        for (int c = 0; c < 4; c++) out[c] = (uint8_t)((sum[c] + area / 2) / area);
    }
    memset(sink->sums, 0, (size_t)sink->width * 4 * sizeof *sink->sums);
}

/* In blocks of a fixed size, which compilers turn into vectors at every level of optimisation. */
static void add_line(uint32_t *restrict sums, const uint8_t *restrict line, size_t samples)
{
    enum { block = 16 };
    size_t i = 0;
    for (; i + block <= samples; i += block)
        for (size_t k = 0; k < block; k++) sums[i + k] += line[i + k];
    for (; i < samples; i++) sums[i] += line[i];
}

void ts_sink_push(ts_sink *sink)
{
    sink->row++;
    if (sink->factor == 1) return;
    add_line(sink->sums, sink->line, (size_t)sink->width * 4);
    uint32_t in_band = sink->row % sink->factor;
    if (in_band == 0) flush_band(sink, sink->factor);
    else if (sink->row == sink->height) flush_band(sink, in_band);
}

static void fill_missing_rows(ts_sink *sink)
{
    const ts_pixels *canvas = &sink->job->canvas;
    uint32_t in_band = sink->row % sink->factor;
    if (in_band > 0 && sink->row < sink->height) flush_band(sink, in_band);
    uint32_t first = sink->row / sink->factor + (in_band > 0);
    if (first < canvas->height)
        memset(canvas->data + (size_t)first * canvas->stride, 128, (canvas->height - first) * canvas->stride);
}

void ts_sink_close(ts_sink *sink)
{
    if (sink->job && sink->row < sink->height && (sink->factor == 1 || sink->sums)) fill_missing_rows(sink);
    free(sink->line);
    free(sink->sums);
    *sink = (ts_sink){0};
}
