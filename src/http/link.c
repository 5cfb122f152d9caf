/* http: the open connections, and the clock that each of them runs against. Knows nothing of what they carry. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "http/hub.h"

struct ts_links {
    pthread_mutex_t lock;
    ts_link *first;
    atomic_size_t count;
};

ts_links *ts_links_new(ts_error *err)
{
    ts_links *links = calloc(1, sizeof *links);
    if (!links || pthread_mutex_init(&links->lock, NULL) != 0) {
        free(links);
        (void)ts_fail_memory(err);
        return NULL;
    }
    return links;
}

void ts_links_free(ts_links *links)
{
    if (!links) return;
    (void)pthread_mutex_destroy(&links->lock);
    free(links);
}

void ts_links_add(ts_links *links, ts_link *link)
{
    (void)pthread_mutex_lock(&links->lock);
    link->next = links->first;
    link->previous = NULL;
    if (links->first) links->first->previous = link;
    links->first = link;
    atomic_fetch_add(&links->count, 1);
    (void)pthread_mutex_unlock(&links->lock);
}

void ts_links_remove(ts_links *links, ts_link *link)
{
    (void)pthread_mutex_lock(&links->lock);
    if (link->previous) link->previous->next = link->next;
    else links->first = link->next;
    if (link->next) link->next->previous = link->previous;
    atomic_fetch_sub(&links->count, 1);
    (void)pthread_mutex_unlock(&links->lock);
}

size_t ts_links_count(const ts_links *links)
{
    return atomic_load(&links->count);
}

bool ts_link_enter(ts_link *link, ts_phase phase)
{
    int old = atomic_load(&link->phase);
    if (phase == TS_PHASE_BODY) atomic_store(&link->received, 0);
    atomic_store(&link->since_ms, (int64_t)ts_clock_ms());
    while (old != TS_PHASE_CUT)
        if (atomic_compare_exchange_weak(&link->phase, &old, phase)) return true;
    return false;
}

static bool too_slow(const ts_link *link, const ts_http_options *o, int phase, int64_t now_ms)
{
    int64_t elapsed = now_ms - atomic_load(&link->since_ms);
    if (phase == TS_PHASE_HEAD) return elapsed > (int64_t)o->idle_ms;
    if (phase != TS_PHASE_BODY || elapsed <= (int64_t)o->body_grace_ms) return false;
    return (double)atomic_load(&link->received) * 1000.0 < (double)o->body_min_rate * (double)elapsed;
}

/* The library cannot answer in the middle of a body, so this goes to the socket directly: nothing else has been written
 * for this request yet. */
static void cut(const ts_link *link, bool tell)
{
    static const char answer[] = "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/problem+json\r\n"
                                 "Content-Length: 105\r\nConnection: close\r\n\r\n"
                                 "{\"type\":\"about:blank\",\"title\":\"Request Timeout\",\"status\":408,"
                                 "\"code\":\"slow_body\",\"detail\":\"body too slow\"}";
    if (tell) (void)send(link->fd, answer, sizeof answer - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(link->fd, SHUT_RDWR);
}

/* The client has ended its side in the middle of a request. The library waits for edges of epoll and takes a short read
 * for the last: an end that comes right behind the data is not seen, and the connection would stay. Twice in a row,
 * because a client may end its side behind a whole request that the event thread is just about to look at. */
static bool is_abandoned(ts_link *link, int phase)
{
    char scratch;
    bool before = link->suspect && link->suspect_since_ms == atomic_load(&link->since_ms) &&
                  link->suspect_received == atomic_load(&link->received);
    link->suspect = (phase == TS_PHASE_HEAD || phase == TS_PHASE_BODY) &&
                    recv(link->fd, &scratch, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    link->suspect_since_ms = atomic_load(&link->since_ms);
    link->suspect_received = atomic_load(&link->received);
    return link->suspect && before;
}

/* Under the lock, because a link leaves the list before its socket is closed: the number cannot be another's yet. */
void ts_links_sweep(ts_links *links, const ts_http_core *core, int64_t now_ms)
{
    (void)pthread_mutex_lock(&links->lock);
    for (ts_link *link = links->first; link; link = link->next) {
        int phase = atomic_load(&link->phase);
        /* The library may have been looking elsewhere when it was told: said again, it is a new edge. */
        if (phase == TS_PHASE_CUT) (void)shutdown(link->fd, SHUT_RDWR);
        bool slow = too_slow(link, &core->options, phase, now_ms);
        if (!slow && !is_abandoned(link, phase)) continue;
        if (!atomic_compare_exchange_strong(&link->phase, &phase, TS_PHASE_CUT)) continue;
        cut(link, slow && phase == TS_PHASE_BODY);
        if (slow) ts_stats_add(core->stats, TS_COUNT_SLOW);
    }
    (void)pthread_mutex_unlock(&links->lock);
}
