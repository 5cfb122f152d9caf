/* image: one decode from bytes to upright sRGB pixels, around whichever codec the bytes ask for.
 * Must not know processes: the same code runs in a confined worker and in the caller's thread. */
#include <stdlib.h>
#include <string.h>

#ifdef TS_HAVE_HEIC
#include <libheif/heif.h>
#endif

#include "image/codec.h"
#include "image/sniff.h"

static const ts_codec *const codec_table[] = {
    &ts_codec_jpeg, &ts_codec_png, &ts_codec_webp, &ts_codec_gif, &ts_codec_tiff, &ts_codec_bmp,
#ifdef TS_HAVE_AVIF
    &ts_codec_avif,
#endif
#ifdef TS_HAVE_HEIC
    &ts_codec_heic,
#endif
};

static const ts_codec *codec_for(ts_format format)
{
    for (size_t i = 0; i < sizeof codec_table / sizeof codec_table[0]; i++)
        if (codec_table[i]->format == format) return codec_table[i];
    return NULL;
}

bool ts_decode_check_bytes(const ts_decode_limits *limits, size_t length, ts_error *err)
{
    if (length <= limits->max_bytes) return true;
    (void)ts_fail(err, TS_TOO_LARGE, "the file has %zu bytes, more than the limit of %zu", length,
                  limits->max_bytes);
    return ts_hint(err, "raise the limit on bytes, or save the picture with stronger compression");
}

bool ts_job_size(ts_decode_job *job, uint64_t width, uint64_t height, ts_error *err)
{
    const ts_decode_limits *limits = job->limits;
    if (width == 0 || height == 0)
        return ts_fail(err, TS_CORRUPT, "the header says %llu x %llu pixels: there is no picture in it",
                       (unsigned long long)width, (unsigned long long)height);
    uint64_t max_side = limits->max_side < INT32_MAX ? limits->max_side : INT32_MAX;
    if (width > max_side || height > max_side) {
        (void)ts_fail(err, TS_TOO_LARGE,
                      "the picture has %llu x %llu pixels, more than the limit of %llu a side",
                      (unsigned long long)width, (unsigned long long)height, (unsigned long long)max_side);
        return ts_hint(err, "scale the picture down first");
    }
    if (width * height > limits->max_pixels) {
        (void)ts_fail(
            err, TS_TOO_LARGE, "the picture has %llu x %llu pixels, more than the limit of %llu in all",
            (unsigned long long)width, (unsigned long long)height, (unsigned long long)limits->max_pixels);
        return ts_hint(err, "raise the limit on pixels, or scale the picture down first");
    }
    job->info.width = (uint32_t)width;
    job->info.height = (uint32_t)height;
    return true;
}

void ts_job_exif(ts_decode_job *job, const uint8_t *bytes, size_t length)
{
    if (!ts_exif_read(bytes, length, &job->info.orientation, &job->info.exif))
        job->info.flags |= TS_PICTURE_BAD_EXIF;
}

void ts_job_icc(ts_decode_job *job, const uint8_t *bytes, size_t length)
{
    enum { profile_max = 8 << 20 };
    if (job->icc || job->header_only) return;
    uint8_t *copy = length > 0 && length <= profile_max ? malloc(length) : NULL;
    if (!copy) {
        job->info.flags |= TS_PICTURE_BAD_ICC;
        return;
    }
    memcpy(copy, bytes, length);
    job->icc = copy;
    job->icc_length = length;
}

void ts_job_flag(ts_decode_job *job, uint32_t flag)
{
    job->info.flags |= flag;
}

bool ts_job_damaged(ts_decode_job *job, uint64_t rows, const char *reason, ts_error *err)
{
    if (rows > 0) {
        job->info.flags |= TS_PICTURE_TRUNCATED;
        return true;
    }
    (void)ts_fail(err, TS_CORRUPT, "the %s data is damaged or cut short before the first row of pixels: %s",
                  ts_format_name(job->info.format), reason);
    return ts_hint(err, "copy or export the picture again");
}

uint32_t ts_job_factor(const ts_decode_job *job, uint32_t width, uint32_t height)
{
    enum { factor_max = 4096 }; /* 255 * factor^2 must fit the 32-bit sums of ts_sink */
    uint32_t shorter = width < height ? width : height;
    if (job->wanted == 0 || shorter <= job->wanted) return 1;
    uint32_t factor = shorter / job->wanted;
    return factor < factor_max ? factor : factor_max;
}

