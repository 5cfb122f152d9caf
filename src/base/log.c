/* base: structured log lines. A line is built on the stack and written at once; knows nothing of who reads it. */
#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/utf8.h"
#include "base/wallclock.h"

enum { LINE_MAX_BYTES = 8192, TAIL_ROOM = 32, POLL_MS = 100 };

struct ts_log {
    int fd;
    bool journal;
    ts_log_format format;
    atomic_int level;
    _Atomic uint64_t dropped;
};

const char *const ts_log_level_names[TS_LOG_LEVEL_COUNT + 1] = {"error", "warn", "info", "debug", NULL};
static const int syslog_priority[TS_LOG_LEVEL_COUNT] = {3, 4, 6, 7};

const char *ts_log_level_name(ts_log_level level)
{
    return (unsigned)level < TS_LOG_LEVEL_COUNT ? ts_log_level_names[level] : "info";
}

ts_log *ts_log_new(const ts_log_options *options, ts_error *err)
{
    ts_log *log = calloc(1, sizeof *log);
    if (!log) {
        ts_fail_memory(err);
        return NULL;
    }
    log->fd = options->fd;
    log->journal = options->journal;
    log->format = options->format;
    atomic_init(&log->level, (int)options->level);
    atomic_init(&log->dropped, 0);
    return log;
}

void ts_log_free(ts_log *log)
{
    free(log);
}

bool ts_log_is_journal(int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    uintmax_t device, inode;
    struct stat st;
    if (!stream || sscanf(stream, "%ju:%ju", &device, &inode) != 2 || fstat(fd, &st) != 0) return false;
    return (uintmax_t)st.st_dev == device && (uintmax_t)st.st_ino == inode;
}

void ts_log_set_level(ts_log *log, ts_log_level level)
{
    if (log) atomic_store_explicit(&log->level, (int)level, memory_order_relaxed);
}

bool ts_log_wants(const ts_log *log, ts_log_level level)
{
    return log && (int)level <= atomic_load_explicit(&log->level, memory_order_relaxed);
}

uint64_t ts_log_dropped(const ts_log *log)
{
    return log ? atomic_load_explicit(&log->dropped, memory_order_relaxed) : 0;
}

/* ---- building a line ------------------------------------------------------------------------------ */

/* What no longer fits is left out whole, character by character; TAIL_ROOM stays free for what closes the line. */
typedef struct line {
    char text[LINE_MAX_BYTES];
    size_t length;
    bool full;
} line;

static void put(line *l, const char *bytes, size_t length)
{
    if (l->full || length > LINE_MAX_BYTES - TAIL_ROOM - l->length) {
        l->full = true;
        return;
    }
    memcpy(l->text + l->length, bytes, length);
    l->length += length;
}

static void puts_line(line *l, const char *text)
{
    put(l, text, strlen(text));
}

/* Closers go into the room that put() keeps. */
static void close_with(line *l, const char *text)
{
    size_t length = strlen(text);
    memcpy(l->text + l->length, text, length);
    l->length += length;
}

static size_t put_character(line *l, const char *text, size_t left)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char c = (unsigned char)*text;
    size_t n = ts_utf8_sequence(text, left);
    if (n == 0) puts_line(l, "\\ufffd");
    else if (c == '"' || c == '\\') put(l, (char[]){'\\', (char)c}, 2);
    else if (c == '\n' || c == '\t' || c == '\r')
        put(l, (char[]){'\\', c == '\n' ? 'n' : c == '\t' ? 't' : 'r'}, 2);
    else if (c < ' ' || c == 127) put(l, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
    else put(l, text, n);
    return n ? n : 1;
}

static void put_quoted(line *l, const char *text)
{
    size_t length = strlen(text);
    put(l, "\"", 1);
    bool opened = !l->full;
    for (size_t i = 0; i < length && !l->full;) i += put_character(l, text + i, length - i);
    if (opened) close_with(l, "\"");
}

/* A value that needs no quotes to be read back. */
static bool is_bare(const char *text)
{
    if (!*text) return false;
    for (const char *c = text; *c; c++)
        if (*c <= ' ' || *c == 127 || *c == '"' || *c == '=' || *c == '\\' || (unsigned char)*c >= 0x80)
            return false;
    return true;
}

/* The message as it is, but never able to end the line or to look like another. */
static void put_message(line *l, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length && !l->full;) i += put_character(l, text + i, length - i);
}

