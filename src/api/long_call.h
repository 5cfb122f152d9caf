/* api (private): calls that tell their progress as an event stream. They end with the event "done" and a summary, or
 * with "error". Any thread. */
#ifndef TS_API_LONG_CALL_H
#define TS_API_LONG_CALL_H

#include <stdatomic.h>

#include "api/call.h"
#include "api/internal.h"

/* *summary: a new reference, or NULL. */
typedef bool ts_long_work(ts_long_call *call, ts_service *service, const ts_actor *actor, json_t **summary,
                          ts_error *err);

/* Answers with a stream and starts the work. true when an answer is made. */
bool ts_long_call_start(ts_call *from, ts_long_work *work);
const json_t *ts_long_call_body(const ts_long_call *call);
/* Becomes 1 when nobody reads any more or the server stops. */
const atomic_int *ts_long_call_stop(const ts_long_call *call);
void ts_long_call_send(ts_long_call *call, const char *event, json_t *data); /* takes the reference */

/* Asks all to stop and waits until they have. */
void ts_long_calls_stop(ts_api *api);

#endif
