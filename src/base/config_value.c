/* base: the values of settings: numbers with units, booleans, lists, choices. Knows no files and no environment. */
#include "base/config_value.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct unit {
    const char *name;
    double factor;
} unit;

static const unit size_units[] = {
    {"", 1},
    {"B", 1},
    {"K", 1024},
    {"KB", 1024},
    {"KiB", 1024},
    {"M", 1048576},
    {"MB", 1048576},
    {"MiB", 1048576},
    {"G", 1073741824},
    {"GB", 1073741824},
    {"GiB", 1073741824},
    {"T", 1099511627776},
    {"TB", 1099511627776},
    {"TiB", 1099511627776},
    {NULL, 0},
};
static const unit duration_units[] = {
    {"", 1000},     {"ms", 1},      {"s", 1000},     {"m", 60000},
    {"min", 60000}, {"h", 3600000}, {"d", 86400000}, {NULL, 0},
};
static const unit no_units[] = {{"", 1}, {NULL, 0}};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const unit *units_of(ts_setting_kind kind)
{
    return kind == TS_SETTING_SIZE ? size_units : kind == TS_SETTING_DURATION ? duration_units : no_units;
}

/* Only what a person writes: no hexadecimal, no "inf", no exponent. */
static bool read_number(const char *text, double *value, const char **rest)
{
    size_t sign = *text == '-' || *text == '+';
    size_t digits = strspn(text + sign, "0123456789");
    size_t length = sign + digits;
    if (digits > 0 && text[length] == '.') length += 1 + strspn(text + length + 1, "0123456789");
    char copy[64];
    if (digits == 0 || length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    *value =
        strtod(copy, NULL); /* the C locale is the caller's promise; a comma would have stopped us anyway */
    *rest = text + length;
    return isfinite(*value);
}

static bool apply_unit(const char *name, const unit *units, double *value)
{
    while (is_blank(*name)) name++;
    for (; units->name; units++) {
        if (strcasecmp(units->name, name) != 0) continue;
        *value *= units->factor;
        return true;
    }
    return false;
}

bool ts_duration_parse(const char *text, int64_t *ms)
{
    double value = 0;
    const char *rest = "";
    if (!read_number(text, &value, &rest) || !apply_unit(rest, duration_units, &value)) return false;
    if (!(value >= 0 && value <= 9007199254740992.0)) return false; /* 2^53: whole numbers are exact below */
    *ms = (int64_t)value;
    return true;
}

/* "32M", "90s": limits as a person would write them. */
static void show_number(ts_setting_kind kind, double value, char *out, size_t size)
{
    const unit *units = units_of(kind);
    const unit *best = &no_units[0];
    for (; units->name; units++) {
        bool whole = units->name[0] && fabs(value) >= units->factor && fmod(value, units->factor) == 0;
        if (whole && units->factor > best->factor) best = units;
    }
    bool milliseconds = kind == TS_SETTING_DURATION && best->factor == 1 && value != 0;
    (void)snprintf(out, size, "%.15g%s", value / best->factor, milliseconds ? "ms" : best->name);
}

static bool check_range(const ts_setting *s, double value, const char *text, ts_error *err)
{
    if ((s->min == 0 && s->max == 0) || (value >= s->min && value <= s->max)) return true;
    char low[32], high[32];
    show_number(s->kind, s->min, low, sizeof low);
    show_number(s->kind, s->max, high, sizeof high);
    return ts_fail(err, TS_CONFIG, "%s must be from %s to %s, not %s", s->name, low, high, text);
}

static bool fail_kind(const ts_setting *s, const char *text, ts_error *err)
{
    static const char *const wanted[] = {
        [TS_SETTING_INT] = "a whole number",
        [TS_SETTING_SIZE] = "a size such as 64M",
        [TS_SETTING_DURATION] = "a duration such as 30s or 5m",
        [TS_SETTING_BOOL] = "yes or no",
        [TS_SETTING_REAL] = "a number",
        [TS_SETTING_LIST] = "a list separated by commas",
    };
    return ts_fail(err, TS_CONFIG, "%s must be %s, not \"%.80s\"", s->name, wanted[s->kind],
                   s->secret ? "***" : text);
}

static bool parse_number(const ts_setting *s, const char *text, ts_config_value *out, ts_error *err)
{
    double value = 0;
    const char *rest = "";
    if (!read_number(text, &value, &rest) || !apply_unit(rest, units_of(s->kind), &value))
        return fail_kind(s, text, err);
    out->real = value;
    if (s->kind == TS_SETTING_REAL) return check_range(s, value, text, err);
    if (fabs(value) > 9007199254740992.0) /* 2^53: whole numbers are exact below */
        return ts_fail(err, TS_CONFIG, "%s: %s is too large", s->name, text);
    if (s->kind == TS_SETTING_INT && value != floor(value)) return fail_kind(s, text, err);
    if (s->kind != TS_SETTING_INT && value < 0) return fail_kind(s, text, err);
    out->integer = (int64_t)value;
    return check_range(s, value, text, err);
}

static bool parse_bool(const ts_setting *s, const char *text, ts_config_value *out, ts_error *err)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) != 0) continue;
        out->integer = (int64_t)(i & 1);
        return true;
    }
    return fail_kind(s, text, err);
}

