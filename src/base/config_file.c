/* base: the file of settings, line by line. Strict, so that a typing mistake is told and not lived with. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config_value.h"
#include "base/file.h"
#include "base/nearest.h"
#include "base/utf8.h"

enum { FILE_MAX_BYTES = 1 << 20, SECTION_SIZE = 48 };

typedef struct reader {
    ts_config *config;
    const char *name; /* of the file */
    unsigned line;
    char section[SECTION_SIZE];
    ts_config_value *next; /* what the values will be when all is well */
    unsigned *lines;       /* where a setting was seen, 0: not yet */
} reader;

typedef struct span {
    const char *at;
    size_t length;
} span;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static span trim(span s)
{
    while (s.length > 0 && is_blank(*s.at)) s.at++, s.length--;
    while (s.length > 0 && is_blank(s.at[s.length - 1])) s.length--;
    return s;
}

/* A comment begins with # or ; at the line's start or after a blank, outside quotes. */
static span without_comment(span s)
{
    bool quoted = false;
    for (size_t i = 0; i < s.length; i++) {
        char c = s.at[i];
        if (quoted && c == '\\') i++;
        else if (c == '"') quoted = !quoted;
        else if (!quoted && (c == '#' || c == ';') && (i == 0 || is_blank(s.at[i - 1])))
            return (span){s.at, i};
    }
    return s;
}

/* ---- sections -------------------------------------------------------------------------------------- */

static bool in_section(const ts_setting *setting, const char *section)
{
    size_t length = strlen(section);
    return strncmp(setting->name, section, length) == 0 && setting->name[length] == '.';
}

static bool is_section(const reader *r, const char *section)
{
    for (size_t i = 0; i < r->config->count; i++)
        if (in_section(&r->config->table[i], section)) return true;
    return false;
}

/* The section of the setting whose section is nearest. */
static bool fail_section(const reader *r, const char *section, ts_error *err)
{
    enum { SECTIONS_MAX = 256 };
    char names[SECTIONS_MAX][SECTION_SIZE];
    const char *list[SECTIONS_MAX];
    size_t count = r->config->count < SECTIONS_MAX ? r->config->count : SECTIONS_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *name = r->config->table[i].name;
        (void)snprintf(names[i], SECTION_SIZE, "%.*s", (int)strcspn(name, "."), name);
        list[i] = names[i];
    }
    const char *near = ts_nearest(section, list, count);
    ts_fail(err, TS_CONFIG, "there is no section [%s]", section);
    if (near) ts_hint(err, "did you mean [%s]?", near);
    return false;
}

static bool read_section(reader *r, span line, ts_error *err)
{
    if (line.length < 2 || line.at[line.length - 1] != ']')
        return ts_fail(err, TS_CONFIG, "a section looks like [name]");
    span name = trim((span){line.at + 1, line.length - 2});
    if (name.length == 0 || name.length >= SECTION_SIZE)
        return ts_fail(err, TS_CONFIG, "a section looks like [name]");
    memcpy(r->section, name.at, name.length);
    r->section[name.length] = '\0';
    return is_section(r, r->section) || fail_section(r, r->section, err);
}

/* ---- values ---------------------------------------------------------------------------------------- */

static bool find_setting(const reader *r, span key, size_t *index, ts_error *err)
{
    char name[2 * SECTION_SIZE];
    if (!r->section[0]) return ts_fail(err, TS_CONFIG, "a [section] must come first");
    if (key.length == 0 || key.length >= SECTION_SIZE)
        return ts_fail(err, TS_CONFIG, "a setting looks like key = value");
    (void)snprintf(name, sizeof name, "%s.%.*s", r->section, (int)key.length, key.at);
    *index = ts_config_index(r->config->table, r->config->count, name);
    return *index < r->config->count || ts_config_fail_unknown(r->config, name, err);
}

/* Lists keep their quotes until their commas are found. */
static bool value_text(const reader *r, const ts_setting *setting, span value, char **text, ts_error *err)
{
    ts_arena *arena = r->config->arena;
    if (setting->kind == TS_SETTING_LIST) *text = ts_arena_strndup(arena, value.at, value.length);
    else if (!ts_config_unquote(value.at, value.length, arena, text))
        return ts_fail(err, TS_CONFIG, "%s: the quotes do not close, or \\ stands before what it cannot",
                       setting->name);
    return *text || ts_fail_memory(err);
}

