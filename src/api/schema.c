/* api: checking JSON against the schemas that are published. Knows JSON Schema, no route. */
#include "api/schema.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api_assets.h"
#include "base/json.h"
#include "base/wallclock.h"

#define REF_PREFIX "#/components/schemas/"
#define WHERE_MAX 160

struct ts_schemas {
    json_t *all;
};

ts_schemas *ts_schemas_load(ts_error *err)
{
    ts_schemas *schemas = calloc(1, sizeof *schemas);
    if (!schemas) return (void)ts_fail_memory(err), NULL;
    schemas->all = ts_json_parse(ts_api_schemas_json, sizeof ts_api_schemas_json, "schemas", err);
    if (schemas->all) return schemas;
    free(schemas);
    return NULL;
}

void ts_schemas_free(ts_schemas *schemas)
{
    if (!schemas) return;
    json_decref(schemas->all);
    free(schemas);
}

const json_t *ts_schemas_all(const ts_schemas *schemas)
{
    return schemas->all;
}

const json_t *ts_schema_named(const ts_schemas *schemas, const char *name)
{
    return json_object_get(schemas->all, name);
}

/* "#/components/schemas/Upload/properties/title": a name, or a way into one. */
const json_t *ts_schema_resolve(const ts_schemas *schemas, const json_t *schema)
{
    const char *ref = json_string_value(json_object_get(schema, "$ref"));
    if (!ref) return schema;
    const json_t *at = schemas->all;
    const char *part = ref + strlen(REF_PREFIX);
    while (at && *part) {
        size_t length = strcspn(part, "/");
        at = json_object_getn(at, part, length);
        part += length + (part[length] == '/');
    }
    return at ? ts_schema_resolve(schemas, at) : schema;
}

/* ---- checking ------------------------------------------------------------------------------------ */

/* Where in the value we are, for messages: "edits[0].action". */
typedef struct checker {
    const ts_schemas *schemas;
    const char *what;
    char where[WHERE_MAX];
    size_t length;
    ts_error *err;
} checker;

static bool check_value(checker *c, const json_t *schema, const json_t *value);

static bool complain(checker *c, const char *problem)
{
    return ts_fail(c->err, TS_USAGE, "%s %s", c->length ? c->where : c->what, problem);
}

static void step(checker *c, const char *name, size_t index)
{
    char *at = c->where + c->length;
    size_t room = sizeof c->where - c->length;
    int n =
        name ? snprintf(at, room, "%s%s", c->length ? "." : "", name) : snprintf(at, room, "[%zu]", index);
    if (n > 0) c->length += (size_t)n < room ? (size_t)n : room - 1;
}

static void step_back(checker *c, size_t length)
{
    c->length = length;
    c->where[length] = '\0';
}

static bool is_type(const json_t *value, const char *type)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return strcmp(type, "object") == 0;
    case JSON_ARRAY:
        return strcmp(type, "array") == 0;
    case JSON_STRING:
        return strcmp(type, "string") == 0;
    case JSON_INTEGER:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case JSON_REAL: {
        double real = json_real_value(value);
        /* JSON Schema calls 3.0 an integer. */
        if (strcmp(type, "integer") == 0)
            return real == (double)(long long)real && real < 9e15 && real > -9e15;
        return strcmp(type, "number") == 0;
    }
    case JSON_TRUE:
    case JSON_FALSE:
        return strcmp(type, "boolean") == 0;
    case JSON_NULL:
        return strcmp(type, "null") == 0;
    }
    return false;
}

static bool check_type(checker *c, const json_t *type, const json_t *value)
{
    if (!type) return true;
    if (json_is_string(type)) {
        if (is_type(value, json_string_value(type))) return true;
        return ts_fail(c->err, TS_USAGE, "%s must be of type %s", c->length ? c->where : c->what,
                       json_string_value(type));
    }
    for (size_t i = 0; i < json_array_size(type); i++) {
        if (is_type(value, json_string_value(json_array_get(type, i)))) return true;
    }
    return complain(c, "is of the wrong type");
}

/* "one of a, b, c" for the hint. */
static void hint_choices(checker *c, const json_t *choices)
{
    char text[TS_HINT_MAX] = "one of";
    size_t length = strlen(text);
    for (size_t i = 0; i < json_array_size(choices); i++) {
        const char *choice = json_string_value(json_array_get(choices, i));
        int n =
            snprintf(text + length, sizeof text - length, "%s %s", i ? "," : "", choice ? choice : "null");
        if (n < 0 || (size_t)n >= sizeof text - length) break;
        length += (size_t)n;
    }
    (void)ts_hint(c->err, "%s", text);
}

static bool check_enum(checker *c, const json_t *choices, const json_t *value)
{
    if (!choices) return true;
    for (size_t i = 0; i < json_array_size(choices); i++) {
        if (json_equal(json_array_get(choices, i), value)) return true;
    }
    (void)complain(c, "is none of the values that are known");
    hint_choices(c, choices);
    return false;
}

static size_t count_characters(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++) count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static bool matches(const char *pattern, const char *text)
{
    regex_t compiled;
    if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0) return false;
    bool found = regexec(&compiled, text, 0, NULL, 0) == 0;
    regfree(&compiled);
    return found;
}

static bool check_format(checker *c, const char *format, const char *text)
{
    int64_t ms;
    if (!format) return true;
    if (strcmp(format, "date-time") == 0 && !ts_iso8601_parse(text, strlen(text), &ms)) {
        return complain(c, "is no date (2026-11-21, 2026-11-21T11:04:43Z)");
    }
    return true;
}

