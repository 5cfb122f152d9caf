/* api: keys, credits, usage, and who one is. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "base/wallclock.h"

#define DAY_MS INT64_C(86400000)
#define USAGE_DAYS 30

static bool list(ts_call *call)
{
    const ts_key_row *rows = NULL;
    size_t count = 0;
    if (!ts_service_key_list(call->service, &call->actor, call->arena, &rows, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, ts_json_of_key(&rows[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "keys", all));
}

/* The row of a key among all of them: keys are few. */
static bool find_row(ts_call *call, const char *id, ts_key_row *out)
{
    const ts_key_row *rows = NULL;
    size_t count = 0;
    if (!ts_service_key_list(call->service, &call->actor, call->arena, &rows, &count, &call->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].id, id) != 0) continue;
        *out = rows[i];
        return true;
    }
    return ts_fail(&call->err, TS_NOT_FOUND, "there is no key %.64s", id);
}

/* One key with what is kept beside it. */
static json_t *json_of_one(ts_call *call, const ts_key_row *row)
{
    json_t *key = ts_json_of_key(row);
    bool strict = ts_service_key_is_strict(call->service, row->id);
    (void)json_object_set_new(key, "strict_signatures", json_boolean(strict));
    return key;
}

static bool set_strict(ts_call *call, const char *id)
{
    const json_t *wish = json_object_get(call->body, "strict_signatures");
    return !wish ||
           ts_service_key_set_strict(call->service, &call->actor, id, json_is_true(wish), &call->err);
}

static bool get(ts_call *call)
{
    ts_key_row row = {0};
    return find_row(call, ts_call_path(call, "id"), &row) && ts_answer(call, 200, json_of_one(call, &row));
}

static bool read_scopes(ts_call *call, uint32_t *scopes)
{
    const char *const *names = NULL;
    size_t count = 0;
    if (!ts_member_texts(call->arena, call->body, "scopes", &names, &count, &call->err)) return false;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits = 0;
        if (!ts_scopes_parse(names[i], &bits, &call->err)) return false;
        *scopes |= bits;
    }
    return true;
}

static bool create(ts_call *call)
{
    ts_key_made made = {0};
    ts_key_wish wish = {.name = ts_member_text(call->body, "name"),
                        .credits = ts_member_int(call->body, "credits", TS_CREDITS_UNLIMITED),
                        .rate_per_min = (uint32_t)ts_member_int(call->body, "rate_per_minute", 0),
                        .expires = ts_member_time(call->body, "expires", 0)};
    if (!read_scopes(call, &wish.scopes)) return false;
    if (!ts_member_texts(call->arena, call->body, "origins", &wish.origins, &wish.origin_count, &call->err))
        return false;
    if (!ts_service_key_create(call->service, &call->actor, &wish, call->arena, &made, &call->err))
        return false;
    if (!set_strict(call, made.id)) return false;
    json_t *key = json_of_one(call, &made.row);
    (void)json_object_set_new(key, "key", ts_json_of_text(made.key));
    (void)json_object_set_new(key, "secret", ts_json_of_text(made.secret));
    ts_response_header(call->response, "Cache-Control", "no-store");
    const char *path = ts_arena_printf(call->arena, "%s/api/keys/%s", call->api->public_url, made.id);
    ts_respond_created(call->response, path, key);
    return true;
}

/* What the patch leaves out is taken from the key as it is. */
static bool patch_wish(ts_call *call, const ts_key_row *row, ts_key_wish *wish, json_t **origins)
{
    const char *name = ts_member_text(call->body, "name");
    const json_t *expires = json_object_get(call->body, "expires");
    wish->name = name ? name : row->name;
    wish->rate_per_min = (uint32_t)ts_member_int(call->body, "rate_per_minute", row->rate_per_min);
    wish->expires = expires ? ts_member_time(call->body, "expires", 0) : row->expires;
    *origins = json_object();
    json_t *list_of = json_object_get(call->body, "origins");
    json_t *kept = list_of ? json_incref(list_of) : row->origins ? json_loads(row->origins, 0, NULL) : NULL;
    (void)json_object_set_new(*origins, "origins", kept ? kept : json_array());
    return ts_member_texts(call->arena, *origins, "origins", &wish->origins, &wish->origin_count, &call->err);
}

static bool patch(ts_call *call)
{
    const char *id = ts_call_path(call, "id");
    ts_key_row row = {0};
    ts_key_wish wish = {0};
    json_t *origins = NULL;
    if (!find_row(call, id, &row)) return false;
    bool ok = patch_wish(call, &row, &wish, &origins) &&
              ts_service_key_update(call->service, &call->actor, id, &wish, call->arena, &row, &call->err);
    json_decref(origins);
    return ok && set_strict(call, id) && ts_answer(call, 200, json_of_one(call, &row));
}

