/* http: one request on one connection: the library's callbacks on one side, the steps of internal.h on the other. Knows
 * nothing of routes.
 *
 * The library calls the access handler once when the head is there, then with pieces of the body, then once with none.
 * It takes an answer only at the first or the last of these; in between, an answer is written to the socket directly
 * and the connection ends. While a worker has the request the connection is suspended. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/guard.h"
#include "http/server.h"

typedef enum step {
    STEP_HEAD,    /* nothing has been looked at */
    STEP_BODY,    /* the body is wanted */
    STEP_DISCARD, /* answered; a short body is read past first */
    STEP_RUNNING, /* a worker has it; at the next call the answer is ready */
    STEP_STREAM,  /* the hub has it; at the next call it is over */
    STEP_SENT,
} step;

typedef struct ts_transfer {
    ts_http_server *server;
    struct MHD_Connection *connection;
    ts_link *link;
    ts_request *request;
    char *target;           /* copy of the raw target */
    const char *raw_target; /* in the library's buffer */
    step step;
    bool begun;  /* counted as in flight */
    bool linger; /* the client may still be sending when the answer is out */
    int status;  /* what was sent */
    uint64_t bytes_out;
} ts_transfer;

static ts_link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static bool is_stranger(int fd)
{
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return true;
    return peer.uid != 0 && peer.uid != geteuid();
}

static ts_link *new_link(const ts_listener *listener, int fd)
{
    ts_link *link = calloc(1, sizeof *link);
    if (!link) return NULL;
    link->fd = fd;
    link->local = listener->local;
    link->stranger = listener->local && is_stranger(fd);
    atomic_init(&link->since_ms, (int64_t)ts_clock_ms());
    ts_links_add(ts_hub_links(listener->server->hub), link);
    return link;
}

void ts_connection_changed(void *context, struct MHD_Connection *connection, void **link,
                           enum MHD_ConnectionNotificationCode what)
{
    ts_listener *listener = context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *link = info ? new_link(listener, info->connect_fd) : NULL;
    } else if (*link) {
        ts_links_remove(ts_hub_links(listener->server->hub), *link);
        free(*link);
        *link = NULL;
    }
}

void *ts_connection_line(void *context, const char *uri, struct MHD_Connection *connection)
{
    ts_listener *listener = context;
    ts_transfer *transfer = calloc(1, sizeof *transfer);
    if (!transfer) return NULL;
    transfer->server = listener->server;
    transfer->connection = connection;
    transfer->target = strdup(uri);
    transfer->raw_target = uri;
    if (transfer->target) return transfer;
    free(transfer);
    return NULL;
}

/* --- answers --- */

static struct MHD_Response *library_response(ts_response *response)
{
    static char nothing[1];
    struct MHD_Response *made = NULL;
    if (response->kind == TS_BODY_FILE) {
        made = MHD_create_response_from_fd_at_offset64(response->length, response->fd, response->offset);
        if (made) response->fd = -1; /* the library closes it */
    } else {
        /* Persistent: the bytes live in the request, which is freed when the answer is out. */
        const void *bytes = response->kind == TS_BODY_BUFFER  ? response->buf.data
                            : response->kind == TS_BODY_CONST ? response->bytes
                                                              : nothing;
        made = MHD_create_response_from_buffer(
            (size_t)response->length, (void *)(uintptr_t)(bytes ? bytes : nothing), MHD_RESPMEM_PERSISTENT);
    }
    for (size_t i = 0; made && i < response->header_count; i++)
        (void)MHD_add_response_header(made, response->headers[i].name, response->headers[i].value);
    return made;
}

static enum MHD_Result send_answer(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    ts_finish(request);
    struct MHD_Response *answer = library_response(&request->response);
    if (!answer) return MHD_NO;
    enum MHD_Result sent =
        MHD_queue_response(transfer->connection, (unsigned)request->response.status, answer);
    MHD_destroy_response(answer);
    transfer->status = request->response.status;
    transfer->bytes_out = request->head ? 0 : request->response.length;
    transfer->step = STEP_SENT;
    return sent;
}

