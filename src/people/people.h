/* people: accounts, sessions and invitations: the *who* of every change.
 *
 *     ts_people *people = ts_people_open(catalog, vault, &err);
 *     ts_sign_in wish = {.email = "ann@example.org", .password = "…", .source = "192.0.2.7"};
 *     ts_session session;
 *     ts_people_sign_in(people, &wish, arena, &session, &err);       // session.token goes into a cookie
 *     ts_people_session(people, token_from_cookie, arena, &session, &err);
 *
 * Tokens are shown once and stored as hashes. Changes take the scopes and id of who makes them (`by`): nobody
 * hands out more than they have, and the last administrator stays. Threads: every function from any number of
 * threads at once; results live in the caller's arena. Errors of the catalogue are passed on. */
#ifndef TS_PEOPLE_PEOPLE_H
#define TS_PEOPLE_PEOPLE_H

#include "catalog/catalog.h"
#include "people/scope.h"
#include "people/vault.h"

typedef struct ts_people ts_people;

/* catalog and vault are borrowed and must outlive it. */
ts_people *ts_people_open(ts_catalog *catalog, const ts_vault *vault, ts_error *err);
void ts_people_close(ts_people *people); /* NULL is fine */

typedef struct ts_person {
    const char *id, *name, *email;
    ts_role role;
    uint32_t scopes; /* of the role; 0 while disabled */
    int64_t created; /* ms since 1970, UTC */
    bool disabled;
} ts_person;

/* Who makes a change: a person, a key, or the owner of this machine (scopes TS_SCOPE_ALL, id ""). */
typedef struct ts_people_by {
    const char *id;
    uint32_t scopes;
} ts_people_by;

/* ---- accounts (all need scope admin, but the last) ------------------------------------------------- */

typedef struct ts_person_new {
    const char *name, *email;
    const char *password; /* NULL: cannot sign in until one is set */
    ts_role role;
} ts_person_new;

/* TS_FORBIDDEN, TS_USAGE (an address without @, a weak password), TS_CONFLICT (the address is taken). */
bool ts_people_create(ts_people *people, const ts_people_by *by, const ts_person_new *wish, ts_arena *arena,
                      ts_person *out, ts_error *err);
bool ts_people_all(ts_people *people, const ts_people_by *by, ts_arena *arena, const ts_person **out,
                   size_t *count, ts_error *err);
/* Ends the person's sessions when the role shrinks or the account is disabled. TS_CONFLICT: the last
 * administrator. */
bool ts_people_set_role(ts_people *people, const ts_people_by *by, const char *id, ts_role role,
                        ts_error *err);
bool ts_people_disable(ts_people *people, const ts_people_by *by, const char *id, bool disabled,
                       ts_error *err);
bool ts_people_remove(ts_people *people, const ts_people_by *by, const char *id, ts_error *err);
/* One's own (old given and right), or anybody's by an administrator (old NULL). Ends all sessions but that of
 * `session_token` (may be NULL). */
bool ts_people_set_password(ts_people *people, const ts_people_by *by, const char *id, const char *old,
                            const char *password, const char *session_token, ts_error *err);

/* ---- sessions ------------------------------------------------------------------------------------ */

#define TS_SESSION_DAYS 14 /* of not being used */

typedef struct ts_sign_in {
    const char *email, *password;
    const char *source; /* the address that it comes from, as text */
} ts_sign_in;

typedef struct ts_session {
    ts_person person;
    const char *token; /* for the cookie; NULL from ts_people_session */
    const char *csrf;  /* to be sent with every change */
    int64_t expires;   /* ms since 1970, UTC */
} ts_session;

/* TS_UNAUTHORIZED, the same for an unknown address, a wrong password and a disabled account, and as slow;
 * TS_RATE_LIMITED after ten bad ones a minute; TS_BUSY when too many are waiting. */
bool ts_people_sign_in(ts_people *people, const ts_sign_in *wish, ts_arena *arena, ts_session *out,
                       ts_error *err);
/* Whose session it is. TS_UNAUTHORIZED: none, ended, or the account is disabled. Lives on for another
 * TS_SESSION_DAYS with use. */
bool ts_people_session(ts_people *people, const char *token, ts_arena *arena, ts_session *out, ts_error *err);
/* Does the CSRF token belong to the session? */
bool ts_people_csrf_valid(const ts_people *people, const char *session_token, const char *csrf);
bool ts_people_sign_out(ts_people *people, const char *token, ts_error *err); /* fine when there is none */

/* ---- invitations --------------------------------------------------------------------------------- */

#define TS_INVITATION_DAYS 7

/* The token for the link; it works once. email "": for whoever has it. */
bool ts_people_invite(ts_people *people, const ts_people_by *by, const char *email, ts_role role,
                      char token[TS_TOKEN_TEXT], ts_error *err);
/* Makes the account that an invitation is for. wish->role does not count; wish->email may be NULL where the
 * invitation names one, and must be the same otherwise. TS_NOT_FOUND: unknown, used or expired. */
bool ts_people_accept(ts_people *people, const char *token, const ts_person_new *wish, ts_arena *arena,
                      ts_person *out, ts_error *err);

#endif
