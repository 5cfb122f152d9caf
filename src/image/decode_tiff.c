/* image: TIFF through libtiff, its first page. Must not know other formats.
 *
 * Plain strips of 8-, 16- or 32-bit grey, RGB and CMYK are read line by line, so that a big picture needs
 * little memory and inks reach their colour profile. Everything else (palettes, bits, tiles, planes, YCbCr,
 * Lab, fax) goes through libtiff's RGBA reader, one band of strips or tiles at a time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "image/codec.h"

typedef struct tiff_reader {
    ts_decode_job *job;
    uint64_t at; /* read position of libtiff */
    TIFF *tiff;
    uint32_t width;
    uint32_t height;
    uint16_t bits;
    uint16_t samples;
    uint16_t photometric;
    uint16_t sample_format;
    uint16_t alpha; /* EXTRASAMPLE_ASSOCALPHA, EXTRASAMPLE_UNASSALPHA or 0 */
    void *line;     /* one stored line, or one band of R G B A */
    ts_sink sink;
    unsigned errors;
    char message[160]; /* the first error */
} tiff_reader;

/* ---- libtiff's view of the bytes ----------------------------------------------------------------- */

static tmsize_t read_bytes(thandle_t handle, void *out, tmsize_t size)
{
    tiff_reader *r = handle;
    uint64_t left = r->at < r->job->length ? r->job->length - r->at : 0;
    size_t n = (uint64_t)size < left ? (size_t)size : (size_t)left;
    if (n > 0) memcpy(out, r->job->bytes + r->at, n);
    r->at += n;
    return (tmsize_t)n;
}

static tmsize_t write_nothing(thandle_t handle, void *bytes, tmsize_t size)
{
    (void)handle, (void)bytes, (void)size;
    return -1;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence)
{
    tiff_reader *r = handle;
    uint64_t base = whence == SEEK_CUR ? r->at : whence == SEEK_END ? r->job->length : 0;
    r->at = base + offset;
    return r->at;
}

static int close_nothing(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t size_of(thandle_t handle)
{
    return ((const tiff_reader *)handle)->job->length;
}

/* The file is in memory already: strips are read in place. libtiff only reads what it maps for reading. */
static int map_bytes(thandle_t handle, void **base, toff_t *size)
{
    const tiff_reader *r = handle;
    *base = (void *)(uintptr_t)r->job->bytes;
    *size = r->job->length;
    return 1;
}

static void unmap_nothing(thandle_t handle, void *base, toff_t size)
{
    (void)handle, (void)base, (void)size;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
    tiff_reader *r = user;
    (void)tiff, (void)module;
    if (r->errors++ == 0) (void)vsnprintf(r->message, sizeof r->message, format, args);
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
    (void)tiff, (void)user, (void)module, (void)format, (void)args;
    return 1;
}

static TIFF *open_tiff(tiff_reader *r)
{
    enum { allocation_max = 512 << 20 };
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) return NULL;
    TIFFOpenOptionsSetMaxSingleMemAlloc(options, allocation_max);
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, r);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, r);
    TIFF *tiff = TIFFClientOpenExt("picture", "r", r, read_bytes, write_nothing, seek_to, close_nothing,
                                   size_of, map_bytes, unmap_nothing, options);
    TIFFOpenOptionsFree(options);
    return tiff;
}

/* ---- header -------------------------------------------------------------------------------------- */

static bool fail_tiff(const tiff_reader *r, ts_error *err)
{
    return ts_job_damaged(r->job, 0, r->message[0] ? r->message : "its first page is incomplete", err);
}

/* Camera RAW files are TIFFs whose first page is a preview: showing that for the picture would be a lie. */
static bool is_camera_raw(TIFF *tiff)
{
    uint16_t count = 0;
    uint32_t kind = 0;
    const void *value = NULL;
    if (TIFFGetField(tiff, TIFFTAG_DNGVERSION, &value)) return true;
    bool reduced = TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind) && (kind & FILETYPE_REDUCEDIMAGE);
    return reduced && TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &value) && count > 0;
}

static bool refuse_raw(ts_error *err)
{
    (void)ts_fail(err, TS_UNSUPPORTED,
                  "the file is a camera RAW file; Tagsmith decodes JPEG, PNG, WebP, GIF, TIFF, AVIF, "
                  "HEIC and BMP");
    return ts_hint(err, "export it as JPEG or TIFF first");
}

/* The whole file is one EXIF structure, but only small ones are worth the copy. */
static void read_facts(tiff_reader *r)
{
    enum { facts_max = 16 << 20 };
    const void *value = NULL;
    uint16_t orientation = 1;
    bool some =
        TIFFGetField(r->tiff, TIFFTAG_MAKE, &value) || TIFFGetField(r->tiff, TIFFTAG_DATETIME, &value) ||
        TIFFGetField(r->tiff, TIFFTAG_EXIFIFD, &value) || TIFFGetField(r->tiff, TIFFTAG_GPSIFD, &value);
    if (some && r->job->length <= facts_max && !TIFFIsBigTIFF(r->tiff))
        ts_job_exif(r->job, r->job->bytes, r->job->length);
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_ORIENTATION, &orientation);
    r->job->info.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
}

