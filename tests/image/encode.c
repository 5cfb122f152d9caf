/* Tests of the image room: the encoders behind encode.h. */
#include "encode.h"

#include <gif_lib.h>
#include <lcms2.h>
#include <math.h>
#include <spng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <webp/encode.h>

#include <jpeglib.h>

#include "base/buf.h"

static void append(ts_buf *buf, const void *bytes, size_t length)
{
    assert_true(ts_buf_append(buf, bytes, length));
}

static void append_le(ts_buf *buf, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) append(buf, &(uint8_t){(uint8_t)(value >> (8 * i))}, 1);
}

static encoded take(ts_buf *buf)
{
    assert_false(buf->failed);
    return (encoded){(uint8_t *)buf->data, buf->length};
}

void encoded_free(encoded *e)
{
    free(e->bytes);
    *e = (encoded){0};
}

/* ---- drawings ------------------------------------------------------------------------------------ */

static drawing drawing_new(uint32_t width, uint32_t height)
{
    drawing d = {calloc((size_t)width * height, 4), width, height};
    assert_non_null(d.rgba);
    return d;
}

void drawing_free(drawing *d)
{
    free(d->rgba);
    *d = (drawing){0};
}

drawing draw_corners(uint32_t width, uint32_t height)
{
    drawing d = drawing_new(width, height);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            uint8_t *p = d.rgba + ((size_t)y * width + x) * 4;
            p[0] = (uint8_t)(20 + x * 200 / width);
            p[1] = (uint8_t)(20 + y * 200 / height);
            p[2] = (uint8_t)(x < width / 2 && y < height / 2 ? 200 : 40);
            p[3] = 255;
        }
    }
    return d;
}

/* Where the upright pixel (x, y) stands in the stored picture of width w and height h: straight from the EXIF
 * standard's table of what row 0 and column 0 are. */
static void stored_place(unsigned orientation, uint32_t w, uint32_t h, uint32_t x, uint32_t y, uint32_t *sx,
                         uint32_t *sy)
{
    bool turned = orientation >= 5;
    uint32_t a = turned ? y : x, b = turned ? x : y;
    bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    *sx = from_right ? w - 1 - a : a;
    *sy = from_below ? h - 1 - b : b;
}

drawing draw_stored(const drawing *upright, unsigned orientation)
{
    bool turned = orientation >= 5;
    drawing d =
        drawing_new(turned ? upright->height : upright->width, turned ? upright->width : upright->height);
    for (uint32_t y = 0; y < upright->height; y++) {
        for (uint32_t x = 0; x < upright->width; x++) {
            uint32_t sx = 0, sy = 0;
            stored_place(orientation, d.width, d.height, x, y, &sx, &sy);
            memcpy(d.rgba + ((size_t)sy * d.width + sx) * 4,
                   upright->rgba + ((size_t)y * upright->width + x) * 4, 4);
        }
    }
    return d;
}

double difference(const ts_pixels *pixels, const drawing *d)
{
    assert_int_equal(pixels->width, d->width);
    assert_int_equal(pixels->height, d->height);
    double sum = 0;
    for (uint32_t y = 0; y < d->height; y++) {
        for (uint32_t x = 0; x < d->width; x++) {
            const uint8_t *p = pixels->data + y * pixels->stride + (size_t)x * 4;
            const uint8_t *q = d->rgba + ((size_t)y * d->width + x) * 4;
            assert_int_equal(p[3], 255);
            for (int c = 0; c < 3; c++) sum += fabs(p[2 - c] - (q[c] * q[3] / 255.0 + 255 - q[3]));
        }
    }
    return sum / ((double)d->width * d->height * 3);
}

/* ---- EXIF and ICC -------------------------------------------------------------------------------- */

static void append_entry(ts_buf *buf, unsigned tag, unsigned type, uint32_t count, uint32_t value)
{
    append_le(buf, tag, 2);
    append_le(buf, type, 2);
    append_le(buf, count, 4);
    append_le(buf, value, 4);
}

