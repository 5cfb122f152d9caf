/* http: a server for handlers. Connections, framing, limits, routing, keys' presentation, rates; no word of what is
 * served. The only header that other rooms include.
 *
 * How a request goes: event threads (libmicrohttpd, epoll) read the head, check the framing, find the route, ask the
 * authorize hook, count the rate, and refuse before a byte of the body is read; then they stream the body into memory
 * or the spool; one of `workers` threads runs the handler; an event thread sends the answer. Event streams are
 * written by one thread of their own. When the queue is full the answer is 503 with Retry-After at once.
 *
 *     ts_route routes[] = {{"GET", "/hello/{name}", hello, .flags = TS_ROUTE_PUBLIC}};
 *     ts_route_group group = {.prefix = "/", .routes = routes, .count = 1};
 *     ts_http_routes table = {&group, 1};
 *     ts_http_options options = {.listen = "127.0.0.1:8080"};
 *     ts_http_server *server = ts_http_server_open(&options, &table, &err);
 */
#ifndef TS_HTTP_HTTP_H
#define TS_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"

typedef struct ts_http_server ts_http_server;

/* One finished request, for the access log. Borrowed for the call; the path is without the query (keys may be in it). */
typedef struct ts_http_access {
    const char *method;
    const char *path;
    const char *route; /* the pattern, or "" where none matched */
    const char *peer;
    const char *identity; /* identity.name */
    const char *id;       /* request id */
    const char *agent;    /* User-Agent, or "" */
    int status;           /* 0: the client went away before the answer */
    double ms;            /* head complete to answer handed over */
    uint64_t bytes_in;
    uint64_t bytes_out;
} ts_http_access;

/* All may be NULL. Called from several threads at once. */
typedef struct ts_http_hooks {
    void *context;
    /* Is this key good, and for this route (route->scope)? Runs on an event thread before the body is read: memory
     * and a quick look-up only. false with TS_UNAUTHORIZED, FORBIDDEN, NO_CREDIT, ... NULL: only local requests may
     * call routes that are not public. */
    bool (*authorize)(void *context, const ts_http_credentials *credentials, const ts_route *route,
                      const ts_request *request, ts_identity *out, ts_error *err);
    /* May pages of this origin read the answer? identity is NULL in a preflight (no key is sent then): say yes if any
     * key allows it. NULL: none. */
    bool (*allow_origin)(void *context, const char *origin, const ts_identity *identity);
    void (*access)(void *context, const ts_http_access *access);
    /* Trouble that belongs to no request ("cannot write the spool"). */
    void (*log)(void *context, const char *message);
} ts_http_hooks;

/* Zero or NULL means the default in brackets. Texts and lists are copied. */
typedef struct ts_http_options {
    const char *listen;    /* "127.0.0.1:8080", "[::1]:0", "0.0.0.0:80", ":8080" (all addresses); port 0: any;
                              NULL: no TCP */
    const char *unix_path; /* a second listener, made 0600; only our own user and root; NULL: none */
    const int *inherited;  /* listening sockets from the service manager instead of `listen`; taken over */
    size_t inherited_count;
    unsigned workers;       /* threads that run handlers [4] */
    unsigned event_threads; /* threads that move bytes [2] */
    size_t queue;           /* requests that may wait for a worker [256] */
    size_t long_queue;      /* the same of routes with TS_ROUTE_LONG, which have a queue of their own [64] */
    unsigned max_connections; /* [2048] */
    unsigned max_per_address; /* connections of one client address [0: no limit] */
    unsigned max_streams;     /* event streams at once [256] */
    size_t stream_queue;      /* bytes that may wait in one stream [256 KB] */
    unsigned heartbeat_ms;    /* of event streams [15,000; at most that] */
    size_t max_body;          /* bytes of one body [32 MB] */
    size_t max_parts;         /* parts of one multipart body [1,000] */
    size_t max_files;         /* parts with a file name [100] */
    size_t memory_part;       /* bytes of a part or body kept in memory before it goes to the spool [1 MB] */
    const char *spool_dir;    /* [TMPDIR, or /tmp]; files in it are unlinked as soon as they are made */
    const char *rates_path; /* the file that keeps what was used of each key's rate beyond a restart [none] */
    unsigned idle_ms;       /* a connection without a whole request head is closed after [15,000] */
    unsigned body_grace_ms; /* from then on a body must come faster than [10,000] */
    unsigned body_min_rate; /* bytes a second, else 408 [8,192] */
    const char *const
        *hosts; /* names that Host may hold (without port; names of loopback are not implied); others
                                 are 421. NULL: any */
    size_t host_count;
    const char *const
        *trusted_proxies; /* addresses or CIDR whose X-Forwarded-For/-Proto/-Host are believed */
    size_t trusted_proxy_count;
    const char *session_cookie; /* name of the cookie that holds a session [none] */
    const char *query_key;      /* name of the query parameter for TS_ROUTE_QUERY_KEY ["key"] */
    const char *server_name;    /* value of the Server header [none] */
    ts_http_hooks hooks;
} ts_http_options;

/* Listens and serves from here on: a handler may run before this returns. The table must outlive the server. NULL on a
 * bad table, an address in use, ... */
ts_http_server *ts_http_server_open(const ts_http_options *options, const ts_http_routes *routes,
                                    ts_error *err);
int ts_http_server_port(const ts_http_server *server); /* of the first TCP listener; 0 if none */
/* From now on no new connection is taken, answers say "Connection: close", event streams end. */
void ts_http_server_stop_accepting(ts_http_server *server);
/* Waits until every request in hand is answered; false when the deadline passed first. */
bool ts_http_server_drain(ts_http_server *server, unsigned deadline_ms);
/* Stops everything (what is left unanswered is cut off; handlers that run are waited for) and frees. NULL is fine. */
void ts_http_server_close(ts_http_server *server);

/* --- a call without a network --- */
typedef struct ts_http_call {
    const char *method;
    const char *target; /* path and query, encoded */
    const ts_http_pair *headers;
    size_t header_count;
    const void *body;
    size_t body_length;
} ts_http_call;

/* Freed with ts_http_answer_free. */
typedef struct ts_http_answer {
    int status;
    char *type;     /* Content-Type, or "" */
    char *location; /* Location, or "" */
    ts_buf body;
} ts_http_answer;

/* Runs the route in this thread with the identity "local" and the same checks and limits as over a connection, except
 * rates. `options` gives limits and the hooks (authorize is asked with TS_CREDENTIALS_LOCAL when there is one) and may be
 * NULL. false only when no answer could be made (memory, an event stream: TS_UNSUPPORTED). */
bool ts_http_dispatch(const ts_http_options *options, const ts_http_routes *routes, const ts_http_call *call,
                      ts_http_answer *answer, ts_error *err);
void ts_http_answer_free(ts_http_answer *answer);

/* --- figures --- */
typedef struct ts_http_metrics {
    uint64_t requests; /* answered */
    uint64_t in_flight;
    uint64_t queued; /* waiting for a worker */
    uint64_t connections;
    uint64_t streams;
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t refused_framing;
    uint64_t refused_rate;
    uint64_t refused_busy;
    uint64_t slow_closed; /* idle heads and slow bodies */
} ts_http_metrics;

void ts_http_server_metrics(const ts_http_server *server, ts_http_metrics *out);
/* The same and, by route, method and status, counts and durations, as Prometheus text appended to out; each name begins
 * with `prefix` ("tagsmith_http"). false when out of memory. */
bool ts_http_server_metrics_text(const ts_http_server *server, const char *prefix, ts_buf *out);

#endif
