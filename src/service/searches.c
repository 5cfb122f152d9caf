/* service: saved searches: documents of a kind for each person. Does not know what a question means. */
#include "service/searches.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "catalog/documents.h"
#include "service/core.h"

static const char *kind_of(const ts_actor *actor, ts_arena *arena)
{
    return ts_arena_printf(arena, "search:%s", actor->id ? actor->id : "");
}

static bool search_of(const ts_document_row *row, ts_arena *arena, ts_saved_search *out)
{
    json_t *body = ts_json_of(row->body);
    *out = (ts_saved_search){.id = row->id,
                             .name = ts_arena_strdup(arena, ts_json_string_or(body, "name", "")),
                             .query = ts_arena_strdup(arena, ts_json_string_or(body, "query", "")),
                             .created = row->created};
    json_decref(body);
    return out->name && out->query;
}

static int by_name(const void *a, const void *b)
{
    const ts_saved_search *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->id, y->id);
}

static bool list(ts_txn *txn, const char *kind, ts_arena *arena, ts_saved_search **out, size_t *count,
                 ts_error *err)
{
    const ts_document_row *rows = NULL;
    if (!ts_documents_list(txn, kind, arena, &rows, count, err)) return false;
    if (!(*out = TS_NEW_ARRAY(arena, *count, ts_saved_search))) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++)
        if (!search_of(&rows[i], arena, &(*out)[i])) return ts_fail_memory(err);
    qsort(*out, *count, sizeof **out, by_name);
    return true;
}

bool ts_service_searches(ts_service *service, const ts_actor *actor, ts_arena *arena,
                         const ts_saved_search **out, size_t *count, ts_error *err)
{
    ts_saved_search *found = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    const char *kind = kind_of(actor, arena);
    if (!kind) return ts_fail_memory(err);
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && list(txn, kind, arena, &found, count, err);
    ts_catalog_read_end(txn);
    *out = found;
    return ok;
}

typedef struct change {
    const char *kind, *id, *name, *body;
    ts_arena *arena;
    ts_saved_search *out;
} change;

static bool commit_keep(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    ts_saved_search *kept = NULL;
    size_t count = 0;
    const char *id = c->id;
    bool is_new = true;
    ts_document_row row;
    if (!list(txn, c->kind, c->arena, &kept, &count, err)) return false;
    for (size_t i = 0; i < count && is_new; i++) {
        is_new = strcmp(kept[i].name, c->name) != 0;
        if (!is_new) id = kept[i].id;
    }
    if (is_new && count >= TS_SEARCHES_MAX)
        return ts_fail(err, TS_TOO_LARGE, "at most %d searches are kept", TS_SEARCHES_MAX);
    return ts_documents_put(txn, c->kind, id, c->body, TS_VERSION_ANY, NULL, err) &&
           ts_documents_get(txn, c->kind, id, c->arena, &row, err) &&
           (search_of(&row, c->arena, c->out) || ts_fail_memory(err));
}

bool ts_service_search_keep(ts_service *service, const ts_actor *actor, const char *name, const char *query,
                            ts_arena *arena, ts_saved_search *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    change c = {
        .kind = kind_of(actor, arena), .id = ts_new_id(arena), .name = name, .arena = arena, .out = out};
    json_t *body = json_pack("{s:s, s:s}", "name", name, "query", query);
    bool ok = c.kind && c.id && body && (c.body = ts_json_dump(body, arena, err));
    json_decref(body);
    if (!ok) return ts_fail_memory(err);
    return ts_catalog_write(service->catalog, commit_keep, &c, err);
}

static bool commit_forget(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    return ts_documents_delete(txn, c->kind, c->id, TS_VERSION_ANY, err);
}

bool ts_service_search_forget(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_arena *arena = ts_arena_new(0);
    change c = {.kind = arena ? kind_of(actor, arena) : NULL, .id = id};
    bool ok = c.kind ? ts_catalog_write(service->catalog, commit_forget, &c, err) : ts_fail_memory(err);
    ts_arena_free(arena);
    return ok;
}