encoded encode_exif(unsigned orientation)
{
    enum { ascii = 2, word = 3, dword = 4, rational = 5 };
    enum {
        ifd0 = 8,
        entries0 = 6,
        text = ifd0 + 2 + entries0 * 12 + 4,
        gps = text + 40,
        places = gps + 2 + 6 * 12 + 4,
        shot = places + 72 + 12,
        numbers_of_shot = shot + 2 + 5 * 12 + 4
    };
    ts_buf buf = {0};
    append(&buf, "II*\0\x08\0\0\0", 8);
    append_le(&buf, entries0, 2);
    append_entry(&buf, 0x010F, ascii, 8, text);
    append_entry(&buf, 0x0110, ascii, 8, text + 8);
    append_entry(&buf, 0x0112, word, 1, orientation);
    append_entry(&buf, 0x0132, ascii, 20, text + 16);
    append_entry(&buf, 0x8769, dword, 1, shot);
    append_entry(&buf, 0x8825, dword, 1, gps);
    append_le(&buf, 0, 4);
    append(&buf, "Maker  \0Model 1\0002024:05:31 18:02:11\0pad", 40);
    append_le(&buf, 6, 2);
    append_entry(&buf, 1, ascii, 2, 'S');
    append_entry(&buf, 2, rational, 3, places);
    append_entry(&buf, 3, ascii, 2, 'E');
    append_entry(&buf, 4, rational, 3, places + 24);
    append_entry(&buf, 7, rational, 3, places + 48);
    append_entry(&buf, 29, ascii, 11, places + 72);
    append_le(&buf, 0, 4);
    static const uint32_t numbers[] = {33, 1, 51, 1, 3600, 100, 151, 1, 12, 1, 0, 1, 8, 1, 2, 1, 105, 10};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) append_le(&buf, numbers[i], 4);
    append(&buf, "2024:05:31\0", 12);
    append_le(&buf, 5, 2);
    append_entry(&buf, 0x829A, rational, 1, numbers_of_shot);
    append_entry(&buf, 0x829D, rational, 1, numbers_of_shot + 8);
    append_entry(&buf, 0x8827, word, 1, 400);
    append_entry(&buf, 0x920A, rational, 1, numbers_of_shot + 16);
    append_entry(&buf, 0xA405, word, 1, 75);
    append_le(&buf, 0, 4);
    static const uint32_t of_shot[] = {1, 250, 28, 10, 50, 1};
    for (size_t i = 0; i < sizeof of_shot / sizeof of_shot[0]; i++) append_le(&buf, of_shot[i], 4);
    return take(&buf);
}

encoded encode_wide_profile(void)
{
    cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
    cmsCIExyY white = {0.3127, 0.3290, 1};
    cmsToneCurve *gamma = cmsBuildGamma(NULL, 2.2);
    cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, (cmsToneCurve *[]){gamma, gamma, gamma});
    cmsUInt32Number size = 0;
    assert_true(cmsSaveProfileToMem(profile, NULL, &size));
    encoded e = {malloc(size), size};
    assert_non_null(e.bytes);
    assert_true(cmsSaveProfileToMem(profile, e.bytes, &size));
    cmsCloseProfile(profile);
    cmsFreeToneCurve(gamma);
    return e;
}

/* ---- JPEG ---------------------------------------------------------------------------------------- */

static void jpeg_line(const drawing *d, const jpeg_options *options, uint32_t y, uint8_t *line)
{
    for (uint32_t x = 0; x < d->width; x++) {
        const uint8_t *p = d->rgba + ((size_t)y * d->width + x) * 4;
        if (options->grey) line[x] = p[0];
        else if (options->cmyk)
            memcpy(line + x * 4, (uint8_t[]){p[0], p[1], p[2], 255}, 4); /* inverted: no black */
        else memcpy(line + x * 3, p, 3);
    }
}

