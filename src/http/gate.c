/* http: everything that can say no before a byte of the body is read. Knows nothing of connections, nor what a key
 * means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/clock.h"
#include "http/internal.h"

static bool gate_host(ts_request *request)
{
    const ts_http_options *o = &request->core->options;
    char name[256];
    if (request->local) return true;
    bool good = !request->host[0] || ts_parse_host(request->host, name, sizeof name);
    if (!good) {
        ts_refuse(request, 400, TS_USAGE, "bad_host", "the Host header is malformed", NULL);
        request->response.close = true;
        return false;
    }
    if (o->host_count == 0) return true;
    for (size_t i = 0; request->host[0] && i < o->host_count; i++)
        if (o->hosts[i] && strcasecmp(o->hosts[i], name) == 0) return true;
    ts_refuse(request, 421, TS_REFUSED, "foreign_host", "this server does not answer for that host name",
              "add the name to the allowed hosts of the server's configuration");
    request->response.close = true;
    return false;
}

static void set_allow(ts_request *request)
{
    ts_buf allow = {0};
    if (ts_route_table_allow(request->core->table, request->arena, request->path, &allow))
        ts_response_header(&request->response, "Allow", allow.data);
    ts_buf_free(&allow);
}

/* Answers OPTIONS: a preflight where a browser asks one, the methods otherwise. Origins are judged in finish.c. */
static void answer_options(ts_request *request)
{
    ts_response *response = &request->response;
    ts_respond_no_content(response);
    set_allow(request);
    const char *wanted = ts_request_header(request, "Access-Control-Request-Headers");
    if (!ts_request_header(request, "Access-Control-Request-Method") || !ts_request_header(request, "Origin"))
        return;
    ts_response_header(response, "Access-Control-Allow-Methods", ts_response_find(response, "Allow"));
    if (wanted) ts_response_header(response, "Access-Control-Allow-Headers", wanted);
    ts_response_header(response, "Access-Control-Max-Age", "600");
}

static bool gate_route(ts_request *request)
{
    ts_match *match = &request->match;
    /* HEAD is GET here; a table that names HEAD itself is never asked for it. */
    ts_route_table_match(request->core->table, request->arena, request->method, request->path, match);
    bool hidden = match->route && (match->route->flags & TS_ROUTE_LOCAL) && !request->local;
    if (match->kind == TS_MATCH_BAD_PATH) {
        ts_refuse(request, 400, TS_USAGE, "bad_path", "the path is not valid percent-encoded UTF-8", NULL);
    } else if (match->kind == TS_MATCH_NO_METHOD && strcmp(request->method, "OPTIONS") == 0) {
        answer_options(request);
    } else if (match->kind == TS_MATCH_NO_METHOD) {
        set_allow(request);
        ts_refuse(request, 405, TS_USAGE, "method_not_allowed", "this path has no such method",
                  "see the Allow header");
    } else if (match->kind == TS_MATCH_NO_PATH || hidden) {
        ts_refuse(request, 404, TS_NOT_FOUND, NULL, "there is nothing at this path", NULL);
    } else {
        return true;
    }
    if (hidden) match->route = NULL;
    return false;
}

static bool basic_credentials(ts_request *request, const char *text)
{
    ts_buf plain = {0};
    bool good = ts_base64_decode(text, strlen(text), TS_BASE64_STANDARD, &plain) && plain.length > 0 &&
                !memchr(plain.data, '\0', plain.length);
    char *copy = good ? ts_arena_strdup(request->arena, plain.data) : NULL;
    ts_buf_free(&plain);
    if (!copy) return false;
    char *colon = strchr(copy, ':');
    if (colon) *colon = '\0';
    request->credentials = (ts_http_credentials){TS_CREDENTIALS_BASIC, copy, colon ? colon + 1 : ""};
    return true;
}

static bool header_credentials(ts_request *request, const char *text)
{
    size_t scheme = strcspn(text, " ");
    const char *rest = text + scheme + strspn(text + scheme, " ");
    if (ts_same_text(text, scheme, "Basic")) return basic_credentials(request, rest);
    if (ts_same_text(text, scheme, "Bearer")) {
        request->credentials = (ts_http_credentials){TS_CREDENTIALS_BEARER, "", rest};
        return *rest != '\0';
    }
    const char *name = ts_arena_strndup(request->arena, text, scheme);
    request->credentials = (ts_http_credentials){TS_CREDENTIALS_OTHER, name ? name : "", rest};
    return scheme > 0;
}

