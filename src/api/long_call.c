/* api: calls that take long (imports, backups, checks): a thread of their own does the work and tells its progress as an
 * event stream. Only for local callers. Knows no route. */
#include "api/long_call.h"

#include <stdlib.h>
#include <unistd.h>

#include "api/internal.h"
#include "api/json_of.h"

#define ERROR_EVENT "error"
#define DONE_EVENT "done"

struct ts_long_call {
    ts_api *api;
    ts_event_stream *stream;
    json_t *body;
    ts_long_work *work;
    atomic_int stop;   /* the reader has gone, or the server stops */
    atomic_int owners; /* the thread, and the stream until it has told that it closed */
    struct ts_long_call *next;
};

static const ts_actor owner = {.kind = TS_ACTOR_LOCAL,
                               .id = "local",
                               .name = "owner of the data folder",
                               .key_id = "",
                               .scopes = TS_SCOPE_ALL};

static void let_go(ts_long_call *call)
{
    if (atomic_fetch_sub(&call->owners, 1) > 1) return;
    ts_event_stream_release(call->stream);
    json_decref(call->body);
    free(call);
}

static void on_close(void *context)
{
    ts_long_call *call = context;
    atomic_store(&call->stop, 1);
    let_go(call);
}

static void enlist(ts_api *api, ts_long_call *call)
{
    pthread_mutex_lock(&api->lock);
    call->next = api->long_calls;
    api->long_calls = call;
    pthread_mutex_unlock(&api->lock);
}

static void strike_off(ts_api *api, const ts_long_call *call)
{
    pthread_mutex_lock(&api->lock);
    ts_long_call **at = &api->long_calls;
    while (*at && *at != call) at = &(*at)->next;
    if (*at) *at = call->next;
    if (!api->long_calls) (void)pthread_cond_broadcast(&api->idle);
    pthread_mutex_unlock(&api->lock);
}

static void *run(void *context)
{
    ts_long_call *call = context;
    ts_api *api = call->api;
    ts_error err = {0};
    json_t *summary = NULL;
    bool ok = call->work(call, api->service, &owner, &summary, &err);
    if (!ok) {
        json_decref(summary);
        summary = ts_json_of_error(&err);
    }
    ts_long_call_send(call, ok ? DONE_EVENT : ERROR_EVENT, summary ? summary : json_object());
    ts_event_stream_finish(call->stream);
    strike_off(api, call);
    let_go(call);
    return NULL;
}

/* Work that tells faster than the other side reads is held up: a stream whose queue overflows would be cut off. But one
 * that reads no more holds up no server that stops. */
static void wait_for_reader(const ts_long_call *call)
{
    enum { enough = 64 * 1024, nap_us = 2000 };
    while (ts_event_stream_waiting(call->stream) > enough && ts_event_stream_open(call->stream) &&
           atomic_load(&call->stop) == 0)
        (void)usleep(nap_us);
}

void ts_long_call_send(ts_long_call *call, const char *event, json_t *data)
{
    wait_for_reader(call);
    char *text = data ? json_dumps(data, JSON_COMPACT) : NULL;
    if (text) (void)ts_event_stream_publish(call->stream, -1, event, text);
    free(text);
    json_decref(data);
}

const json_t *ts_long_call_body(const ts_long_call *call)
{
    return call->body;
}

const atomic_int *ts_long_call_stop(const ts_long_call *call)
{
    return &call->stop;
}

bool ts_long_call_start(ts_call *from, ts_long_work *work)
{
    ts_api *api = from->api;
    if (atomic_load(&api->stop)) return ts_fail(&from->err, TS_BUSY, "the server is about to stop");
    ts_long_call *call = calloc(1, sizeof *call);
    if (!call) return ts_fail_memory(&from->err);
    call->stream = ts_response_events(from->response, &from->err);
    if (!call->stream) {
        free(call);
        return false;
    }
    call->api = api;
    call->work = work;
    call->body = json_incref((json_t *)(uintptr_t)from->body);
    atomic_store(&call->owners, 2);
    ts_event_stream_on_close(call->stream, on_close, call);
    enlist(api, call);
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, call) == 0) {
        (void)pthread_detach(thread);
        return true;
    }
    (void)ts_fail_memory(&from->err);
    ts_long_call_send(call, ERROR_EVENT, ts_json_of_error(&from->err));
    ts_event_stream_finish(call->stream);
    strike_off(api, call);
    let_go(call);
    return true;
}

void ts_long_calls_stop(ts_api *api)
{
    pthread_mutex_lock(&api->lock);
    for (ts_long_call *call = api->long_calls; call; call = call->next) atomic_store(&call->stop, 1);
    while (api->long_calls) pthread_cond_wait(&api->idle, &api->lock);
    pthread_mutex_unlock(&api->lock);
}