static void jpeg_set_up(struct jpeg_compress_struct *jpeg, const drawing *d, const jpeg_options *options)
{
    jpeg->image_width = d->width;
    jpeg->image_height = d->height;
    jpeg->input_components = options->grey ? 1 : options->cmyk ? 4 : 3;
    jpeg->in_color_space = options->grey ? JCS_GRAYSCALE : options->cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, 97, TRUE);
    if (options->progressive) jpeg_simple_progression(jpeg);
}

/* Many times the same refinement of one bit is no valid progression, so extra scans repeat a whole component.
 */
static jpeg_scan_info *jpeg_many_scans(struct jpeg_compress_struct *jpeg, unsigned count)
{
    jpeg_scan_info *scans = calloc(count, sizeof *scans);
    assert_non_null(scans);
    for (unsigned i = 0; i < count; i++) {
        scans[i].comps_in_scan = 1;
        scans[i].component_index[0] = (int)(i % 3);
        bool first = i < 3;
        scans[i].Ss = first ? 0 : 1 + (int)((i - 3) / 3 % 63);
        scans[i].Se = first ? 0 : scans[i].Ss;
    }
    jpeg->scan_info = scans;
    jpeg->num_scans = (int)count;
    return scans;
}

encoded encode_jpeg(const drawing *d, const jpeg_options *options)
{
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    unsigned char *out = NULL;
    unsigned long length = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &out, &length);
    jpeg_set_up(&jpeg, d, options);
    jpeg_scan_info *scans = options->extra_scans ? jpeg_many_scans(&jpeg, options->extra_scans) : NULL;
    jpeg_start_compress(&jpeg, TRUE);
    if (options->exif) {
        ts_buf marker = {0};
        append(&marker, "Exif\0\0", 6);
        append(&marker, options->exif->bytes, options->exif->length);
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, (const JOCTET *)marker.data, (unsigned)marker.length);
        ts_buf_free(&marker);
    }
    if (options->icc) jpeg_write_icc_profile(&jpeg, options->icc->bytes, (unsigned)options->icc->length);
    uint8_t *line = malloc((size_t)d->width * 4);
    assert_non_null(line);
    for (uint32_t y = 0; y < d->height; y++) {
        jpeg_line(d, options, y, line);
        (void)jpeg_write_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(line);
    free(scans);
    return (encoded){out, length};
}

/* ---- PNG ----------------------------------------------------------------------------------------- */

static size_t png_channels(unsigned colour_type)
{
    static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
    return channels[colour_type];
}

static uint8_t *png_samples(const drawing *d, const png_options *options, size_t *size)
{
    size_t channels = png_channels(options->colour_type), bytes = options->depth / 8;
    *size = (size_t)d->width * d->height * channels * bytes;
    uint8_t *out = malloc(*size), *p = out;
    assert_non_null(out);
    for (size_t i = 0; i < (size_t)d->width * d->height; i++) {
        const uint8_t *in = d->rgba + i * 4;
        for (size_t c = 0; c < channels; c++) {
            uint8_t v = channels == 2 && c == 1 ? in[3] : in[c];
            for (size_t b = 0; b < bytes; b++) *p++ = v; /* v * 257 in either byte order */
        }
    }
    return out;
}

static void png_palette(spng_ctx *png)
{
    struct spng_plte palette = {.n_entries = 256};
    struct spng_trns clear = {.n_type3_entries = 1, .type3_alpha = {0}};
    for (unsigned i = 0; i < 256; i++)
        palette.entries[i] = (struct spng_plte_entry){(uint8_t)i, (uint8_t)i, (uint8_t)i, 0};
    assert_int_equal(spng_set_plte(png, &palette), 0);
    assert_int_equal(spng_set_trns(png, &clear), 0);
}

