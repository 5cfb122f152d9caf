/* image: BMP by our own reader: OS/2 and Windows headers, 1 to 32 bits, bit fields, run lengths, either row
 * order. Must not know other formats. */
#include <stdlib.h>
#include <string.h>

#include "image/codec.h"

enum { FILE_HEADER = 14, RGB_PLAIN = 0, RGB_RLE8 = 1, RGB_RLE4 = 2, RGB_FIELDS = 3, RGB_ALPHA_FIELDS = 6 };

/* One colour sample within a pixel word. */
typedef struct bit_field {
    uint32_t mask;
    unsigned shift;
    uint32_t max; /* the largest value after shifting, 0 when the field is absent */
} bit_field;

typedef struct bmp_reader {
    ts_decode_job *job;
    uint32_t header_size;
    uint32_t width;
    uint32_t height;
    bool top_down;
    unsigned bits;
    uint32_t compression;
    size_t palette_at;
    size_t pixels_at;
    size_t stride;
    uint8_t palette[256][3]; /* R G B */
    bit_field fields[4];     /* R G B A */
    uint8_t *indices;        /* whole picture, run lengths only */
    uint32_t rows_read;      /* of the run lengths, from the bottom */
} bmp_reader;

static uint32_t read_le16(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t read_le32(const uint8_t *p)
{
    return read_le16(p) | read_le16(p + 2) << 16;
}

static bool fail_bmp(const char *what, ts_error *err)
{
    (void)ts_fail(err, TS_CORRUPT, "the BMP header is damaged: %s", what);
    return ts_hint(err, "copy or export the picture again");
}

/* ---- header -------------------------------------------------------------------------------------- */

static void set_field(bit_field *field, uint32_t mask)
{
    *field = (bit_field){.mask = mask};
    if (mask == 0) return;
    field->shift = (unsigned)__builtin_ctz(mask);
    field->max = mask >> field->shift;
}

static void read_fields(bmp_reader *r)
{
    static const uint32_t masks_555[4] = {0x7C00, 0x03E0, 0x001F, 0};
    static const uint32_t masks_888[4] = {0xFF0000, 0x00FF00, 0x0000FF, 0};
    const uint8_t *stored = r->job->bytes + FILE_HEADER + 40;
    bool given = r->compression == RGB_FIELDS || r->compression == RGB_ALPHA_FIELDS;
    bool alpha = r->compression == RGB_ALPHA_FIELDS || r->header_size >= 56;
    bool present = r->job->length >= FILE_HEADER + 40 + (alpha ? 16U : 12U);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t mask = r->bits == 16 ? masks_555[i] : masks_888[i];
        if (given && present) mask = i < 3 || alpha ? read_le32(stored + (size_t)i * 4) : 0;
        set_field(&r->fields[i], mask);
    }
}

static bool read_core_header(bmp_reader *r)
{
    const uint8_t *h = r->job->bytes + FILE_HEADER;
    r->width = read_le16(h + 4);
    r->height = read_le16(h + 6);
    r->bits = read_le16(h + 10);
    return true;
}

static bool read_info_header(bmp_reader *r, ts_error *err)
{
    const uint8_t *h = r->job->bytes + FILE_HEADER;
    int32_t height = (int32_t)read_le32(h + 8);
    r->width = read_le32(h + 4);
    r->top_down = height < 0;
    r->height = height < 0 ? (uint32_t)0 - (uint32_t)height : (uint32_t)height;
    r->bits = read_le16(h + 14);
    r->compression = r->header_size >= 20 ? read_le32(h + 16) : RGB_PLAIN;
    return (int32_t)r->width >= 0 || fail_bmp("its width is negative", err);
}

static bool check_kind(const bmp_reader *r, ts_error *err)
{
    static const uint32_t plain_bits = 1U << 1 | 1U << 2 | 1U << 4 | 1U << 8 | 1U << 16 | 1U << 24;
    bool known_bits = r->bits == 32 || (r->bits < 32 && (plain_bits >> r->bits & 1U));
    bool fields = r->compression == RGB_FIELDS || r->compression == RGB_ALPHA_FIELDS;
    bool fits = r->compression == RGB_PLAIN || (r->compression == RGB_RLE8 && r->bits == 8) ||
                (r->compression == RGB_RLE4 && r->bits == 4) || (fields && (r->bits == 16 || r->bits == 32));
    if (known_bits && fits) return true;
    (void)ts_fail(err, TS_UNSUPPORTED, "this kind of BMP is not supported (%u bits, compression %u)", r->bits,
                  r->compression);
    return ts_hint(err, "save it as PNG");
}

