/* service (private): sessions of whoever showed a key: a page keeps a cookie, never the key itself. */
#ifndef TS_SERVICE_KEY_SESSION_H
#define TS_SERVICE_KEY_SESSION_H

#include "people/people.h"
#include "service/service.h"

/* Is this the token of such a session, as far as its form goes? */
bool ts_is_key_session(const char *token);
/* Whose it is. TS_UNAUTHORIZED: none, ended, or the key is no longer good. out->token is NULL. */
bool ts_key_session_find(ts_service *service, const char *token, ts_arena *arena, ts_actor *actor,
                         ts_session *out, ts_error *err);
bool ts_key_session_end(ts_service *service, const char *token, ts_error *err); /* fine when there is none */

#endif
