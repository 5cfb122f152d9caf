/* base: settings and where their values came from. What values mean is config_value.c's, files are config_file.c's. */
#include "base/config.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_value.h"
#include "base/nearest.h"
#include "base/utf8.h"

/* ---- the table ------------------------------------------------------------------------------------ */

static bool is_name(const char *name)
{
    const char *dot = strchr(name, '.');
    size_t length = strlen(name);
    return dot && dot > name && dot[1] && length + sizeof "TAGSMITH_" < TS_CONFIG_VARIABLE_SIZE &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == length && !strchr(dot + 1, '.');
}

void ts_config_variable(const ts_setting *setting, char *out)
{
    int n = snprintf(out, TS_CONFIG_VARIABLE_SIZE, "TAGSMITH_%s", setting->name);
    for (int i = 0; i < n && i < TS_CONFIG_VARIABLE_SIZE - 1; i++)
        out[i] = (char)(out[i] == '.' ? '_' : toupper((unsigned char)out[i]));
}

/* Two names that the environment could not tell apart count as one. */
static bool is_repeated(const ts_setting *table, size_t index)
{
    char name[TS_CONFIG_VARIABLE_SIZE], other[TS_CONFIG_VARIABLE_SIZE];
    ts_config_variable(&table[index], name);
    for (size_t i = 0; i < index; i++) {
        ts_config_variable(&table[i], other);
        if (strcmp(name, other) == 0) return true;
    }
    return false;
}

static bool take_defaults(ts_config *config, ts_error *err)
{
    for (size_t i = 0; i < config->count; i++) {
        const ts_setting *s = &config->table[i];
        if (!s->name || !is_name(s->name) || !s->fallback || !s->help || is_repeated(config->table, i))
            return ts_fail(err, TS_INTERNAL, "setting %zu (%s) is not well described", i,
                           s->name ? s->name : "?");
        ts_config_value *value = &config->values[i];
        /* A choice, number or boolean always has a default; a text or list may be empty. */
        if (!ts_config_value_parse(s, s->fallback, config->arena, value, err)) return false;
        value->origin = "default";
    }
    return true;
}

ts_config *ts_config_new(const ts_setting *table, size_t count, ts_error *err)
{
    ts_config *config = calloc(1, sizeof *config);
    if (!config) goto no_memory;
    config->table = table;
    config->count = count;
    config->arena = ts_arena_new(0);
    config->values = calloc(count ? count : 1, sizeof *config->values);
    if (!config->arena || !config->values) goto no_memory;
    if (take_defaults(config, err)) return config;
    if (err && err->code == TS_CONFIG) err->code = TS_INTERNAL; /* the table's mistake, not the user's */
    ts_config_free(config);
    return NULL;
no_memory:
    ts_fail_memory(err);
    ts_config_free(config);
    return NULL;
}

void ts_config_free(ts_config *config)
{
    if (!config) return;
    ts_arena_free(config->arena);
    free(config->values);
    free(config);
}

size_t ts_config_index(const ts_setting *table, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(table[i].name, name) != 0) i++;
    return i;
}

bool ts_config_fail_unknown(const ts_config *config, const char *name, ts_error *err)
{
    const char **names = calloc(config->count + 1, sizeof *names);
    if (!names) return ts_fail_memory(err);
    for (size_t i = 0; i < config->count; i++) names[i] = config->table[i].name;
    const char *near = ts_nearest(name, names, config->count);
    free(names);
    ts_fail(err, TS_CONFIG, "there is no setting \"%.80s\"", name);
    if (near) ts_hint(err, "did you mean %s?", near);
    return false;
}

/* ---- filling -------------------------------------------------------------------------------------- */

/* Values from a person's keyboard: UTF-8 without control bytes. */
static bool is_clean(const char *value)
{
    if (!ts_utf8_valid(value, strlen(value))) return false;
    for (; *value; value++)
        if (((unsigned char)*value < ' ' && *value != '\t' && *value != '\n') || *value == 127) return false;
    return true;
}

static bool set_value(ts_config *config, size_t index, const char *value, const char *origin,
                      ts_config_value *out, ts_error *err)
{
    const ts_setting *s = &config->table[index];
    if (!is_clean(value)) return ts_fail(err, TS_CONFIG, "%s: not a text in UTF-8", s->name);
    if (!ts_config_value_parse(s, value, config->arena, out, err)) return false;
    out->origin = ts_arena_strdup(config->arena, origin);
    return out->origin || ts_fail_memory(err);
}

bool ts_config_set(ts_config *config, const char *name, const char *value, const char *origin, ts_error *err)
{
    size_t index = ts_config_index(config->table, config->count, name);
    if (index == config->count) return ts_config_fail_unknown(config, name, err);
    ts_config_value next;
    if (!set_value(config, index, value, origin, &next, err)) return ts_fail_prefix(err, "%s", origin);
    config->values[index] = next;
    return true;
}

static const char *variable_in(char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; *environment; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

bool ts_config_read_environment(ts_config *config, char *const *environment, ts_error *err)
{
    size_t bytes = (config->count ? config->count : 1) * sizeof *config->values;
    ts_config_value *next = malloc(bytes);
    if (!next) return ts_fail_memory(err);
    memcpy(next, config->values, bytes);
    bool ok = true;
    for (size_t i = 0; i < config->count && ok; i++) {
        char origin[TS_CONFIG_VARIABLE_SIZE + 1] = "$";
        ts_config_variable(&config->table[i], origin + 1);
        const char *value = variable_in(environment, origin + 1);
        if (!value || !*value) continue;
        ok = set_value(config, i, value, origin, &next[i], err);
        if (!ok) ts_fail_prefix(err, "%s", origin);
    }
    if (ok) memcpy(config->values, next, bytes);
    free(next);
    return ok;
}

/* ---- reading -------------------------------------------------------------------------------------- */

/* A wrong name here is the program's mistake and shows in the first test that runs it. */
static const ts_config_value *find(const ts_config *config, const char *name, unsigned kinds)
{
    size_t index = ts_config_index(config->table, config->count, name);
    if (index == config->count || !(kinds & 1u << config->table[index].kind)) abort();
    return &config->values[index];
}

enum { ANY_KIND = 0xFFFF };
#define KIND(kind) (1u << TS_SETTING_##kind)

const char *ts_config_text(const ts_config *config, const char *name)
{
    return find(config, name, KIND(TEXT) | KIND(CHOICE))->text;
}

int64_t ts_config_int(const ts_config *config, const char *name)
{
    return find(config, name, KIND(INT) | KIND(SIZE) | KIND(DURATION))->integer;
}

bool ts_config_bool(const ts_config *config, const char *name)
{
    return find(config, name, KIND(BOOL))->integer != 0;
}

double ts_config_real(const ts_config *config, const char *name)
{
    return find(config, name, KIND(REAL))->real;
}

int ts_config_choice(const ts_config *config, const char *name)
{
    return (int)find(config, name, KIND(CHOICE))->integer;
}

const char *const *ts_config_list(const ts_config *config, const char *name, size_t *count)
{
    const ts_config_value *value = find(config, name, KIND(LIST));
    if (count) *count = value->list_count;
    return value->list;
}

const char *ts_config_origin(const ts_config *config, const char *name)
{
    return find(config, name, ANY_KIND)->origin;
}

bool ts_config_is_default(const ts_config *config, const char *name)
{
    return strcmp(ts_config_origin(config, name), "default") == 0;
}
