/* http: refuses ambiguous framing before anything is done with a request. Knows nothing of routes.
 *
 * libmicrohttpd 0.9.75 accepts two Content-Lengths, Content-Length beside Transfer-Encoding, two Hosts, bare LF and bare
 * CR as line ends, and cuts a header at a NUL; a proxy in front may read the same bytes as two requests. The library
 * parses in place: it turns line ends into NULs and hands out pointers into its read buffer. So the layout of those
 * pointers shows how the bytes were cut: in a request of "CRLF and nothing else" each name begins exactly two bytes
 * behind the end of the value before it, and the last value ends four bytes before the end of the head, whose size the
 * library tells. Any other line end, NUL or folded line moves a pointer, and is refused. From 1.0 on the library refuses
 * such lines itself when it is told to be strict (server.c does), and its buffer is its own affair. */
#include "http/guard.h"

#include <string.h>
#include <strings.h>

typedef struct head_walk {
    ts_request *request;
    bool in_place;    /* the library is one whose layout is known */
    const char *next; /* where the next header's name must begin */
    const char *fault;
    int status;
} head_walk;

static enum MHD_Result refuse_walk(head_walk *walk, int status, const char *fault)
{
    walk->status = status;
    walk->fault = fault;
    return MHD_NO;
}

static bool name_valid(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!ts_is_token_char(name[i])) return false;
    return length > 0;
}

static bool value_valid(const char *value, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f) return false;
    return true;
}

static enum MHD_Result visit(void *context, enum MHD_ValueKind kind, const char *name, size_t name_length,
                             const char *value, size_t value_length)
{
    head_walk *walk = context;
    (void)kind;
    if (!value) return refuse_walk(walk, 400, "a header line has no value");
    if (!name_valid(name, name_length) || !value_valid(value, value_length))
        return refuse_walk(walk, 400, "a header holds characters that may not stand there");
    if (walk->in_place && (name != walk->next || value < name + name_length + 1))
        return refuse_walk(walk, 400, "a header line does not end in CR LF, or is folded");
    walk->next = value + value_length + 2;
    if (walk->in_place && (value[value_length] != '\0' || value[value_length + 1] != '\0'))
        return refuse_walk(walk, 400, "a header line does not end in CR LF");
    if (walk->request->header_count == TS_HEADERS_MAX)
        return refuse_walk(walk, 431, "there are too many headers");
    if (!ts_request_add_header(walk->request, name, value)) return refuse_walk(walk, 503, "out of memory");
    return MHD_YES;
}

static bool target_valid(const ts_guard_line *line)
{
    const char *target = line->target;
    if (target[0] != '/' && !(strcmp(line->method, "OPTIONS") == 0 && strcmp(target, "*") == 0)) return false;
    for (size_t i = 0; i < line->target_length; i++)
        if ((unsigned char)target[i] <= ' ' || target[i] == 0x7f || target[i] == '#' || target[i] == '\\')
            return false;
    return true;
}

/* The three words of the first line lie one byte apart, its end two bytes before the first header. */
static const char *layout_fault(const ts_guard_line *line)
{
    if (line->method + strlen(line->method) + 1 != line->raw_target) return "the request line is malformed";
    if (line->raw_target + line->target_length + 1 != line->version) return "the request line is malformed";
    if (line->version[8] != '\0' || line->version[9] != '\0') return "the request line does not end in CR LF";
    return NULL;
}

static const char *line_fault(const ts_guard_line *line, bool in_place)
{
    if (!name_valid(line->method, strlen(line->method))) return "the method is malformed";
    const char *fault = in_place ? layout_fault(line) : NULL;
    if (fault) return fault;
    return target_valid(line) ? NULL : "the request target is malformed";
}

static bool digits_only(const char *text, uint64_t *out)
{
    size_t length = strlen(text);
    if (length == 0 || length > 18) return false;
    *out = 0;
    for (; *text; text++) {
        if (*text < '0' || *text > '9') return false;
        *out = *out * 10 + (uint64_t)(*text - '0');
    }
    return true;
}

static const char *framing_fault(ts_request *request, bool http_1_0)
{
    size_t lengths = ts_request_count_header(request, "Content-Length");
    size_t encodings = ts_request_count_header(request, "Transfer-Encoding");
    size_t hosts = ts_request_count_header(request, "Host");
    if (lengths > 1) return "there is more than one Content-Length";
    if (lengths && encodings) return "there are both Content-Length and Transfer-Encoding";
    if (encodings > 1) return "there is more than one Transfer-Encoding";
    if (encodings && http_1_0) return "HTTP/1.0 has no Transfer-Encoding";
    if (hosts > 1) return "there is more than one Host";
    if (hosts == 0 && !http_1_0) return "there is no Host";
    if (ts_request_count_header(request, "Content-Type") > 1) return "there is more than one Content-Type";
    if (ts_request_count_header(request, "Authorization") > 1) return "there is more than one Authorization";
    if (encodings && strcasecmp(ts_request_header(request, "Transfer-Encoding"), "chunked") != 0)
        return "the only Transfer-Encoding here is chunked";
    if (lengths && !digits_only(ts_request_header(request, "Content-Length"), &request->body.length))
        return "the Content-Length is no number";
    request->body.declared = lengths > 0;
    request->body.chunked = encodings > 0;
    /* The library is lenient about chunk lines too: nothing is read behind a chunked body. */
    if (encodings) request->response.close = true;
    return NULL;
}

static bool refuse(ts_request *request, int status, const char *fault)
{
    request->response.close = true;
    ts_stats_add(request->core->stats, TS_COUNT_FRAMING);
    ts_refuse(request, status, status == 503 ? TS_NO_MEMORY : TS_USAGE, "malformed_request", fault, NULL);
    return false;
}

bool ts_guard(struct MHD_Connection *connection, const ts_guard_line *line, ts_request *request)
{
    bool http_1_0 = strcmp(line->version, "HTTP/1.0") == 0;
    if (!http_1_0 && strcmp(line->version, "HTTP/1.1") != 0)
        return refuse(request, 505, "only versions 1.0 and 1.1 of HTTP are spoken here");
    if (line->target_length > TS_TARGET_MAX) return refuse(request, 414, "the request target is too long");
    bool in_place = strncmp(MHD_get_version(), "0.9.", 4) == 0;
    const char *fault = line_fault(line, in_place);
    if (fault) return refuse(request, 400, fault);
    head_walk walk = {.request = request, .in_place = in_place, .next = line->version + 10};
    (void)MHD_get_connection_values_n(connection, MHD_HEADER_KIND, visit, &walk);
    if (walk.fault) return refuse(request, walk.status, walk.fault);
    const union MHD_ConnectionInfo *size =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (in_place && size && walk.next + 2 != line->method + size->header_size)
        return refuse(request, 400, "the head does not end in CR LF CR LF");
    fault = framing_fault(request, http_1_0);
    return fault ? refuse(request, 400, fault) : true;
}
