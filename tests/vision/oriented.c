/* tests/vision: writes JPEGs with an EXIF orientation, by EXIF's own table (0th row, 0th column), not by the
 * code under test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "tests/support/support.h"
#include "tests/vision/oriented.h"

typedef struct place {
    uint32_t x, y;
} place;

/* Where the pixel that is stored at column x, row y belongs in an upright picture of this size. */
static place upright_place(unsigned orientation, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
    switch (orientation) {
    case 2:
        return (place){width - 1 - x, y}; /* 0th row top, 0th column right */
    case 3:
        return (place){width - 1 - x, height - 1 - y}; /* bottom, right */
    case 4:
        return (place){x, height - 1 - y}; /* bottom, left */
    case 5:
        return (place){y, x}; /* left, top */
    case 6:
        return (place){width - 1 - y, x}; /* right, top */
    case 7:
        return (place){width - 1 - y, height - 1 - x}; /* right, bottom */
    case 8:
        return (place){y, height - 1 - x}; /* left, bottom */
    default:
        return (place){x, y};
    }
}

/* APP1: little-endian TIFF with one directory of one entry. */
static void write_exif(struct jpeg_compress_struct *jpeg, unsigned orientation)
{
    unsigned char exif[] = {'E',  'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0,
                            0x12, 1,   3,   0,   1, 0, 0,   0,   0,  0, 0, 0, 0, 0, 0, 0};
    exif[24] = (unsigned char)orientation;
    jpeg_write_marker(jpeg, JPEG_APP0 + 1, exif, sizeof exif);
}

static void write_rows(struct jpeg_compress_struct *jpeg, const ts_pixels *upright, unsigned orientation)
{
    unsigned char *row = malloc((size_t)jpeg->image_width * 3);
    if (!row) fail_msg("out of memory");
    for (uint32_t y = 0; y < jpeg->image_height; y++) {
        for (uint32_t x = 0; x < jpeg->image_width; x++) {
            place at = upright_place(orientation, x, y, upright->width, upright->height);
            const uint8_t *bgrx = upright->data + at.y * upright->stride + (size_t)at.x * 4;
            for (int c = 0; c < 3; c++) row[x * 3 + (uint32_t)c] = bgrx[2 - c];
        }
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    free(row);
}

unsigned char *oriented_jpeg(const ts_pixels *upright, unsigned orientation, size_t *length)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors; /* the standard one exits: good enough for a test */
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = orientation < 5 ? upright->width : upright->height;
    jpeg.image_height = orientation < 5 ? upright->height : upright->width;
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 95, TRUE);
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&jpeg, TRUE);
    write_exif(&jpeg, orientation);
    write_rows(&jpeg, upright, orientation);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    *length = size;
    return bytes;
}
