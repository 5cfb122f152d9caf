/* image: where each format keeps its metadata. Only walks over lengths; reads nothing of what it finds. */
#include <string.h>

#include "image/metadata_parts.h"

static size_t be16(const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

static size_t be32(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

static size_t le32(const uint8_t *p)
{
    return (size_t)p[3] << 24 | (size_t)p[2] << 16 | (size_t)p[1] << 8 | p[0];
}

static bool starts(const uint8_t *bytes, size_t length, const char *prefix, size_t prefix_length)
{
    return length >= prefix_length && memcmp(bytes, prefix, prefix_length) == 0;
}

/* The first block of a kind counts. */
static void keep(ts_metadata_block *block, const uint8_t *bytes, size_t length)
{
    if (!block->bytes && length > 0) *block = (ts_metadata_block){bytes, length};
}

static void keep_exif(ts_metadata_blocks *out, const uint8_t *bytes, size_t length)
{
    size_t skip = starts(bytes, length, "Exif\0\0", 6) ? 6 : 0;
    keep(&out->exif, bytes + skip, length - skip);
}

/* ---- JPEG ------------------------------------------------------------------------------------------ */

static void take_segment(unsigned marker, const uint8_t *data, size_t size, ts_metadata_blocks *out)
{
    enum { APP1 = 0xE1, APP13 = 0xED };
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/", photoshop[] = "Photoshop 3.0";
    if (marker == APP1 && starts(data, size, "Exif\0\0", 6)) {
        keep_exif(out, data, size);
    } else if (marker == APP1 && starts(data, size, xmp, sizeof xmp)) {
        keep(&out->xmp, data + sizeof xmp, size - sizeof xmp);
    } else if (marker == APP13 && starts(data, size, photoshop, sizeof photoshop)) {
        ts_metadata_block iim = ts_metadata_find_iim(data + sizeof photoshop, size - sizeof photoshop);
        keep(&out->iptc, iim.bytes, iim.length);
    }
}

/* Up to the first scan: what metadata says comes before the picture. */
static void find_in_jpeg(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    enum { SOS = 0xDA, EOI = 0xD9, SEGMENTS_MAX = 4096 };
    size_t at = 2;
    for (int i = 0; i < SEGMENTS_MAX && length - at >= 4 && bytes[at] == 0xFF; i++) {
        unsigned marker = bytes[at + 1];
        if (marker == 0xFF) { /* fill byte */
            at++;
            continue;
        }
        size_t size = be16(bytes + at + 2);
        if (marker == SOS || marker == EOI || size < 2 || size > length - at - 2) return;
        take_segment(marker, bytes + at + 4, size - 2, out);
        at += 2 + size;
    }
}

/* ---- PNG ------------------------------------------------------------------------------------------- */

/* keyword NUL, compressed?, method, language NUL, translated keyword NUL, text. XMP is stored plain, says its standard;
 * a compressed one is passed over, as is everything that would have to be unpacked. */
static void take_itxt(const uint8_t *data, size_t size, ts_metadata_blocks *out)
{
    static const char keyword[] = "XML:com.adobe.xmp";
    if (!starts(data, size, keyword, sizeof keyword) || size < sizeof keyword + 2 ||
        data[sizeof keyword] != 0)
        return;
    const uint8_t *at = data + sizeof keyword + 2, *end = data + size;
    for (int i = 0; i < 2 && at; i++) {
        at = memchr(at, 0, (size_t)(end - at));
        if (at) at++;
    }
    if (at) keep(&out->xmp, at, (size_t)(end - at));
}

static void find_in_png(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    size_t at = 8;
    while (length - at >= 12) {
        const uint8_t *chunk = bytes + at;
        size_t size = be32(chunk);
        if (size > length - at - 12) return;
        if (memcmp(chunk + 4, "iTXt", 4) == 0) take_itxt(chunk + 8, size, out);
        if (memcmp(chunk + 4, "eXIf", 4) == 0) keep_exif(out, chunk + 8, size);
        at += size + 12;
    }
}

/* ---- WebP ------------------------------------------------------------------------------------------ */

static void find_in_webp(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    size_t at = 12;
    while (length - at >= 8) {
        const uint8_t *chunk = bytes + at;
        size_t size = le32(chunk + 4);
        if (size > length - at - 8) return;
        if (memcmp(chunk, "XMP ", 4) == 0) keep(&out->xmp, chunk + 8, size);
        if (memcmp(chunk, "EXIF", 4) == 0) keep_exif(out, chunk + 8, size);
        size += size & 1;
        at += size < length - at - 8 ? size + 8 : length - at;
    }
}

void ts_metadata_find_blocks(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    *out = (ts_metadata_blocks){0};
    if (length < 16) return;
    switch (ts_format_sniff(bytes, length)) {
    case TS_FORMAT_JPEG:
        find_in_jpeg(bytes, length, out);
        break;
    case TS_FORMAT_PNG:
        find_in_png(bytes, length, out);
        break;
    case TS_FORMAT_WEBP:
        find_in_webp(bytes, length, out);
        break;
    case TS_FORMAT_TIFF:
        ts_metadata_find_in_tiff(bytes, length, out);
        break;
    case TS_FORMAT_HEIC:
    case TS_FORMAT_AVIF:
        ts_metadata_find_heif(bytes, length, out);
        break;
    default:
        break;
    }
}
