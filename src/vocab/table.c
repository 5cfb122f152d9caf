/* vocab: reading one tab-separated table. Must not know what the columns mean. */
#include "vocab/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

bool ts_table_fail(const ts_table *table, size_t line, ts_error *err, const char *format, ...)
{
    char text[TS_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)ts_fail(err, TS_CONFIG, "%s:%zu: %s", table->name, line, text);
    return ts_hint(err, "correct that line; vocab/README.md describes the tables");
}

/* Length of the UTF-8 character at s (shortest form, no surrogates), or 0 when it is none. */
static size_t utf8_length(const unsigned char *s)
{
    if (s[0] < 0x80) return 1;
    size_t n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    if (s[0] == 0xE0 && s[1] < 0xA0) return 0;
    if (s[0] == 0xED && s[1] > 0x9F) return 0;
    if (s[0] == 0xF0 && s[1] < 0x90) return 0;
    if (s[0] == 0xF4 && s[1] > 0x8F) return 0;
    return n;
}

/* Labels end up in JSON, where a stray byte would spoil a whole record; so does a control character. */
static bool check_text(const ts_table *table, const char *line, ts_error *err)
{
    const unsigned char *s = (const unsigned char *)line;
    while (*s != '\0') {
        size_t n = utf8_length(s);
        if (n == 0) return ts_table_fail(table, table->line, err, "not UTF-8 text");
        if ((*s < 0x20 && *s != '\t') || *s == 0x7F)
            return ts_table_fail(table, table->line, err, "control character 0x%02x", *s);
        s += n;
    }
    return true;
}

/* Takes the next line that holds data; NULL at the end of the text. */
static char *next_line(ts_table *table)
{
    while (*table->cursor != '\0') {
        char *line = table->cursor;
        char *end = strchr(line, '\n');
        table->cursor = end ? end + 1 : line + strlen(line);
        if (end) *end = '\0';
        else end = table->cursor;
        if (end > line && end[-1] == '\r') end[-1] = '\0';
        table->line++;
        if (line[0] != '\0' && line[0] != '#') return line;
    }
    return NULL;
}

static bool read_header(ts_table *table, const char *const *columns, ts_error *err)
{
    char *line = next_line(table);
    if (!line) return ts_table_fail(table, table->line > 0 ? table->line : 1, err, "the table is empty");
    for (size_t i = 0; i < table->wanted; i++) table->position[i] = SIZE_MAX;
    char *rest = line;
    for (char *name; (name = strsep(&rest, "\t")) != NULL; table->header_fields++) {
        for (size_t i = 0; i < table->wanted; i++) {
            if (strcmp(name, columns[i]) != 0) continue;
            if (table->position[i] != SIZE_MAX)
                return ts_table_fail(table, table->line, err, "two columns are called \"%s\"", name);
            table->position[i] = table->header_fields;
        }
    }
    for (size_t i = 0; i < table->wanted; i++)
        if (table->position[i] == SIZE_MAX)
            return ts_table_fail(table, table->line, err, "no column is called \"%s\"", columns[i]);
    return true;
}

bool ts_table_open(ts_table *table, ts_arena *arena, const char *dir, const char *name,
                   const char *const *columns, size_t count, ts_error *err)
{
    if (count > TS_TABLE_COLUMNS_MAX) return ts_fail(err, TS_INTERNAL, "too many columns asked for");
    *table = (ts_table){.name = name, .wanted = count};
    ts_buf buf = {0};
    bool ok = false;
    const char *path = ts_path_join(arena, dir, name);
    if (!path) {
        (void)ts_fail_memory(err);
        goto done;
    }
    if (!ts_file_read(path, TS_TABLE_BYTES_MAX, &buf, err)) goto done;
    if (buf.length > 0 && memchr(buf.data, '\0', buf.length)) {
        (void)ts_table_fail(table, 1, err, "the file holds NUL bytes: it is no text table");
        goto done;
    }
    table->cursor = ts_arena_strndup(arena, buf.data ? buf.data : "", buf.length);
    if (!table->cursor) {
        (void)ts_fail_memory(err);
        goto done;
    }
    ok = read_header(table, columns, err);
done:
    ts_buf_free(&buf);
    return ok;
}

ts_table_row ts_table_next(ts_table *table, char **fields, ts_error *err)
{
    char *line = next_line(table);
    if (!line) return TS_TABLE_END;
    if (!check_text(table, line, err)) return TS_TABLE_ERROR;
    size_t field = 0;
    char *rest = line;
    for (char *text; (text = strsep(&rest, "\t")) != NULL; field++)
        for (size_t i = 0; i < table->wanted; i++)
            if (table->position[i] == field) fields[i] = text;
    if (field == table->header_fields) return TS_TABLE_ROW;
    (void)ts_table_fail(table, table->line, err, "%zu fields where the header names %zu", field,
                        table->header_fields);
    return TS_TABLE_ERROR;
}

size_t ts_table_rows_left(const ts_table *table)
{
    size_t rows = 1; /* the last line may lack its newline */
    for (const char *s = table->cursor; (s = strchr(s, '\n')) != NULL; s++) rows++;
    return rows;
}
