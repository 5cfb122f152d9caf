/* api: the AI Image Tag API's dialect: one call. Only translation. */
#include "api/dialect.h"

static bool generate_tags(ts_call *call)
{
    return ts_fail(&call->err, TS_NOT_FOUND, "no tags yet");
}

static const ts_route routes[] = {
    {"POST", "/api/v1/generate_tags", ts_dialect_route, 0, TS_ROUTE_PUBLIC, TS_BODY_JSON, 0, 0,
     &(const ts_route_doc){.id = "generateTags", .run = generate_tags}},
};

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    (void)request;
    ts_respond_json(response, problem->status,
                    json_pack("{s:i, s:s, s:s}", "code", 5050, "message", problem->detail, "request_id",
                              problem->instance));
}

static const ts_dialect_group groups[] = {{"/api/v1/generate_tags", routes, TS_COUNT_OF(routes), 0}};

const ts_dialect ts_dialect_imagetag = {
    .name = "imagetag", .groups = groups, .count = TS_COUNT_OF(groups), .render_error = render_error};
