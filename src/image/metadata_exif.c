/* image: the TIFF directories of EXIF (and of TIFF files) to plain facts. A reader of our own beside exif.c: libexif is
 * run on a file's bytes only in the confined worker, and this one runs outside. It follows four directories at most,
 * each once, and copies nothing that it did not check. */
#include <stdio.h>
#include <string.h>

#include "image/metadata_parts.h"

enum { ENTRIES_MAX = 1000, EXIF_MAX = 16 << 20 };

typedef struct tiff {
    const uint8_t *bytes;
    size_t length;
    bool big_endian;
} tiff;

typedef struct entry {
    unsigned tag, type;
    size_t count;
    const uint8_t *data; /* checked: `size` bytes are there */
    size_t size;
} entry;

static unsigned get16(const tiff *t, const uint8_t *p)
{
    return t->big_endian ? (unsigned)(p[0] << 8 | p[1]) : (unsigned)(p[1] << 8 | p[0]);
}

static uint32_t get32(const tiff *t, const uint8_t *p)
{
    return t->big_endian ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                         : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static bool open_tiff(tiff *t, const uint8_t *bytes, size_t length)
{
    if (length < 8) return false;
    *t = (tiff){bytes, length, bytes[0] == 'M'};
    return memcmp(bytes, "II*\0", 4) == 0 || memcmp(bytes, "MM\0*", 4) == 0;
}

/* ---- directories ----------------------------------------------------------------------------------- */

static bool read_entry(const tiff *t, const uint8_t *p, entry *out)
{
    static const uint8_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    *out = (entry){.tag = get16(t, p), .type = get16(t, p + 2), .count = get32(t, p + 4), .data = p + 8};
    if (out->type == 0 || out->type >= sizeof sizes || out->count > t->length) return false;
    out->size = out->count * sizes[out->type];
    if (out->size <= 4) return true;
    size_t offset = get32(t, p + 8);
    if (offset > t->length || out->size > t->length - offset) return false;
    out->data = t->bytes + offset;
    return true;
}

typedef void (*entry_reader)(const tiff *t, const entry *e, void *context);

/* False when the directory does not lie within the bytes; damaged entries are passed over. */
static bool each_entry(const tiff *t, size_t offset, entry_reader read, void *context)
{
    entry e;
    if (offset < 8 || offset > t->length || t->length - offset < 2) return false;
    size_t count = get16(t, t->bytes + offset);
    size_t room = (t->length - offset - 2) / 12;
    if (count > room) count = room;
    if (count > ENTRIES_MAX) count = ENTRIES_MAX;
    for (size_t i = 0; i < count; i++)
        if (read_entry(t, t->bytes + offset + 2 + 12 * i, &e)) read(t, &e, context);
    return true;
}

/* ---- values ---------------------------------------------------------------------------------------- */

static uint32_t number(const tiff *t, const entry *e)
{
    if (e->count < 1) return 0;
    return e->type == 3   ? get16(t, e->data)
           : e->type == 4 ? get32(t, e->data)
           : e->type == 1 ? e->data[0]
                          : 0;
}

/* Up to the first NUL; ASCII by its type, though UTF-8 is often found. */
static size_t text_length(const entry *e)
{
    return e->type == 2 || e->type == 7 || e->type == 1 ? strnlen((const char *)e->data, e->size) : 0;
}

static void set_text(ts_metadata_builder *b, const char **field, const entry *e)
{
    ts_metadata_set(b, field, (const char *)e->data, text_length(e));
}

/* Windows' own texts: UTF-16, always little-endian. Returns NULL when it is empty or too long. */
static const char *wide_text(ts_metadata_builder *b, const entry *e, size_t *length)
{
    enum { WIDE_MAX = 64 << 10 };
    if (e->type != 1 || e->size < 2 || e->size > WIDE_MAX) return NULL;
    char *out = ts_arena_alloc(b->arena, e->size / 2 * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; out && i + 1 < e->size; i += 2) {
        uint32_t c = (uint32_t)e->data[i] | (uint32_t)e->data[i + 1] << 8;
        if (c == 0) break;
        uint32_t low = i + 3 < e->size ? (uint32_t)e->data[i + 2] | (uint32_t)e->data[i + 3] << 8 : 0;
        if (c >= 0xD800 && c < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
            out[n++] = (char)(0xF0 | c >> 18);
            out[n++] = (char)(0x80 | (c >> 12 & 63));
            out[n++] = (char)(0x80 | (c >> 6 & 63));
            out[n++] = (char)(0x80 | (c & 63));
        } else if (c >= 0xD800 && c < 0xE000) {
            out[n++] = '?';
        } else if (c < 0x80) {
            out[n++] = (char)c;
        } else if (c < 0x800) {
            out[n++] = (char)(0xC0 | c >> 6);
            out[n++] = (char)(0x80 | (c & 63));
        } else {
            out[n++] = (char)(0xE0 | c >> 12);
            out[n++] = (char)(0x80 | (c >> 6 & 63));
            out[n++] = (char)(0x80 | (c & 63));
        }
    }
    *length = n;
    return out;
}

static void add_wide_keywords(ts_metadata_builder *b, const entry *e)
{
    size_t length = 0;
    const char *text = wide_text(b, e, &length);
    while (text && length > 0) {
        const char *semicolon = memchr(text, ';', length);
        size_t n = semicolon ? (size_t)(semicolon - text) : length;
        ts_metadata_add_path(b, text, n, '/');
        n += semicolon != NULL;
        text += n;
        length -= n;
    }
}

static void set_wide(ts_metadata_builder *b, const char **field, const entry *e)
{
    size_t length = 0;
    const char *text = wide_text(b, e, &length);
    if (text) ts_metadata_set(b, field, text, length);
}

/* What cameras write into every picture says nothing about this one. */
static void set_description(ts_metadata_builder *b, const entry *e)
{
    static const char *const boilerplate[] = {"OLYMPUS DIGITAL CAMERA",
                                              "SONY DSC",
                                              "MINOLTA DIGITAL CAMERA",
                                              "SAMSUNG DIGITAL CAMERA",
                                              "DIGITAL CAMERA",
                                              "KONICA MINOLTA DIGITAL CAMERA",
                                              "SAMSUNG",
                                              "Exif_JPEG_PICTURE"};
    size_t length = text_length(e);
    while (length > 0 && e->data[length - 1] == ' ') length--;
    for (size_t i = 0; i < sizeof boilerplate / sizeof *boilerplate; i++)
        if (strlen(boilerplate[i]) == length && memcmp(boilerplate[i], e->data, length) == 0) return;
    ts_metadata_set_description(b, (const char *)e->data, length);
}

/* ---- EXIF ------------------------------------------------------------------------------------------ */

typedef struct exif_facts {
    ts_metadata_builder *b;
    size_t exif_at, gps_at;
    entry original, digitized, changed, offset; /* dates; type 0: not there */
    entry title, comment, author;               /* Windows' texts, which count less */
    entry latitude, longitude;
    char north_south, east_west;
} exif_facts;

static void read_main(const tiff *t, const entry *e, void *context)
{
    exif_facts *f = context;
    ts_metadata_builder *b = f->b;
    switch (e->tag) {
    case 0x010E:
        set_description(b, e);
        break;
    case 0x0112:
        if (b->out->orientation == 0 && number(t, e) >= 1 && number(t, e) <= 8)
            b->out->orientation = number(t, e);
        break;
    case 0x0132:
        f->changed = *e;
        break;
    case 0x013B:
        set_text(b, &b->out->creator, e);
        break;
    case 0x4746:
        if (number(t, e) >= 1 && number(t, e) <= 5) ts_metadata_set_rating(b, (int)number(t, e));
        break;
    case 0x8298:
        set_text(b, &b->out->copyright, e);
        break;
    case 0x8769:
        f->exif_at = number(t, e);
        break;
    case 0x8825:
        f->gps_at = number(t, e);
        break;
    case 0x9C9B:
        f->title = *e;
        break;
    case 0x9C9C:
        f->comment = *e;
        break;
    case 0x9C9D:
        f->author = *e;
        break;
    case 0x9C9E:
        add_wide_keywords(b, e);
        break;
    default:
        break;
    }
}

static void read_exif(const tiff *t, const entry *e, void *context)
{
    exif_facts *f = context;
    (void)t;
    switch (e->tag) {
    case 0x9003:
        f->original = *e;
        break;
    case 0x9004:
        f->digitized = *e;
        break;
    case 0x9011:
        f->offset = *e;
        break;
    case 0x9286: /* a character code of 8 bytes in front */
        if (e->size > 8 && e->type == 7 && memcmp(e->data, "ASCII\0\0\0", 8) == 0)
            ts_metadata_set_description(f->b, (const char *)e->data + 8,
                                        strnlen((const char *)e->data + 8, e->size - 8));
        break;
    default:
        break;
    }
}

static void read_gps(const tiff *t, const entry *e, void *context)
{
    exif_facts *f = context;
    (void)t;
    switch (e->tag) {
    case 1:
        f->north_south = e->size > 0 ? (char)e->data[0] : 0;
        break;
    case 2:
        f->latitude = *e;
        break;
    case 3:
        f->east_west = e->size > 0 ? (char)e->data[0] : 0;
        break;
    case 4:
        f->longitude = *e;
        break;
    default:
        break;
    }
}

static bool read_angle(const tiff *t, const entry *e, double limit, double *out)
{
    double factor = 1;
    *out = 0;
    if (e->type != 5 || e->count < 1 || e->count > 3) return false;
    for (size_t i = 0; i < e->count; i++) {
        uint32_t numerator = get32(t, e->data + 8 * i);
        uint32_t denominator = get32(t, e->data + 8 * i + 4);
        if (denominator == 0 && (i == 0 || numerator != 0)) return false;
        if (denominator) *out += (double)numerator / denominator * factor;
        factor /= 60;
    }
    return *out <= limit;
}

static void set_gps(const tiff *t, const exif_facts *f)
{
    double latitude = 0, longitude = 0;
    if (!read_angle(t, &f->latitude, 90, &latitude) || !read_angle(t, &f->longitude, 180, &longitude)) return;
    bool south = f->north_south == 'S' || f->north_south == 's';
    bool west = f->east_west == 'W' || f->east_west == 'w';
    ts_metadata_set_gps(f->b, south ? -latitude : latitude, west ? -longitude : longitude);
}

static void set_taken(const exif_facts *f)
{
    char text[48];
    const entry *dates[] = {&f->original, &f->digitized, &f->changed};
    for (size_t i = 0; i < 3; i++) {
        size_t length = dates[i]->type == 2 ? text_length(dates[i]) : 0;
        size_t zone = i == 0 && f->offset.type == 2 ? text_length(&f->offset) : 0;
        if (length == 0 || length > 24) continue;
        if (zone > 8) zone = 0;
        memcpy(text, dates[i]->data, length);
        if (zone > 0) memcpy(text + length, f->offset.data, zone);
        if (dates[i] == &f->changed) ts_metadata_set_written(f->b, text, length);
        else ts_metadata_set_taken(f->b, text, length + zone);
    }
}

bool ts_metadata_read_exif(ts_metadata_builder *b, const uint8_t *bytes, size_t length)
{
    tiff t;
    exif_facts f = {.b = b};
    if (length > EXIF_MAX || !open_tiff(&t, bytes, length)) return false;
    if (!each_entry(&t, get32(&t, bytes + 4), read_main, &f)) return false;
    if (f.exif_at) (void)each_entry(&t, f.exif_at, read_exif, &f);
    if (f.gps_at) (void)each_entry(&t, f.gps_at, read_gps, &f);
    set_wide(b, &b->out->title, &f.title);
    set_wide(b, &b->out->creator, &f.author);
    if (!b->out->description[0]) set_wide(b, &b->out->description, &f.comment);
    set_taken(&f);
    set_gps(&t, &f);
    return true;
}

/* ---- TIFF files ------------------------------------------------------------------------------------ */

static void find_in_entry(const tiff *t, const entry *e, void *context)
{
    ts_metadata_blocks *out = context;
    (void)t;
    if (e->tag == 700) out->xmp = (ts_metadata_block){e->data, e->size};
    if (e->tag == 33723) out->iptc = (ts_metadata_block){e->data, e->size};
    if (e->tag == 34377 && !out->iptc.bytes) out->iptc = ts_metadata_find_iim(e->data, e->size);
}

void ts_metadata_find_in_tiff(const uint8_t *bytes, size_t length, ts_metadata_blocks *out)
{
    tiff t;
    if (!open_tiff(&t, bytes, length)) return;
    out->exif = (ts_metadata_block){bytes, length};
    (void)each_entry(&t, get32(&t, bytes + 4), find_in_entry, out);
}
