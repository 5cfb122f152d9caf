/* service: questions that a person keeps, to ask them again: a name and the question as its page writes it. */
#ifndef TS_SERVICE_SEARCHES_H
#define TS_SERVICE_SEARCHES_H

#include "service/service.h"

enum { TS_SEARCHES_MAX = 200 }; /* of one person */

typedef struct ts_saved_search {
    const char *id, *name, *query;
    int64_t created; /* ms since 1970 */
} ts_saved_search;

/* The actor's own, by name. Scope: read, as for those below: they are nobody else's. */
bool ts_service_searches(ts_service *service, const ts_actor *actor, ts_arena *arena,
                         const ts_saved_search **out, size_t *count, ts_error *err);
/* A name that the actor has already gets the new question. TS_TOO_LARGE beyond TS_SEARCHES_MAX. */
bool ts_service_search_keep(ts_service *service, const ts_actor *actor, const char *name, const char *query,
                            ts_arena *arena, ts_saved_search *out, ts_error *err);
bool ts_service_search_forget(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);

#endif