/* Palettes are often shorter than promised, and end where the pixels begin. */
static void read_palette(bmp_reader *r)
{
    const ts_decode_job *job = r->job;
    size_t entry = r->header_size == 12 ? 3 : 4;
    uint32_t used = r->header_size >= 40 ? read_le32(job->bytes + FILE_HEADER + 32) : 0;
    size_t count = (size_t)1 << r->bits;
    if (used > 0 && used < count) count = used;
    /* An offset to pixels that points into the headers is a known mistake: they follow the palette then. */
    if (r->pixels_at <= r->palette_at) r->pixels_at = r->palette_at + count * entry;
    size_t end = r->pixels_at < job->length ? r->pixels_at : job->length;
    for (size_t i = 0; i < count && r->palette_at + (i + 1) * entry <= end; i++) {
        const uint8_t *p = job->bytes + r->palette_at + i * entry;
        r->palette[i][0] = p[2];
        r->palette[i][1] = p[1];
        r->palette[i][2] = p[0];
    }
}

static bool read_header(bmp_reader *r, ts_error *err)
{
    ts_decode_job *job = r->job;
    if (job->length < FILE_HEADER + 12) return fail_bmp("it ends early", err);
    r->header_size = read_le32(job->bytes + FILE_HEADER);
    r->pixels_at = read_le32(job->bytes + 10);
    if (r->header_size < 12 || job->length - FILE_HEADER < r->header_size)
        return fail_bmp("it ends early", err);
    if (r->header_size != 12 && r->header_size < 16) return fail_bmp("its size is impossible", err);
    bool ok = r->header_size == 12 ? read_core_header(r) : read_info_header(r, err);
    if (!ok || !check_kind(r, err) || !ts_job_size(job, r->width, r->height, err)) return false;
    bool masks_follow = r->header_size == 40 && r->compression != RGB_PLAIN && r->bits > 8;
    size_t masks = !masks_follow ? 0 : r->compression == RGB_ALPHA_FIELDS ? 16 : 12;
    r->palette_at = FILE_HEADER + r->header_size + masks;
    r->stride = ((size_t)r->width * r->bits + 31) / 32 * 4;
    if (r->bits <= 8) read_palette(r);
    else read_fields(r);
    return true;
}

/* ---- run lengths --------------------------------------------------------------------------------- */

typedef struct run_cursor {
    const uint8_t *at;
    const uint8_t *end;
    uint32_t x;
    uint32_t y;
} run_cursor;

static void put_index(bmp_reader *r, run_cursor *c, uint8_t index)
{
    if (c->x < r->width && c->y < r->height) r->indices[(size_t)c->y * r->width + c->x] = index;
    c->x++;
}

static uint8_t index_of(const bmp_reader *r, uint8_t byte, uint32_t position)
{
    if (r->bits == 8) return byte;
    return position % 2 == 0 ? byte >> 4 : byte & 15;
}

static void put_run(bmp_reader *r, run_cursor *c, uint32_t count, uint8_t byte)
{
    for (uint32_t i = 0; i < count; i++) put_index(r, c, index_of(r, byte, i));
}

/* Pixels as they are, padded to an even number of bytes. False at the end of the data. */
static bool put_literal(bmp_reader *r, run_cursor *c, uint32_t count)
{
    size_t bytes = r->bits == 8 ? count : (count + 1) / 2;
    if ((size_t)(c->end - c->at) < bytes) return false;
    for (uint32_t i = 0; i < count; i++) put_index(r, c, index_of(r, c->at[r->bits == 8 ? i : i / 2], i));
    c->at += bytes;
    if (bytes % 2 && c->at < c->end) c->at++;
    return true;
}

/* False at the end of the picture or of its data. */
static bool read_escape(bmp_reader *r, run_cursor *c, uint8_t code, bool *ended)
{
    *ended = code == 1;
    switch (code) {
    case 0:
        c->x = 0;
        c->y++;
        return true;
    case 1:
        return false;
    case 2:
        if (c->end - c->at < 2) return false;
        c->x += c->at[0];
        c->y += c->at[1];
        c->at += 2;
        return c->x <= r->width;
    default:
        return put_literal(r, c, code);
    }
}

