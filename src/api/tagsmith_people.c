/* api: people: signing in, accounts, invitations. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "service/accounts.h"

/* ---- sessions ------------------------------------------------------------------------------------ */

static json_t *json_of_person(const ts_person *person)
{
    return json_pack("{s:o, s:o, s:o, s:s, s:o, s:b, s:o}", "id", ts_json_of_text(person->id), "name",
                     ts_json_of_text(person->name), "email", ts_json_of_text(person->email), "role",
                     ts_role_name(person->role), "scopes", ts_json_of_scopes(person->scopes), "disabled",
                     person->disabled, "created", ts_json_of_time(person->created));
}

static json_t *json_of_session(const ts_session *session)
{
    return json_pack("{s:o, s:o, s:o}", "person", json_of_person(&session->person), "csrf",
                     ts_json_of_text(session->csrf), "expires", ts_json_of_time(session->expires));
}

/* Only over https where links are. */
static void set_cookie(const ts_call *call, const char *token, long seconds)
{
    const char *url = call->api->public_url;
    const char *secure = url && strncmp(url, "https://", 8) == 0 ? "; Secure" : "";
    ts_response_headerf(call->response, "Set-Cookie",
                        TS_SESSION_COOKIE "=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%ld%s", token,
                        seconds, secure);
    ts_response_header(call->response, "Cache-Control", "no-store");
}

/* With a key, or with address and password. */
static bool open_session(ts_call *call, ts_session *session)
{
    const char *key = ts_member_text(call->body, "key");
    ts_sign_in wish = {.email = ts_member_text(call->body, "email"),
                       .password = ts_member_text(call->body, "password"),
                       .source = ts_request_peer(call->request)};
    if (key && !wish.email && !wish.password)
        return ts_service_sign_in_key(call->service, key, call->arena, session, &call->err);
    if (!key && wish.email && wish.password)
        return ts_service_sign_in(call->service, &wish, call->arena, session, &call->err);
    return ts_fail(&call->err, TS_USAGE, "signing in takes email and password, or key");
}

static bool sign_in(ts_call *call)
{
    enum { day_s = 86400 };
    ts_session session = {0};
    if (!open_session(call, &session)) return false;
    set_cookie(call, session.token, (long)TS_SESSION_DAYS * day_s);
    return ts_answer(call, 200, json_of_session(&session));
}

/* The cookie itself is the credential here: whoever has one may read what it says, or end it. */
static bool read_session(ts_call *call, ts_session *session)
{
    ts_actor actor;
    const char *token = ts_request_cookie(call->request, TS_SESSION_COOKIE);
    if (!token) return ts_fail(&call->err, TS_UNAUTHORIZED, "nobody is signed in here");
    return ts_service_who_session(call->service, token, false, NULL, call->arena, &actor, session,
                                  &call->err);
}

static bool get_session(ts_call *call)
{
    ts_session session = {0};
    return read_session(call, &session) && ts_answer(call, 200, json_of_session(&session));
}

static bool sign_out(ts_call *call)
{
    const char *token = ts_request_cookie(call->request, TS_SESSION_COOKIE);
    if (token && !ts_service_sign_out(call->service, token, &call->err)) return false;
    set_cookie(call, "", 0);
    return ts_answer_nothing(call);
}

/* ---- accounts ------------------------------------------------------------------------------------ */

static bool read_role(ts_call *call, ts_role *role)
{
    const char *name = ts_member_text(call->body, "role");
    return !name || ts_role_parse(name, role, &call->err);
}

static bool read_person(ts_call *call, ts_person_new *wish)
{
    *wish = (ts_person_new){.name = ts_member_text(call->body, "name"),
                            .email = ts_member_text(call->body, "email"),
                            .password = ts_member_text(call->body, "password"),
                            .role = TS_ROLE_VIEWER};
    return read_role(call, &wish->role);
}

