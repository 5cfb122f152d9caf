/* image: turns stored pixels upright by EXIF orientation. Must not know formats or EXIF blocks. */
#include <string.h>

#include "image/codec.h"

static void swap_pixels(uint8_t *a, uint8_t *b)
{
    uint32_t pa, pb;
    memcpy(&pa, a, 4);
    memcpy(&pb, b, 4);
    memcpy(a, &pb, 4);
    memcpy(b, &pa, 4);
}

static void mirror_rows(ts_pixels *pixels)
{
    for (uint32_t y = 0; y < pixels->height; y++) {
        uint8_t *left = pixels->data + y * pixels->stride;
        uint8_t *right = left + (size_t)(pixels->width - 1) * 4;
        for (; left < right; left += 4, right -= 4) swap_pixels(left, right);
    }
}

static void flip_columns(ts_pixels *pixels)
{
    if (pixels->height < 2) return;
    uint8_t *top = pixels->data;
    uint8_t *bottom = top + (size_t)(pixels->height - 1) * pixels->stride;
    for (; top < bottom; top += pixels->stride, bottom -= pixels->stride)
        for (size_t x = 0; x < pixels->width; x++) swap_pixels(top + x * 4, bottom + x * 4);
}

/* Walks square blocks, so that neither side of the copy leaves the cache. */
static void transpose(const ts_pixels *in, ts_pixels *out)
{
    enum { block = 16 };
    for (uint32_t by = 0; by < in->height; by += block) {
        uint32_t y_end = by + block < in->height ? by + block : in->height;
        for (uint32_t bx = 0; bx < in->width; bx += block) {
            uint32_t x_end = bx + block < in->width ? bx + block : in->width;
            for (uint32_t y = by; y < y_end; y++)
                for (uint32_t x = bx; x < x_end; x++)
                    memcpy(out->data + x * out->stride + (size_t)y * 4,
                           in->data + y * in->stride + (size_t)x * 4, 4);
        }
    }
}

static void copy_rows(const ts_pixels *in, ts_pixels *out)
{
    if (in->data == out->data) return;
    for (uint32_t y = 0; y < in->height; y++)
        memcpy(out->data + y * out->stride, in->data + y * in->stride, (size_t)in->width * 4);
}

void ts_orient(const ts_pixels *in, uint32_t orientation, ts_pixels *out)
{
    /* Each of the eight is an optional transposition, then optional mirrors. */
    static const struct {
        bool transpose, mirror, flip;
    } steps[9] = {
        [2] = {false, true, false}, [3] = {false, true, true}, [4] = {false, false, true},
        [5] = {true, false, false}, [6] = {true, true, false}, [7] = {true, true, true},
        [8] = {true, false, true},
    };
    if (orientation > 8) orientation = 1;
    if (steps[orientation].transpose) transpose(in, out);
    else copy_rows(in, out);
    if (steps[orientation].mirror) mirror_rows(out);
    if (steps[orientation].flip) flip_columns(out);
}
