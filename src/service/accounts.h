/* service: people: accounts, sessions and invitations, and who a session's request comes from. */
#ifndef TS_SERVICE_ACCOUNTS_H
#define TS_SERVICE_ACCOUNTS_H

#include "people/people.h"
#include "service/service.h"

/* The calls of people/people.h, by an actor. Scope: admin, but for one's own password. */
bool ts_service_person_create(ts_service *service, const ts_actor *actor, const ts_person_new *wish,
                              ts_arena *arena, ts_person *out, ts_error *err);
bool ts_service_person_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_person **out, size_t *count, ts_error *err);
/* role, disabled and password: NULL stays. A person's own change of password gives the old one. */
typedef struct ts_person_patch {
    const ts_role *role;
    const bool *disabled;
    const char *password, *old_password;
} ts_person_patch;
bool ts_service_person_patch(ts_service *service, const ts_actor *actor, const char *id,
                             const ts_person_patch *patch, ts_error *err);
bool ts_service_person_remove(ts_service *service, const ts_actor *actor, const char *id, ts_error *err);
bool ts_service_invite(ts_service *service, const ts_actor *actor, const char *email, ts_role role,
                       ts_arena *arena, const char **token, ts_error *err);
/* Nobody needs a key for these. */
bool ts_service_accept(ts_service *service, const char *token, const ts_person_new *wish, ts_arena *arena,
                       ts_person *out, ts_error *err);
bool ts_service_sign_in(ts_service *service, const ts_sign_in *wish, ts_arena *arena, ts_session *out,
                        ts_error *err);
/* With a key instead of a password; the session has no more than the key's scopes, and ends with it. person stands for the
 * key. TS_UNAUTHORIZED. */
bool ts_service_sign_in_key(ts_service *service, const char *key, ts_arena *arena, ts_session *out,
                            ts_error *err);
bool ts_service_sign_out(ts_service *service, const char *token, ts_error *err);

/* Whose session a cookie is. csrf: the token that came with a request that changes something, or NULL for one that does
 * not. TS_UNAUTHORIZED, or TS_FORBIDDEN for a wrong csrf. */
bool ts_service_who_session(ts_service *service, const char *token, bool changes, const char *csrf,
                            ts_arena *arena, ts_actor *actor, ts_session *session, ts_error *err);

#endif
