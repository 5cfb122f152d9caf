/* api (private): what a dialect of another vendor is made of. A dialect only translates: its own words and shapes in, service
 * calls, its own shapes out. Its routes are no part of our OpenAPI document; docs/dialects.md says what each answers. */
#ifndef TS_API_DIALECT_H
#define TS_API_DIALECT_H

#include "api/call.h"
#include "service/hooks.h"
#include "service/keys.h"

/* Routes below one prefix. */
typedef struct ts_dialect_group {
    const char *prefix; /* "/v1_1": whole segments */
    const ts_route *routes;
    size_t count;
    unsigned flags; /* TS_GROUP_* */
} ts_dialect_group;

/* The same where the routes stand in a file of their own. */
typedef struct ts_dialect_family {
    const char *prefix;
    const ts_family *family;
    unsigned flags;
} ts_dialect_family;

struct ts_dialect {
    const char *name; /* "cloudinary": also of what it sends to webhooks and of its space of names */
    const ts_dialect_group *groups;
    size_t count;
    const ts_dialect_family *families;
    size_t family_count;
    /* As in ts_route_group; context is the ts_api. Unknown paths under the prefixes come here, too. */
    void (*render_error)(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response);
    const ts_hook_dialect *hooks; /* NULL: it sends nothing */
};

extern const ts_dialect ts_dialect_cloudinary, ts_dialect_imagekit, ts_dialect_imagetag;

/* The handler of every dialect's route: calls route->doc->run, answers call->err in the dialect's shape. Nothing is
 * checked against schemas: query and body of the call are NULL, the request says what was sent. */
void ts_dialect_route(void *context, ts_request *request, ts_response *response);

/* For public routes whose key stands in the body: from here on the call is this actor's, counted against the key's rate.
 * false: TS_RATE_LIMITED. */
bool ts_dialect_admit(ts_call *call, const ts_actor *actor, const ts_key_row *row);

#endif