encoded encode_png(const drawing *d, const png_options *options)
{
    struct spng_ihdr header = {d->width, d->height, (uint8_t)options->depth, (uint8_t)options->colour_type,
                               0,        0,         options->interlaced};
    spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
    assert_non_null(png);
    (void)spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1);
    assert_int_equal(spng_set_ihdr(png, &header), 0);
    if (options->colour_type == 3) png_palette(png);
    if (options->exif) {
        struct spng_exif exif = {options->exif->length, (char *)options->exif->bytes};
        assert_int_equal(spng_set_exif(png, &exif), 0);
    }
    size_t size = 0;
    uint8_t *samples = png_samples(d, options, &size);
    int code = spng_encode_image(png, samples, size, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
    assert_int_equal(code, 0);
    encoded e = {0};
    e.bytes = spng_get_png_buffer(png, &e.length, &code);
    assert_non_null(e.bytes);
    spng_ctx_free(png);
    free(samples);
    return e;
}

/* ---- WebP ---------------------------------------------------------------------------------------- */

encoded encode_webp(const drawing *d)
{
    uint8_t *out = NULL;
    size_t length = WebPEncodeLosslessRGBA(d->rgba, (int)d->width, (int)d->height, (int)d->width * 4, &out);
    assert_true(length > 0);
    ts_buf buf = {0};
    append(&buf, out, length);
    WebPFree(out);
    return take(&buf);
}

static void append_frame(ts_buf *buf, const drawing *d, const encoded *still)
{
    enum { riff_header = 12, frame_header = 16 };
    append(buf, "ANMF", 4);
    append_le(buf, (uint32_t)(frame_header + still->length - riff_header), 4);
    append_le(buf, 8 / 2, 3);
    append_le(buf, 4 / 2, 3);
    append_le(buf, d->width - 1, 3);
    append_le(buf, d->height - 1, 3);
    append_le(buf, 100, 3);
    append_le(buf, 0, 1);
    append(buf, still->bytes + riff_header, still->length - riff_header);
}

encoded encode_webp_animation(const drawing *d, uint32_t width, uint32_t height)
{
    encoded still = encode_webp(d);
    ts_buf body = {0}, file = {0};
    append(&body, "WEBPVP8X\x0A\0\0\0\x12\0\0\0", 16);
    append_le(&body, width - 1, 3);
    append_le(&body, height - 1, 3);
    append(&body, "ANIM\x06\0\0\0\0\0\0\0\0\0", 14);
    for (int i = 0; i < 2; i++) append_frame(&body, d, &still);
    append(&file, "RIFF", 4);
    append_le(&file, (uint32_t)body.length, 4);
    append(&file, body.data, body.length);
    ts_buf_free(&body);
    encoded_free(&still);
    return take(&file);
}

/* ---- GIF and its colour cube --------------------------------------------------------------------- */

static uint8_t cube_index(const uint8_t *p)
{
    return (uint8_t)((p[0] + 25) / 51 * 36 + (p[1] + 25) / 51 * 6 + (p[2] + 25) / 51);
}

static void cube_colour(unsigned i, uint8_t *rgb)
{
    rgb[0] = (uint8_t)(i / 36 % 6 * 51);
    rgb[1] = (uint8_t)(i / 6 % 6 * 51);
    rgb[2] = (uint8_t)(i % 6 * 51);
}

static int write_gif(GifFileType *gif, const GifByteType *bytes, int count)
{
    append(gif->UserData, bytes, (size_t)count);
    return count;
}

static void put_gif_line(GifFileType *gif, const drawing *d, uint32_t y)
{
    uint8_t *line = malloc(d->width);
    assert_non_null(line);
    for (uint32_t x = 0; x < d->width; x++) {
        const uint8_t *p = d->rgba + ((size_t)y * d->width + x) * 4;
        line[x] = p[3] ? cube_index(p) : 255;
    }
    assert_int_equal(EGifPutLine(gif, line, (int)d->width), GIF_OK);
    free(line);
}

