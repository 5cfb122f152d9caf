/* jobs: the keeper: one thread that keeps leases alive, notices what came due, starts what comes by itself and corrects
 * the count of the queue. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/wallclock.h"
#include "catalog/meta.h"
#include "jobs/queue.h"

enum { TICK_MS = 1000, RECOUNT_MS = 30000, DAY_S = 86400 };

/* ---- leases ----------------------------------------------------------------------------------------- */

typedef struct beat {
    int64_t number, done, total;
    const char *worker;
    bool lost;
} beat;

typedef struct beats {
    const ts_job_queue *queue;
    beat list[TS_JOB_WORKERS_MAX];
    size_t count;
    size_t recovered;
} beats;

static void collect_beats(ts_job_queue *queue, beats *b, bool all)
{
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->options.workers; i++) {
        ts_job_run *run = &queue->runs[i];
        if (!run->active || run->gone || !(all || run->dirty)) continue;
        run->dirty = false;
        b->list[b->count++] = (beat){run->job.number, run->done, run->total, run->worker, false};
    }
    pthread_mutex_unlock(&queue->lock);
}

/* Ours first: when the clock jumped, or this thread was held up, their leases look as if they had run out. */
static bool beat_change(ts_txn *txn, void *context, ts_error *err)
{
    beats *b = context;
    for (size_t i = 0; i < b->count; i++) {
        ts_error trouble = {0};
        beat *one = &b->list[i];
        if (ts_jobs_heartbeat(txn, one->number, one->worker, b->queue->options.lease_ms, one->done,
                              one->total, &trouble))
            continue;
        one->lost = trouble.code == TS_CHANGED || trouble.code == TS_NOT_FOUND;
        if (one->lost) continue;
        if (err) *err = trouble;
        return false;
    }
    return ts_jobs_recover(txn, false, &b->recovered, err);
}

static void mark_lost(ts_job_queue *queue, const beat *one)
{
    pthread_mutex_lock(&queue->lock);
    for (unsigned i = 0; i < queue->options.workers; i++) {
        ts_job_run *run = &queue->runs[i];
        if (run->worker != one->worker || !run->active || run->job.number != one->number) continue;
        run->gone = true;
        atomic_store(&run->stopping, true);
    }
    pthread_mutex_unlock(&queue->lock);
}

static void keep_leases(ts_job_queue *queue, bool all)
{
    beats b = {.queue = queue};
    ts_error err = {0};
    collect_beats(queue, &b, all);
    if (b.count == 0) return;
    if (!ts_catalog_write(queue->catalog, beat_change, &b, &err)) {
        ts_log_trouble(queue->options.log, TS_LOG_ERROR, "leases could not be renewed", &err, NULL);
        return;
    }
    for (size_t i = 0; i < b.count; i++)
        if (b.list[i].lost) mark_lost(queue, &b.list[i]);
    if (b.recovered) ts_job_queue_ring(queue);
}

/* ---- what is due ------------------------------------------------------------------------------------ */

/* Ms from now until the next job comes due, at most `most`. */
static double until_due(ts_job_queue *queue, double most)
{
    int64_t at = 0;
    ts_txn *txn = ts_catalog_read_begin(queue->catalog, NULL);
    bool ok = txn && ts_jobs_next_due(txn, &at, NULL) && at > 0;
    double wait = ok ? (double)(at - ts_txn_now(txn)) : most;
    ts_catalog_read_end(txn);
    return wait < 1 ? 1 : wait < most ? wait : most;
}

/* The job of the ward has run long enough to be trusted with company. */
static void open_ward(ts_job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    if (queue->ward_until > 0 && !queue->ward_over && ts_clock_ms() >= queue->ward_until) {
        queue->ward_over = true;
        ts_job_ring_locked(queue, SIZE_MAX);
    }
    pthread_mutex_unlock(&queue->lock);
}

/* ---- the count -------------------------------------------------------------------------------------- */

static void recount(ts_job_queue *queue)
{
    int64_t counts[TS_JOB_STATE_COUNT];
    ts_txn *txn = ts_catalog_read_begin(queue->catalog, NULL);
    bool ok = txn && ts_jobs_counts(txn, NULL, 0, counts, NULL);
    ts_catalog_read_end(txn);
    if (!ok) return;
    pthread_mutex_lock(&queue->lock);
    queue->held = counts[TS_JOB_QUEUED] + counts[TS_JOB_RUNNING] + queue->reserved;
    pthread_mutex_unlock(&queue->lock);
}

