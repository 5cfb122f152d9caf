/* api: Cloudinary's Analyze API: one picture by its address, looked at and forgotten. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "base/json.h"
#include "service/upload.h"

/* What is asked of which add-on; all others are told that we have not got them. */
static const struct {
    const char *type, *detection, *categorization;
} types[] = {{"captioning", "captioning", NULL},
             {"coco", "coco", NULL},
             {"tagsmith", "tagsmith", NULL},
             {"google_tagging", NULL, "google_tagging"},
             {"imagga_tagging", NULL, "imagga_tagging"}};

static json_t *wish_of(const char *type)
{
    for (size_t i = 0; i < TS_COUNT_OF(types); i++) {
        if (strcmp(types[i].type, type) != 0) continue;
        return json_pack("{s:{s:s*, s:s*}}", TS_CLD_EXTRA, "detection", types[i].detection, "categorization",
                         types[i].categorization);
    }
    return NULL;
}

/* info.detection.captioning, info.detection.object_detection or info.categorization.NAME, without its outer names. */
static json_t *analysis_of(ts_call *call, const char *type, const ts_picture_full *picture,
                           const json_t *wish)
{
    json_t *shown = json_object(), *extra = json_pack("{s:O}", "extra", (json_t *)(uintptr_t)wish);
    ts_cld_view view = ts_cld_view_of(call);
    (void)ts_cld_add_details(&view, picture, extra, shown);
    json_t *info = json_object_get(shown, "info"), *detection = json_object_get(info, "detection");
    json_t *found = json_object_get(detection, type);
    if (!found) found = json_object_get(detection, "object_detection");
    if (!found) found = json_object_get(json_object_get(info, "categorization"), type);
    found = found ? json_incref(found) : json_object();
    json_decref(extra);
    json_decref(shown);
    return found;
}

static bool look(ts_call *call, const char *uri, const char *type, const json_t *wish)
{
    ts_upload_result seen;
    ts_upload upload = {.url = uri, .origin = "api", .without_store = true};
    bool data = strncmp(uri, "data:", 5) == 0;
    if (data) upload.url = NULL, upload.data_uri = uri;
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, &seen, &call->err))
        return false;
    json_t *analysis = analysis_of(call, type, &seen.picture, wish);
    return ts_cld_answer(call, 200,
                         json_pack("{s:{s:s, s:o}, s:s}", "data", "entity", data ? "data" : uri, "analysis",
                                   analysis, "request_id", ts_request_id(call->request)));
}

static bool analyze(ts_call *call)
{
    const json_t *params = NULL;
    const char *uri = NULL, *type = NULL;
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "uri", &uri, &call->err) ||
        !ts_cld_required(params, "analysis_type", &type, &call->err))
        return false;
    json_t *wish = wish_of(type);
    if (!wish) return ts_fail(&call->err, TS_USAGE, "Analysis type %.60s is not supported", type);
    bool ok = look(call, uri, type, wish);
    json_decref(wish);
    return ok;
}

static const ts_route routes[] = {
    {"POST", "/v2/{cloud}/analysis/analyze/uri", ts_dialect_route, TS_SCOPE_WRITE, TS_ROUTE_LONG,
     TS_CLD_TAKES, 0, 0, &(const ts_route_doc){.id = "analyze", .run = analyze}},
};
const ts_family ts_cld_analysis_family = {routes, TS_COUNT_OF(routes)};