static void *allocate_scratch(void *context, size_t size)
{
    ts_decode_job *job = context;
    job->scratch = malloc(size);
    return job->scratch;
}

/* The canvas lies in the final memory unless the picture must be transposed, which needs two buffers. */
static bool open_canvas(ts_decode_job *job, uint32_t width, uint32_t height, ts_error *err)
{
    ts_pixel_memory scratch = {allocate_scratch, job};
    const ts_pixel_memory *memory = job->info.orientation >= 5 ? &scratch : &job->memory;
    size_t stride = (size_t)width * 4;
    size_t size = 0;
    if (__builtin_mul_overflow(stride, (size_t)height, &size)) return ts_fail_memory(err);
    uint8_t *data = memory->allocate(memory->context, size);
    if (!data) return ts_fail_memory(err);
    job->canvas = (ts_pixels){data, width, height, stride};
    return true;
}

bool ts_sink_open(ts_sink *sink, ts_decode_job *job, uint32_t width, uint32_t height, ts_error *err)
{
    uint32_t factor = ts_job_factor(job, width, height);
    *sink = (ts_sink){.job = job, .width = width, .height = height, .factor = factor};
    uint32_t out_width = width / factor + (width % factor != 0);
    uint32_t out_height = height / factor + (height % factor != 0);
    if (!open_canvas(job, out_width, out_height, err)) return false;
    if (factor == 1) return true;
    sink->line = malloc((size_t)width * 4);
    sink->sums = calloc((size_t)width * 4, sizeof *sink->sums);
    if (sink->line && sink->sums) return true;
    ts_sink_close(sink);
    return ts_fail_memory(err);
}

/* Swaps the sides where the orientation turns the picture, and lays it upright into the final memory. */
static bool turn_upright(ts_decode_job *job, ts_pixels *out, ts_error *err)
{
    uint32_t orientation = job->info.orientation;
    *out = job->canvas;
    if (orientation <= 1) return true;
    if (orientation >= 5) {
        *out = (ts_pixels){NULL, job->canvas.height, job->canvas.width, (size_t)job->canvas.height * 4};
        out->data = job->memory.allocate(job->memory.context, out->stride * out->height);
        if (!out->data) return ts_fail_memory(err);
    }
    ts_orient(&job->canvas, orientation, out);
    return true;
}

static void swap_info_sides(ts_picture_info *info)
{
    if (info->orientation < 5) return;
    uint32_t width = info->width;
    info->width = info->height;
    info->height = width;
}

static bool finish_pixels(ts_decode_job *job, ts_pixels *out, ts_error *err)
{
    if (!job->canvas.data)
        return ts_fail(err, TS_INTERNAL, "the %s decoder promised pixels and made none",
                       ts_format_name(job->info.format));
    ts_icc_apply(job->icc, job->icc_length, &job->canvas, &job->info.flags);
    return turn_upright(job, out, err);
}

/* Reasons come from the libraries as they are: some end with a full stop or a new line, some quote bytes of
 * the file. */
static void tidy_message(ts_error *err)
{
    if (!err) return;
    size_t length = strlen(err->message);
    for (size_t i = 0; i < length; i++)
        if (err->message[i] < ' ' || err->message[i] > '~')
            err->message[i] = err->message[i] == '\n' ? ' ' : '?';
    while (length > 0 && (err->message[length - 1] == ' ' || err->message[length - 1] == '.')) length--;
    err->message[length] = '\0';
}

bool ts_decode_job_run(ts_decode_job *job, ts_decoded *out, ts_error *err)
{
    memset(out, 0, sizeof *out);
    if (!ts_decode_check_bytes(job->limits, job->length, err)) return false;
    job->info.format = ts_format_sniff(job->bytes, job->length);
    const ts_codec *codec = codec_for(job->info.format);
    if (!codec) return ts_sniff_refuse(job->bytes, job->length, err);
    job->info.orientation = 1;
    job->info.frames = 1;
    job->info.bytes = job->length;
    bool ok = codec->decode(job, err);
    if (ok && !job->header_only) ok = finish_pixels(job, &out->pixels, err);
    free(job->icc);
    free(job->scratch);
    job->icc = NULL;
    job->scratch = NULL;
    if (!ok) {
        tidy_message(err);
        return false;
    }
    swap_info_sides(&job->info);
    out->info = job->info;
    return true;
}

void ts_codecs_prepare(void)
{
#ifdef TS_HAVE_HEIC
    (void)heif_init(NULL); /* finds and loads its plug-ins, which a confined worker could not */
#endif
}
