/* http: saying no, in the shape of whoever was asked. Knows nothing of why. */
#include <stdlib.h>
#include <string.h>

#include "http/internal.h"

typedef struct reason {
    int status;
    const char *text;
} reason;

static const reason reasons[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {420, "Enhance Your Calm"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *ts_status_reason(int status)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].status == status) return reasons[i].text;
    return status >= 500 ? "Internal Server Error" : status >= 400 ? "Bad Request" : "OK";
}

void ts_http_render_problem(const ts_problem *problem, ts_response *response)
{
    json_t *root =
        json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title", problem->title, "status",
                  problem->status, "code", problem->code_name, "instance", problem->instance);
    /* A detail may carry a client's bytes: text that is no UTF-8 is left out instead of failing the answer. */
    if (root && problem->detail[0]) (void)json_object_set_new(root, "detail", json_string(problem->detail));
    if (root && problem->hint[0]) (void)json_object_set_new(root, "hint", json_string(problem->hint));
    if (root && response->member)
        (void)json_object_set_new(root, response->member, json_string(response->member_value));
    ts_respond_json(response, problem->status, root);
    ts_response_header(response, "Content-Type", "application/problem+json");
}

static void render(ts_request *request, const ts_problem *problem)
{
    ts_response *response = &request->response;
    const ts_route_group *group = request->match.group;
    response->status = problem->status;
    if (problem->retry_after) ts_response_headerf(response, "Retry-After", "%u", problem->retry_after);
    if (group && group->render_error) group->render_error(group->context, request, problem, response);
    else ts_http_render_problem(problem, response);
    if (response->status == 0) response->status = problem->status;
}

/* What the limiter has already said, or a second where the trouble is sure to pass. */
static unsigned default_retry(const ts_response *response, int status)
{
    const char *said = ts_response_find(response, "Retry-After");
    if (said) return (unsigned)strtoul(said, NULL, 10);
    return status == 503 ? 1 : 0;
}

/* Headers that belong to the refusal itself and are set before it (Allow, RateLimit-*) stay. */
void ts_respond_problem_as(ts_response *response, int status, const char *code_name, unsigned retry_after,
                           const ts_error *err)
{
    ts_request *request = response->request;
    ts_problem problem = {
        .status = status,
        .code = err->code,
        .code_name = code_name ? code_name : ts_code_name(err->code),
        .title = ts_status_reason(status),
        .detail = err->message,
        .hint = err->hint,
        .instance = request->id,
        .retry_after = retry_after ? retry_after : default_retry(response, status),
    };
    if (status == 401 && !ts_response_find(response, "WWW-Authenticate"))
        ts_response_header(response, "WWW-Authenticate", "Bearer");
    response->etag = NULL;
    render(request, &problem);
}

void ts_response_problem_member(ts_response *response, const char *name, const char *value)
{
    response->member = name;
    response->member_value = value;
}

void ts_respond_problem(ts_response *response, const ts_error *err)
{
    ts_respond_problem_as(response, ts_code_http_status(err->code), NULL, 0, err);
}

void ts_refuse(ts_request *request, int status, ts_code code, const char *name, const char *detail,
               const char *hint)
{
    ts_error err = {0};
    (void)ts_fail(&err, code, "%s", detail);
    if (hint) (void)ts_hint(&err, "%s", hint);
    ts_respond_problem_as(&request->response, status, name, 0, &err);
}
