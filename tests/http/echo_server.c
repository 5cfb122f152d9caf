/* A small server over the http room, for the tests in Python: it prints its ports as one JSON line and serves until its
 * standard input ends (then it drains and says how that went) . */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/http.h"

typedef struct echo_server {
    _Atomic(ts_http_server *) http; /* a handler may run before ts_http_server_open returns */
    ts_event_stream *streams[512];
    atomic_size_t stream_count;
    atomic_int opened;
    atomic_int closed;
    const char *origin;
} echo_server;

static void nap(unsigned ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

static json_t *text(const char *value)
{
    json_t *made = value ? json_string(value) : json_null();
    return made ? made : json_string("(not UTF-8)");
}

static json_t *pairs(ts_http_pairs list)
{
    json_t *out = json_array();
    for (size_t i = 0; i < list.count; i++)
        (void)json_array_append_new(out,
                                    json_pack("[o, o]", text(list.items[i].name), text(list.items[i].value)));
    return out;
}

/* Adler-32 of the bytes, so that a test knows that all of them came. */
static json_int_t checksum(const void *data, size_t length)
{
    const unsigned char *bytes = data;
    unsigned a = 1;
    unsigned b = 0;
    for (size_t i = 0; i < length; i++) {
        a = (a + bytes[i]) % 65521;
        b = (b + a) % 65521;
    }
    return (json_int_t)b << 16 | (json_int_t)a;
}

static json_t *parts(const ts_request *request)
{
    json_t *out = json_array();
    for (size_t i = 0; i < ts_request_part_count(request); i++) {
        const ts_http_part *part = ts_request_part_at(request, i);
        (void)json_array_append_new(out, json_pack("{s:o, s:o, s:o, s:I, s:I}", "name", text(part->name),
                                                   "filename", text(part->filename), "type", text(part->type),
                                                   "length", (json_int_t)part->length, "sum",
                                                   checksum(part->data, part->length)));
    }
    return out;
}

static void echo(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    size_t length = 0;
    const void *body = ts_request_body(request, &length);
    const ts_http_credentials *shown = ts_request_credentials(request);
    json_t *root = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:s, s:s, s:i, s:o, s:o, s:o, s:s, s:s}", "method",
        ts_request_method(request), "path", ts_request_path(request), "id",
        text(ts_request_param(request, "id")), "rest", text(ts_request_param(request, "rest")), "query",
        pairs(ts_request_query_pairs(request)), "fields", pairs(ts_request_fields(request)), "length",
        (json_int_t)length, "sum", checksum(body, length), "type", ts_request_body_type(request), "peer",
        ts_request_peer(request), "kind", (int)shown->kind, "key_id", text(shown->id), "secret",
        text(shown->secret), "parts", parts(request), "identity", ts_request_identity(request)->name, "host",
        ts_request_host(request));
    ts_respond_json(response, 200, root);
}

static void read_json(void *context, ts_request *request, ts_response *response)
{
    ts_error err = {0};
    (void)context;
    const json_t *root = ts_request_json(request, &err);
    if (root) ts_respond_json(response, 200, json_deep_copy(root));
    else ts_respond_problem(response, &err);
}

static void hold(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    const char *ms = ts_request_query(request, "ms");
    nap(ms ? (unsigned)atoi(ms) : 1000);
    ts_response_text(response, "text/plain", "held\n");
}

static void quick(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    (void)request;
    ts_response_text(response, "text/plain", "quick\n");
}

static void page(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    (void)request;
    ts_response_text(response, "text/html; charset=utf-8", "<!doctype html><title>x</title>");
    ts_response_etag(response, "page-1");
}

/* A file of ?size= bytes: 0, 1, 2, ... */
static void file(void *context, ts_request *request, ts_response *response)
{
    (void)context;
    const char *size_text = ts_request_query(request, "size");
    size_t size = size_text ? (size_t)atol(size_text) : 1000;
    char name[] = "/tmp/http-echo-XXXXXX";
    int fd = mkstemp(name);
    unsigned char block[256];
    for (size_t i = 0; i < sizeof block; i++) block[i] = (unsigned char)i;
    if (fd < 0) return;
    (void)unlink(name);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, block, size - done < sizeof block ? size - done : sizeof block);
        if (n <= 0) break;
        done += (size_t)n;
    }
    ts_response_file(response, "image/jpeg", fd, 0, size);
    ts_response_etag(response, "file-1");
    if (ts_request_query(request, "name")) ts_response_user_file(response, ts_request_query(request, "name"));
}

static void stream_closed(void *context)
{
    echo_server *server = context;
    atomic_fetch_add(&server->closed, 1);
}