static void read_kind(tiff_reader *r)
{
    uint16_t extra_count = 0;
    const uint16_t *extra = NULL;
    uint32_t icc_length = 0;
    const void *icc = NULL;
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_BITSPERSAMPLE, &r->bits);
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_SAMPLESPERPIXEL, &r->samples);
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_SAMPLEFORMAT, &r->sample_format);
    if (!TIFFGetField(r->tiff, TIFFTAG_PHOTOMETRIC, &r->photometric)) r->photometric = UINT16_MAX;
    if (TIFFGetFieldDefaulted(r->tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extra) && extra_count > 0)
        r->alpha = extra[0] == EXTRASAMPLE_ASSOCALPHA || extra[0] == EXTRASAMPLE_UNASSALPHA ? extra[0] : 0;
    if (TIFFGetField(r->tiff, TIFFTAG_ICCPROFILE, &icc_length, &icc) && icc)
        ts_job_icc(r->job, icc, icc_length);
    bool grey = r->photometric == PHOTOMETRIC_MINISBLACK || r->photometric == PHOTOMETRIC_MINISWHITE;
    if (grey) ts_job_flag(r->job, TS_PICTURE_GREY);
    if (r->bits > 8) ts_job_flag(r->job, TS_PICTURE_DEEP);
}

static void count_pages(tiff_reader *r)
{
    uint32_t pages = TIFFNumberOfDirectories(r->tiff);
    if (pages <= 1) return;
    r->job->info.frames = pages;
    ts_job_flag(r->job, TS_PICTURE_ANIMATED);
}

static bool read_header(tiff_reader *r, ts_error *err)
{
    r->tiff = open_tiff(r);
    if (!r->tiff) return fail_tiff(r, err);
    if (!TIFFGetField(r->tiff, TIFFTAG_IMAGEWIDTH, &r->width) ||
        !TIFFGetField(r->tiff, TIFFTAG_IMAGELENGTH, &r->height))
        return fail_tiff(r, err);
    if (is_camera_raw(r->tiff)) return refuse_raw(err);
    if (!ts_job_size(r->job, r->width, r->height, err)) return false;
    read_kind(r);
    read_facts(r);
    count_pages(r);
    return true;
}

/* ---- lines --------------------------------------------------------------------------------------- */

static unsigned colour_samples(const tiff_reader *r)
{
    switch (r->photometric) {
    case PHOTOMETRIC_MINISBLACK:
    case PHOTOMETRIC_MINISWHITE:
        return 1;
    case PHOTOMETRIC_RGB:
        return 3;
    case PHOTOMETRIC_SEPARATED:
        return 4;
    default:
        return 0;
    }
}

static bool is_plain(const tiff_reader *r)
{
    enum { samples_max = 16 };
    uint16_t planes = PLANARCONFIG_CONTIG, inks = INKSET_CMYK;
    unsigned colours = colour_samples(r);
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_PLANARCONFIG, &planes);
    (void)TIFFGetFieldDefaulted(r->tiff, TIFFTAG_INKSET, &inks);
    bool depth =
        ((r->bits == 8 || r->bits == 16 || r->bits == 32) && r->sample_format == SAMPLEFORMAT_UINT) ||
        (r->bits == 32 && r->sample_format == SAMPLEFORMAT_IEEEFP);
    return !TIFFIsTiled(r->tiff) && planes == PLANARCONFIG_CONTIG && inks == INKSET_CMYK && depth &&
           colours > 0 && r->samples >= colours && r->samples <= samples_max;
}

static uint8_t sample8(const tiff_reader *r, const uint8_t *line, size_t index)
{
    uint16_t u16;
    uint32_t u32;
    float f;
    if (r->bits == 8) return line[index];
    if (r->bits == 16) {
        memcpy(&u16, line + index * 2, 2);
        return (uint8_t)(u16 >> 8);
    }
    memcpy(&u32, line + index * 4, 4);
    if (r->sample_format != SAMPLEFORMAT_IEEEFP) return (uint8_t)(u32 >> 24);
    memcpy(&f, line + index * 4, 4);
    return f >= 1.0F ? 255 : f > 0.0F ? (uint8_t)lrintf(f * 255.0F) : 0;
}

/* Colours that were multiplied by their alpha only lack the white behind them. */
static void lay_over_white(uint8_t *pixel, uint8_t alpha, bool multiplied)
{
    for (int c = 0; c < 3; c++) {
        unsigned sum = pixel[c] + 255U - alpha;
        if (!multiplied) pixel[c] = ts_over_white(pixel[c], alpha);
        else pixel[c] = (uint8_t)(sum < 255 ? sum : 255);
    }
}

