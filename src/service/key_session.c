/* service: signing in with a key. The session is a document that names the key; the key's row is read with every request, so
 * that revoking it, or its end, ends the session too. */
#include "service/key_session.h"

#include <string.h>

#include "base/wallclock.h"
#include "catalog/documents.h"
#include "service/accounts.h"
#include "service/core.h"
#include "service/keys.h"

#define KIND "key-session"
#define PREFIX "tks"
#define DAY_MS INT64_C(86400000)

typedef struct change {
    const char *id, *body;
    int64_t now;
    ts_arena *arena;
} change;

bool ts_is_key_session(const char *token)
{
    return strncmp(token, PREFIX "_", sizeof PREFIX) == 0;
}

/* ---- beginning ------------------------------------------------------------------------------------------- */

static int64_t end_of(const ts_document_row *row)
{
    json_t *body = ts_json_of(row->body);
    int64_t end = json_integer_value(json_object_get(body, "expires"));
    json_decref(body);
    return end;
}

static bool drop_ended(ts_txn *txn, const change *c, ts_error *err)
{
    const ts_document_row *rows = NULL;
    size_t count = 0;
    if (!ts_documents_list(txn, KIND, c->arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (end_of(&rows[i]) > c->now) continue;
        if (!ts_documents_delete(txn, KIND, rows[i].id, TS_VERSION_ANY, err)) return false;
    }
    return true;
}

/* Ended ones go when somebody signs in: there are never many. */
static bool put(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    return drop_ended(txn, c, err) && ts_documents_put(txn, KIND, c->id, c->body, TS_VERSION_NEW, NULL, err);
}

static ts_role role_of(uint32_t scopes)
{
    if (scopes & TS_SCOPE_ADMIN) return TS_ROLE_ADMIN;
    if (scopes & TS_SCOPE_REVIEW) return TS_ROLE_REVIEWER;
    return scopes & TS_SCOPE_WRITE ? TS_ROLE_TAGGER : TS_ROLE_VIEWER;
}

static bool describe(const ts_service *service, const ts_key_row *key, const char *token, int64_t expires,
                     ts_arena *arena, ts_session *out, ts_error *err)
{
    char csrf[TS_TOKEN_TEXT];
    ts_vault_csrf(service->vault, token, csrf);
    *out = (ts_session){.csrf = ts_arena_strdup(arena, csrf), .expires = expires};
    out->person = (ts_person){.id = key->id,
                              .name = key->name[0] ? key->name : key->id,
                              .email = "",
                              .role = role_of(key->scopes),
                              .scopes = key->scopes,
                              .created = key->created};
    return out->csrf || ts_fail_memory(err);
}

static bool keep(ts_service *service, const ts_key_row *key, const char *token, int64_t expires,
                 ts_arena *arena, ts_error *err)
{
    char hash[TS_KEY_HASH];
    ts_key_hash(token, hash);
    json_t *body = json_pack("{s:s, s:I}", "key", key->id, "expires", (json_int_t)expires);
    change c = {.id = hash, .now = ts_wallclock_ms(), .arena = arena};
    c.body = body ? ts_json_dump(body, arena, err) : NULL;
    bool ok = c.body ? ts_catalog_write(service->catalog, put, &c, err) : ts_fail_memory(err);
    json_decref(body);
    return ok;
}

bool ts_service_sign_in_key(ts_service *service, const char *key, ts_arena *arena, ts_session *out,
                            ts_error *err)
{
    char token[TS_TOKEN_TEXT];
    ts_actor actor;
    ts_key_row row;
    if (!ts_service_who(service, key, arena, &actor, &row, err)) return false;
    ts_token_make(PREFIX, token);
    int64_t expires = ts_wallclock_ms() + TS_SESSION_DAYS * DAY_MS;
    if (row.expires && row.expires < expires) expires = row.expires;
    if (!keep(service, &row, token, expires, arena, err)) return false;
    if (!describe(service, &row, token, expires, arena, out, err)) return false;
    out->token = ts_arena_strdup(arena, token);
    return out->token || ts_fail_memory(err);
}

/* ---- afterwards ------------------------------------------------------------------------------------------ */

static bool fail_session(ts_error *err)
{
    (void)ts_fail(err, TS_UNAUTHORIZED, "the session has ended");
    return ts_hint(err, "sign in again");
}

static bool read_key_id(ts_service *service, const char *hash, ts_arena *arena, const char **key_id,
                        int64_t *expires, ts_error *err)
{
    ts_error own = {0};
    ts_document_row row;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    if (!txn) return false;
    bool ok = ts_documents_get(txn, KIND, hash, arena, &row, &own);
    ts_catalog_read_end(txn);
    if (!ok && own.code == TS_NOT_FOUND) return fail_session(err);
    if (!ok) {
        if (err) *err = own;
        return false;
    }
    json_t *body = ts_json_of(row.body);
    const char *key = json_string_value(json_object_get(body, "key"));
    *expires = json_integer_value(json_object_get(body, "expires"));
    *key_id = key ? ts_arena_strdup(arena, key) : NULL;
    json_decref(body);
    return *key_id ? *expires > ts_wallclock_ms() || fail_session(err) : fail_session(err);
}

bool ts_key_session_find(ts_service *service, const char *token, ts_arena *arena, ts_actor *actor,
                         ts_session *out, ts_error *err)
{
    char hash[TS_KEY_HASH];
    const char *key_id = NULL;
    int64_t expires = 0;
    ts_key_row row;
    ts_key_hash(token, hash);
    return read_key_id(service, hash, arena, &key_id, &expires, err) &&
           ts_service_who_id(service, key_id, arena, actor, &row, err) &&
           describe(service, &row, token, expires, arena, out, err);
}

static bool drop(ts_txn *txn, void *context, ts_error *err)
{
    const change *c = context;
    ts_error own = {0};
    if (ts_documents_delete(txn, KIND, c->id, TS_VERSION_ANY, &own) || own.code == TS_NOT_FOUND) return true;
    if (err) *err = own;
    return false;
}

bool ts_key_session_end(ts_service *service, const char *token, ts_error *err)
{
    char hash[TS_KEY_HASH];
    ts_key_hash(token, hash);
    change c = {.id = hash};
    return ts_catalog_write(service->catalog, drop, &c, err);
}
