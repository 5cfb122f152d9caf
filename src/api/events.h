/* api (private): the event streams of the change log. */
#ifndef TS_API_EVENTS_H
#define TS_API_EVENTS_H

#include <stdatomic.h>

#include "api/internal.h"

/* The thread that reads the log is started by the first stream. */
ts_events *ts_events_open(ts_service *service, const atomic_int *stop, ts_error *err);
/* Sends what came after `after` (-1: from now on) and then everything as it happens; changes of keys, people and
 * documents only to actors with the scope admin. Takes the stream over. Any thread. */
bool ts_events_join(ts_events *events, ts_event_stream *stream, const ts_actor *actor, int64_t after,
                    ts_error *err);
/* *stop must be set. Ends the thread and the streams. */
void ts_events_stop(ts_events *events);
void ts_events_free(ts_events *events); /* after stop; NULL is fine */

#endif
