/* api: Cloudinary's structured metadata fields, by the definitions that all dialects share. Only translation.
 *
 * An enum's or set's values are the external ids of its data source; the source itself, with what is switched off, is kept
 * beside the definition ("own": {"datasource": [{external_id, value, state}]}). */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "base/json.h"
#include "service/custom_fields.h"

static const struct {
    const char *theirs;
    ts_field_type ours;
} types[] = {{"string", TS_FIELD_TEXT},    {"integer", TS_FIELD_INTEGER}, {"date", TS_FIELD_DATE},
             {"enum", TS_FIELD_ONE_OF},    {"set", TS_FIELD_SOME_OF},     {"string", TS_FIELD_LONG_TEXT},
             {"integer", TS_FIELD_NUMBER}, {"string", TS_FIELD_FLAG}};

/* ---- showing -------------------------------------------------------------------------------------- */

static const char *type_of(ts_field_type type)
{
    for (size_t i = 0; i < TS_COUNT_OF(types); i++)
        if (types[i].ours == type) return types[i].theirs;
    return "string";
}

static bool has_source(ts_field_type type)
{
    return type == TS_FIELD_ONE_OF || type == TS_FIELD_SOME_OF;
}

/* A new reference. Of a field that another dialect defined, the options stand for themselves. */
static json_t *source_of(const ts_field *field)
{
    size_t i;
    json_t *option, *kept = json_object_get(field->own, "datasource");
    if (json_is_array(kept)) return json_deep_copy(kept);
    json_t *values = json_array();
    json_array_foreach ((json_t *)(uintptr_t)field->options, i, option)
        (void)json_array_append_new(
            values, json_pack("{s:O, s:O, s:s}", "external_id", option, "value", option, "state", "active"));
    return values;
}

static json_t *json_of_field(const ts_field *field)
{
    json_t *out = json_pack("{s:s, s:s, s:s, s:b, s:O?}", "external_id", field->name, "type",
                            type_of(field->type), "label", field->label ? field->label : field->name,
                            "mandatory", field->required, "default_value", field->fallback);
    if (!json_object_get(out, "default_value")) (void)json_object_set_new(out, "default_value", json_null());
    json_t *rules = json_object_get(field->own, "validation");
    (void)json_object_set_new(out, "validation", rules ? json_incref(rules) : json_null());
    if (has_source(field->type))
        (void)json_object_set_new(out, "datasource", json_pack("{s:o}", "values", source_of(field)));
    return out;
}

