/* image, private to the room: the one resampler behind every view and measure. */
#ifndef TS_IMAGE_RESAMPLE_H
#define TS_IMAGE_RESAMPLE_H

#include "image/image.h"

/* Resamples the region of `pixels` to out_width x out_height packed pixels of three bytes (B G R when bgr,
 * else R G B), rows out_stride bytes apart (>= 3 * out_width).
 *
 * The filter is a triangle as wide as the shrink factor, two taps when growing: what Pillow and torchvision
 * call antialiased bilinear. Pixel centres lie at halves. Samples outside the picture do not exist (the
 * weights are normalised over those inside); samples outside the region but inside the picture count.
 * The region must lie within the picture and have a positive width and height.
 * Errors: TS_NO_MEMORY, TS_TOO_LARGE. Any thread. */
bool ts_resample(const ts_pixels *pixels, ts_rect region, uint32_t out_width, uint32_t out_height, bool bgr,
                 uint8_t *out, size_t out_stride, ts_error *err);

/* ---- the two inner loops (resample_rows.c) ------------------------------------------------------- */

/* Samples between the passes are unsigned 8.8 fixed point; weights are 0.16 and add up to at most 65535. */

/* out[i] = sum over taps of weights[t] * rows[t * stride + i], i < samples. */
void ts_rows_blend(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps, uint16_t *out,
                   size_t samples);

/* For each of `count` output pixels: the weighted sum of `taps` (a multiple of 4) neighbouring pixels of
 * `row` (4 samples each), from pixel starts[i] on, rounded to bytes; weights hold every tap four times.
 * Writes 3 * count bytes. Reads all taps, also those of weight zero: the row must be long enough. */
void ts_row_reduce(const uint16_t *row, const uint32_t *starts, const uint16_t *weights, size_t taps,
                   size_t count, bool bgr, uint8_t *out);

#endif
