/* api: Cloudinary's notification triggers: webhooks of this dialect. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "service/hooks.h"

#define DIALECT "cloudinary"

/* Which of our events make a notification of that type; all others are taken and never come. */
static const struct {
    const char *type;
    const char *events[6];
    size_t count;
} types[] = {
    {"all", {NULL}, 0},
    {"upload", {"picture.tagged", "picture.held", "picture.rejected"}, 3},
    {"delete", {"picture.deleted"}, 1},
    {"moderation", {"picture.held", "picture.released", "picture.rejected"}, 3},
    {"moderation_summary", {"picture.held", "picture.released", "picture.rejected"}, 3},
    {"error", {"picture.failed"}, 1},
    {"info", {"picture.tagged", "picture.updated"}, 2},
    {"rename", {"picture.updated"}, 1},
    {"resource_tags_changed", {"picture.updated"}, 1},
    {"resource_context_changed", {"picture.updated"}, 1},
    {"resource_metadata_changed", {"picture.updated"}, 1},
    {"resource_display_name_changed", {"picture.updated"}, 1},
};
static const char *const never[] = {"job.done"};

static void read_type(const char *type, ts_hook *out)
{
    out->events = never;
    out->event_count = TS_COUNT_OF(never);
    for (size_t i = 0; i < TS_COUNT_OF(types); i++) {
        if (strcmp(types[i].type, type) != 0) continue;
        out->events = types[i].events;
        out->event_count = types[i].count;
    }
}

/* ---- showing -------------------------------------------------------------------------------------- */

static json_t *json_of_trigger(const ts_hook *hook)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", hook->id, "uri", hook->url, "event_type",
                     hook->note[0] ? hook->note : "all", "uri_type", "webhook", "product_environment_id",
                     hook->key_id);
}

static bool list(ts_call *call)
{
    size_t count = 0;
    const json_t *params = NULL;
    const ts_hook *hooks = NULL;
    if (!ts_cld_params(call, &params) ||
        !ts_service_hook_list(call->service, &call->actor, call->arena, &hooks, &count, &call->err))
        return false;
    const char *type = ts_cld_text(params, "event_type");
    json_t *triggers = json_array();
    for (size_t i = 0; i < count; i++) {
        bool ours = strcmp(hooks[i].dialect, DIALECT) == 0;
        if (ours && (!type || strcmp(type, hooks[i].note) == 0))
            (void)json_array_append_new(triggers, json_of_trigger(&hooks[i]));
    }
    return ts_cld_answer(
        call, 200,
        json_pack("{s:I, s:o}", "total", (json_int_t)json_array_size(triggers), "triggers", triggers));
}

static bool find(ts_call *call, ts_hook *out)
{
    const char *id = ts_call_path(call, "id");
    if (ts_service_hook(call->service, &call->actor, id, call->arena, out, &call->err) &&
        strcmp(out->dialect, DIALECT) == 0)
        return true;
    if (call->err.code != TS_OK && call->err.code != TS_NOT_FOUND) return false;
    return ts_fail(&call->err, TS_NOT_FOUND, "Trigger %.80s not found", id);
}

/* ---- changing ------------------------------------------------------------------------------------- */

static bool create(ts_call *call)
{
    const json_t *params = NULL;
    const char *uri = NULL, *type = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "uri", &uri, &call->err) ||
        !ts_cld_required(params, "event_type", &type, &call->err))
        return false;
    const char *way = ts_cld_text(params, "uri_type");
    if (way && strcmp(way, "webhook") != 0)
        return ts_fail(&call->err, TS_USAGE,
                       "Invalid value %.40s for parameter uri_type: webhook is supported", way);
    ts_hook made, wish = {.url = uri, .dialect = DIALECT, .note = type};
    read_type(type, &wish);
    return ts_service_hook_put(call->service, &call->actor, NULL, &wish, -1, call->arena, &made,
                               &call->err) &&
           ts_cld_answer(call, 200, json_of_trigger(&made));
}

static bool change(ts_call *call)
{
    ts_hook hook, changed;
    const json_t *params = NULL;
    const char *uri = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "new_uri", &uri, &call->err) ||
        !find(call, &hook))
        return false;
    hook.url = uri;
    return ts_service_hook_put(call->service, &call->actor, hook.id, &hook, -1, call->arena, &changed,
                               &call->err) &&
           ts_cld_message(call, "updated");
}

static bool drop(ts_call *call)
{
    ts_hook hook;
    return find(call, &hook) &&
           ts_service_hook_delete(call->service, &call->actor, hook.id, -1, &call->err) &&
           ts_cld_message(call, "deleted");
}

/* There are no filters here: what there is none of lets everything through. */
static bool try_out(ts_call *call)
{
    ts_hook hook;
    return find(call, &hook) && ts_cld_answer(call, 200,
                                              json_pack("{s:s, s:b, s:b}", "trigger_id", hook.id,
                                                        "filter_present", 0, "filter_result", 1));
}

#define ROUTE(method, pattern, name, function)                                                               \
    {                                                                                                        \
        method, "/v1_1/{cloud}/triggers" pattern, ts_dialect_route, TS_SCOPE_ADMIN, 0, TS_CLD_TAKES, 0, 0,   \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("GET", "", "triggers", list),
    ROUTE("POST", "", "createTrigger", create),
    ROUTE("PUT", "/{id}", "updateTrigger", change),
    ROUTE("DELETE", "/{id}", "deleteTrigger", drop),
    ROUTE("POST", "/{id}/test", "testTrigger", try_out),
};
const ts_family ts_cld_trigger_family = {routes, TS_COUNT_OF(routes)};
