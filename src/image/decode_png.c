/* image: PNG through libspng. Must not know other formats. */
#include <spng.h>
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

/* libspng reads through this filter: only the chunks that pixels and colours need reach it. Text, times and
 * other company never get parsed, so a compressed text of 200 MB costs nothing. */
typedef struct chunk_filter {
    const uint8_t *bytes;
    size_t length;
    size_t at;         /* of what comes after the header */
    size_t piece_end;  /* up to here bytes may be handed out as they are */
    uint8_t header[8]; /* of the current chunk, as libspng shall see it */
    size_t header_left;
} chunk_filter;

typedef struct png_reader {
    ts_decode_job *job;
    chunk_filter filter;
    spng_ctx *spng;
    struct spng_ihdr header;
    ts_sink sink;
    bool packed;   /* plain 8-bit R G B: libspng's widening to R G B A takes longer than unpacking the file */
    uint8_t *line; /* one row of packed pixels */
    uint8_t *whole; /* R G B A of the whole picture, interlaced ones only */
} png_reader;

static uint32_t read_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool chunk_is(const uint8_t *chunk, const char *type)
{
    return memcmp(chunk + 4, type, 4) == 0;
}

/* A palette beside true colour is only advice for old displays, and often malformed. */
static bool chunk_is_needed(const chunk_filter *f, const uint8_t *chunk)
{
    enum { color_type_offset = 25 };
    if (chunk_is(chunk, "PLTE"))
        return f->length > color_type_offset && f->bytes[color_type_offset] == SPNG_COLOR_TYPE_INDEXED;
    bool critical = !(chunk[4] & 0x20);
    return critical || chunk_is(chunk, "tRNS") || chunk_is(chunk, "iCCP") || chunk_is(chunk, "sRGB");
}

/* A chunk that the file cuts short says how much there is of it: libspng reads in large blocks and would drop
 * the last part of the pixels if a block could not be filled. */
static void open_chunk(chunk_filter *f, const uint8_t *chunk, size_t size)
{
    size_t left = f->length - f->at - 8;
    memcpy(f->header, chunk, 8);
    for (int i = 0; size > left && i < 4; i++) f->header[i] = (uint8_t)(left >> (24 - 8 * i));
    f->header_left = 8;
    f->at += 8;
    f->piece_end = f->at + (size + 4 < left ? size + 4 : left); /* with the checksum */
}

/* Moves over chunks that are not needed and opens the next one. False at the end of the file. */
static bool open_piece(chunk_filter *f)
{
    while (f->length - f->at >= 8) {
        const uint8_t *chunk = f->bytes + f->at;
        size_t size = read_be32(chunk); /* and 8 bytes of header, and 4 of checksum */
        size_t left = f->length - f->at;
        if (chunk_is_needed(f, chunk)) {
            open_chunk(f, chunk, size);
            return true;
        }
        f->at += size + 12 < left ? size + 12 : left;
    }
    return false;
}

static size_t take_bytes(uint8_t *out, const uint8_t *from, size_t available, size_t wanted)
{
    size_t n = available < wanted ? available : wanted;
    memcpy(out, from, n);
    return n;
}

static int read_filtered(spng_ctx *spng, void *user, void *out, size_t length)
{
    chunk_filter *f = user;
    uint8_t *to = out;
    (void)spng;
    while (length > 0) {
        if (f->header_left == 0 && f->at == f->piece_end && !open_piece(f)) return SPNG_IO_EOF;
        size_t n = take_bytes(to, f->header + 8 - f->header_left, f->header_left, length);
        f->header_left -= n;
        size_t m = take_bytes(to + n, f->bytes + f->at, f->piece_end - f->at, length - n);
        f->at += m;
        to += n + m;
        length -= n + m;
    }
    return 0;
}

/* Animation, EXIF and colour code points from a walk of our own over the chunks. */
static void read_company(ts_decode_job *job)
{
    size_t at = 8;
    while (job->length - at >= 12) {
        const uint8_t *chunk = job->bytes + at;
        size_t size = read_be32(chunk);
        if (size > job->length - at - 12) return;
        if (chunk_is(chunk, "acTL") && size >= 8 && read_be32(chunk + 8) > 1) {
            job->info.frames = read_be32(chunk + 8);
            ts_job_flag(job, TS_PICTURE_ANIMATED);
        } else if (chunk_is(chunk, "eXIf")) {
            ts_job_exif(job, chunk + 8, size);
        } else if (chunk_is(chunk, "cICP") && size >= 2) {
            ts_job_cicp(job, chunk[8], chunk[9]); /* outranks a profile: it comes first here */
        }
        at += size + 12;
    }
}

static bool fail_png(int code, const char *what, ts_error *err)
{
    if (code == SPNG_EMEM) return ts_fail_memory(err);
    (void)ts_fail(err, TS_CORRUPT, "the PNG %s is damaged: %s", what, spng_strerror(code));
    return ts_hint(err, "copy or export the picture again");
}

/* Reads all chunks up to the pixels. An sRGB chunk outranks a profile. */
static bool read_colours(png_reader *r, ts_error *err)
{
    struct spng_trns trns;
    struct spng_iccp iccp;
    uint8_t intent = 0;
    uint8_t type = r->header.color_type;
    int code = spng_get_trns(r->spng, &trns);
    if (code != SPNG_OK && code != SPNG_ECHUNKAVAIL) return fail_png(code, "header", err);
    bool alpha =
        type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA || type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA || code == SPNG_OK;
    bool grey = type == SPNG_COLOR_TYPE_GRAYSCALE || type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA;
    if (alpha) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    if (grey) ts_job_flag(r->job, TS_PICTURE_GREY);
    if (r->header.bit_depth == 16) ts_job_flag(r->job, TS_PICTURE_DEEP);
    if (spng_get_srgb(r->spng, &intent) != SPNG_OK && spng_get_iccp(r->spng, &iccp) == SPNG_OK)
        ts_job_icc(r->job, (const uint8_t *)iccp.profile, iccp.profile_len);
    return true;
}

