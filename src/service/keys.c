/* service: keys, credits, usage, and who a request comes from. */
#include "service/keys.h"

#include <string.h>

#include "base/wallclock.h"
#include "catalog/documents.h"
#include "service/core.h"
#include "service/origins.h"

/* ---- making ------------------------------------------------------------------------------------------- */

static const char *origins_json(const ts_key_wish *wish, ts_arena *arena, ts_error *err)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < wish->origin_count; i++)
        if (json_array_append_new(list, json_string(wish->origins[i])) != 0) {
            (void)ts_fail(err, TS_USAGE, "origin %zu is no UTF-8 text", i + 1);
            json_decref(list);
            return NULL;
        }
    const char *text = list ? ts_json_dump(list, arena, err) : NULL;
    json_decref(list);
    return text;
}

static bool insert_key(ts_txn *txn, void *context, ts_error *err)
{
    return ts_keys_insert(txn, context, err);
}

static bool fill_key_row(const ts_key *key, const ts_key_stored *stored, const ts_key_wish *wish,
                         ts_arena *arena, ts_key_row *row, ts_error *err)
{
    *row = (ts_key_row){.id = ts_arena_strdup(arena, key->id),
                        .name = ts_arena_strdup(arena, wish->name ? wish->name : ""),
                        .key_hash = ts_arena_strdup(arena, stored->key_hash),
                        .key_prefix = ts_arena_strdup(arena, stored->key_prefix),
                        .secret_hash = ts_arena_strdup(arena, stored->secret_hash),
                        .secret_sealed = ts_arena_strdup(arena, stored->secret_sealed),
                        .scopes = wish->scopes ? wish->scopes : TS_SCOPE_READ | TS_SCOPE_WRITE,
                        .rate_per_min = wish->rate_per_min,
                        .credits = wish->credits < 0 ? TS_CREDITS_UNLIMITED : wish->credits,
                        .origins = wish->origin_count ? origins_json(wish, arena, err) : NULL,
                        .owner = "",
                        .created = ts_wallclock_ms(),
                        .expires = wish->expires};
    if (wish->origin_count && !row->origins) return false;
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

static bool make_key(ts_service *service, const ts_key_wish *wish, ts_arena *arena, ts_key_made *out,
                     ts_error *err)
{
    ts_key key;
    ts_key_stored stored;
    if (!ts_key_make(service->vault, &key, &stored, err)) return false;
    bool ok = fill_key_row(&key, &stored, wish, arena, &out->row, err) &&
              ts_catalog_write(service->catalog, insert_key, &out->row, err);
    out->id = out->row.id;
    out->key = ok ? ts_arena_strdup(arena, key.key) : NULL;
    out->secret = ok ? ts_arena_strdup(arena, key.secret) : NULL;
    ts_key_wipe(&key);
    return ok && ((out->key && out->secret) || ts_fail_memory(err));
}

bool ts_service_key_create(ts_service *service, const ts_actor *actor, const ts_key_wish *wish,
                           ts_arena *arena, ts_key_made *out, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (wish->name && strlen(wish->name) > 200)
        return ts_fail(err, TS_USAGE, "a key's name has at most 200 bytes");
    if (wish->scopes & ~(uint32_t)TS_SCOPE_ALL) return ts_fail(err, TS_USAGE, "there are no such scopes");
    if (!ts_scopes_may_give(actor->scopes, wish->scopes ? wish->scopes : TS_SCOPE_READ | TS_SCOPE_WRITE))
        return ts_fail(err, TS_FORBIDDEN, "a key cannot give scopes that it does not have itself");
    return make_key(service, wish, arena, out, err) && ts_origins_refresh(service->origins, err);
}

bool ts_service_first_key(ts_service *service, ts_arena *arena, bool *made, ts_key_made *out, ts_error *err)
{
    const ts_key_row *rows = NULL;
    size_t count = 0;
    ts_key_wish wish = {.name = "first admin key", .scopes = TS_SCOPE_ALL, .credits = -1};
    *made = false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_keys_list(txn, arena, &rows, &count, err);
    ts_catalog_read_end(txn);
    if (!ok || count > 0) return ok;
    *made = make_key(service, &wish, arena, out, err);
    return *made;
}

/* ---- looking after ------------------------------------------------------------------------------------ */

bool ts_service_key_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_key_row **rows,
                         size_t *count, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_keys_list(txn, arena, rows, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

typedef struct key_change {
    const char *id;
    int64_t amount;
    ts_arena *arena;
    ts_key_row *out;
} key_change;

static bool revoke_key(ts_txn *txn, void *context, ts_error *err)
{
    const key_change *change = context;
    return ts_keys_revoke(txn, change->id, err);
}

bool ts_service_key_revoke(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    key_change change = {.id = id};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_write(service->catalog, revoke_key, &change, err) &&
           ts_origins_refresh(service->origins, err);
}

static bool credit_key(ts_txn *txn, void *context, ts_error *err)
{
    key_change *change = context;
    return ts_keys_credit(txn, change->id, change->amount, NULL, err) &&
           ts_keys_get(txn, change->id, change->arena, change->out, err);
}

typedef struct key_update {
    const char *id;
    const ts_key_wish *wish;
    const char *origins;
    ts_arena *arena;
    ts_key_row *out;
} key_update;

static bool update_key(ts_txn *txn, void *context, ts_error *err)
{
    const key_update *update = context;
    ts_key_row *row = update->out;
    if (!ts_keys_get(txn, update->id, update->arena, row, err)) return false;
    if (update->wish->name) row->name = update->wish->name;
    row->rate_per_min = update->wish->rate_per_min;
    row->expires = update->wish->expires;
    row->origins = update->origins;
    return ts_keys_update(txn, row, err) && ts_keys_get(txn, update->id, update->arena, row, err);
}

bool ts_service_key_update(ts_service *service, const ts_actor *actor, const char *id,
                           const ts_key_wish *wish, ts_arena *arena, ts_key_row *out, ts_error *err)
{
    key_update update = {.id = id, .wish = wish, .arena = arena, .out = out};
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (wish->origin_count && !(update.origins = origins_json(wish, arena, err))) return false;
    return ts_catalog_write(service->catalog, update_key, &update, err) &&
           ts_origins_refresh(service->origins, err);
}

bool ts_service_origin_allowed(ts_service *service, const char *origin, const char *key_id)
{
    return ts_origins_allow(service->origins, origin, key_id);
}

void ts_service_count_request(ts_service *service, const char *key_id, bool failed)
{
    ts_meter_count(service->meter, key_id, 1, 0, 0, failed);
}

bool ts_service_key_credit(ts_service *service, const ts_actor *actor, const char *id, int64_t amount,
                           ts_arena *arena, ts_key_row *out, ts_error *err)
{
    key_change change = {.id = id, .amount = amount, .arena = arena, .out = out};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_catalog_write(service->catalog, credit_key, &change, err);
}

bool ts_service_usage(ts_service *service, const ts_actor *actor, const char *key_id, int64_t from,
                      int64_t to, ts_arena *arena, const ts_usage_row **rows, size_t *count, ts_error *err)
{
    bool own = key_id && actor->key_id && actor->key_id[0] && strcmp(key_id, actor->key_id) == 0;
    if (!own && !ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (!ts_meter_flush(service->meter, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_usage_list(txn, key_id, from, to, arena, rows, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- rules that few keys have --------------------------------------------------------------------------- */

static const char rules_kind[] = "key rules";

bool ts_service_key_is_strict(ts_service *service, const char *key_id)
{
    ts_document_row row;
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = arena ? ts_catalog_read_begin(service->catalog, NULL) : NULL;
    bool found = txn && ts_documents_get(txn, rules_kind, key_id, arena, &row, NULL);
    json_t *rules = found ? ts_json_of(row.body) : NULL;
    bool strict = json_is_true(json_object_get(rules, "strict"));
    json_decref(rules);
    ts_catalog_read_end(txn);
    ts_arena_free(arena);
    return strict;
}

typedef struct strict_wish {
    const char *id;
    bool strict;
    ts_arena *arena;
} strict_wish;

static bool put_strict(ts_txn *txn, void *context, ts_error *err)
{
    const strict_wish *wish = context;
    ts_key_row row;
    return ts_keys_get(txn, wish->id, wish->arena, &row, err) &&
           ts_documents_put(txn, rules_kind, wish->id, wish->strict ? "{\"strict\":true}" : "{}",
                            TS_VERSION_ANY, NULL, err);
}

bool ts_service_key_set_strict(ts_service *service, const ts_actor *actor, const char *key_id, bool strict,
                               ts_error *err)
{
    strict_wish wish = {key_id, strict, ts_arena_new(0)};
    bool ok = wish.arena ? ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
                               ts_catalog_write(service->catalog, put_strict, &wish, err)
                         : ts_fail_memory(err);
    ts_arena_free(wish.arena);
    return ok;
}

/* ---- who ---------------------------------------------------------------------------------------------- */

typedef bool (*find_key)(ts_txn *txn, const char *what, ts_arena *arena, ts_key_row *out, ts_error *err);

static bool look_up(ts_service *service, find_key find, const char *what, ts_arena *arena, ts_key_row *row,
                    ts_error *err)
{
    ts_error trouble = {0};
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && find(txn, what, arena, row, &trouble);
    ts_catalog_read_end(txn);
    if (ok || !txn) return ok;
    if (trouble.code == TS_NOT_FOUND) return ts_fail(err, TS_UNAUTHORIZED, "this key is not known here");
    if (err) *err = trouble;
    return false;
}

static bool still_good(const ts_key_row *row, ts_error *err)
{
    if (row->revoked) return ts_fail(err, TS_UNAUTHORIZED, "this key was revoked");
    if (row->expires && row->expires <= ts_wallclock_ms())
        return ts_fail(err, TS_UNAUTHORIZED, "this key has expired");
    return true;
}

static void become(const ts_key_row *row, ts_actor *actor)
{
    *actor = (ts_actor){
        .kind = TS_ACTOR_KEY, .id = row->id, .name = row->name, .key_id = row->id, .scopes = row->scopes};
}

bool ts_service_who(ts_service *service, const char *bearer, ts_arena *arena, ts_actor *actor,
                    ts_key_row *row, ts_error *err)
{
    char hash[TS_KEY_HASH];
    if (!bearer || !bearer[0]) return ts_fail(err, TS_UNAUTHORIZED, "no key was given");
    ts_key_hash(bearer, hash);
    if (!look_up(service, ts_keys_find_hash, hash, arena, row, err) || !still_good(row, err)) return false;
    become(row, actor);
    return true;
}

bool ts_service_who_id(ts_service *service, const char *id, ts_arena *arena, ts_actor *actor, ts_key_row *row,
                       ts_error *err)
{
    if (!look_up(service, ts_keys_get, id, arena, row, err) || !still_good(row, err)) return false;
    become(row, actor);
    return true;
}

bool ts_service_who_secret(ts_service *service, const char *id, const char *secret, ts_arena *arena,
                           ts_actor *actor, ts_key_row *row, ts_error *err)
{
    char hash[TS_KEY_HASH];
    if (!secret || !secret[0]) return ts_fail(err, TS_UNAUTHORIZED, "no secret was given");
    ts_vault_secret_hash(service->vault, secret, hash);
    if (!look_up(service, ts_keys_find_secret, hash, arena, row, err) || !still_good(row, err)) return false;
    if (id && id[0] && strcmp(id, row->id) != 0)
        return ts_fail(err, TS_UNAUTHORIZED, "the secret does not belong to this key");
    become(row, actor);
    return true;
}

bool ts_service_secret(ts_service *service, const char *key_id, ts_arena *arena, const char **secret,
                       ts_error *err)
{
    char clear[TS_KEY_TEXT];
    ts_key_row row;
    if (!look_up(service, ts_keys_get, key_id, arena, &row, err) || !still_good(&row, err)) return false;
    if (!ts_vault_unseal(service->vault, row.id, row.secret_sealed, clear, err)) return false;
    *secret = ts_arena_strdup(arena, clear);
    explicit_bzero(clear, sizeof clear);
    return *secret || ts_fail_memory(err);
}
