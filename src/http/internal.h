/* http: what the room's files share: the request and the response from inside, and the steps that both a connection and
 * a dispatch go through. Private to the room; no libmicrohttpd in here, so that the steps run without a network.
 *
 * The steps of a request, in order:
 *     head  (request.c)  target, headers, cookies, who sends it
 *     gate  (gate.c)     host, route, origin, key, rate, size: everything that can say no before the body
 *     body  (body.c)     bytes into memory, spool and parts
 *     run   (run.c)      the handler
 *     finish (finish.c)  conditional requests, ranges, the headers of every answer */
#ifndef TS_HTTP_INTERNAL_H
#define TS_HTTP_INTERNAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"
#include "http/limiter.h"
#include "http/multipart.h"
#include "http/spool.h"
#include "http/table.h"
#include "http/values.h"

#define TS_TARGET_MAX 8192
#define TS_HEADERS_MAX 100
#define TS_PART_HEADER_MAX 8192
#define TS_NO_BODY_MAX 65536 /* what a route without a body reads past */

typedef struct ts_stats ts_stats;
typedef struct ts_hub ts_hub;

/* What is the same for all requests. Immutable after it is made, but for what locks itself. */
typedef struct ts_http_core {
    ts_arena *arena;
    ts_http_options options; /* defaults filled in, texts copied */
    ts_route_table *table;
    ts_cidr *proxies;
    size_t proxy_count;
    ts_limiter *limiter; /* NULL in a dispatch: nothing is limited */
    ts_stats *stats;     /* NULL in a dispatch */
    ts_hub *hub;         /* NULL in a dispatch: no event streams */
    atomic_bool stopping;
} ts_http_core;

bool ts_core_open(ts_http_core *core, const ts_http_options *options, const ts_http_routes *routes,
                  ts_error *err);
void ts_core_close(ts_http_core *core);

typedef enum ts_body_kind {
    TS_BODY_EMPTY,  /* nothing in it */
    TS_BODY_BUFFER, /* response->buf */
    TS_BODY_CONST,  /* response->bytes, not ours */
    TS_BODY_FILE,   /* response->fd */
    TS_BODY_STREAM, /* response->stream */
} ts_body_kind;

struct ts_response {
    ts_request *request;
    int status;            /* 0: not set */
    ts_http_pair *headers; /* in the request's arena */
    size_t header_count;
    size_t header_room;
    ts_body_kind kind;
    ts_buf buf;
    const void *bytes;
    int fd;
    uint64_t offset;
    uint64_t length;
    const char *etag;
    ts_event_stream *stream;
    const char *member, *member_value; /* of problems; NULL: none. In the request's arena */
    bool user_file;
    bool failed; /* memory ran out */
    bool close;  /* the connection ends with this answer */
};

typedef struct ts_body {
    unsigned kind; /* one TS_BODY_* bit, or 0: nothing comes or it is thrown away */
    bool chunked;
    bool declared;   /* there is a Content-Length */
    uint64_t length; /* declared */
    uint64_t limit;
    uint64_t received;
    ts_media_type type;
    ts_spool spool;
    ts_spool_item whole;
    ts_multipart *multipart;
    ts_http_part *parts;
    ts_spool_item *items;
    size_t part_count;
    size_t part_room;
    ts_http_pairs fields;
    json_t *json;
} ts_body;

struct ts_request {
    ts_http_core *core;
    ts_arena *arena;
    const char *method; /* GET for HEAD */
    bool head;
    bool local;
    const char *target;
    const char *path;
    ts_http_pair *headers;
    size_t header_count;
    ts_http_pairs query;
    ts_http_pairs cookies;
    ts_match match;
    char peer[48];
    const char *scheme;
    const char *host;
    char id[21];
    ts_http_credentials credentials;
    ts_identity identity;
    bool has_identity;
    bool has_rate;
    ts_http_rate rate; /* valid with has_rate */
    bool ran;          /* the handler was called */
    ts_body body;
    ts_response response;
    double started_ms;
};

/* --- request.c --- */
/* method: as sent. peer: NULL for local. The texts are copied. NULL when out of memory. */
ts_request *ts_request_new(ts_http_core *core, const char *method, const char *target, ts_error *err);
void ts_request_free(ts_request *request);
bool ts_request_add_header(ts_request *request, const char *name, const char *value);
/* Once the headers are in: query, cookies, host, peer. address: 16 bytes, or NULL when local. */
bool ts_request_read_head(ts_request *request, const unsigned char *address, ts_error *err);
size_t ts_request_count_header(const ts_request *request, const char *name);

/* --- gate.c --- */
/* true: go on with the body. false: request->response holds the answer. */
bool ts_gate(ts_request *request);

/* --- body.c --- */
bool ts_body_begin(ts_request *request, ts_error *err);
bool ts_body_feed(ts_request *request, const void *bytes, size_t length, ts_error *err);
bool ts_body_end(ts_request *request, ts_error *err);
void ts_body_free(ts_body *body);

/* --- run.c --- */
void ts_run(ts_request *request);

/* --- finish.c --- */
/* Makes the response final: status, headers, the part of the body that goes out. */
void ts_finish(ts_request *request);
/* The whole head of an answer as bytes, for answers that do not go through the library. length < 0: no Content-Length,
 * the end of the connection is the end. */
bool ts_write_head(const ts_response *response, int64_t length, ts_buf *out);

/* --- response.c --- */
void ts_response_reset(ts_response *response); /* drops the body and the headers */
const char *ts_response_find(const ts_response *response, const char *name);

/* --- problem.c --- */
/* An answer that is an error of the room's own: `name` is the finer code name. */
void ts_refuse(ts_request *request, int status, ts_code code, const char *name, const char *detail,
               const char *hint);
const char *ts_status_reason(int status);

/* --- stats.c --- */
typedef enum ts_count {
    TS_COUNT_FRAMING,
    TS_COUNT_RATE,
    TS_COUNT_BUSY,
    TS_COUNT_SLOW,
    TS_COUNT_KINDS
} ts_count;

ts_stats *ts_stats_new(const ts_route_table *table, ts_error *err);
void ts_stats_free(ts_stats *stats);
void ts_stats_add(ts_stats *stats, ts_count what);
/* Counts the request and tells the access hook. */
void ts_stats_done(ts_request *request, int status, uint64_t bytes_out);
void ts_stats_begin(ts_stats *stats);
uint64_t ts_stats_in_flight(const ts_stats *stats);
void ts_stats_read(const ts_stats *stats, ts_http_metrics *out);
bool ts_stats_text(const ts_stats *stats, const ts_http_metrics *now, const char *prefix, ts_buf *out);

#endif
