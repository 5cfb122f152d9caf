/* jobs: one worker: waits for the bell, claims, runs the handler, writes down how it ended. */
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "jobs/queue.h"

enum { TROUBLE_MS = 500 }; /* between tries while the catalogue cannot be written (disk full, ...) */

/* ---- claiming --------------------------------------------------------------------------------------- */

typedef struct claim {
    ts_job_run *run;
    const char *kinds[TS_JOB_HANDLERS_MAX];
    size_t kind_count;
    uint64_t taken; /* slots held while the claim is on its way, a bit a handler */
    int64_t number; /* this one and no other (of the ward), or 0 */
    ts_job_row row;
    bool found;
} claim;

/* A job of a kind that this version no longer knows goes back. */
static bool claim_from_ward(ts_txn *txn, claim *c, ts_error *err)
{
    ts_job_run *run = c->run;
    if (!ts_jobs_claim_number(txn, c->number, run->worker, run->queue->options.lease_ms, run->arena, &c->row,
                              &c->found, err))
        return false;
    const ts_job_handler *handler = c->found ? ts_job_handler_of(run->queue, c->row.kind) : NULL;
    if (!c->found || (handler && handler->run)) return true;
    c->found = false;
    return ts_jobs_release(txn, c->number, run->worker, err);
}

static bool claim_change(ts_txn *txn, void *context, ts_error *err)
{
    claim *c = context;
    ts_job_run *run = c->run;
    if (c->number) return claim_from_ward(txn, c, err);
    return ts_jobs_claim(txn, c->kinds, c->kind_count, run->worker, run->queue->options.lease_ms, run->arena,
                         &c->row, &c->found, err);
}

/* The first worker takes what is in the ward; the others wait until it is empty or its job proved harmless so far. */
static bool pass_ward_locked(claim *c)
{
    ts_job_queue *queue = c->run->queue;
    bool first = c->run == &queue->runs[0];
    if (queue->ward_count == 0 && queue->ward_until == 0) return true;
    if (!first) return queue->ward_until > 0 && ts_clock_ms() >= queue->ward_until;
    if (queue->ward_count > 0) {
        c->number = queue->ward[--queue->ward_count];
        queue->ward_until = ts_clock_ms() + TS_JOB_WARD_MS;
        queue->ward_over = false;
    } else {
        queue->ward_until = 0;
        ts_job_ring_locked(queue, SIZE_MAX);
    }
    return true;
}

/* Kinds with a slot free. A slot is held during the claim, so that two workers cannot both take the last one. */
static bool offer_kinds_locked(claim *c)
{
    ts_job_queue *queue = c->run->queue;
    if (queue->paused || queue->draining || queue->closing || !pass_ward_locked(c)) return false;
    for (size_t i = 0; i < queue->handler_count; i++) {
        const ts_job_handler *h = &queue->handlers[i];
        if (!h->run || (h->concurrency && queue->in_use[i] >= h->concurrency)) continue;
        if (h->concurrency) {
            queue->in_use[i]++;
            c->taken |= UINT64_C(1) << i;
        }
        c->kinds[c->kind_count++] = h->kind;
    }
    return c->kind_count > 0;
}

/* Gives the slots back, but the one of `keep`. Who passed a kind over meanwhile is called to look again, unless nothing
 * was found: then there was nothing of that kind either, and whatever was added since rang the bell itself. */
static void give_slots_locked(claim *c, const ts_job_handler *keep)
{
    ts_job_queue *queue = c->run->queue;
    bool freed = false;
    for (size_t i = 0; i < queue->handler_count; i++) {
        bool taken = (c->taken & UINT64_C(1) << i) != 0;
        if (!taken && &queue->handlers[i] == keep && keep->concurrency)
            queue->in_use[i]++; /* of the ward: over the limit */
        if (!taken || &queue->handlers[i] == keep) continue;
        freed |= queue->in_use[i] == queue->handlers[i].concurrency;
        queue->in_use[i]--;
    }
    if (freed && keep) ts_job_ring_locked(queue, SIZE_MAX);
}

static void take_in_hand_locked(ts_job_run *run, const ts_job_row *row, const ts_job_handler *handler)
{
    run->active = true;
    run->job = *row;
    run->handler = handler;
    run->began = ts_clock_ms();
    run->result = NULL;
    run->committed = run->gone = run->dirty = false;
    run->done = row->done;
    run->total = row->total;
    run->told = 0;
    atomic_store(&run->stopping, run->queue->drained); /* drained meanwhile: give it back at once */
    run->queue->statistics.started++;
}

