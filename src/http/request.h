/* http: what a handler may ask of a request. Include "http/http.h".
 *
 * A request lives from its first header until its answer is ready; everything that these functions return is
 * borrowed from it and dies with it, unless said otherwise. One thread at a time (the worker that runs the
 * handler). Nothing here blocks. Texts are NUL-terminated and hold no NUL inside; bodies and parts may hold any
 * byte, so they come with a length. */
#ifndef TS_HTTP_REQUEST_H
#define TS_HTTP_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct ts_request ts_request;
struct ts_route;

/* One query parameter, form field, header or cookie. `value` is never NULL and may hold NULs only in a multipart
 * field, which is why it has a length. */
typedef struct ts_http_pair {
    const char *name;
    const char *value;
    size_t length;
} ts_http_pair;

/* In the order in which they were sent, repeated names kept. */
typedef struct ts_http_pairs {
    const ts_http_pair *items;
    size_t count;
} ts_http_pairs;

/* One part of a multipart body. `data` is one piece of memory whether the part lay in memory or in the spool, and
 * has no NUL behind it. */
typedef struct ts_http_part {
    const char *name; /* form field name, "" when the part has none */
    const char
        *filename;    /* as the client says, NULL where it says none: a name to show, never a path to open */
    const char *type; /* Content-Type without parameters, lower case; "" when the part has none */
    const void *data;
    size_t length;
} ts_http_part;

/* How the caller showed who it is; whether that is any good is asked of the authorize hook. */
typedef enum ts_credentials_kind {
    TS_CREDENTIALS_NONE = 0,
    TS_CREDENTIALS_LOCAL,  /* came over the unix socket or by ts_http_dispatch: the same user, or root */
    TS_CREDENTIALS_BEARER, /* Authorization: Bearer SECRET */
    TS_CREDENTIALS_BASIC,  /* Authorization: Basic ID:SECRET; either may be "" */
    TS_CREDENTIALS_COOKIE, /* options.session_cookie; the framing check against other origins has passed */
    TS_CREDENTIALS_HEADER, /* X-API-Key: SECRET */
    TS_CREDENTIALS_QUERY,  /* ?KEY=SECRET, only on routes with TS_ROUTE_QUERY_KEY; KEY is options.query_key */
    TS_CREDENTIALS_OTHER, /* another Authorization scheme: `id` is the scheme, `secret` the rest of the line */
} ts_credentials_kind;

typedef struct ts_http_credentials {
    ts_credentials_kind kind;
    const char *id;     /* never NULL */
    const char *secret; /* never NULL; do not log */
} ts_http_credentials;

/* Who a request turned out to be: filled by the authorize hook, copied into the request. http reads `name` (whom
 * the rate limit counts, and what the access log shows) and the rate; all else is between hook and handler. */
typedef struct ts_identity {
    char name[64];   /* a key's public id, "local", a person's id; "" is nobody */
    unsigned scopes; /* the hook's own bits */
    int64_t ids[4];  /* the hook's own numbers */
    char label[64];  /* the hook's own text */
    void *user;      /* the hook's own; `release` is called on it once when the request ends, if not NULL */
    void (*release)(void *user);
    double rate_per_minute; /* 0: no limit */
    unsigned burst;         /* requests that may come at once; 0: as many as a minute allows */
    char counted_as[16];    /* requests that are counted apart from the name's others; "": with them */
} ts_identity;

/* --- the line and the headers --- */
const char *ts_request_method(const ts_request *request); /* "GET" for a HEAD as well */
const char *ts_request_path(const ts_request *request);   /* as sent, without the query, still encoded */
const char *ts_request_target(const ts_request *request); /* as sent, with the query */
const char *ts_request_param(const ts_request *request,
                             const char *name); /* decoded; NULL if the pattern has none */
const char *ts_request_header(const ts_request *request, const char *name); /* first of that name, or NULL */
ts_http_pairs ts_request_headers(const ts_request *request);
const char *ts_request_cookie(const ts_request *request, const char *name);
const char *ts_request_query(const ts_request *request, const char *name); /* first of that name, or NULL */
ts_http_pairs ts_request_query_pairs(const ts_request *request);
const char *
ts_request_peer(const ts_request *request); /* address of the client; "local" for socket and dispatch */
const char *ts_request_scheme(const ts_request *request); /* "http", or what a trusted proxy says */
const char *
ts_request_host(const ts_request *request); /* with port, or what a trusted proxy says; "" if none */
const char *ts_request_id(const ts_request *request); /* 20 letters and digits, also sent as X-Request-Id */
const char *ts_request_if_match(const ts_request *request);        /* the header's value, or NULL */
const char *ts_request_idempotency_key(const ts_request *request); /* the header's value, or NULL */
/* The number in Last-Event-ID, or -1. */
int64_t ts_request_last_event(const ts_request *request);

/* --- who --- */
const ts_http_credentials *ts_request_credentials(const ts_request *request);
const ts_identity *ts_request_identity(const ts_request *request); /* never NULL; name "" on public routes */
/* For routes whose key lies in the body (TS_ROUTE_PUBLIC): makes `identity` the request's and counts it against its
 * rate. false and TS_RATE_LIMITED when it came too fast (Retry-After is then on the answer). Takes identity->user
 * over in either case. */
bool ts_request_admit(ts_request *request, const ts_identity *identity, ts_error *err);

/* How the caller stands with its rate, as RateLimit-* says. false, out as it was: it has no limit, or is not known yet. */
typedef struct ts_http_rate {
    unsigned limit, remaining, reset_s;
} ts_http_rate;
bool ts_request_rate(const ts_request *request, ts_http_rate *out);

/* --- the body --- */
const void *ts_request_body(const ts_request *request,
                            size_t *length);                 /* NULL and 0 when there is none or it was
                                                                            multipart */
const char *ts_request_body_type(const ts_request *request); /* without parameters, lower case; "" if none */
/* The body as JSON, parsed once: duplicate keys, NUL, more than 64 levels and trailing bytes are TS_USAGE. */
const json_t *ts_request_json(ts_request *request, ts_error *err);
/* Fields of an urlencoded body, or those parts of a multipart body that have no file name; empty otherwise. */
ts_http_pairs ts_request_fields(const ts_request *request);
const char *ts_request_field(const ts_request *request, const char *name); /* first, or NULL */
size_t ts_request_part_count(const ts_request *request);                   /* all parts, files and fields */
const ts_http_part *ts_request_part_at(const ts_request *request, size_t index);
const ts_http_part *ts_request_part(const ts_request *request,
                                    const char *name); /* first of that name, or NULL */

/* --- for handlers --- */
const struct ts_route *ts_request_route(const ts_request *request);
ts_arena *ts_request_arena(ts_request *request);         /* memory that dies with the request */
double ts_request_elapsed_ms(const ts_request *request); /* since its head was complete */

#endif
