/* jobs: the queue's life: opening after a crash, room, pausing, draining, closing. Knows no job's meaning. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/wait.h"
#include "base/wallclock.h"
#include "jobs/queue.h"

/* ---- small parts ----------------------------------------------------------------------------------- */

bool ts_job_wait_until(ts_job_queue *queue, pthread_cond_t *condition, double until)
{
    double left = until - ts_clock_ms();
    if (left <= 0) return false;
    struct timespec at = ts_moment_in((uint64_t)left + 1);
    return ts_cond_wait_until(condition, &queue->lock, &at);
}

void ts_job_ring_locked(ts_job_queue *queue, size_t jobs)
{
    queue->bell++;
    if (jobs == 1) pthread_cond_signal(&queue->bell_rung);
    else pthread_cond_broadcast(&queue->bell_rung);
}

void ts_job_queue_ring(ts_job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    ts_job_ring_locked(queue, SIZE_MAX);
    pthread_mutex_unlock(&queue->lock);
}

void ts_job_kick_keeper(ts_job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->kicked = true;
    pthread_cond_signal(&queue->keeper_wake);
    pthread_mutex_unlock(&queue->lock);
}

const ts_job_handler *ts_job_handler_of(const ts_job_queue *queue, const char *kind)
{
    for (size_t i = 0; kind && i < queue->handler_count; i++)
        if (strcmp(queue->handlers[i].kind, kind) == 0) return &queue->handlers[i];
    return NULL;
}

void ts_job_tell(ts_job_queue *queue, ts_job_event_kind kind, const ts_job_row *job, const ts_error *error)
{
    if (!queue->options.listener) return;
    ts_job_event event = {.kind = kind, .job = job, .error = error, .eta_ms = -1};
    if (kind == TS_JOB_EVENT_PROGRESS) event.eta_ms = ts_job_eta(job, ts_wallclock_ms());
    queue->options.listener(queue->options.listener_context, &event);
}

void ts_job_note_ended(ts_job_queue *queue, int64_t number, size_t count)
{
    pthread_mutex_lock(&queue->lock);
    queue->held -= (int64_t)count;
    for (ts_job_waiter *w = queue->waiters; w; w = w->next)
        if (w->number == number) w->ended = true;
    pthread_cond_broadcast(&queue->job_ended);
    pthread_mutex_unlock(&queue->lock);
}

/* ---- opening --------------------------------------------------------------------------------------- */

static ts_job_options with_defaults(const ts_job_options *given)
{
    ts_job_options o = given ? *given : (ts_job_options){0};
    if (o.workers == 0) o.workers = 2;
    if (o.workers > TS_JOB_WORKERS_MAX) o.workers = TS_JOB_WORKERS_MAX;
    if (o.max_queued == 0) o.max_queued = 100000;
    if (o.lease_ms == 0) o.lease_ms = 30000;
    if (o.max_attempts == 0) o.max_attempts = 3;
    if (o.backoff_base_ms == 0) o.backoff_base_ms = 1000;
    if (o.backoff_cap_ms == 0) o.backoff_cap_ms = 300000;
    return o;
}

static bool make_conditions(ts_job_queue *queue)
{
    pthread_cond_t *all[] = {&queue->bell_rung, &queue->calm, &queue->job_ended, &queue->keeper_wake};
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof all / sizeof *all; i++) ok = ts_cond_init(all[i]);
    return ok && pthread_mutex_init(&queue->lock, NULL) == 0;
}

static bool copy_schedules(ts_job_queue *queue)
{
    size_t count = queue->options.schedule_count;
    queue->schedules = calloc(count ? count : 1, sizeof *queue->schedules);
    if (!queue->schedules) return false;
    for (size_t i = 0; i < count; i++) queue->schedules[i] = queue->options.schedules[i];
    return true;
}

static ts_job_queue *new_queue(ts_catalog *catalog, const ts_job_options *options,
                               const ts_job_handler *handlers, size_t handler_count)
{
    ts_job_queue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    queue->catalog = catalog;
    queue->options = with_defaults(options);
    if (handler_count > 0) memcpy(queue->handlers, handlers, handler_count * sizeof *handlers);
    queue->handler_count = handler_count;
    queue->paused = queue->options.paused;
    queue->runs = calloc(queue->options.workers, sizeof *queue->runs);
    bool ok = make_conditions(queue) && queue->runs && copy_schedules(queue);
    for (unsigned i = 0; ok && i < queue->options.workers; i++) {
        ts_job_run *run = &queue->runs[i];
        run->queue = queue;
        run->heard = UINT64_MAX; /* so that each looks once without being called */
        run->arena = ts_arena_new((size_t)1 << 30);
        atomic_init(&run->stopping, false);
        /* The number tells apart a thread of this process and one of its forerunner with the same pid. */
        (void)snprintf(run->worker, sizeof run->worker, "%ld-%u-%08x", (long)getpid(), i,
                       (unsigned)ts_random_u64());
        ok = run->arena != NULL;
    }
    return ok ? queue : (ts_job_queue_close(queue), NULL);
}

