/* service: what a webhook's document says, how its deliveries are written and signed. */
#include "service/hook_row.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/wallclock.h"
#include "net/sign.h"
#include "service/keys.h"
#include "service/revisions.h"
#include "service/wishes.h"

/* ---- documents ---------------------------------------------------------------------------------------- */

static bool copy_events(const json_t *events, ts_arena *arena, ts_hook *out, ts_error *err)
{
    size_t count = json_array_size(events);
    const char **names = TS_NEW_ARRAY(arena, count, const char *);
    if (!names) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(events, i));
        names[i] = ts_arena_strdup(arena, name ? name : "");
    }
    out->events = names;
    out->event_count = count;
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

bool ts_hook_of_row(const ts_document_row *row, ts_arena *arena, ts_hook *out, ts_error *err)
{
    json_t *body = ts_json_of(row->body);
    *out = (ts_hook){.id = row->id,
                     .version = row->version,
                     .url = ts_arena_strdup(arena, ts_json_string_or(body, "url", "")),
                     .key_id = ts_arena_strdup(arena, ts_json_string_or(body, "key_id", "")),
                     .dialect = ts_arena_strdup(arena, ts_json_string_or(body, "dialect", "tagsmith")),
                     .note = ts_arena_strdup(arena, ts_json_string_or(body, "note", "")),
                     .paused = ts_json_bool_or(body, "paused", false)};
    bool ok = copy_events(json_object_get(body, "events"), arena, out, err);
    json_decref(body);
    return ok;
}

bool ts_hook_wants(const ts_hook *hook, const char *event)
{
    if (hook->paused) return false;
    for (size_t i = 0; i < hook->event_count; i++)
        if (strcmp(hook->events[i], event) == 0) return true;
    return hook->event_count == 0;
}

/* ---- our own dialect ----------------------------------------------------------------------------------- */

/* {"event", "at", "data": payload} */
static bool own_body(ts_service *service, const char *event, const json_t *payload, ts_buf *out,
                     ts_error *err)
{
    char now[TS_ISO8601_SIZE];
    (void)service;
    ts_iso8601_format(ts_wallclock_ms(), now);
    json_t *data = json_copy((json_t *)(uintptr_t)payload);
    (void)json_object_del(data, TS_HOOK_EXTRA);
    (void)json_object_del(data, TS_REVISION);
    (void)json_object_del(data, TS_GRANTED);
    (void)json_object_del(data, TS_HOOK_CHANGES);
    (void)json_object_del(data, TS_HOOK_PART);
    (void)json_object_del(data, TS_HOOK_DIRECT);
    json_t *body = json_pack("{s:s, s:s, s:o}", "event", event, "at", now, "data", data);
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    bool ok = text && ts_buf_puts(out, text);
    free(text);
    json_decref(body);
    return ok || ts_fail_memory(err);
}

static bool own_sign(const char *id, int64_t now_ms, const char *secret, const void *body, size_t length,
                     ts_buf *header_lines, ts_error *err)
{
    char signature[TS_SIGN_HEADER];
    if (!ts_sign_webhook(&secret, 1, id, now_ms / 1000, body, length, signature, err)) return false;
    return ts_buf_printf(header_lines,
                         "webhook-id: %s\nwebhook-timestamp: %" PRId64 "\nwebhook-signature: %s\n", id,
                         now_ms / 1000, signature) ||
           ts_fail_memory(err);
}

static const ts_hook_dialect own_dialect = {.name = "tagsmith", .body = own_body, .sign = own_sign};

const ts_hook_dialect *ts_hook_dialect_of(const ts_service *service, const char *name)
{
    if (!name || !name[0] || strcmp(name, own_dialect.name) == 0) return &own_dialect;
    for (size_t i = 0; i < service->dialect_count; i++)
        if (strcmp(service->dialects[i]->name, name) == 0) return service->dialects[i];
    return NULL;
}

bool ts_service_hook_dialect(ts_service *service, const ts_hook_dialect *dialect, ts_error *err)
{
    if (service->dialect_count == TS_HOOK_DIALECTS_MAX) return ts_fail(err, TS_INTERNAL, "too many dialects");
    service->dialects[service->dialect_count++] = dialect;
    return true;
}

/* ---- signing ------------------------------------------------------------------------------------------- */

bool ts_hook_sign(ts_service *service, const ts_delivery_row *row, ts_buf *header_lines, ts_error *err)
{
    const char *secret = NULL;
    const ts_hook_dialect *dialect = ts_hook_dialect_of(service, row->dialect);
    if (!dialect) return ts_fail(err, TS_INTERNAL, "nobody here writes webhooks as \"%.40s\"", row->dialect);
    if (!ts_buf_puts(header_lines, "content-type: application/json\n")) return ts_fail_memory(err);
    if (!row->key_id[0]) return true; /* nobody's secret: unsigned */
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena ? ts_service_secret(service, row->key_id, arena, &secret, err) : ts_fail_memory(err);
    ok = ok &&
         dialect->sign(row->id, ts_wallclock_ms(), secret, row->body, strlen(row->body), header_lines, err);
    if (secret) explicit_bzero((char *)(uintptr_t)secret, strlen(secret));
    ts_arena_free(arena);
    return ok;
}