/* ?hello=1 publishes one event and keeps the stream for /publish; ?once=1 ends it after that. */
static void events(void *context, ts_request *request, ts_response *response)
{
    echo_server *server = context;
    ts_error err = {0};
    ts_event_stream *stream = ts_response_events(response, &err);
    if (!stream) {
        ts_respond_problem(response, &err);
        return;
    }
    atomic_fetch_add(&server->opened, 1);
    ts_event_stream_on_close(stream, stream_closed, server);
    char text_of_last[32];
    (void)snprintf(text_of_last, sizeof text_of_last, "last=%lld", (long long)ts_request_last_event(request));
    (void)ts_event_stream_publish(stream, 1, "hello", text_of_last);
    size_t at = ts_request_query(request, "once") ? 512 : atomic_fetch_add(&server->stream_count, 1);
    if (at < 512) {
        server->streams[at] = stream;
        return;
    }
    ts_event_stream_finish(stream);
    ts_event_stream_release(stream);
}

/* ?n= events of ?size= bytes to every stream. */
static void publish(void *context, ts_request *request, ts_response *response)
{
    echo_server *server = context;
    const char *n = ts_request_query(request, "n");
    const char *size = ts_request_query(request, "size");
    size_t length = size ? (size_t)atol(size) : 5;
    char *data = malloc(length + 1);
    if (!data) return;
    memset(data, 'x', length);
    data[length] = '\0';
    int open = 0;
    for (size_t s = 0; s < atomic_load(&server->stream_count) && s < 512; s++) {
        bool good = true;
        for (int i = 0; i < (n ? atoi(n) : 1) && good; i++)
            good = ts_event_stream_publish(server->streams[s], 2 + i, NULL, data);
        open += good;
    }
    free(data);
    ts_respond_json(response, 200, json_pack("{s:i}", "open", open));
}

static void figures(void *context, ts_request *request, ts_response *response)
{
    echo_server *server = context;
    ts_http_metrics m;
    (void)request;
    ts_http_server_metrics(server->http, &m);
    ts_respond_json(response, 200,
                    json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:i, s:i}", "requests",
                              (json_int_t)m.requests, "in_flight", (json_int_t)m.in_flight, "queued",
                              (json_int_t)m.queued, "connections", (json_int_t)m.connections, "streams",
                              (json_int_t)m.streams, "slow", (json_int_t)m.slow_closed, "framing",
                              (json_int_t)m.refused_framing, "opened", atomic_load(&server->opened), "closed",
                              atomic_load(&server->closed)));
}

static void metrics(void *context, ts_request *request, ts_response *response)
{
    echo_server *server = context;
    ts_buf out = {0};
    (void)request;
    (void)ts_http_server_metrics_text(server->http, "test_http", &out);
    ts_response_buf(response, "text/plain; version=0.0.4", &out);
}

static void trouble(void *context, ts_request *request, ts_response *response)
{
    ts_error err = {0};
    (void)context;
    const char *code = ts_request_query(request, "code");
    err.code = (ts_code)(code ? atoi(code) : TS_INTERNAL);
    (void)snprintf(err.message, sizeof err.message, "asked for it");
    ts_respond_problem(response, &err);
}

/* A dialect's own way to say no. */
static void render_dialect(void *context, const ts_request *request, const ts_problem *problem,
                           ts_response *response)
{
    (void)context;
    (void)request;
    ts_respond_json(response, problem->status == 413 ? 400 : problem->status,
                    json_pack("{s:{s:s}}", "error", "message", problem->detail));
}

/* Bearer "good" may; "slow" may twice a minute; "bad" is known but may not. */
static bool authorize(void *context, const ts_http_credentials *shown, const ts_route *route,
                      const ts_request *request, ts_identity *out, ts_error *err)
{
    (void)context;
    (void)route;
    (void)request;
    if (shown->kind == TS_CREDENTIALS_NONE) {
        (void)snprintf(err->message, sizeof err->message, "no key");
        err->code = TS_UNAUTHORIZED;
        return false;
    }
    if (strcmp(shown->secret, "bad") == 0) {
        (void)snprintf(err->message, sizeof err->message, "this key may not");
        err->code = TS_FORBIDDEN;
        return false;
    }
    bool local = shown->kind == TS_CREDENTIALS_LOCAL;
    (void)snprintf(out->name, sizeof out->name, "%s", local ? "local" : shown->secret);
    if (strcmp(shown->secret, "slow") == 0) {
        out->rate_per_minute = 2;
        out->burst = 2;
    }
    return true;
}

static bool allow_origin(void *context, const char *origin, const ts_identity *identity)
{
    (void)context;
    (void)identity;
    return strcmp(origin, "https://good.example") == 0;
}

#define OPEN .flags = TS_ROUTE_PUBLIC
#define ALL (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART | TS_BODY_RAW)

