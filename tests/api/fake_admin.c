/* tests: the other half of the fake service: keys, presets, webhooks, jobs, changes, upkeep. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "base/wallclock.h"
#include "fake_service.h"

/* ---- who ----------------------------------------------------------------------------------------- */

bool ts_actor_may(const ts_actor *actor, ts_scope scope, ts_error *err)
{
    char text[TS_SCOPES_TEXT];
    if (ts_scopes_cover(actor->scopes, scope)) return true;
    ts_scopes_print(scope, text);
    return ts_fail(err, TS_FORBIDDEN, "this key may not do this: it lacks the scope %s", text);
}

bool ts_actor_may_any(const ts_actor *actor, uint32_t scopes, ts_error *err)
{
    for (uint32_t bit = 1; bit < TS_SCOPE_ALL; bit <<= 1)
        if ((scopes & bit) && ts_scopes_cover(actor->scopes, bit)) return true;
    return ts_fail(err, TS_FORBIDDEN, "this key may not do this");
}

fake_key *fake_key_of(ts_service *service, const char *id)
{
    for (size_t i = 0; i < service->key_count; i++) {
        if (strcmp(service->keys[i].row.id, id) == 0) return &service->keys[i];
    }
    return NULL;
}

static bool admit(const fake_key *key, ts_arena *arena, ts_actor *actor, ts_key_row *row, ts_error *err)
{
    if (!key) return ts_fail(err, TS_UNAUTHORIZED, "this key is not known");
    if (key->row.revoked) return ts_fail(err, TS_UNAUTHORIZED, "this key was revoked");
    *row = key->row;
    *actor = (ts_actor){.kind = TS_ACTOR_KEY,
                        .id = ts_arena_strdup(arena, row->id),
                        .name = ts_arena_strdup(arena, row->name),
                        .key_id = row->id,
                        .scopes = row->scopes};
    return true;
}

bool ts_service_who(ts_service *service, const char *bearer, ts_arena *arena, ts_actor *actor,
                    ts_key_row *row, ts_error *err)
{
    const fake_key *found = NULL;
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < service->key_count; i++) {
        if (strcmp(service->keys[i].key, bearer) == 0) found = &service->keys[i];
    }
    bool ok = admit(found, arena, actor, row, err);
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_who_secret(ts_service *service, const char *id, const char *secret, ts_arena *arena,
                           ts_actor *actor, ts_key_row *row, ts_error *err)
{
    const fake_key *found = NULL;
    pthread_mutex_lock(&service->lock);
    for (size_t i = 0; i < service->key_count; i++) {
        const fake_key *key = &service->keys[i];
        if (strcmp(key->secret, secret) == 0 && (!id || strcmp(key->row.id, id) == 0)) found = key;
    }
    bool ok = admit(found, arena, actor, row, err);
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_origin_allowed(ts_service *service, const char *origin, const char *key_id)
{
    (void)service, (void)key_id;
    return strcmp(origin, "https://good.example") == 0;
}

void ts_service_count_request(ts_service *service, const char *key_id, bool failed)
{
    (void)service, (void)key_id, (void)failed;
}

/* ---- keys ---------------------------------------------------------------------------------------- */

static void set_wish(ts_service *service, ts_key_row *row, const ts_key_wish *wish)
{
    json_t *origins = json_array();
    for (size_t i = 0; i < wish->origin_count; i++)
        (void)json_array_append_new(origins, json_string(wish->origins[i]));
    char *text = json_dumps(origins, 0);
    row->name = fake_text(service, wish->name);
    row->rate_per_min = wish->rate_per_min;
    row->expires = wish->expires;
    row->origins = fake_text(service, text);
    free(text);
    json_decref(origins);
}

bool ts_service_key_create(ts_service *service, const ts_actor *actor, const ts_key_wish *wish,
                           ts_arena *arena, ts_key_made *out, ts_error *err)
{
    char id[TS_ID_SIZE];
    uint32_t scopes = wish->scopes ? wish->scopes : TS_SCOPE_READ | TS_SCOPE_WRITE;
    (void)arena;
    if (!ts_scopes_may_give(actor->scopes, scopes))
        return ts_fail(err, TS_FORBIDDEN, "nobody gives more than they have");
    if (service->key_count == FAKE_MAX) return ts_fail(err, TS_BUSY, "the fake is full");
    pthread_mutex_lock(&service->lock);
    fake_key *key = &service->keys[service->key_count++];
    ts_id_new(id);
    key->row = (ts_key_row){.id = ts_arena_printf(service->arena, "tk_%s", id),
                            .key_prefix = "ts_fake",
                            .scopes = scopes,
                            .credits = wish->credits < 0 ? TS_CREDITS_UNLIMITED : wish->credits,
                            .created = ts_wallclock_ms()};
    key->key = ts_arena_printf(service->arena, "ts_key_%s", id);
    key->secret = ts_arena_printf(service->arena, "ts_secret_%s", id);
    set_wish(service, &key->row, wish);
    *out = (ts_key_made){.id = key->row.id, .key = key->key, .secret = key->secret, .row = key->row};
    pthread_mutex_unlock(&service->lock);
    return true;
}

bool ts_service_key_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_key_row **rows,
                         size_t *count, ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    pthread_mutex_lock(&service->lock);
    *count = service->key_count;
    ts_key_row *made = TS_NEW_ARRAY(arena, *count, ts_key_row);
    for (size_t i = 0; i < *count; i++) made[i] = service->keys[i].row;
    *rows = made;
    pthread_mutex_unlock(&service->lock);
    return true;
}

