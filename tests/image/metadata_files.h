/* tests/image: files with metadata and no picture, made byte by byte, for the tests and the seeds of the fuzzer. */
#ifndef TS_TESTS_IMAGE_METADATA_FILES_H
#define TS_TESTS_IMAGE_METADATA_FILES_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/support.h"

static inline void put(ts_buf *out, const void *bytes, size_t length)
{
    assert_true(ts_buf_append(out, bytes, length));
}

static inline void put_be(ts_buf *out, size_t bytes, uint64_t value)
{
    while (bytes-- > 0) assert_true(ts_buf_putc(out, (char)(value >> (8 * bytes))));
}

static inline void put_le(ts_buf *out, size_t bytes, uint64_t value)
{
    for (size_t i = 0; i < bytes; i++) assert_true(ts_buf_putc(out, (char)(value >> (8 * i))));
}

static inline void put_block(ts_buf *out, const ts_buf *block)
{
    if (block->length) put(out, block->data, block->length);
}

/* What a file may carry; an empty one is left out. */
typedef struct parts {
    ts_buf xmp, iptc, exif;
} parts;

static inline void parts_free(parts *p)
{
    ts_buf_free(&p->xmp);
    ts_buf_free(&p->iptc);
    ts_buf_free(&p->exif);
}

/* One dataset of record 2. */
static inline void put_dataset(ts_buf *out, unsigned number, const char *text)
{
    put(out, "\x1C\x02", 2);
    put_be(out, 1, number);
    put_be(out, 2, strlen(text));
    put(out, text, strlen(text));
}

/* ---- EXIF ------------------------------------------------------------------------------------------ */

typedef struct exif_entry {
    unsigned tag, type;
    uint32_t count;
    const char *data; /* as the file has it; NULL: `value` stands in the entry */
    size_t size;
    uint32_t value;
} exif_entry;

static inline void put_number(ts_buf *out, bool big, size_t bytes, uint64_t value)
{
    if (big) put_be(out, bytes, value);
    else put_le(out, bytes, value);
}

static inline size_t directory_size(const exif_entry *list, size_t count)
{
    size_t size = 2 + 12 * count + 4;
    for (size_t i = 0; i < count; i++) size += list[i].data && list[i].size > 4 ? list[i].size : 0;
    return size;
}

/* A directory that lies at `at`, with its data behind it. */
static inline void put_directory(ts_buf *out, bool big, size_t at, const exif_entry *list, size_t count)
{
    size_t data_at = at + 2 + 12 * count + 4;
    put_number(out, big, 2, count);
    for (size_t i = 0; i < count; i++) {
        const exif_entry *e = &list[i];
        put_number(out, big, 2, e->tag);
        put_number(out, big, 2, e->type);
        put_number(out, big, 4, e->count);
        if (e->data && e->size > 4) {
            put_number(out, big, 4, data_at);
            data_at += e->size;
        } else if (e->data) {
            char inline_data[4] = {0};
            memcpy(inline_data, e->data, e->size);
            put(out, inline_data, 4);
        } else if (e->type == 3) {
            put_number(out, big, 2, e->value);
            put_number(out, big, 2, 0);
        } else {
            put_number(out, big, 4, e->value);
        }
    }
    put_number(out, big, 4, 0);
    for (size_t i = 0; i < count; i++)
        if (list[i].data && list[i].size > 4) put(out, list[i].data, list[i].size);
}

static inline void put_tiff_header(ts_buf *out, bool big)
{
    put(out, big ? "MM\0*" : "II*\0", 4);
    put_number(out, big, 4, 8);
}

/* ---- files ----------------------------------------------------------------------------------------- */

static inline void put_segment(ts_buf *out, unsigned marker, const char *prefix, size_t prefix_length,
                               const ts_buf *data)
{
    put_be(out, 2, 0xFF00 | marker);
    put_be(out, 2, 2 + prefix_length + data->length);
    put(out, prefix, prefix_length);
    put_block(out, data);
}

static inline void put_photoshop(ts_buf *out, const ts_buf *iptc)
{
    put(out,
        "8BIM\x03\xED\x00\x00\x00\x00\x00\x03"
        "abc\0",
        16); /* another resource, of odd size */
    put(out, "8BIM\x04\x04\x00\x00", 8);
    put_be(out, 4, iptc->length);
    put_block(out, iptc);
    if (iptc->length & 1) put(out, "", 1);
}

static inline void make_jpeg(ts_buf *out, const parts *p)
{
    ts_buf photoshop = {0}, app0 = {0};
    put(out, "\xFF\xD8", 2);
    put(&app0, "\x01\x01\x00\x00\x01\x00\x01\x00\x00", 9);
    put_segment(out, 0xE0, "JFIF\0", 5, &app0);
    if (p->exif.length) put_segment(out, 0xE1, "Exif\0\0", 6, &p->exif);
    if (p->xmp.length) put_segment(out, 0xE1, "http://ns.adobe.com/xap/1.0/\0", 29, &p->xmp);
    if (p->iptc.length) {
        put_photoshop(&photoshop, &p->iptc);
        put_segment(out, 0xED, "Photoshop 3.0\0", 14, &photoshop);
    }
    put(out, "\xFF\xDA\x00\x02rest of the file", 20);
    ts_buf_free(&photoshop);
    ts_buf_free(&app0);
}

