/* api: Cloudinary's dialect put together: its tables, its errors. Only translation. */
#include "api/dialect.h"

static bool ping(ts_call *call)
{
    return ts_answer(call, 200, json_pack("{s:s}", "status", "ok"));
}

static const ts_route routes[] = {
    {"GET", "/v1_1/{cloud}/ping", ts_dialect_route, TS_SCOPE_READ, 0, TS_BODY_NONE, 0, 0,
     &(const ts_route_doc){.id = "ping", .run = ping}},
};

/* Its Node SDK understands few statuses; with others the message is lost. */
static int known_status(int status)
{
    switch (status) {
    case 401:
    case 403:
    case 404:
    case 409:
    case 420:
    case 429:
        return status;
    default:
        return status >= 500 ? 500 : 400;
    }
}

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    (void)request;
    ts_respond_json(response, known_status(problem->status),
                    json_pack("{s:{s:s}}", "error", "message", problem->detail));
}

static const ts_dialect_group groups[] = {{"/v1_1", routes, TS_COUNT_OF(routes), TS_GROUP_DECODE_FIRST}};

const ts_dialect ts_dialect_cloudinary = {
    .name = "cloudinary", .groups = groups, .count = TS_COUNT_OF(groups), .render_error = render_error};
