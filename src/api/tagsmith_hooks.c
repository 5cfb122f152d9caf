/* api: webhooks and what was sent to them. Translation only. */
#include "api/call.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "base/json.h"

#define OWN_DIALECT "tagsmith"

static bool list(ts_call *call)
{
    const ts_hook *hooks = NULL;
    size_t count = 0;
    if (!ts_service_hook_list(call->service, &call->actor, call->arena, &hooks, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, ts_json_of_hook(&hooks[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "webhooks", all));
}

static bool get(ts_call *call)
{
    ts_hook hook = {0};
    return ts_service_hook(call->service, &call->actor, ts_call_path(call, "id"), call->arena, &hook,
                           &call->err) &&
           ts_answer_version(call, 200, hook.version, ts_json_of_hook(&hook));
}

static bool put_wish(ts_call *call, const char *id, int64_t version, ts_hook *made)
{
    const char *key = ts_member_text(call->body, "key");
    ts_hook wish = {.url = ts_member_text(call->body, "url"),
                    .key_id = key ? key : call->actor.key_id,
                    .dialect = OWN_DIALECT,
                    .paused = ts_member_flag(call->body, "paused")};
    return ts_member_texts(call->arena, call->body, "events", &wish.events, &wish.event_count, &call->err) &&
           ts_service_hook_put(call->service, &call->actor, id, &wish, version, call->arena, made,
                               &call->err);
}

static bool create(ts_call *call)
{
    ts_hook hook = {0};
    if (!put_wish(call, NULL, -1, &hook)) return false;
    const char *path = ts_arena_printf(call->arena, "%s/api/webhooks/%s", call->api->public_url, hook.id);
    return ts_answer_created(call, path, hook.version, ts_json_of_hook(&hook));
}

static bool put(ts_call *call)
{
    ts_hook hook = {0};
    int64_t version;
    return ts_call_if_version(call, &version) && put_wish(call, ts_call_path(call, "id"), version, &hook) &&
           ts_answer_version(call, 200, hook.version, ts_json_of_hook(&hook));
}

static bool delete (ts_call *call)
{
    int64_t version;
    return ts_call_if_version(call, &version) &&
           ts_service_hook_delete(call->service, &call->actor, ts_call_path(call, "id"), version,
                                  &call->err) &&
           ts_answer_nothing(call);
}

static bool test(ts_call *call)
{
    ts_hook_test result = {0};
    if (!ts_service_hook_test(call->service, &call->actor, ts_call_path(call, "id"), call->arena, &result,
                              &call->err)) {
        return false;
    }
    return ts_answer(call, 200,
                     json_pack("{s:i, s:o, s:o}", "status", result.status, "ms",
                               ts_json_rounded(result.ms, 2), "error",
                               ts_json_of_text(result.error ? result.error : "")));
}

/* ---- deliveries ---------------------------------------------------------------------------------- */

static bool deliveries(ts_call *call)
{
    const ts_delivery_row *rows = NULL;
    const char *next = NULL;
    size_t count = 0;
    if (!ts_service_delivery_list(call->service, &call->actor, ts_call_path(call, "id"),
                                  ts_member_text(call->query, "state"), ts_member_text(call->query, "cursor"),
                                  (unsigned)ts_member_int(call->query, "limit", 0), call->arena, &rows,
                                  &count, &next, &call->err)) {
        return false;
    }
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, ts_json_of_delivery(&rows[i]));
    return ts_answer(call, 200, json_pack("{s:o, s:o}", "deliveries", all, "next", ts_json_of_text(next)));
}

static bool redeliver(ts_call *call)
{
    return ts_service_redeliver(call->service, &call->actor, ts_call_path(call, "id"), &call->err) &&
           ts_answer_nothing(call);
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define WEBHOOKS "Webhooks"

static const ts_route_doc list_doc = {
    .id = "listWebhooks",
    .family = WEBHOOKS,
    .summary = "All webhooks.",
    .answers = {{200, "WebhookList", NULL, "The webhooks."}},
    .run = list,
};
static const ts_route_doc create_doc = {
    .id = "createWebhook",
    .family = WEBHOOKS,
    .summary = "Be told of events.",
    .about = "Every delivery is signed with the key's secret (docs/api.md, \"Webhooks\"), sent at least "
             "once, in order "
             "for each picture, and tried again with growing pauses.",
    .body = "WebhookWish",
    .answers = {{201, "Webhook", NULL, "Made."}},
    .errors = TS_SAYS_NOT_FOUND | TS_SAYS_CONFLICT | TS_SAYS_PICTURE,
    .run = create,
};
static const ts_route_doc get_doc = {
    .id = "getWebhook",
    .family = WEBHOOKS,
    .summary = "One webhook.",
    .answers = {{200, "Webhook", NULL, "The webhook."}, {304, NULL, NULL, "You have it already."}},
    .run = get,
};
static const ts_route_doc put_doc = {
    .id = "putWebhook",
    .family = WEBHOOKS,
    .summary = "Change a webhook.",
    .body = "WebhookWish",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{200, "Webhook", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT | TS_SAYS_PICTURE,
    .run = put,
};
static const ts_route_doc delete_doc = {
    .id = "deleteWebhook",
    .family = WEBHOOKS,
    .summary = "Delete a webhook; what still waits for it is dropped.",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{204, NULL, NULL, "Gone."}},
    .run = delete,
};
static const ts_route_doc test_doc = {
    .id = "testWebhook",
    .family = WEBHOOKS,
    .summary = "Send a ping now and see what comes back.",
    .answers = {{200, "WebhookTest", NULL, "What came back."}},
    .errors = TS_SAYS_PICTURE,
    .run = test,
};
static const ts_route_doc deliveries_doc = {
    .id = "listDeliveries",
    .family = WEBHOOKS,
    .summary = "What was sent, and what waits or has died.",
    .query = "DeliveryQuery",
    .answers = {{200, "DeliveryList", NULL, "Newest first."}},
    .run = deliveries,
};
static const ts_route_doc redeliver_doc = {
    .id = "redeliver",
    .family = WEBHOOKS,
    .summary = "Send a delivery once more, with the same id.",
    .answers = {{204, NULL, NULL, "It is on its way."}},
    .errors = TS_SAYS_CONFLICT,
    .run = redeliver,
};

#define ALL "/api/webhooks"
#define ONE ALL "/{id}"
static const ts_route routes[] = {
    {"GET", ALL, ts_call_route, TS_SCOPE_ADMIN, .doc = &list_doc},
    {"POST", ALL, ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &create_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &get_doc},
    {"PUT", ONE, ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &put_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &delete_doc},
    {"POST", ONE "/test", ts_call_route, TS_SCOPE_ADMIN, .doc = &test_doc},
    {"GET", ONE "/deliveries", ts_call_route, TS_SCOPE_ADMIN, .doc = &deliveries_doc},
    {"POST", "/api/deliveries/{id}/redeliver", ts_call_route, TS_SCOPE_ADMIN, .doc = &redeliver_doc},
};
const ts_family ts_family_hooks = {routes, TS_COUNT_OF(routes)};