static inline void put_chunk(ts_buf *out, const char *type, const char *prefix, size_t prefix_length,
                             const ts_buf *data)
{
    put_be(out, 4, prefix_length + data->length);
    put(out, type, 4);
    if (prefix_length) put(out, prefix, prefix_length);
    put_block(out, data);
    put_be(out, 4, 0); /* nobody checks the sum of a chunk that only says things */
}

static inline void make_png(ts_buf *out, const parts *p)
{
    ts_buf header = {0}, none = {0};
    put(out, "\x89PNG\r\n\x1a\n", 8);
    put(&header, "\0\0\0\1\0\0\0\1\x08\0\0\0\0", 13);
    put_chunk(out, "IHDR", "", 0, &header);
    if (p->xmp.length) put_chunk(out, "iTXt", "XML:com.adobe.xmp\0\0\0en\0title\0", 29, &p->xmp);
    put_chunk(out, "IDAT", "", 0, &none);
    if (p->exif.length) put_chunk(out, "eXIf", "", 0, &p->exif);
    put_chunk(out, "IEND", "", 0, &none);
    ts_buf_free(&header);
}

static inline void put_riff(ts_buf *out, const char *type, const ts_buf *data)
{
    put(out, type, 4);
    put_le(out, 4, data->length);
    put_block(out, data);
    if (data->length & 1) put(out, "", 1);
}

static inline void make_webp(ts_buf *out, const parts *p)
{
    ts_buf header = {0};
    put(out, "RIFF\x40\x00\x00\x00WEBP", 12);
    put(&header, "\x0c\0\0\0\0\0\0\0\0\0", 10);
    put_riff(out, "VP8X", &header);
    if (p->exif.length) put_riff(out, "EXIF", &p->exif);
    if (p->xmp.length) put_riff(out, "XMP ", &p->xmp);
    ts_buf_free(&header);
}

/* XMP and IPTC as tags; other entries as they come. */
static inline void make_tiff(ts_buf *out, bool big, const parts *p)
{
    exif_entry list[3];
    size_t count = 0;
    if (p->iptc.length)
        list[count++] = (exif_entry){33723, 7, (uint32_t)p->iptc.length, p->iptc.data, p->iptc.length, 0};
    if (p->xmp.length)
        list[count++] = (exif_entry){700, 1, (uint32_t)p->xmp.length, p->xmp.data, p->xmp.length, 0};
    put_tiff_header(out, big);
    put_directory(out, big, 8, list, count);
}

static inline void put_box(ts_buf *out, const char *type, const ts_buf *body)
{
    put_be(out, 4, 8 + body->length);
    put(out, type, 4);
    put_block(out, body);
}

static inline void put_item(ts_buf *list, unsigned id, const char *type, const char *content_type)
{
    ts_buf body = {0};
    put_be(&body, 4, 0x02000000);
    put_be(&body, 2, id);
    put_be(&body, 2, 0);
    put(&body, type, 4);
    put(&body, "", 1);
    if (content_type) put(&body, content_type, strlen(content_type) + 1);
    put_box(list, "infe", &body);
    ts_buf_free(&body);
}

/* Item 1: EXIF within mdat behind the meta box; item 2: XMP within idat. */
static inline void make_heic(ts_buf *out, const parts *p)
{
    ts_buf brands = {0}, meta = {0}, infos = {0}, places = {0}, data = {0};
    put(&brands, "heic\0\0\0\0heicmif1", 16);
    put_box(out, "ftyp", &brands);
    put_be(&infos, 4, 0);
    put_be(&infos, 2, 2);
    put_item(&infos, 1, "Exif", NULL);
    put_item(&infos, 2, "mime", "application/rdf+xml");
    put_be(&meta, 4, 0);
    put_box(&meta, "iinf", &infos);
    put_box(&meta, "idat", &p->xmp);
    size_t meta_size = 8 + meta.length + 8 + 4 + 4 + 2 * 16;
    put_be(&places, 4, 0x01000000);
    put_be(&places, 2, 0x4400);
    put_be(&places, 2, 2);
    for (unsigned id = 1; id <= 2; id++) {
        put_be(&places, 2, id);
        put_be(&places, 2, id - 1); /* method */
        put_be(&places, 2, 0);
        put_be(&places, 2, 1);
        put_be(&places, 4, id == 1 ? out->length + meta_size + 8 : 0);
        put_be(&places, 4, id == 1 ? p->exif.length + 10 : p->xmp.length);
    }
    put_box(&meta, "iloc", &places);
    put_box(out, "meta", &meta);
    put(&data, "\0\0\0\6Exif\0\0", 10);
    put_block(&data, &p->exif);
    put_box(out, "mdat", &data);
    ts_buf_free(&brands);
    ts_buf_free(&meta);
    ts_buf_free(&infos);
    ts_buf_free(&places);
    ts_buf_free(&data);
}

#endif
