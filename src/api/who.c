/* api: who a request comes from: http's questions answered by the service. Knows keys and scopes, no route. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "api/internal.h"
#include "api/route_doc.h"
#include "base/log.h"
#include "base/utf8.h"
#include "service/accounts.h"
#include "service/keys.h"

#define LOCAL_NAME "local"
#define AUTHORIZE_ARENA (64 * 1024)

/* What fits, cut between characters. */
static void copy_text(char *out, size_t size, const char *text)
{
    size_t length = text ? strlen(text) : 0, at = 0;
    while (at < length) {
        size_t step = ts_utf8_sequence(text + at, length - at);
        if (step == 0 || at + step >= size) break;
        at += step;
    }
    if (at) memcpy(out, text, at);
    out[at] = '\0';
}

void ts_who_identify(const ts_api *api, const ts_actor *actor, const ts_key_row *row, ts_identity *out)
{
    copy_text(out->name, sizeof out->name, actor->id);
    copy_text(out->label, sizeof out->label, actor->name);
    out->scopes = actor->scopes;
    out->ids[0] = (int64_t)actor->kind;
    out->rate_per_minute = row->rate_per_min ? row->rate_per_min : api->rate_per_minute;
    if (actor->kind == TS_ACTOR_LOCAL) out->rate_per_minute = 0;
}

static void keep_pace(const ts_key_row *row, unsigned rate_per_minute, ts_identity *out)
{
    if (!rate_per_minute || row->rate_per_min || out->ids[0] == TS_ACTOR_LOCAL) return;
    /* At another pace than its other requests, so none of them counts against this one, nor this against them. */
    out->rate_per_minute = rate_per_minute;
    (void)snprintf(out->counted_as, sizeof out->counted_as, " %u", rate_per_minute);
}

static const ts_actor local_actor = {.kind = TS_ACTOR_LOCAL,
                                     .id = LOCAL_NAME,
                                     .name = "owner of the data folder",
                                     .key_id = "",
                                     .scopes = TS_SCOPE_ALL};

ts_actor ts_who_actor(const ts_identity *identity)
{
    if (!identity->name[0]) return (ts_actor){.kind = TS_ACTOR_KEY, .id = "", .name = "", .key_id = ""};
    ts_actor_kind kind = (ts_actor_kind)identity->ids[0];
    if (kind == TS_ACTOR_LOCAL) return local_actor;
    return (ts_actor){.kind = kind,
                      .id = identity->name,
                      .name = identity->label,
                      .key_id = kind == TS_ACTOR_KEY ? identity->name : "",
                      .scopes = identity->scopes};
}

static bool who_basic(ts_service *service, const ts_http_credentials *shown, ts_arena *arena, ts_actor *actor,
                      ts_key_row *row, ts_error *err)
{
    /* Clients that know only one secret send it as user name (ImageKit's with any password) or as password. */
    bool alone =
        !shown->secret[0] || strncmp(shown->id, TS_KEY_SECRET_PREFIX, strlen(TS_KEY_SECRET_PREFIX)) == 0;
    const char *id = shown->id[0] && !alone ? shown->id : NULL;
    const char *secret = alone ? shown->id : shown->secret;
    return ts_service_who_secret(service, id, secret, arena, actor, row, err);
}

/* A page's request: what changes something shows the session's token, which other sites' pages do not know. */
static bool who_session(ts_service *service, const ts_http_credentials *shown, const ts_route *route,
                        const ts_request *request, ts_arena *arena, ts_actor *actor, ts_error *err)
{
    ts_session session;
    bool changes = strcmp(route->method, "GET") != 0;
    return ts_service_who_session(service, shown->secret, changes, ts_request_header(request, "X-CSRF-Token"),
                                  arena, actor, &session, err);
}

