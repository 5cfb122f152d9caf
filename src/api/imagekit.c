/* api: ImageKit's dialect put together: its tables, its errors. Only translation. */
#include "api/imagekit.h"

#include <string.h>

/* ---- requests ----------------------------------------------------------------------------------- */

const json_t *ts_ik_body(ts_call *call)
{
    const json_t *body = ts_request_json(call->request, &call->err);
    if (!body || json_is_object(body)) return body;
    (void)ts_fail(&call->err, TS_USAGE, "The request body is no JSON object.");
    return NULL;
}

const char *ts_ik_need(ts_call *call, const json_t *body, const char *name)
{
    const char *text = json_string_value(json_object_get(body, name));
    if (text && text[0]) return text;
    (void)ts_fail(&call->err, TS_USAGE, "Missing %s parameter", name);
    (void)ts_hint(&call->err, "%s is a text that this call needs", name);
    return NULL;
}

/* ---- errors ------------------------------------------------------------------------------------- */

/* ImageKit answers 400 to whatever is wrong with what was sent. */
static int status_of(int status)
{
    switch (status) {
    case 413:
    case 415:
    case 422:
        return 400;
    case 402:
        return 403;
    case 412:
        return 409;
    default:
        return status;
    }
}

/* As ImageKit counts: so many in an interval, and when the next may come, in milliseconds. A key without a limit, which was
 * only too many at once, has none to tell of. */
static void say_rate(const ts_request *request, const ts_problem *problem, ts_response *response)
{
    ts_http_rate rate;
    if (problem->retry_after)
        ts_response_headerf(response, "X-RateLimit-Reset", "%u", problem->retry_after * 1000);
    if (!ts_request_rate(request, &rate)) return;
    ts_response_headerf(response, "X-RateLimit-Limit", "%u", rate.limit);
    ts_response_header(response, "X-RateLimit-Interval", "60000");
}

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    const char *message = problem->detail[0] ? problem->detail : problem->title;
    const char *help = problem->hint[0] ? problem->hint : "See docs/dialects.md of Tagsmith.";
    if (problem->status == 429) say_rate(request, problem, response);
    ts_respond_json(response, status_of(problem->status),
                    json_pack("{s:s, s:s}", "message", message, "help", help));
}

/* ---- tables ------------------------------------------------------------------------------------- */

#define READ TS_SCOPE_READ
#define WRITE TS_SCOPE_WRITE
#define ANY_JSON (TS_BODY_JSON | TS_BODY_RAW)
#define FORMS (TS_BODY_MULTIPART | TS_BODY_FORM)
#define DOC(name, function)                                                                                  \
    &(const ts_route_doc)                                                                                    \
    {                                                                                                        \
        .id = name, .run = function                                                                          \
    }
#define GET(path, name, function)                                                                            \
    {                                                                                                        \
        "GET", path, ts_dialect_route, READ, 0, TS_BODY_NONE, 0, 0, DOC(name, function)                      \
    }
#define SEND(method, path, name, function)                                                                   \
    {                                                                                                        \
        method, path, ts_dialect_route, WRITE, 0, ANY_JSON, 0, 0, DOC(name, function)                        \
    }
#define DROP(path, name, function)                                                                           \
    {                                                                                                        \
        "DELETE", path, ts_dialect_route, WRITE, 0, TS_BODY_NONE, 0, 0, DOC(name, function)                  \
    }
#define LONG(method, path, name, function)                                                                   \
    {                                                                                                        \
        method, path, ts_dialect_route, WRITE, TS_ROUTE_LONG, ANY_JSON, 0, 0, DOC(name, function)            \
    }
#define NOT_OFFERED(method, path, name)                                                                      \
    {                                                                                                        \
        method, path, ts_dialect_route, READ, 0, ANY_JSON, 0, 0, DOC(name, ts_ik_not_offered)                \
    }

static const ts_route upload_routes[] = {
    {"POST", "/api/v1/files/upload", ts_dialect_route, WRITE, TS_ROUTE_PUBLIC | TS_ROUTE_LONG, FORMS, 0, 0,
     DOC("upload", ts_ik_upload)},
};
static const ts_route upload2_routes[] = {
    {"POST", "/api/v2/files/upload", ts_dialect_route, WRITE, TS_ROUTE_PUBLIC | TS_ROUTE_LONG, FORMS, 0, 0,
     DOC("uploadV2", ts_ik_upload_v2)},
};
static const ts_route delivery_routes[] = {
    {"GET", "/ik/{id}/{path...}", ts_dialect_route, READ, TS_ROUTE_PUBLIC | TS_ROUTE_QUERY_KEY, TS_BODY_NONE,
     0, 0, DOC("deliver", ts_ik_deliver)},
};

