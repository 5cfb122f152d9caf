/* http: an event stream from inside, for the hub. Private to the room.
 *
 * Life: WAITING from ts_response_events until the answer is sent, LIVE while the hub writes, CLOSED for good. `lock`
 * guards everything but `refs`; the hub's list lock is taken before it, never after. */
#ifndef TS_HTTP_STREAM_H
#define TS_HTTP_STREAM_H

#include <pthread.h>

#include "http/hub.h"

typedef enum ts_stream_state { TS_STREAM_WAITING, TS_STREAM_LIVE, TS_STREAM_CLOSED } ts_stream_state;

struct ts_event_stream {
    atomic_int refs;
    pthread_mutex_t lock;
    ts_hub *hub; /* not to be touched once CLOSED */
    ts_event_stream *next;
    ts_stream_state state;
    bool ending; /* close when the queue is empty */
    bool broken; /* the reader is gone or too slow */
    ts_buf queue;
    size_t limit;
    int fd;
    double sent_ms; /* when something was last written */
    void (*over)(void *context);
    void *over_context;
    void (*closed)(void *context);
    void *closed_context;
};

/* With two references. */
ts_event_stream *ts_stream_new(ts_hub *hub, size_t limit, ts_error *err);
/* Writes what it can. */
void ts_stream_flush(ts_event_stream *stream, double now_ms, double heartbeat_ms);
/* The client sent something or left. */
void ts_stream_readable(ts_event_stream *stream);
bool ts_stream_is_over(ts_event_stream *stream);
/* To CLOSED; calls the callbacks and gives the room's reference up. Also for a stream that was never attached. */
void ts_stream_close(ts_event_stream *stream);
/* hub.c: a stream was attached, ended or never will be. */
void ts_hub_adopt(ts_hub *hub, ts_event_stream *stream);
bool ts_hub_count_stream(ts_hub *hub);
void ts_hub_uncount_stream(ts_hub *hub);

#endif
