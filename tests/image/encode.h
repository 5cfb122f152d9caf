/* Tests of the image room: small files of every format, made on the spot by the codec libraries' own
 * encoders, or by hand where they have none. Every function ends the test on failure; what it returns the
 * caller frees. */
#ifndef TS_TESTS_IMAGE_ENCODE_H
#define TS_TESTS_IMAGE_ENCODE_H

#include "image/image.h"
#include "tests/support/support.h"

typedef struct encoded {
    uint8_t *bytes;
    size_t length;
} encoded;

/* R G B A, 4 bytes a pixel, no padding. */
typedef struct drawing {
    uint8_t *rgba;
    uint32_t width;
    uint32_t height;
} drawing;

/* Smooth, opaque, and different in each corner, so that a turned or mirrored picture shows. */
drawing draw_corners(uint32_t width, uint32_t height);
/* The stored form of an upright drawing under an EXIF orientation. */
drawing draw_stored(const drawing *upright, unsigned orientation);
void drawing_free(drawing *d);

/* A TIFF structure with orientation, make, model, date and a place; no "Exif" prefix. */
encoded encode_exif(unsigned orientation);

typedef struct jpeg_options {
    bool grey, cmyk, progressive;
    const encoded *exif;
    const encoded *icc;
    unsigned extra_scans; /* that many further scans, all alike */
} jpeg_options;

encoded encode_jpeg(const drawing *d, const jpeg_options *options);

typedef struct png_options {
    unsigned colour_type; /* as in the file: 0 2 3 4 6 */
    unsigned depth;       /* 8 or 16; palette always 8 */
    bool interlaced;
    const encoded *exif;
} png_options;

/* Palette pictures use the red of the drawing as index; the palette is a grey ramp with entry 0 transparent.
 */
encoded encode_png(const drawing *d, const png_options *options);

encoded encode_webp(const drawing *d);
/* Two frames: the first covers (8, 4) to the drawing's size within a canvas of width x height. */
encoded encode_webp_animation(const drawing *d, uint32_t width, uint32_t height);
/* Colour cube of 6 x 6 x 6, `frames` alike; alpha 0 is transparent. */
encoded encode_gif(const drawing *d, unsigned frames, bool interlaced);

typedef struct tiff_options {
    unsigned depth;       /* 8 or 16 */
    unsigned orientation; /* 0: not said */
    bool tiled, planar, cmyk, lzw;
    unsigned more_pages; /* behind the first, all alike */
} tiff_options;

encoded encode_tiff(const drawing *d, const tiff_options *options);
/* bits: 24, 32, or 8 (a colour cube as for GIF); rle only with 8. */
encoded encode_bmp(const drawing *d, unsigned bits, bool rle, bool top_down);
/* bytes is NULL when the installed library has no encoder. orientation 1, or 6 as irot. */
encoded encode_avif(const drawing *d, unsigned depth, unsigned orientation);
/* Marked as BT.2020 with this transfer code, the samples as they are. */
encoded encode_avif_wide(const drawing *d, unsigned transfer);
encoded encode_heic(const drawing *d);

/* An ICC profile with the primaries of Adobe RGB and gamma 2.2. */
encoded encode_wide_profile(void);

void encoded_free(encoded *e);

/* Mean absolute difference a sample between the decoded picture and the drawing over white; the sizes must
 * agree. */
double difference(const ts_pixels *pixels, const drawing *d);

#endif
