/* http: the routing table. Include "http/http.h". Plain constant data, kept by the caller as long as the server.
 *
 * A pattern is a path of segments: literal ("api"), named ("{id}": one segment, decoded, not empty) or, as the last
 * one, the rest ("{path...}": one or more segments, each decoded, joined by "/"; a segment "." or ".." or with an
 * encoded slash in it does not match). One slash at the end of a path is ignored. A literal wins over a name, a name over the rest. A path that some pattern
 * has but not with this method is 405 with Allow; HEAD goes to GET; OPTIONS is answered here. */
#ifndef TS_HTTP_ROUTE_H
#define TS_HTTP_ROUTE_H

#include <stddef.h>

#include "http/request.h"
#include "http/response.h"

struct ts_route_doc; /* the api room's: http never looks */

typedef void (*ts_route_handler)(void *context, ts_request *request, ts_response *response);

/* Kinds of body that a route takes; another Content-Type is 415. */
enum {
    TS_BODY_NONE = 0, /* a body is 413 beyond 64 KB, read and ignored below */
    TS_BODY_JSON = 1, /* application/json and +json */
    TS_BODY_FORM = 2, /* application/x-www-form-urlencoded */
    TS_BODY_MULTIPART = 4,
    TS_BODY_RAW = 8, /* any type (pictures as they are) */
    TS_BODY_OPTIONAL =
        128, /* it may be left out: for whoever documents the route and checks its body; http never looks,
                               an empty body is no error here */
};

enum {
    TS_ROUTE_PUBLIC =
        1, /* the authorize hook is not asked: open to all, or the handler finds the key in the body */
    TS_ROUTE_INLINE = 2, /* runs on the connection's thread even when the queue is full: must answer in < 1 ms
                               (health, metrics) */
    TS_ROUTE_QUERY_KEY = 4, /* a key in the query is accepted (event streams and images in a browser) */
    TS_ROUTE_UNLIMITED = 8, /* not counted against the rate */
    TS_ROUTE_LOCAL = 16,    /* only over the unix socket or by dispatch; 404 to others */
    TS_ROUTE_LONG = 32, /* may take seconds: waits in a queue of its own and never holds all workers, so that
                               short requests are answered meanwhile */
};

typedef struct ts_route {
    const char *method;  /* "GET", "POST", ...; "*" is any */
    const char *pattern; /* the whole path from "/" */
    ts_route_handler handler;
    unsigned scope;  /* for the authorize hook, bits of which one is enough; http never looks */
    unsigned flags;  /* TS_ROUTE_* */
    unsigned bodies; /* TS_BODY_* */
    size_t max_body; /* bytes; 0: options.max_body */
    unsigned cost;   /* against the rate; 0 is 1 */
    const struct ts_route_doc *doc;
} ts_route;

enum {
    TS_GROUP_DECODE_FIRST =
        1, /* decode the path before it is split (a client that sends "resources%2Fsearch") */
};

/* Routes that share a context and a way to say no. A request belongs to the group with the longest prefix of its
 * path; its routes are matched first over all groups whose prefix fits. */
typedef struct ts_route_group {
    const char *prefix; /* "/" or "/api/v2": whole segments */
    const ts_route *routes;
    size_t count;
    unsigned flags; /* TS_GROUP_* */
    void *context;  /* given to the handlers and the renderer */
    /* Renders every error under the prefix: limits, 404, 405, keys, and what handlers pass to ts_respond_problem. It
     * may set another status. NULL: application/problem+json. `request` may be incomplete (no body). */
    void (*render_error)(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response);
} ts_route_group;

typedef struct ts_http_routes {
    const ts_route_group *groups;
    size_t count;
} ts_http_routes;

/* The default renderer: {type,title,status,code,detail,hint,instance}. */
void ts_http_render_problem(const ts_problem *problem, ts_response *response);

#endif
