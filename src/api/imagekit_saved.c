/* api: ImageKit's saved extensions. Only translation. */
#include <string.h>

#include "api/imagekit.h"
#include "api/json_of.h"
#include "base/json.h"
#include "service/saved.h"

#define KIND "imagekit.extension"

static bool find(ts_call *call, const char *id, ts_saved *out)
{
    if (ts_service_saved(call->service, &call->actor, KIND, id, call->arena, out, &call->err)) return true;
    return call->err.code == TS_NOT_FOUND
               ? ts_ik_fail(call, TS_NOT_FOUND, "The requested saved extension does not exist.",
                            "GET /v1/saved-extensions lists them.")
               : false;
}

json_t *ts_ik_saved_config(ts_call *call, const char *id)
{
    ts_saved saved;
    if (find(call, id, &saved)) return json_object_get(saved.body, "config");
    if (call->err.code == TS_NOT_FOUND) call->err.code = TS_USAGE;
    return NULL;
}

static json_t *json_of(const ts_saved *saved)
{
    json_t *out = json_pack("{s:s, s:o, s:o}", "id", saved->id, "createdAt", ts_json_of_time(saved->created),
                            "updatedAt", ts_json_of_time(saved->updated));
    (void)json_object_update(out, (json_t *)(uintptr_t)saved->body);
    return out;
}

static bool check_config(ts_call *call, const json_t *config)
{
    if (!json_is_object(config))
        return ts_ik_fail(call, TS_USAGE, "Missing config parameter",
                          "config is an extension with its parameters");
    return ts_ik_check_extension(config, &call->err);
}

static bool keep(ts_call *call, const char *id, const json_t *body)
{
    ts_saved saved;
    return ts_service_saved_put(call->service, &call->actor, KIND, id, body, call->arena, &saved,
                                &call->err) &&
           ts_answer(call, id ? 200 : 201, json_of(&saved));
}

bool ts_ik_saved_create(ts_call *call)
{
    const json_t *body = ts_ik_body(call), *config = json_object_get(body, "config");
    const char *name = body ? ts_ik_need(call, body, "name") : NULL;
    if (!name || !check_config(call, config)) return false;
    json_t *kept = json_pack("{s:s, s:s, s:O}", "name", name, "description",
                             ts_json_string_or(body, "description", ""), "config", config);
    return ts_ik_keep(call, kept) && keep(call, NULL, kept);
}

bool ts_ik_saved_update(ts_call *call)
{
    static const char *const texts[] = {"name", "description"};
    ts_saved saved;
    const json_t *body = ts_ik_body(call), *config = json_object_get(body, "config");
    if (!body || !find(call, ts_call_path(call, "id"), &saved)) return false;
    if (config && !check_config(call, config)) return false;
    json_t *kept = ts_ik_keep(call, json_deep_copy(saved.body));
    for (size_t i = 0; kept && i < TS_COUNT_OF(texts); i++)
        if (json_is_string(json_object_get(body, texts[i])))
            (void)json_object_set(kept, texts[i], json_object_get(body, texts[i]));
    if (kept && config) (void)json_object_set(kept, "config", (json_t *)(uintptr_t)config);
    return kept && keep(call, saved.id, kept);
}

bool ts_ik_saved_list(ts_call *call)
{
    const ts_saved *list = NULL;
    size_t count = 0;
    if (!ts_service_saved_list(call->service, &call->actor, KIND, call->arena, &list, &count, &call->err))
        return false;
    json_t *out = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(out, json_of(&list[i]));
    return ts_answer(call, 200, out);
}

bool ts_ik_saved_get(ts_call *call)
{
    ts_saved saved;
    return find(call, ts_call_path(call, "id"), &saved) && ts_answer(call, 200, json_of(&saved));
}

bool ts_ik_saved_delete(ts_call *call)
{
    ts_saved saved;
    return find(call, ts_call_path(call, "id"), &saved) &&
           ts_service_saved_delete(call->service, &call->actor, KIND, saved.id, &call->err) &&
           ts_answer_nothing(call);
}
