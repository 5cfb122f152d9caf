/* api: Cloudinary's parameters, which come as a query, a form, parts or JSON, depending on the SDK and the call. Knows none
 * of the calls. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary.h"

#define NUMBER_MAX 40
#define REAL_FORM "%.12g"

/* ---- putting them together ------------------------------------------------------------------------ */

/* "public_ids[]" and "public_ids[3]" are items of "public_ids": the length of the name, 0 when it is no list. */
static size_t list_name(const char *name)
{
    size_t length = strlen(name);
    const char *open = strchr(name, '[');
    if (!open || open == name || name[length - 1] != ']') return 0;
    for (const char *at = open + 1; at < name + length - 1; at++)
        if (!isdigit((unsigned char)*at)) return 0;
    return (size_t)(open - name);
}

static json_t *list_of(json_t *params, const char *name)
{
    json_t *list = json_object_get(params, name);
    if (json_is_array(list)) return list;
    list = json_array();
    (void)json_object_set_new(params, name, list);
    return json_object_get(params, name);
}

static bool put_pair(ts_call *call, json_t *params, const char *name, const char *value, size_t length)
{
    size_t list = list_name(name);
    const char *key = list ? ts_arena_strndup(call->arena, name, list) : name;
    if (length == 0) return true;
    json_t *text = memchr(value, '\0', length) ? NULL : json_stringn(value, length);
    if (!text || !key)
        return ts_fail(&call->err, TS_USAGE, "Invalid value for parameter %.80s: not UTF-8", name);
    bool ok = list ? json_array_append_new(list_of(params, key), text) == 0
                   : json_object_set_new(params, key, text) == 0;
    return ok || ts_fail(&call->err, TS_USAGE, "Invalid parameter name");
}

static bool put_pairs(ts_call *call, json_t *params, ts_http_pairs pairs)
{
    for (size_t i = 0; i < pairs.count; i++)
        if (!put_pair(call, params, pairs.items[i].name, pairs.items[i].value, pairs.items[i].length))
            return false;
    return true;
}

/* Scalars of JSON as forms would have them; a new reference, NULL for what counts as not given. */
static json_t *as_text(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return json_string_length(value) ? json_incref((json_t *)(uintptr_t)value) : NULL;
    case JSON_INTEGER:
        return json_sprintf("%lld", (long long)json_integer_value(value));
    case JSON_REAL:
        return json_sprintf(REAL_FORM, json_real_value(value));
    case JSON_TRUE:
        return json_string("true");
    case JSON_FALSE:
        return json_string("false");
    case JSON_NULL:
        return NULL;
    default:
        return json_incref((json_t *)(uintptr_t)value);
    }
}

static json_t *as_texts(const json_t *list)
{
    size_t i;
    const json_t *item;
    json_t *texts = json_array();
    json_array_foreach ((json_t *)(uintptr_t)list, i, item) {
        json_t *text = as_text(item);
        if (text) (void)json_array_append_new(texts, text);
    }
    return texts;
}

void ts_cld_put_params(json_t *params, const json_t *body)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
        json_t *given = json_is_array(value) ? as_texts(value) : as_text(value);
        if (given) (void)json_object_set_new(params, name, given);
    }
}

static bool put_body(ts_call *call, json_t *params)
{
    size_t length = 0;
    const char *type = ts_request_body_type(call->request);
    bool is_json = strcmp(type, "application/json") == 0;
    if (is_json) (void)ts_request_body(call->request, &length);
    if (!is_json) return put_pairs(call, params, ts_request_fields(call->request));
    if (length == 0) return true; /* an SDK sends the header on requests without a body, too */
    const json_t *body = ts_request_json(call->request, &call->err);
    if (!body) return false;
    if (!json_is_object(body))
        return ts_fail(&call->err, TS_USAGE, "Invalid JSON body: an object is expected");
    ts_cld_put_params(params, body);
    return true;
}

static void give_up(void *json)
{
    json_decref(json);
}

bool ts_cld_params(ts_call *call, const json_t **out)
{
    json_t *params = json_object();
    *out = params;
    if (!params || !ts_arena_defer(call->arena, give_up, params)) {
        json_decref(params);
        return ts_fail_memory(&call->err);
    }
    return put_pairs(call, params, ts_request_query_pairs(call->request)) && put_body(call, params);
}

/* ---- reading them --------------------------------------------------------------------------------- */

