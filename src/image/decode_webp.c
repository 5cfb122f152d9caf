/* image: WebP through libwebp: stills, and the first frame of animations. Must not know other formats. */
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "image/codec.h"

typedef struct webp_reader {
    ts_decode_job *job;
    WebPDemuxer *demuxer;
    WebPIterator frame;
    bool has_frame;
    uint32_t width; /* of the canvas */
    uint32_t height;
    uint8_t *patch; /* B G R A of a frame that does not cover the canvas */
    ts_sink sink;
} webp_reader;

static bool fail_webp(const webp_reader *r, const char *reason, ts_error *err)
{
    return ts_job_damaged(r->job, 0, reason, err);
}

static void read_chunk(webp_reader *r, const char *name,
                       void (*take)(ts_decode_job *, const uint8_t *, size_t))
{
    WebPChunkIterator chunk;
    if (!WebPDemuxGetChunk(r->demuxer, name, 1, &chunk)) return;
    take(r->job, chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
}

static bool read_header(webp_reader *r, ts_error *err)
{
    WebPData data = {r->job->bytes, r->job->length};
    WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
    r->demuxer = WebPDemuxPartial(&data, &state);
    if (!r->demuxer || state == WEBP_DEMUX_PARSE_ERROR || state == WEBP_DEMUX_PARSING_HEADER)
        return fail_webp(r, "its header is incomplete", err);
    r->width = WebPDemuxGetI(r->demuxer, WEBP_FF_CANVAS_WIDTH);
    r->height = WebPDemuxGetI(r->demuxer, WEBP_FF_CANVAS_HEIGHT);
    if (!ts_job_size(r->job, r->width, r->height, err)) return false;
    uint32_t frames = WebPDemuxGetI(r->demuxer, WEBP_FF_FRAME_COUNT);
    uint32_t features = WebPDemuxGetI(r->demuxer, WEBP_FF_FORMAT_FLAGS);
    if (frames > 1) {
        r->job->info.frames = frames;
        ts_job_flag(r->job, TS_PICTURE_ANIMATED);
    }
    if (features & ICCP_FLAG) read_chunk(r, "ICCP", ts_job_icc);
    if (features & EXIF_FLAG) read_chunk(r, "EXIF", ts_job_exif);
    r->has_frame = WebPDemuxGetFrame(r->demuxer, 1, &r->frame);
    return r->has_frame || fail_webp(r, "it has no frame", err);
}

/* Decodes as many rows as the data holds into `pixels` (B G R A), scaled to width x height; returns their
 * number. */
static int decode_fragment(const webp_reader *r, uint8_t *pixels, int width, int height, bool *complete)
{
    WebPDecoderConfig config;
    *complete = false;
    if (!WebPInitDecoderConfig(&config)) return 0;
    config.output.colorspace = MODE_BGRA;
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = pixels;
    config.output.u.RGBA.stride = width * 4;
    config.output.u.RGBA.size = (size_t)width * 4 * (size_t)height;
    config.options.use_scaling = width != r->frame.width || height != r->frame.height;
    config.options.scaled_width = width;
    config.options.scaled_height = height;
    WebPIDecoder *decoder = WebPIDecode(NULL, 0, &config);
    if (!decoder) return 0;
    int rows = 0;
    VP8StatusCode status = WebPIUpdate(decoder, r->frame.fragment.bytes, r->frame.fragment.size);
    *complete = status == VP8_STATUS_OK;
    (void)WebPIDecGetRGB(decoder, &rows, NULL, NULL, NULL);
    WebPIDelete(decoder);
    return *complete ? height : rows;
}

/* The usual case: the frame is the picture, so it is decoded, and scaled, straight into the canvas. */
static bool read_whole_frame(webp_reader *r, ts_error *err)
{
    uint32_t factor = ts_job_factor(r->job, r->width, r->height);
    uint32_t width = r->width / factor + (r->width % factor != 0);
    uint32_t height = r->height / factor + (r->height % factor != 0);
    if (!ts_sink_open(&r->sink, r->job, width, height, err)) return false;
    bool complete = false;
    int rows = decode_fragment(r, ts_sink_row(&r->sink), (int)width, (int)height, &complete);
    for (int y = 0; y < rows; y++) {
        if (r->frame.has_alpha) ts_row_flatten_bgra(ts_sink_row(&r->sink), width);
        ts_sink_push(&r->sink);
    }
    return complete || ts_job_damaged(r->job, (uint64_t)rows, "the data ends there", err);
}

/* A frame smaller than its canvas lies on white. */
static bool read_patch(webp_reader *r, ts_error *err)
{
    const WebPIterator *f = &r->frame;
    size_t patch_row = (size_t)f->width * 4;
    bool complete = false;
    r->patch = malloc(patch_row * (size_t)f->height);
    if (!r->patch) return ts_fail_memory(err);
    if (!ts_sink_open(&r->sink, r->job, r->width, r->height, err)) return false;
    int rows = decode_fragment(r, r->patch, f->width, f->height, &complete);
    for (int y = 0; y < (int)r->height; y++) {
        uint8_t *row = ts_sink_row(&r->sink);
        int patch_y = y - f->y_offset;
        memset(row, 255, (size_t)r->width * 4);
        if (patch_y >= 0 && patch_y < rows) {
            uint8_t *in = r->patch + (size_t)patch_y * patch_row;
            ts_row_flatten_bgra(in, (uint32_t)f->width);
            memcpy(row + (size_t)f->x_offset * 4, in, patch_row);
        }
        ts_sink_push(&r->sink);
    }
    return complete || ts_job_damaged(r->job, (uint64_t)rows, "the data ends there", err);
}

static bool read_pixels(webp_reader *r, ts_error *err)
{
    const WebPIterator *f = &r->frame;
    if (f->width <= 0 || f->height <= 0) return fail_webp(r, "its frame is empty", err);
    bool inside = f->x_offset >= 0 && f->y_offset >= 0 && (uint32_t)(f->x_offset + f->width) <= r->width &&
                  (uint32_t)(f->y_offset + f->height) <= r->height;
    if (!inside) return fail_webp(r, "its frame lies outside of the picture", err);
    bool whole = (uint32_t)f->width == r->width && (uint32_t)f->height == r->height;
    if (f->has_alpha || !whole) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    return whole ? read_whole_frame(r, err) : read_patch(r, err);
}

static bool decode_webp(ts_decode_job *job, ts_error *err)
{
    webp_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    if (r.has_frame) WebPDemuxReleaseIterator(&r.frame);
    WebPDemuxDelete(r.demuxer);
    free(r.patch);
    return ok;
}

const ts_codec ts_codec_webp = {TS_FORMAT_WEBP, decode_webp};
