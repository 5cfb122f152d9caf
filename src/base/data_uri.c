/* base: reads data: URIs. Knows nothing of pictures, nor of where the text came from. */
#include "base/data_uri.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"

bool ts_is_data_uri(const char *text, size_t length)
{
    return length >= 5 && strncasecmp(text, "data:", 5) == 0;
}

static bool is_type_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$&^_.+-", c));
}

/* type "/" subtype, or nothing. */
static bool copy_type(const char *text, size_t length, char type[TS_DATA_URI_TYPE_MAX])
{
    if (length == 0) {
        memcpy(type, "text/plain", sizeof "text/plain");
        return true;
    }
    if (length >= TS_DATA_URI_TYPE_MAX) return false;
    const char *slash = memchr(text, '/', length);
    if (!slash || slash == text || slash == text + length - 1) return false;
    for (size_t i = 0; i < length; i++) {
        if (text + i != slash && !is_type_char(text[i])) return false;
        type[i] = (char)tolower((unsigned char)text[i]);
    }
    type[length] = '\0';
    return true;
}

/* The part between "data:" and the comma: a type, parameters, perhaps ";base64" at the end. */
static bool read_head(const char *head, size_t length, char type[TS_DATA_URI_TYPE_MAX], bool *base64)
{
    static const char mark[] = ";base64";
    size_t tail = sizeof mark - 1;
    *base64 = length >= tail && strncasecmp(head + length - tail, mark, tail) == 0;
    const char *semicolon = memchr(head, ';', length);
    return copy_type(head, semicolon ? (size_t)(semicolon - head) : length, type);
}

static bool too_large(size_t limit, ts_error *err)
{
    return ts_fail(err, TS_TOO_LARGE, "the data URI holds more than %zu bytes", limit);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool percent_decode(const char *text, size_t length, size_t limit, ts_buf *out, ts_error *err)
{
    size_t before = out->length;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '%') {
            int high = length - i > 2 ? hex(text[i + 1]) : -1;
            int low = length - i > 2 ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0) return ts_fail(err, TS_USAGE, "the data URI has a broken percent code");
            c = (char)(high << 4 | low);
            i += 2;
        } else if ((unsigned char)c <= ' ' || (unsigned char)c >= 0x7f) {
            return ts_fail(err, TS_USAGE, "the data URI holds a character that must be percent-encoded");
        }
        if (limit && out->length - before >= limit) return too_large(limit, err);
        if (!ts_buf_putc(out, c)) return ts_fail_memory(err);
    }
    return true;
}

/* Base64 may come with +, / and = percent-encoded; the detour is taken only then. */
static bool base64_content(const char *text, size_t length, size_t limit, ts_buf *out, ts_error *err)
{
    ts_buf plain = {0};
    bool good = false;
    size_t before = out->length;
    if (limit && length / 12 * 3 > limit) return too_large(limit, err);
    if (memchr(text, '%', length)) {
        if (!percent_decode(text, length, 0, &plain, err)) goto cleanup;
        text = plain.data;
        length = plain.length;
    }
    if (limit && length / 4 > limit / 3 + 1) {
        (void)too_large(limit, err);
        goto cleanup;
    }
    if (!ts_base64_decode(text ? text : "", length, TS_BASE64_STANDARD, out)) {
        (void)(out->failed ? ts_fail_memory(err)
                           : ts_fail(err, TS_USAGE, "the data URI is not valid base64"));
        goto cleanup;
    }
    good = !limit || out->length - before <= limit;
    if (!good) (void)too_large(limit, err);

cleanup:
    ts_buf_free(&plain);
    return good;
}

bool ts_data_uri_parse(const char *text, size_t length, size_t limit, char type[TS_DATA_URI_TYPE_MAX],
                       ts_buf *out, ts_error *err)
{
    if (!ts_is_data_uri(text, length)) return ts_fail(err, TS_USAGE, "this is no data URI");
    const char *comma = memchr(text, ',', length);
    bool base64 = false;
    if (!comma || !read_head(text + 5, (size_t)(comma - text) - 5, type, &base64)) {
        (void)ts_fail(err, TS_USAGE, "the data URI has no valid media type and comma");
        return ts_hint(err, "write data:image/jpeg;base64,...");
    }
    size_t left = length - (size_t)(comma + 1 - text);
    size_t before = out->length;
    if (!ts_buf_append(out, "", 0)) return ts_fail_memory(err);
    bool good = base64 ? base64_content(comma + 1, left, limit, out, err)
                       : percent_decode(comma + 1, left, limit, out, err);
    if (!good && out->data) {
        out->length = before;
        out->data[before] = '\0';
    }
    return good;
}
