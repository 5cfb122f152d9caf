/* service: webhooks: who wants to hear what, and what is queued for them. Sending is the courier's. */
#include "service/hooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "service/hook_row.h"
#include "service/pictures.h"

static const char *const events[] = {"picture.tagged", "picture.updated",  "picture.deleted",
                                     "picture.held",   "picture.released", "picture.rejected",
                                     "picture.failed", "job.done"};

/* ---- reading ------------------------------------------------------------------------------------------- */

static bool hooks_of(const ts_document_row *rows, size_t count, ts_arena *arena, const ts_hook **out,
                     ts_error *err)
{
    ts_hook *hooks = TS_NEW_ARRAY(arena, count, ts_hook);
    if (!hooks) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!ts_hook_of_row(&rows[i], arena, &hooks[i], err)) return false;
    *out = hooks;
    return true;
}

bool ts_service_hook_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_hook **out,
                          size_t *count, ts_error *err)
{
    const ts_document_row *rows = NULL;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_list(txn, TS_HOOK_KIND, arena, &rows, count, err);
    ts_catalog_read_end(txn);
    return ok && hooks_of(rows, *count, arena, out, err);
}

bool ts_service_hook(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                     ts_hook *out, ts_error *err)
{
    ts_document_row row;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_documents_get(txn, TS_HOOK_KIND, id, arena, &row, err);
    ts_catalog_read_end(txn);
    return ok && ts_hook_of_row(&row, arena, out, err);
}

/* ---- changing ------------------------------------------------------------------------------------------ */

typedef struct hook_change {
    const char *id, *body;
    int64_t expected, version;
} hook_change;

static bool put_hook(ts_txn *txn, void *context, ts_error *err)
{
    hook_change *c = context;
    return ts_documents_put(txn, TS_HOOK_KIND, c->id, c->body, c->expected, &c->version, err);
}

static bool delete_hook(ts_txn *txn, void *context, ts_error *err)
{
    const hook_change *c = context;
    size_t killed = 0;
    return ts_documents_delete(txn, TS_HOOK_KIND, c->id, c->expected, err) &&
           ts_deliveries_kill(txn, c->id, &killed, err);
}

static bool events_are_known(const ts_hook *hook, ts_error *err)
{
    for (size_t i = 0; i < hook->event_count; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof events / sizeof *events; k++)
            known = known || strcmp(events[k], hook->events[i]) == 0;
        if (known) continue;
        (void)ts_fail(err, TS_USAGE, "there is no event \"%.60s\"", hook->events[i]);
        return ts_hint(
            err,
            "events: picture.tagged, .updated, .deleted, .held, .released, .rejected, .failed; job.done");
    }
    return true;
}

static const char *hook_json(const ts_hook *hook, ts_arena *arena, ts_error *err)
{
    json_t *names = json_array();
    for (size_t i = 0; names && i < hook->event_count; i++)
        (void)json_array_append_new(names, json_string(hook->events[i]));
    json_t *body =
        json_pack("{s:s, s:o, s:s, s:s, s:s, s:b}", "url", hook->url, "events", names, "key_id",
                  hook->key_id ? hook->key_id : "", "dialect", hook->dialect ? hook->dialect : "tagsmith",
                  "note", hook->note ? hook->note : "", "paused", hook->paused);
    const char *text = body ? ts_json_dump(body, arena, err) : NULL;
    if (!body) (void)ts_fail(err, TS_USAGE, "a webhook's texts must be UTF-8");
    json_decref(body);
    return text;
}