static void put_number(line *l, const ts_log_field *field, bool json)
{
    char text[40];
    if (field->kind == TS_LOG_KIND_INT) (void)snprintf(text, sizeof text, "%" PRId64, field->value.integer);
    else if (isfinite(field->value.real)) (void)snprintf(text, sizeof text, "%.6g", field->value.real);
    else (void)snprintf(text, sizeof text, "%s", json ? "null" : "nan");
    puts_line(l, text);
}

static void put_text(line *l, const char *text, bool json)
{
    if (!text) text = "";
    if (!json && is_bare(text)) puts_line(l, text);
    else put_quoted(l, text);
}

static void put_value(line *l, const ts_log_field *field, bool json)
{
    if (field->kind == TS_LOG_KIND_BOOL) puts_line(l, field->value.truth ? "true" : "false");
    else if (field->kind == TS_LOG_KIND_TEXT) put_text(l, field->value.text, json);
    else if (field->kind == TS_LOG_KIND_SECRET)
        put_text(l, field->value.text && field->value.text[0] ? "***" : "", json);
    else put_number(l, field, json);
}

/* A field that does not fit as a whole goes without its value's end, never without its quotes. */
static void put_field(line *l, const ts_log_field *field, bool json)
{
    size_t before = l->length;
    put(l, json ? "," : " ", 1);
    if (json) put_quoted(l, field->key);
    else puts_line(l, field->key);
    puts_line(l, json ? ":" : "=");
    bool named = !l->full;
    size_t value_at = l->length;
    if (named) put_value(l, field, json);
    if (!named || l->length == value_at) l->length = before;
}

static void begin_text(line *l, const ts_log *log, ts_log_level level, const char *message)
{
    char prefix[48], time[TS_ISO8601_SIZE];
    if (log->journal) {
        (void)snprintf(prefix, sizeof prefix, "<%d>", syslog_priority[level]);
    } else {
        ts_iso8601_format(ts_wallclock_ms(), time);
        (void)snprintf(prefix, sizeof prefix, "%s %-5s ", time, ts_log_level_names[level]);
    }
    puts_line(l, prefix);
    put_message(l, message);
}

static void begin_json(line *l, const ts_log *log, ts_log_level level, const char *message)
{
    char prefix[96], time[TS_ISO8601_SIZE], priority[8] = "";
    ts_iso8601_format(ts_wallclock_ms(), time);
    if (log->journal) (void)snprintf(priority, sizeof priority, "<%d>", syslog_priority[level]);
    (void)snprintf(prefix, sizeof prefix, "%s{\"time\":\"%s\",\"level\":\"%s\",\"message\":", priority, time,
                   ts_log_level_names[level]);
    puts_line(l, prefix);
    put_quoted(l, message);
}

/* ---- writing it ----------------------------------------------------------------------------------- */

/* One write; a pipe that takes no more just now is waited for a moment, then the line is dropped, so that a stuck
 * reader cannot stop the server. A line cut off half-way by a full pipe is finished, to keep the next one whole. */
static bool write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, text, length);
        if (n > 0) {
            text += n;
            length -= (size_t)n;
            continue;
        }
        if (n < 0 && errno == EINTR) continue;
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && poll(&ready, 1, POLL_MS) > 0) continue;
        return false;
    }
    return true;
}

void ts_log_write(ts_log *log, ts_log_level level, const char *message, const ts_log_field *fields)
{
    if ((unsigned)level >= TS_LOG_LEVEL_COUNT || !ts_log_wants(log, level)) return;
    int saved = errno;
    bool json = log->format == TS_LOG_FORMAT_JSON;
    line l = {.length = 0, .full = false};
    if (json) begin_json(&l, log, level, message ? message : "");
    else begin_text(&l, log, level, message ? message : "");
    for (; fields && fields->kind != TS_LOG_KIND_END; fields++) put_field(&l, fields, json);
    close_with(&l, json ? "}\n" : "\n");
    if (!write_all(log->fd, l.text, l.length))
        atomic_fetch_add_explicit(&log->dropped, 1, memory_order_relaxed);
    errno = saved;
}

void ts_log_trouble(ts_log *log, ts_log_level level, const char *message, const ts_error *trouble,
                    const ts_log_field *fields)
{
    enum { FIELDS_MAX = 16 };
    ts_log_field all[FIELDS_MAX + 4];
    size_t n = 0;
    for (; fields && fields->kind != TS_LOG_KIND_END && n < FIELDS_MAX; fields++) all[n++] = *fields;
    all[n++] = ts_kv_text("code", ts_code_name(trouble->code));
    all[n++] = ts_kv_text("error", trouble->message);
    if (trouble->hint[0]) all[n++] = ts_kv_text("hint", trouble->hint);
    all[n] = (ts_log_field){0};
    ts_log_write(log, level, message, all);
}
