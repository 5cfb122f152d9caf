/* jobs: adding jobs, waiting for them, cancelling and trying again. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "jobs/queue.h"

/* ---- adding ----------------------------------------------------------------------------------------- */

typedef struct adding {
    ts_job_row *rows;
    size_t count;
    ts_arena *arena;
} adding;

static bool add_change(ts_txn *txn, void *context, ts_error *err)
{
    adding *a = context;
    return ts_jobs_enqueue(txn, a->rows, a->count, a->arena, err);
}

static bool check_rows(const ts_job_queue *queue, ts_job_row *rows, size_t count, bool *later, ts_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!ts_job_handler_of(queue, rows[i].kind))
            return ts_fail(err, TS_USAGE, "there is no kind of job \"%s\"", rows[i].kind ? rows[i].kind : "");
        if (!rows[i].payload) rows[i].payload = "{}";
        if (rows[i].max_attempts <= 0) rows[i].max_attempts = queue->options.max_attempts;
        *later |= rows[i].run_after > 0;
    }
    return true;
}

bool ts_job_queue_add(ts_job_queue *queue, ts_job_row *rows, size_t count, ts_arena *arena, ts_error *err)
{
    adding a = {rows, count, arena};
    bool later = false;
    if (count == 0) return true;
    if (!check_rows(queue, rows, count, &later, err) || !ts_job_queue_reserve(queue, count, err))
        return false;
    bool ok = ts_catalog_write(queue->catalog, add_change, &a, err);
    ts_job_queue_reserved(queue, count, ok ? count : 0);
    if (!ok) return false;
    if (later) ts_job_kick_keeper(queue);
    for (size_t i = 0; i < count; i++) ts_job_tell(queue, TS_JOB_EVENT_ADDED, &rows[i], NULL);
    return true;
}

/* ---- changing one job ------------------------------------------------------------------------------- */

typedef struct steering {
    ts_job_queue *queue;
    ts_arena *arena;
    int64_t number;
    int64_t total;
    int64_t in_hand[TS_JOB_WORKERS_MAX]; /* running children of a bulk job that is cancelled */
    size_t in_hand_count;
    ts_job_row job;    /* as it was, then as it is */
    ts_job_row parent; /* ended with it, or number 0 */
} steering;

static bool steer(ts_job_queue *queue, ts_catalog_change change, steering *s, ts_error *err)
{
    s->queue = queue;
    s->arena = ts_arena_new(0);
    if (!s->arena) return ts_fail_memory(err);
    return ts_catalog_write(queue->catalog, change, s, err);
}

static void tell_parent(ts_job_queue *queue, const steering *s)
{
    if (!s->parent.number) return;
    ts_job_note_ended(queue, s->parent.number, 1);
    ts_job_tell(queue, TS_JOB_EVENT_ENDED, &s->parent, NULL);
}

static bool total_change(ts_txn *txn, void *context, ts_error *err)
{
    steering *s = context;
    return ts_jobs_get(txn, s->number, s->arena, &s->job, err) &&
           ts_jobs_progress(txn, s->number, s->job.done, s->total, err) &&
           ts_job_bulk_move(txn, s->queue, s->number, 0, s->arena, &s->parent, err);
}

bool ts_job_queue_set_total(ts_job_queue *queue, int64_t number, int64_t total, ts_error *err)
{
    steering s = {.number = number, .total = total};
    bool ok = steer(queue, total_change, &s, err);
    if (ok) tell_parent(queue, &s);
    ts_arena_free(s.arena);
    return ok;
}

/* ---- cancelling ------------------------------------------------------------------------------------- */

static void find_in_hand(ts_job_queue *queue, steering *s)
{
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->options.workers; i++)
        if (queue->runs[i].active && queue->runs[i].job.parent == s->number)
            s->in_hand[s->in_hand_count++] = queue->runs[i].job.number;
    pthread_mutex_unlock(&queue->lock);
}

static bool cancel_change(ts_txn *txn, void *context, ts_error *err)
{
    steering *s = context;
    if (!ts_jobs_get(txn, s->number, s->arena, &s->job, err) || !ts_jobs_cancel(txn, s->number, err))
        return false;
    for (size_t i = 0; i < s->in_hand_count; i++) {
        ts_error trouble = {0};
        if (ts_jobs_cancel(txn, s->in_hand[i], &trouble) || trouble.code == TS_CONFLICT) continue;
        if (err) *err = trouble;
        return false;
    }
    return ts_job_bulk_move(txn, s->queue, s->job.parent, 1, s->arena, &s->parent, err);
}