/* False when there is nothing to do, or trouble: then *trouble is set. */
static bool claim_one(ts_job_run *run, bool *trouble)
{
    ts_job_queue *queue = run->queue;
    ts_error err = {0};
    claim c = {.run = run};
    *trouble = false;
    pthread_mutex_lock(&queue->lock);
    run->heard = queue->bell;
    bool wanted = offer_kinds_locked(&c);
    pthread_mutex_unlock(&queue->lock);
    if (!wanted) return false;
    ts_arena_reset(run->arena);
    bool ok = ts_catalog_write(queue->catalog, claim_change, &c, &err);
    const ts_job_handler *handler = ok && c.found ? ts_job_handler_of(queue, c.row.kind) : NULL;
    pthread_mutex_lock(&queue->lock);
    give_slots_locked(&c, handler);
    if (handler) take_in_hand_locked(run, &c.row, handler);
    pthread_mutex_unlock(&queue->lock);
    if (!ok) ts_log_trouble(queue->options.log, TS_LOG_ERROR, "no job could be claimed", &err, NULL);
    *trouble = !ok;
    if (ok && c.number && !handler)
        return claim_one(run, trouble); /* quarantined or cancelled: the next of the ward */
    return handler != NULL;
}

/* ---- settling --------------------------------------------------------------------------------------- */

typedef enum outcome { DONE, RETRY, GIVE_UP, RELEASE } outcome;

typedef struct settlement {
    ts_job_run *run;
    outcome outcome;
    const char *error; /* JSON */
    ts_job_state state;
    int64_t retry_at;
    ts_job_row parent; /* ended with this job, or number 0 */
} settlement;

static bool end_row(ts_txn *txn, settlement *s, ts_error *err)
{
    ts_job_run *run = s->run;
    const ts_job_options *o = &run->queue->options;
    int64_t number = run->job.number;
    switch (s->outcome) {
    case DONE:
        s->state = TS_JOB_DONE;
        return ts_jobs_complete(txn, number, run->worker, run->result, err);
    case GIVE_UP:
        s->state = TS_JOB_FAILED;
        return ts_jobs_give_up(txn, number, run->worker, s->error, err);
    case RELEASE:
        s->state = TS_JOB_QUEUED;
        return ts_jobs_release(txn, number, run->worker, err);
    case RETRY:
        break;
    }
    s->retry_at = ts_txn_now(txn) +
                  ts_job_backoff(o->backoff_base_ms, o->backoff_cap_ms, run->job.attempts, ts_random_u64());
    return ts_jobs_fail(txn, number, run->worker, s->error, s->retry_at, &s->state, err);
}

static bool settle_change(ts_txn *txn, void *context, ts_error *err)
{
    settlement *s = context;
    if (!end_row(txn, s, err)) return false;
    if (!ts_job_has_ended(s->state)) return true;
    return ts_job_bulk_move(txn, s->run->queue, s->run->job.parent, 1, s->run->arena, &s->parent, err);
}

static outcome decide(const ts_job_run *run, bool ok, ts_error *err)
{
    if (ok) return DONE;
    if (err->code == TS_OK) ts_fail(err, TS_INTERNAL, "a job failed and does not say why");
    if (err->code == TS_INTERRUPTED && ts_job_run_stopping(run)) return RELEASE;
    return ts_job_is_permanent(err->code) ? GIVE_UP : RETRY;
}

/* True while it makes sense to go on trying: an end that is not written down would be done over after a restart. */
static bool wait_out_trouble(ts_job_run *run, const ts_error *err)
{
    ts_job_queue *queue = run->queue;
    ts_log_trouble(queue->options.log, TS_LOG_ERROR, "the end of a job could not be written", err, NULL);
    pthread_mutex_lock(&queue->lock);
    double until = ts_clock_ms() + TROUBLE_MS;
    bool go_on = !queue->closing && !queue->drained && err->code != TS_INTERRUPTED;
    while (go_on && ts_job_wait_until(queue, &queue->bell_rung, until))
        go_on = !queue->closing && !queue->drained;
    pthread_mutex_unlock(&queue->lock);
    return go_on;
}

/* False: the job is no longer ours (cancelled, given back), or its end cannot be written. */
static bool write_end(ts_job_run *run, settlement *s)
{
    ts_error err = {0};
    while (!ts_catalog_write(run->queue->catalog, settle_change, s, &err)) {
        if (err.code == TS_CHANGED || err.code == TS_NOT_FOUND || !wait_out_trouble(run, &err)) return false;
        err = (ts_error){0};
    }
    return true;
}

