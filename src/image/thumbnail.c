/* image: a small JPEG of a picture, for contact sheets. Must not know where it is shown or stored. */
#include "image/image.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "base/error.h"

#define THUMBNAIL_SIDE_MAX 4096

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

/* Baseline, 4:2:0, into `jpeg`, which holds *length bytes: enough, so that libjpeg never puts its own block
 * in its place. *length becomes the bytes written. */
static bool encode(uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *jpeg,
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
    jpeg_mem_dest(&out, &jpeg, length);
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

/* More than 4:2:0 can take at any quality: three bytes for each pixel of whole 16 x 16 blocks, and the
 * headers. */
static size_t most_bytes(uint32_t width, uint32_t height)
{
    return ((size_t)width + 15) * ((size_t)height + 15) * 3 + 4096;
}

bool ts_thumbnail_jpeg(const ts_pixels *pixels, uint32_t side, int quality, uint8_t **jpeg, size_t *length,
                       ts_error *err)
{
    *jpeg = NULL;
    *length = 0;
    if (quality < 1 || quality > 100 || side == 0) {
        return ts_fail(err, TS_INTERNAL, "a thumbnail of %u pixels and quality %d", side, quality);
    }
    if (side > THUMBNAIL_SIDE_MAX) side = THUMBNAIL_SIDE_MAX;
    uint32_t longer = pixels->width > pixels->height ? pixels->width : pixels->height;
    const ts_view_spec spec = {.width = scaled_side(pixels->width, longer, side),
                               .height = scaled_side(pixels->height, longer, side)};
    unsigned long made = most_bytes(spec.width, spec.height);
    bool ok = false;
    uint8_t *rgb = malloc((size_t)spec.width * spec.height * 3 + 1);
    uint8_t *bytes = malloc(made);
    if (!rgb || !bytes) {
        ts_fail_memory(err);
        goto done;
    }
    if (!ts_view_make(pixels, &spec, rgb, NULL, err)) goto done;
    if (!encode(rgb, spec.width, spec.height, quality, bytes, &made, err)) goto done;
    uint8_t *trimmed = realloc(bytes, made);
    *jpeg = trimmed ? trimmed : bytes;
    *length = made;
    bytes = NULL;
    ok = true;
done:
    free(bytes);
    free(rgb);
    return ok;
}
