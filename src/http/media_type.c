/* http: values with parameters: Content-Type and Content-Disposition, read by our own rules because the library's post
 * processor drops a body silently over a quoted boundary. Knows nothing of connections. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/values.h"

static char *lower_copy(ts_arena *arena, const char *text, size_t length)
{
    char *copy = ts_arena_strndup(arena, text, length);
    for (size_t i = 0; copy && i < length; i++) copy[i] = (char)tolower((unsigned char)copy[i]);
    return copy;
}

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \t");
}

/* "..." with \" and \\ as escapes; a backslash before anything else stands for itself, because browsers once sent
 * whole Windows paths. Returns what follows the closing quote, or NULL. */
static const char *read_quoted(ts_arena *arena, const char *text, ts_http_pair *pair)
{
    size_t room = strlen(text);
    char *out = ts_arena_alloc(arena, room + 1);
    if (!out) return NULL;
    size_t n = 0;
    for (text++; *text && *text != '"'; text++) {
        if (*text == '\\' && (text[1] == '"' || text[1] == '\\')) text++;
        out[n++] = *text;
    }
    if (*text != '"') return NULL;
    out[n] = '\0';
    pair->value = out;
    pair->length = n;
    return text + 1;
}

/* Up to the next semicolon or space: more than a token may hold, because file names come unquoted too. */
static const char *read_bare(ts_arena *arena, const char *text, ts_http_pair *pair)
{
    size_t length = strcspn(text, "; \t\"");
    if (length == 0) return NULL;
    pair->value = ts_arena_strndup(arena, text, length);
    pair->length = length;
    return pair->value ? text + length : NULL;
}

static const char *read_param(ts_arena *arena, const char *text, ts_http_pair *pair)
{
    size_t length = 0;
    while (ts_is_token_char(text[length])) length++;
    if (length == 0) return NULL;
    pair->name = lower_copy(arena, text, length);
    text += length;
    if (!pair->name || *text != '=') return NULL;
    text++;
    return *text == '"' ? read_quoted(arena, text, pair) : read_bare(arena, text, pair);
}

bool ts_parse_media_type(ts_arena *arena, const char *text, ts_media_type *out)
{
    memset(out, 0, sizeof *out);
    text = skip_space(text);
    size_t length = 0;
    while (ts_is_token_char(text[length]) || text[length] == '/') length++;
    if (length == 0) return false;
    out->value = lower_copy(arena, text, length);
    if (!out->value) return false;
    for (text = skip_space(text + length); *text; text = skip_space(text)) {
        if (*text != ';') return false;
        text = skip_space(text + 1);
        if (*text == '\0' || *text == ';') continue;
        if (out->count == TS_MEDIA_PARAMS) return false;
        ts_http_pair *pair = &out->params[out->count];
        text = read_param(arena, text, pair);
        if (!text || ts_media_param(out, pair->name)) return false;
        out->count++;
    }
    return true;
}

const ts_http_pair *ts_media_param(const ts_media_type *type, const char *name)
{
    for (size_t i = 0; i < type->count; i++)
        if (strcmp(type->params[i].name, name) == 0) return &type->params[i];
    return NULL;
}

static char *latin1_to_utf8(ts_arena *arena, const char *text, size_t length)
{
    char *out = ts_arena_array(arena, length + 1, 2);
    if (!out) return NULL;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80) out[n++] = (char)(0xC0 | c >> 6);
        out[n++] = c >= 0x80 ? (char)(0x80 | (c & 0x3F)) : (char)c;
    }
    out[n] = '\0';
    return out;
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* CHARSET'LANGUAGE'percent-coded (RFC 5987). NULL when it is not that. */
static char *extended_value(ts_arena *arena, const char *text)
{
    const char *first = strchr(text, '\'');
    const char *second = first ? strchr(first + 1, '\'') : NULL;
    if (!second) return NULL;
    size_t charset = (size_t)(first - text);
    char *raw = ts_arena_alloc(arena, strlen(second) + 1);
    if (!raw) return NULL;
    size_t n = 0;
    for (const char *p = second + 1; *p; p++) {
        if (*p != '%') {
            raw[n++] = *p;
            continue;
        }
        int high = hex(p[1]);
        int low = high >= 0 ? hex(p[2]) : -1;
        if (low < 0 || (high == 0 && low == 0)) return NULL;
        raw[n++] = (char)(high << 4 | low);
        p += 2;
    }
    raw[n] = '\0';
    if (ts_same_text(text, charset, "UTF-8")) return ts_utf8_valid(raw, n) ? raw : NULL;
    return ts_same_text(text, charset, "ISO-8859-1") ? latin1_to_utf8(arena, raw, n) : NULL;
}

char *ts_media_filename(ts_arena *arena, const ts_media_type *disposition)
{
    const ts_http_pair *extended = ts_media_param(disposition, "filename*");
    char *name = extended ? extended_value(arena, extended->value) : NULL;
    if (name) return name;
    const ts_http_pair *plain = ts_media_param(disposition, "filename");
    if (!plain) return NULL;
    if (ts_utf8_valid(plain->value, plain->length))
        return ts_arena_strndup(arena, plain->value, plain->length);
    return latin1_to_utf8(arena, plain->value, plain->length);
}

bool ts_boundary_valid(const char *boundary, size_t length)
{
    if (length < 1 || length > 70 || boundary[length - 1] == ' ') return false;
    for (size_t i = 0; i < length; i++) {
        char c = boundary[i];
        if (!isalnum((unsigned char)c) && !(c && strchr("'()+_,-./:=? ", c))) return false;
    }
    return true;
}