static void put_gif_frame(GifFileType *gif, const drawing *d, bool interlaced)
{
    static const uint32_t first[4] = {0, 4, 2, 1}, step[4] = {8, 8, 4, 2};
    GraphicsControlBlock control = {.TransparentColor = 255};
    GifByteType block[4];
    assert_int_equal(EGifGCBToExtension(&control, block), 4);
    assert_int_equal(EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, 4, block), GIF_OK);
    assert_int_equal(EGifPutImageDesc(gif, 0, 0, (int)d->width, (int)d->height, interlaced, NULL), GIF_OK);
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
        for (uint32_t y = interlaced ? first[pass] : 0; y < d->height; y += interlaced ? step[pass] : 1)
            put_gif_line(gif, d, y);
}

encoded encode_gif(const drawing *d, unsigned frames, bool interlaced)
{
    int code = 0;
    ts_buf buf = {0};
    GifFileType *gif = EGifOpen(&buf, write_gif, &code);
    assert_non_null(gif);
    EGifSetGifVersion(gif, true);
    ColorMapObject *map = GifMakeMapObject(256, NULL);
    assert_non_null(map);
    for (unsigned i = 0; i < 256; i++) {
        uint8_t rgb[3];
        cube_colour(i, rgb);
        map->Colors[i] = (GifColorType){rgb[0], rgb[1], rgb[2]};
    }
    assert_int_equal(EGifPutScreenDesc(gif, (int)d->width, (int)d->height, 8, 0, map), GIF_OK);
    for (unsigned i = 0; i < frames; i++) put_gif_frame(gif, d, interlaced);
    GifFreeMapObject(map);
    assert_int_equal(EGifCloseFile(gif, &code), GIF_OK);
    return take(&buf);
}

/* ---- TIFF ---------------------------------------------------------------------------------------- */

static uint16_t tiff_sample(const drawing *d, const tiff_options *o, uint32_t x, uint32_t y, unsigned c)
{
    if (x >= d->width || y >= d->height) return 0;
    const uint8_t *p = d->rgba + ((size_t)y * d->width + x) * 4;
    unsigned v = !o->cmyk ? p[c] : c == 3 ? 0 : 255U - p[c];
    return (uint16_t)(o->depth == 16 ? v * 257 : v);
}

/* A block of samples: channels first to last of pixels from (x, y) on. */
static void tiff_block(const drawing *d, const tiff_options *o, uint32_t x, uint32_t y, uint32_t w,
                       uint32_t h, unsigned first, unsigned last, uint8_t *out)
{
    for (uint32_t j = 0; j < h; j++) {
        for (uint32_t i = 0; i < w; i++) {
            for (unsigned c = first; c < last; c++) {
                uint16_t v = tiff_sample(d, o, x + i, y + j, c);
                memcpy(out, &v, o->depth / 8);
                out += o->depth / 8;
            }
        }
    }
}

static void write_tiles(TIFF *tiff, const drawing *d, const tiff_options *o, unsigned channels)
{
    enum { side = 16 };
    uint8_t tile[side * side * 4 * 2];
    for (uint32_t y = 0; y < d->height; y += side)
        for (uint32_t x = 0; x < d->width; x += side) {
            tiff_block(d, o, x, y, side, side, 0, channels, tile);
            assert_true(TIFFWriteTile(tiff, tile, x, y, 0, 0) > 0);
        }
}

static void write_lines(TIFF *tiff, const drawing *d, const tiff_options *o, unsigned channels)
{
    uint8_t *line = malloc((size_t)d->width * channels * 2);
    assert_non_null(line);
    for (unsigned plane = 0; plane < (o->planar ? channels : 1); plane++) {
        for (uint32_t y = 0; y < d->height; y++) {
            tiff_block(d, o, 0, y, d->width, 1, plane, o->planar ? plane + 1 : channels, line);
            assert_int_equal(TIFFWriteScanline(tiff, line, y, (uint16_t)plane), 1);
        }
    }
    free(line);
}

