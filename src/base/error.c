/* base: the one table of error codes, and the setters. Knows nothing of what failed. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

typedef struct code_row {
    const char *name;
    int http_status;
} code_row;

static const code_row code_table[TS_CODE_COUNT] = {
    [TS_OK] = {"ok", 200},
    [TS_USAGE] = {"usage", 400},
    [TS_NOT_FOUND] = {"not_found", 404},
    [TS_IO] = {"io", 500},
    [TS_UNSUPPORTED] = {"unsupported_format", 415},
    [TS_NOT_PICTURE] = {"not_a_picture", 422},
    [TS_CORRUPT] = {"corrupt", 422},
    [TS_TOO_LARGE] = {"too_large", 413},
    [TS_TIMEOUT] = {"timeout", 422},
    [TS_DECODER_DIED] = {"decoder_died", 422},
    [TS_NO_MEMORY] = {"no_memory", 503},
    [TS_CONFIG] = {"config", 500},
    [TS_MODEL] = {"model", 500},
    [TS_ENGINE] = {"engine", 500},
    [TS_INTERRUPTED] = {"interrupted", 503},
    [TS_INTERNAL] = {"internal", 500},
    [TS_UNAUTHORIZED] = {"unauthorized", 401},
    [TS_FORBIDDEN] = {"forbidden", 403},
    [TS_CONFLICT] = {"conflict", 409},
    [TS_CHANGED] = {"changed", 412},
    [TS_RATE_LIMITED] = {"rate_limited", 429},
    [TS_NO_CREDIT] = {"no_credit", 402},
    [TS_BUSY] = {"busy", 503},
    [TS_NO_SPACE] = {"no_space", 507},
    [TS_REFUSED] = {"refused", 422},
};

const char *ts_code_name(ts_code code)
{
    return (unsigned)code < TS_CODE_COUNT ? code_table[code].name : "unknown";
}

int ts_code_http_status(ts_code code)
{
    return (unsigned)code < TS_CODE_COUNT ? code_table[code].http_status : 500;
}

/* vsnprintf cuts between bytes; drop the torn UTF-8 sequence that it may leave at the end. */
static void trim_torn_utf8(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80) start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (length - (start - 1) < need) text[start - 1] = '\0';
}

/* Messages are UTF-8, whatever a file or a client calls itself: "%.64s" tears characters, too. */
static void replace_stray_bytes(char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        size_t step = ts_utf8_sequence(text, left);
        if (step == 0) *text = '?';
        text += step ? step : 1;
        left -= step ? step : 1;
    }
}

static void format_into(char *out, size_t size, const char *format, va_list args)
{
    int n = vsnprintf(out, size, format, args);
    if (n < 0) out[0] = '\0';
    if (n >= (int)size) trim_torn_utf8(out);
    replace_stray_bytes(out);
}

bool ts_fail(ts_error *err, ts_code code, const char *format, ...)
{
    if (!err) return false;
    va_list args;
    va_start(args, format);
    err->code = code;
    err->hint[0] = '\0';
    format_into(err->message, sizeof err->message, format, args);
    va_end(args);
    return false;
}

bool ts_hint(ts_error *err, const char *format, ...)
{
    if (!err) return false;
    va_list args;
    va_start(args, format);
    format_into(err->hint, sizeof err->hint, format, args);
    va_end(args);
    return false;
}

static ts_code code_of_errno(int number)
{
    if (number == ENOENT || number == ENOTDIR) return TS_NOT_FOUND;
    if (number == ENOMEM) return TS_NO_MEMORY;
    return TS_IO;
}

bool ts_fail_errno(ts_error *err, const char *format, ...)
{
    int number = errno;
    if (!err) return false;
    char text[TS_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    format_into(text, sizeof text, format, args);
    va_end(args);
    char scratch[96];
    /* The GNU strerror_r: thread-safe, and returns the text. */
    const char *reason = strerror_r(number, scratch, sizeof scratch);
    return ts_fail(err, code_of_errno(number), "%s: %s", text, reason);
}

bool ts_fail_memory(ts_error *err)
{
    (void)ts_fail(err, TS_NO_MEMORY, "out of memory");
    return ts_hint(err, "give fewer --jobs, smaller limits, or more memory");
}

bool ts_fail_prefix(ts_error *err, const char *format, ...)
{
    if (!err) return false;
    char prefix[TS_MESSAGE_MAX];
    char old[TS_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    format_into(prefix, sizeof prefix, format, args);
    va_end(args);
    memcpy(old, err->message, sizeof old);
    int n = snprintf(err->message, sizeof err->message, "%s: %s", prefix, old);
    if (n >= (int)sizeof err->message) trim_torn_utf8(err->message);
    return false;
}