static bool list(ts_call *call)
{
    const ts_person *people = NULL;
    size_t count = 0;
    if (!ts_service_person_list(call->service, &call->actor, call->arena, &people, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, json_of_person(&people[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "people", all));
}

static bool create(ts_call *call)
{
    ts_person_new wish;
    ts_person person;
    if (!read_person(call, &wish)) return false;
    if (!ts_service_person_create(call->service, &call->actor, &wish, call->arena, &person, &call->err))
        return false;
    return ts_answer(call, 201, json_of_person(&person));
}

static bool patch(ts_call *call)
{
    ts_role role = TS_ROLE_VIEWER;
    bool disabled = ts_member_flag(call->body, "disabled");
    ts_person_patch wish = {.role = json_object_get(call->body, "role") ? &role : NULL,
                            .disabled = json_object_get(call->body, "disabled") ? &disabled : NULL,
                            .password = ts_member_text(call->body, "password"),
                            .old_password = ts_member_text(call->body, "old_password")};
    if (!read_role(call, &role)) return false;
    if (!ts_service_person_patch(call->service, &call->actor, ts_call_path(call, "id"), &wish, &call->err))
        return false;
    return ts_answer_nothing(call);
}

static bool remove_person(ts_call *call)
{
    return ts_service_person_remove(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           ts_answer_nothing(call);
}

/* ---- invitations --------------------------------------------------------------------------------- */

static bool invite(ts_call *call)
{
    const char *token = NULL;
    ts_role role = TS_ROLE_VIEWER;
    if (!read_role(call, &role)) return false;
    if (!ts_service_invite(call->service, &call->actor, ts_member_text(call->body, "email"), role,
                           call->arena, &token, &call->err))
        return false;
    ts_response_header(call->response, "Cache-Control", "no-store");
    return ts_answer(call, 201, json_pack("{s:o}", "token", ts_json_of_text(token)));
}

static bool accept(ts_call *call)
{
    ts_person_new wish;
    ts_person person;
    if (!read_person(call, &wish)) return false;
    if (!ts_service_accept(call->service, ts_member_text(call->body, "token"), &wish, call->arena, &person,
                           &call->err))
        return false;
    return ts_answer(call, 201, json_of_person(&person));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define PEOPLE "People"

static const ts_route_doc sign_in_doc = {
    .id = "signIn",
    .family = PEOPLE,
    .summary = "Sign in with a password, or with a key.",
    .about = "Sets a cookie; requests that change something send `csrf` in the header X-CSRF-Token with it. "
             "With a key, `person` stands for the key: the session may what it may, and ends with it.",
    .body = "SignIn",
    .answers = {{200, "Session", NULL, "Who you are."}},
    .errors = TS_SAYS_KEY,
    .run = sign_in,
};
static const ts_route_doc session_doc = {
    .id = "getSession",
    .family = PEOPLE,
    .summary = "Who is signed in.",
    .answers = {{200, "Session", NULL, "You."}},
    .errors = TS_SAYS_KEY,
    .run = get_session,
};
static const ts_route_doc sign_out_doc = {
    .id = "signOut",
    .family = PEOPLE,
    .summary = "Sign out.",
    .answers = {{204, NULL, NULL, "The session has ended."}},
    .run = sign_out,
};
static const ts_route_doc list_doc = {
    .id = "listPeople",
    .family = PEOPLE,
    .summary = "Everybody with an account.",
    .answers = {{200, "PersonList", NULL, "Oldest first."}},
    .run = list,
};
static const ts_route_doc create_doc = {
    .id = "createPerson",
    .family = PEOPLE,
    .summary = "Make an account.",
    .body = "PersonWish",
    .answers = {{201, "Person", NULL, "The account."}},
    .errors = TS_SAYS_CONFLICT,
    .run = create,
};
static const ts_route_doc patch_doc = {
    .id = "changePerson",
    .family = PEOPLE,
    .summary = "Change a role, switch an account off, set a password.",
    .about = "A person's own change of password gives the old one, too.",
    .body = "PersonPatch",
    .answers = {{204, NULL, NULL, "Done."}},
    .errors = TS_SAYS_CONFLICT,
    .run = patch,
};
static const ts_route_doc remove_doc = {
    .id = "removePerson",
    .family = PEOPLE,
    .summary = "Remove an account. What was done stays in the ledger.",
    .answers = {{204, NULL, NULL, "Removed."}},
    .errors = TS_SAYS_CONFLICT,
    .run = remove_person,
};
static const ts_route_doc invite_doc = {
    .id = "invitePerson",
    .family = PEOPLE,
    .summary = "Invite somebody; the token works once, for a week.",
    .body = "Invitation",
    .answers = {{201, "InvitationToken", NULL, "To be put into a link."}},
    .run = invite,
};
static const ts_route_doc accept_doc = {
    .id = "acceptInvitation",
    .family = PEOPLE,
    .summary = "Make the account that an invitation is for.",
    .body = "Acceptance",
    .answers = {{201, "Person", NULL, "The account."}},
    .errors = TS_SAYS_NOT_FOUND | TS_SAYS_CONFLICT | TS_SAYS_FORBIDDEN,
    .run = accept,
};

static const ts_route routes[] = {
    {"POST", "/api/session", ts_call_route, 0, TS_ROUTE_PUBLIC, TS_BODY_JSON, .doc = &sign_in_doc},
    {"GET", "/api/session", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &session_doc},
    {"DELETE", "/api/session", ts_call_route, 0, TS_ROUTE_PUBLIC, .doc = &sign_out_doc},
    {"GET", "/api/people", ts_call_route, TS_SCOPE_ADMIN, .doc = &list_doc},
    {"POST", "/api/people", ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &create_doc},
    {"PATCH", "/api/people/{id}", ts_call_route, TS_SCOPE_READ, 0, TS_BODY_JSON, .doc = &patch_doc},
    {"DELETE", "/api/people/{id}", ts_call_route, TS_SCOPE_ADMIN, .doc = &remove_doc},
    {"POST", "/api/invitations", ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &invite_doc},
    {"POST", "/api/invitations/accept", ts_call_route, 0, TS_ROUTE_PUBLIC, TS_BODY_JSON, .doc = &accept_doc},
};
const ts_family ts_family_people = {routes, TS_COUNT_OF(routes)};
