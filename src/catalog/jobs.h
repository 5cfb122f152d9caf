/* catalog: the rows of the durable queue. What a job does, when it is tried again and by whom is decided in jobs/. */
#ifndef TS_CATALOG_JOBS_H
#define TS_CATALOG_JOBS_H

#include "catalog/catalog.h"

/* Stored as numbers: never renumber. */
typedef enum ts_job_state {
    TS_JOB_QUEUED = 0, /* waits for a worker, or for run_after */
    TS_JOB_RUNNING = 1,
    TS_JOB_DONE = 2,
    TS_JOB_FAILED = 3,      /* for good: nothing to gain from trying again */
    TS_JOB_QUARANTINED = 4, /* out of attempts: waits for a person */
    TS_JOB_CANCELLED = 5,
    TS_JOB_STATE_COUNT
} ts_job_state;
const char *ts_job_state_name(ts_job_state state); /* "queued" */

typedef struct ts_job_row {
    int64_t number; /* ascending with age */
    const char *id; /* public (base/random.h) */
    const char *kind;
    const char *payload; /* JSON, for the handler */
    int64_t priority;    /* higher runs first */
    ts_job_state state;
    int64_t attempts, max_attempts; /* attempts counts those begun */
    int64_t run_after;              /* not before */
    int64_t lease_until;            /* of a running job */
    const char *worker;             /* of a running job, else "" */
    int64_t done, total;            /* progress */
    int64_t parent;                 /* number of the bulk job that it belongs to, or 0 */
    int64_t picture;                /* number, or 0 */
    const char *key_id;             /* on whose behalf, or "" */
    const char *error, *result;     /* JSON or NULL */
    int64_t created, started, finished;
} ts_job_row;

/* Writes. Of each row: kind, payload, priority, max_attempts (0: 3), run_after, total, parent, picture, key_id and, if
 * set, id count; number and id are filled in (id in the arena). */
bool ts_jobs_enqueue(ts_txn *txn, ts_job_row *rows, size_t count, ts_arena *arena, ts_error *err);

/* Writes. Takes the next job of one of these kinds that is due: highest priority, then oldest; counts the attempt and
 * leases it. *found false: none. Logarithmic in the length of the queue. */
bool ts_jobs_claim(ts_txn *txn, const char *const *kinds, size_t kind_count, const char *worker,
                   int64_t lease_ms, ts_arena *arena, ts_job_row *out, bool *found, ts_error *err);

/* Writes. The same for one job, due or not, if it is queued. */
bool ts_jobs_claim_number(ts_txn *txn, int64_t number, const char *worker, int64_t lease_ms, ts_arena *arena,
                          ts_job_row *out, bool *found, ts_error *err);

/* Writes. These four need the job to be running under `worker`, else TS_CHANGED (its lease ran out and another has it,
 * or it was cancelled): then drop what you did. */
bool ts_jobs_heartbeat(ts_txn *txn, int64_t number, const char *worker, int64_t lease_ms, int64_t done,
                       int64_t total, ts_error *err);
bool ts_jobs_complete(ts_txn *txn, int64_t number, const char *worker, const char *result, ts_error *err);
/* Tried again from retry_at on, or quarantined when no attempt is left. *state (may be NULL): which. */
bool ts_jobs_fail(ts_txn *txn, int64_t number, const char *worker, const char *error, int64_t retry_at,
                  ts_job_state *state, ts_error *err);
/* Failed for good. */
bool ts_jobs_give_up(ts_txn *txn, int64_t number, const char *worker, const char *error, ts_error *err);
/* Writes. Back into the queue as if never claimed (drain); the attempt does not count. */
bool ts_jobs_release(ts_txn *txn, int64_t number, const char *worker, ts_error *err);

/* Writes. A queued or running job and its queued children; TS_CONFLICT when it has ended. */
bool ts_jobs_cancel(ts_txn *txn, int64_t number, ts_error *err);
/* Writes. A failed, quarantined or cancelled job starts anew with all its attempts; TS_CONFLICT for others. */
bool ts_jobs_requeue(ts_txn *txn, int64_t number, ts_error *err);
/* Writes. Running jobs whose lease ran out (all: whatever their lease, for the start of a process) go back into the
 * queue, or to quarantine when no attempt is left. */
bool ts_jobs_recover(ts_txn *txn, bool all, size_t *recovered, ts_error *err);
/* Writes. Forgets up to limit ended jobs (not quarantined ones) finished before that time. */
bool ts_jobs_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err);
/* Writes. Sets a bulk job's progress without being its worker. */
bool ts_jobs_progress(ts_txn *txn, int64_t number, int64_t done, int64_t total, ts_error *err);
/* Writes. Ends a queued job that no worker runs, such as a bulk job whose children have all ended; state: DONE, FAILED
 * or CANCELLED. TS_CONFLICT when it is not queued. */
bool ts_jobs_finish(ts_txn *txn, int64_t number, ts_job_state state, const char *result, ts_error *err);

bool ts_jobs_get(ts_txn *txn, int64_t number, ts_arena *arena, ts_job_row *out, ts_error *err);
bool ts_jobs_find(ts_txn *txn, const char *id, ts_arena *arena, ts_job_row *out, ts_error *err);

typedef struct ts_job_filter {
    const char *kind;   /* NULL: all */
    int state;          /* -1: all */
    int64_t parent;     /* 0: all */
    int64_t picture;    /* 0: all */
    const char *key_id; /* NULL: all */
} ts_job_filter;
/* Newest first; before: the last number of the page before, 0 starts. */
bool ts_jobs_list(ts_txn *txn, const ts_job_filter *filter, int64_t before, size_t limit, ts_arena *arena,
                  const ts_job_row **rows, size_t *count, ts_error *err);
/* How many in each state; kind NULL: of all kinds; parent 0: of all. Kept as running totals, so that it is quick however
 * long the queue is; with a parent (kind is then ignored) its children are counted. */
bool ts_jobs_counts(ts_txn *txn, const char *kind, int64_t parent, int64_t counts[TS_JOB_STATE_COUNT],
                    ts_error *err);
/* The same of one key ("": of none), counted in an index: as long as that key has jobs. */
bool ts_jobs_counts_of_key(ts_txn *txn, const char *key_id, int64_t counts[TS_JOB_STATE_COUNT],
                           ts_error *err);
/* When the next queued job that still waits for its time is due; 0: none. */
bool ts_jobs_next_due(ts_txn *txn, int64_t *at, ts_error *err);

#endif
