/* http: the threads that run handlers, behind a bounded queue. Private to the room. Any thread. */
#ifndef TS_HTTP_WORKERS_H
#define TS_HTTP_WORKERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ts_workers ts_workers;

/* cancelled: the pool is closing, do not begin anything. */
typedef void (*ts_work)(void *context, bool cancelled);

ts_workers *ts_workers_open(unsigned threads, size_t queue, ts_error *err);
/* false when the queue is full; work is then not called. */
bool ts_workers_submit(ts_workers *workers, ts_work work, void *context);
bool ts_workers_full(ts_workers *workers);
size_t ts_workers_queued(ts_workers *workers);
/* Waits for what runs, cancels what waits; from here on nothing is taken any more. */
void ts_workers_stop(ts_workers *workers);
/* Stops and frees. NULL is fine. */
void ts_workers_close(ts_workers *workers);

#endif