/* Fills r->indices, stored order; true when the data came to its proper end. */
static bool read_runs(bmp_reader *r)
{
    const ts_decode_job *job = r->job;
    size_t at = r->pixels_at < job->length ? r->pixels_at : job->length;
    run_cursor c = {job->bytes + at, job->bytes + job->length, 0, 0};
    bool ended = false, more = true;
    while (more && c.y < r->height && c.end - c.at >= 2) {
        uint8_t count = c.at[0], code = c.at[1];
        c.at += 2;
        if (count > 0) put_run(r, &c, count, code);
        else more = read_escape(r, &c, code, &ended);
    }
    r->rows_read = c.y + (c.x > 0);
    return ended || c.y >= r->height || (c.y + 1 == r->height && c.x >= r->width);
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static void row_from_indices(const bmp_reader *r, const uint8_t *in, uint8_t *out)
{
    unsigned bits = r->indices ? 8 : r->bits;
    unsigned mask = (1U << bits) - 1;
    for (uint32_t x = 0; x < r->width; x++, out += 4) {
        size_t bit = (size_t)x * bits;
        unsigned index = in[bit / 8] >> (8 - bits - bit % 8) & mask;
        const uint8_t *rgb = r->palette[index];
        ts_put_rgb(out, rgb[0], rgb[1], rgb[2]);
    }
}

static uint8_t field_value(const bit_field *field, uint32_t pixel)
{
    if (field->max == 0) return 0;
    uint64_t value = (pixel & field->mask) >> field->shift;
    return (uint8_t)((value * 255 + field->max / 2) / field->max);
}

static void row_from_fields(const bmp_reader *r, const uint8_t *in, uint8_t *out, bool alpha)
{
    for (uint32_t x = 0; x < r->width; x++, in += r->bits / 8, out += 4) {
        uint32_t pixel = r->bits == 16 ? read_le16(in) : read_le32(in);
        out[0] = field_value(&r->fields[2], pixel);
        out[1] = field_value(&r->fields[1], pixel);
        out[2] = field_value(&r->fields[0], pixel);
        out[3] = alpha ? field_value(&r->fields[3], pixel) : 255;
    }
}

/* The stored row that is the y-th from the top, or NULL where the file ends before it. */
static const uint8_t *stored_row(const bmp_reader *r, uint32_t y)
{
    size_t row = r->top_down ? y : r->height - 1 - y;
    if (r->indices) return row < r->rows_read ? r->indices + row * r->width : NULL;
    size_t at = r->pixels_at + row * r->stride;
    size_t need = ((size_t)r->width * r->bits + 7) / 8;
    return at <= r->job->length && r->job->length - at >= need ? r->job->bytes + at : NULL;
}

/* Many writers leave the alpha bytes zero and mean an opaque picture. */
static bool uses_alpha(const bmp_reader *r)
{
    if (r->bits <= 8 || r->fields[3].max == 0) return false;
    for (uint32_t y = 0; y < r->height; y++) {
        const uint8_t *row = stored_row(r, y);
        for (uint32_t x = 0; row && x < r->width; x++, row += r->bits / 8)
            if ((r->bits == 16 ? read_le16(row) : read_le32(row)) & r->fields[3].mask) return true;
    }
    return false;
}

static void convert_row(const bmp_reader *r, const uint8_t *in, uint8_t *out, bool alpha)
{
    if (r->bits <= 8) row_from_indices(r, in, out);
    else if (r->bits == 24) ts_row_from_bgr(in, out, r->width);
    else row_from_fields(r, in, out, alpha);
    if (alpha) ts_row_flatten_bgra(out, r->width);
}

/* Rows stand bottom-up in most files, so the rows that a short file lacks are those at the top. */
static uint64_t push_rows(bmp_reader *r, ts_sink *sink, bool alpha)
{
    uint64_t found = 0;
    for (uint32_t y = 0; y < r->height; y++) {
        const uint8_t *in = stored_row(r, y);
        uint8_t *out = ts_sink_row(sink);
        if (in) convert_row(r, in, out, alpha);
        else memset(out, 128, (size_t)r->width * 4);
        found += in != NULL;
        ts_sink_push(sink);
    }
    return found;
}

static bool read_pixels(bmp_reader *r, ts_error *err)
{
    bool whole = true;
    if (r->compression == RGB_RLE8 || r->compression == RGB_RLE4) {
        r->indices = calloc(r->height, r->width);
        if (!r->indices) return ts_fail_memory(err);
        whole = read_runs(r);
        if (whole) r->rows_read = r->height;
    }
    bool alpha = uses_alpha(r);
    if (alpha) ts_job_flag(r->job, TS_PICTURE_ALPHA);
    ts_sink sink = {0};
    if (!ts_sink_open(&sink, r->job, r->width, r->height, err)) return false;
    uint64_t found = push_rows(r, &sink, alpha);
    ts_sink_close(&sink);
    if (whole && found == r->height) return true;
    return ts_job_damaged(r->job, found, "the file ends there", err);
}

static bool decode_bmp(ts_decode_job *job, ts_error *err)
{
    bmp_reader r = {.job = job};
    bool ok = read_header(&r, err);
    if (ok && !job->header_only) ok = read_pixels(&r, err);
    free(r.indices);
    return ok;
}

const ts_codec ts_codec_bmp = {TS_FORMAT_BMP, decode_bmp};
