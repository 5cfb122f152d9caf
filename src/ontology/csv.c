/* ontology: rows and fields of a table as text. Must not know what any column means. */
#include "ontology/csv.h"

#include <string.h>

#include "base/utf8.h"

/* ---- reading --------------------------------------------------------------------------------------- */

/* The line that names the columns; quoted separators in it would be odd. */
static char guess_separator(const char *at, const char *end)
{
    size_t commas = 0, semicolons = 0, tabs = 0;
    while (at < end && (*at == '#' || (*at == '"' && end - at > 1 && at[1] == '#'))) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        at = line_end ? line_end + 1 : end;
    }
    for (; at < end && *at != '\n'; at++) {
        commas += *at == ',';
        semicolons += *at == ';';
        tabs += *at == '\t';
    }
    if (tabs > commas && tabs > semicolons) return '\t';
    return semicolons > commas ? ';' : ',';
}

bool ts_csv_open(ts_csv *csv, const char *bytes, size_t length, ts_error *err)
{
    if (length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0) {
        bytes += 3;
        length -= 3;
    }
    if (!ts_utf8_valid(bytes, length) || memchr(bytes, '\0', length)) {
        (void)ts_fail(err, TS_CONFIG, "the table is no UTF-8 text");
        return ts_hint(err, "save it as \"CSV UTF-8\"");
    }
    *csv = (ts_csv){.at = bytes, .end = bytes + length, .next_row = 1};
    csv->separator = guess_separator(csv->at, csv->end);
    return true;
}

static bool at_line_end(const ts_csv *csv)
{
    return csv->at == csv->end || *csv->at == '\n' || *csv->at == '\r';
}

static void skip_line_end(ts_csv *csv)
{
    if (csv->at < csv->end && *csv->at == '\r') csv->at++;
    if (csv->at < csv->end && *csv->at == '\n') csv->at++;
}

/* From behind the opening quote to behind the closing one. */
static bool read_quoted(ts_csv *csv, ts_buf *field, ts_error *err)
{
    for (; csv->at < csv->end; csv->at++) {
        if (*csv->at == '"' && csv->at + 1 < csv->end && csv->at[1] == '"') csv->at++;
        else if (*csv->at == '"') break;
        (void)ts_buf_putc(field, *csv->at);
    }
    if (csv->at == csv->end)
        return ts_fail(err, TS_CONFIG, "row %zu: a quotation mark is opened and never closed", csv->row);
    csv->at++;
    if (at_line_end(csv) || *csv->at == csv->separator) return true;
    return ts_fail(err, TS_CONFIG, "row %zu: there is text behind a closing quotation mark", csv->row);
}

static bool read_field(ts_csv *csv, ts_arena *arena, ts_error *err)
{
    ts_buf field = {0};
    bool ok = true;
    if (csv->count == TS_CSV_FIELDS_MAX)
        return ts_fail(err, TS_CONFIG, "row %zu has more than %d columns", csv->row, TS_CSV_FIELDS_MAX);
    if (csv->at < csv->end && *csv->at == '"') {
        csv->at++;
        ok = read_quoted(csv, &field, err);
    } else {
        const char *start = csv->at;
        while (!at_line_end(csv) && *csv->at != csv->separator) csv->at++;
        (void)ts_buf_append(&field, start, (size_t)(csv->at - start));
    }
    if (ok) {
        csv->fields[csv->count] = ts_arena_strndup(arena, field.data ? field.data : "", field.length);
        ok = (csv->fields[csv->count++] && !field.failed) || ts_fail_memory(err);
    }
    ts_buf_free(&field);
    return ok;
}

static bool read_row(ts_csv *csv, ts_arena *arena, ts_error *err)
{
    csv->count = 0;
    csv->fields = TS_NEW_ARRAY(arena, TS_CSV_FIELDS_MAX, char *);
    if (!csv->fields) return ts_fail_memory(err);
    for (;;) {
        if (!read_field(csv, arena, err)) return false;
        if (at_line_end(csv)) break;
        csv->at++; /* the separator */
    }
    skip_line_end(csv);
    return true;
}

static bool read_comment(ts_csv *csv, ts_arena *arena, ts_error *err)
{
    const char *start = csv->at;
    while (!at_line_end(csv)) csv->at++;
    const char *stop = csv->at;
    while (stop > start && stop[-1] == csv->separator) stop--; /* a spreadsheet fills rows up */
    csv->comment = ts_arena_strndup(arena, start, (size_t)(stop - start));
    skip_line_end(csv);
    return csv->comment || ts_fail_memory(err);
}

/* All fields from this one on. */
static bool is_blank(const ts_csv *csv, size_t i)
{
    for (; i < csv->count; i++)
        if (csv->fields[i][strspn(csv->fields[i], " \t")]) return false;
    return true;
}

bool ts_csv_next(ts_csv *csv, ts_arena *arena, bool comments, ts_error *err)
{
    while (csv->at < csv->end) {
        ts_arena_reset(arena);
        csv->row = csv->next_row++;
        csv->comment = NULL;
        if (comments && *csv->at == '#') return read_comment(csv, arena, err);
        if (!read_row(csv, arena, err)) return false;
        if (comments && csv->fields[0][0] == '#' && is_blank(csv, 1)) csv->comment = csv->fields[0];
        if (csv->comment || !is_blank(csv, 0)) return true;
    }
    return false;
}

char *ts_csv_item(const char **list, ts_arena *arena, ts_error *err)
{
    const char *at = *list + strspn(*list, " \t\r\n|");
    if (!*at) return NULL;
    char *item = ts_arena_strdup(arena, at), *to = item;
    if (!item) return (void)ts_fail_memory(err), NULL;
    for (; *at && *at != '|'; at++) {
        if (*at == '\\' && (at[1] == '|' || at[1] == '\\')) at++;
        *to++ = *at;
    }
    while (to > item && strchr(" \t\r\n", to[-1])) to--;
    *to = '\0';
    *list = at;
    return item;
}

/* ---- writing --------------------------------------------------------------------------------------- */

void ts_csv_put(ts_buf *out, const char *text, bool *first)
{
    if (!*first) (void)ts_buf_putc(out, ',');
    /* A row's first field that begins like a comment must not be one. */
    bool quoted = strpbrk(text, ",;\"\t\r\n") || text[0] == ' ' || text[0] == '#';
    *first = false;
    if (!quoted) {
        (void)ts_buf_puts(out, text);
        return;
    }
    (void)ts_buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '"') (void)ts_buf_putc(out, '"');
        (void)ts_buf_putc(out, *text);
    }
    (void)ts_buf_putc(out, '"');
}

void ts_csv_end(ts_buf *out, bool *first)
{
    (void)ts_buf_puts(out, "\r\n");
    *first = true;
}

void ts_csv_put_item(ts_buf *list, const char *item)
{
    if (list->length > 0) (void)ts_buf_putc(list, '|');
    for (; *item; item++) {
        if (*item == '|' || *item == '\\') (void)ts_buf_putc(list, '\\');
        (void)ts_buf_putc(list, *item);
    }
}
