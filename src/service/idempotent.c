/* service: requests that come twice. Knows uploads only as what is asked. */
#include "service/idempotent.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "catalog/idempotency.h"

enum { claim_ms = 600000 };

typedef struct claim_wish {
    ts_idempotent *claim;
    const char *fingerprint;
    ts_arena *arena;
    ts_idempotent_answer answer;
    bool found;
} claim_wish;

static bool claim_row(ts_txn *txn, void *context, ts_error *err)
{
    claim_wish *wish = context;
    return ts_idempotency_claim(txn, wish->claim->key_id, wish->claim->key, wish->fingerprint, claim_ms,
                                wish->arena, &wish->answer, &wish->found, err);
}

static bool drop_row(ts_txn *txn, void *context, ts_error *err)
{
    ts_idempotent *claim = context;
    return ts_idempotency_drop(txn, claim->key_id, claim->key, err);
}

static bool add_text(ts_buf *all, const char *text)
{
    return ts_buf_puts(all, text ? text : "\x01") && ts_buf_append(all, "", 1);
}

static bool add_extra(ts_buf *all, const json_t *extra)
{
    char *text = extra ? json_dumps(extra, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY) : NULL;
    bool ok = (text || !extra) && add_text(all, text);
    free(text);
    return ok;
}

/* Everything that makes two requests the same. */
static bool describe(const ts_upload *ask, ts_buf *all, ts_error *err)
{
    char hash[TS_BLOB_HASH] = "";
    if (ask->bytes && !ts_blob_hash(ask->bytes, ask->length, hash, err)) return false;
    const char *const texts[] = {hash,
                                 ask->url,
                                 ask->data_uri,
                                 ask->preset,
                                 ask->name,
                                 ask->space,
                                 ask->alias,
                                 ask->title,
                                 ask->origin,
                                 ask->description,
                                 ask->callback_url,
                                 ask->callback_secret_key,
                                 ask->callback_dialect};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof texts / sizeof *texts; i++) ok = add_text(all, texts[i]);
    for (size_t i = 0; ok && i < ask->tag_count; i++) ok = add_text(all, ask->tags[i]);
    ok = ok && add_extra(all, ask->extra) && add_extra(all, ask->wishes) &&
         ts_buf_printf(all, "%d %d %d %d %u", (int)ask->alias_rule, ask->async, ask->without_store,
                       (int)ask->duplicates, ask->credits);
    return ok || ts_fail_memory(err);
}

static const char *fingerprint_of(const ts_upload *ask, ts_arena *arena, ts_error *err)
{
    ts_buf all = {0};
    char hash[TS_BLOB_HASH];
    bool ok = describe(ask, &all, err) && ts_blob_hash(all.data, all.length, hash, err);
    ts_buf_free(&all);
    if (!ok) return NULL;
    const char *print = ts_arena_strdup(arena, hash);
    if (!print) (void)ts_fail_memory(err);
    return print;
}

static bool read_answer(const char *body, ts_arena *arena, ts_idempotent *claim, ts_error *err)
{
    json_t *json = ts_json_of(body);
    const char *picture = ts_json_string_or(json, "picture", ""), *job = ts_json_string_or(json, "job", NULL);
    claim->picture = ts_arena_strdup(arena, picture);
    claim->job = job ? ts_arena_strdup(arena, job) : NULL;
    json_decref(json);
    return claim->picture || ts_fail_memory(err);
}

bool ts_idempotent_claim(ts_service *service, const ts_actor *actor, const ts_upload *ask, ts_arena *arena,
                         ts_idempotent *claim, bool *again, ts_error *err)
{
    *again = false;
    *claim = (ts_idempotent){0};
    if (!ask->idempotency_key) return true;
    size_t length = strlen(ask->idempotency_key);
    if (length < 1 || length > 200)
        return ts_fail(err, TS_USAGE, "an Idempotency-Key has 1 to 200 characters");
    claim->key_id = actor->key_id && actor->key_id[0] ? actor->key_id : actor->id; /* people have none */
    claim->key = ask->idempotency_key;
    claim_wish wish = {.claim = claim, .fingerprint = fingerprint_of(ask, arena, err), .arena = arena};
    bool ok = wish.fingerprint && ts_catalog_write(service->catalog, claim_row, &wish, err);
    if (!ok) {
        *claim = (ts_idempotent){0};
        return false;
    }
    *again = wish.found;
    return !wish.found || read_answer(wish.answer.body, arena, claim, err);
}

bool ts_idempotent_store(ts_idempotent *claim, ts_txn *txn, const char *picture, const char *job,
                         ts_error *err)
{
    if (!claim->key) return true;
    json_t *body = json_pack("{s:s, s:s?}", "picture", picture, "job", job);
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    bool ok =
        text ? ts_idempotency_store(txn, claim->key_id, claim->key, 200, text, err) : ts_fail_memory(err);
    free(text);
    json_decref(body);
    claim->stored = ok;
    return ok;
}

void ts_idempotent_release(ts_service *service, ts_idempotent *claim, bool done)
{
    if (!claim->key || (done && claim->stored)) return;
    (void)ts_catalog_write(service->catalog, drop_row, claim, NULL);
}
