/* service: upload presets kept as documents. Knows no dialect and looks into no settings but "default_for". */
#include "service/upload_presets.h"

#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "catalog/documents.h"
#include "service/core.h"

#define KIND "upload preset"
#define NAME_MAX_BYTES 128
#define SETTINGS_MAX_BYTES 65536

/* ---- reading ------------------------------------------------------------------------------------- */

static void give_up(void *json)
{
    json_decref(json);
}

/* The settings go with the arena. */
static bool of_row(const ts_document_row *row, ts_arena *arena, ts_upload_preset *out, ts_error *err)
{
    json_t *body = ts_json_of(row->body);
    if (!body || !ts_arena_defer(arena, give_up, body)) {
        json_decref(body);
        return ts_fail_memory(err);
    }
    *out = (ts_upload_preset){.name = row->id,
                              .version = row->version,
                              .created = row->created,
                              .updated = row->updated,
                              .without_key = ts_json_bool_or(body, "without_key", false),
                              .key_id = ts_json_string_or(body, "key_id", ""),
                              .settings = json_object_get(body, "settings")};
    return true;
}

static bool list_all(ts_service *service, ts_arena *arena, ts_upload_preset **out, size_t *count,
                     ts_error *err)
{
    const ts_document_row *rows = NULL;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_list(txn, KIND, arena, &rows, count, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    *out = TS_NEW_ARRAY(arena, *count, ts_upload_preset);
    if (!*out) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++)
        if (!of_row(&rows[i], arena, &(*out)[i], err)) return false;
    return true;
}

bool ts_service_upload_presets(ts_service *service, const ts_actor *actor, ts_arena *arena,
                               const ts_upload_preset **out, size_t *count, ts_error *err)
{
    ts_upload_preset *all = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err) || !list_all(service, arena, &all, count, err)) return false;
    *out = all;
    return true;
}

bool ts_service_upload_preset(ts_service *service, const char *name, ts_arena *arena, ts_upload_preset *out,
                              ts_error *err)
{
    ts_document_row row;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_get(txn, KIND, name, arena, &row, err);
    ts_catalog_read_end(txn);
    return ok && of_row(&row, arena, out, err);
}

static bool is_default_for(const ts_upload_preset *preset, const char *what)
{
    size_t i;
    json_t *kind;
    json_array_foreach (json_object_get(preset->settings, "default_for"), i, kind)
        if (json_is_string(kind) && strcmp(json_string_value(kind), what) == 0) return true;
    return false;
}

bool ts_service_upload_preset_default(ts_service *service, const char *what, ts_arena *arena,
                                      ts_upload_preset *out, ts_error *err)
{
    size_t count = 0;
    ts_upload_preset *all = NULL;
    if (!list_all(service, arena, &all, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_default_for(&all[i], what)) continue;
        *out = all[i];
        return true;
    }
    return false;
}

/* ---- changing ------------------------------------------------------------------------------------ */

typedef struct change {
    const char *name, *body;
    int64_t expected;
} change;

static bool commit_put(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    return ts_documents_put(txn, KIND, c->name, c->body, c->expected, NULL, err);
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    return ts_documents_delete(txn, KIND, c->name, TS_VERSION_ANY, err);
}

static bool is_name(const char *name, ts_error *err)
{
    size_t length = strlen(name);
    if (length > 0 && length <= NAME_MAX_BYTES && ts_utf8_valid(name, length) && !strchr(name, '/'))
        return true;
    return ts_fail(err, TS_USAGE, "an upload preset's name has 1 to %d bytes and no slash", NAME_MAX_BYTES);
}

bool ts_service_upload_preset_put(ts_service *service, const ts_actor *actor, const ts_upload_preset *preset,
                                  bool fresh, ts_error *err)
{
    change c = {.name = preset->name, .expected = fresh ? TS_VERSION_NEW : TS_VERSION_ANY};
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err) || !is_name(preset->name, err)) return false;
    ts_arena *arena = ts_arena_new(0);
    json_t *body = json_pack("{s:b, s:s, s:O}", "without_key", preset->without_key, "key_id",
                             preset->key_id ? preset->key_id : actor->key_id, "settings", preset->settings);
    c.body = arena && body ? ts_json_dump(body, arena, err) : NULL;
    bool ok = false;
    if (!c.body) (void)ts_fail_memory(err);
    else ok = strlen(c.body) <= SETTINGS_MAX_BYTES || ts_fail(err, TS_USAGE, "the settings are too long");
    ok = ok && ts_catalog_write(service->catalog, commit_put, &c, err);
    json_decref(body);
    ts_arena_free(arena);
    return ok;
}

bool ts_service_upload_preset_delete(ts_service *service, const ts_actor *actor, const char *name,
                                     ts_error *err)
{
    change c = {.name = name};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_write(service->catalog, commit_delete, &c, err);
}
