/* http: server-sent events of one client: a bounded queue and its way to the socket. Knows nothing of what is told. */
#include "http/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"

ts_event_stream *ts_stream_new(ts_hub *hub, size_t limit, ts_error *err)
{
    ts_event_stream *stream = calloc(1, sizeof *stream);
    if (!stream || pthread_mutex_init(&stream->lock, NULL) != 0) {
        free(stream);
        (void)ts_fail_memory(err);
        return NULL;
    }
    atomic_init(&stream->refs, 2);
    stream->hub = hub;
    stream->limit = limit;
    stream->fd = -1;
    return stream;
}

ts_event_stream *ts_response_events(ts_response *response, ts_error *err)
{
    ts_http_core *core = response->request->core;
    if (!core->hub) {
        (void)ts_fail(err, TS_UNSUPPORTED, "event streams need a running server");
        return NULL;
    }
    if (atomic_load(&core->stopping) || !ts_hub_count_stream(core->hub)) {
        (void)ts_fail(err, TS_BUSY, "no more event streams just now");
        (void)ts_hint(err, "close one, or ask again later");
        return NULL;
    }
    ts_event_stream *stream = ts_stream_new(core->hub, core->options.stream_queue, err);
    if (!stream) {
        ts_hub_uncount_stream(core->hub);
        return NULL;
    }
    ts_response_static(response, "text/event-stream", "", 0);
    response->kind = TS_BODY_STREAM;
    response->stream = stream;
    response->status = 200;
    return stream;
}

/* A field of one line: what would end the line is left out. */
static void put_line(ts_buf *out, const char *name, const char *text, size_t length)
{
    (void)ts_buf_puts(out, name);
    for (size_t i = 0; i < length; i++)
        if (text[i] != '\r' && text[i] != '\n') (void)ts_buf_putc(out, text[i]);
    (void)ts_buf_putc(out, '\n');
}

static void format_event(ts_buf *out, int64_t id, const char *event, const char *data)
{
    if (id >= 0) (void)ts_buf_printf(out, "id: %lld\n", (long long)id);
    if (event) put_line(out, "event: ", event, strlen(event));
    for (;;) {
        size_t length = strcspn(data, "\n");
        put_line(out, "data: ", data, length);
        if (!data[length]) break;
        data += length + 1;
    }
    (void)ts_buf_putc(out, '\n');
}

bool ts_event_stream_publish(ts_event_stream *stream, int64_t id, const char *event, const char *data)
{
    ts_buf text = {0};
    format_event(&text, id, event, data ? data : "");
    (void)pthread_mutex_lock(&stream->lock);
    bool open = stream->state != TS_STREAM_CLOSED && !stream->broken && !stream->ending;
    if (open && (text.failed || stream->queue.length + text.length > stream->limit)) {
        stream->broken = true;
        open = false;
    }
    if (open && !ts_buf_append(&stream->queue, text.data, text.length)) stream->broken = true;
    if (stream->state == TS_STREAM_LIVE) ts_hub_wake(stream->hub);
    (void)pthread_mutex_unlock(&stream->lock);
    ts_buf_free(&text);
    return open;
}

bool ts_event_stream_open(const ts_event_stream *stream)
{
    ts_event_stream *own = (ts_event_stream *)(uintptr_t)stream; /* only its lock is touched */
    (void)pthread_mutex_lock(&own->lock);
    bool open = own->state != TS_STREAM_CLOSED && !own->broken && !own->ending;
    (void)pthread_mutex_unlock(&own->lock);
    return open;
}

size_t ts_event_stream_waiting(const ts_event_stream *stream)
{
    ts_event_stream *own = (ts_event_stream *)(uintptr_t)stream; /* only its lock is touched */
    (void)pthread_mutex_lock(&own->lock);
    size_t waiting = own->queue.length;
    (void)pthread_mutex_unlock(&own->lock);
    return waiting;
}

void ts_event_stream_finish(ts_event_stream *stream)
{
    (void)pthread_mutex_lock(&stream->lock);
    stream->ending = true;
    if (stream->state == TS_STREAM_LIVE) ts_hub_wake(stream->hub);
    (void)pthread_mutex_unlock(&stream->lock);
}