static void write_page(TIFF *tiff, const drawing *d, const tiff_options *o)
{
    unsigned channels = o->cmyk ? 4 : 3;
    TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, d->width);
    TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, d->height);
    TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, o->depth);
    TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
    TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, o->cmyk ? PHOTOMETRIC_SEPARATED : PHOTOMETRIC_RGB);
    TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, o->planar ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(tiff, TIFFTAG_COMPRESSION, o->lzw ? COMPRESSION_LZW : COMPRESSION_NONE);
    if (o->orientation) TIFFSetField(tiff, TIFFTAG_ORIENTATION, o->orientation);
    if (o->tiled) {
        TIFFSetField(tiff, TIFFTAG_TILEWIDTH, 16);
        TIFFSetField(tiff, TIFFTAG_TILELENGTH, 16);
        write_tiles(tiff, d, o, channels);
    } else {
        TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, 7);
        write_lines(tiff, d, o, channels);
    }
    assert_int_equal(TIFFWriteDirectory(tiff), 1);
}

encoded encode_tiff(const drawing *d, const tiff_options *o)
{
    char *folder = ts_test_folder();
    char *path = ts_test_path(folder, "picture.tif");
    TIFF *tiff = TIFFOpen(path, "w");
    assert_non_null(tiff);
    for (unsigned page = 0; page <= o->more_pages; page++) write_page(tiff, d, o);
    TIFFClose(tiff);
    encoded e = {0};
    e.bytes = (uint8_t *)ts_test_read(path, &e.length);
    free(path);
    ts_test_folder_end(folder);
    return e;
}

/* ---- BMP ----------------------------------------------------------------------------------------- */

/* Runs of one, which any reader must take. */
static void bmp_rle_row(ts_buf *buf, const drawing *d, uint32_t y)
{
    for (uint32_t x = 0; x < d->width; x++) {
        append_le(buf, 1, 1);
        append_le(buf, cube_index(d->rgba + ((size_t)y * d->width + x) * 4), 1);
    }
    append_le(buf, 0, 2);
}

static void bmp_row(ts_buf *buf, const drawing *d, unsigned bits, uint32_t y)
{
    size_t start = buf->length;
    for (uint32_t x = 0; x < d->width; x++) {
        const uint8_t *p = d->rgba + ((size_t)y * d->width + x) * 4;
        if (bits == 8) append_le(buf, cube_index(p), 1);
        else append(buf, (uint8_t[]){p[2], p[1], p[0], 0}, bits / 8);
    }
    while ((buf->length - start) % 4) append_le(buf, 0, 1);
}

encoded encode_bmp(const drawing *d, unsigned bits, bool rle, bool top_down)
{
    ts_buf buf = {0};
    uint32_t palette = bits == 8 ? 256 : 0, start = 54 + palette * 4;
    append(&buf, "BM", 2);
    append_le(&buf, 0, 8);
    append_le(&buf, start, 4);
    append_le(&buf, 40, 4);
    append_le(&buf, d->width, 4);
    append_le(&buf, top_down ? (uint32_t)0 - d->height : d->height, 4);
    append_le(&buf, 1, 2);
    append_le(&buf, bits, 2);
    append_le(&buf, rle, 4);
    for (int i = 0; i < 3; i++) append_le(&buf, 0, 4);
    append_le(&buf, palette, 4);
    append_le(&buf, 0, 4);
    for (unsigned i = 0; i < palette; i++) {
        uint8_t rgb[3];
        cube_colour(i, rgb);
        append(&buf, (uint8_t[]){rgb[2], rgb[1], rgb[0], 0}, 4);
    }
    for (uint32_t i = 0; i < d->height; i++) {
        uint32_t y = top_down ? i : d->height - 1 - i;
        if (rle) bmp_rle_row(&buf, d, y);
        else bmp_row(&buf, d, bits, y);
    }
    if (rle) append_le(&buf, 0x0100, 2);
    return take(&buf);
}
