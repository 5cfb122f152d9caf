/* api (private): one request on its way through a route: who asks, what was sent (checked), where the answer goes. */
#ifndef TS_API_CALL_H
#define TS_API_CALL_H

#include <jansson.h>

#include "api/api.h"
#include "api/route_doc.h"
#include "api/schema.h"
#include "service/find.h"
#include "service/schemes.h"

/* The languages in which names are wanted besides English, in the order asked for. */
typedef struct ts_languages {
    ts_language items[TS_LANGUAGE_COUNT];
    size_t count;
} ts_languages;

/* Lives as long as the request. query and body have passed their schemas and hold the defaults: members of the
 * declared type, or absent. */
typedef struct ts_call {
    ts_api *api;
    ts_service *service;
    const ts_route *route;
    ts_request *request;
    ts_response *response;
    ts_arena *arena;
    ts_actor actor;
    const json_t *query; /* never NULL */
    const json_t *body;  /* NULL where there is none */
    ts_languages languages;
    ts_scheme_words words; /* the vocabularies in which tags are wanted, too */
    ts_error err;
} ts_call;

/* A request before anything of it was looked at: no query, no body. context is the ts_api. */
ts_call ts_call_of(void *context, ts_request *request, ts_response *response);

/* The handler of every route: checks the request against route->doc, runs doc->run, answers call->err. */
void ts_call_route(void *context, ts_request *request, ts_response *response);

/* ---- what was asked ---- */
const char *ts_call_path(const ts_call *call, const char *name); /* of the pattern; never NULL */
/* Members of a checked object; NULL, 0, false or the fallback where it is absent or null. */
const char *ts_member_text(const json_t *object, const char *name);
int64_t ts_member_int(const json_t *object, const char *name, int64_t fallback);
double ts_member_number(const json_t *object, const char *name, double fallback);
bool ts_member_flag(const json_t *object, const char *name);
/* A list of texts in the arena; borrowed texts. false when out of memory (err is filled). */
bool ts_member_texts(ts_arena *arena, const json_t *object, const char *name, const char *const **texts,
                     size_t *count, ts_error *err);
/* Which pictures: q (or what it is called), text, similar, colour, held, numbers (a list, or a text with commas). false when
 * out of memory (err is filled). */
bool ts_call_choice(ts_call *call, const json_t *object, const char *query_name, ts_choice *choice);
/* Milliseconds since 1970 of a date-time. */
int64_t ts_member_time(const json_t *object, const char *name, int64_t fallback);
/* The version in If-Match: -1 without the header or for "*". false: TS_USAGE. */
bool ts_call_if_version(ts_call *call, int64_t *version);

/* ---- what is answered; each returns true, so that run can end with it ---- */
bool ts_answer(ts_call *call, int status, json_t *root); /* takes the reference; NULL: out of memory */
/* The same with a strong ETag of this version. */
bool ts_answer_version(ts_call *call, int status, int64_t version, json_t *root);
bool ts_answer_created(ts_call *call, const char *path, int64_t version, json_t *root);
bool ts_answer_nothing(ts_call *call); /* 204 */

#endif