static fake_key *lock_key(ts_service *service, const char *id, ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    fake_key *key = fake_key_of(service, id);
    if (key) return key;
    pthread_mutex_unlock(&service->lock);
    (void)ts_fail(err, TS_NOT_FOUND, "there is no key %.64s", id);
    return NULL;
}

bool ts_service_key_update(ts_service *service, const ts_actor *actor, const char *id,
                           const ts_key_wish *wish, ts_arena *arena, ts_key_row *out, ts_error *err)
{
    (void)actor, (void)arena;
    fake_key *key = lock_key(service, id, err);
    if (!key) return false;
    set_wish(service, &key->row, wish);
    *out = key->row;
    pthread_mutex_unlock(&service->lock);
    return true;
}

bool ts_service_key_revoke(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    (void)actor;
    fake_key *key = lock_key(service, id, err);
    if (!key) return false;
    key->row.revoked = ts_wallclock_ms();
    pthread_mutex_unlock(&service->lock);
    return true;
}

bool ts_service_key_credit(ts_service *service, const ts_actor *actor, const char *id, int64_t amount,
                           ts_arena *arena, ts_key_row *out, ts_error *err)
{
    (void)actor, (void)arena;
    fake_key *key = lock_key(service, id, err);
    if (!key) return false;
    if (key->row.credits >= 0)
        key->row.credits = key->row.credits + amount > 0 ? key->row.credits + amount : 0;
    *out = key->row;
    pthread_mutex_unlock(&service->lock);
    return true;
}

bool ts_service_usage(ts_service *service, const ts_actor *actor, const char *key_id, int64_t from,
                      int64_t to, ts_arena *arena, const ts_usage_row **rows, size_t *count, ts_error *err)
{
    (void)service, (void)arena, (void)to;
    static ts_usage_row row = {.key_id = "tk_x", .requests = 3, .pictures = 1, .credits = 1};
    if (key_id && !ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    row.day = from;
    *rows = &row;
    *count = from < to;
    return true;
}

/* ---- presets ------------------------------------------------------------------------------------- */

static ts_preset *preset_of(ts_service *service, const char *name, ts_error *err)
{
    for (size_t i = 0; i < service->preset_count; i++) {
        if (strcmp(service->presets[i].name, name) == 0) return &service->presets[i];
    }
    (void)ts_fail(err, TS_NOT_FOUND, "there is no preset %.64s", name);
    return NULL;
}

bool ts_service_preset(ts_service *service, const char *name, const char *origin, ts_arena *arena,
                       ts_preset *out, ts_error *err)
{
    (void)origin, (void)arena;
    pthread_mutex_lock(&service->lock);
    ts_preset *preset = preset_of(service, name, err);
    if (preset) *out = *preset;
    pthread_mutex_unlock(&service->lock);
    return preset != NULL;
}

bool ts_service_preset_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_preset **out, size_t *count, ts_error *err)
{
    (void)actor, (void)arena, (void)err;
    *out = service->presets;
    *count = service->preset_count;
    return true;
}

static bool is_current(int64_t version, int64_t expected, ts_error *err)
{
    return expected < 0 || expected == version ||
           ts_fail(err, TS_CHANGED, "it is at version %lld", (long long)version);
}

