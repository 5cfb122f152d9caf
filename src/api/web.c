/* api: the page for people. Every address that the page itself makes answers with the same document; what it loads has names
 * that change with their content. Knows no picture. */
#include "api/web.h"

#include <string.h>

#include "api/call.h"
#include "api/dialect.h"

typedef struct ts_web_file {
    const char *path, *type;
    const unsigned char *bytes;
    size_t length;
    const unsigned char *packed; /* the same in gzip */
    size_t packed_length;        /* 0: there is none */
} ts_web_file;

#include "web_assets.h"

static const ts_web_file *find(const char *path)
{
    for (const ts_web_file *file = ts_web_files; file->path; file++)
        if (strcmp(file->path, path) == 0) return file;
    return NULL;
}

/* A browser that takes gzip names it; "gzip;q=0" is nobody's. */
static bool takes_gzip(const ts_request *request)
{
    const char *accepted = ts_request_header(request, "Accept-Encoding");
    return accepted && strstr(accepted, "gzip");
}

static void send_file(ts_call *call, const ts_web_file *file)
{
    bool packed = file->packed_length > 0 && takes_gzip(call->request);
    ts_response_header(call->response, "Vary", "Accept-Encoding");
    if (packed) ts_response_header(call->response, "Content-Encoding", "gzip");
    ts_response_static(call->response, file->type, packed ? file->packed : file->bytes,
                       packed ? file->packed_length : file->length);
}

static bool document(ts_call *call)
{
    const ts_web_file *file = find("/index.html");
    if (!file) {
        ts_respond_redirect(call->response, 302, "/api/docs");
        return true;
    }
    ts_response_header(call->response, "Content-Security-Policy",
                       "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
                       "form-action 'self'; frame-ancestors 'none'");
    ts_response_header(call->response, "Cache-Control", "no-cache");
    send_file(call, file);
    return true;
}

static bool asset(ts_call *call)
{
    const ts_web_file *file = find(ts_request_path(call->request));
    if (!file) return ts_fail(&call->err, TS_NOT_FOUND, "the page has no such file");
    bool named_by_content = strncmp(file->path, "/assets/", 8) == 0;
    ts_response_header(call->response, "Cache-Control",
                       named_by_content ? "public, max-age=31536000, immutable" : "public, max-age=3600");
    send_file(call, file);
    return true;
}

static const ts_route_doc document_doc = {.id = "page", .run = document};
static const ts_route_doc asset_doc = {.id = "pageFile", .run = asset};

#define FLAGS (TS_ROUTE_PUBLIC | TS_ROUTE_INLINE)

static const ts_route routes[] = {
    {"GET", "/", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/pictures/{id}", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/review", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/vocabulary", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/vocabulary/{facet}", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/vocabulary/{facet}/{slug}", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/settings", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/settings/{part}", ts_dialect_route, 0, FLAGS, .doc = &document_doc},
    {"GET", "/icon.svg", ts_dialect_route, 0, FLAGS, .doc = &asset_doc},
    {"GET", "/assets/{file}", ts_dialect_route, 0, FLAGS, .doc = &asset_doc},
};
const ts_family ts_web = {routes, TS_COUNT_OF(routes)};