static void count_locked(ts_job_run *run, const settlement *s, bool written)
{
    ts_job_statistics *statistics = &run->queue->statistics;
    double seconds = (ts_clock_ms() - run->began) / 1e3;
    double *average = &statistics->seconds_a_job;
    *average = *average > 0 ? 0.9 * *average + 0.1 * seconds : seconds;
    if (!written) return;
    statistics->done += s->state == TS_JOB_DONE;
    statistics->failed += s->state == TS_JOB_FAILED;
    statistics->quarantined += s->state == TS_JOB_QUARANTINED;
    statistics->retried += s->state == TS_JOB_QUEUED && s->outcome == RETRY;
}

static void put_down(ts_job_run *run, const settlement *s, bool written)
{
    ts_job_queue *queue = run->queue;
    size_t index = (size_t)(run->handler - queue->handlers);
    pthread_mutex_lock(&queue->lock);
    count_locked(run, s, written);
    run->active = false;
    if (run->handler->concurrency) {
        queue->in_use[index]--;
        ts_job_ring_locked(queue, SIZE_MAX);
    }
    pthread_cond_broadcast(&queue->calm);
    pthread_mutex_unlock(&queue->lock);
}

static void tell_end(ts_job_run *run, const settlement *s, const ts_error *err)
{
    ts_job_queue *queue = run->queue;
    ts_job_row job = run->job;
    job.state = s->state;
    job.result = run->result;
    job.error = s->error;
    bool ended = ts_job_has_ended(s->state);
    if (ended) ts_job_note_ended(queue, job.number, 1);
    if (!ended) job.run_after = s->retry_at;
    if (s->outcome == RETRY && !ended) ts_job_kick_keeper(queue);
    if (s->outcome != RELEASE)
        ts_job_tell(queue, ended ? TS_JOB_EVENT_ENDED : TS_JOB_EVENT_RETRY, &job,
                    s->outcome == DONE ? NULL : err);
    if (!s->parent.number) return;
    ts_job_note_ended(queue, s->parent.number, 1);
    ts_job_tell(queue, TS_JOB_EVENT_ENDED, &s->parent, NULL);
}

static void settle(ts_job_run *run, bool ok, ts_error *err)
{
    settlement s = {.run = run, .outcome = decide(run, ok, err), .state = TS_JOB_DONE};
    bool written = run->committed;
    if (run->committed) s.outcome = DONE; /* what came after the commit no longer counts */
    if (s.outcome != DONE) s.error = ts_job_error_json(err, run->arena);
    if (!written) written = write_end(run, &s);
    if (written && s.outcome != DONE && s.outcome != RELEASE) {
        const ts_log_field fields[] = {ts_kv_text("job", run->job.id),
                                       ts_kv_text("kind", run->job.kind),
                                       ts_kv_int("attempt", run->job.attempts),
                                       ts_kv_text("state", ts_job_state_name(s.state)),
                                       {0}};
        ts_log_trouble(run->queue->options.log, TS_LOG_WARN, "job failed", err, fields);
    }
    put_down(run, &s, written);
    if (written) tell_end(run, &s, err);
}

/* ---- the loop --------------------------------------------------------------------------------------- */

static void run_job(ts_job_run *run)
{
    ts_error err = {0};
    ts_job_tell(run->queue, TS_JOB_EVENT_STARTED, &run->job, NULL);
    bool ok = run->handler->run(run->handler->context, &run->job, run, &err);
    settle(run, ok, &err);
}

/* False when the queue closes. */
static bool wait_for_bell(ts_job_run *run, bool trouble)
{
    ts_job_queue *queue = run->queue;
    pthread_mutex_lock(&queue->lock);
    double until = ts_clock_ms() + TROUBLE_MS;
    while (!queue->closing && (trouble || run->heard == queue->bell)) {
        if (!trouble) pthread_cond_wait(&queue->bell_rung, &queue->lock);
        else if (!ts_job_wait_until(queue, &queue->bell_rung, until)) break;
    }
    bool go_on = !queue->closing;
    pthread_mutex_unlock(&queue->lock);
    return go_on;
}

void *ts_job_worker_main(void *context)
{
    ts_job_run *run = context;
    bool trouble = false;
    do {
        while (claim_one(run, &trouble)) run_job(run);
    } while (wait_for_bell(run, trouble));
    return NULL;
}