bool ts_service_hook_put(ts_service *service, const ts_actor *actor, const char *id, const ts_hook *hook,
                         int64_t if_version, ts_arena *arena, ts_hook *out, ts_error *err)
{
    ts_hook wish = *hook;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (!wish.url) return ts_fail(err, TS_USAGE, "a webhook needs a url");
    if (!ts_net_check_url(service->net, wish.url, err) || !events_are_known(&wish, err)) return false;
    if (!ts_hook_dialect_of(service, wish.dialect))
        return ts_fail(err, TS_USAGE, "there is no dialect \"%.40s\"", wish.dialect);
    if (!wish.key_id) wish.key_id = actor->key_id;
    hook_change change = {.id = id ? id : ts_new_id(arena),
                          .body = hook_json(&wish, arena, err),
                          .expected = id ? if_version : TS_VERSION_NEW};
    if (!change.id || !change.body || !ts_catalog_write(service->catalog, put_hook, &change, err))
        return false;
    ts_document_row row = {
        .kind = TS_HOOK_KIND, .id = change.id, .version = change.version, .body = change.body};
    return ts_hook_of_row(&row, arena, out, err);
}

bool ts_service_hook_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                            ts_error *err)
{
    hook_change change = {.id = id, .expected = if_version};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_write(service->catalog, delete_hook, &change, err);
}

/* ---- telling ------------------------------------------------------------------------------------------- */

typedef struct news {
    ts_service *service;
    ts_txn *txn;
    const char *event;
    int64_t picture;
    const json_t *payload;
    const struct ts_picture_full *full; /* what it is about, or NULL */
    const ts_error *error;
    ts_arena *arena;
} news;

static bool write_body(const news *n, const ts_hook *hook, const ts_hook_dialect *dialect, json_t *payload,
                       size_t part, ts_buf *body, ts_error *err)
{
    if (json_object_set_new(payload, TS_HOOK_PART, json_integer((json_int_t)part)) != 0)
        return ts_fail_memory(err);
    if (!dialect->picture || !n->full) return dialect->body(n->service, n->event, payload, body, err);
    ts_hook_picture about = {.service = n->service,
                             .txn = n->txn,
                             .event = n->event,
                             .picture = n->full,
                             .error = n->error,
                             .key_id = hook->key_id,
                             .own = !hook->id[0],
                             .note = hook->note ? hook->note : "",
                             .part = part,
                             .changes = json_object_get(payload, TS_HOOK_CHANGES)};
    return dialect->picture(&about, body, err);
}

static bool enqueue_part(const news *n, const ts_hook *hook, const ts_hook_dialect *dialect, json_t *payload,
                         size_t part, ts_error *err)
{
    ts_buf body = {0};
    bool ok = write_body(n, hook, dialect, payload, part, &body, err);
    ts_delivery_row row = {.hook = hook->id,
                           .url = hook->url,
                           .key_id = hook->key_id,
                           .dialect = dialect->name,
                           .event = n->event,
                           .picture = n->picture,
                           .order_key = ts_arena_printf(n->arena, "%lld", (long long)n->picture),
                           .body = body.data};
    ok = ok && (body.length == 0 || ts_deliveries_enqueue(n->txn, &row, n->arena, err));
    ts_buf_free(&body);
    return ok;
}

static bool enqueue(const news *n, const ts_hook *hook, ts_error *err)
{
    const ts_hook_dialect *dialect = ts_hook_dialect_of(n->service, hook->dialect);
    if (!dialect) return true; /* of a server that spoke it once */
    json_t *payload = json_copy((json_t *)(uintptr_t)n->payload);
    bool ok = payload && json_object_set_new(payload, TS_HOOK_DIRECT, json_boolean(!hook->id[0])) == 0;
    if (!ok) (void)ts_fail_memory(err);
    size_t parts = ok && dialect->parts ? dialect->parts(n->event, payload) : 1;
    if (parts > TS_HOOK_PARTS_MAX) parts = TS_HOOK_PARTS_MAX;
    for (size_t i = 0; ok && i < parts; i++) ok = enqueue_part(n, hook, dialect, payload, i, err);
    json_decref(payload);
    return ok;
}