static const ts_route own_routes[] = {
    {"GET", "/echo", echo, OPEN},
    {"POST", "/echo", echo, OPEN, .bodies = ALL},
    {"GET", "/things/{id}", echo, OPEN},
    {"DELETE", "/things/{id}", echo, OPEN},
    {"GET", "/things/search", quick, OPEN},
    {"GET", "/files/{rest...}", echo, OPEN},
    {"POST", "/json", read_json, OPEN, .bodies = TS_BODY_JSON},
    {"POST", "/form", echo, OPEN, .bodies = TS_BODY_FORM | TS_BODY_MULTIPART},
    {"POST", "/small", echo, OPEN, .bodies = ALL, .max_body = 1000},
    {"POST", "/nobody", quick, OPEN},
    {"GET", "/hold", hold, OPEN},
    {"GET", "/long", hold, OPEN | TS_ROUTE_LONG},
    {"GET", "/quick", quick, OPEN},
    {"GET", "/inline", quick, .flags = TS_ROUTE_PUBLIC | TS_ROUTE_INLINE},
    {"GET", "/page", page, OPEN},
    {"GET", "/file", file, OPEN},
    {"GET", "/events", events, OPEN},
    {"GET", "/publish", publish, OPEN},
    {"GET", "/trouble", trouble, OPEN},
    {"GET", "/figures", figures, .flags = TS_ROUTE_PUBLIC | TS_ROUTE_INLINE},
    {"GET", "/metrics", metrics, .flags = TS_ROUTE_PUBLIC | TS_ROUTE_INLINE},
    {"GET", "/secret", echo, .flags = 0},
    {"POST", "/secret", echo, .bodies = ALL},
    {"GET", "/image", echo, .flags = TS_ROUTE_QUERY_KEY},
    {"GET", "/inside", quick, .flags = TS_ROUTE_LOCAL},
};

static const ts_route dialect_routes[] = {
    {"GET", "/v9/{id}/search", echo, OPEN},
    {"POST", "/v9/upload", echo, OPEN, .bodies = ALL, .max_body = 1000},
};

static const char *option(int argc, char **argv, const char *name)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0) return argv[i + 1];
    return NULL;
}

static unsigned number(int argc, char **argv, const char *name, unsigned fallback)
{
    const char *value = option(argc, argv, name);
    return value ? (unsigned)atol(value) : fallback;
}

static void read_options(int argc, char **argv, ts_http_options *o)
{
    static const char *hosts[2];
    static const char *proxies[1];
    o->listen = option(argc, argv, "--listen") ? option(argc, argv, "--listen") : "127.0.0.1:0";
    o->unix_path = option(argc, argv, "--unix");
    o->spool_dir = option(argc, argv, "--spool");
    o->workers = number(argc, argv, "--workers", 4);
    o->queue = number(argc, argv, "--queue", 0);
    o->long_queue = number(argc, argv, "--long-queue", 0);
    o->max_streams = number(argc, argv, "--streams", 0);
    o->stream_queue = number(argc, argv, "--stream-queue", 0);
    o->heartbeat_ms = number(argc, argv, "--heartbeat", 0);
    o->max_body = number(argc, argv, "--max-body", 0);
    o->idle_ms = number(argc, argv, "--idle", 0);
    o->body_grace_ms = number(argc, argv, "--grace", 0);
    o->session_cookie = "session";
    hosts[0] = option(argc, argv, "--host");
    hosts[1] = "127.0.0.1";
    if (hosts[0]) {
        o->hosts = hosts;
        o->host_count = 2;
    }
    proxies[0] = option(argc, argv, "--proxy");
    if (proxies[0]) {
        o->trusted_proxies = proxies;
        o->trusted_proxy_count = 1;
    }
    o->hooks.authorize = authorize;
    o->hooks.allow_origin = allow_origin;
}

int main(int argc, char **argv)
{
    static echo_server server; /* static: zeroed, and large */
    ts_http_options options = {0};
    ts_error err = {0};
    ts_route_group groups[] = {
        {.prefix = "/",
         .routes = own_routes,
         .count = sizeof own_routes / sizeof own_routes[0],
         .context = &server},
        {.prefix = "/v9",
         .routes = dialect_routes,
         .count = 2,
         .flags = TS_GROUP_DECODE_FIRST,
         .render_error = render_dialect},
    };
    ts_http_routes table = {groups, 2};
    read_options(argc, argv, &options);
    ts_http_server *http = ts_http_server_open(&options, &table, &err);
    atomic_store(&server.http, http);
    if (!http) {
        (void)fprintf(stderr, "%s: %s\n", err.message, err.hint);
        return 1;
    }
    (void)printf("{\"port\": %d}\n", ts_http_server_port(http));
    (void)fflush(stdout);
    char scratch[256];
    while (read(0, scratch, sizeof scratch) > 0) continue;
    ts_http_server_stop_accepting(http);
    bool drained = ts_http_server_drain(http, 20000);
    ts_http_server_close(http);
    for (size_t i = 0; i < server.stream_count && i < 512; i++) ts_event_stream_release(server.streams[i]);
    (void)printf("{\"drained\": %s}\n", drained ? "true" : "false");
    return 0;
}
