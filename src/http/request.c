/* http: the head of a request, and the accessors for handlers. Knows nothing of connections. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/clock.h"
#include "http/internal.h"

/* Everything about one request but its body; far above what the head's limits can fill. */
#define ARENA_LIMIT ((size_t)256 << 20)

static void make_id(char id[21])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
    unsigned char bytes[20];
    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes)
        memset(bytes, 0, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) id[i] = letters[bytes[i] & 31];
    id[sizeof bytes] = '\0';
}

ts_request *ts_request_new(ts_http_core *core, const char *method, const char *target, ts_error *err)
{
    ts_arena *arena = ts_arena_new(ARENA_LIMIT);
    ts_request *request = arena ? TS_NEW(arena, ts_request) : NULL;
    if (!request) goto failed;
    request->core = core;
    request->arena = arena;
    request->head = strcmp(method, "HEAD") == 0;
    request->method = request->head ? "GET" : ts_arena_strdup(arena, method);
    request->target = ts_arena_strdup(arena, target);
    request->path = ts_arena_strndup(arena, target, strcspn(target, "?"));
    request->headers = TS_NEW_ARRAY(arena, TS_HEADERS_MAX, ts_http_pair);
    request->scheme = "http";
    request->host = "";
    request->credentials = (ts_http_credentials){TS_CREDENTIALS_NONE, "", ""};
    request->response = (ts_response){.request = request, .fd = -1};
    request->body.spool.fd = -1;
    request->started_ms = ts_clock_ms();
    memcpy(request->peer, "local", 6);
    make_id(request->id);
    if (!ts_arena_failed(arena)) return request;

failed:
    ts_arena_free(arena);
    (void)ts_fail_memory(err);
    return NULL;
}

void ts_request_free(ts_request *request)
{
    if (!request) return;
    if (request->identity.release) request->identity.release(request->identity.user);
    ts_response_reset(&request->response);
    ts_body_free(&request->body);
    ts_arena_free(request->arena);
}

bool ts_request_add_header(ts_request *request, const char *name, const char *value)
{
    if (request->header_count == TS_HEADERS_MAX) return false;
    ts_http_pair *pair = &request->headers[request->header_count];
    pair->name = ts_arena_strdup(request->arena, name);
    pair->value = ts_arena_strdup(request->arena, value);
    pair->length = strlen(value);
    /* Spaces behind a value are no part of it. */
    char *end = pair->value ? (char *)pair->value + pair->length : NULL;
    while (end && pair->length > 0 && (end[-1] == ' ' || end[-1] == '\t')) {
        *--end = '\0';
        pair->length--;
    }
    if (!pair->name || !pair->value) return false;
    request->header_count++;
    return true;
}

size_t ts_request_count_header(const ts_request *request, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < request->header_count; i++)
        count += strcasecmp(request->headers[i].name, name) == 0;
    return count;
}

/* The last entry of a list that proxies add to at the right; "" when it is odd. */
static const char *last_entry(ts_arena *arena, const char *list)
{
    const char *comma = strrchr(list, ',');
    const char *start = comma ? comma + 1 : list;
    start += strspn(start, " \t");
    char *copy = ts_arena_strdup(arena, start);
    return copy ? copy : "";
}

/* What a trusted proxy says about the client. */
static void read_forwarded(ts_request *request, unsigned char address[16])
{
    const char *client = ts_request_header(request, "X-Forwarded-For");
    const char *scheme = ts_request_header(request, "X-Forwarded-Proto");
    const char *host = ts_request_header(request, "X-Forwarded-Host");
    char name[256];
    if (client)
        (void)ts_forwarded_client(client, request->core->proxies, request->core->proxy_count, address);
    if (scheme && strcasecmp(last_entry(request->arena, scheme), "https") == 0) request->scheme = "https";
    if (!host) return;
    host = last_entry(request->arena, host);
    if (ts_parse_host(host, name, sizeof name)) request->host = host;
}

bool ts_request_read_head(ts_request *request, const unsigned char *address, ts_error *err)
{
    const char *query = strchr(request->target, '?');
    const char *cookies = ts_request_header(request, "Cookie");
    const char *host = ts_request_header(request, "Host");
    if (host) request->host = host;
    if (address) {
        unsigned char client[16];
        memcpy(client, address, sizeof client);
        if (ts_cidr_has(request->core->proxies, request->core->proxy_count, client))
            read_forwarded(request, client);
        ts_format_address(client, request->peer);
    } else {
        request->local = true;
    }
    if (query && !ts_parse_form(request->arena, query + 1, strlen(query + 1), &request->query))
        return ts_fail(err, TS_USAGE, "the query holds a NUL, no UTF-8, or too many parameters");
    if (cookies && !ts_parse_cookies(request->arena, cookies, &request->cookies)) return ts_fail_memory(err);
    return true;
}

const char *ts_request_method(const ts_request *request)
{
    return request->method;
}

const char *ts_request_path(const ts_request *request)
{
    return request->path;
}

const char *ts_request_target(const ts_request *request)
{
    return request->target;
}

const char *ts_request_param(const ts_request *request, const char *name)
{
    return ts_pair_value((ts_http_pairs){request->match.params, request->match.param_count}, name);
}

const char *ts_request_header(const ts_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (strcasecmp(request->headers[i].name, name) == 0) return request->headers[i].value;
    return NULL;
}

ts_http_pairs ts_request_headers(const ts_request *request)
{
    return (ts_http_pairs){request->headers, request->header_count};
}

const char *ts_request_cookie(const ts_request *request, const char *name)
{
    return ts_pair_value(request->cookies, name);
}

const char *ts_request_query(const ts_request *request, const char *name)
{
    return ts_pair_value(request->query, name);
}

ts_http_pairs ts_request_query_pairs(const ts_request *request)
{
    return request->query;
}

const char *ts_request_peer(const ts_request *request)
{
    return request->peer;
}

const char *ts_request_scheme(const ts_request *request)
{
    return request->scheme;
}

const char *ts_request_host(const ts_request *request)
{
    return request->host;
}

const char *ts_request_id(const ts_request *request)
{
    return request->id;
}

const char *ts_request_if_match(const ts_request *request)
{
    return ts_request_header(request, "If-Match");
}

const char *ts_request_idempotency_key(const ts_request *request)
{
    return ts_request_header(request, "Idempotency-Key");
}

int64_t ts_request_last_event(const ts_request *request)
{
    const char *text = ts_request_header(request, "Last-Event-ID");
    if (!text || !*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18) return -1;
    return strtoll(text, NULL, 10);
}

const ts_http_credentials *ts_request_credentials(const ts_request *request)
{
    return &request->credentials;
}

const ts_identity *ts_request_identity(const ts_request *request)
{
    return &request->identity;
}

const ts_route *ts_request_route(const ts_request *request)
{
    return request->match.route;
}

ts_arena *ts_request_arena(ts_request *request)
{
    return request->arena;
}

double ts_request_elapsed_ms(const ts_request *request)
{
    return ts_clock_ms() - request->started_ms;
}
