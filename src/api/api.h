/* api: the routes of our own REST API and what a server needs to serve them. The only header that other rooms include.
 *
 * Only translation: a request in, a service call, a response out. Every route is one line of a table with its own
 * description (route_doc.h): requests are checked against it before a handler sees them, and /api/openapi.json and
 * /api/docs are written from it, so that the document cannot say anything else than the server does.
 *
 *     ts_api *api = ts_api_open(&(ts_api_options){.service = service, .log = log}, &err);
 *     ts_http_options options = {.listen = "127.0.0.1:8080"};
 *     ts_api_hooks(api, &options.hooks);
 *     ts_http_server *server = ts_http_server_open(&options, ts_api_routes(api), &err);
 *     ts_api_serve(api, server);
 *     ...
 *     ts_api_stop(api);                       // ends event streams, imports and the like
 *     ts_http_server_stop_accepting(server);
 *     ts_http_server_drain(server, 20000);
 *     ts_http_server_close(server);
 *     ts_api_close(api);                      // before the service
 *
 * Threads: the routes and hooks run on any number of threads; open, serve, stop and close on one. */
#ifndef TS_API_API_H
#define TS_API_API_H

#include <stdbool.h>

#include "http/http.h"
#include "service/service.h"

typedef struct ts_api ts_api;
typedef struct ts_dialect ts_dialect;

#define TS_SESSION_COOKIE "tagsmith_session" /* of people who signed in: for ts_http_options.session_cookie */

/* Texts are copied; service and log must outlive the api. */
typedef struct ts_api_options {
    ts_service *service;
    struct ts_log *log;     /* access lines at level info; NULL: silent */
    const char *public_url; /* what links begin with ("https://pictures.example.org"); NULL: relative links */
    bool open_metrics;      /* /metrics needs no key when asked from this very machine */
    unsigned rate_per_minute; /* of a key that has no rate of its own; 0: no limit */
    bool imagetag_keeps;   /* what comes in by the AI Image Tag API stays; else it is tagged and forgotten */
    const char *spool_dir; /* for exports on their way out; NULL: /tmp */
    const ts_dialect *const *dialects; /* of other vendors, served beside our own routes: ts_api_dialects */
    size_t dialect_count;
} ts_api_options;

/* All that there are; constant. */
const ts_dialect *const *ts_api_dialects(size_t *count);

/* NULL: TS_NO_MEMORY, or TS_INTERNAL when a table contradicts itself (tests see to it that none does). */
ts_api *ts_api_open(const ts_api_options *options, ts_error *err);
/* The routing table; lives as long as the api. Serves ts_http_server_open and ts_http_dispatch alike. */
const ts_http_routes *ts_api_routes(const ts_api *api);
/* Fills context, authorize, allow_origin, access and log. A local call (unix socket, dispatch) acts as the owner of
 * the data folder, with all scopes. */
void ts_api_hooks(ts_api *api, ts_http_hooks *hooks);
/* Tells whose figures /metrics shows. NULL: none. */
void ts_api_serve(ts_api *api, ts_http_server *server);
/* Ends event streams and long local calls, and waits for them. After it routes answer still, event streams do not. */
void ts_api_stop(ts_api *api);
void ts_api_close(ts_api *api); /* NULL is fine; no request may be inside */

#endif
