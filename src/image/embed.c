/* image: metadata into a file of any format that may hold it, and the check that nothing else changed. */
#include "image/embed.h"

#include <string.h>

#include "image/image.h"

bool ts_embed_refuse(ts_error *err, const char *why)
{
    (void)ts_fail(err, TS_UNSUPPORTED, "the picture itself is not written: %s", why);
    return ts_hint(err, "a sidecar can hold its keywords");
}

bool ts_embed(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out, ts_error *err)
{
    switch (ts_format_sniff(bytes, length)) {
    case TS_FORMAT_JPEG:
        return ts_embed_jpeg(bytes, length, blocks, out, err);
    case TS_FORMAT_PNG:
        return ts_embed_png(bytes, length, blocks, out, err);
    case TS_FORMAT_WEBP:
        return ts_embed_webp(bytes, length, blocks, out, err);
    case TS_FORMAT_TIFF:
        return ts_embed_tiff(bytes, length, blocks, out, err);
    default:
        return ts_embed_refuse(err, "only JPEG, PNG, WebP and TIFF are");
    }
}

/* The XMP entry of a TIFF may differ, and where the directory is; the rest of what was there may not. */
static bool same_tiff(const uint8_t *a, size_t length, const uint8_t *b, size_t b_length)
{
    enum { CHANGES = 4 + 10 }; /* the header's offset, or the entry's type, count and offset */
    ts_metadata_blocks old = {0};
    ts_metadata_find_in_tiff(a, length, &old);
    size_t from = old.xmp.bytes ? (size_t)(old.xmp.bytes - a) : length, differing = 0;
    if (b_length < length) return false;
    for (size_t i = 0; i < length; i++)
        if (a[i] != b[i] && (i < from || i >= from + old.xmp.length)) differing++;
    return differing <= CHANGES;
}

/* Without XMP and IPTC both are the same file. */
bool ts_embed_same_rest(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length, ts_error *err)
{
    static const ts_embed_blocks none = {.with_iptc = true};
    ts_buf bare_a = {0}, bare_b = {0};
    bool same = false;
    if (ts_format_sniff(a, a_length) == TS_FORMAT_TIFF) same = same_tiff(a, a_length, b, b_length);
    else
        same = ts_embed(a, a_length, &none, &bare_a, err) && ts_embed(b, b_length, &none, &bare_b, err) &&
               bare_a.data && bare_b.data && bare_a.length == bare_b.length &&
               memcmp(bare_a.data, bare_b.data, bare_a.length) == 0;
    ts_buf_free(&bare_a);
    ts_buf_free(&bare_b);
    return same || ts_embed_refuse(err, "something else than its metadata would change");
}
