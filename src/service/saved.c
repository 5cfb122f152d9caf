/* service: things saved by id. Knows no dialect. */
#include "service/saved.h"

#include <string.h>

#include "base/json.h"
#include "catalog/documents.h"
#include "service/core.h"

static void give_up(void *json)
{
    json_decref(json);
}

static bool saved_of(const ts_document_row *row, ts_arena *arena, ts_saved *out, ts_error *err)
{
    json_t *body = ts_json_of(row->body);
    if (!ts_arena_defer(arena, give_up, body)) {
        json_decref(body);
        return ts_fail_memory(err);
    }
    *out = (ts_saved){.id = row->id, .body = body, .created = row->created, .updated = row->updated};
    return true;
}

bool ts_service_saved_list(ts_service *service, const ts_actor *actor, const char *kind, ts_arena *arena,
                           const ts_saved **out, size_t *count, ts_error *err)
{
    const ts_document_row *rows = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_list(txn, kind, arena, &rows, count, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    ts_saved *list = TS_NEW_ARRAY(arena, *count, ts_saved);
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++)
        if (!saved_of(&rows[i], arena, &list[i], err)) return false;
    *out = list;
    return true;
}

bool ts_service_saved(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                      ts_arena *arena, ts_saved *out, ts_error *err)
{
    ts_document_row row;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_get(txn, kind, id, arena, &row, err);
    ts_catalog_read_end(txn);
    return ok && saved_of(&row, arena, out, err);
}

typedef struct change {
    const char *kind, *id, *body;
    bool is_new;
    ts_arena *arena;
    ts_saved *out;
} change;

static bool commit_put(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    const ts_document_row *rows = NULL;
    ts_document_row row;
    size_t count = 0;
    if (c->is_new) {
        if (!ts_documents_list(txn, c->kind, c->arena, &rows, &count, err)) return false;
        if (count >= TS_SAVED_MAX)
            return ts_fail(err, TS_TOO_LARGE, "at most %d of these are kept", TS_SAVED_MAX);
    } else if (!ts_documents_get(txn, c->kind, c->id, c->arena, &row, err)) {
        return false;
    }
    return ts_documents_put(txn, c->kind, c->id, c->body, TS_VERSION_ANY, NULL, err) &&
           ts_documents_get(txn, c->kind, c->id, c->arena, &row, err) &&
           saved_of(&row, c->arena, c->out, err);
}

bool ts_service_saved_put(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                          const json_t *body, ts_arena *arena, ts_saved *out, ts_error *err)
{
    change c = {.kind = kind, .id = id ? id : ts_new_id(arena), .is_new = !id, .arena = arena, .out = out};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    if (!c.id || !(c.body = ts_json_dump(body, arena, err))) return c.id ? false : ts_fail_memory(err);
    if (strlen(c.body) > TS_SAVED_BYTES)
        return ts_fail(err, TS_TOO_LARGE, "this is over %d bytes", TS_SAVED_BYTES);
    return ts_catalog_write(service->catalog, commit_put, &c, err);
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    return ts_documents_delete(txn, c->kind, c->id, TS_VERSION_ANY, err);
}

bool ts_service_saved_delete(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                             ts_error *err)
{
    change c = {.kind = kind, .id = id};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
           ts_catalog_write(service->catalog, commit_delete, &c, err);
}