bool ts_service_preset_put(ts_service *service, const ts_actor *actor, const char *name, const json_t *body,
                           int64_t if_version, ts_arena *arena, ts_preset *out, ts_error *err)
{
    (void)actor, (void)arena;
    pthread_mutex_lock(&service->lock);
    ts_preset *preset = preset_of(service, name, NULL);
    bool ok = true;
    if (!preset && if_version > 0) ok = ts_fail(err, TS_NOT_FOUND, "there is no preset %.64s", name);
    if (!preset && service->preset_count == FAKE_MAX) ok = ts_fail(err, TS_BUSY, "the fake is full");
    if (preset) ok = is_current(preset->version, if_version, err);
    if (ok && !preset) {
        preset = &service->presets[service->preset_count++];
        preset->name = fake_text(service, name);
    }
    if (ok) {
        preset->version++;
        preset->body = json_deep_copy(body);
        (void)json_array_append_new(service->bodies, (json_t *)(uintptr_t)preset->body);
        *out = *preset;
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_preset_delete(ts_service *service, const ts_actor *actor, const char *name,
                              int64_t if_version, ts_error *err)
{
    (void)actor;
    pthread_mutex_lock(&service->lock);
    ts_preset *preset = preset_of(service, name, err);
    bool ok = preset && is_current(preset->version, if_version, err);
    if (ok) *preset = service->presets[--service->preset_count];
    pthread_mutex_unlock(&service->lock);
    return ok;
}

/* ---- webhooks ------------------------------------------------------------------------------------ */

static ts_hook *hook_of(ts_service *service, const char *id, ts_error *err)
{
    for (size_t i = 0; i < service->hook_count; i++) {
        if (strcmp(service->hooks[i].id, id) == 0) return &service->hooks[i];
    }
    (void)ts_fail(err, TS_NOT_FOUND, "there is no webhook %.64s", id);
    return NULL;
}

bool ts_service_hook_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_hook **out,
                          size_t *count, ts_error *err)
{
    (void)actor, (void)arena, (void)err;
    *out = service->hooks;
    *count = service->hook_count;
    return true;
}

bool ts_service_hook(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                     ts_hook *out, ts_error *err)
{
    (void)actor, (void)arena;
    pthread_mutex_lock(&service->lock);
    ts_hook *hook = hook_of(service, id, err);
    if (hook) *out = *hook;
    pthread_mutex_unlock(&service->lock);
    return hook != NULL;
}

static void set_hook(ts_service *service, ts_hook *to, const ts_hook *wish)
{
    const char **events = TS_NEW_ARRAY(service->arena, wish->event_count, const char *);
    for (size_t i = 0; i < wish->event_count; i++) events[i] = fake_text(service, wish->events[i]);
    *to = (ts_hook){.id = to->id,
                    .version = to->version + 1,
                    .url = fake_text(service, wish->url),
                    .events = events,
                    .event_count = wish->event_count,
                    .key_id = fake_text(service, wish->key_id),
                    .dialect = fake_text(service, wish->dialect),
                    .paused = wish->paused};
}

bool ts_service_hook_put(ts_service *service, const ts_actor *actor, const char *id, const ts_hook *wish,
                         int64_t if_version, ts_arena *arena, ts_hook *out, ts_error *err)
{
    char made[TS_ID_SIZE];
    (void)actor, (void)arena;
    if (strncmp(wish->url, "http", 4) != 0) return ts_fail(err, TS_USAGE, "url is no http or https address");
    pthread_mutex_lock(&service->lock);
    bool full = !id && service->hook_count == FAKE_MAX;
    ts_hook *hook = id ? hook_of(service, id, err) : full ? NULL : &service->hooks[service->hook_count];
    bool ok = full ? ts_fail(err, TS_BUSY, "the fake is full")
                   : hook && (!id || is_current(hook->version, if_version, err));
    if (ok && !id) {
        ts_id_new(made);
        *hook = (ts_hook){.id = fake_text(service, made)};
        service->hook_count++;
    }
    if (ok) {
        set_hook(service, hook, wish);
        *out = *hook;
    }
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_hook_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                            ts_error *err)
{
    (void)actor;
    pthread_mutex_lock(&service->lock);
    ts_hook *hook = hook_of(service, id, err);
    bool ok = hook && is_current(hook->version, if_version, err);
    if (ok) *hook = service->hooks[--service->hook_count];
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_hook_dialect(ts_service *service, const ts_hook_dialect *dialect, ts_error *err)
{
    (void)service;
    (void)dialect;
    (void)err;
    return true;
}

bool ts_service_hook_test(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                          ts_hook_test *out, ts_error *err)
{
    ts_hook hook;
    *out = (ts_hook_test){.status = 204, .ms = 1.5, .error = ""};
    return ts_service_hook(service, actor, id, arena, &hook, err);
}

bool ts_service_delivery_list(ts_service *service, const ts_actor *actor, const char *hook_id,
                              const char *state, const char *cursor, unsigned limit, ts_arena *arena,
                              const ts_delivery_row **rows, size_t *count, const char **next, ts_error *err)
{
    static const ts_delivery_row row = {.id = "d1",
                                        .hook = "h",
                                        .url = "https://x.example",
                                        .event = "picture.tagged",
                                        .state = TS_DELIVERY_DEAD,
                                        .attempts = 9,
                                        .last_status = 500,
                                        .last_error = "500",
                                        .created = 1,
                                        .finished = 2};
    ts_hook hook;
    (void)cursor;
    *rows = &row;
    *next = NULL;
    *count = limit > 0 && (!state || strcmp(state, "dead") == 0);
    return ts_service_hook(service, actor, hook_id, arena, &hook, err);
}

bool ts_service_redeliver(ts_service *service, const ts_actor *actor, const char *delivery_id, ts_error *err)
{
    (void)service, (void)actor;
    return strcmp(delivery_id, "d1") == 0 ||
           ts_fail(err, TS_NOT_FOUND, "there is no delivery %.64s", delivery_id);
}

/* ---- jobs, changes, figures ---------------------------------------------------------------------- */

static ts_job_full *job_of(ts_service *service, const char *id, ts_error *err)
{
    for (size_t i = 0; i < service->job_count; i++) {
        if (strcmp(service->jobs[i].row.id, id) == 0) return &service->jobs[i];
    }
    (void)ts_fail(err, TS_NOT_FOUND, "there is no job %.64s", id);
    return NULL;
}

bool ts_service_job(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                    ts_job_full *out, ts_error *err)
{
    (void)actor, (void)arena;
    pthread_mutex_lock(&service->lock);
    ts_job_full *job = job_of(service, id, err);
    if (job) *out = *job;
    pthread_mutex_unlock(&service->lock);
    return job != NULL;
}

bool ts_service_job_list(ts_service *service, const ts_actor *actor, const ts_job_query *query,
                         ts_arena *arena, ts_job_page *out, ts_error *err)
{
    ts_job_full *made = TS_NEW_ARRAY(arena, FAKE_MAX, ts_job_full);
    (void)actor, (void)err;
    pthread_mutex_lock(&service->lock);
    for (size_t i = service->job_count; i-- > 0;) {
        ts_job_state state = service->jobs[i].row.state;
        out->counts[state]++;
        if (out->count < query->limit && (query->state < 0 || (int)state == query->state))
            made[out->count++] = service->jobs[i];
    }
    out->jobs = made;
    pthread_mutex_unlock(&service->lock);
    return true;
}

static bool set_state(ts_service *service, const char *id, ts_job_state from, ts_job_state to, ts_error *err)
{
    pthread_mutex_lock(&service->lock);
    ts_job_full *job = job_of(service, id, err);
    bool ok = job && (job->row.state == from ||
                      ts_fail(err, TS_CONFLICT, "the job is %s", ts_job_state_name(job->row.state)));
    if (ok) job->row.state = to;
    if (ok) fake_change(service, TS_CHANGE_JOB, job->row.number, id);
    pthread_mutex_unlock(&service->lock);
    return ok;
}

bool ts_service_job_cancel(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    (void)actor;
    return set_state(service, id, TS_JOB_QUEUED, TS_JOB_CANCELLED, err);
}

bool ts_service_job_requeue(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    (void)actor;
    return set_state(service, id, TS_JOB_CANCELLED, TS_JOB_QUEUED, err);
}

bool ts_service_changes(ts_service *service, const ts_actor *actor, int64_t after, size_t limit,
                        unsigned wait_ms, ts_arena *arena, ts_news_page *out, ts_error *err)
{
    ts_news *made = TS_NEW_ARRAY(arena, limit, ts_news);
    (void)actor, (void)err;
    for (unsigned waited = 0;; waited += 20) {
        pthread_mutex_lock(&service->lock);
        *out = (ts_news_page){.news = made, .last = after < 0 ? (int64_t)service->change_count : after};
        for (size_t i = after < 0 ? service->change_count : (size_t)after;
             i < service->change_count && out->count < limit; i++) {
            made[out->count++] = (ts_news){.change = service->changes[i], .key_id = ""};
            out->last = service->changes[i].seq;
        }
        pthread_mutex_unlock(&service->lock);
        if (out->count > 0 || waited >= wait_ms) return true;
        (void)usleep(20000);
    }
}

bool ts_service_stats_of(ts_service *service, ts_service_stats *out, ts_error *err)
{
    (void)err;
    *out = (ts_service_stats){.pictures = (int64_t)service->picture_count, .free_bytes = 1};
    return true;
}

bool ts_service_own_models(ts_service *service, ts_model_visit visit, void *context, ts_error *err)
{
    (void)service;
    (void)err;
    visit(context, &(ts_model_row){"coco", "1", "detect", "core", "Apache-2.0", "coco.bin", 5, true, NULL});
    visit(context, &(ts_model_row){"text", "2", "text", "core", "Apache-2.0", "text.bin", 7, false, NULL});
    return true;
}

bool ts_service_ready(ts_service *service, ts_error *err)
{
    return service != NULL || ts_fail(err, TS_BUSY, "told not to be");
}

/* ---- upkeep -------------------------------------------------------------------------------------- */

const char *ts_import_kind_name(ts_import_kind kind)
{
    static const char *const names[] = {"added",     "known", "moved", "changed",
                                        "duplicate", "near",  "gone",  "failed"};
    return names[kind];
}

bool ts_service_import(ts_service *service, const ts_actor *actor, const ts_import *import,
                       void (*news)(void *context, const ts_import_news *), void *context,
                       const atomic_int *stop, ts_error *err)
{
    (void)service;
    ts_import_news told = {.kind = TS_IMPORT_ADDED, .path = import->root, .found = 1, .done = 1, .rate = 1.5};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    told.counts[TS_IMPORT_ADDED] = 1;
    if (strcmp(import->root, "/nowhere") == 0)
        return ts_fail(err, TS_NOT_FOUND, "there is no folder /nowhere");
    news(context, &told);
    while (import->watch && !atomic_load(stop)) (void)usleep(10000);
    return true;
}

bool ts_service_backup(ts_service *service, const ts_actor *actor, const char *target,
                       ts_keep_progress progress, void *context, ts_error *err)
{
    (void)service, (void)target;
    progress(context, 1, 2, "originals");
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err);
}

bool ts_service_verify(ts_service *service, const ts_actor *actor, bool deep,
                       void (*finding)(void *context, const char *text), ts_keep_progress progress,
                       void *context, ts_verify_result *out, ts_error *err)
{
    (void)service, (void)progress;
    if (deep) finding(context, "blob missing: ab12");
    *out = (ts_verify_result){.pictures = 1, .findings = deep};
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err);
}

bool ts_service_export(ts_service *service, const ts_actor *actor, const ts_export_ask *ask,
                       ts_keep_progress progress, void *context, ts_error *err)
{
    static const char line[] = "{\"path\":\"-\"}\n";
    const char *query = ask->which.query;
    (void)service, (void)actor, (void)progress, (void)context;
    if (query && strchr(query, '(')) return ts_fail(err, TS_USAGE, "column 1: a parenthesis is not closed");
    return write(ask->fd, line, sizeof line - 1) > 0 || ts_fail_errno(err, "write");
}

bool ts_export_kind(const char *format, const char **media_type, const char **file_name, ts_error *err)
{
    (void)format, (void)err;
    *media_type = "application/x-ndjson";
    *file_name = "pictures.ndjson";
    return true;
}

/* Nobody here signs anything. */
bool ts_service_key_is_strict(ts_service *service, const char *key_id)
{
    (void)service, (void)key_id;
    return false;
}

bool ts_service_key_set_strict(ts_service *service, const ts_actor *actor, const char *key_id, bool strict,
                               ts_error *err)
{
    (void)service, (void)actor, (void)key_id, (void)strict, (void)err;
    return true;
}
