/* image: AVIF through libavif, the first frame. Must not know other formats.
 * libavif rather than libheif: it decodes in the calling thread, so that a confined worker needs no threads.
 */
#include <avif/avif.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

typedef struct avif_reader {
    ts_decode_job *job;
    avifDecoder *decoder;
    avifImage *view; /* a band of the decoded picture */
    uint8_t *band;   /* its B G R A */
    ts_sink sink;
} avif_reader;

static bool fail_avif(const avif_reader *r, avifResult result, ts_error *err)
{
    if (result == AVIF_RESULT_OUT_OF_MEMORY) return ts_fail_memory(err);
    if (result == AVIF_RESULT_NO_CODEC_AVAILABLE)
        return ts_fail(err, TS_UNSUPPORTED, "the installed libavif has no AV1 decoder");
    const char *detail = r->decoder ? r->decoder->diag.error : "";
    return ts_job_damaged(r->job, 0, detail[0] ? detail : avifResultToString(result), err);
}

/* irot turns anti-clockwise, imir mirrors after that; together they are one of the eight EXIF orientations.
 */
static uint32_t orientation_of(const avifImage *image)
{
    enum { mirror_none, mirror_top_bottom, mirror_left_right };
    static const uint8_t table[4][3] = {{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}};
    unsigned angle = image->transformFlags & AVIF_TRANSFORM_IROT ? image->irot.angle & 3U : 0;
    unsigned mirror = mirror_none;
    if (image->transformFlags & AVIF_TRANSFORM_IMIR)
        mirror = image->imir.mode ? mirror_left_right : mirror_top_bottom;
    return table[angle][mirror];
}

static void set_up(avif_reader *r)
{
    r->decoder->maxThreads = 1;
    r->decoder->ignoreXMP = AVIF_TRUE;
    r->decoder->strictFlags = AVIF_STRICT_DISABLED;
    r->decoder->imageDimensionLimit = 0; /* our own check names the sizes */
}

/* From here on the library's check holds for what the coded picture says of itself; it refuses higher limits.
 */
static void limit_pixels(avif_reader *r)
{
    uint64_t pixels_max = r->job->limits->max_pixels;
    if (pixels_max < AVIF_DEFAULT_IMAGE_SIZE_LIMIT) r->decoder->imageSizeLimit = (uint32_t)pixels_max;
}

static bool read_header(avif_reader *r, ts_error *err)
{
    ts_decode_job *job = r->job;
    r->decoder = avifDecoderCreate();
    if (!r->decoder) return ts_fail_memory(err);
    set_up(r);
    avifResult result = avifDecoderSetIOMemory(r->decoder, job->bytes, job->length);
    if (result == AVIF_RESULT_OK) result = avifDecoderParse(r->decoder);
    if (result != AVIF_RESULT_OK) return fail_avif(r, result, err);
    const avifImage *image = r->decoder->image;
    if (!ts_job_size(job, image->width, image->height, err)) return false;
    limit_pixels(r);
    if (image->exif.size > 0) ts_job_exif(job, image->exif.data, image->exif.size);
    if (image->icc.size > 0) ts_job_icc(job, image->icc.data, image->icc.size);
    ts_job_cicp(job, image->colorPrimaries, image->transferCharacteristics);
    job->info.orientation = orientation_of(image); /* EXIF's own is advice only in this format */
    if (image->depth > 8) ts_job_flag(job, TS_PICTURE_DEEP);
    if (image->yuvFormat == AVIF_PIXEL_FORMAT_YUV400) ts_job_flag(job, TS_PICTURE_GREY);
    if (r->decoder->alphaPresent) ts_job_flag(job, TS_PICTURE_ALPHA);
    if (r->decoder->imageCount > 1) {
        job->info.frames = (uint32_t)r->decoder->imageCount;
        ts_job_flag(job, TS_PICTURE_ANIMATED);
    }
    return true;
}

static avifResult convert_band(avif_reader *r, uint32_t y, uint32_t rows)
{
    const avifImage *image = r->decoder->image;
    avifCropRect part = {0, y, image->width, rows};
    avifResult result = avifImageSetViewRect(r->view, image, &part);
    if (result != AVIF_RESULT_OK) return result;
    avifRGBImage rgb;
    avifRGBImageSetDefaults(&rgb, r->view);
    rgb.depth = 8;
    rgb.format = AVIF_RGB_FORMAT_BGRA;
    rgb.pixels = r->band;
    rgb.rowBytes = image->width * 4;
    return avifImageYUVToRGB(r->view, &rgb);
}

static void push_band(avif_reader *r, uint32_t rows)
{
    uint32_t width = r->decoder->image->width;
    for (uint32_t y = 0; y < rows; y++) {
        uint8_t *out = ts_sink_row(&r->sink);
        memcpy(out, r->band + (size_t)y * width * 4, (size_t)width * 4);
        if (r->decoder->alphaPresent) ts_row_flatten_bgra(out, width);
        ts_sink_push(&r->sink);
    }
}

/* Small pictures at once; big ones in bands, to save the memory of a second whole picture. */
static uint32_t band_height(const avifImage *image)
{
    enum { whole_max = 1 << 22, band = 128 };
    return (uint64_t)image->width * image->height <= whole_max ? image->height : band;
}

static bool read_pixels(avif_reader *r, ts_error *err)
{
    avifResult result = avifDecoderNextImage(r->decoder);
    if (result != AVIF_RESULT_OK) return fail_avif(r, result, err);
    const avifImage *image = r->decoder->image;
    if (image->width != r->job->info.width || image->height != r->job->info.height)
        return ts_job_damaged(r->job, 0, "the picture has another size than its header says", err);
    uint32_t band = band_height(image);
    r->view = avifImageCreateEmpty();
    r->band = malloc((size_t)image->width * 4 * band);
    if (!r->view || !r->band) return ts_fail_memory(err);
    if (!ts_sink_open(&r->sink, r->job, image->width, image->height, err)) return false;
    for (uint32_t y = 0; y < image->height; y += band) {
        uint32_t rows = image->height - y < band ? image->height - y : band;
        result = convert_band(r, y, rows);
        if (result != AVIF_RESULT_OK) return fail_avif(r, result, err);
        push_band(r, rows);
    }
    return true;
}

static bool decode_avif(ts_decode_job *job, ts_error *err)
{
    avif_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    if (r.view) avifImageDestroy(r.view);
    if (r.decoder) avifDecoderDestroy(r.decoder);
    free(r.band);
    return ok;
}

const ts_codec ts_codec_avif = {TS_FORMAT_AVIF, decode_avif};
