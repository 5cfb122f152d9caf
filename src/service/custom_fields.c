/* service: custom metadata fields as documents of the catalogue. What values they take, custom_field_rules.c knows. */
#include "service/custom_fields.h"

#include <string.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "catalog/documents.h"
#include "service/core.h"

static const char kind[] = "field";

/* ---- documents ------------------------------------------------------------------------------------------ */

static void give_up(void *json)
{
    json_decref(json);
}

static ts_field_type type_of(const char *name)
{
    for (int i = 0; i < TS_FIELD_TYPE_COUNT; i++)
        if (strcmp(ts_field_type_name((ts_field_type)i), name) == 0) return (ts_field_type)i;
    return TS_FIELD_TEXT;
}

static int64_t length_or_none(const json_t *body, const char *name)
{
    const json_t *value = json_object_get(body, name);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

static bool field_of(const ts_document_row *row, ts_arena *arena, ts_field *out, ts_error *err)
{
    json_t *body = ts_json_of(row->body);
    if (!ts_arena_defer(arena, give_up, body)) {
        json_decref(body);
        return ts_fail_memory(err);
    }
    *out = (ts_field){.id = row->id,
                      .name = ts_json_string_or(body, "name", ""),
                      .label = ts_json_string_or(body, "label", ""),
                      .description = ts_json_string_or(body, "description", NULL),
                      .type = type_of(ts_json_string_or(body, "type", "text")),
                      .required = ts_json_bool_or(body, "required", false),
                      .fallback = json_object_get(body, "fallback"),
                      .least = json_object_get(body, "least"),
                      .most = json_object_get(body, "most"),
                      .min_length = length_or_none(body, "min_length"),
                      .max_length = length_or_none(body, "max_length"),
                      .options = json_object_get(body, "options"),
                      .own = json_object_get(body, "own"),
                      .created = row->created,
                      .deleted = json_integer_value(json_object_get(body, "deleted"))};
    return true;
}

static void put(json_t *body, const char *name, const json_t *value)
{
    if (value) (void)json_object_set(body, name, (json_t *)(uintptr_t)value);
}

static const char *field_text(const ts_field *field, ts_arena *arena, ts_error *err)
{
    json_t *body = json_pack("{s:s, s:s, s:s, s:b}", "name", field->name, "label", field->label, "type",
                             ts_field_type_name(field->type), "required", field->required);
    if (!body) return ts_fail(err, TS_USAGE, "the texts of a field must be UTF-8"), NULL;
    if (field->description && field->description[0])
        (void)json_object_set_new(body, "description", json_string(field->description));
    put(body, "fallback", field->fallback);
    put(body, "least", field->least);
    put(body, "most", field->most);
    put(body, "options", field->options);
    put(body, "own", field->own);
    if (field->min_length >= 0)
        (void)json_object_set_new(body, "min_length", json_integer(field->min_length));
    if (field->max_length >= 0)
        (void)json_object_set_new(body, "max_length", json_integer(field->max_length));
    if (field->deleted) (void)json_object_set_new(body, "deleted", json_integer(field->deleted));
    const char *text = ts_json_dump(body, arena, err);
    json_decref(body);
    return text;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

/* Ids sort by the time they were made, and documents are listed by id. */
bool ts_fields_in(ts_txn *txn, bool with_deleted, ts_arena *arena, const ts_field **out, size_t *count,
                  ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t all = 0;
    *count = 0;
    if (!ts_documents_list(txn, kind, arena, &rows, &all, err)) return false;
    ts_field *fields = TS_NEW_ARRAY(arena, all, ts_field);
    if (!fields) return ts_fail_memory(err);
    for (size_t i = 0; i < all; i++) {
        if (!field_of(&rows[i], arena, &fields[*count], err)) return false;
        *count += with_deleted || !fields[*count].deleted;
    }
    *out = fields;
    return true;
}

bool ts_service_fields(ts_service *service, const ts_actor *actor, bool with_deleted, ts_arena *arena,
                       const ts_field **out, size_t *count, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_fields_in(txn, with_deleted, arena, out, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

bool ts_service_field(ts_service *service, const ts_actor *actor, const char *id_or_name, ts_arena *arena,
                      ts_field *out, ts_error *err)
{
    const ts_field *fields = NULL;
    size_t count = 0;
    if (!ts_service_fields(service, actor, false, arena, &fields, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(fields[i].id, id_or_name) != 0 && strcmp(fields[i].name, id_or_name) != 0) continue;
        *out = fields[i];
        return true;
    }
    return ts_fail(err, TS_NOT_FOUND, "there is no custom metadata field \"%.80s\"", id_or_name);
}

/* ---- changing ------------------------------------------------------------------------------------------- */

typedef struct change {
    const char *id; /* NULL: a new one */
    const ts_field *wish;
    ts_arena *arena;
    ts_field *out;
} change;

static bool is_free(const ts_field *wish, const ts_field *fields, size_t count, ts_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (wish->id && strcmp(fields[i].id, wish->id) == 0) continue;
        if (strcmp(fields[i].name, wish->name) == 0)
            return ts_fail(err, TS_CONFLICT,
                           "a custom metadata field with the name \"%.80s\" exists already%s", wish->name,
                           fields[i].deleted ? " (deleted)" : "");
        if (!fields[i].deleted && strcmp(fields[i].label, wish->label) == 0)
            return ts_fail(err, TS_CONFLICT,
                           "a custom metadata field with the label \"%.80s\" exists already", wish->label);
    }
    return true;
}

static const ts_field *with_id(const ts_field *fields, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (!fields[i].deleted && strcmp(fields[i].id, id) == 0) return &fields[i];
    return NULL;
}

static bool commit_put(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    const ts_field *fields = NULL;
    size_t count = 0;
    ts_field field = *c->wish;
    if (!ts_fields_in(txn, true, c->arena, &fields, &count, err)) return false;
    const ts_field *old = c->id ? with_id(fields, count, c->id) : NULL;
    if (c->id && !old)
        return ts_fail(err, TS_NOT_FOUND, "there is no custom metadata field \"%.80s\"", c->id);
    field.id = c->id ? c->id : ts_new_id(c->arena);
    field.deleted = 0;
    if (old) field.name = old->name, field.type = old->type;
    if (!ts_field_is_sound(&field, err) || !is_free(&field, fields, count, err)) return false;
    const char *text = field_text(&field, c->arena, err);
    ts_document_row row;
    return text && field.id && ts_documents_put(txn, kind, field.id, text, TS_VERSION_ANY, NULL, err) &&
           ts_documents_get(txn, kind, field.id, c->arena, &row, err) &&
           field_of(&row, c->arena, c->out, err);
}

bool ts_service_field_put(ts_service *service, const ts_actor *actor, const char *id, const ts_field *field,
                          ts_arena *arena, ts_field *out, ts_error *err)
{
    change c = {.id = id, .wish = field, .arena = arena, .out = out};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
           ts_catalog_write(service->catalog, commit_put, &c, err);
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    const ts_field *fields = NULL;
    size_t count = 0;
    if (!ts_fields_in(txn, false, c->arena, &fields, &count, err)) return false;
    const ts_field *old = with_id(fields, count, c->id);
    if (!old) return ts_fail(err, TS_NOT_FOUND, "there is no custom metadata field \"%.80s\"", c->id);
    ts_field gone = *old;
    gone.deleted = ts_txn_now(txn);
    const char *text = field_text(&gone, c->arena, err);
    return text && ts_documents_put(txn, kind, gone.id, text, TS_VERSION_ANY, NULL, err);
}

bool ts_service_field_delete(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    change c = {.id = id, .arena = ts_arena_new(0)};
    bool ok = c.arena ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                            ts_catalog_write(service->catalog, commit_delete, &c, err)
                      : ts_fail_memory(err);
    ts_arena_free(c.arena);
    return ok;
}
