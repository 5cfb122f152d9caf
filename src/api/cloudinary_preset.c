/* api: Cloudinary's upload presets: kept as they were given, read by its uploads. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "base/random.h"
#include "service/upload_presets.h"

enum { usual_page = 10 };

/* Parameters that are true or false, and those with commas, in the shapes that its answers have. */
static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, names[i]) == 0) return true;
    return false;
}

static json_t *shaped(ts_call *call, const char *name, json_t *value)
{
    static const char *const flags[] = {"overwrite",
                                        "unique_filename",
                                        "use_filename",
                                        "async",
                                        "phash",
                                        "colors",
                                        "faces",
                                        "quality_analysis",
                                        "live",
                                        "disallow_public_id",
                                        "backup",
                                        "discard_original_filename",
                                        "invalidate",
                                        "return_delete_token",
                                        "accessibility_analysis",
                                        "image_metadata",
                                        "media_metadata",
                                        "use_filename_as_display_name",
                                        "use_asset_folder_as_public_id_prefix"};
    static const char *const lists[] = {"tags", "allowed_formats", "default_for"};
    size_t count = 0;
    const char *const *items = NULL;
    json_t *one = json_pack("{s:O}", name, value), *out = json_incref(value);
    if (is_among(name, flags, TS_COUNT_OF(flags))) {
        json_decref(out);
        out = json_boolean(ts_cld_flag(one, name, false));
    } else if (is_among(name, lists, TS_COUNT_OF(lists)) &&
               ts_cld_list(one, name, call->arena, &items, &count, NULL)) {
        json_decref(out);
        out = json_array();
        for (size_t i = 0; i < count; i++) (void)json_array_append_new(out, json_string(items[i]));
    }
    json_decref(one);
    return out;
}

/* ---- showing -------------------------------------------------------------------------------------- */

static json_t *json_of_preset(const ts_upload_preset *preset)
{
    json_t *settings = json_copy((json_t *)(uintptr_t)preset->settings);
    return json_pack("{s:s, s:b, s:o, s:s}", "name", preset->name, "unsigned", preset->without_key,
                     "settings", settings ? settings : json_object(), "external_id", preset->name);
}

static bool list(ts_call *call)
{
    unsigned size = 0;
    size_t count = 0, from = 0;
    const json_t *params = NULL;
    const ts_upload_preset *presets = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_page_size(params, usual_page, &size, &call->err) ||
        !ts_service_upload_presets(call->service, &call->actor, call->arena, &presets, &count, &call->err))
        return false;
    const char *after = ts_cld_text(params, "next_cursor");
    while (after && from < count && strcmp(presets[from].name, after) <= 0) from++;
    size_t until = count - from > size ? from + size : count;
    json_t *items = json_array();
    for (size_t i = from; i < until; i++) (void)json_array_append_new(items, json_of_preset(&presets[i]));
    json_t *body = json_pack("{s:o}", "presets", items);
    if (until < count) (void)json_object_set_new(body, "next_cursor", json_string(presets[until - 1].name));
    return ts_cld_answer(call, 200, body);
}

static bool find(ts_call *call, const char *name, ts_upload_preset *out)
{
    if (ts_service_upload_preset(call->service, name, call->arena, out, &call->err)) return true;
    if (call->err.code != TS_NOT_FOUND) return false;
    return ts_fail(&call->err, TS_NOT_FOUND, "Can't find upload preset with name %.128s", name);
}

static bool show(ts_call *call)
{
    ts_upload_preset preset;
    return find(call, ts_call_path(call, "name"), &preset) &&
           ts_cld_answer(call, 200, json_of_preset(&preset));
}

/* ---- changing ------------------------------------------------------------------------------------- */

/* What the calls themselves need is no setting. */
static json_t *settings_of(ts_call *call, const json_t *params, const json_t *before)
{
    static const char *const own[] = {"name", "unsigned", "timestamp", "signature", "api_key"};
    const char *name;
    json_t *value, *out = before ? json_copy((json_t *)(uintptr_t)before) : json_object();
    json_object_foreach ((json_t *)(uintptr_t)params, name, value)
        if (!is_among(name, own, TS_COUNT_OF(own)))
            (void)json_object_set_new(out, name, shaped(call, name, value));
    return out;
}

static bool check(ts_call *call, const json_t *params)
{
    const double *line = NULL;
    const char *detection = ts_cld_text(params, "detection"), *kinds = ts_cld_text(params, "categorization");
    const char *tagging = ts_cld_text(params, "auto_tagging"), *judges = ts_cld_text(params, "moderation");
    return (!detection || ts_cld_check_detection(detection, &call->err)) &&
           (!kinds || ts_cld_check_categorization(kinds, &call->err)) &&
           (!judges || ts_cld_check_moderation(judges, &call->err)) &&
           (!tagging || ts_cld_auto_tagging(tagging, call->arena, &line, &call->err));
}

static bool put(ts_call *call, const json_t *params, ts_upload_preset *preset, bool fresh)
{
    if (!check(call, params)) return false;
    json_t *settings = settings_of(call, params, preset->settings);
    preset->settings = settings;
    preset->without_key = ts_cld_flag(params, "unsigned", preset->without_key);
    bool ok = ts_service_upload_preset_put(call->service, &call->actor, preset, fresh, &call->err);
    json_decref(settings);
    return ok;
}

static bool create(ts_call *call)
{
    const json_t *params = NULL;
    ts_upload_preset preset = {0};
    if (!ts_cld_params(call, &params)) return false;
    preset.name = ts_cld_text(params, "name");
    if (!preset.name) preset.name = ts_arena_printf(call->arena, "p%s", ts_request_id(call->request));
    if (!preset.name) return ts_fail_memory(&call->err);
    if (!put(call, params, &preset, true)) {
        if (call->err.code == TS_CONFLICT)
            (void)ts_fail(&call->err, TS_CONFLICT, "Preset with name %.128s already exists", preset.name);
        return false;
    }
    return ts_cld_answer(call, 200, json_pack("{s:s, s:s}", "message", "created", "name", preset.name));
}

static bool change(ts_call *call)
{
    ts_upload_preset preset;
    const json_t *params = NULL;
    return ts_cld_params(call, &params) && find(call, ts_call_path(call, "name"), &preset) &&
           put(call, params, &preset, false) && ts_cld_message(call, "updated");
}

static bool drop(ts_call *call)
{
    ts_upload_preset preset;
    const char *name = ts_call_path(call, "name");
    return find(call, name, &preset) &&
           ts_service_upload_preset_delete(call->service, &call->actor, name, &call->err) &&
           ts_cld_message(call, "deleted");
}

#define ROUTE(method, pattern, scope, name, function)                                                        \
    {                                                                                                        \
        method, "/v1_1/{cloud}/upload_presets" pattern, ts_dialect_route, scope, 0, TS_CLD_TAKES, 0, 0,      \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("GET", "", TS_SCOPE_READ, "uploadPresets", list),
    ROUTE("POST", "", TS_SCOPE_ADMIN, "createUploadPreset", create),
    ROUTE("GET", "/{name}", TS_SCOPE_READ, "uploadPreset", show),
    ROUTE("PUT", "/{name}", TS_SCOPE_ADMIN, "updateUploadPreset", change),
    ROUTE("DELETE", "/{name}", TS_SCOPE_ADMIN, "deleteUploadPreset", drop),
};
const ts_family ts_cld_preset_family = {routes, TS_COUNT_OF(routes)};
