/* Settings: one table says what there is; a value comes from its default, a file, the environment or a flag, each
 * stronger than the one before, and remembers where it came from.
 *
 *     static const ts_setting table[] = {
 *         {"server.listen", TS_SETTING_TEXT, "127.0.0.1:8080", "Address and port to listen on"},
 *         {"server.max_upload", TS_SETTING_SIZE, "32M", "Largest upload", .min = 1024, .max = 1e12},
 *     };
 *     ts_config *config = ts_config_new(table, 2, &err);
 *     ts_config_read_file(config, path, &err) && ts_config_read_environment(config, environ, &err) &&
 *         ts_config_set(config, "server.listen", argument, "--listen", &err);
 *     int64_t bytes = ts_config_int(config, "server.max_upload");
 *
 * The file: "[section]", "key = value", comments from '#' or ';' at the start of a line or after a blank, texts bare or
 * in "double quotes" (\" \\ \n \t), lists separated by commas, sizes 64M (K M G T, binary), durations 30s (ms s m h d),
 * yes/no true/false on/off. Strict: an unknown or repeated name, a value out of range, a byte that is no UTF-8 are
 * errors with file and line; nothing is half taken. The environment has TAGSMITH_SECTION_KEY for section.key.
 *
 * Threads: fill it in one thread; afterwards any number may read. Texts live as long as the config. */
#ifndef TS_BASE_CONFIG_H
#define TS_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

typedef enum ts_setting_kind {
    TS_SETTING_TEXT = 0,
    TS_SETTING_INT,
    TS_SETTING_SIZE,     /* bytes; read with ts_config_int */
    TS_SETTING_DURATION, /* milliseconds; read with ts_config_int. A bare number is seconds */
    TS_SETTING_BOOL,
    TS_SETTING_REAL,
    TS_SETTING_LIST,  /* texts separated by commas */
    TS_SETTING_CHOICE /* one of `choices` */
} ts_setting_kind;

typedef struct ts_setting {
    const char *name; /* "section.key", words of [a-z0-9_] */
    ts_setting_kind kind;
    const char *fallback; /* the default, as a file would say it (without quotes); "" where there is none */
    const char *help;     /* one sentence or more, no newline */
    double min, max;      /* of numbers, in units (bytes, milliseconds); both 0: no limits of our own */
    const char *const *choices; /* NULL-terminated */
    bool secret;                /* never shown: explained as "***" */
} ts_setting;

typedef struct ts_config ts_config;

/* The table is borrowed and must outlive it. TS_INTERNAL for a table that makes no sense (a bad default, a name twice).
 */
ts_config *ts_config_new(const ts_setting *table, size_t count, ts_error *err);
void ts_config_free(ts_config *config); /* NULL is fine */

/* ---- filling ------------------------------------------------------------------------------------- */

/* The file to read: $TAGSMITH_CONFIG (must then exist), $XDG_CONFIG_HOME/tagsmith/config, ~/.config/tagsmith/config,
 * /etc/tagsmith/config: the first that is there, or NULL without an error when there is none. */
const char *ts_config_find_file(ts_arena *arena, ts_error *err);

/* At most 1 MiB. On an error the config is as it was. TS_CONFIG "FILE:LINE: …" with a hint (the nearest name). */
bool ts_config_read_file(ts_config *config, const char *path, ts_error *err);
bool ts_config_read_text(ts_config *config, const char *text, size_t length, const char *name, ts_error *err);
/* environment: as environ. Other TAGSMITH_ variables are no settings and ignored; empty values count as not set. */
bool ts_config_read_environment(ts_config *config, char *const *environment, ts_error *err);
/* One value, usually of a flag; origin ("--listen") is what explain shows. */
bool ts_config_set(ts_config *config, const char *name, const char *value, const char *origin, ts_error *err);

/* ---- reading ------------------------------------------------------------------------------------- */

/* A name that the table does not have, or one of another kind, is a mistake in the program: these abort. */
const char *ts_config_text(const ts_config *config, const char *name); /* TEXT and CHOICE; never NULL */
int64_t ts_config_int(const ts_config *config, const char *name);      /* INT, SIZE, DURATION */
bool ts_config_bool(const ts_config *config, const char *name);
double ts_config_real(const ts_config *config, const char *name);
int ts_config_choice(const ts_config *config, const char *name); /* index into `choices` */
/* LIST: count texts, NULL at the end; never NULL. */
const char *const *ts_config_list(const ts_config *config, const char *name, size_t *count);
/* "default", "FILE:12", "$TAGSMITH_SERVER_LISTEN", "--listen". */
const char *ts_config_origin(const ts_config *config, const char *name);
bool ts_config_is_default(const ts_config *config, const char *name);

/* A duration as a setting would have it ("30s", "5m"; a bare number is seconds), in milliseconds: for lists of them. False:
 * it is none. */
bool ts_duration_parse(const char *text, int64_t *ms);

/* ---- showing ------------------------------------------------------------------------------------- */

/* A whole file with every setting as a comment with its help, range and default: a good start for an own file. Reading
 * it changes nothing. */
bool ts_config_write_template(const ts_setting *table, size_t count, ts_buf *out);
/* One line a setting: name = value, and where it came from; secrets as ***. */
bool ts_config_explain(const ts_config *config, ts_buf *out);

#endif