typedef struct recovery {
    ts_job_queue *queue;
    ts_arena *arena;
    size_t recovered;
    int64_t counts[TS_JOB_STATE_COUNT];
} recovery;

static bool fill_ward(ts_txn *txn, recovery *r, ts_error *err)
{
    const ts_job_row *rows = NULL;
    ts_job_filter filter = {.state = TS_JOB_RUNNING};
    if (!ts_jobs_list(txn, &filter, 0, TS_JOB_WORKERS_MAX, r->arena, &rows, &r->queue->ward_count, err))
        return false;
    for (size_t i = 0; i < r->queue->ward_count; i++) r->queue->ward[i] = rows[i].number;
    return true;
}

static bool recover_change(ts_txn *txn, void *context, ts_error *err)
{
    recovery *r = context;
    return fill_ward(txn, r, err) && ts_jobs_recover(txn, true, &r->recovered, err) &&
           ts_job_bulk_recount(txn, r->queue, r->arena, err) && ts_jobs_counts(txn, NULL, 0, r->counts, err);
}

static bool recover(ts_job_queue *queue, ts_error *err)
{
    recovery r = {.queue = queue, .arena = ts_arena_new(0)};
    if (!r.arena) return ts_fail_memory(err);
    bool ok = ts_catalog_write(queue->catalog, recover_change, &r, err);
    ts_arena_free(r.arena);
    if (!ok) return false;
    queue->held = r.counts[TS_JOB_QUEUED] + r.counts[TS_JOB_RUNNING];
    queue->statistics.recovered = r.recovered;
    if (r.recovered)
        ts_log_warn(queue->options.log, "jobs left running by an earlier process",
                    ts_kv_int("jobs", (int64_t)r.recovered));
    return true;
}

static bool start_threads(ts_job_queue *queue, ts_error *err)
{
    for (unsigned i = 0; i < queue->options.workers; i++) {
        if (pthread_create(&queue->runs[i].thread, NULL, ts_job_worker_main, &queue->runs[i]) != 0)
            return ts_fail_memory(err);
        queue->started++;
    }
    queue->keeping = pthread_create(&queue->keeper, NULL, ts_job_keeper_main, queue) == 0;
    return queue->keeping || ts_fail_memory(err);
}

ts_job_queue *ts_job_queue_open(ts_catalog *catalog, const ts_job_options *options,
                                const ts_job_handler *handlers, size_t handler_count, ts_error *err)
{
    if (handler_count > TS_JOB_HANDLERS_MAX) {
        ts_fail(err, TS_INTERNAL, "%zu kinds of jobs, the most is %d", handler_count, TS_JOB_HANDLERS_MAX);
        return NULL;
    }
    ts_job_queue *queue = new_queue(catalog, options, handlers, handler_count);
    if (!queue) {
        ts_fail_memory(err);
        return NULL;
    }
    if (recover(queue, err) && start_threads(queue, err)) return queue;
    ts_job_queue_close(queue);
    return NULL;
}

/* ---- pausing, draining, closing -------------------------------------------------------------------- */

void ts_job_queue_pause(ts_job_queue *queue, bool paused)
{
    pthread_mutex_lock(&queue->lock);
    queue->paused = paused;
    if (!paused) ts_job_ring_locked(queue, SIZE_MAX);
    pthread_mutex_unlock(&queue->lock);
}

static unsigned running_locked(const ts_job_queue *queue)
{
    unsigned running = 0;
    for (unsigned i = 0; i < queue->options.workers; i++) running += queue->runs[i].active;
    return running;
}

static bool wait_calm_locked(ts_job_queue *queue, double until)
{
    while (running_locked(queue) > 0)
        if (!ts_job_wait_until(queue, &queue->calm, until)) return running_locked(queue) == 0;
    return true;
}

typedef struct giving_back {
    int64_t number;
    const char *worker;
} giving_back;

static bool release_change(ts_txn *txn, void *context, ts_error *err)
{
    const giving_back *back = context;
    return ts_jobs_release(txn, back->number, back->worker, err);
}