const char *ts_cld_text(const json_t *params, const char *name)
{
    return json_string_value(json_object_get(params, name));
}

bool ts_cld_flag(const json_t *params, const char *name, bool fallback)
{
    const char *text = ts_cld_text(params, name);
    if (!text) return fallback;
    if (strcmp(text, "1") == 0 || strcasecmp(text, "true") == 0) return true;
    if (strcmp(text, "0") == 0 || strcasecmp(text, "false") == 0) return false;
    return fallback;
}

bool ts_cld_int(const json_t *params, const char *name, int64_t low, int64_t high, int64_t *value,
                ts_error *err)
{
    char *end = NULL;
    const char *text = ts_cld_text(params, name);
    if (!text) return true;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (*end || errno || number < low || number > high)
        return ts_fail(err, TS_USAGE,
                       "Invalid value for parameter %s: %.40s. Must be a number from %lld to %lld", name,
                       text, (long long)low, (long long)high);
    *value = number;
    return true;
}

bool ts_cld_required(const json_t *params, const char *name, const char **value, ts_error *err)
{
    *value = ts_cld_text(params, name);
    return *value || ts_fail(err, TS_USAGE, "Missing required parameter - %s", name);
}

/* ---- lists ---------------------------------------------------------------------------------------- */

static const char *trimmed(const char *text, size_t length, ts_arena *arena)
{
    while (length && isspace((unsigned char)text[0])) text++, length--;
    while (length && isspace((unsigned char)text[length - 1])) length--;
    return length ? ts_arena_strndup(arena, text, length) : NULL;
}

static bool split(const char *text, ts_arena *arena, const char **items, size_t *count)
{
    while (*text) {
        size_t length = strcspn(text, ",");
        const char *item = trimmed(text, length, arena);
        if (item) items[(*count)++] = item;
        text += length + (text[length] == ',');
    }
    return !ts_arena_failed(arena);
}

static size_t commas(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == ',';
    return count;
}

bool ts_cld_list(const json_t *params, const char *name, ts_arena *arena, const char *const **items,
                 size_t *count, ts_error *err)
{
    size_t i;
    const json_t *item, *value = json_object_get(params, name);
    const char *text = json_string_value(value);
    const char **list = TS_NEW_ARRAY(arena, text ? commas(text) + 1 : json_array_size(value), const char *);
    *count = 0;
    *items = list;
    if (!list) return ts_fail_memory(err);
    if (text) return split(text, arena, list, count) || ts_fail_memory(err);
    json_array_foreach ((json_t *)(uintptr_t)value, i, item)
        if (json_is_string(item)) list[(*count)++] = json_string_value(item);
    return true;
}

/* ---- pairs ---------------------------------------------------------------------------------------- */

/* Up to an unescaped `stop` or the end; what was escaped stands for itself. */
static const char *take_escaped(const char *at, char stop, ts_buf *out)
{
    for (; *at && *at != stop && !(stop == '=' && *at == '|'); at++) {
        if (*at == '\\' && at[1]) at++;
        (void)ts_buf_putc(out, *at);
    }
    return at;
}

static bool take_pair(const char **at, json_t *pairs, ts_error *err)
{
    ts_buf key = {0}, value = {0};
    const char *end = take_escaped(*at, '=', &key);
    bool ok = *end == '=' && key.length > 0;
    if (ok) end = take_escaped(end + 1, '|', &value);
    if (!ok) (void)ts_fail(err, TS_USAGE, "Invalid value: %.80s is not a list of key=value pairs", *at);
    else
        ok = json_object_set_new(pairs, key.data, json_string(value.data ? value.data : "")) == 0 ||
             ts_fail_memory(err);
    ts_buf_free(&key);
    ts_buf_free(&value);
    *at = *end == '|' ? end + 1 : end;
    return ok;
}

static json_t *pairs_of_text(const char *text, ts_error *err)
{
    json_t *pairs = json_object();
    bool ok = pairs != NULL || ts_fail_memory(err);
    while (ok && text && *text) ok = take_pair(&text, pairs, err);
    if (ok) return pairs;
    json_decref(pairs);
    return NULL;
}

/* Metadata fields may have numbers and lists; they stay what they are. */
json_t *ts_cld_pairs(const json_t *params, const char *name, ts_error *err)
{
    const json_t *value = json_object_get(params, name);
    if (json_is_object(value)) return json_deep_copy(value);
    return pairs_of_text(json_string_value(value), err);
}