/* In the middle of a body: straight to the socket. Errors are short, so that one send takes all of it. */
static enum MHD_Result send_raw(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    ts_response *response = &request->response;
    ts_buf text = {0};
    response->close = true;
    ts_finish(request);
    bool inside = response->kind == TS_BODY_BUFFER;
    if (ts_write_head(response, inside ? (int64_t)response->length : 0, &text) &&
        (!inside || ts_buf_append(&text, response->buf.data, response->buf.length))) {
        (void)send(transfer->link->fd, text.data, text.length, MSG_DONTWAIT | MSG_NOSIGNAL);
        transfer->status = response->status;
        transfer->bytes_out = response->length;
    }
    ts_buf_free(&text);
    transfer->linger = true;
    transfer->step = STEP_SENT;
    return MHD_NO;
}

/* The answer is there before the body: read past a short one, so that the connection can stay; end it otherwise. */
static enum MHD_Result answer_early(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    const ts_body *body = &request->body;
    bool more = body->chunked || body->length > 0;
    bool waits = ts_request_header(request, "Expect") != NULL;
    /* Also without a body the library closes after an answer at the first call. */
    if (!request->response.close && !body->chunked && body->length <= TS_NO_BODY_MAX && !waits) {
        transfer->step = STEP_DISCARD;
        return MHD_YES;
    }
    if (more) request->response.close = true;
    transfer->linger = more;
    (void)ts_link_enter(transfer->link, TS_PHASE_ANSWER);
    return send_answer(transfer);
}

/* --- running --- */

static void resume(void *context)
{
    ts_transfer *transfer = context;
    MHD_resume_connection(transfer->connection);
}

/* Hands the socket to the hub; the connection stays suspended until the stream is over. */
static void begin_stream(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    ts_response *response = &request->response;
    ts_buf head = {0};
    ts_event_stream *stream = response->stream;
    response->close = true;
    ts_finish(request);
    (void)ts_write_head(response, -1, &head);
    transfer->status = response->status;
    transfer->step = STEP_STREAM;
    response->stream = NULL;
    response->kind = TS_BODY_EMPTY;
    ts_stream_attach(stream, transfer->link->fd, &head, resume, transfer);
}

static void work(void *context, bool cancelled)
{
    ts_transfer *transfer = context;
    ts_request *request = transfer->request;
    if (cancelled) ts_refuse(request, 503, TS_BUSY, "stopping", "the server is stopping", NULL);
    else ts_run(request);
    if (request->response.kind == TS_BODY_STREAM && !request->response.failed) begin_stream(transfer);
    else resume(transfer);
}

static ts_work_kind kind_of(const ts_request *request)
{
    return request->match.route->flags & TS_ROUTE_LONG ? TS_WORK_LONG : TS_WORK_SHORT;
}

static void refuse_busy(ts_transfer *transfer)
{
    ts_stats_add(transfer->server->core.stats, TS_COUNT_BUSY);
    ts_refuse(transfer->request, 503, TS_BUSY, NULL, "too many requests are waiting",
              "try again in a moment");
}

static enum MHD_Result start_handler(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    if (request->match.route->flags & TS_ROUTE_INLINE) {
        ts_run(request);
        if (request->response.kind == TS_BODY_STREAM) {
            ts_refuse(request, 500, TS_INTERNAL, NULL, "an inline route cannot stream", NULL);
        }
        return send_answer(transfer);
    }
    transfer->step = STEP_RUNNING;
    MHD_suspend_connection(transfer->connection);
    if (ts_workers_submit(transfer->server->workers, kind_of(request), work, transfer)) return MHD_YES;
    refuse_busy(transfer);
    MHD_resume_connection(transfer->connection);
    return MHD_YES;
}

/* --- the calls --- */

static bool peer_address(struct MHD_Connection *connection, unsigned char bytes[16])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    memset(bytes, 0, 16);
    return info && ts_sockaddr_bytes(info->client_addr, bytes);
}

static bool read_head(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    unsigned char address[16];
    ts_error err = {0};
    (void)peer_address(transfer->connection, address);
    if (transfer->link->stranger) {
        ts_refuse(request, 403, TS_FORBIDDEN, "stranger", "this socket is for its owner only", NULL);
        request->response.close = true;
        return false;
    }
    if (ts_request_read_head(request, transfer->link->local ? NULL : address, &err)) return true;
    ts_respond_problem(&request->response, &err);
    return false;
}

