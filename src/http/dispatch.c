/* http: a call that takes the steps of a request without a connection. Knows nothing of sockets. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http/internal.h"

static bool read_call(ts_request *request, const ts_http_call *call, ts_error *err)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (!ts_request_add_header(request, call->headers[i].name, call->headers[i].value))
            return ts_fail(err, TS_USAGE, "there are too many headers");
    request->body.declared = call->body_length > 0;
    request->body.length = call->body_length;
    return ts_request_read_head(request, NULL, err);
}

static bool read_body(ts_request *request, const ts_http_call *call, ts_error *err)
{
    if (call->body_length && !ts_body_feed(request, call->body, call->body_length, err)) return false;
    return ts_body_end(request, err);
}

static void answer_call(ts_request *request, const ts_http_call *call)
{
    ts_error err = {0};
    if (!read_call(request, call, &err)) {
        ts_respond_problem(&request->response, &err);
    } else if (ts_gate(request)) {
        if (read_body(request, call, &err)) ts_run(request);
        else ts_respond_problem(&request->response, &err);
    }
    ts_finish(request);
}

static bool read_file(const ts_response *response, ts_buf *out)
{
    if (response->length >= SIZE_MAX || !ts_buf_reserve(out, (size_t)response->length)) return false;
    while (out->length < response->length) {
        ssize_t n = pread(response->fd, out->data + out->length, (size_t)response->length - out->length,
                          (off_t)(response->offset + out->length));
        if (n <= 0) return false;
        out->length += (size_t)n;
    }
    out->data[out->length] = '\0';
    return true;
}

static bool take_body(ts_response *response, ts_buf *out, ts_error *err)
{
    if (response->kind == TS_BODY_FILE)
        return read_file(response, out) ||
               ts_fail(err, TS_IO, "cannot read the file that was to be answered");
    const void *bytes = response->kind == TS_BODY_BUFFER ? response->buf.data : response->bytes;
    if (response->kind == TS_BODY_EMPTY || response->length == 0) return true;
    return ts_buf_append(out, bytes, (size_t)response->length) || ts_fail_memory(err);
}

static bool take_answer(ts_response *response, ts_http_answer *answer, ts_error *err)
{
    const char *type = ts_response_find(response, "Content-Type");
    const char *location = ts_response_find(response, "Location");
    answer->status = response->status;
    answer->type = strdup(type ? type : "");
    answer->location = strdup(location ? location : "");
    if (!answer->type || !answer->location) return ts_fail_memory(err);
    return response->request->head || take_body(response, &answer->body, err);
}

bool ts_http_dispatch(const ts_http_options *options, const ts_http_routes *routes, const ts_http_call *call,
                      ts_http_answer *answer, ts_error *err)
{
    ts_http_core core = {0};
    ts_request *request = NULL;
    bool good = false;
    memset(answer, 0, sizeof *answer);
    if (call->target[0] != '/') return ts_fail(err, TS_USAGE, "the target does not begin with a slash");
    if (!ts_core_open(&core, options, routes, err)) goto cleanup;
    request = ts_request_new(&core, call->method, call->target, err);
    if (!request) goto cleanup;
    answer_call(request, call);
    good = take_answer(&request->response, answer, err);

cleanup:
    if (!good) ts_http_answer_free(answer);
    ts_request_free(request);
    ts_core_close(&core);
    return good;
}

void ts_http_answer_free(ts_http_answer *answer)
{
    free(answer->type);
    free(answer->location);
    ts_buf_free(&answer->body);
    memset(answer, 0, sizeof *answer);
}
