/* api: presets: named ways to tag. Translation only. */
#include "api/call.h"
#include "api/json_of.h"

static bool list(ts_call *call)
{
    const ts_preset *presets = NULL;
    size_t count = 0;
    if (!ts_service_preset_list(call->service, &call->actor, call->arena, &presets, &count, &call->err))
        return false;
    json_t *all = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(all, ts_json_of_preset(&presets[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "presets", all));
}

static bool get(ts_call *call)
{
    ts_preset preset = {0};
    if (!ts_service_preset(call->service, ts_call_path(call, "name"), NULL, call->arena, &preset,
                           &call->err)) {
        return false;
    }
    return ts_answer_version(call, 200, preset.version, ts_json_of_preset(&preset));
}

/* The path names it; what GET gave may be sent back as it is. */
static json_t *document_of(const ts_call *call)
{
    json_t *document = json_copy((json_t *)(uintptr_t)call->body);
    (void)json_object_del(document, "version");
    (void)json_object_set_new(document, "name", json_string(ts_call_path(call, "name")));
    return document;
}

static bool put(ts_call *call)
{
    ts_preset preset = {0};
    int64_t version;
    if (!ts_call_if_version(call, &version)) return false;
    json_t *document = document_of(call);
    bool ok = ts_service_preset_put(call->service, &call->actor, ts_call_path(call, "name"), document,
                                    version, call->arena, &preset, &call->err);
    if (ok) (void)ts_answer_version(call, 200, preset.version, ts_json_of_preset(&preset));
    json_decref(document);
    return ok;
}

static bool delete (ts_call *call)
{
    int64_t version;
    return ts_call_if_version(call, &version) &&
           ts_service_preset_delete(call->service, &call->actor, ts_call_path(call, "name"), version,
                                    &call->err) &&
           ts_answer_nothing(call);
}

#define PRESETS "Presets"

static const ts_route_doc list_doc = {
    .id = "listPresets",
    .family = PRESETS,
    .summary = "All presets.",
    .answers = {{200, "PresetList", NULL, "By name."}},
    .run = list,
};
static const ts_route_doc get_doc = {
    .id = "getPreset",
    .family = PRESETS,
    .summary = "One preset.",
    .answers = {{200, "Preset", NULL, "The document."}, {304, NULL, NULL, "You have it already."}},
    .run = get,
};
static const ts_route_doc put_doc = {
    .id = "putPreset",
    .family = PRESETS,
    .summary = "Make or replace a preset.",
    .body = "PresetDocument",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{200, "Preset", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = put,
};
static const ts_route_doc delete_doc = {
    .id = "deletePreset",
    .family = PRESETS,
    .summary = "Delete a preset.",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{204, NULL, NULL, "Gone."}},
    .errors = TS_SAYS_CONFLICT,
    .run = delete,
};

#define ONE "/api/presets/{name}"
static const ts_route routes[] = {
    {"GET", "/api/presets", ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_READ, .doc = &get_doc},
    {"PUT", ONE, ts_call_route, TS_SCOPE_ADMIN, 0, TS_BODY_JSON, .doc = &put_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_ADMIN, .doc = &delete_doc},
};
const ts_family ts_family_presets = {routes, TS_COUNT_OF(routes)};
