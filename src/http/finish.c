/* http: what is the same in every answer: conditional requests, ranges, security headers, origins. Knows nothing of
 * connections. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "http/internal.h"

/* Memory ran out while the answer was built: one that needs none. */
static void give_up(ts_request *request)
{
    static const char text[] = "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
                               "\"code\":\"no_memory\",\"detail\":\"out of memory\"}";
    ts_response *response = &request->response;
    ts_response_reset(response);
    response->failed = false;
    ts_response_static(response, "application/problem+json", text, sizeof text - 1);
    response->status = 503;
}

static bool is_get(const ts_request *request)
{
    return strcmp(request->method, "GET") == 0;
}

/* True when the client has this already: 304. */
static bool unchanged(const ts_request *request)
{
    const char *known = ts_request_header(request, "If-None-Match");
    const ts_response *response = &request->response;
    return response->etag && known && response->status == 200 && is_get(request) &&
           ts_etag_listed(known, response->etag, true);
}

static void drop_content(ts_response *response, int status)
{
    ts_http_pair *kept = response->headers;
    size_t count = response->header_count;
    const char *etag = response->etag;
    bool user_file = response->user_file;
    ts_response_reset(response);
    response->headers = kept;
    response->header_count = count;
    response->etag = etag;
    response->user_file = user_file;
    response->status = status;
}

static void finish_range(ts_request *request)
{
    ts_response *response = &request->response;
    if (response->kind != TS_BODY_FILE || response->status != 200 || !is_get(request)) return;
    ts_response_header(response, "Accept-Ranges", "bytes");
    const char *condition = ts_request_header(request, "If-Range");
    if (condition && !(response->etag && ts_etag_listed(condition, response->etag, false))) return;
    uint64_t first = 0;
    uint64_t last = 0;
    uint64_t size = response->length;
    ts_range_kind kind = ts_parse_range(ts_request_header(request, "Range"), size, &first, &last);
    if (kind == TS_RANGE_PART) {
        response->status = 206;
        response->offset += first;
        response->length = last - first + 1;
        ts_response_headerf(response, "Content-Range", "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, first, last,
                            size);
    } else if (kind == TS_RANGE_UNSATISFIABLE) {
        response->etag = NULL;
        ts_refuse(request, 416, TS_USAGE, "range_not_satisfiable", "the range lies beyond the end", NULL);
        ts_response_headerf(response, "Content-Range", "bytes */%" PRIu64, size);
    }
}

static void set_if_absent(ts_response *response, const char *name, const char *value)
{
    if (!ts_response_find(response, name)) ts_response_add_header(response, name, value);
}

static void finish_security(ts_response *response)
{
    const char *type = ts_response_find(response, "Content-Type");
    set_if_absent(response, "X-Content-Type-Options", "nosniff");
    set_if_absent(response, "Referrer-Policy", "same-origin");
    if (response->user_file) {
        ts_response_header(response, "Content-Security-Policy", "default-src 'none'; sandbox");
    } else if (type && strncasecmp(type, "text/html", 9) == 0) {
        set_if_absent(response, "Content-Security-Policy",
                      "default-src 'self'; script-src 'self'; object-src 'none'; frame-ancestors 'none'");
    }
    /* Answers are about one caller: nothing between us and it may keep them unless the handler says so. */
    set_if_absent(response, "Cache-Control", response->etag ? "private, no-cache" : "no-store");
}

static void finish_origin(ts_request *request)
{
    ts_response *response = &request->response;
    const ts_http_hooks *hooks = &request->core->options.hooks;
    const char *origin = ts_request_header(request, "Origin");
    if (!hooks->allow_origin || !origin) return;
    ts_response_add_header(response, "Vary", "Origin");
    const ts_identity *who = request->has_identity ? &request->identity : NULL;
    if (!hooks->allow_origin(hooks->context, origin, who)) return;
    ts_response_header(response, "Access-Control-Allow-Origin", origin);
    ts_response_header(
        response, "Access-Control-Expose-Headers",
        "ETag, Location, Link, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
        "X-Request-Id");
}

void ts_finish(ts_request *request)
{
    ts_response *response = &request->response;
    if (response->failed) give_up(request);
    if (response->status < 200 || response->status > 599)
        response->status = response->kind == TS_BODY_EMPTY ? 204 : 200;
    if (unchanged(request)) drop_content(response, 304);
    finish_range(request);
    if (response->etag) ts_response_headerf(response, "ETag", "\"%s\"", response->etag);
    finish_security(response);
    finish_origin(request);
    ts_response_header(response, "X-Request-Id", request->id);
    if (request->core->options.server_name)
        ts_response_header(response, "Server", request->core->options.server_name);
    if (atomic_load(&request->core->stopping)) response->close = true;
    if (response->close) ts_response_header(response, "Connection", "close");
    /* A header that did not fit is not worth an answer; a body would be. */
    response->failed = false;
}

bool ts_write_head(const ts_response *response, int64_t length, ts_buf *out)
{
    (void)ts_buf_printf(out, "HTTP/1.1 %d %s\r\n", response->status, ts_status_reason(response->status));
    for (size_t i = 0; i < response->header_count; i++) {
        if (strcasecmp(response->headers[i].name, "Connection") == 0) continue;
        (void)ts_buf_printf(out, "%s: %s\r\n", response->headers[i].name, response->headers[i].value);
    }
    if (length >= 0) (void)ts_buf_printf(out, "Content-Length: %" PRId64 "\r\n", length);
    (void)ts_buf_puts(out, "Connection: close\r\n\r\n");
    return !out->failed;
}
