/* service: webhooks: who wants to hear what, and what was sent. Events: picture.tagged, picture.updated,
 * picture.deleted, picture.held, picture.released, picture.rejected, picture.failed, job.done.
 *
 * A delivery is written in the same transaction as the change that causes it, so neither can exist without the other;
 * it is sent at least once, in order per picture, with a stable id. */
#ifndef TS_SERVICE_HOOKS_H
#define TS_SERVICE_HOOKS_H

#include <jansson.h>

#include "catalog/catalog.h"
#include "catalog/deliveries.h"
#include "service/service.h"

typedef struct ts_hook {
    const char *id;
    int64_t version;
    const char *url;
    const char *const *events; /* none: all */
    size_t event_count;
    const char *key_id;  /* whose secret signs */
    const char *dialect; /* "tagsmith"; who renders and signs (ts_service_hook_dialect) */
    const char *note;    /* what its dialect keeps with it; NULL: "" */
    bool paused;
} ts_hook;

bool ts_service_hook_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_hook **out,
                          size_t *count, ts_error *err);
bool ts_service_hook(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                     ts_hook *out, ts_error *err);
/* id NULL: a new one. */
bool ts_service_hook_put(ts_service *service, const ts_actor *actor, const char *id, const ts_hook *hook,
                         int64_t if_version, ts_arena *arena, ts_hook *out, ts_error *err);
bool ts_service_hook_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                            ts_error *err);
/* Sends a "ping" now and tells what came back. */
typedef struct ts_hook_test {
    int status; /* 0: no answer */
    double ms;
    const char *error; /* "" when delivered */
} ts_hook_test;
bool ts_service_hook_test(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                          ts_hook_test *out, ts_error *err);
bool ts_service_delivery_list(ts_service *service, const ts_actor *actor, const char *hook_id,
                              const char *state, const char *cursor, unsigned limit, ts_arena *arena,
                              const ts_delivery_row **rows, size_t *count, const char **next, ts_error *err);
bool ts_service_redeliver(ts_service *service, const ts_actor *actor, const char *delivery_id, ts_error *err);

/* What a dialect is told of an event about a picture. */
typedef struct ts_hook_picture {
    ts_service *service;
    ts_txn *txn; /* of the change: ts_named_of and the like may be asked with it */
    const char *event;
    const struct ts_picture_full *picture;
    const ts_error *error; /* why it failed, or NULL */
    const char *key_id;    /* whose secret will sign */
    bool own;              /* for the address that the picture brought, not for a webhook */
    const char *note;      /* what the dialect keeps with the webhook; "" */
    size_t part;           /* which of parts, from 0 */
    /* Of picture.updated what was changed, as far as it is known: {"tags": {"added": [label], "removed": [label]}, "before":
     * what dialects kept, where that changed, "renamed": {"space", "from"}}; or NULL. */
    const json_t *changes;
} ts_hook_picture;

/* How a dialect writes and signs what it sends. Registered before the server starts; body and header lines go into
 * the buffers. secret is the key's. The payload of a picture has, beside what our own webhooks carry, a member "extra": what
 * dialects keep with it, "revision" (revisions.h), "granted" (wishes.h), and maybe "changes" (as in ts_hook_picture);
 * "direct" is true when the receiver came with the picture itself. body, parts and picture run on the
 * catalogue's writer: nothing of the catalogue may be asked there but with the transaction that is given. */
typedef struct ts_hook_dialect {
    const char *name; /* the struct is constant and outlives the service */
    /* payload's member "part": which of several (parts) this is, from 0. */
    bool (*body)(ts_service *service, const char *event, const json_t *payload, ts_buf *out, ts_error *err);
    bool (*sign)(const char *id, int64_t now_ms, const char *secret, const void *body, size_t length,
                 ts_buf *header_lines, ts_error *err);
    /* How many deliveries this event makes for one receiver, 0 to TS_HOOK_PARTS_MAX; NULL: always one. */
    size_t (*parts)(const char *event, const json_t *payload);
    /* For dialects that tell more of a picture than the payload has: instead of body where an event is about one. What
     * stays empty is not sent. NULL: body does it. */
    bool (*picture)(const ts_hook_picture *news, ts_buf *out, ts_error *err);
} ts_hook_dialect;
#define TS_HOOK_PARTS_MAX 16
bool ts_service_hook_dialect(ts_service *service, const ts_hook_dialect *dialect, ts_error *err);

/* Tells one receiver alone of a picture as it is now, as if it had come with the picture. Scope: write. */
bool ts_service_tell_url(ts_service *service, const ts_actor *actor, const char *picture, const char *event,
                         const char *url, const char *dialect, ts_error *err);

/* Queues an event for every hook that wants it (and for `url`, when the picture brought its own). Called inside the
 * transaction that changes the picture. payload is borrowed. */
bool ts_hooks_emit(ts_service *service, ts_txn *txn, const char *event, int64_t picture,
                   const json_t *payload, const char *url, const char *key_id, const char *dialect,
                   ts_error *err);
/* About a picture, for `url` alone. */
bool ts_hooks_emit_to(ts_service *service, ts_txn *txn, const char *event,
                      const struct ts_picture_full *picture, const json_t *payload, const char *url,
                      const char *key_id, const char *dialect, ts_error *err);

/* The same for an event about a picture; payload as above. */
bool ts_hooks_emit_picture(ts_service *service, ts_txn *txn, const char *event,
                           const struct ts_picture_full *picture, const ts_error *error,
                           const json_t *payload, const char *url, const char *key_id, const char *dialect,
                           ts_error *err);

#endif
