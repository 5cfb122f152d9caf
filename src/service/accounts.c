/* service: people. What is allowed to whom is decided in people/; here an actor becomes its "by". */
#include "service/accounts.h"

#include "service/core.h"
#include "service/key_session.h"

static ts_people_by by_of(const ts_actor *actor)
{
    return (ts_people_by){.id = actor->kind == TS_ACTOR_PERSON ? actor->id : "", .scopes = actor->scopes};
}

bool ts_service_person_create(ts_service *service, const ts_actor *actor, const ts_person_new *wish,
                              ts_arena *arena, ts_person *out, ts_error *err)
{
    ts_people_by by = by_of(actor);
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_people_create(service->people, &by, wish, arena, out, err);
}

bool ts_service_person_list(ts_service *service, const ts_actor *actor, ts_arena *arena,
                            const ts_person **out, size_t *count, ts_error *err)
{
    ts_people_by by = by_of(actor);
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) &&
           ts_people_all(service->people, &by, arena, out, count, err);
}

bool ts_service_person_patch(ts_service *service, const ts_actor *actor, const char *id,
                             const ts_person_patch *patch, ts_error *err)
{
    ts_people_by by = by_of(actor);
    bool rights = patch->role || patch->disabled;
    if (rights && !ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (patch->role && !ts_people_set_role(service->people, &by, id, *patch->role, err)) return false;
    if (patch->disabled && !ts_people_disable(service->people, &by, id, *patch->disabled, err)) return false;
    return !patch->password ||
           ts_people_set_password(service->people, &by, id, patch->old_password, patch->password, NULL, err);
}

bool ts_service_person_remove(ts_service *service, const ts_actor *actor, const char *id, ts_error *err)
{
    ts_people_by by = by_of(actor);
    return ts_actor_may(actor, TS_SCOPE_ADMIN, err) && ts_people_remove(service->people, &by, id, err);
}

bool ts_service_invite(ts_service *service, const ts_actor *actor, const char *email, ts_role role,
                       ts_arena *arena, const char **token, ts_error *err)
{
    char text[TS_TOKEN_TEXT];
    ts_people_by by = by_of(actor);
    if (!ts_actor_may(actor, TS_SCOPE_ADMIN, err)) return false;
    if (!ts_people_invite(service->people, &by, email ? email : "", role, text, err)) return false;
    *token = ts_arena_strdup(arena, text);
    return *token || ts_fail_memory(err);
}

bool ts_service_accept(ts_service *service, const char *token, const ts_person_new *wish, ts_arena *arena,
                       ts_person *out, ts_error *err)
{
    return ts_people_accept(service->people, token, wish, arena, out, err);
}

bool ts_service_sign_in(ts_service *service, const ts_sign_in *wish, ts_arena *arena, ts_session *out,
                        ts_error *err)
{
    return ts_people_sign_in(service->people, wish, arena, out, err);
}

bool ts_service_sign_out(ts_service *service, const char *token, ts_error *err)
{
    return ts_is_key_session(token) ? ts_key_session_end(service, token, err)
                                    : ts_people_sign_out(service->people, token, err);
}

static bool find_session(ts_service *service, const char *token, ts_arena *arena, ts_actor *actor,
                         ts_session *session, ts_error *err)
{
    if (ts_is_key_session(token)) return ts_key_session_find(service, token, arena, actor, session, err);
    if (!ts_people_session(service->people, token, arena, session, err)) return false;
    *actor = (ts_actor){.kind = TS_ACTOR_PERSON,
                        .id = session->person.id,
                        .name = session->person.name,
                        .key_id = "",
                        .scopes = session->person.scopes};
    return true;
}

bool ts_service_who_session(ts_service *service, const char *token, bool changes, const char *csrf,
                            ts_arena *arena, ts_actor *actor, ts_session *session, ts_error *err)
{
    if (!find_session(service, token, arena, actor, session, err)) return false;
    if (changes && !(csrf && ts_people_csrf_valid(service->people, token, csrf))) {
        (void)ts_fail(err, TS_FORBIDDEN, "the request does not show that it comes from our own page");
        return ts_hint(err, "send the session's token in the header X-CSRF-Token");
    }
    return true;
}
