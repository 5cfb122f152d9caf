/* api: ImageKit's custom metadata fields and the values of files. Only translation. */
#include <string.h>

#include "api/imagekit.h"
#include "base/json.h"
#include "service/custom_fields.h"

/* ---- values ------------------------------------------------------------------------------------- */

bool ts_ik_set_metadata(ts_call *call, json_t *metadata, const json_t *values, bool complete)
{
    const ts_field *fields = NULL;
    size_t count = 0;
    const char *name;
    json_t *value;
    if (!values && !complete) return true;
    if (values && !json_is_object(values))
        return ts_ik_fail(call, TS_USAGE, "Invalid customMetadata parameter",
                          "customMetadata must be an object");
    if (!ts_service_fields(call->service, &call->actor, false, call->arena, &fields, &count, &call->err) ||
        !ts_fields_take(fields, count, values, complete && json_object_size(values), &call->err))
        return call->err.code == TS_USAGE
                   ? ts_hint(&call->err, "GET /v1/customMetadataFields lists the fields and what they take")
                   : false;
    json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
        if (json_is_null(value)) (void)json_object_del(metadata, name);
        else (void)json_object_set(metadata, name, value);
    }
    return true;
}

/* ---- fields as JSON ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    ts_field_type type;
} types[] = {{"Text", TS_FIELD_TEXT},          {"Textarea", TS_FIELD_LONG_TEXT},
             {"Number", TS_FIELD_NUMBER},      {"Date", TS_FIELD_DATE},
             {"Boolean", TS_FIELD_FLAG},       {"SingleSelect", TS_FIELD_ONE_OF},
             {"MultiSelect", TS_FIELD_SOME_OF}};

static const char *type_name(ts_field_type type)
{
    for (size_t i = 0; i < TS_COUNT_OF(types); i++)
        if (types[i].type == type) return types[i].name;
    return "Number"; /* whole numbers, which another dialect made */
}

static void put(json_t *object, const char *name, const json_t *value)
{
    if (value) (void)json_object_set(object, name, (json_t *)(uintptr_t)value);
}

static json_t *json_of_field(const ts_field *field)
{
    json_t *schema = json_pack("{s:s}", "type", type_name(field->type));
    put(schema, "defaultValue", field->fallback);
    put(schema, "minValue", field->least);
    put(schema, "maxValue", field->most);
    put(schema, "selectOptions", field->options);
    if (field->required) (void)json_object_set_new(schema, "isValueRequired", json_true());
    if (field->min_length >= 0)
        (void)json_object_set_new(schema, "minLength", json_integer(field->min_length));
    if (field->max_length >= 0)
        (void)json_object_set_new(schema, "maxLength", json_integer(field->max_length));
    json_t *out = json_pack("{s:s, s:s, s:s, s:o}", "id", field->id, "name", field->name, "label",
                            field->label, "schema", schema);
    if (field->description) (void)json_object_set_new(out, "description", json_string(field->description));
    if (field->deleted) (void)json_object_set_new(out, "isDeleted", json_true());
    return out;
}

/* ---- fields from JSON --------------------------------------------------------------------------- */

static int64_t length_of(const json_t *schema, const char *name, int64_t before)
{
    const json_t *value = json_object_get(schema, name);
    return json_is_integer(value) && json_integer_value(value) >= 0 ? json_integer_value(value) : before;
}

static const json_t *given(const json_t *schema, const char *name, const json_t *before)
{
    const json_t *value = json_object_get(schema, name);
    return value && !json_is_null(value) ? value : before;
}

static void read_schema(const json_t *schema, ts_field *field)
{
    field->fallback = given(schema, "defaultValue", field->fallback);
    field->least = given(schema, "minValue", field->least);
    field->most = given(schema, "maxValue", field->most);
    field->options = given(schema, "selectOptions", field->options);
    field->min_length = length_of(schema, "minLength", field->min_length);
    field->max_length = length_of(schema, "maxLength", field->max_length);
    field->required = ts_json_bool_or(schema, "isValueRequired", field->required);
}

static bool read_type(ts_call *call, const json_t *schema, ts_field *field)
{
    const char *name = ts_json_string_or(schema, "type", "");
    for (size_t i = 0; i < TS_COUNT_OF(types); i++) {
        if (strcmp(types[i].name, name) != 0) continue;
        field->type = types[i].type;
        return true;
    }
    return ts_ik_fail(
        call, TS_USAGE, "Invalid schema object",
        "schema.type is one of Text, Textarea, Number, Date, Boolean, SingleSelect, MultiSelect");
}

/* A name that is taken is 400 there, not a conflict. */
static bool keep(ts_call *call, const char *id, const ts_field *field)
{
    ts_field out;
    if (ts_service_field_put(call->service, &call->actor, id, field, call->arena, &out, &call->err))
        return ts_answer(call, id ? 200 : 201, json_of_field(&out));
    if (call->err.code == TS_CONFLICT) call->err.code = TS_USAGE;
    return false;
}

bool ts_ik_field_create(ts_call *call)
{
    const json_t *body = ts_ik_body(call), *schema = json_object_get(body, "schema");
    ts_field field = {.min_length = -1, .max_length = -1};
    if (!body) return false;
    if (!(field.name = ts_ik_need(call, body, "name")) || !(field.label = ts_ik_need(call, body, "label")))
        return false;
    if (!json_is_object(schema))
        return ts_ik_fail(call, TS_USAGE, "Missing schema parameter",
                          "schema says the type of the field's values");
    field.description = ts_json_string_or(body, "description", NULL);
    if (!read_type(call, schema, &field)) return false;
    read_schema(schema, &field);
    return keep(call, NULL, &field);
}

static bool find_field(ts_call *call, ts_field *out)
{
    const char *id = ts_call_path(call, "id");
    bool ok = ts_service_field(call->service, &call->actor, id, call->arena, out, &call->err) &&
              strcmp(out->id, id) == 0;
    return ok || ts_ik_fail(call, TS_NOT_FOUND, "The requested custom metadata field does not exist.",
                            "GET /v1/customMetadataFields lists them.");
}

bool ts_ik_field_update(ts_call *call)
{
    ts_field field;
    const json_t *body = ts_ik_body(call), *schema = json_object_get(body, "schema");
    if (!body || !find_field(call, &field)) return false;
    const char *label = ts_json_string_or(body, "label", NULL);
    if (!label && !schema && !json_object_get(body, "description"))
        return ts_ik_fail(call, TS_USAGE, "Missing label or schema parameter", "say what is to change");
    if (label) field.label = label;
    field.description = ts_json_string_or(body, "description", field.description);
    read_schema(schema, &field);
    return keep(call, field.id, &field);
}

bool ts_ik_fields(ts_call *call)
{
    const ts_field *fields = NULL;
    size_t count = 0;
    const char *deleted = ts_request_query(call->request, "includeDeleted");
    bool with_deleted = deleted && strcmp(deleted, "true") == 0;
    if (!ts_service_fields(call->service, &call->actor, with_deleted, call->arena, &fields, &count,
                           &call->err))
        return false;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, json_of_field(&fields[i]));
    return ts_answer(call, 200, list);
}

bool ts_ik_field_delete(ts_call *call)
{
    ts_field field;
    if (!find_field(call, &field)) return false;
    return ts_service_field_delete(call->service, &call->actor, field.id, &call->err) &&
           ts_answer_nothing(call);
}
