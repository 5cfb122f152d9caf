/* Structured logs: one line an event, to read (text) or to collect (JSON), with named fields.
 *
 *     ts_log *log = ts_log_new(&(ts_log_options){.fd = 2, .level = TS_LOG_INFO}, &err);
 *     ts_log_info(log, "picture tagged", ts_kv_text("id", id), ts_kv_int("tags", 12), ts_kv_real("ms", 4.25));
 *
 *     2026-11-21T11:04:43.123Z info  picture tagged id=p0k2… tags=12 ms=4.25
 *     {"time":"2026-11-21T11:04:43.123Z","level":"info","message":"picture tagged","id":"p0k2…","tags":12,"ms":4.25}
 *
 * Every line is one write(2), so lines of several threads and processes never mix. Bytes that are no UTF-8, control
 * bytes and newlines are escaped: nobody can forge a line. A secret is never shown, only that there is one ("***").
 * Threads: any number may write to one log. A NULL log is silent. Nothing here fails: a line that cannot be written
 * is dropped and counted. */
#ifndef TS_BASE_LOG_H
#define TS_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_log ts_log;

typedef enum ts_log_level {
    TS_LOG_ERROR = 0,
    TS_LOG_WARN,
    TS_LOG_INFO,
    TS_LOG_DEBUG,
    TS_LOG_LEVEL_COUNT
} ts_log_level;
/* "error", "warn", "info", "debug"; never NULL. */
const char *ts_log_level_name(ts_log_level level);
/* NULL-terminated, for the choices of a setting; in the order of the enum. */
extern const char *const ts_log_level_names[TS_LOG_LEVEL_COUNT + 1];

typedef enum ts_log_format { TS_LOG_FORMAT_TEXT = 0, TS_LOG_FORMAT_JSON } ts_log_format;

typedef struct ts_log_options {
    int fd;             /* where lines go; stays the caller's */
    ts_log_level level; /* this and what is graver */
    ts_log_format format;
    /* Lines begin with "<6>" for the journal in place of a time. Usually what ts_log_is_journal(fd) says. */
    bool journal;
} ts_log_options;

/* NULL and err when there is no memory. */
ts_log *ts_log_new(const ts_log_options *options, ts_error *err);
void ts_log_free(ts_log *log); /* NULL is fine; the fd stays open */

/* Is the fd the stream that systemd connected to its journal ($JOURNAL_STREAM)? */
bool ts_log_is_journal(int fd);

/* From any thread, at any time. */
void ts_log_set_level(ts_log *log, ts_log_level level);
bool ts_log_wants(const ts_log *log, ts_log_level level); /* before costly fields */
uint64_t ts_log_dropped(const ts_log *log);               /* lines that could not be written */

/* ---- fields --------------------------------------------------------------------------------------- */

typedef enum ts_log_kind {
    TS_LOG_KIND_END = 0,
    TS_LOG_KIND_TEXT,
    TS_LOG_KIND_INT,
    TS_LOG_KIND_REAL,
    TS_LOG_KIND_BOOL,
    TS_LOG_KIND_SECRET
} ts_log_kind;

/* Keys are lower-case words of [a-z0-9_]; borrowed for the call, as texts are. */
typedef struct ts_log_field {
    const char *key;
    ts_log_kind kind;
    union {
        const char *text;
        int64_t integer;
        double real;
        bool truth;
    } value;
} ts_log_field;

/* NULL is written as an empty text. */
static inline ts_log_field ts_kv_text(const char *key, const char *value)
{
    return (ts_log_field){.key = key, .kind = TS_LOG_KIND_TEXT, .value.text = value};
}
static inline ts_log_field ts_kv_int(const char *key, int64_t value)
{
    return (ts_log_field){.key = key, .kind = TS_LOG_KIND_INT, .value.integer = value};
}
static inline ts_log_field ts_kv_real(const char *key, double value)
{
    return (ts_log_field){.key = key, .kind = TS_LOG_KIND_REAL, .value.real = value};
}
static inline ts_log_field ts_kv_bool(const char *key, bool value)
{
    return (ts_log_field){.key = key, .kind = TS_LOG_KIND_BOOL, .value.truth = value};
}
/* Written as "***", or as an empty text where there is none. */
static inline ts_log_field ts_kv_secret(const char *key, const char *value)
{
    return (ts_log_field){.key = key, .kind = TS_LOG_KIND_SECRET, .value.text = value};
}

/* ---- lines ---------------------------------------------------------------------------------------- */

/* fields end with kind TS_LOG_KIND_END; NULL: none. A line over 8 KiB is cut short, still well-formed. */
void ts_log_write(ts_log *log, ts_log_level level, const char *message, const ts_log_field *fields);
/* The same with "code", "error" and "hint" of an error added. */
void ts_log_trouble(ts_log *log, ts_log_level level, const char *message, const ts_error *trouble,
                    const ts_log_field *fields);

/* ts_log_info(log, message, fields...): the message alone is fine, too. */
#define ts_log_error(log, ...) TS_LOG_AT(log, TS_LOG_ERROR, __VA_ARGS__, {0})
#define ts_log_warn(log, ...) TS_LOG_AT(log, TS_LOG_WARN, __VA_ARGS__, {0})
#define ts_log_info(log, ...) TS_LOG_AT(log, TS_LOG_INFO, __VA_ARGS__, {0})
#define ts_log_debug(log, ...) TS_LOG_AT(log, TS_LOG_DEBUG, __VA_ARGS__, {0})

#define TS_LOG_AT(log, level, message, ...)                                                                  \
    ts_log_write(log, level, message, (const ts_log_field[]){__VA_ARGS__})

#endif
