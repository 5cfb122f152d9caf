/* http: the thread beside the event threads; hub.h says what for. Knows nothing of requests. */
#include "http/hub.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/stream.h"

#define TICK_MS 200
#define LINGER_MS 3000
#define LINGER_MAX 256
#define BATCH 64

/* A socket whose answer is sent and whose client still talks. */
typedef struct dying {
    struct dying *next;
    int fd;
    double until_ms;
    bool over;
} dying;

struct ts_hub {
    ts_http_core *core;
    ts_links *links;
    pthread_t thread;
    bool running;
    int epoll;
    int wake;
    atomic_bool stop;
    atomic_size_t stream_count;
    pthread_mutex_t lock; /* the two lists */
    ts_event_stream *streams;
    dying *dying;
    size_t dying_count;
};

ts_links *ts_hub_links(ts_hub *hub)
{
    return hub->links;
}

void ts_hub_wake(ts_hub *hub)
{
    uint64_t one = 1;
    (void)!write(hub->wake, &one, sizeof one);
}

size_t ts_hub_stream_count(const ts_hub *hub)
{
    return atomic_load(&hub->stream_count);
}

bool ts_hub_count_stream(ts_hub *hub)
{
    size_t before = atomic_fetch_add(&hub->stream_count, 1);
    if (before < hub->core->options.max_streams) return true;
    atomic_fetch_sub(&hub->stream_count, 1);
    return false;
}

void ts_hub_uncount_stream(ts_hub *hub)
{
    atomic_fetch_sub(&hub->stream_count, 1);
}

/* Edge-triggered, so that one registration serves for reading, writing and the client's leaving. Which socket it was is
 * looked up in the lists: an event that comes late for one that is gone finds nothing. */