static bool enqueue_all(const news *n, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t count = 0;
    if (!ts_documents_list(n->txn, TS_HOOK_KIND, n->arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        ts_hook hook;
        if (!ts_hook_of_row(&rows[i], n->arena, &hook, err)) return false;
        if (ts_hook_wants(&hook, n->event) && !enqueue(n, &hook, err)) return false;
    }
    return true;
}

static bool emit(news *n, bool to_all, const char *url, const char *key_id, const char *dialect,
                 ts_error *err)
{
    ts_hook own = {.id = "", .url = url, .key_id = key_id ? key_id : "", .dialect = dialect};
    n->arena = ts_arena_new(0);
    if (!n->arena) return ts_fail_memory(err);
    bool ok = (!to_all || enqueue_all(n, err)) && (!url || enqueue(n, &own, err));
    ts_arena_free(n->arena);
    return ok;
}

bool ts_hooks_emit(ts_service *service, ts_txn *txn, const char *event, int64_t picture,
                   const json_t *payload, const char *url, const char *key_id, const char *dialect,
                   ts_error *err)
{
    news n = {.service = service, .txn = txn, .event = event, .picture = picture, .payload = payload};
    return emit(&n, true, url, key_id, dialect, err);
}

bool ts_hooks_emit_picture(ts_service *service, ts_txn *txn, const char *event,
                           const ts_picture_full *picture, const ts_error *error, const json_t *payload,
                           const char *url, const char *key_id, const char *dialect, ts_error *err)
{
    news n = {.service = service,
              .txn = txn,
              .event = event,
              .picture = picture->row.number,
              .payload = payload,
              .full = picture,
              .error = error};
    return emit(&n, true, url, key_id, dialect, err);
}

bool ts_hooks_emit_to(ts_service *service, ts_txn *txn, const char *event, const ts_picture_full *picture,
                      const json_t *payload, const char *url, const char *key_id, const char *dialect,
                      ts_error *err)
{
    news n = {.service = service,
              .txn = txn,
              .event = event,
              .picture = picture->row.number,
              .payload = payload,
              .full = picture};
    return emit(&n, false, url, key_id, dialect, err);
}

/* ---- deliveries ---------------------------------------------------------------------------------------- */

static bool state_of(const char *name, int *state, ts_error *err)
{
    *state = -1;
    for (int i = TS_DELIVERY_WAITING; name && name[0] && i <= TS_DELIVERY_DEAD; i++)
        if (strcmp(ts_delivery_state_name((ts_delivery_state)i), name) == 0) *state = i;
    return !name || !name[0] || *state >= 0 || ts_fail(err, TS_USAGE, "states are waiting, delivered, dead");
}

bool ts_service_delivery_list(ts_service *service, const ts_actor *actor, const char *hook_id,
                              const char *state, const char *cursor, unsigned limit, ts_arena *arena,
                              const ts_delivery_row **rows, size_t *count, const char **next, ts_error *err)
{
    int wanted = -1;
    int64_t before = 0;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err) || !state_of(state, &wanted, err)) return false;
    if (!ts_cursor_parse(cursor, &before, err)) return false;
    limit = limit == 0 ? 50 : limit > 200 ? 200 : limit;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_deliveries_list(txn, hook_id, wanted, before, limit, arena, rows, count, err);
    ts_catalog_read_end(txn);
    *next = ok && *count == limit ? ts_cursor_of((*rows)[limit - 1].number, arena) : NULL;
    return ok;
}

typedef struct again_wish {
    const char *id;
    ts_arena *arena;
} again_wish;

static bool send_again(ts_txn *txn, void *context, ts_error *err)
{
    const again_wish *wish = context;
    ts_delivery_row row;
    return ts_deliveries_find(txn, wish->id, wish->arena, &row, err) &&
           ts_deliveries_redeliver(txn, row.number, err);
}

bool ts_service_redeliver(ts_service *service, const ts_actor *actor, const char *delivery_id, ts_error *err)
{
    again_wish wish = {delivery_id, ts_arena_new(0)};
    bool ok = wish.arena ? ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
                               ts_catalog_write(service->catalog, send_again, &wish, err)
                         : ts_fail_memory(err);
    ts_arena_free(wish.arena);
    return ok;
}