static bool queue_has_room(ts_transfer *transfer)
{
    ts_request *request = transfer->request;
    if (request->match.route->flags & TS_ROUTE_INLINE ||
        !ts_workers_full(transfer->server->workers, kind_of(request)))
        return true;
    refuse_busy(transfer);
    return false;
}

static enum MHD_Result on_head(ts_transfer *transfer, const char *method, const char *version)
{
    ts_http_core *core = &transfer->server->core;
    transfer->link = link_of(transfer->connection);
    if (!transfer->link || !ts_link_enter(transfer->link, TS_PHASE_BODY)) return MHD_NO;
    transfer->request = ts_request_new(core, method, transfer->target, NULL);
    if (!transfer->request) return MHD_NO;
    transfer->begun = true;
    ts_stats_begin(core->stats);
    size_t length = strlen(transfer->target);
    ts_guard_line line = {method, transfer->target, transfer->raw_target, length, version};
    bool go = ts_guard(transfer->connection, &line, transfer->request) && read_head(transfer) &&
              ts_gate(transfer->request) && queue_has_room(transfer);
    if (!go) return answer_early(transfer);
    transfer->step = STEP_BODY;
    return MHD_YES;
}

static enum MHD_Result on_body(ts_transfer *transfer, const char *data, size_t *length)
{
    ts_error err = {0};
    size_t size = *length;
    *length = 0;
    atomic_fetch_add(&transfer->link->received, size);
    if (atomic_load(&transfer->link->phase) == TS_PHASE_CUT) {
        transfer->status = 408;
        return MHD_NO;
    }
    if (transfer->step == STEP_DISCARD) {
        transfer->request->body.received += size;
        return MHD_YES;
    }
    if (ts_body_feed(transfer->request, data, size, &err)) return MHD_YES;
    ts_respond_problem(&transfer->request->response, &err);
    return send_raw(transfer);
}

static enum MHD_Result on_body_end(ts_transfer *transfer)
{
    ts_error err = {0};
    if (!ts_link_enter(transfer->link, TS_PHASE_ANSWER)) {
        transfer->status = 408;
        return MHD_NO;
    }
    if (transfer->step == STEP_DISCARD) return send_answer(transfer);
    if (ts_body_end(transfer->request, &err)) return start_handler(transfer);
    ts_respond_problem(&transfer->request->response, &err);
    return send_answer(transfer);
}

enum MHD_Result ts_connection_access(void *context, struct MHD_Connection *connection, const char *url,
                                     const char *method, const char *version, const char *data,
                                     size_t *length, void **state)
{
    ts_transfer *transfer = *state;
    (void)context;
    (void)connection;
    (void)url;
    if (!transfer) return MHD_NO;
    if (transfer->step == STEP_HEAD) return on_head(transfer, method, version);
    if (transfer->step == STEP_RUNNING) return send_answer(transfer);
    if (transfer->step == STEP_STREAM) return MHD_NO;
    if (transfer->step == STEP_SENT) return MHD_YES;
    return *length > 0 ? on_body(transfer, data, length) : on_body_end(transfer);
}

static void forget(ts_transfer *transfer)
{
    ts_request_free(transfer->request);
    free(transfer->target);
    free(transfer);
}

void ts_connection_completed(void *context, struct MHD_Connection *connection, void **state,
                             enum MHD_RequestTerminationCode how)
{
    ts_transfer *transfer = *state;
    (void)context;
    (void)connection;
    (void)how;
    if (!transfer) return;
    *state = NULL;
    ts_link *link = transfer->link;
    if (link && transfer->linger) ts_hub_linger(transfer->server->hub, fcntl(link->fd, F_DUPFD_CLOEXEC, 0));
    if (link) (void)ts_link_enter(link, TS_PHASE_HEAD);
    if (transfer->begun) ts_stats_done(transfer->request, transfer->status, transfer->bytes_out);
    forget(transfer);
}