static void convert_line(const tiff_reader *r, const uint8_t *line, uint8_t *out)
{
    unsigned colours = colour_samples(r);
    bool alpha = r->samples > colours && colours < 4 && r->alpha != 0;
    uint8_t turn = r->photometric == PHOTOMETRIC_MINISWHITE || colours == 4 ? 255 : 0;
    for (uint32_t x = 0; x < r->width; x++, out += 4) {
        size_t at = (size_t)x * r->samples;
        uint8_t s[4];
        for (unsigned c = 0; c < 4; c++) s[c] = sample8(r, line, at + (c < colours ? c : 0)) ^ turn;
        if (colours == 4) memcpy(out, s, 4);
        else ts_put_rgb(out, s[0], s[colours == 3 ? 1 : 0], s[colours == 3 ? 2 : 0]);
        if (alpha) lay_over_white(out, sample8(r, line, at + colours), r->alpha == EXTRASAMPLE_ASSOCALPHA);
    }
}

static bool read_lines(tiff_reader *r, ts_error *err)
{
    tmsize_t size = TIFFScanlineSize(r->tiff);
    size_t need = (size_t)r->width * r->samples * (r->bits / 8);
    if (size <= 0 || (size_t)size < need) return fail_tiff(r, err);
    if (colour_samples(r) == 4) ts_job_flag(r->job, TS_PICTURE_CMYK);
    if (r->alpha != 0 && r->samples > colour_samples(r)) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    r->line = malloc((size_t)size);
    if (!r->line) return ts_fail_memory(err);
    if (!ts_sink_open(&r->sink, r->job, r->width, r->height, err)) return false;
    for (uint32_t y = 0; y < r->height; y++) {
        if (TIFFReadScanline(r->tiff, r->line, y, 0) < 0)
            return ts_job_damaged(r->job, y, r->message[0] ? r->message : "the data ends there", err);
        convert_line(r, r->line, ts_sink_row(&r->sink));
        ts_sink_push(&r->sink);
    }
    return true;
}

/* ---- bands --------------------------------------------------------------------------------------- */

static uint32_t band_height(const tiff_reader *r)
{
    uint32_t rows = 0;
    bool known = TIFFIsTiled(r->tiff) ? TIFFGetField(r->tiff, TIFFTAG_TILELENGTH, &rows)
                                      : TIFFGetFieldDefaulted(r->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
    return known && rows > 0 && rows < r->height ? rows : r->height;
}

/* Pushes the band's rows; how many held anything. */
static uint64_t push_band(tiff_reader *r, const uint32_t *band, uint32_t rows, bool alpha)
{
    uint64_t alive = 0;
    for (uint32_t y = 0; y < rows; y++) {
        const uint32_t *in = band + (size_t)y * r->width;
        uint8_t *out = ts_sink_row(&r->sink);
        uint32_t any = 0;
        for (uint32_t x = 0; x < r->width; x++, out += 4) {
            uint32_t abgr = in[x];
            any |= abgr;
            ts_put_rgb(out, (uint8_t)TIFFGetR(abgr), (uint8_t)TIFFGetG(abgr), (uint8_t)TIFFGetB(abgr));
            if (alpha) lay_over_white(out, (uint8_t)TIFFGetA(abgr), true);
        }
        alive += any != 0;
        ts_sink_push(&r->sink);
    }
    return alive;
}

static bool push_bands(tiff_reader *r, TIFFRGBAImage *image, ts_error *err)
{
    uint32_t rows = band_height(r);
    uint64_t alive = 0;
    if (image->alpha) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    r->line = malloc((size_t)rows * r->width * 4);
    if (!r->line) return ts_fail_memory(err);
    for (uint32_t y = 0; y < r->height; y += rows) {
        uint32_t n = r->height - y < rows ? r->height - y : rows;
        memset(r->line, 0, (size_t)n * r->width * 4);
        image->row_offset = (int)y;
        image->col_offset = 0;
        (void)TIFFRGBAImageGet(image, r->line, r->width, n);
        alive += push_band(r, r->line, n, image->alpha != 0);
    }
    return r->errors == 0 || ts_job_damaged(r->job, alive, r->message, err);
}

/* The orientation is ours to apply, once for all formats: libtiff is told that there is none. */
static bool read_bands(tiff_reader *r, ts_error *err)
{
    TIFFRGBAImage image;
    char reason[1024] = "";
    if (!TIFFRGBAImageOK(r->tiff, reason) || !TIFFRGBAImageBegin(&image, r->tiff, 0, reason)) {
        (void)ts_fail(err, TS_UNSUPPORTED, "this kind of TIFF is not supported: %.160s",
                      reason[0] ? reason : r->message);
        return ts_hint(err, "save it as PNG or as an ordinary 8-bit RGB TIFF");
    }
    image.orientation = ORIENTATION_TOPLEFT;
    image.req_orientation = ORIENTATION_TOPLEFT;
    bool ok = ts_sink_open(&r->sink, r->job, r->width, r->height, err) && push_bands(r, &image, err);
    TIFFRGBAImageEnd(&image);
    return ok;
}

static bool read_pixels(tiff_reader *r, ts_error *err)
{
    r->errors = 0;
    r->message[0] = '\0';
    return is_plain(r) ? read_lines(r, err) : read_bands(r, err);
}

static bool decode_tiff(ts_decode_job *job, ts_error *err)
{
    tiff_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    if (r.tiff) TIFFClose(r.tiff);
    free(r.line);
    return ok;
}

const ts_codec ts_codec_tiff = {TS_FORMAT_TIFF, decode_tiff};