static bool read_setting(reader *r, span line, ts_error *err)
{
    const char *equals = memchr(line.at, '=', line.length);
    if (!equals) return ts_fail(err, TS_CONFIG, "a setting looks like key = value");
    size_t before = (size_t)(equals - line.at);
    size_t index = 0;
    if (!find_setting(r, trim((span){line.at, before}), &index, err)) return false;
    const ts_setting *setting = &r->config->table[index];
    if (r->lines[index])
        return ts_fail(err, TS_CONFIG, "%s was set in line %u already", setting->name, r->lines[index]);
    r->lines[index] = r->line;
    char *text = NULL;
    if (!value_text(r, setting, trim((span){equals + 1, line.length - before - 1}), &text, err)) return false;
    if (!ts_config_value_parse(setting, text, r->config->arena, &r->next[index], err)) return false;
    r->next[index].origin = ts_arena_printf(r->config->arena, "%s:%u", r->name, r->line);
    return r->next[index].origin || ts_fail_memory(err);
}

static bool check_bytes(span line, ts_error *err)
{
    for (size_t i = 0; i < line.length; i++) {
        unsigned char c = (unsigned char)line.at[i];
        if ((c < ' ' && c != '\t' && c != '\r') || c == 127)
            return ts_fail(err, TS_CONFIG, "a control byte (0x%02x)", c);
    }
    return ts_utf8_valid(line.at, line.length) || ts_fail(err, TS_CONFIG, "not valid UTF-8");
}

static bool read_line(reader *r, span line, ts_error *err)
{
    if (!check_bytes(line, err)) return false;
    line = trim(without_comment(trim(line)));
    if (line.length == 0) return true;
    return *line.at == '[' ? read_section(r, line, err) : read_setting(r, line, err);
}

static bool read_lines(reader *r, const char *text, size_t length, ts_error *err)
{
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, length -= 3;
    while (length > 0) {
        const char *end = memchr(text, '\n', length);
        size_t n = end ? (size_t)(end - text) : length;
        r->line++;
        if (!read_line(r, (span){text, n}, err)) return ts_fail_prefix(err, "%s:%u", r->name, r->line);
        n += end != NULL;
        text += n;
        length -= n;
    }
    return true;
}

bool ts_config_read_text(ts_config *config, const char *text, size_t length, const char *name, ts_error *err)
{
    if (length > FILE_MAX_BYTES)
        return ts_fail(err, TS_CONFIG, "%s: a file of settings may have 1 MiB, not more", name);
    size_t count = config->count ? config->count : 1;
    reader r = {.config = config,
                .name = name,
                .next = malloc(count * sizeof *r.next),
                .lines = calloc(count, sizeof *r.lines)};
    bool ok = r.next && r.lines;
    if (!ok) ts_fail_memory(err);
    if (ok) {
        memcpy(r.next, config->values, config->count * sizeof *r.next);
        ok = read_lines(&r, text, length, err);
    }
    if (ok) memcpy(config->values, r.next, config->count * sizeof *r.next);
    free(r.next);
    free(r.lines);
    return ok;
}

bool ts_config_read_file(ts_config *config, const char *path, ts_error *err)
{
    ts_buf buf = {0};
    bool ok = ts_file_read(path, FILE_MAX_BYTES, &buf, err);
    if (ok) ok = ts_config_read_text(config, buf.data ? buf.data : "", buf.length, path, err);
    ts_buf_free(&buf);
    return ok;
}

/* ---- where it lies --------------------------------------------------------------------------------- */

static const char *if_there(const char *path)
{
    return path && ts_file_exists(path) ? path : NULL;
}

/* Relative paths in these variables do not count, says the XDG specification. */
static const char *below(ts_arena *arena, const char *variable, const char *rest)
{
    const char *folder = getenv(variable);
    return folder && folder[0] == '/' ? if_there(ts_path_join(arena, folder, rest)) : NULL;
}

const char *ts_config_find_file(ts_arena *arena, ts_error *err)
{
    const char *own = getenv("TAGSMITH_CONFIG");
    if (own && own[0]) {
        if (ts_file_exists(own)) return ts_arena_strdup(arena, own);
        ts_fail(err, TS_NOT_FOUND, "%s: there is no such file", own);
        ts_hint(err, "$TAGSMITH_CONFIG names it");
        return NULL;
    }
    const char *xdg = getenv("XDG_CONFIG_HOME");
    const char *path = xdg && xdg[0] == '/' ? below(arena, "XDG_CONFIG_HOME", "tagsmith/config")
                                            : below(arena, "HOME", ".config/tagsmith/config");
    return path ? path : if_there("/etc/tagsmith/config");
}