/* ---- schedules -------------------------------------------------------------------------------------- */

/* When it should last have started, in ms; for "every" schedules that is one period after the last start. */
static bool is_due(const ts_job_schedule *schedule, int64_t last, int64_t now)
{
    if (schedule->every_s > 0) return now - last >= (int64_t)schedule->every_s * 1000 || last > now;
    int64_t today = now / 1000 / DAY_S * DAY_S * 1000 + (int64_t)schedule->daily_minute * 60000;
    int64_t latest = today <= now ? today : today - (int64_t)DAY_S * 1000;
    return last < latest;
}

typedef struct starting {
    ts_job_queue *queue;
    const ts_job_schedule *schedule;
    ts_arena *arena;
    ts_job_row row;
    bool added;
} starting;

/* A daily schedule that was never run waits for its minute; one of every so often begins a period after its first
 * sight. So a restart storms no sweeps. */
static bool start_change(ts_txn *txn, void *context, ts_error *err)
{
    starting *s = context;
    char name[96];
    int64_t last = 0, counts[TS_JOB_STATE_COUNT];
    int64_t now = ts_txn_now(txn);
    (void)snprintf(name, sizeof name, "schedule/%s", s->schedule->name);
    if (!ts_meta_get_int(txn, name, 0, &last, err)) return false;
    if (last == 0) return ts_meta_put_int(txn, name, now, err);
    if (!is_due(s->schedule, last, now)) return true;
    if (!ts_jobs_counts(txn, s->schedule->kind, 0, counts, err)) return false;
    if (!ts_meta_put_int(txn, name, now, err)) return false;
    if (counts[TS_JOB_QUEUED] + counts[TS_JOB_RUNNING] > 0) return true; /* the last one is not even done */
    s->row = (ts_job_row){.kind = s->schedule->kind,
                          .payload = s->schedule->payload ? s->schedule->payload : "{}",
                          .max_attempts = s->queue->options.max_attempts};
    s->added = ts_jobs_enqueue(txn, &s->row, 1, s->arena, err);
    return s->added;
}

static void start_scheduled(ts_job_queue *queue)
{
    for (size_t i = 0; i < queue->options.schedule_count; i++) {
        ts_error err = {0};
        starting s = {.queue = queue, .schedule = &queue->schedules[i], .arena = ts_arena_new(0)};
        if (s.arena && ts_catalog_write(queue->catalog, start_change, &s, &err) && s.added) {
            pthread_mutex_lock(&queue->lock);
            queue->held++;
            ts_job_ring_locked(queue, 1);
            pthread_mutex_unlock(&queue->lock);
            ts_job_tell(queue, TS_JOB_EVENT_ADDED, &s.row, NULL);
        } else if (err.code != TS_OK) {
            ts_log_trouble(queue->options.log, TS_LOG_ERROR, "a schedule could not start its job", &err,
                           NULL);
        }
        ts_arena_free(s.arena);
    }
}

/* ---- the loop --------------------------------------------------------------------------------------- */

/* Sleeps until the moment or a kick; false when the queue closes. */
static bool sleep_until(ts_job_queue *queue, double until, bool *count_again)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->closing && !queue->kicked)
        if (!ts_job_wait_until(queue, &queue->keeper_wake, until)) break;
    bool go_on = !queue->closing;
    queue->kicked = false;
    *count_again = queue->recount;
    queue->recount = false;
    pthread_mutex_unlock(&queue->lock);
    return go_on;
}

void *ts_job_keeper_main(void *context)
{
    ts_job_queue *queue = context;
    double beat_every = queue->options.lease_ms / 3.0;
    double tick = beat_every < TICK_MS ? beat_every : TICK_MS;
    double next_beat = ts_clock_ms() + beat_every, next_tick = 0, next_count = ts_clock_ms() + RECOUNT_MS;
    bool count_again = false;
    for (;;) {
        double now = ts_clock_ms();
        if (now >= next_tick) {
            keep_leases(queue, now >= next_beat);
            if (now >= next_beat) next_beat = now + beat_every;
            start_scheduled(queue);
            open_ward(queue);
            next_tick = now + tick;
        }
        if (count_again || now >= next_count) {
            recount(queue);
            next_count = now + RECOUNT_MS;
        }
        double wait = until_due(queue, next_tick > now ? next_tick - now : 1);
        bool comes_due = now + wait < next_tick;
        if (!sleep_until(queue, now + wait, &count_again)) return NULL;
        if (comes_due) ts_job_queue_ring(queue);
    }
}
