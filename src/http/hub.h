/* http: one thread that looks after sockets beside the event threads: it writes the event streams, reads dead uploads to
 * their end, and closes connections that are too slow. Private to the room. All functions from any thread.
 *
 * Why beside: the library can hold a connection back but tells nobody when its client leaves, has no notion of a
 * minimum rate, and a content reader that waits would hold an event thread. */
#ifndef TS_HTTP_HUB_H
#define TS_HTTP_HUB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/internal.h"

typedef enum ts_phase {
    TS_PHASE_HEAD,   /* waiting for a whole request head */
    TS_PHASE_BODY,   /* a body is coming in */
    TS_PHASE_ANSWER, /* the server's turn */
    TS_PHASE_CUT,    /* shut down for being slow */
} ts_phase;

/* One open connection. The fields are set by the event thread, the phase is also cut by the hub's. */
typedef struct ts_link {
    struct ts_link *next;
    struct ts_link *previous;
    int fd;
    bool local;
    bool stranger; /* came over the unix socket from another user */
    atomic_int phase;
    _Atomic int64_t since_ms;
    atomic_uint_fast64_t received; /* of the body */
    /* The sweep's own: the client's side was found ended when the two above had these values. */
    bool suspect;
    int64_t suspect_since_ms;
    uint64_t suspect_received;
} ts_link;

ts_hub *ts_hub_open(ts_http_core *core, ts_error *err);
/* Stops the thread and closes all streams; connections may still come and go. */
void ts_hub_stop(ts_hub *hub);
/* Stops and frees. Handlers may still hold streams: they are closed ones. */
void ts_hub_close(ts_hub *hub);

/* --- link.c --- */
typedef struct ts_links ts_links;

ts_links *ts_links_new(ts_error *err);
void ts_links_free(ts_links *links);
void ts_links_add(ts_links *links, ts_link *link);
void ts_links_remove(ts_links *links, ts_link *link);
size_t ts_links_count(const ts_links *links);
/* Begins a phase; false when the connection was cut meanwhile. */
bool ts_link_enter(ts_link *link, ts_phase phase);
void ts_links_sweep(ts_links *links, const ts_http_core *core, int64_t now_ms);

ts_links *ts_hub_links(ts_hub *hub);

/* --- hub.c --- */
/* Takes fd (a duplicate): what still comes in is read and thrown away until its end or a few seconds are over, so that
 * the client gets to read the answer instead of a reset. */
void ts_hub_linger(ts_hub *hub, int fd);
void ts_hub_wake(ts_hub *hub);
size_t ts_hub_stream_count(const ts_hub *hub);
/* Ends every stream after what is queued. */
void ts_hub_end_streams(ts_hub *hub);

/* --- stream.c, for hub.c and the connection --- */
/* Gives the stream its socket and the bytes of the answer's head; from here on the hub writes. over(context) is called
 * once, from the hub's thread, when nothing of the socket is used any more. */
void ts_stream_attach(ts_event_stream *stream, int fd, ts_buf *head, void (*over)(void *context),
                      void *context);

#endif
