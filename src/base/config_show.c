/* base: settings on paper: a file to begin with, and what is in force. */
#include <stdio.h>
#include <string.h>

#include "base/config_value.h"

enum { WRAP = 100 };

/* Help as comment lines, broken at blanks. */
static void put_comment(ts_buf *out, const char *text)
{
    while (*text) {
        size_t length = strlen(text);
        if (length > WRAP) {
            for (length = WRAP; length > 0 && text[length] != ' ';) length--;
            if (length == 0) length = strcspn(text, " ");
        }
        ts_buf_puts(out, "# ");
        ts_buf_append(out, text, length);
        ts_buf_putc(out, '\n');
        text += length;
        text += strspn(text, " ");
    }
}

static void put_choices(ts_buf *out, const ts_setting *setting)
{
    ts_buf_puts(out, "# One of: ");
    for (size_t i = 0; setting->choices[i]; i++)
        ts_buf_printf(out, "%s%s", i ? ", " : "", setting->choices[i]);
    ts_buf_putc(out, '\n');
}

static bool needs_quotes(const char *text)
{
    size_t length = strlen(text);
    return length > 0 &&
           (text[0] == '"' || text[0] == ' ' || text[length - 1] == ' ' || strpbrk(text, "#;\n\t\\"));
}

static void put_value(ts_buf *out, const ts_setting *setting, const char *text)
{
    if (setting->kind == TS_SETTING_LIST || !needs_quotes(text)) {
        ts_buf_puts(out, text);
        return;
    }
    ts_buf_putc(out, '"');
    for (; *text; text++) {
        if (*text == '\n') ts_buf_puts(out, "\\n");
        else if (*text == '\t') ts_buf_puts(out, "\\t");
        else {
            if (*text == '"' || *text == '\\') ts_buf_putc(out, '\\');
            ts_buf_putc(out, *text);
        }
    }
    ts_buf_putc(out, '"');
}

/* One section of the table, wherever its rows lie. */
static void put_section(const ts_setting *table, size_t count, const char *section, size_t length,
                        ts_buf *out)
{
    ts_buf_printf(out, "\n[%.*s]\n", (int)length, section);
    for (size_t i = 0; i < count; i++) {
        const ts_setting *s = &table[i];
        if (strncmp(s->name, section, length + 1) != 0) continue;
        ts_buf_putc(out, '\n');
        put_comment(out, s->help);
        if (s->kind == TS_SETTING_CHOICE) put_choices(out, s);
        ts_buf_printf(out, "#%s = ", s->name + length + 1);
        put_value(out, s, s->fallback);
        ts_buf_putc(out, '\n');
    }
}

static bool seen_before(const ts_setting *table, size_t index, size_t length)
{
    for (size_t i = 0; i < index; i++)
        if (strncmp(table[i].name, table[index].name, length + 1) == 0) return true;
    return false;
}

bool ts_config_write_template(const ts_setting *table, size_t count, ts_buf *out)
{
    ts_buf_puts(
        out, "# Settings of Tagsmith. Every line shows its default: take the # away to change it.\n"
             "# Stronger than this file: variables such as TAGSMITH_SECTION_KEY, then flags.\n"
             "# Sizes: 64K 32M 2G. Durations: 500ms 30s 5m 2h 7d. Lists: one, two, \"three, with comma\".\n");
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(table[i].name, ".");
        if (!seen_before(table, i, length)) put_section(table, count, table[i].name, length, out);
    }
    return !out->failed;
}

bool ts_config_explain(const ts_config *config, ts_buf *out)
{
    ts_buf cell = {0};
    for (size_t i = 0; i < config->count; i++) {
        const ts_setting *s = &config->table[i];
        const ts_config_value *v = &config->values[i];
        ts_buf_clear(&cell);
        if (s->secret) ts_buf_puts(&cell, v->text[0] ? "***" : "");
        else put_value(&cell, s, v->text);
        ts_buf_printf(out, "%-32s = %-28s # %s\n", s->name, cell.data ? cell.data : "", v->origin);
    }
    bool ok = !out->failed && !cell.failed;
    ts_buf_free(&cell);
    return ok;
}
