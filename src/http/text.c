/* http: percent codes, forms and cookies. Knows nothing of connections. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/values.h"

bool ts_is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool ts_same_text(const char *text, size_t length, const char *other)
{
    return strlen(other) == length && strncasecmp(text, other, length) == 0;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *ts_percent_decode(ts_arena *arena, const char *text, size_t length, ts_decode_mode mode,
                        size_t *out_length)
{
    char *out = ts_arena_alloc(arena, length + 1);
    if (!out) return NULL;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '%') {
            int high = length - i > 2 ? hex(text[i + 1]) : -1;
            int low = length - i > 2 ? hex(text[i + 2]) : -1;
            bool whole = high >= 0 && low >= 0;
            if (!whole && mode == TS_DECODE_PATH) return NULL;
            if (whole) {
                c = (char)(high << 4 | low);
                i += 2;
            }
        } else if (c == '+' && mode == TS_DECODE_FORM) {
            c = ' ';
        }
        if (c == '\0') return NULL;
        out[n++] = c;
    }
    out[n] = '\0';
    if (out_length) *out_length = n;
    return ts_utf8_valid(out, n) ? out : NULL;
}

static size_t count_pieces(const char *text, size_t length, char separator)
{
    size_t count = 1;
    for (size_t i = 0; i < length; i++) count += text[i] == separator;
    return count;
}

static bool form_pair(ts_arena *arena, const char *text, size_t length, ts_http_pair *pair)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals ? (size_t)(equals - text) : length;
    const char *value = equals ? equals + 1 : text + length;
    pair->name = ts_percent_decode(arena, text, name_length, TS_DECODE_FORM, NULL);
    pair->value =
        ts_percent_decode(arena, value, (size_t)(text + length - value), TS_DECODE_FORM, &pair->length);
    return pair->name && pair->value;
}

bool ts_parse_form(ts_arena *arena, const char *text, size_t length, ts_http_pairs *out)
{
    *out = (ts_http_pairs){0};
    if (length == 0) return true;
    size_t count = count_pieces(text, length, '&');
    if (count > TS_PAIRS_MAX) return false;
    ts_http_pair *items = TS_NEW_ARRAY(arena, count, ts_http_pair);
    if (!items) return false;
    size_t used = 0;
    const char *end = text + length;
    while (text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        if (!stop) stop = end;
        if (stop > text && !form_pair(arena, text, (size_t)(stop - text), &items[used++])) return false;
        text = stop + 1;
    }
    *out = (ts_http_pairs){items, used};
    return true;
}

bool ts_parse_cookies(ts_arena *arena, const char *text, ts_http_pairs *out)
{
    size_t length = strlen(text);
    ts_http_pair *items = TS_NEW_ARRAY(arena, count_pieces(text, length, ';'), ts_http_pair);
    if (!items) return false;
    size_t used = 0;
    while (*text) {
        text += strspn(text, " \t");
        size_t piece = strcspn(text, ";");
        const char *equals = memchr(text, '=', piece);
        if (equals && equals > text) {
            ts_http_pair *pair = &items[used++];
            pair->length = (size_t)(text + piece - equals) - 1;
            pair->name = ts_arena_strndup(arena, text, (size_t)(equals - text));
            pair->value = ts_arena_strndup(arena, equals + 1, pair->length);
            if (!pair->name || !pair->value) return false;
        }
        text += piece;
        if (*text == ';') text++;
    }
    *out = (ts_http_pairs){items, used};
    return true;
}

const char *ts_pair_value(ts_http_pairs pairs, const char *name)
{
    for (size_t i = 0; i < pairs.count; i++)
        if (strcmp(pairs.items[i].name, name) == 0) return pairs.items[i].value;
    return NULL;
}
