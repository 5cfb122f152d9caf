/* http: the threads that run handlers, behind bounded queues. Private to the room. Any thread.
 * Long work (pictures to be tagged) has a queue of its own and never all the threads: a question that takes a
 * millisecond does not stand behind a hundred uploads. */
#ifndef TS_HTTP_WORKERS_H
#define TS_HTTP_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ts_workers ts_workers;

/* cancelled: the pool is closing, do not begin anything. */
typedef void (*ts_work)(void *context, bool cancelled);

typedef enum ts_work_kind { TS_WORK_SHORT, TS_WORK_LONG, TS_WORK_KINDS } ts_work_kind;

/* queues: how many of each kind may wait. */
ts_workers *ts_workers_open(unsigned threads, const size_t queues[TS_WORK_KINDS], ts_error *err);
/* false when the queue of its kind is full; work is then not called. */
bool ts_workers_submit(ts_workers *workers, ts_work_kind kind, ts_work work, void *context);
bool ts_workers_full(ts_workers *workers, ts_work_kind kind);
size_t ts_workers_queued(ts_workers *workers);
/* Waits for what runs, cancels what waits; from here on nothing is taken any more. */
void ts_workers_stop(ts_workers *workers);
/* Stops and frees. NULL is fine. */
void ts_workers_close(ts_workers *workers);

#endif
