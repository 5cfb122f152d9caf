/* api (private): how a route describes itself. The description is what requests are checked against and what
 * the OpenAPI document and the readable page are written from; there is no other. */
#ifndef TS_API_ROUTE_DOC_H
#define TS_API_ROUTE_DOC_H

#include <stdbool.h>

#include "http/http.h"

struct ts_call;

/* One answer of a route that is no error. */
typedef struct ts_answer_doc {
    int status;
    const char *schema; /* name in schemas/, or NULL: no body, or one that has no schema */
    const char *type;   /* media type; NULL: application/json where there is a schema, else no body */
    const char *about;
} ts_answer_doc;

/* Errors beyond those that every route has by its nature (openapi.c adds keys, rates, bodies, ids, ...). */
enum {
    TS_SAYS_NOT_FOUND = 1,  /* 404 */
    TS_SAYS_CONFLICT = 2,   /* 409 */
    TS_SAYS_CREDIT = 4,     /* 402 */
    TS_SAYS_PICTURE = 8,    /* 415, 422: the picture cannot be read, its address is refused */
    TS_SAYS_CHANGED = 16,   /* 412 without If-Match */
    TS_SAYS_KEY = 32,       /* 401 and 429 of a public route */
    TS_SAYS_FORBIDDEN = 64, /* 403 of a public route */
};

/* Headers that the handler looks at. */
enum {
    TS_TAKES_IF_MATCH = 1, /* answers 412 */
    TS_TAKES_IDEMPOTENCY = 2,
    TS_TAKES_LAST_EVENT = 4,
};

#define TS_ANSWERS_MAX 10

typedef struct ts_route_doc {
    const char *id;     /* operationId: "searchPictures" */
    const char *family; /* heading under which it stands */
    const char *summary;
    const char *about; /* Markdown paragraphs, or NULL */
    const char *query; /* schema whose properties are the query parameters; NULL: none are taken */
    const char *body;  /* schema of the JSON body, and of forms, where the route takes them */
    const char *raw;   /* media type of a body that is taken as it is; NULL: of any picture */
    bool metrics;      /* may be open to this machine without a key (ts_api_options.open_metrics) */
    unsigned
        rate_per_minute; /* for keys without a rate of their own, counted apart from their other requests; 0: as
                                 all routes */
    bool file;           /* a multipart body has a part "file", too */
    unsigned headers;    /* TS_TAKES_* */
    ts_answer_doc answers[TS_ANSWERS_MAX]; /* up to the first status 0 */
    unsigned errors;                       /* TS_SAYS_* */
    /* false: call->err says why, and is answered. */
    bool (*run)(struct ts_call *call);
} ts_route_doc;

/* The families, in the order in which they are read. One for each tagsmith_*.c file. */
typedef struct ts_family {
    const ts_route *routes;
    size_t count;
} ts_family;

extern const ts_family ts_family_upload, ts_family_pictures, ts_family_tags, ts_family_review,
    ts_family_search, ts_family_layout, ts_family_searches, ts_family_presets, ts_family_hooks,
    ts_family_keys, ts_family_people, ts_family_jobs, ts_family_keep, ts_family_schemes, ts_family_system;

#define TS_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
