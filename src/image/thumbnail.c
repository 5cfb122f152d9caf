/* image: a small JPEG of a picture, for contact sheets. Must not know where it is shown or stored. */
#include "image/image.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "base/error.h"

/* libjpeg reports by a callback that must not return: jump back to the call. */
typedef struct jpeg_trouble {
    struct jpeg_error_mgr manager;
    jmp_buf back;
    char message[JMSG_LENGTH_MAX];
} jpeg_trouble;

static void jump_back(j_common_ptr jpeg)
{
    jpeg_trouble *trouble = (jpeg_trouble *)jpeg->err;
    trouble->manager.format_message(jpeg, trouble->message);
    longjmp(trouble->back, 1);
}

static void stay_silent(j_common_ptr jpeg)
{
    (void)jpeg;
}

/* Baseline, 4:2:0. On failure *jpeg may hold memory all the same: the caller frees it. */
static bool encode(uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t **jpeg,
                   unsigned long *length, ts_error *err)
{
    struct jpeg_compress_struct out = {0};
    jpeg_trouble trouble;
    out.err = jpeg_std_error(&trouble.manager);
    trouble.manager.error_exit = jump_back;
    trouble.manager.output_message = stay_silent;
    if (setjmp(trouble.back)) {
        jpeg_destroy_compress(&out);
        return ts_fail(err, TS_INTERNAL, "cannot write the thumbnail: %s", trouble.message);
    }
    jpeg_create_compress(&out);
    jpeg_mem_dest(&out, jpeg, length);
    out.image_width = width;
    out.image_height = height;
    out.input_components = 3;
    out.in_color_space = JCS_RGB;
    jpeg_set_defaults(&out); /* Y Cb Cr with 2x2 sampling */
    jpeg_set_quality(&out, quality, TRUE);
    jpeg_start_compress(&out, TRUE);
    while (out.next_scanline < height) {
        JSAMPROW row = rgb + (size_t)out.next_scanline * width * 3;
        jpeg_write_scanlines(&out, &row, 1);
    }
    jpeg_finish_compress(&out);
    jpeg_destroy_compress(&out);
    return true;
}

/* The side scaled by limit / longer, at least 1; small pictures are not enlarged. */
static uint32_t scaled_side(uint32_t side, uint32_t longer, uint32_t limit)
{
    if (longer <= limit) return side;
    uint64_t scaled = ((uint64_t)side * limit + longer / 2) / longer;
    return scaled ? (uint32_t)scaled : 1;
}

bool ts_thumbnail_jpeg(const ts_pixels *pixels, uint32_t side, int quality, uint8_t **jpeg, size_t *length,
                       ts_error *err)
{
    *jpeg = NULL;
    *length = 0;
    if (quality < 1 || quality > 100) return ts_fail(err, TS_INTERNAL, "a thumbnail of quality %d", quality);
    uint32_t longer = pixels->width > pixels->height ? pixels->width : pixels->height;
    const ts_view_spec spec = {.width = scaled_side(pixels->width, longer, side),
                               .height = scaled_side(pixels->height, longer, side)};
    uint8_t *rgb = NULL;
    unsigned char *made = NULL;
    unsigned long made_length = 0;
    bool ok = false;
    if (side == 0 || spec.width > 16384 || spec.height > 16384) {
        ts_fail(err, TS_INTERNAL, "a thumbnail of %u pixels", side);
        goto done;
    }
    rgb = malloc((size_t)spec.width * spec.height * 3 + 1);
    if (!rgb) {
        ts_fail_memory(err);
        goto done;
    }
    if (!ts_view_make(pixels, &spec, rgb, NULL, err)) goto done;
    if (!encode(rgb, spec.width, spec.height, quality, &made, &made_length, err)) goto done;
    *jpeg = made;
    *length = made_length;
    made = NULL;
    ok = true;
done:
    free(made);
    free(rgb);
    return ok;
}
