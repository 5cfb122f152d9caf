/* The jobs room: work that waits for its turn, survives crashes, and is tried again. The mechanism only: what a job
 * does is a handler that is handed in.
 *
 *     static const ts_job_handler handlers[] = {{.kind = "tag", .run = tag_picture}, {.kind = "bulk"}};
 *     ts_job_queue *queue = ts_job_queue_open(catalog, &options, handlers, 2, &err);
 *     ts_job_row job = {.kind = "tag", .payload = "{\"picture\":7}"};
 *     if (ts_job_queue_add(queue, &job, 1, arena, &err)) ts_job_queue_wait(queue, job.number, 2000, arena, &job, &err);
 *     ts_job_queue_drain(queue, 30000);
 *     ts_job_queue_close(queue);
 *
 * The rows of the catalogue (catalog/jobs.h) are the truth; this room adds the workers, the bell that wakes them, leases
 * that are kept alive, retries, quarantine, limits, waiting, progress and schedules. What has been added is on the disk.
 * A job that was running when the process died is queued again at the next open; its attempt counts, so a job that
 * kills the process ends in quarantine and does not kill it for ever.
 *
 * A job runs at least once. Effects happen exactly once where the handler commits them with ts_job_run_commit.
 * Threads: all functions may be called from any thread unless they say otherwise; none may be called from within a
 * ts_catalog_change. */
#ifndef TS_JOBS_JOBS_H
#define TS_JOBS_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "catalog/jobs.h"

typedef struct ts_job_queue ts_job_queue;
typedef struct ts_job_run ts_job_run;

/* ---- handlers -------------------------------------------------------------------------------------- */

typedef struct ts_job_handler {
    const char *kind;
    /* Does the job, on a worker's thread. False with err set: TS_INTERRUPTED after ts_job_run_stopping gives it back,
     * an error that no retry can mend (ts_job_is_permanent) ends it, any other is tried again, later each time.
     * NULL: jobs of this kind have no work of their own; they are bulk jobs, see ts_job_queue_add. */
    bool (*run)(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err);
    void *context;
    unsigned concurrency; /* at most so many at once; 0: as many as there are workers */
} ts_job_handler;

/* Asked often by handlers that take long: the job was cancelled, is another's by now, or the queue must end. Then
 * return false with TS_INTERRUPTED. */
bool ts_job_run_stopping(const ts_job_run *run);
/* So much of so much. Cheap: written with the next heartbeat, told to the listener at most ten times a second. */
void ts_job_run_progress(ts_job_run *run, int64_t done, int64_t total);
/* Kept with the job when it is done; JSON, copied. */
void ts_job_run_result(ts_job_run *run, const char *json);
/* Lives until the handler returns; for what the handler builds. */
ts_arena *ts_job_run_arena(ts_job_run *run);
/* Runs the change and marks the job as done in one transaction: the effects and the end of the job are both there or
 * both not. At most once, as the handler's last act. TS_CHANGED: cancelled or lost meanwhile, nothing was done. */
bool ts_job_run_commit(ts_job_run *run, ts_catalog_change change, void *context, ts_error *err);

/* No retry can mend it: the picture is corrupt, unsupported, too large, not allowed, not there, … */
bool ts_job_is_permanent(ts_code code);

/* ---- life ------------------------------------------------------------------------------------------ */

/* What happens to jobs, for event streams, webhooks and metrics. */
typedef enum ts_job_event_kind {
    TS_JOB_EVENT_ADDED = 0,
    TS_JOB_EVENT_STARTED,
    TS_JOB_EVENT_PROGRESS,
    TS_JOB_EVENT_RETRY, /* failed; run_after of the job says when it is tried again */
    TS_JOB_EVENT_ENDED  /* done, failed, quarantined or cancelled: the job's state says which */
} ts_job_event_kind;

typedef struct ts_job_event {
    ts_job_event_kind kind;
    const ts_job_row *job; /* borrowed for the call; payload and result may be NULL in PROGRESS */
    const ts_error *error; /* of RETRY and of an ENDED that failed, else NULL */
    int64_t eta_ms;        /* until it ends, -1: not known */
} ts_job_event;

/* After the commit, on the thread that caused it; must be quick. It may add jobs. */
typedef void (*ts_job_listener)(void *context, const ts_job_event *event);

/* A job that comes by itself. One of a kind and name waits or runs at a time: a missed one is caught up once. */
typedef struct ts_job_schedule {
    const char *name; /* [a-z0-9-]; its last start is kept in the catalogue under it */
    const char *kind;
    const char *payload;   /* JSON, or NULL */
    uint32_t every_s;      /* this often; 0: daily */
    uint32_t daily_minute; /* of the day, UTC, 0..1439 */
} ts_job_schedule;

