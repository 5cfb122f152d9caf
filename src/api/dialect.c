/* api: the way of a dialect's request. Knows no dialect. */
#include "api/dialect.h"

#include "api/internal.h"

void ts_dialect_route(void *context, ts_request *request, ts_response *response)
{
    ts_call call = ts_call_of(context, request, response);
    if (!call.route->doc->run(&call)) ts_respond_problem(response, &call.err);
}

bool ts_dialect_admit(ts_call *call, const ts_actor *actor, const ts_key_row *row)
{
    ts_identity identity = {0};
    ts_who_identify(call->api, actor, row, &identity);
    if (!ts_request_admit(call->request, &identity, &call->err)) return false;
    call->actor = ts_who_actor(ts_request_identity(call->request));
    return true;
}