static bool who(ts_api *api, const ts_http_credentials *shown, ts_arena *arena, ts_actor *actor,
                ts_key_row *row, ts_error *err)
{
    switch (shown->kind) {
    case TS_CREDENTIALS_LOCAL:
        *actor = local_actor;
        return true;
    case TS_CREDENTIALS_BEARER:
    case TS_CREDENTIALS_HEADER:
    case TS_CREDENTIALS_QUERY:
        return ts_service_who(api->service, shown->secret, arena, actor, row, err);
    case TS_CREDENTIALS_BASIC:
        return who_basic(api->service, shown, arena, actor, row, err);
    case TS_CREDENTIALS_COOKIE:
    case TS_CREDENTIALS_NONE:
    case TS_CREDENTIALS_OTHER:
        break;
    }
    (void)ts_fail(err, TS_UNAUTHORIZED, "this needs a key");
    return ts_hint(err, "send \"Authorization: Bearer KEY\"; tagsmith keys create makes one");
}

/* 127.0.0.0/8 and ::1, also as IPv4 in IPv6. */
static bool is_loopback(const char *peer)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, peer, &v4) == 1) return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
    if (inet_pton(AF_INET6, peer, &v6) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == IN_LOOPBACKNET);
}

/* A proxy on this machine asks from this machine, whoever asks it. */
static bool is_forwarded(const ts_request *request)
{
    static const char *const traces[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP",
                                         "Via"};
    for (size_t i = 0; i < TS_COUNT_OF(traces); i++)
        if (ts_request_header(request, traces[i])) return true;
    return false;
}

/* Somebody without a key who may read the figures, and nothing else. */
static bool may_scrape(const ts_api *api, const ts_http_credentials *shown, const ts_route *route,
                       const ts_request *request)
{
    return api->open_metrics && route->doc && route->doc->metrics && shown->kind == TS_CREDENTIALS_NONE &&
           is_loopback(ts_request_peer(request)) && !is_forwarded(request);
}

/* A route of several scopes is open to whoever has one of them; the service looks closer. */
static bool may_call(const ts_actor *actor, const ts_route *route, ts_error *err)
{
    bool one = (route->scope & (route->scope - 1)) == 0;
    return one ? ts_actor_may(actor, (ts_scope)route->scope, err)
               : ts_actor_may_any(actor, route->scope, err);
}

bool ts_who_authorize(void *context, const ts_http_credentials *credentials, const ts_route *route,
                      const ts_request *request, ts_identity *out, ts_error *err)
{
    ts_api *api = context;
    ts_actor actor = {0};
    ts_key_row row = {0};
    if (may_scrape(api, credentials, route, request)) return true;
    ts_arena *arena = ts_arena_new(AUTHORIZE_ARENA);
    if (!arena) return ts_fail_memory(err);
    bool ok = credentials->kind == TS_CREDENTIALS_COOKIE
                  ? who_session(api->service, credentials, route, request, arena, &actor, err)
                  : who(api, credentials, arena, &actor, &row, err);
    if (ok) {
        ts_who_identify(api, &actor, &row, out);
        if (route->doc) keep_pace(&row, route->doc->rate_per_minute, out);
        if (route->scope) ok = may_call(&actor, route, err);
    }
    ts_arena_free(arena);
    return ok;
}

bool ts_who_allow_origin(void *context, const char *origin, const ts_identity *identity)
{
    ts_api *api = context;
    return ts_service_origin_allowed(api->service, origin, identity ? identity->name : NULL);
}

static void on_access(void *context, const ts_http_access *access)
{
    ts_api *api = context;
    bool is_key = access->identity[0] && strcmp(access->identity, LOCAL_NAME) != 0;
    if (is_key) ts_service_count_request(api->service, access->identity, access->status >= 400);
    if (!ts_log_wants(api->log, TS_LOG_INFO)) return;
    ts_log_info(api->log, "request", ts_kv_text("method", access->method), ts_kv_text("path", access->path),
                ts_kv_int("status", access->status), ts_kv_real("ms", access->ms),
                ts_kv_text("peer", access->peer), ts_kv_text("who", access->identity),
                ts_kv_int("in", (int64_t)access->bytes_in), ts_kv_int("out", (int64_t)access->bytes_out),
                ts_kv_text("agent", access->agent), ts_kv_text("id", access->id));
}

static void on_log(void *context, const char *message)
{
    ts_api *api = context;
    ts_log_warn(api->log, message);
}

void ts_api_hooks(ts_api *api, ts_http_hooks *hooks)
{
    *hooks = (ts_http_hooks){.context = api,
                             .authorize = ts_who_authorize,
                             .allow_origin = ts_who_allow_origin,
                             .access = on_access,
                             .log = on_log};
}