/* 0 or NULL means the default in brackets. */
typedef struct ts_job_options {
    unsigned workers;                 /* threads [2], at most 64 */
    size_t max_queued;                /* jobs waiting and running [100000]; more is TS_BUSY */
    uint32_t lease_ms;                /* a running job says that it lives three times within this [30000] */
    unsigned max_attempts;            /* of a job that does not say [3] */
    uint32_t backoff_base_ms;         /* before the second attempt; doubles with each, ± 25 % [1000] */
    uint32_t backoff_cap_ms;          /* at most [300000] */
    const ts_job_schedule *schedules; /* copied, their texts borrowed until close, as with handlers */
    size_t schedule_count;
    ts_job_listener listener;
    void *listener_context;
    ts_log *log;
    bool paused; /* start without claiming, until ts_job_queue_pause(queue, false) */
} ts_job_options;

/* Takes back what an earlier process left running and starts the workers. What that process had in hand when it died
 * runs first and, for ten seconds each, alone. NULL and err on failure. */
ts_job_queue *ts_job_queue_open(ts_catalog *catalog, const ts_job_options *options,
                                const ts_job_handler *handlers, size_t handler_count, ts_error *err);
/* Nothing new is begun while paused; what runs goes on. */
void ts_job_queue_pause(ts_job_queue *queue, bool paused);
/* Begins nothing new, waits for what runs until the deadline, then asks the rest to stop and gives it back to the queue
 * (the attempt does not count). True when all ended by themselves. Adding is still allowed: it waits for the next
 * process. Once; then only close. */
bool ts_job_queue_drain(ts_job_queue *queue, uint32_t deadline_ms);
/* Drains with no patience if that was not done, waits for every handler to return, frees. NULL is fine. */
void ts_job_queue_close(ts_job_queue *queue);

/* ---- adding ---------------------------------------------------------------------------------------- */

/* Fields as in ts_jobs_enqueue (kind, payload, priority, max_attempts, run_after, total, parent, picture, key_id); number
 * and id are filled in. All or none. TS_BUSY when the queue is full; the hint says when to come again
 * (ts_job_queue_retry_after). TS_USAGE for a kind without a handler.
 *
 * Bulk jobs: add a job of a kind whose handler has no `run`, then its children with `parent` set to its number. Its
 * progress counts children that ended; it ends (DONE, its result counts them by state) when `total` of them have. Give
 * total when adding, or later with ts_job_queue_set_total once all children are there; while it is 0 it stays open.
 * A cancelled bulk job cancels its children. */
bool ts_job_queue_add(ts_job_queue *queue, ts_job_row *rows, size_t count, ts_arena *arena, ts_error *err);
bool ts_job_queue_set_total(ts_job_queue *queue, int64_t number, int64_t total, ts_error *err);

/* For callers that add jobs within their own transaction (with ts_jobs_enqueue): first ask for room, after the commit
 * (or its failure: added 0) say how many were added, so that workers wake. */
bool ts_job_queue_reserve(ts_job_queue *queue, size_t count, ts_error *err);
void ts_job_queue_reserved(ts_job_queue *queue, size_t reserved, size_t added);

/* Seconds until there is likely room again, 1..60. */
unsigned ts_job_queue_retry_after(ts_job_queue *queue);

/* ---- looking and steering -------------------------------------------------------------------------- */

/* Waits until the job has ended, at most so long; *out is how it stands then (look at its state). False only for errors
 * (TS_NOT_FOUND). With ms 0 it just looks. */
bool ts_job_queue_wait(ts_job_queue *queue, int64_t number, uint32_t ms, ts_arena *arena, ts_job_row *out,
                       ts_error *err);

/* A queued job ends now; a running one is told to stop and its work is dropped. TS_CONFLICT when it has ended. */
bool ts_job_queue_cancel(ts_job_queue *queue, int64_t number, ts_error *err);
/* A failed, quarantined or cancelled job once more, with all its attempts. TS_CONFLICT for others, TS_BUSY when full. */
bool ts_job_queue_retry(ts_job_queue *queue, int64_t number, ts_error *err);

/* True when it will not change any more by itself. */
bool ts_job_has_ended(ts_job_state state);
/* From what it has done so far; -1: not known. now: ms since 1970. */
int64_t ts_job_eta(const ts_job_row *job, int64_t now);

typedef struct ts_job_statistics {
    uint64_t queued;  /* waiting, bulk jobs included */
    uint64_t running; /* in hand here */
    uint64_t started, done, retried, failed, quarantined, recovered, refused; /* since open */
    double seconds_a_job;                                                     /* lately; 0: not known */
    bool paused, draining;
} ts_job_statistics;
void ts_job_queue_statistics(ts_job_queue *queue, ts_job_statistics *out);

/* Wakes the workers, for tests with a clock of their own: jobs may have become due. */
void ts_job_queue_ring(ts_job_queue *queue);

#endif