static bool watch_socket(ts_hub *hub, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLET, .data.fd = fd};
    return epoll_ctl(hub->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void ts_hub_adopt(ts_hub *hub, ts_event_stream *stream)
{
    (void)pthread_mutex_lock(&hub->lock);
    if (!watch_socket(hub, stream->fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP)) ts_event_stream_finish(stream);
    stream->next = hub->streams;
    hub->streams = stream;
    (void)pthread_mutex_unlock(&hub->lock);
    ts_hub_wake(hub);
}

void ts_hub_linger(ts_hub *hub, int fd)
{
    dying *entry = fd >= 0 ? calloc(1, sizeof *entry) : NULL;
    if (!entry) goto drop;
    entry->fd = fd;
    entry->until_ms = ts_clock_ms() + LINGER_MS;
    (void)pthread_mutex_lock(&hub->lock);
    bool room = hub->dying_count < LINGER_MAX && watch_socket(hub, fd, EPOLLIN | EPOLLRDHUP);
    if (room) {
        entry->next = hub->dying;
        hub->dying = entry;
        hub->dying_count++;
    }
    (void)pthread_mutex_unlock(&hub->lock);
    if (room) return;

drop:
    free(entry);
    if (fd >= 0) (void)close(fd);
}

/* Reads a bounded amount, so that one fast client does not keep the thread; the next tick reads on. */
static void read_away(dying *entry)
{
    char scratch[16384];
    for (int i = 0; i < 64; i++) {
        ssize_t n = recv(entry->fd, scratch, sizeof scratch, MSG_DONTWAIT);
        if (n > 0) continue;
        bool later = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
        entry->over = !later;
        return;
    }
}

static void serve_dying(ts_hub *hub, double now_ms)
{
    (void)pthread_mutex_lock(&hub->lock);
    for (dying **at = &hub->dying; *at;) {
        dying *entry = *at;
        read_away(entry);
        if (!entry->over && now_ms < entry->until_ms) {
            at = &entry->next;
            continue;
        }
        *at = entry->next;
        hub->dying_count--;
        (void)close(entry->fd); /* leaves the epoll set with it */
        free(entry);
    }
    (void)pthread_mutex_unlock(&hub->lock);
}

/* Takes the streams that are over out of the list. */
static ts_event_stream *collect_over(ts_hub *hub)
{
    ts_event_stream *over = NULL;
    (void)pthread_mutex_lock(&hub->lock);
    for (ts_event_stream **at = &hub->streams; *at;) {
        ts_event_stream *stream = *at;
        if (!ts_stream_is_over(stream)) {
            at = &stream->next;
            continue;
        }
        *at = stream->next;
        stream->next = over;
        over = stream;
    }
    (void)pthread_mutex_unlock(&hub->lock);
    return over;
}

static void close_over(ts_hub *hub)
{
    for (ts_event_stream *stream = collect_over(hub); stream;) {
        ts_event_stream *next = stream->next;
        (void)epoll_ctl(hub->epoll, EPOLL_CTL_DEL, stream->fd, NULL);
        ts_stream_close(stream);
        stream = next;
    }
}

static void serve_streams(ts_hub *hub, double now_ms)
{
    double heartbeat_ms = 0.9 * hub->core->options.heartbeat_ms;
    (void)pthread_mutex_lock(&hub->lock);
    for (ts_event_stream *stream = hub->streams; stream; stream = stream->next)
        ts_stream_flush(stream, now_ms, heartbeat_ms);
    (void)pthread_mutex_unlock(&hub->lock);
    close_over(hub);
}

static void read_stream(ts_hub *hub, int fd)
{
    (void)pthread_mutex_lock(&hub->lock);
    for (ts_event_stream *stream = hub->streams; stream; stream = stream->next)
        if (stream->fd == fd) ts_stream_readable(stream);
    (void)pthread_mutex_unlock(&hub->lock);
}

static void *run(void *context)
{
    ts_hub *hub = context;
    double swept_ms = 0;
    while (!atomic_load(&hub->stop)) {
        struct epoll_event events[BATCH];
        int count = epoll_wait(hub->epoll, events, BATCH, TICK_MS);
        for (int i = 0; i < count; i++) {
            uint64_t scratch;
            if (events[i].data.fd == hub->wake) (void)!read(hub->wake, &scratch, sizeof scratch);
            else if (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
                read_stream(hub, events[i].data.fd);
        }
        double now_ms = ts_clock_ms();
        serve_streams(hub, now_ms);
        serve_dying(hub, now_ms);
        if (now_ms - swept_ms < TICK_MS) continue;
        ts_links_sweep(hub->links, hub->core, (int64_t)now_ms);
        swept_ms = now_ms;
    }
    return NULL;
}

ts_hub *ts_hub_open(ts_http_core *core, ts_error *err)
{
    ts_hub *hub = calloc(1, sizeof *hub);
    if (!hub || pthread_mutex_init(&hub->lock, NULL) != 0) {
        free(hub);
        (void)ts_fail_memory(err);
        return NULL;
    }
    hub->core = core;
    hub->epoll = epoll_create1(EPOLL_CLOEXEC);
    hub->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    hub->links = ts_links_new(err);
    if (!hub->links) goto failed;
    if (hub->epoll < 0 || hub->wake < 0 || !watch_socket(hub, hub->wake, EPOLLIN)) {
        (void)ts_fail_errno(err, "cannot watch sockets");
        goto failed;
    }
    hub->running = pthread_create(&hub->thread, NULL, run, hub) == 0;
    if (hub->running) return hub;
    (void)ts_fail(err, TS_NO_MEMORY, "cannot start the thread of the event streams");

failed:
    ts_hub_close(hub);
    return NULL;
}

void ts_hub_end_streams(ts_hub *hub)
{
    (void)pthread_mutex_lock(&hub->lock);
    for (ts_event_stream *stream = hub->streams; stream; stream = stream->next)
        ts_event_stream_finish(stream);
    (void)pthread_mutex_unlock(&hub->lock);
}

void ts_hub_stop(ts_hub *hub)
{
    if (hub->running) {
        atomic_store(&hub->stop, true);
        ts_hub_wake(hub);
        (void)pthread_join(hub->thread, NULL);
        hub->running = false;
    }
    while (hub->streams) {
        ts_event_stream *stream = hub->streams;
        hub->streams = stream->next;
        ts_stream_close(stream);
    }
}

void ts_hub_close(ts_hub *hub)
{
    if (!hub) return;
    ts_hub_stop(hub);
    while (hub->dying) {
        dying *entry = hub->dying;
        hub->dying = entry->next;
        (void)close(entry->fd);
        free(entry);
    }
    ts_links_free(hub->links);
    if (hub->epoll >= 0) (void)close(hub->epoll);
    if (hub->wake >= 0) (void)close(hub->wake);
    (void)pthread_mutex_destroy(&hub->lock);
    free(hub);
}
