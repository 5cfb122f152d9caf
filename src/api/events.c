/* api: event streams: one thread reads the change log and writes to everybody who listens. Knows no route.
 *
 * A stream joins at a place in the log: what it missed is sent first, under the same lock under which the thread moves
 * on, so that nothing is sent twice and nothing is left out. Who missed more than a page is told to read anew. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "api/events.h"
#include "api/json_of.h"
#include "service/watch.h"

#define PAGE 500
#define WAIT_MS 1000
#define RESET_EVENT "reset"

typedef struct listener {
    ts_event_stream *stream;
    uint32_t scopes;
    char key_id[sizeof((ts_identity *)0)->name];
} listener;

struct ts_events {
    ts_service *service;
    const atomic_int *stop;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t joined;
    pthread_t thread;
    bool started;
    int64_t last; /* what listeners have been told up to */
    listener *listeners;
    size_t count, room;
};

/* The log is read once for all; each stream gets what its own key may see. */
static const ts_actor reader = {
    .kind = TS_ACTOR_SYSTEM, .id = "", .name = "event streams", .key_id = "", .scopes = TS_SCOPE_ALL};

/* false: the reader is gone. */
static bool send_change(const listener *to, const ts_news *news)
{
    ts_change told;
    if (!ts_news_for(news, to->scopes, to->key_id, &told)) return ts_event_stream_open(to->stream);
    json_t *data = ts_json_of_change(&told);
    char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;
    bool sent = text && ts_event_stream_publish(to->stream, told.seq, ts_change_kind_name(told.kind), text);
    free(text);
    json_decref(data);
    return sent;
}

static bool send_page(const listener *to, const ts_news_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        if (!send_change(to, &page->news[i])) return false;
    }
    if (page->lost) return ts_event_stream_publish(to->stream, page->last, RESET_EVENT, "{}");
    return ts_event_stream_open(to->stream);
}

static void drop(ts_events *events, size_t index)
{
    ts_event_stream_release(events->listeners[index].stream);
    events->listeners[index] = events->listeners[--events->count];
}

/* Waits until somebody listens; where the log stands then is where to begin. */
static bool wait_for_listeners(ts_events *events)
{
    pthread_mutex_lock(&events->lock);
    while (events->count == 0 && !atomic_load(events->stop))
        pthread_cond_wait(&events->joined, &events->lock);
    pthread_mutex_unlock(&events->lock);
    return !atomic_load(events->stop);
}

static void pump_once(ts_events *events, ts_arena *arena)
{
    ts_news_page page = {0};
    pthread_mutex_lock(&events->lock);
    int64_t after = events->last;
    pthread_mutex_unlock(&events->lock);
    bool ok = ts_service_changes(events->service, &reader, after, PAGE, WAIT_MS, arena, &page, NULL);
    pthread_mutex_lock(&events->lock);
    if (ok && events->last == after) {
        for (size_t i = events->count; i-- > 0;) {
            if (!send_page(&events->listeners[i], &page)) drop(events, i);
        }
        events->last = page.last;
    }
    pthread_mutex_unlock(&events->lock);
    if (!ok) (void)nanosleep(&(struct timespec){.tv_nsec = 200 * 1000 * 1000}, NULL);
    ts_arena_reset(arena);
}

static void *pump(void *context)
{
    ts_events *events = context;
    ts_arena *arena = ts_arena_new(0);
    while (arena && wait_for_listeners(events)) pump_once(events, arena);
    ts_arena_free(arena);
    return NULL;
}

ts_events *ts_events_open(ts_service *service, const atomic_int *stop, ts_error *err)
{
    ts_events *events = calloc(1, sizeof *events);
    if (!events) return (void)ts_fail_memory(err), NULL;
    events->service = service;
    events->stop = stop;
    (void)pthread_mutex_init(&events->lock, NULL);
    (void)pthread_cond_init(&events->joined, NULL);
    return events;
}

/* ---- joining; under the lock --------------------------------------------------------------------- */

static bool make_room(ts_events *events, ts_error *err)
{
    if (events->count < events->room) return true;
    size_t room = events->room ? events->room * 2 : 16;
    listener *grown = realloc(events->listeners, room * sizeof *grown);
    if (!grown) return ts_fail_memory(err);
    events->listeners = grown;
    events->room = room;
    return true;
}

static bool start(ts_events *events, ts_error *err)
{
    if (events->started) return true;
    if (pthread_create(&events->thread, NULL, pump, events) != 0) return ts_fail_memory(err);
    events->started = true;
    return true;
}

/* The first listener after a pause: nobody has been told anything since. */
static bool stand_at_end(ts_events *events, ts_arena *arena, ts_error *err)
{
    ts_news_page page = {0};
    if (events->count > 0) return true;
    if (!ts_service_changes(events->service, &reader, -1, 0, 0, arena, &page, err)) return false;
    events->last = page.last;
    return true;
}

static bool catch_up(ts_events *events, const listener *to, int64_t after, ts_arena *arena, ts_error *err)
{
    if (after < 0 || after == events->last) return true;
    ts_news_page page = {0};
    if (!ts_service_changes(events->service, &reader, after, PAGE, 0, arena, &page, err)) return false;
    size_t told = 0;
    while (told < page.count && page.news[told].change.seq <= events->last) told++;
    /* Too far behind, or a number from another catalogue's log. */
    page.lost = page.lost || after > events->last || (told == page.count && page.last < events->last);
    page.count = page.lost ? 0 : told;
    page.last = events->last;
    (void)send_page(to, &page);
    return true;
}

bool ts_events_join(ts_events *events, ts_event_stream *stream, const ts_actor *actor, int64_t after,
                    ts_error *err)
{
    listener to = {.stream = stream, .scopes = actor->scopes};
    (void)snprintf(to.key_id, sizeof to.key_id, "%s", actor->key_id);
    ts_arena *arena = ts_arena_new(0);
    pthread_mutex_lock(&events->lock);
    bool ok = arena != NULL;
    if (!ok) (void)ts_fail_memory(err);
    if (ok && atomic_load(events->stop)) ok = ts_fail(err, TS_BUSY, "the server is about to stop");
    ok = ok && make_room(events, err) && start(events, err) && stand_at_end(events, arena, err) &&
         catch_up(events, &to, after, arena, err);
    if (ok) {
        events->listeners[events->count++] = to;
        (void)pthread_cond_signal(&events->joined);
    }
    pthread_mutex_unlock(&events->lock);
    ts_arena_free(arena);
    if (!ok) {
        ts_event_stream_finish(stream);
        ts_event_stream_release(stream);
    }
    return ok;
}

void ts_events_stop(ts_events *events)
{
    pthread_mutex_lock(&events->lock);
    bool started = events->started;
    events->started = false;
    (void)pthread_cond_broadcast(&events->joined);
    pthread_mutex_unlock(&events->lock);
    if (started) (void)pthread_join(events->thread, NULL);
    pthread_mutex_lock(&events->lock);
    while (events->count > 0) {
        ts_event_stream_finish(events->listeners[events->count - 1].stream);
        drop(events, events->count - 1);
    }
    pthread_mutex_unlock(&events->lock);
}

void ts_events_free(ts_events *events)
{
    if (!events) return;
    free(events->listeners);
    (void)pthread_cond_destroy(&events->joined);
    (void)pthread_mutex_destroy(&events->lock);
    free(events);
}
