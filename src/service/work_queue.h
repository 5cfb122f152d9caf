/* service (private): the bounded queue between the one who finds pictures and those who tag them. */
#ifndef TS_SERVICE_WORK_QUEUE_H
#define TS_SERVICE_WORK_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

/* One picture to tag. Owned by whoever holds it; freed with ts_work_free. */
typedef struct ts_work {
    char *path;
    ts_error *problem; /* set: it cannot be read, only reported */
    ts_buf bytes;      /* from_memory: the encoded picture itself (path is its name) */
    bool from_memory;
} ts_work;

void ts_work_free(ts_work *work); /* back to zeroed memory; safe twice */

typedef struct ts_work_queue ts_work_queue;

ts_work_queue *ts_work_queue_new(size_t capacity);
void ts_work_queue_free(ts_work_queue *queue); /* what is left in it goes too; NULL is fine */
/* Waits for room. Takes the work over and zeroes *work; false (nothing taken) once the queue is closed. */
bool ts_work_queue_push(ts_work_queue *queue, ts_work *work);
/* Waits for work. False when the queue is closed and empty. */
bool ts_work_queue_pop(ts_work_queue *queue, ts_work *work);
/* No more pushes; drop: what is queued is thrown away too. */
void ts_work_queue_close(ts_work_queue *queue, bool drop);

#endif
