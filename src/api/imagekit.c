/* api: ImageKit's dialect put together: its tables, its errors. Only translation. */
#include "api/dialect.h"

static bool usage(ts_call *call)
{
    return ts_fail(&call->err, TS_NOT_FOUND, "usage is not counted yet");
}

static const ts_route routes[] = {
    {"GET", "/v1/accounts/usage", ts_dialect_route, TS_SCOPE_READ, 0, TS_BODY_NONE, 0, 0,
     &(const ts_route_doc){.id = "usage", .run = usage}},
};

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    (void)request;
    ts_respond_json(response, problem->status,
                    json_pack("{s:s, s:s}", "message", problem->detail, "help", problem->hint));
}

static const ts_dialect_group groups[] = {{"/v1", routes, TS_COUNT_OF(routes), 0}};

const ts_dialect ts_dialect_imagekit = {
    .name = "imagekit", .groups = groups, .count = TS_COUNT_OF(groups), .render_error = render_error};