static bool read_header(png_reader *r, ts_error *err)
{
    enum { chunk_max = 16 << 20 };
    r->filter = (chunk_filter){.bytes = r->job->bytes, .length = r->job->length, .piece_end = 8};
    /* The chunks' own checksums are enough. */
    r->spng = spng_ctx_new(SPNG_CTX_IGNORE_ADLER32);
    if (!r->spng) return ts_fail_memory(err);
    (void)spng_set_png_stream(r->spng, read_filtered, &r->filter);
    (void)spng_set_image_limits(r->spng, INT32_MAX, INT32_MAX);
    int code = spng_get_ihdr(r->spng, &r->header);
    if (code != SPNG_OK) return fail_png(code, "header", err);
    if (!ts_job_size(r->job, r->header.width, r->header.height, err)) return false;
    read_company(r->job);
    /* Only colour profiles still unpack; IDAT itself is streamed and not bound by this. */
    (void)spng_set_chunk_limits(r->spng, INT32_MAX, chunk_max);
    return read_colours(r, err);
}

/* A checksum that does not fit means bytes that cannot be trusted at all; a stream that just ends is worth
 * its rows. */
static bool stop_early(png_reader *r, int code, uint64_t rows, ts_error *err)
{
    if (code == SPNG_ECHUNK_CRC) return fail_png(code, "data", err);
    return ts_job_damaged(r->job, rows, spng_strerror(code), err);
}

/* The last rows arrive before the checksum over them. Whatever else is wrong behind the pixels does not
 * matter. */
static bool check_rest(png_reader *r, ts_error *err)
{
    int code = spng_decode_chunks(r->spng);
    return code != SPNG_ECHUNK_CRC || fail_png(code, "data", err);
}

static void convert_row(const png_reader *r, const uint8_t *in, uint8_t *out)
{
    if (r->packed) ts_row_from_rgb(in, out, r->header.width);
    else if (r->job->info.flags & TS_PICTURE_ALPHA) ts_row_from_rgba(in, out, r->header.width);
    else ts_row_from_rgbx(in, out, r->header.width);
}

static bool read_rows(png_reader *r, ts_error *err)
{
    size_t row_size = (size_t)r->header.width * (r->packed ? 3 : 4);
    for (uint32_t y = 0; y < r->header.height; y++) {
        uint8_t *row = ts_sink_row(&r->sink);
        uint8_t *in = r->packed ? r->line : row;
        int code = spng_decode_row(r->spng, in, row_size);
        if (code != SPNG_OK && code != SPNG_EOI) return stop_early(r, code, y, err);
        convert_row(r, in, row);
        ts_sink_push(&r->sink);
    }
    return check_rest(r, err);
}

/* Rows of an interlaced picture come seven times, coarse to fine, each pass merged into what is there. */
static bool read_passes(png_reader *r, ts_error *err)
{
    size_t row_size = (size_t)r->header.width * 4;
    r->whole = malloc(row_size * r->header.height);
    if (!r->whole) return ts_fail_memory(err);
    memset(r->whole, 128, row_size * r->header.height);
    uint64_t rows = 0;
    int code = SPNG_OK;
    while (code == SPNG_OK) {
        struct spng_row_info info;
        code = spng_get_row_info(r->spng, &info);
        if (code == SPNG_OK) code = spng_decode_row(r->spng, r->whole + info.row_num * row_size, row_size);
        rows += code == SPNG_OK || code == SPNG_EOI;
    }
    if (code != SPNG_EOI && !stop_early(r, code, rows, err)) return false;
    for (uint32_t y = 0; y < r->header.height; y++) {
        convert_row(r, r->whole + y * row_size, ts_sink_row(&r->sink));
        ts_sink_push(&r->sink);
    }
    return code != SPNG_EOI || check_rest(r, err);
}

/* Eight-bit colour comes as it is stored, everything else widened to R G B A. */
static int choose_layout(png_reader *r)
{
    const struct spng_ihdr *h = &r->header;
    bool clear = (r->job->info.flags & TS_PICTURE_ALPHA) != 0;
    r->packed =
        h->bit_depth == 8 && h->color_type == SPNG_COLOR_TYPE_TRUECOLOR && !clear && !h->interlace_method;
    bool as_is = r->packed || (h->bit_depth == 8 && h->color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA);
    return as_is ? SPNG_FMT_PNG : SPNG_FMT_RGBA8;
}

static bool read_pixels(png_reader *r, ts_error *err)
{
    int layout = choose_layout(r);
    r->line = r->packed ? malloc((size_t)r->header.width * 3) : NULL;
    if (r->packed && !r->line) return ts_fail_memory(err);
    int code = spng_decode_image(r->spng, NULL, 0, layout, SPNG_DECODE_TRNS | SPNG_DECODE_PROGRESSIVE);
    if (code != SPNG_OK) return fail_png(code, "data", err);
    if (!ts_sink_open(&r->sink, r->job, r->header.width, r->header.height, err)) return false;
    return r->header.interlace_method ? read_passes(r, err) : read_rows(r, err);
}

static bool decode_png(ts_decode_job *job, ts_error *err)
{
    png_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    ts_sink_close(&r.sink);
    spng_ctx_free(r.spng);
    free(r.line);
    free(r.whole);
    return ok;
}

const ts_codec ts_codec_png = {TS_FORMAT_PNG, decode_png};