/* The strongest sign wins; a cookie counts only where no key is shown. */
static bool find_credentials(ts_request *request)
{
    const ts_http_options *o = &request->core->options;
    const char *header = ts_request_header(request, "Authorization");
    const char *api_key = ts_request_header(request, "X-API-Key");
    const char *cookie = o->session_cookie ? ts_request_cookie(request, o->session_cookie) : NULL;
    const char *query =
        request->match.route->flags & TS_ROUTE_QUERY_KEY ? ts_request_query(request, o->query_key) : NULL;
    if (header) return header_credentials(request, header);
    if (api_key) request->credentials = (ts_http_credentials){TS_CREDENTIALS_HEADER, "", api_key};
    else if (query) request->credentials = (ts_http_credentials){TS_CREDENTIALS_QUERY, "", query};
    else if (cookie) request->credentials = (ts_http_credentials){TS_CREDENTIALS_COOKIE, "", cookie};
    else if (request->local) request->credentials = (ts_http_credentials){TS_CREDENTIALS_LOCAL, "local", ""};
    return true;
}

/* "https://host" is ours when the rest behind "://" is the Host that was asked. */
static bool own_origin(const ts_request *request, const char *origin)
{
    const char *host = strstr(origin, "://");
    return host && strcasecmp(host + 3, request->host) == 0;
}

/* A cookie travels with requests that another site started: those may look but not change. */
static bool gate_cross_site(ts_request *request)
{
    if (request->credentials.kind != TS_CREDENTIALS_COOKIE || strcmp(request->method, "GET") == 0)
        return true;
    const char *origin = ts_request_header(request, "Origin");
    const char *site = ts_request_header(request, "Sec-Fetch-Site");
    bool foreign = origin ? !own_origin(request, origin) : site && strcasecmp(site, "cross-site") == 0;
    if (!foreign) return true;
    ts_refuse(request, 403, TS_FORBIDDEN, "foreign_origin",
              "a page of another site may not change anything here", "use an API key instead of the session");
    return false;
}

static bool ask_hook(ts_request *request, ts_error *err)
{
    const ts_http_hooks *hooks = &request->core->options.hooks;
    if (hooks->authorize) {
        return hooks->authorize(hooks->context, &request->credentials, request->match.route, request,
                                &request->identity, err);
    }
    if (request->credentials.kind != TS_CREDENTIALS_LOCAL)
        return ts_fail(err, TS_UNAUTHORIZED, "this address needs a key");
    memcpy(request->identity.name, "local", 6);
    return true;
}

static void set_rate_headers(ts_request *request, const ts_limit_state *state)
{
    ts_response *response = &request->response;
    request->rate = (ts_http_rate){state->limit, state->remaining, state->reset};
    request->has_rate = true;
    ts_response_headerf(response, "RateLimit-Limit", "%u", state->limit);
    ts_response_headerf(response, "RateLimit-Remaining", "%u", state->remaining);
    ts_response_headerf(response, "RateLimit-Reset", "%u", state->reset);
    if (!state->allowed) ts_response_headerf(response, "Retry-After", "%u", state->retry_after);
}

static bool take_rate(ts_request *request, ts_error *err)
{
    const ts_identity *who = &request->identity;
    const ts_route *route = request->match.route;
    if (!request->core->limiter || !(who->rate_per_minute > 0) || (route->flags & TS_ROUTE_UNLIMITED))
        return true;
    char name[sizeof who->name + sizeof who->counted_as];
    (void)snprintf(name, sizeof name, "%s%s", who->name, who->counted_as);
    ts_limit_state state = ts_limiter_take(request->core->limiter, name, who->rate_per_minute, who->burst,
                                           route->cost, ts_clock_ms());
    set_rate_headers(request, &state);
    if (state.allowed) return true;
    ts_stats_add(request->core->stats, TS_COUNT_RATE);
    (void)ts_fail(err, TS_RATE_LIMITED, "more requests than this key's rate allows");
    return ts_hint(err, "wait %u s, as Retry-After says", state.retry_after);
}

bool ts_request_rate(const ts_request *request, ts_http_rate *out)
{
    if (request->has_rate) *out = request->rate;
    return request->has_rate;
}

bool ts_request_admit(ts_request *request, const ts_identity *identity, ts_error *err)
{
    if (request->identity.release) request->identity.release(request->identity.user);
    request->identity = *identity;
    request->has_identity = true;
    return take_rate(request, err);
}

static bool gate_key(ts_request *request)
{
    ts_error err = {0};
    if (request->match.route->flags & TS_ROUTE_PUBLIC) {
        (void)find_credentials(request);
        return true;
    }
    bool good = find_credentials(request) ||
                ts_fail(&err, TS_UNAUTHORIZED, "the Authorization header cannot be read");
    if (good && !gate_cross_site(request)) return false;
    good = good && ask_hook(request, &err);
    request->has_identity = good;
    good = good && take_rate(request, &err);
    if (!good) ts_respond_problem(&request->response, &err);
    return good;
}

bool ts_gate(ts_request *request)
{
    const char *expect = ts_request_header(request, "Expect");
    if (!gate_host(request) || !gate_route(request) || !gate_key(request)) return false;
    if (expect && strcasecmp(expect, "100-continue") != 0) {
        ts_refuse(request, 417, TS_USAGE, "expectation_failed", "this expectation is not met here", NULL);
        return false;
    }
    ts_error err = {0};
    if (ts_body_begin(request, &err)) return true;
    ts_respond_problem(&request->response, &err);
    return false;
}
