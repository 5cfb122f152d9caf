/* api: queries and forms become JSON by the types that a schema gives. Knows schemas, no route. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/schema.h"
#include "base/json.h"

/* The name of the type that counts: of ["string", "null"] the first. */
static const char *type_of(const json_t *schema)
{
    const json_t *type = json_object_get(schema, "type");
    if (json_is_array(type)) type = json_array_get(type, 0);
    const char *name = json_string_value(type);
    return name ? name : "string";
}

static json_t *unreadable(const ts_http_pair *pair, const char *what, ts_error *err)
{
    (void)ts_fail(err, TS_USAGE, "%.80s is no %s", pair->name, what);
    return NULL;
}

static json_t *read_integer(const ts_http_pair *pair, ts_error *err)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(pair->value, &end, 10);
    bool plain = pair->value[0] == '-' || (pair->value[0] >= '0' && pair->value[0] <= '9');
    if (!plain || errno || *end || end != pair->value + pair->length)
        return unreadable(pair, "whole number", err);
    return json_integer(value);
}

static json_t *read_number(const ts_http_pair *pair, ts_error *err)
{
    char *end = NULL;
    /* Only what JSON calls a number: strtod knows "inf", "nan" and "0x1p3", too. */
    bool plain = pair->length > 0 && strspn(pair->value, "+-.0123456789eE") == pair->length;
    double value = plain ? strtod(pair->value, &end) : 0;
    if (!plain || *end || !isfinite(value)) return unreadable(pair, "number", err);
    return json_real(value);
}

static json_t *read_flag(const ts_http_pair *pair, ts_error *err)
{
    if (strcmp(pair->value, "true") == 0 || strcmp(pair->value, "1") == 0) return json_true();
    if (strcmp(pair->value, "false") == 0 || strcmp(pair->value, "0") == 0) return json_false();
    return unreadable(pair, "true or false", err);
}

static json_t *read_text(const ts_http_pair *pair, ts_error *err)
{
    json_t *text = json_stringn(pair->value, pair->length);
    return text ? text : unreadable(pair, "UTF-8 text", err);
}

static json_t *read_single(const json_t *schema, const ts_http_pair *pair, ts_error *err)
{
    const char *type = type_of(schema);
    if (strcmp(type, "integer") == 0) return read_integer(pair, err);
    if (strcmp(type, "number") == 0) return read_number(pair, err);
    if (strcmp(type, "boolean") == 0) return read_flag(pair, err);
    if (strcmp(type, "object") == 0) {
        json_t *object = ts_json_parse(pair->value, pair->length, pair->name, err);
        if (!object && err) err->code = TS_USAGE;
        return object;
    }
    return read_text(pair, err);
}

/* "a,b" gives two; blanks round them and empty ones go. */
static bool read_list(json_t *list, const json_t *items, const ts_http_pair *pair, ts_error *err)
{
    const char *at = pair->value, *end = pair->value + pair->length;
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = comma ? comma : end;
        while (at < stop && *at == ' ') at++;
        const char *last = stop;
        while (last > at && last[-1] == ' ') last--;
        ts_http_pair item = {pair->name, at, (size_t)(last - at)};
        json_t *value =
            item.length > 0 ? (strcmp(type_of(items), "string") == 0 ? read_text(&item, err) : NULL) : NULL;
        if (item.length > 0 && !value) return unreadable(pair, "list of texts", err), false;
        if (value && json_array_append_new(list, value) != 0) return ts_fail_memory(err);
        at = stop + 1;
    }
    return true;
}

static bool add_to_list(const ts_schemas *schemas, json_t *object, const json_t *schema,
                        const ts_http_pair *pair, ts_error *err)
{
    json_t *list = json_object_get(object, pair->name);
    if (!list) {
        list = json_array();
        if (json_object_set_new(object, pair->name, list) != 0) return ts_fail_memory(err);
    }
    return read_list(list, ts_schema_resolve(schemas, json_object_get(schema, "items")), pair, err);
}

static bool add_pair(const ts_schemas *schemas, json_t *object, const json_t *properties,
                     const ts_http_pair *pair, ts_error *err)
{
    const json_t *schema = json_object_get(properties, pair->name);
    if (!schema) {
        (void)ts_fail(err, TS_USAGE, "the parameter \"%.80s\" is not known here", pair->name);
        return ts_hint(err, "/api/docs lists what each route takes");
    }
    schema = ts_schema_resolve(schemas, schema);
    if (strcmp(type_of(schema), "array") == 0) return add_to_list(schemas, object, schema, pair, err);
    if (json_object_get(object, pair->name)) {
        return ts_fail(err, TS_USAGE, "%.80s is given twice", pair->name);
    }
    json_t *value = read_single(schema, pair, err);
    if (!value) return false;
    return json_object_set_new(object, pair->name, value) == 0 || ts_fail_memory(err);
}

json_t *ts_schema_read_pairs(const ts_schemas *schemas, const json_t *schema, ts_http_pairs pairs,
                             ts_error *err)
{
    const json_t *properties = json_object_get(ts_schema_resolve(schemas, schema), "properties");
    json_t *object = json_object();
    if (!object) return (void)ts_fail_memory(err), NULL;
    for (size_t i = 0; i < pairs.count; i++) {
        if (add_pair(schemas, object, properties, &pairs.items[i], err)) continue;
        json_decref(object);
        return NULL;
    }
    return object;
}
