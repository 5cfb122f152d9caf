/* service: things that a dialect's clients save by id and use later, such as ImageKit's saved extensions:
 * named JSON, kept and given back as it is. What it means is the dialect's business. */
#ifndef TS_SERVICE_SAVED_H
#define TS_SERVICE_SAVED_H

#include <jansson.h>

#include "service/service.h"

enum { TS_SAVED_BYTES = 65536, TS_SAVED_MAX = 1000 };

/* kind: "imagekit.extension". body: an object, in the arena. */
typedef struct ts_saved {
    const char *id;
    const json_t *body;
    int64_t created, updated; /* ms since 1970 */
} ts_saved;

/* By id, which is the order in which they were made. Scope: read. */
bool ts_service_saved_list(ts_service *service, const ts_actor *actor, const char *kind, ts_arena *arena,
                           const ts_saved **out, size_t *count, ts_error *err);
bool ts_service_saved(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                      ts_arena *arena, ts_saved *out, ts_error *err);
/* id NULL: a new one; else TS_NOT_FOUND when there is none. TS_TOO_LARGE: over TS_SAVED_BYTES, or more than
 * TS_SAVED_MAX of a kind. Scope: write. */
bool ts_service_saved_put(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                          const json_t *body, ts_arena *arena, ts_saved *out, ts_error *err);
bool ts_service_saved_delete(ts_service *service, const ts_actor *actor, const char *kind, const char *id,
                             ts_error *err);

#endif
