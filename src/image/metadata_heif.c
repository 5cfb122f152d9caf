/* image: where HEIC and AVIF keep EXIF and XMP: items of the "meta" box, in one piece each (as every writer does).
 * Knows nothing of pictures in them. */
#include <string.h>

#include "image/metadata_parts.h"

typedef struct reader {
    const uint8_t *at;
    size_t left;
    bool short_read; /* asked for more than there is; reads then give 0 */
} reader;

static uint64_t take(reader *r, size_t bytes)
{
    uint64_t value = 0;
    if (bytes > r->left) {
        r->short_read = true;
        r->left = 0;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++) value = value << 8 | r->at[i];
    r->at += bytes;
    r->left -= bytes;
    return value;
}

/* The next box within r; false at the end or when it does not fit. */
static bool take_box(reader *r, char type[4], reader *body)
{
    if (r->left < 8) return false;
    const uint8_t *start = r->at;
    size_t whole = r->left;
    uint64_t size = take(r, 4);
    memcpy(type, r->at, 4);
    (void)take(r, 4);
    if (size == 1) size = take(r, 8);
    else if (size == 0) size = whole;
    size_t header = (size_t)(r->at - start);
    if (r->short_read || size < header || size > whole) return false;
    *body = (reader){.at = r->at, .left = (size_t)size - header};
    *r = (reader){.at = start + size, .left = whole - (size_t)size};
    return true;
}

static bool find_box(reader in, const char *type, reader *body)
{
    char found[4];
    while (take_box(&in, found, body))
        if (memcmp(found, type, 4) == 0) return true;
    return false;
}

/* ---- which items ----------------------------------------------------------------------------------- */

typedef struct items {
    uint64_t exif, xmp; /* ids; 0: none */
} items;

static bool is_text(reader *r, const char *text)
{
    size_t length = strlen(text) + 1;
    return r->left >= length && memcmp(r->at, text, length) == 0;
}

static void take_item(reader r, items *out)
{
    unsigned version = (unsigned)(take(&r, 4) >> 24);
    if (version != 2 && version != 3) return;
    uint64_t id = take(&r, version == 2 ? 2 : 4);
    (void)take(&r, 2);
    uint32_t type = (uint32_t)take(&r, 4);
    if (r.short_read || id == 0) return;
    if (type == 0x45786966 && !out->exif) out->exif = id; /* "Exif" */
    if (type != 0x6D696D65) return;                       /* "mime" */
    const uint8_t *name_end = memchr(r.at, 0, r.left);
    if (!name_end) return;
    (void)take(&r, (size_t)(name_end - r.at) + 1);
    if (is_text(&r, "application/rdf+xml") && !out->xmp) out->xmp = id;
}

static items find_items(reader meta)
{
    items found = {0};
    reader list, entry;
    char type[4];
    if (!find_box(meta, "iinf", &list)) return found;
    unsigned version = (unsigned)(take(&list, 4) >> 24);
    (void)take(&list, version == 0 ? 2 : 4);
    while (take_box(&list, type, &entry))
        if (memcmp(type, "infe", 4) == 0) take_item(entry, &found);
    return found;
}

/* ---- where they lie -------------------------------------------------------------------------------- */

typedef struct location {
    uint64_t id, method, base, offset, length, extents;
} location;

typedef struct sizes {
    unsigned version, offset, length, base, index;
} sizes;

static location take_location(reader *r, const sizes *s)
{
    location l = {0};
    l.id = take(r, s->version < 2 ? 2 : 4);
    if (s->version > 0) l.method = take(r, 2) & 15;
    (void)take(r, 2);
    l.base = take(r, s->base);
    l.extents = take(r, 2);
    for (uint64_t i = 0; i < l.extents && !r->short_read; i++) {
        if (s->version > 0) (void)take(r, s->index);
        l.offset = take(r, s->offset);
        l.length = take(r, s->length);
    }
    return l;
}

static bool find_location(reader meta, uint64_t id, location *out)
{
    reader r;
    if (id == 0 || !find_box(meta, "iloc", &r)) return false;
    sizes s = {.version = (unsigned)(take(&r, 4) >> 24)};
    unsigned packed = (unsigned)take(&r, 2);
    s.offset = packed >> 12 & 15;
    s.length = packed >> 8 & 15;
    s.base = packed >> 4 & 15;
    s.index = packed & 15;
    if (s.version > 2 || s.offset > 8 || s.length > 8 || s.base > 8 || s.index > 8) return false;
    for (uint64_t n = take(&r, s.version < 2 ? 2 : 4); n > 0 && !r.short_read; n--) {
        *out = take_location(&r, &s);
        if (!r.short_read && out->id == id) return out->extents == 1;
    }
    return false;
}

/* Method 0 counts from the file's start, 1 within the "idat" box. */
static ts_metadata_block resolve(reader file, reader meta, uint64_t id)
{
    location l;
    reader data = file;
    if (!find_location(meta, id, &l) || l.method > 1) return (ts_metadata_block){0};
    if (l.method == 1 && !find_box(meta, "idat", &data)) return (ts_metadata_block){0};
    if (l.base > data.left || l.offset > data.left - l.base) return (ts_metadata_block){0};
    uint64_t at = l.base + l.offset;
    if (l.length == 0 || l.length > data.left - at) return (ts_metadata_block){0};
    return (ts_metadata_block){data.at + at, (size_t)l.length};
}

void ts_metadata_find_heif(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    reader file = {.at = bytes, .left = length};
    reader meta;
    if (!find_box(file, "meta", &meta)) return;
    (void)take(&meta, 4); /* version and flags */
    items found = find_items(meta);
    out->xmp = resolve(file, meta, found.xmp);
    ts_metadata_block exif = resolve(file, meta, found.exif);
    if (exif.length <= 4) return;
    /* In front: how far the TIFF header is behind these four bytes ("Exif\0\0" may stand between). */
    size_t skip = (size_t)exif.bytes[0] << 24 | (size_t)exif.bytes[1] << 16 | (size_t)exif.bytes[2] << 8 |
                  exif.bytes[3];
    if (skip < exif.length - 4)
        out->exif = (ts_metadata_block){exif.bytes + 4 + skip, exif.length - 4 - skip};
}