void ts_event_stream_on_close(ts_event_stream *stream, void (*closed)(void *context), void *context)
{
    (void)pthread_mutex_lock(&stream->lock);
    bool late = stream->state == TS_STREAM_CLOSED;
    if (!late) {
        stream->closed = closed;
        stream->closed_context = context;
    }
    (void)pthread_mutex_unlock(&stream->lock);
    if (late && closed) closed(context);
}

void ts_event_stream_retain(ts_event_stream *stream)
{
    atomic_fetch_add(&stream->refs, 1);
}

void ts_event_stream_release(ts_event_stream *stream)
{
    if (!stream || atomic_fetch_sub(&stream->refs, 1) != 1) return;
    (void)pthread_mutex_destroy(&stream->lock);
    ts_buf_free(&stream->queue);
    free(stream);
}

void ts_stream_attach(ts_event_stream *stream, int fd, ts_buf *head, void (*over)(void *context),
                      void *context)
{
    (void)pthread_mutex_lock(&stream->lock);
    bool joined = !head->failed && ts_buf_append(head, stream->queue.data, stream->queue.length);
    ts_buf_free(&stream->queue);
    stream->queue = *head;
    *head = (ts_buf){0};
    stream->broken = stream->broken || !joined;
    stream->fd = fd;
    stream->over = over;
    stream->over_context = context;
    stream->sent_ms = ts_clock_ms();
    stream->state = TS_STREAM_LIVE;
    (void)pthread_mutex_unlock(&stream->lock);
    ts_hub_adopt(stream->hub, stream);
}

static void drop_front(ts_buf *buf, size_t length)
{
    memmove(buf->data, buf->data + length, buf->length - length);
    buf->length -= length;
}

void ts_stream_flush(ts_event_stream *stream, double now_ms, double heartbeat_ms)
{
    (void)pthread_mutex_lock(&stream->lock);
    if (stream->queue.length == 0 && !stream->ending && now_ms - stream->sent_ms >= heartbeat_ms)
        (void)ts_buf_puts(&stream->queue, ":\n\n");
    size_t sent = 0;
    while (sent < stream->queue.length && !stream->broken) {
        ssize_t n = send(stream->fd, stream->queue.data + sent, stream->queue.length - sent,
                         MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0) sent += (size_t)n;
        else if (n < 0 && errno == EINTR) continue;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
        else stream->broken = true;
    }
    if (sent > 0) {
        drop_front(&stream->queue, sent);
        stream->sent_ms = now_ms;
    }
    (void)pthread_mutex_unlock(&stream->lock);
}

void ts_stream_readable(ts_event_stream *stream)
{
    char scratch[4096];
    ssize_t n = 0;
    /* A client has nothing to say on an event stream; what it says is thrown away, a little at a time. */
    for (int i = 0; i < 4; i++) {
        n = recv(stream->fd, scratch, sizeof scratch, MSG_DONTWAIT);
        if (n <= 0) break;
    }
    bool gone = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    if (!gone) return;
    (void)pthread_mutex_lock(&stream->lock);
    stream->broken = true;
    (void)pthread_mutex_unlock(&stream->lock);
}

bool ts_stream_is_over(ts_event_stream *stream)
{
    (void)pthread_mutex_lock(&stream->lock);
    bool over = stream->broken || (stream->ending && stream->queue.length == 0);
    (void)pthread_mutex_unlock(&stream->lock);
    return over;
}

/* Nothing of the hub is touched after this, but by who called it. */
void ts_stream_close(ts_event_stream *stream)
{
    (void)pthread_mutex_lock(&stream->lock);
    stream->state = TS_STREAM_CLOSED;
    void (*closed)(void *) = stream->closed;
    void *closed_context = stream->closed_context;
    void (*over)(void *) = stream->over;
    stream->closed = NULL;
    if (stream->fd >= 0) (void)shutdown(stream->fd, SHUT_RDWR);
    (void)pthread_mutex_unlock(&stream->lock);
    ts_hub_uncount_stream(stream->hub);
    if (over) over(stream->over_context);
    if (closed) closed(closed_context);
    ts_event_stream_release(stream);
}