/* What runs is told to stop; what it does from now on is dropped, as its row is no longer its own. */
static void stop_runs(ts_job_queue *queue, int64_t number)
{
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->options.workers; i++) {
        ts_job_run *run = &queue->runs[i];
        if (!run->active || (run->job.number != number && run->job.parent != number)) continue;
        run->gone = true;
        atomic_store(&run->stopping, true);
    }
    queue->recount = queue->kicked = true; /* nobody counted the queued children */
    pthread_cond_signal(&queue->keeper_wake);
    pthread_mutex_unlock(&queue->lock);
}

bool ts_job_queue_cancel(ts_job_queue *queue, int64_t number, ts_error *err)
{
    steering s = {.number = number};
    find_in_hand(queue, &s);
    bool ok = steer(queue, cancel_change, &s, err);
    if (ok) {
        stop_runs(queue, number);
        for (size_t i = 0; i < s.in_hand_count; i++) ts_job_note_ended(queue, s.in_hand[i], 1);
        ts_job_note_ended(queue, number, 1);
        s.job.state = TS_JOB_CANCELLED;
        ts_job_tell(queue, TS_JOB_EVENT_ENDED, &s.job, NULL);
        tell_parent(queue, &s);
    }
    ts_arena_free(s.arena);
    return ok;
}

/* ---- once more -------------------------------------------------------------------------------------- */

static bool retry_change(ts_txn *txn, void *context, ts_error *err)
{
    steering *s = context;
    return ts_jobs_requeue(txn, s->number, err) && ts_jobs_get(txn, s->number, s->arena, &s->job, err) &&
           ts_job_bulk_move(txn, s->queue, s->job.parent, -1, s->arena, NULL, err);
}

bool ts_job_queue_retry(ts_job_queue *queue, int64_t number, ts_error *err)
{
    steering s = {.number = number};
    if (!ts_job_queue_reserve(queue, 1, err)) return false;
    bool ok = steer(queue, retry_change, &s, err);
    ts_job_queue_reserved(queue, 1, ok ? 1 : 0);
    if (ok) ts_job_tell(queue, TS_JOB_EVENT_ADDED, &s.job, NULL);
    ts_arena_free(s.arena);
    return ok;
}

/* ---- waiting ---------------------------------------------------------------------------------------- */

static bool look(ts_job_queue *queue, int64_t number, ts_arena *arena, ts_job_row *out, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(queue->catalog, err);
    bool ok = txn && ts_jobs_get(txn, number, arena, out, err);
    ts_catalog_read_end(txn);
    return ok;
}

static void enlist(ts_job_queue *queue, ts_job_waiter *waiter)
{
    pthread_mutex_lock(&queue->lock);
    waiter->next = queue->waiters;
    queue->waiters = waiter;
    pthread_mutex_unlock(&queue->lock);
}

/* Waits, then leaves the list. */
static void wait_and_leave(ts_job_queue *queue, ts_job_waiter *waiter, double until)
{
    pthread_mutex_lock(&queue->lock);
    while (!waiter->ended && !queue->closing)
        if (!ts_job_wait_until(queue, &queue->job_ended, until)) break;
    ts_job_waiter **at = &queue->waiters;
    while (*at != waiter) at = &(*at)->next;
    *at = waiter->next;
    pthread_mutex_unlock(&queue->lock);
}

bool ts_job_queue_wait(ts_job_queue *queue, int64_t number, uint32_t ms, ts_arena *arena, ts_job_row *out,
                       ts_error *err)
{
    ts_job_waiter waiter = {.number = number};
    double until = ts_clock_ms() + ms;
    enlist(queue, &waiter); /* before looking: an end between the two is not missed */
    bool ok = look(queue, number, arena, out, err);
    bool over = !ok || ms == 0 || ts_job_has_ended(out->state);
    wait_and_leave(queue, &waiter, over ? 0 : until);
    return over ? ok : look(queue, number, arena, out, err);
}
