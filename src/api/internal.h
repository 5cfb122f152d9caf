/* api (private): what an api holds. */
#ifndef TS_API_INTERNAL_H
#define TS_API_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "api/schema.h"
#include "base/buf.h"
#include "service/keys.h"

typedef struct ts_events ts_events;
typedef struct ts_long_call ts_long_call;

struct ts_api {
    ts_service *service;
    struct ts_log *log;
    char *public_url; /* without a slash at the end; "" for relative links */
    char *spool_dir;
    bool open_metrics, imagetag_keeps;
    unsigned rate_per_minute;
    ts_schemas *schemas;
    ts_route_group *groups;
    ts_http_routes routes;
    ts_buf openapi, page; /* written once, served as they are */
    ts_events *events;    /* the event streams */
    _Atomic(ts_http_server *) server;
    atomic_int stop;          /* no new streams and long calls */
    pthread_mutex_t lock;     /* guards long_calls */
    pthread_cond_t idle;      /* there are none any more */
    ts_long_call *long_calls; /* imports, backups, ... in hand */
};

/* ---- who.c: the hooks for http ---- */
bool ts_who_authorize(void *api, const ts_http_credentials *credentials, const ts_route *route,
                      const ts_request *request, ts_identity *out, ts_error *err);
bool ts_who_allow_origin(void *api, const char *origin, const ts_identity *identity);
/* What http is to know of an actor: name and rate (the key's own or else the server's; none for local calls). */
void ts_who_identify(const ts_api *api, const ts_actor *actor, const ts_key_row *row, ts_identity *out);
/* The actor of an identity that authorize made; its texts are borrowed from the identity. */
ts_actor ts_who_actor(const ts_identity *identity);

/* ---- openapi.c, docs_page.c ---- */
bool ts_openapi_write(const ts_api *api, ts_buf *out, ts_error *err);
bool ts_docs_page_write(const ts_api *api, ts_buf *out, ts_error *err);

#endif