/* A handler that does not listen keeps its thread, but no longer its job: what it does from now on is dropped. */
static void give_back_rest(ts_job_queue *queue)
{
    for (unsigned i = 0; i < queue->options.workers; i++) {
        ts_job_run *run = &queue->runs[i];
        pthread_mutex_lock(&queue->lock);
        giving_back back = {.number = run->active && !run->gone ? run->job.number : 0, .worker = run->worker};
        pthread_mutex_unlock(&queue->lock);
        if (back.number == 0 || !ts_catalog_write(queue->catalog, release_change, &back, NULL)) continue;
        pthread_mutex_lock(&queue->lock);
        if (run->active && run->job.number == back.number) run->gone = true;
        pthread_mutex_unlock(&queue->lock);
    }
}

bool ts_job_queue_drain(ts_job_queue *queue, uint32_t deadline_ms)
{
    enum { GRACE_MS = 500 }; /* for handlers that ask whether to stop */
    pthread_mutex_lock(&queue->lock);
    queue->draining = true;
    bool calm = wait_calm_locked(queue, ts_clock_ms() + deadline_ms);
    bool drained = calm;
    if (!calm) {
        for (unsigned i = 0; i < queue->options.workers; i++) atomic_store(&queue->runs[i].stopping, true);
        drained = wait_calm_locked(queue, ts_clock_ms() + GRACE_MS);
    }
    queue->drained = true;
    pthread_mutex_unlock(&queue->lock);
    if (!drained) give_back_rest(queue);
    return calm;
}

void ts_job_queue_close(ts_job_queue *queue)
{
    if (!queue) return;
    if (queue->started > 0 && !queue->drained) ts_job_queue_drain(queue, 0);
    if (queue->started > 0) {
        pthread_mutex_lock(&queue->lock);
        queue->closing = true;
        pthread_cond_broadcast(&queue->bell_rung);
        pthread_cond_broadcast(&queue->keeper_wake);
        pthread_cond_broadcast(&queue->job_ended);
        pthread_mutex_unlock(&queue->lock);
    }
    for (unsigned i = 0; i < queue->started; i++) pthread_join(queue->runs[i].thread, NULL);
    if (queue->keeping) pthread_join(queue->keeper, NULL);
    for (unsigned i = 0; queue->runs && i < queue->options.workers; i++) ts_arena_free(queue->runs[i].arena);
    pthread_cond_destroy(&queue->bell_rung);
    pthread_cond_destroy(&queue->calm);
    pthread_cond_destroy(&queue->job_ended);
    pthread_cond_destroy(&queue->keeper_wake);
    pthread_mutex_destroy(&queue->lock);
    free(queue->runs);
    free(queue->schedules);
    free(queue);
}

/* ---- room ------------------------------------------------------------------------------------------ */

unsigned ts_job_queue_retry_after(ts_job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    double seconds = queue->statistics.seconds_a_job;
    pthread_mutex_unlock(&queue->lock);
    return ts_job_retry_after(seconds, queue->options.workers, queue->options.max_queued);
}

bool ts_job_queue_reserve(ts_job_queue *queue, size_t count, ts_error *err)
{
    size_t most = queue->options.max_queued;
    pthread_mutex_lock(&queue->lock);
    size_t held = queue->held > 0 ? (size_t)queue->held : 0;
    bool room = count <= most && held <= most - count;
    if (room) {
        queue->held += (int64_t)count;
        queue->reserved += (int64_t)count;
    } else {
        queue->statistics.refused++;
    }
    pthread_mutex_unlock(&queue->lock);
    if (room) return true;
    ts_fail(err, TS_BUSY, "the queue is full: %zu jobs wait already", held);
    return ts_hint(err, "try again in %u seconds", ts_job_queue_retry_after(queue));
}

void ts_job_queue_reserved(ts_job_queue *queue, size_t reserved, size_t added)
{
    pthread_mutex_lock(&queue->lock);
    queue->reserved -= (int64_t)reserved;
    queue->held -= (int64_t)reserved - (int64_t)added;
    if (added > 0) ts_job_ring_locked(queue, added);
    pthread_mutex_unlock(&queue->lock);
}

void ts_job_queue_statistics(ts_job_queue *queue, ts_job_statistics *out)
{
    pthread_mutex_lock(&queue->lock);
    *out = queue->statistics;
    out->running = running_locked(queue);
    int64_t queued = queue->held - queue->reserved - (int64_t)out->running;
    out->queued = queued > 0 ? (uint64_t)queued : 0;
    out->paused = queue->paused;
    out->draining = queue->draining;
    pthread_mutex_unlock(&queue->lock);
}
