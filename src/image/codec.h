/* Private to the image room: what a codec sees of one decode.
 *
 * A codec reads the header, reports what it found (ts_job_size, ts_job_exif, ts_job_icc), returns early when
 * only the header is asked for, then delivers rows of the stored picture, top to bottom, through a ts_sink.
 * Limits, reduction, colour management and orientation are done around it, once for all codecs (decode.c). A
 * codec must not know processes, pools or shared memory. */
#ifndef TS_IMAGE_CODEC_H
#define TS_IMAGE_CODEC_H

#include "image/image.h"

/* Where the final pixels go: the worker's shared memory or the heap. NULL when there is not enough.
 * Called at most once a decode; what it returned is given up by the owner of `context`, not by the codec. */
typedef struct ts_pixel_memory {
    void *(*allocate)(void *context, size_t size);
    void *context;
} ts_pixel_memory;

typedef struct ts_decode_job {
    /* given */
    const uint8_t *bytes;
    size_t length;
    uint32_t wanted; /* shorter side the caller needs, 0: all of it */
    bool header_only;
    const ts_decode_limits *limits;
    ts_pixel_memory memory;

    /* found by the codec; width and height as stored, before orientation */
    ts_picture_info info;
    uint8_t *icc; /* malloc'ed copy of the profile */
    size_t icc_length;

    /* made by ts_sink_open */
    ts_pixels canvas;
    uint8_t *scratch; /* the canvas, where it is not in `memory` */
} ts_decode_job;

typedef struct ts_codec {
    ts_format format;
    /* Fills job->info and, unless header_only, the canvas. False and err on failure; a picture that ends
     * early is no failure when at least one row was decoded: see ts_job_damaged. */
    bool (*decode)(ts_decode_job *job, ts_error *err);
} ts_codec;

extern const ts_codec ts_codec_jpeg;
extern const ts_codec ts_codec_png;
extern const ts_codec ts_codec_webp;
extern const ts_codec ts_codec_gif;
extern const ts_codec ts_codec_tiff;
extern const ts_codec ts_codec_avif;
extern const ts_codec ts_codec_heic;
extern const ts_codec ts_codec_bmp;

/* ---- reporting the header ------------------------------------------------------------------------ */

/* Takes the stored size into job->info after checking it against the limits. */
bool ts_job_size(ts_decode_job *job, uint64_t width, uint64_t height, ts_error *err);
/* Reads an EXIF block ("Exif\0\0" in front or not). Unusable ones only set TS_PICTURE_BAD_EXIF. */
void ts_job_exif(ts_decode_job *job, const uint8_t *bytes, size_t length);
/* Copies a colour profile for use after the last row. Unusable ones only set TS_PICTURE_BAD_ICC. */
void ts_job_icc(ts_decode_job *job, const uint8_t *bytes, size_t length);
/* The same from code points of ITU-T H.273, where the file has no profile. What amounts to sRGB is ignored. */
void ts_job_cicp(ts_decode_job *job, unsigned primaries, unsigned transfer);
void ts_job_flag(ts_decode_job *job, uint32_t flag);
/* For data that ended early: marks the picture and returns true when at least one row arrived; otherwise
 * fills err with TS_CORRUPT and `reason`. */
bool ts_job_damaged(ts_decode_job *job, uint64_t rows, const char *reason, ts_error *err);
/* The shorter side's whole reduction factor for a picture of this size: 1 when it must stay whole. */
uint32_t ts_job_factor(const ts_decode_job *job, uint32_t width, uint32_t height);

/* ---- rows ---------------------------------------------------------------------------------------- */

/* Takes rows of 4-byte pixels (BGRX; C M Y K in Adobe's inverted sense when TS_PICTURE_CMYK is set) and
 * averages whole factor x factor blocks of them into the canvas, so that a big picture never stands in memory
 * at once. With factor 1 rows are written into the canvas directly. */
typedef struct ts_sink {
    ts_decode_job *job;
    uint32_t width; /* of the rows that come in */
    uint32_t height;
    uint32_t factor;
    uint32_t row;   /* rows that came in so far */
    uint32_t *sums; /* running sums of the current band, one a sample */
    uint8_t *line;  /* one incoming row, where it cannot go to the canvas directly */
} ts_sink;

/* Allocates the canvas. width, height: of the rows to come, which may already be a reduced picture. */
bool ts_sink_open(ts_sink *sink, ts_decode_job *job, uint32_t width, uint32_t height, ts_error *err);
/* Where the next row (4 * width bytes) belongs; the caller fills it and calls ts_sink_push. */
uint8_t *ts_sink_row(ts_sink *sink);
void ts_sink_push(ts_sink *sink);
/* Rows that never came become middle grey. Frees the sink's memory; the canvas stays. Safe on zeroed memory.
 */
void ts_sink_close(ts_sink *sink);

/* ---- pixels -------------------------------------------------------------------------------------- */

/* One straight-alpha sample over white, in 8 bits. */
static inline uint8_t ts_over_white(uint8_t sample, uint8_t alpha)
{
    uint32_t v = (uint32_t)sample * alpha + 255u * (255u - alpha) + 128u;
    return (uint8_t)((v + (v >> 8)) >> 8);
}

static inline void ts_put_rgb(uint8_t *pixel, uint8_t r, uint8_t g, uint8_t b)
{
    pixel[0] = b;
    pixel[1] = g;
    pixel[2] = r;
    pixel[3] = 255;
}

/* Rows of R G B, of B G R, or of R G B X with X = 255. Not in place for R G B. */
void ts_row_from_rgb(const uint8_t *rgb, uint8_t *bgrx, uint32_t width);
void ts_row_from_bgr(const uint8_t *bgr, uint8_t *bgrx, uint32_t width);
void ts_row_from_rgbx(const uint8_t *rgbx, uint8_t *bgrx, uint32_t width);
/* Rows of R G B A with straight alpha to B G R X over white; in and out may be the same row. */
void ts_row_from_rgba(const uint8_t *rgba, uint8_t *bgrx, uint32_t width);
/* B G R A with straight alpha to B G R X over white, in place. */
void ts_row_flatten_bgra(uint8_t *bgra, uint32_t width);

/* ---- around the codec ---------------------------------------------------------------------------- */

/* Upright copy or in-place turn. orientation: EXIF 1..8. For 5..8 `out` must be another buffer with swapped
 * sides; for 1..4 in and out may share data. */
void ts_orient(const ts_pixels *in, uint32_t orientation, ts_pixels *out);

/* Converts the canvas to sRGB in place, by its profile, or by the plain ink formula for CMYK without a usable
 * one. Sets TS_PICTURE_ICC or TS_PICTURE_BAD_ICC in *flags. */
void ts_icc_apply(const uint8_t *icc, size_t icc_length, ts_pixels *pixels, uint32_t *flags);

/* EXIF block to facts. False when it is unusable (facts found so far stay). */
bool ts_exif_read(const uint8_t *bytes, size_t length, uint32_t *orientation, ts_exif *exif);

/* One decode in the calling thread, with no confinement: what a worker does, and what in_process does.
 * job: bytes, length, wanted, header_only, limits and memory are set, the rest is zero. */
bool ts_decode_job_run(ts_decode_job *job, ts_decoded *out, ts_error *err);

/* The limit on the encoded file. */
bool ts_decode_check_bytes(const ts_decode_limits *limits, size_t length, ts_error *err);

/* What must happen once before a process gives up the right to open files (plug-ins, tables). */
void ts_codecs_prepare(void);

#endif
