/* jobs (private): the parts of the queue that its files share.
 *
 * queue.c   life, room, statistics        worker.c  claim, run, settle
 * add.c     adding, waiting, steering     keeper.c  leases, what is due, schedules, recounts
 * run.c     what a handler may ask        bulk.c    jobs that are their children
 * rules.c   pure decisions: permanent or not, how long to wait, how long it will take
 *
 * One lock guards everything here that changes; it is never held across a call of the catalogue, a handler or the
 * listener. The catalogue's row is the truth about a job; a ts_job_run only remembers what this process is doing. */
#ifndef TS_JOBS_QUEUE_H
#define TS_JOBS_QUEUE_H

#include <pthread.h>
#include <stdatomic.h>

#include "jobs/jobs.h"

/* How long a job that was in hand when a process died runs alone. */
enum { TS_JOB_WARD_MS = 10000 };
enum { TS_JOB_WORKERS_MAX = 64, TS_JOB_HANDLERS_MAX = 32, TS_JOB_WORKER_NAME = 48 };

/* One worker's thread and what it has in hand. */
struct ts_job_run {
    ts_job_queue *queue;
    pthread_t thread;
    char worker[TS_JOB_WORKER_NAME];
    ts_arena *arena; /* reset before each claim */
    uint64_t heard;  /* the bell that was answered last */

    /* of the job in hand; written by the worker under the lock */
    bool active;
    ts_job_row job;
    const ts_job_handler *handler;
    double began; /* ts_clock_ms */
    char *result; /* in the arena */
    bool committed;
    atomic_bool stopping;

    /* under the lock */
    bool gone; /* no longer ours: cancelled, lost or given back */
    bool dirty;
    int64_t done, total;
    double told; /* ts_clock_ms of the last progress event */
};

typedef struct ts_job_waiter {
    int64_t number;
    bool ended;
    struct ts_job_waiter *next;
} ts_job_waiter;

struct ts_job_queue {
    ts_catalog *catalog;
    ts_job_options options; /* with the defaults filled in */
    ts_job_handler handlers[TS_JOB_HANDLERS_MAX];
    size_t handler_count;
    ts_job_schedule *schedules;

    pthread_mutex_t lock;
    pthread_cond_t bell_rung;   /* workers */
    pthread_cond_t calm;        /* drain: something ended */
    pthread_cond_t job_ended;   /* waiters */
    pthread_cond_t keeper_wake; /* keeper */
    uint64_t bell;
    bool paused, draining, closing, drained;
    /* Jobs that an earlier process had in hand when it died, the last first. The first worker runs them one by one, with
     * nothing beside them for a while: so the one that kills is told from those that only stood near. */
    int64_t ward[TS_JOB_WORKERS_MAX];
    size_t ward_count;
    double ward_until; /* ts_clock_ms: others wait for the job of the ward that runs; 0: none runs */
    bool ward_over;    /* the others were told that the time is over */
    bool kicked;       /* the keeper is to look again at once */
    unsigned in_use[TS_JOB_HANDLERS_MAX]; /* slots taken, of handlers with a concurrency of their own */
    ts_job_waiter *waiters;
    int64_t held; /* estimate of rows queued or running, reserved room included; the keeper corrects it */
    int64_t reserved;
    bool recount;
    ts_job_statistics statistics;

    ts_job_run *runs;
    unsigned started; /* worker threads */
    pthread_t keeper;
    bool keeping;
};

/* queue.c */
void ts_job_ring_locked(ts_job_queue *queue, size_t jobs);
void ts_job_kick_keeper(ts_job_queue *queue);
/* Waits on a condition, with the lock held, until a ts_clock_ms moment; false when it came. */
bool ts_job_wait_until(ts_job_queue *queue, pthread_cond_t *condition, double until);
const ts_job_handler *ts_job_handler_of(const ts_job_queue *queue, const char *kind);
void ts_job_tell(ts_job_queue *queue, ts_job_event_kind kind, const ts_job_row *job, const ts_error *error);
/* Wakes who waits for it, takes `count` rows off the estimate. */
void ts_job_note_ended(ts_job_queue *queue, int64_t number, size_t count);

/* worker.c, keeper.c */
void *ts_job_worker_main(void *context);
void *ts_job_keeper_main(void *context);

/* bulk.c: within a change. A child ended (+1) or is alive again (-1): moves the parent's progress and ends it with its
 * last child. *ended (in the arena) has number 0 unless the parent ended. */
bool ts_job_bulk_move(ts_txn *txn, const ts_job_queue *queue, int64_t parent, int delta, ts_arena *arena,
                      ts_job_row *ended, ts_error *err);
/* Within a change: counts the children of every open bulk job anew, after a crash. */
bool ts_job_bulk_recount(ts_txn *txn, const ts_job_queue *queue, ts_arena *arena, ts_error *err);

/* rules.c. attempt: those begun, from 1; random: any 64 bits. */
int64_t ts_job_backoff(uint32_t base_ms, uint32_t cap_ms, int64_t attempt, uint64_t random);
/* {"code","message","hint"} in the arena; NULL without memory. */
const char *ts_job_error_json(const ts_error *error, ts_arena *arena);
/* Seconds, 1..60, until a hundredth of the queue is done. */
unsigned ts_job_retry_after(double seconds_a_job, unsigned workers, size_t max_queued);

#endif
