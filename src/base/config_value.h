/* base (private to config): what a setting's text means. */
#ifndef TS_BASE_CONFIG_VALUE_H
#define TS_BASE_CONFIG_VALUE_H

#include "base/config.h"

typedef struct ts_config_value {
    const char *text; /* as it was given */
    const char *origin;
    int64_t integer; /* INT, SIZE, DURATION; BOOL 0 or 1; CHOICE its index */
    double real;
    const char *const *list;
    size_t list_count;
} ts_config_value;

struct ts_config {
    const ts_setting *table;
    size_t count;
    ts_config_value *values;
    ts_arena *arena;
};

/* Fills everything but the origin. TS_CONFIG "NAME: …" when the text is no value of the setting. */
bool ts_config_value_parse(const ts_setting *setting, const char *text, ts_arena *arena, ts_config_value *out,
                           ts_error *err);

/* "text" or text, `length` bytes, to what it stands for; quotes only at both ends. False on a stray quote or an unknown
 * escape. */
bool ts_config_unquote(const char *text, size_t length, ts_arena *arena, char **out);

/* Index of a name in the table, or its count. */
size_t ts_config_index(const ts_setting *table, size_t count, const char *name);
/* TS_CONFIG: there is no such setting, with the nearest name as hint. */
bool ts_config_fail_unknown(const ts_config *config, const char *name, ts_error *err);
/* "TAGSMITH_SERVER_LISTEN"; the buffer has TS_CONFIG_VARIABLE_SIZE bytes. */
enum { TS_CONFIG_VARIABLE_SIZE = 96 };
void ts_config_variable(const ts_setting *setting, char *out);

#endif
