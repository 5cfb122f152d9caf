/* image: the XMP chunk exchanged in a PNG; all other chunks are copied. Knows no XML. */
#include <string.h>

#include "image/embed.h"

enum { SIGNATURE = 8, AROUND = 12 /* length, type, checksum */ };

/* keyword NUL, not compressed, method, no language, no translated keyword. */
static const char itxt_head[] = "XML:com.adobe.xmp\0\0\0\0";
enum { KEYWORD = 18, HEAD = KEYWORD + 4 };

static size_t be32(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static void put_be32(ts_buf *out, uint32_t value)
{
    const uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                              (uint8_t)value};
    (void)ts_buf_append(out, bytes, sizeof bytes);
}

static uint32_t crc(const uint8_t *bytes, size_t length)
{
    uint32_t c = UINT32_MAX;
    for (size_t i = 0; i < length; i++) {
        c ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ UINT32_C(0xEDB88320) : c >> 1;
    }
    return ~c;
}

static void put_xmp(const ts_embed_blocks *blocks, ts_buf *out)
{
    size_t size = HEAD + blocks->xmp_length;
    if (blocks->xmp_length == 0) return;
    put_be32(out, (uint32_t)size);
    size_t at = out->length;
    (void)ts_buf_puts(out, "iTXt");
    (void)ts_buf_append(out, itxt_head, HEAD);
    (void)ts_buf_append(out, blocks->xmp, blocks->xmp_length);
    if (!out->failed) put_be32(out, crc((const uint8_t *)out->data + at, size + 4));
}

static bool is_xmp(const uint8_t *chunk, size_t size)
{
    return memcmp(chunk + 4, "iTXt", 4) == 0 && size >= HEAD && memcmp(chunk + 8, itxt_head, KEYWORD) == 0;
}

static bool check(const uint8_t *bytes, size_t length, bool *has, ts_error *err)
{
    size_t at = SIGNATURE, found = 0;
    bool ends = false;
    while (!ends && length - at >= AROUND) {
        size_t size = be32(bytes + at);
        if (size > length - at - AROUND) return ts_embed_refuse(err, "its chunks are damaged");
        bool xmp = is_xmp(bytes + at, size);
        if (xmp && bytes[at + 8 + KEYWORD] != 0) return ts_embed_refuse(err, "its XMP is compressed");
        found += xmp;
        ends = memcmp(bytes + at + 4, "IEND", 4) == 0;
        at += size + AROUND;
    }
    if (!ends) return ts_embed_refuse(err, "its end is missing");
    if (found > 1) return ts_embed_refuse(err, "it has several XMP blocks");
    *has = found == 1;
    return true;
}

bool ts_embed_png(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                  ts_error *err)
{
    bool has = false;
    if (!check(bytes, length, &has, err)) return false;
    (void)ts_buf_reserve(out, length + blocks->xmp_length + 64);
    (void)ts_buf_append(out, bytes, SIGNATURE);
    size_t at = SIGNATURE;
    for (bool ends = false; !ends;) {
        const uint8_t *chunk = bytes + at;
        size_t size = be32(chunk);
        bool first = at == SIGNATURE; /* IHDR */
        if (is_xmp(chunk, size)) put_xmp(blocks, out);
        else (void)ts_buf_append(out, chunk, size + AROUND);
        if (first && !has) put_xmp(blocks, out);
        ends = memcmp(chunk + 4, "IEND", 4) == 0;
        at += size + AROUND;
    }
    (void)ts_buf_append(out, bytes + at, length - at);
    return !out->failed || ts_fail_memory(err);
}
