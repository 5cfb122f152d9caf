/* exchange: an export as a table (RFC 4180), one row a picture. */
#include <stdio.h>
#include <string.h>

#include "exchange/export_form.h"

/* What a spreadsheet would run: quoting does not keep it from that, an apostrophe does (OWASP, "CSV Injection"). */
static bool is_formula(const char *text)
{
    return text[0] && strchr("=+-@\t\r", text[0]);
}

static bool put_cell(ts_buf *row, const char *text)
{
    bool ok = ts_buf_puts(row, row->length ? ",\"" : "\"") && (!is_formula(text) || ts_buf_putc(row, '\''));
    for (; ok && *text; text++) ok = (*text != '"' || ts_buf_putc(row, '"')) && ts_buf_putc(row, *text);
    return ok && ts_buf_putc(row, '"');
}

static bool put_number(ts_buf *row, const json_t *value)
{
    if (json_is_integer(value)) return ts_buf_printf(row, ",%lld", (long long)json_integer_value(value));
    return json_is_real(value) ? ts_buf_printf(row, ",%.6f", json_real_value(value)) : ts_buf_putc(row, ',');
}

static bool put_tags(const ts_exporter *exporter, ts_buf *row, const json_t *tags, const char *state,
                     bool keys)
{
    ts_buf text = {0};
    size_t i;
    const json_t *tag;
    bool ok = true;
    json_array_foreach ((json_t *)(uintptr_t)tags, i, tag) {
        const char *concept = ts_export_member(tag, "concept");
        if (!ts_export_is(tag, state) || (keys && !concept[0])) continue;
        ok = ok && (text.length == 0 || ts_buf_puts(&text, "; ")) &&
             ts_buf_puts(&text, keys ? concept : ts_export_label(exporter, tag));
    }
    ok = ok && put_cell(row, text.length ? text.data : "");
    ts_buf_free(&text);
    return ok;
}

static bool begin(ts_exporter *exporter, ts_error *err)
{
    return ts_export_text(&exporter->out,
                          "id,name,title,description,alt,width,height,format,bytes,taken,latitude,longitude,"
                          "tags,concepts,suggested,created,sha256\r\n",
                          err);
}

static bool put_row(const ts_exporter *exporter, ts_buf *row, const json_t *record)
{
    static const char *const texts[] = {"id", "name", "title", "description", "alt"};
    const json_t *picture = json_object_get(record, "picture"), *tags = json_object_get(record, "tags");
    bool ok = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok = ok && put_cell(row, ts_export_member(record, texts[i]));
    return ok && put_number(row, json_object_get(picture, "width")) &&
           put_number(row, json_object_get(picture, "height")) &&
           put_cell(row, ts_export_member(picture, "format")) &&
           put_number(row, json_object_get(picture, "bytes")) &&
           put_cell(row, ts_export_member(record, "taken")) &&
           put_number(row, json_object_get(record, "latitude")) &&
           put_number(row, json_object_get(record, "longitude")) &&
           put_tags(exporter, row, tags, "accepted", false) &&
           put_tags(exporter, row, tags, "accepted", true) &&
           put_tags(exporter, row, tags, "suggested", false) &&
           put_cell(row, ts_export_member(record, "created")) &&
           put_cell(row, ts_export_member(record, "sha256")) && ts_buf_puts(row, "\r\n");
}

static bool add(ts_exporter *exporter, const json_t *record, ts_arena *arena, ts_error *err)
{
    ts_buf row = {0};
    (void)arena;
    bool ok = put_row(exporter, &row, record) || ts_fail_memory(err);
    ok = ok && ts_export_bytes(&exporter->out, row.data, row.length, err);
    ts_buf_free(&row);
    return ok;
}

const ts_export_form ts_export_csv = {"csv", "text/csv; charset=utf-8", "pictures.csv", begin, add, NULL};