static bool list(ts_call *call)
{
    size_t count = 0;
    const ts_field *fields = NULL;
    if (!ts_service_fields(call->service, &call->actor, false, call->arena, &fields, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, json_of_field(&fields[i]));
    return ts_cld_answer(call, 200, json_pack("{s:o}", "metadata_fields", all));
}

static bool find(ts_call *call, ts_field *out)
{
    const char *name = ts_call_path(call, "id");
    if (ts_service_field(call->service, &call->actor, name, call->arena, out, &call->err)) return true;
    if (call->err.code != TS_NOT_FOUND) return false;
    return ts_fail(&call->err, TS_NOT_FOUND, "External ID %.100s doesn't exist", name);
}

static bool show(ts_call *call)
{
    ts_field field;
    return find(call, &field) && ts_cld_answer(call, 200, json_of_field(&field));
}

/* ---- data sources --------------------------------------------------------------------------------- */

static json_t *entry_of(const json_t *source, const char *id)
{
    size_t i;
    json_t *entry;
    json_array_foreach ((json_t *)(uintptr_t)source, i, entry)
        if (strcmp(ts_json_string_or(entry, "external_id", ""), id) == 0) return entry;
    return NULL;
}

/* Adds what is new and renames what is there. An entry without an id gets its value as one. */
static bool merge_source(ts_call *call, json_t *source, const json_t *values)
{
    size_t i;
    json_t *value;
    json_array_foreach ((json_t *)(uintptr_t)values, i, value) {
        const char *text = ts_json_string_or(value, "value", NULL);
        const char *id = ts_json_string_or(value, "external_id", text);
        if (!id) return ts_fail(&call->err, TS_USAGE, "datasource values need a value");
        json_t *entry = entry_of(source, id);
        if (entry) (void)json_object_set_new(entry, "value", json_string(text ? text : id));
        else
            (void)json_array_append_new(source, json_pack("{s:s, s:s, s:s}", "external_id", id, "value",
                                                          text ? text : id, "state", "active"));
    }
    return true;
}

static json_t *active_ids(const json_t *source)
{
    size_t i;
    json_t *entry, *ids = json_array();
    json_array_foreach ((json_t *)(uintptr_t)source, i, entry)
        if (strcmp(ts_json_string_or(entry, "state", "active"), "active") == 0)
            (void)json_array_append(ids, json_object_get(entry, "external_id"));
    return ids;
}

/* Puts the field with another source, or (source NULL) as it is. Takes the reference. */
static bool put_source(ts_call *call, ts_field *field, const char *id, json_t *source)
{
    json_t *own = json_is_object(field->own) ? json_copy((json_t *)(uintptr_t)field->own) : json_object();
    json_t *ids = source ? active_ids(source) : NULL;
    if (source) (void)json_object_set_new(own, "datasource", source);
    field->own = own;
    if (ids) field->options = ids;
    ts_field put;
    bool ok = ts_service_field_put(call->service, &call->actor, id, field, call->arena, &put, &call->err);
    json_decref(own);
    json_decref(ids);
    if (ok) *field = put;
    return ok;
}

static bool answer_source(ts_call *call, const ts_field *field)
{
    return ts_cld_answer(call, 200, json_pack("{s:o}", "values", source_of(field)));
}

static bool change_source(ts_call *call)
{
    ts_field field;
    const json_t *params = NULL;
    if (!ts_cld_params(call, &params) || !find(call, &field)) return false;
    json_t *source = source_of(&field);
    if (!merge_source(call, source, json_object_get(params, "values"))) {
        json_decref(source);
        return false;
    }
    return put_source(call, &field, field.id, source) && answer_source(call, &field);
}

static bool set_state(ts_call *call, const char *state)
{
    ts_field field;
    size_t count = 0;
    const json_t *params = NULL;
    const char *const *ids = NULL;
    if (!ts_cld_params(call, &params) || !find(call, &field) ||
        !ts_cld_list(params, "external_ids", call->arena, &ids, &count, &call->err))
        return false;
    json_t *source = source_of(&field);
    for (size_t i = 0; i < count; i++) {
        json_t *entry = entry_of(source, ids[i]);
        if (entry) (void)json_object_set_new(entry, "state", json_string(state));
    }
    return put_source(call, &field, field.id, source) && answer_source(call, &field);
}

static bool drop_entries(ts_call *call)
{
    return set_state(call, "inactive");
}

static bool restore_entries(ts_call *call)
{
    return set_state(call, "active");
}

static bool comes_before(const json_t *a, const json_t *b, bool down)
{
    int order = strcmp(ts_json_string_or(a, "value", ""), ts_json_string_or(b, "value", ""));
    return down ? order > 0 : order < 0;
}

static bool order_source(ts_call *call)
{
    ts_field field;
    size_t i;
    json_t *entry;
    const json_t *params = NULL;
    if (!ts_cld_params(call, &params) || !find(call, &field)) return false;
    const char *way = ts_cld_text(params, "direction");
    bool down = way && strcmp(way, "desc") == 0;
    json_t *before = source_of(&field), *source = json_array();
    json_array_foreach (before, i, entry) {
        size_t at = 0;
        while (at < json_array_size(source) && !comes_before(entry, json_array_get(source, at), down)) at++;
        (void)json_array_insert(source, at, entry);
    }
    json_decref(before);
    return put_source(call, &field, field.id, source) && answer_source(call, &field);
}

/* ---- fields --------------------------------------------------------------------------------------- */

static bool read_type(ts_call *call, const char *name, ts_field *out)
{
    for (size_t i = 0; i < TS_COUNT_OF(types); i++) {
        if (strcmp(types[i].theirs, name) != 0) continue;
        out->type = types[i].ours;
        return true;
    }
    return ts_fail(&call->err, TS_USAGE, "type %.40s is not valid", name);
}

/* {"type": "strlen", "min": 1, "max": 10}, "greater_than" and "less_than" with "value", "and" with "rules". */
static void read_rule(const json_t *rule, ts_field *out)
{
    size_t i;
    json_t *inner;
    const char *type = ts_json_string_or(rule, "type", "");
    if (strcmp(type, "strlen") == 0) {
        out->min_length = ts_member_int(rule, "min", -1);
        out->max_length = ts_member_int(rule, "max", -1);
    } else if (strcmp(type, "greater_than") == 0) {
        out->least = json_object_get(rule, "value");
    } else if (strcmp(type, "less_than") == 0) {
        out->most = json_object_get(rule, "value");
    }
    json_array_foreach (json_object_get(rule, "rules"), i, inner)
        if (strcmp(ts_json_string_or(inner, "type", ""), "and") != 0) read_rule(inner, out);
}

static void read_rules(const json_t *body, ts_field *out)
{
    const json_t *rules = json_object_get(body, "validation"),
                 *fallback = json_object_get(body, "default_value");
    const char *label = ts_member_text(body, "label");
    if (label) out->label = label;
    if (json_is_boolean(json_object_get(body, "mandatory")))
        out->required = ts_member_flag(body, "mandatory");
    if (fallback) out->fallback = json_is_null(fallback) ? NULL : fallback;
    if (rules) read_rule(rules, out);
}

/* The body as it is: numbers and truths count here. */
static const json_t *body_of(ts_call *call)
{
    const json_t *body = ts_request_json(call->request, &call->err);
    if (json_is_object(body)) return body;
    if (body) (void)ts_fail(&call->err, TS_USAGE, "the body must be a JSON object");
    return NULL;
}

static bool put_field(ts_call *call, const json_t *body, ts_field *field, const char *id)
{
    json_t *own = json_is_object(field->own) ? json_copy((json_t *)(uintptr_t)field->own) : json_object();
    json_t *rules = json_object_get(body, "validation"), *source = NULL;
    json_t *values = json_object_get(json_object_get(body, "datasource"), "values");
    if (rules) (void)json_object_set(own, "validation", rules);
    field->own = own;
    bool ok = true;
    if (values) {
        source = source_of(field);
        ok = merge_source(call, source, values);
    }
    if (ok) ok = put_source(call, field, id, source);
    else json_decref(source);
    json_decref(own);
    return ok;
}

static bool create(ts_call *call)
{
    const json_t *body = body_of(call);
    ts_field field = {.min_length = -1, .max_length = -1};
    if (!body) return false;
    const char *type = ts_member_text(body, "type"), *id = ts_member_text(body, "external_id");
    const char *label = ts_member_text(body, "label");
    if (!type || !label)
        return ts_fail(&call->err, TS_USAGE, "Missing required parameter - %s", type ? "label" : "type");
    field.name = id ? id : ts_arena_printf(call->arena, "f%s", ts_request_id(call->request));
    if (!field.name) return ts_fail_memory(&call->err);
    if (!read_type(call, type, &field)) return false;
    read_rules(body, &field);
    if (!put_field(call, body, &field, NULL)) {
        if (call->err.code == TS_CONFLICT)
            (void)ts_fail(&call->err, TS_USAGE, "external id %.80s already exists", field.name);
        return false;
    }
    return ts_cld_answer(call, 200, json_of_field(&field));
}

static bool change(ts_call *call)
{
    ts_field field;
    const json_t *body = body_of(call);
    if (!body || !find(call, &field)) return false;
    read_rules(body, &field);
    return put_field(call, body, &field, field.id) && ts_cld_answer(call, 200, json_of_field(&field));
}

static bool drop(ts_call *call)
{
    ts_field field;
    return find(call, &field) && ts_service_field_delete(call->service, &call->actor, field.id, &call->err) &&
           ts_cld_message(call, "ok");
}

/* They are shown in the order in which they were made. */
static bool reorder(ts_call *call)
{
    return list(call);
}

#define ROUTE(method, pattern, scope, name, function)                                                        \
    {                                                                                                        \
        method, "/v1_1/{cloud}/metadata_fields" pattern, ts_dialect_route, scope, 0, TS_CLD_TAKES, 0, 0,     \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("GET", "", TS_SCOPE_READ, "metadataFields", list),
    ROUTE("POST", "", TS_SCOPE_WRITE, "addMetadataField", create),
    ROUTE("PUT", "/order", TS_SCOPE_WRITE, "orderMetadataFields", reorder),
    ROUTE("GET", "/{id}", TS_SCOPE_READ, "metadataField", show),
    ROUTE("PUT", "/{id}", TS_SCOPE_WRITE, "updateMetadataField", change),
    ROUTE("DELETE", "/{id}", TS_SCOPE_WRITE, "deleteMetadataField", drop),
    ROUTE("PUT", "/{id}/datasource", TS_SCOPE_WRITE, "updateDatasource", change_source),
    ROUTE("DELETE", "/{id}/datasource", TS_SCOPE_WRITE, "deleteEntries", drop_entries),
    ROUTE("POST", "/{id}/datasource_restore", TS_SCOPE_WRITE, "restoreEntries", restore_entries),
    ROUTE("POST", "/{id}/datasource/order", TS_SCOPE_WRITE, "orderDatasource", order_source),
};
const ts_family ts_cld_field_family = {routes, TS_COUNT_OF(routes)};