static bool parse_choice(const ts_setting *s, const char *text, ts_config_value *out, ts_error *err)
{
    char all[200] = "";
    size_t used = 0;
    for (size_t i = 0; s->choices[i]; i++) {
        if (strcasecmp(text, s->choices[i]) == 0) {
            out->integer = (int64_t)i;
            out->text = s->choices[i];
            return true;
        }
        int n = snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", s->choices[i]);
        if (n > 0 && (size_t)n < sizeof all - used) used += (size_t)n;
    }
    return ts_fail(err, TS_CONFIG, "%s must be one of %s, not \"%.80s\"", s->name, all, text);
}

/* ---- quotes and lists ----------------------------------------------------------------------------- */

static int escaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case '"':
    case '\\':
        return c;
    default:
        return -1;
    }
}

bool ts_config_unquote(const char *text, size_t length, ts_arena *arena, char **out)
{
    bool quoted = length > 0 && text[0] == '"';
    char *copy = *out = ts_arena_strndup(arena, text, length);
    if (!copy || !quoted) return true; /* the arena remembers its failure */
    size_t n = 0;
    size_t i = 1;
    for (; i < length && text[i] != '"'; i++) {
        int c = (unsigned char)text[i];
        if (c == '\\' && (++i == length || (c = escaped(text[i])) < 0)) return false;
        copy[n++] = (char)c;
    }
    copy[n] = '\0';
    return length >= 2 && i + 1 == length;
}

/* Length of the element that begins here, up to its comma; commas in quotes do not count. */
static size_t element_length(const char *text)
{
    bool quoted = false;
    size_t i = 0;
    for (; text[i] && (quoted || text[i] != ','); i++) {
        if (text[i] == '"') quoted = !quoted;
        if (quoted && text[i] == '\\' && text[i + 1]) i++;
    }
    return i;
}

static bool take_element(const char *text, size_t length, ts_arena *arena, char **out)
{
    while (length > 0 && is_blank(*text)) text++, length--;
    while (length > 0 && is_blank(text[length - 1])) length--;
    return length > 0 && ts_config_unquote(text, length, arena, out);
}

static bool parse_list(const ts_setting *s, const char *text, ts_arena *arena, ts_config_value *out,
                       ts_error *err)
{
    size_t room = 2;
    for (const char *c = text; *c; c++) room += *c == ',';
    char **list = TS_NEW_ARRAY(arena, room, char *);
    if (!list) return ts_fail_memory(err);
    out->list = (const char *const *)list;
    if (strspn(text, " \t") == strlen(text)) return true;
    for (;;) {
        size_t length = element_length(text);
        if (!take_element(text, length, arena, &list[out->list_count])) return fail_kind(s, out->text, err);
        out->list_count++;
        if (!text[length]) break;
        text += length + 1;
    }
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

bool ts_config_value_parse(const ts_setting *setting, const char *text, ts_arena *arena, ts_config_value *out,
                           ts_error *err)
{
    *out = (ts_config_value){.text = ts_arena_strdup(arena, text)};
    if (!out->text) return ts_fail_memory(err);
    switch (setting->kind) {
    case TS_SETTING_TEXT:
        return true;
    case TS_SETTING_BOOL:
        return parse_bool(setting, text, out, err);
    case TS_SETTING_CHOICE:
        return parse_choice(setting, text, out, err);
    case TS_SETTING_LIST:
        return parse_list(setting, text, arena, out, err);
    case TS_SETTING_INT:
    case TS_SETTING_SIZE:
    case TS_SETTING_DURATION:
    case TS_SETTING_REAL:
        return parse_number(setting, text, out, err);
    }
    return ts_fail(err, TS_INTERNAL, "%s has no known kind", setting->name);
}
