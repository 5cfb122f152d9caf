/* http: calls the handler. Knows nothing of threads or connections. */
#include "http/internal.h"

void ts_run(ts_request *request)
{
    request->ran = true;
    request->match.route->handler(request->match.owner->context, request, &request->response);
}
