/* image: the XMP of a TIFF's first directory exchanged. Nothing that is there moves: new XMP goes behind the end, and
 * only the directory's entry changes (or, where there was none, the directory is written anew behind it). Knows no XML.
 *
 * Many raw formats are TIFFs inside; which of them say so, and which files may be written at all, the caller decides by
 * name too. */
#include <string.h>

#include "image/embed.h"

enum { XMP_TAG = 700, DNG_TAG = 50706, ENTRY = 12, BYTE_TYPE = 1, SHORT_TYPE = 3, UNDEFINED_TYPE = 7 };
enum { STRIPS = 273, STRIP_SIZES = 279, TILES = 324, TILE_SIZES = 325 };

typedef struct tiff {
    const uint8_t *bytes;
    size_t length;
    bool big_endian;
    size_t directory, count; /* of the first one; its entries begin 2 bytes later */
    size_t xmp;              /* offset of its entry; 0: none */
} tiff;

static size_t get(const tiff *t, size_t at, size_t bytes)
{
    size_t value = 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | t->bytes[t->big_endian ? at + i : at + bytes - 1 - i];
    return value;
}

static void set(const tiff *t, char *at, size_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) at[t->big_endian ? bytes - 1 - i : i] = (char)(value >> (8 * i) & 255);
}

static bool open_tiff(tiff *t, const uint8_t *bytes, size_t length, ts_error *err)
{
    *t = (tiff){.bytes = bytes, .length = length, .big_endian = length > 0 && bytes[0] == 'M'};
    if (length < 14 || length > UINT32_MAX / 2 || get(t, 2, 2) != 42)
        return ts_embed_refuse(err, "it is a TIFF of a large or unknown kind");
    t->directory = get(t, 4, 4);
    if (t->directory < 8 || t->directory > length - 6)
        return ts_embed_refuse(err, "its directory is damaged");
    t->count = get(t, t->directory, 2);
    if (t->count == 0 || t->count > 4096 || t->count * ENTRY + 6 > length - t->directory)
        return ts_embed_refuse(err, "its directory is damaged");
    for (size_t i = 0; i < t->count; i++) {
        size_t entry = t->directory + 2 + i * ENTRY, tag = get(t, entry, 2);
        if (tag == DNG_TAG) return ts_embed_refuse(err, "it is a raw file (DNG)");
        if (tag == XMP_TAG && t->xmp) return ts_embed_refuse(err, "it has several XMP blocks");
        if (tag == XMP_TAG) t->xmp = entry;
    }
    return true;
}

static size_t find_entry(const tiff *t, size_t tag)
{
    for (size_t i = 0; i < t->count; i++)
        if (get(t, t->directory + 2 + i * ENTRY, 2) == tag) return t->directory + 2 + i * ENTRY;
    return 0;
}

/* The i-th number of an entry; SIZE_MAX where it is not there. */
static size_t number_of(const tiff *t, size_t entry, size_t i)
{
    size_t size = get(t, entry + 2, 2) == SHORT_TYPE ? 2 : 4, count = get(t, entry + 4, 4);
    size_t at = count * size <= 4 ? entry + 8 : get(t, entry + 8, 4);
    bool there = i < count && at <= t->length && (i + 1) * size <= t->length - at;
    return there ? get(t, at + i * size, size) : SIZE_MAX;
}

/* Of a truncated file a reader would take what goes behind its end for pixels. */
static bool is_whole(const tiff *t)
{
    static const size_t pairs[][2] = {{STRIPS, STRIP_SIZES}, {TILES, TILE_SIZES}};
    for (size_t p = 0; p < 2; p++) {
        size_t places = find_entry(t, pairs[p][0]), sizes = find_entry(t, pairs[p][1]);
        if (!places != !sizes) return false;
        for (size_t i = 0; places && i < get(t, places + 4, 4); i++) {
            size_t at = number_of(t, places, i), size = number_of(t, sizes, i);
            if (at > t->length || size > t->length - at) return false;
        }
    }
    return true;
}

static bool put_entry(const tiff *t, ts_buf *out, size_t offset, size_t size)
{
    char entry[ENTRY];
    set(t, entry, XMP_TAG, 2);
    set(t, entry + 2, BYTE_TYPE, 2);
    set(t, entry + 4, size, 4);
    set(t, entry + 8, offset, 4);
    return ts_buf_append(out, entry, ENTRY);
}

/* The directory once more, with the new entry in the order of tags. */
static bool put_directory(const tiff *t, ts_buf *out, size_t offset, size_t size)
{
    char word[4];
    bool placed = false;
    set(t, word, t->count + 1, 2);
    (void)ts_buf_append(out, word, 2);
    for (size_t i = 0; i < t->count; i++) {
        size_t entry = t->directory + 2 + i * ENTRY;
        if (!placed && get(t, entry, 2) > XMP_TAG) placed = put_entry(t, out, offset, size);
        (void)ts_buf_append(out, t->bytes + entry, ENTRY);
    }
    if (!placed) (void)put_entry(t, out, offset, size);
    return ts_buf_append(out, t->bytes + t->directory + 2 + t->count * ENTRY, 4); /* where the next one is */
}

/* Where the old one is at least as long, the new one takes its place: white space behind XMP means nothing. */
static bool put_in_place(const tiff *t, const ts_embed_blocks *blocks, ts_buf *out)
{
    size_t size = t->xmp ? get(t, t->xmp + 4, 4) : 0, at = t->xmp ? get(t, t->xmp + 8, 4) : 0;
    size_t type = t->xmp ? get(t, t->xmp + 2, 2) : 0;
    bool bytes = type == BYTE_TYPE || type == UNDEFINED_TYPE;
    if (!bytes || size <= 4 || at > t->length || size > t->length - at || blocks->xmp_length > size)
        return false;
    memcpy(out->data + at, blocks->xmp, blocks->xmp_length);
    memset(out->data + at + blocks->xmp_length, ' ', size - blocks->xmp_length);
    return true;
}

bool ts_embed_tiff(const uint8_t *bytes, size_t length, const ts_embed_blocks *blocks, ts_buf *out,
                   ts_error *err)
{
    tiff t;
    if (!open_tiff(&t, bytes, length, err)) return false;
    if (!is_whole(&t)) return ts_embed_refuse(err, "it is truncated");
    (void)ts_buf_reserve(out, length + blocks->xmp_length + (t.count + 2) * ENTRY + 16);
    if (!ts_buf_append(out, bytes, length)) return ts_fail_memory(err);
    if (put_in_place(&t, blocks, out)) return true;
    if (out->length & 1) (void)ts_buf_putc(out, 0);
    size_t offset = out->length;
    (void)ts_buf_append(out, blocks->xmp, blocks->xmp_length);
    if (out->length & 1) (void)ts_buf_putc(out, 0);
    size_t directory = out->length;
    if (!t.xmp && !put_directory(&t, out, offset, blocks->xmp_length)) return ts_fail_memory(err);
    if (out->failed) return ts_fail_memory(err);
    if (!t.xmp) set(&t, out->data + 4, directory, 4);
    if (t.xmp) set(&t, out->data + t.xmp + 2, BYTE_TYPE, 2);
    if (t.xmp) set(&t, out->data + t.xmp + 4, blocks->xmp_length, 4);
    if (t.xmp) set(&t, out->data + t.xmp + 8, offset, 4);
    return true;
}