static bool check_string(checker *c, const json_t *schema, const json_t *value)
{
    const char *text = json_string_value(value);
    size_t bytes = json_string_length(value);
    if (strlen(text) != bytes) return complain(c, "holds a NUL character");
    long long longest = json_integer_value(json_object_get(schema, "maxLength"));
    long long shortest = json_integer_value(json_object_get(schema, "minLength"));
    size_t length = count_characters(text, bytes);
    if (longest > 0 && length > (size_t)longest) {
        return ts_fail(c->err, TS_USAGE, "%s is longer than %lld characters", c->where, longest);
    }
    if (length < (size_t)shortest) return complain(c, "is too short");
    const char *pattern = json_string_value(json_object_get(schema, "pattern"));
    if (pattern && !matches(pattern, text)) return complain(c, "is not of the form that is asked for");
    return check_format(c, json_string_value(json_object_get(schema, "format")), text);
}

static bool check_number(checker *c, const json_t *schema, const json_t *value)
{
    const json_t *least = json_object_get(schema, "minimum");
    const json_t *most = json_object_get(schema, "maximum");
    double number = json_number_value(value);
    const char *where = c->length ? c->where : c->what;
    if (least && number < json_number_value(least)) {
        return ts_fail(c->err, TS_USAGE, "%s is below %g", where, json_number_value(least));
    }
    if (most && number > json_number_value(most)) {
        return ts_fail(c->err, TS_USAGE, "%s is above %g", where, json_number_value(most));
    }
    return true;
}

static bool check_array(checker *c, const json_t *schema, const json_t *value)
{
    size_t count = json_array_size(value);
    long long most = json_integer_value(json_object_get(schema, "maxItems"));
    long long least = json_integer_value(json_object_get(schema, "minItems"));
    if (most > 0 && count > (size_t)most) {
        return ts_fail(c->err, TS_USAGE, "%s has more than %lld items", c->where, most);
    }
    if (count < (size_t)least) return complain(c, "has too few items");
    const json_t *items = json_object_get(schema, "items");
    for (size_t i = 0; items && i < count; i++) {
        size_t length = c->length;
        step(c, NULL, i);
        if (!check_value(c, items, json_array_get(value, i))) return false;
        step_back(c, length);
    }
    return true;
}

static bool check_required(checker *c, const json_t *schema, const json_t *value)
{
    const json_t *required = json_object_get(schema, "required");
    for (size_t i = 0; i < json_array_size(required); i++) {
        const char *name = json_string_value(json_array_get(required, i));
        if (json_object_get(value, name)) continue;
        return ts_fail(c->err, TS_USAGE, "%s lacks \"%s\"", c->length ? c->where : c->what, name);
    }
    return true;
}

static void hint_names(ts_error *err, const json_t *properties)
{
    char text[TS_HINT_MAX] = "known are";
    size_t length = strlen(text);
    const char *name, *separator = " ";
    const json_t *ignored;
    if (json_object_size(properties) == 0) {
        (void)ts_hint(err, "none is taken here");
        return;
    }
    json_object_foreach ((json_t *)(uintptr_t)properties, name, ignored) {
        int n = snprintf(text + length, sizeof text - length, "%s%s", separator, name);
        if (n < 0 || (size_t)n >= sizeof text - length) break;
        length += (size_t)n;
        separator = ", ";
    }
    (void)ts_hint(err, "%s", text);
}

static bool check_member(checker *c, const json_t *schema, const char *name, const json_t *value)
{
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *others = json_object_get(schema, "additionalProperties");
    const json_t *member = json_object_get(properties, name);
    if (!member && json_is_false(others)) {
        (void)ts_fail(c->err, TS_USAGE, "%s has an unknown member \"%.80s\"", c->length ? c->where : c->what,
                      name);
        hint_names(c->err, properties);
        return false;
    }
    if (!member) member = others;
    if (!json_is_object(member)) return true;
    size_t length = c->length;
    step(c, name, 0);
    bool ok = check_value(c, member, value);
    if (ok) step_back(c, length);
    return ok;
}

static bool check_object(checker *c, const json_t *schema, const json_t *value)
{
    const char *name;
    json_t *member;
    long long most = json_integer_value(json_object_get(schema, "maxProperties"));
    if (most > 0 && json_object_size(value) > (size_t)most) return complain(c, "has too many members");
    json_object_foreach ((json_t *)(uintptr_t)value, name, member) {
        if (!check_member(c, schema, name, member)) return false;
    }
    return check_required(c, schema, value);
}

static bool check_value(checker *c, const json_t *schema, const json_t *value)
{
    schema = ts_schema_resolve(c->schemas, schema);
    if (!check_type(c, json_object_get(schema, "type"), value)) return false;
    if (!check_enum(c, json_object_get(schema, "enum"), value)) return false;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return check_object(c, schema, value);
    case JSON_ARRAY:
        return check_array(c, schema, value);
    case JSON_STRING:
        return check_string(c, schema, value);
    case JSON_INTEGER:
    case JSON_REAL:
        return check_number(c, schema, value);
    default:
        return true;
    }
}

bool ts_schema_check(const ts_schemas *schemas, const json_t *schema, const json_t *value, const char *what,
                     ts_error *err)
{
    checker c = {.schemas = schemas, .what = what, .err = err};
    return check_value(&c, schema, value);
}

bool ts_schema_defaults(const ts_schemas *schemas, const json_t *schema, json_t *object)
{
    const json_t *properties = json_object_get(ts_schema_resolve(schemas, schema), "properties");
    const char *name;
    const json_t *property;
    json_object_foreach ((json_t *)(uintptr_t)properties, name, property) {
        json_t *value = json_object_get(ts_schema_resolve(schemas, property), "default");
        if (!value) value = json_object_get(property, "default");
        if (!value || json_object_get(object, name)) continue;
        if (json_object_set(object, name, value) != 0) return false;
    }
    return true;
}
