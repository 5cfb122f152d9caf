/* image: the XMP chunk exchanged in a WebP; all other chunks are copied. A file of the simple form becomes one of the
 * extended form, which alone may hold metadata: the picture's own chunk stays as it is. Knows no XML. */
#include <string.h>

#include "image/embed.h"

enum { RIFF_HEAD = 12, CHUNK_HEAD = 8, VP8X_SIZE = 10, XMP_FLAG = 0x04, ALPHA_FLAG = 0x10 };

static size_t le32(const uint8_t *p)
{
    return (size_t)p[3] << 24 | (size_t)p[2] << 16 | (size_t)p[1] << 8 | p[0];
}

static void put_chunk(ts_buf *out, const char *type, const void *data, size_t size)
{
    const uint8_t bytes[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16),
                              (uint8_t)(size >> 24)};
    (void)ts_buf_append(out, type, 4);
    (void)ts_buf_append(out, bytes, sizeof bytes);
    (void)ts_buf_append(out, data, size);
    if (size & 1) (void)ts_buf_putc(out, 0);
}

static void put_le24(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    at[2] = (uint8_t)(value >> 16);
}

/* What the first chunk of a simple file says about itself, as an extended file's header. */
static bool make_header(const uint8_t *chunk, size_t size, uint8_t header[VP8X_SIZE])
{
    const uint8_t *data = chunk + CHUNK_HEAD;
    memset(header, 0, VP8X_SIZE);
    if (memcmp(chunk, "VP8 ", 4) == 0 && size >= 10 && memcmp(data + 3, "\x9D\x01\x2A", 3) == 0) {
        size_t width = ((size_t)data[7] << 8 | data[6]) & 0x3FFF,
               height = ((size_t)data[9] << 8 | data[8]) & 0x3FFF;
        if (width == 0 || height == 0) return false;
        put_le24(header + 4, width - 1);
        put_le24(header + 7, height - 1);
        return true;
    }
    if (memcmp(chunk, "VP8L", 4) != 0 || size < 5 || data[0] != 0x2F) return false;
    size_t bits = le32(data + 1);
    put_le24(header + 4, bits & 0x3FFF);
    put_le24(header + 7, bits >> 14 & 0x3FFF);
    header[0] = bits >> 28 & 1 ? ALPHA_FLAG : 0;
    return true;
}

static bool check(const uint8_t *bytes, size_t length, size_t end, ts_error *err)
{
    size_t at = RIFF_HEAD, found = 0;
    if (end > length || end < RIFF_HEAD + CHUNK_HEAD + 1)
        return ts_embed_refuse(err, "its chunks are damaged");
    while (end - at >= CHUNK_HEAD) {
        size_t size = le32(bytes + at + 4);
        if (size > end - at - CHUNK_HEAD) return ts_embed_refuse(err, "its chunks are damaged");
        found += memcmp(bytes + at, "XMP ", 4) == 0;
        size += size & 1;
        at = size > end - at - CHUNK_HEAD ? end : at + CHUNK_HEAD + size;
    }
    return found <= 1 || ts_embed_refuse(err, "it has several XMP blocks");
}

static bool put_header(const uint8_t *bytes, const ts_embed_blocks *blocks, bool extended, ts_buf *out,
                       ts_error *err)
{
    uint8_t header[VP8X_SIZE];
    const uint8_t *first = bytes + RIFF_HEAD;
    size_t size = le32(first + 4);
    if (extended && size != VP8X_SIZE) return ts_embed_refuse(err, "its header is damaged");
    if (extended) memcpy(header, first + CHUNK_HEAD, VP8X_SIZE);
    else if (!make_header(first, size, header)) return ts_embed_refuse(err, "its header is not understood");
    header[0] = (uint8_t)(blocks->xmp_length ? header[0] | XMP_FLAG : header[0] & ~XMP_FLAG);
    put_chunk(out, "VP8X", header, sizeof header);
    return true;
}

bool ts_embed_webp(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err)
{
    size_t end = length >= RIFF_HEAD ? le32(bytes + 4) + 8 : 0, at = RIFF_HEAD;
    if (!check(bytes, length, end, err)) return false;
    bool extended = memcmp(bytes + at, "VP8X", 4) == 0, done = false;
    (void)ts_buf_reserve(out, length + blocks->xmp_length + 64);
    (void)ts_buf_append(out, bytes, RIFF_HEAD);
    if (!put_header(bytes, blocks, extended, out, err)) return false;
    if (extended) at += CHUNK_HEAD + le32(bytes + at + 4) + (le32(bytes + at + 4) & 1);
    while (at < end && end - at >= CHUNK_HEAD) {
        size_t size = le32(bytes + at + 4);
        bool xmp = memcmp(bytes + at, "XMP ", 4) == 0;
        if (!xmp) put_chunk(out, (const char *)bytes + at, bytes + at + CHUNK_HEAD, size);
        else if (blocks->xmp_length) put_chunk(out, "XMP ", blocks->xmp, blocks->xmp_length);
        done = done || xmp;
        at += CHUNK_HEAD + size + (size & 1);
    }
    if (!done && blocks->xmp_length) put_chunk(out, "XMP ", blocks->xmp, blocks->xmp_length);
    if (out->failed) return ts_fail_memory(err);
    size_t riff = out->length - 8;
    for (size_t i = 0; i < 4; i++) out->data[4 + i] = (char)(riff >> (8 * i) & 255);
    if (end < length) (void)ts_buf_append(out, bytes + end, length - end);
    return !out->failed || ts_fail_memory(err);
}
