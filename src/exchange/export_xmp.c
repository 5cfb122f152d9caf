/* exchange: an export as a zip of sidecars (APPNOTE 6.3.10; stored, since XMP is small): each entry as it comes, the
 * directory aside until the end. More than 65,534 entries or 4 GiB make it a zip64. */
#include <stdio.h>
#include <string.h>

#include "exchange/export_form.h"
#include "exchange/keywords.h"
#include "image/metadata_write.h"

enum {
    ENTRY_MARK = 0x04034b50,
    DIRECTORY_MARK = 0x02014b50,
    END_MARK = 0x06054b50,
    END_64_MARK = 0x06064b50,
    LOCATOR_64_MARK = 0x07064b50,
    VERSION = 20,
    VERSION_64 = 45,
    UTF8_NAMES = 1 << 11,
    FIRST_DAY = 1 << 5 | 1, /* 1980-01-01: two exports of the same are the same */
    NAME_MAX_BYTES = 200,
};

/* ---- numbers, little-endian -------------------------------------------------------------------------- */

static bool put(ts_buf *buf, uint64_t value, unsigned bytes)
{
    bool ok = true;
    for (unsigned i = 0; i < bytes; i++) ok = ok && ts_buf_putc(buf, (char)(value >> 8 * i & 0xff));
    return ok;
}

static uint32_t crc_32(const char *bytes, size_t length)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

static uint64_t least(uint64_t value, uint64_t most)
{
    return value < most ? value : most;
}

/* ---- one entry --------------------------------------------------------------------------------------- */

/* What both the entry's own head and its line in the directory say. */
static bool put_facts(ts_buf *head, const char *name, const ts_buf *content, uint64_t extra)
{
    return put(head, UTF8_NAMES, 2) && put(head, 0, 2) && put(head, 0, 2) && put(head, FIRST_DAY, 2) &&
           put(head, crc_32(content->data, content->length), 4) && put(head, content->length, 4) &&
           put(head, content->length, 4) && put(head, strlen(name), 2) && put(head, extra, 2);
}

static bool put_line(ts_buf *line, const char *name, const ts_buf *content, uint64_t offset)
{
    bool far = offset >= UINT32_MAX;
    bool ok = put(line, DIRECTORY_MARK, 4) && put(line, VERSION_64, 2) &&
              put(line, far ? VERSION_64 : VERSION, 2) && put_facts(line, name, content, far ? 12 : 0) &&
              put(line, 0, 2) && put(line, 0, 2) && put(line, 0, 2) && put(line, 0, 4) &&
              put(line, least(offset, UINT32_MAX), 4) && ts_buf_puts(line, name);
    return ok && (!far || (put(line, 1, 2) && put(line, 8, 2) && put(line, offset, 8)));
}

static bool put_entry(ts_exporter *exporter, const char *name, const ts_buf *content, ts_error *err)
{
    ts_buf head = {0}, line = {0};
    uint64_t offset = exporter->out.written;
    bool ok = (put(&head, ENTRY_MARK, 4) && put(&head, VERSION, 2) && put_facts(&head, name, content, 0) &&
               ts_buf_puts(&head, name) && put_line(&line, name, content, offset)) ||
              ts_fail_memory(err);
    ok = ok && ts_export_bytes(&exporter->out, head.data, head.length, err) &&
         ts_export_bytes(&exporter->out, content->data, content->length, err) &&
         ts_export_bytes(&exporter->aside, line.data, line.length, err);
    ts_buf_free(&head);
    ts_buf_free(&line);
    return ok;
}

/* ---- names ------------------------------------------------------------------------------------------- */

/* How much of it there is room for, whole letters. */
static size_t length_of(const char *name)
{
    size_t length = strnlen(name, NAME_MAX_BYTES + 1);
    if (length <= NAME_MAX_BYTES) return length;
    for (length = NAME_MAX_BYTES; length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80;) length--;
    return length;
}

/* No folder, nothing hidden, nothing that a file system refuses. */
static char *safe_name(const char *name, ts_arena *arena)
{
    char *copy = ts_arena_strndup(arena, name, length_of(name));
    for (char *at = copy; at && *at; at++)
        if ((unsigned char)*at < 32 || strchr("/\\:*?\"<>|", *at)) *at = '_';
    if (copy && copy[0] == '.') copy[0] = '_';
    return copy;
}

/* Two pictures of one name: the second has its id in it. */
static const char *entry_name(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    const char *id = ts_export_member(record, "id"),
               *name = safe_name(ts_export_member(record, "name"), arena);
    if (!name || !name[0]) name = id;
    if (json_object_get(exporter->categories, name)) name = ts_arena_printf(arena, "%s-%s", id, name);
    else if (json_object_set_new(exporter->categories, name, json_true()) != 0) name = NULL;
    const char *whole = name ? ts_arena_printf(arena, "%s.xmp", name) : NULL;
    if (!whole) (void)ts_fail_memory(err);
    return whole;
}

/* ---- the form ---------------------------------------------------------------------------------------- */

static bool add(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    ts_keyword_choice choice = {.vocab = exporter->options.vocab,
                                .language = exporter->options.language,
                                .facets = ts_keyword_usual_facets(),
                                .with_suggested = exporter->options.with_suggested};
    ts_metadata_wish wish = {0};
    ts_metadata_edit edit = {0};
    const char *name = entry_name(exporter, record, arena, err);
    bool ok = name && ts_keywords_of(record, &choice, arena, &wish, err) &&
              ts_metadata_edit_sidecar(NULL, 0, &wish, arena, &edit, err);
    if (ok && edit.changed) { /* else there is nothing to say */
        exporter->parts++;
        ok = put_entry(exporter, name, &edit.bytes, err);
    }
    ts_metadata_edit_free(&edit);
    return ok;
}

static bool put_end_64(ts_buf *tail, uint64_t count, uint64_t size, uint64_t at)
{
    return put(tail, END_64_MARK, 4) && put(tail, 44, 8) && put(tail, VERSION_64, 2) &&
           put(tail, VERSION_64, 2) && put(tail, 0, 4) && put(tail, 0, 4) && put(tail, count, 8) &&
           put(tail, count, 8) && put(tail, size, 8) && put(tail, at, 8) && put(tail, LOCATOR_64_MARK, 4) &&
           put(tail, 0, 4) && put(tail, at + size, 8) && put(tail, 1, 4);
}

static bool end(ts_exporter *exporter, ts_error *err)
{
    ts_buf tail = {0};
    uint64_t at = exporter->out.written, count = exporter->parts;
    if (!ts_export_append_aside(exporter, err)) return false;
    uint64_t size = exporter->out.written - at;
    bool large = count >= UINT16_MAX || at >= UINT32_MAX || size >= UINT32_MAX;
    bool ok = (!large || put_end_64(&tail, count, size, at)) && put(&tail, END_MARK, 4) && put(&tail, 0, 4) &&
              put(&tail, least(count, UINT16_MAX), 2) && put(&tail, least(count, UINT16_MAX), 2) &&
              put(&tail, least(size, UINT32_MAX), 4) && put(&tail, least(at, UINT32_MAX), 4) &&
              put(&tail, 0, 2);
    ok = ok ? ts_export_bytes(&exporter->out, tail.data, tail.length, err) : ts_fail_memory(err);
    ts_buf_free(&tail);
    return ok;
}

const ts_export_form ts_export_xmp = {"xmp", "application/zip", "sidecars.zip", NULL, add, end};