static const ts_route routes[] = {
    GET("/v1/files", "listFiles", ts_ik_list),
    GET("/v1/files/{id}/details", "getFile", ts_ik_get),
    LONG("PATCH", "/v1/files/{id}/details", "updateFile", ts_ik_patch),
    DROP("/v1/files/{id}", "deleteFile", ts_ik_remove),
    GET("/v1/files/{id}/metadata", "fileMetadata", ts_ik_metadata),
    {"GET", "/v1/metadata", ts_dialect_route, WRITE, TS_ROUTE_LONG, TS_BODY_NONE, 0, 0,
     DOC("urlMetadata", ts_ik_metadata_of_url)},
    GET("/v1/files/{id}/versions", "listVersions", ts_ik_versions),
    GET("/v1/files/{id}/versions/{version}", "getVersion", ts_ik_version_get),
    DROP("/v1/files/{id}/versions/{version}", "deleteVersion", ts_ik_version_delete),
    LONG("PUT", "/v1/files/{id}/versions/{version}/restore", "restoreVersion", ts_ik_version_restore),
    SEND("POST", "/v1/files/addTags", "addTags", ts_ik_add_tags),
    SEND("POST", "/v1/files/removeTags", "removeTags", ts_ik_remove_tags),
    SEND("POST", "/v1/files/removeAITags", "removeAITags", ts_ik_remove_ai_tags),
    SEND("POST", "/v1/files/batch/deleteByFileIds", "deleteFiles", ts_ik_delete_many),
    LONG("POST", "/v1/files/copy", "copyFile", ts_ik_copy),
    LONG("POST", "/v1/files/move", "moveFile", ts_ik_move),
    SEND("PUT", "/v1/files/rename", "renameFile", ts_ik_rename),
    SEND("POST", "/v1/files/purge", "purge", ts_ik_purge),
    GET("/v1/files/purge/{id}", "purgeStatus", ts_ik_purge_status),
    SEND("POST", "/v1/folder", "createFolder", ts_ik_folder_create),
    SEND("DELETE", "/v1/folder", "deleteFolder", ts_ik_folder_delete),
    LONG("POST", "/v1/bulkJobs/copyFolder", "copyFolder", ts_ik_folder_copy),
    LONG("POST", "/v1/bulkJobs/moveFolder", "moveFolder", ts_ik_folder_move),
    LONG("POST", "/v1/bulkJobs/renameFolder", "renameFolder", ts_ik_folder_rename),
    GET("/v1/bulkJobs/{id}", "bulkJob", ts_ik_job),
    GET("/v1/customMetadataFields", "listFields", ts_ik_fields),
    SEND("POST", "/v1/customMetadataFields", "createField", ts_ik_field_create),
    SEND("PATCH", "/v1/customMetadataFields/{id}", "updateField", ts_ik_field_update),
    DROP("/v1/customMetadataFields/{id}", "deleteField", ts_ik_field_delete),
    GET("/v1/saved-extensions", "listSavedExtensions", ts_ik_saved_list),
    SEND("POST", "/v1/saved-extensions", "createSavedExtension", ts_ik_saved_create),
    GET("/v1/saved-extensions/{id}", "getSavedExtension", ts_ik_saved_get),
    SEND("PATCH", "/v1/saved-extensions/{id}", "updateSavedExtension", ts_ik_saved_update),
    DROP("/v1/saved-extensions/{id}", "deleteSavedExtension", ts_ik_saved_delete),
    GET("/v1/accounts/usage", "usage", ts_ik_usage),
    GET("/v1/accounts/usage-analytics", "usageAnalytics", ts_ik_analytics),
    GET("/v1/accounts/origins", "listOrigins", ts_ik_origins),
    GET("/v1/accounts/url-endpoints", "listUrlEndpoints", ts_ik_endpoints),
    GET("/v1/accounts/url-endpoints/{id}", "getUrlEndpoint", ts_ik_endpoint),
    NOT_OFFERED("*", "/v1/accounts/origins", "origins"),
    NOT_OFFERED("*", "/v1/accounts/origins/{id}", "origin"),
    NOT_OFFERED("*", "/v1/accounts/url-endpoints", "urlEndpoints"),
    NOT_OFFERED("*", "/v1/accounts/url-endpoints/{id}", "urlEndpoint"),
    GET("/v1/named-transformations", "listTransformations", ts_ik_steps_list),
    SEND("POST", "/v1/named-transformations", "createTransformation", ts_ik_steps_create),
    GET("/v1/named-transformations/{id}", "getTransformation", ts_ik_steps_get),
    SEND("PATCH", "/v1/named-transformations/{id}", "updateTransformation", ts_ik_steps_update),
    DROP("/v1/named-transformations/{id}", "deleteTransformation", ts_ik_steps_delete),
};

static const ts_dialect_group groups[] = {
    {"/v1", routes, TS_COUNT_OF(routes), 0},
    {"/api/v1/files", upload_routes, TS_COUNT_OF(upload_routes), 0},
    {"/api/v2", upload2_routes, TS_COUNT_OF(upload2_routes), 0},
    {"/ik", delivery_routes, TS_COUNT_OF(delivery_routes), 0},
};

const ts_dialect ts_dialect_imagekit = {.name = TS_IK_SPACE,
                                        .groups = groups,
                                        .count = TS_COUNT_OF(groups),
                                        .render_error = render_error,
                                        .hooks = &ts_ik_hooks};