static bool revoke(ts_call *call)
{
    return ts_service_key_revoke(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           ts_answer_nothing(call);
}

static bool credit(ts_call *call)
{
    ts_key_row row = {0};
    return ts_service_key_credit(call->service, &call->actor, ts_call_path(call, "id"),
                                 ts_member_int(call->body, "amount", 0), call->arena, &row, &call->err) &&
           ts_answer(call, 200, ts_json_of_key(&row));
}

/* ---- usage and oneself --------------------------------------------------------------------------- */

static bool usage(ts_call *call)
{
    const ts_usage_row *rows = NULL;
    size_t count = 0;
    int64_t today = ts_wallclock_ms() / DAY_MS * DAY_MS;
    int64_t from = ts_member_time(call->query, "from", today - USAGE_DAYS * DAY_MS);
    int64_t to = ts_member_time(call->query, "to", today + DAY_MS);
    if (!ts_service_usage(call->service, &call->actor, ts_member_text(call->query, "key"), from, to,
                          call->arena, &rows, &count, &call->err)) {
        return false;
    }
    json_t *days = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(days, ts_json_of_usage(&rows[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "days", days));
}

static bool me(ts_call *call)
{
    const ts_actor *actor = &call->actor;
    const char *kind = actor->kind == TS_ACTOR_KEY      ? "key"
                       : actor->kind == TS_ACTOR_PERSON ? "person"
                                                        : "local";
    return ts_answer(call, 200,
                     json_pack("{s:s, s:o, s:o, s:o}", "kind", kind, "id", ts_json_of_text(actor->id), "name",
                               ts_json_of_text(actor->name), "scopes", ts_json_of_scopes(actor->scopes)));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define KEYS "Keys"

static const ts_route_doc list_doc = {
    .id = "listKeys",
    .family = KEYS,
    .summary = "All keys, revoked ones too.",
    .answers = {{200, "KeyList", NULL, "Oldest first."}},
    .run = list,
};
static const ts_route_doc create_doc = {
    .id = "createKey",
    .family = KEYS,
    .summary = "Make a key.",
    .about = "Nobody can give more than they have.",
    .body = "KeyWish",
    .answers = {{201, "KeyMade", NULL, "The one time that key and secret are shown."}},
    .run = create,
};
static const ts_route_doc get_doc = {
    .id = "getKey",
    .family = KEYS,
    .summary = "One key.",
    .answers = {{200, "Key", NULL, "The key, without its secrets."}},
    .run = get,
};
static const ts_route_doc patch_doc = {
    .id = "changeKey",
    .family = KEYS,
    .summary = "Change a key's name, rate, end, origins or strictness.",
    .body = "KeyPatch",
    .answers = {{200, "Key", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = patch,
};
static const ts_route_doc revoke_doc = {
    .id = "revokeKey",
    .family = KEYS,
    .summary = "Revoke a key, for good and from now on.",
    .answers = {{204, NULL, NULL, "Revoked."}},
    .errors = TS_SAYS_CONFLICT,
    .run = revoke,
};
static const ts_route_doc credit_doc = {
    .id = "creditKey",
    .family = KEYS,
    .summary = "Give a key credits, or take some.",
    .body = "Credit",
    .answers = {{200, "Key", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = credit,
};
static const ts_route_doc usage_doc = {
    .id = "getUsage",
    .family = KEYS,
    .summary = "What keys did, day by day.",
    .about = "One's own key with any scope; others for admins.",
    .query = "UsageQuery",
    .answers = {{200, "Usage", NULL, "Days in which something was done."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = usage,
};
static const ts_route_doc me_doc = {
    .id = "whoAmI",
    .family = KEYS,
    .summary = "Who the key belongs to and what it may do.",
    .answers = {{200, "Me", NULL, "You."}},
    .run = me,
};

#define ALL "/api/keys"
#define ONE ALL "/{id}"
static const ts_route routes[] = {
    {"GET", ALL, ts_call_route, TS_SCOPE_ADMIN, .doc = &list_doc},
    {"POST", ALL, ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &create_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &get_doc},
    {"PATCH", ONE, ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &patch_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &revoke_doc},
    {"POST", ONE "/credit", ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &credit_doc},
    {"GET", "/api/usage", ts_call_route, .doc = &usage_doc},
    {"GET", "/api/me", ts_call_route, .doc = &me_doc},
};
const ts_family ts_family_keys = {routes, TS_COUNT_OF(routes)};
