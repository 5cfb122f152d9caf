/* tests: the people of the fake service: one account, who can sign in. */
#include <string.h>

#include "fake_service.h"
#include "service/accounts.h"

static const ts_person ann = {.id = "06gann0000000000anna",
                              .name = "Ann",
                              .email = "ann@example.org",
                              .role = TS_ROLE_REVIEWER,
                              .scopes = TS_SCOPE_READ | TS_SCOPE_WRITE | TS_SCOPE_REVIEW,
                              .created = 1700000000000};
static const char token[] = "ses_fake", csrf[] = "csrf_fake";

bool ts_service_person_create(ts_service *service, const ts_actor *actor, const ts_person_new *wish,
                              ts_arena *arena, ts_person *out, ts_error *err)
{
    (void)service, (void)arena;
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (strcmp(wish->email, ann.email) == 0) return ts_fail(err, TS_CONFLICT, "that address has an account");
    *out = ann;
    out->name = wish->name;
    out->email = wish->email;
    out->role = wish->role;
    return true;
}

bool ts_service_person_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_person **out, size_t *count, ts_error *err)
{
    (void)service, (void)arena;
    *out = &ann;
    *count = 1;
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err);
}

static bool is_known(const char *id, ts_error *err)
{
    return strcmp(id, ann.id) == 0 || ts_fail(err, TS_NOT_FOUND, "there is no person %.40s", id);
}

bool ts_service_person_patch(ts_service *service, const ts_actor *actor, const char *id,
                             const ts_person_patch *patch, ts_error *err)
{
    (void)service;
    bool own =
        actor->kind == TS_ACTOR_PERSON && strcmp(actor->id, id) == 0 && !patch->role && !patch->disabled;
    return (own || ts_actor_may(actor, TS_SCOPE_ADMIN, err)) && is_known(id, err);
}

bool ts_service_person_remove(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    (void)service;
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) && is_known(id, err);
}

bool ts_service_invite(ts_service *service, const ts_actor *actor, const char *email, ts_role role,
                       ts_arena *arena, const char **out, ts_error *err)
{
    (void)service, (void)email, (void)role, (void)arena;
    *out = "inv_fake";
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err);
}

bool ts_service_accept(ts_service *service, const char *invitation, const ts_person_new *wish,
                       ts_arena *arena, ts_person *out, ts_error *err)
{
    (void)service, (void)arena, (void)wish;
    *out = ann;
    return strcmp(invitation, "inv_fake") == 0 || ts_fail(err, TS_NOT_FOUND, "there is no such invitation");
}

static void be_ann(ts_session *out)
{
    *out = (ts_session){.person = ann, .token = token, .csrf = csrf, .expires = 1900000000000};
}

bool ts_service_sign_in(ts_service *service, const ts_sign_in *wish, ts_arena *arena, ts_session *out,
                        ts_error *err)
{
    (void)service, (void)arena;
    be_ann(out);
    bool good = strcmp(wish->email, ann.email) == 0 && strcmp(wish->password, "correct horse") == 0;
    return good || ts_fail(err, TS_UNAUTHORIZED, "no account with that address and password");
}

bool ts_service_sign_in_key(ts_service *service, const char *key, ts_arena *arena, ts_session *out,
                            ts_error *err)
{
    (void)service, (void)arena;
    be_ann(out);
    return strcmp(key, "tsk_ann") == 0 || ts_fail(err, TS_UNAUTHORIZED, "this key is not known here");
}

bool ts_service_sign_out(ts_service *service, const char *shown, ts_error *err)
{
    (void)service, (void)shown, (void)err;
    return true;
}

bool ts_service_who_session(ts_service *service, const char *shown, bool changes, const char *shown_csrf,
                            ts_arena *arena, ts_actor *actor, ts_session *session, ts_error *err)
{
    (void)service, (void)arena;
    if (strcmp(shown, token) != 0) return ts_fail(err, TS_UNAUTHORIZED, "the session has ended");
    if (changes && (!shown_csrf || strcmp(shown_csrf, csrf) != 0))
        return ts_fail(err, TS_FORBIDDEN, "the request does not come from our own page");
    be_ann(session);
    *actor = (ts_actor){
        .kind = TS_ACTOR_PERSON, .id = ann.id, .name = ann.name, .key_id = "", .scopes = ann.scopes};
    return true;
}
