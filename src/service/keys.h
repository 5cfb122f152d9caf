/* service: keys, credits, usage, and who a request comes from. */
#ifndef TS_SERVICE_KEYS_H
#define TS_SERVICE_KEYS_H

#include "catalog/keys.h"
#include "service/service.h"

/* What every secret begins with, so that it is known from an id. */
#define TS_KEY_SECRET_PREFIX "tss_"

typedef struct ts_key_wish {
    const char *name;
    uint32_t scopes;            /* 0: read and write */
    int64_t credits;            /* < 0: unlimited */
    uint32_t rate_per_min;      /* 0: the server's default */
    int64_t expires;            /* ms since 1970; 0: never */
    const char *const *origins; /* CORS allow-list */
    size_t origin_count;
} ts_key_wish;

/* key and secret exist in clear only here. */
typedef struct ts_key_made {
    const char *id, *key, *secret;
    ts_key_row row;
} ts_key_made;

/* Scope: admin, for all but usage of one's own key. A key cannot give what it has not got. */
bool ts_service_key_create(ts_service *service, const ts_actor *actor, const ts_key_wish *wish,
                           ts_arena *arena, ts_key_made *out, ts_error *err);
bool ts_service_key_list(ts_service *service, const ts_actor *actor, ts_arena *arena, const ts_key_row **rows,
                         size_t *count, ts_error *err);
/* Name, rate, expires and origins of the wish; its scopes (a key never grows) and credits are not looked at. */
bool ts_service_key_update(ts_service *service, const ts_actor *actor, const char *id,
                           const ts_key_wish *wish, ts_arena *arena, ts_key_row *out, ts_error *err);
bool ts_service_key_revoke(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);
bool ts_service_key_credit(ts_service *service, const ts_actor *actor, const char *id, int64_t amount,
                           ts_arena *arena, ts_key_row *out, ts_error *err);
bool ts_service_usage(ts_service *service, const ts_actor *actor, const char *key_id, int64_t from,
                      int64_t to, ts_arena *arena, const ts_usage_row **rows, size_t *count, ts_error *err);

/* Whoever shows this bearer key. TS_UNAUTHORIZED: none, unknown, revoked, expired (each its own message). The row
 * lives in the arena. */
bool ts_service_who(ts_service *service, const char *bearer, ts_arena *arena, ts_actor *actor,
                    ts_key_row *row, ts_error *err);
/* By its public id alone: for whoever showed the key before (sessions). */
bool ts_service_who_id(ts_service *service, const char *id, ts_arena *arena, ts_actor *actor, ts_key_row *row,
                       ts_error *err);
/* By public id and secret (Basic), by secret alone (ImageKit), and the secret itself for dialects that check
 * signatures: wipe it after use. */
bool ts_service_who_secret(ts_service *service, const char *id, const char *secret, ts_arena *arena,
                           ts_actor *actor, ts_key_row *row, ts_error *err);
bool ts_service_secret(ts_service *service, const char *key_id, ts_arena *arena, const char **secret,
                       ts_error *err);

/* Whose secret, behind this text, has this SHA-256 (64 hex digits, lower case): for addresses that name no key. Of the first
 * 1,000 keys. TS_UNAUTHORIZED as above. */
bool ts_service_who_digest(ts_service *service, const char *text, const char *signature, ts_arena *arena,
                           ts_actor *actor, ts_key_row *row, ts_error *err);

/* Refuses old ways of signing, which let one parameter pass for two (Cloudinary's version 1). Kept with the key. Setting it
 * needs scope admin; TS_NOT_FOUND. */
bool ts_service_key_is_strict(ts_service *service, const char *key_id);
bool ts_service_key_set_strict(ts_service *service, const ts_actor *actor, const char *key_id, bool strict,
                               ts_error *err);

/* May pages of this origin ("https://example.org") read answers given to this key; key_id NULL (a preflight): to any
 * key? From memory, for event threads. */
bool ts_service_origin_allowed(ts_service *service, const char *origin, const char *key_id);
/* Counts one answered request in the day's usage of the key: in memory, written with others later. Never blocks. */
void ts_service_count_request(ts_service *service, const char *key_id, bool failed);

/* Made once, when a data folder has no key yet: *made false afterwards. */
bool ts_service_first_key(ts_service *service, ts_arena *arena, bool *made, ts_key_made *out, ts_error *err);

#endif
