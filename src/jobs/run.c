/* jobs: what a handler may ask and tell while its job runs. Knows no job's meaning. */
#include "base/clock.h"
#include "base/error.h"
#include "jobs/queue.h"

bool ts_job_run_stopping(const ts_job_run *run)
{
    return atomic_load_explicit(&run->stopping, memory_order_relaxed);
}

ts_arena *ts_job_run_arena(ts_job_run *run)
{
    return run->arena;
}

void ts_job_run_result(ts_job_run *run, const char *json)
{
    run->result = json ? ts_arena_strdup(run->arena, json) : NULL;
}

void ts_job_run_progress(ts_job_run *run, int64_t done, int64_t total)
{
    enum { TELL_EVERY_MS = 100 };
    ts_job_queue *queue = run->queue;
    double now = ts_clock_ms();
    pthread_mutex_lock(&queue->lock);
    run->done = run->job.done = done;
    run->total = run->job.total = total;
    run->dirty = true;
    bool tell = queue->options.listener && now - run->told >= TELL_EVERY_MS;
    if (tell) run->told = now;
    ts_job_row job = run->job;
    pthread_mutex_unlock(&queue->lock);
    if (tell) ts_job_tell(queue, TS_JOB_EVENT_PROGRESS, &job, NULL);
}

typedef struct commit {
    ts_job_run *run;
    ts_catalog_change change;
    void *context;
    ts_job_row parent; /* ended with this job, or number 0 */
} commit;

/* The job's end first: where it is no longer ours nothing else is tried. */
static bool commit_change(ts_txn *txn, void *context, ts_error *err)
{
    commit *c = context;
    ts_job_run *run = c->run;
    return ts_jobs_complete(txn, run->job.number, run->worker, run->result, err) &&
           ts_job_bulk_move(txn, run->queue, run->job.parent, 1, run->arena, &c->parent, err) &&
           (!c->change || c->change(txn, c->context, err));
}

bool ts_job_run_commit(ts_job_run *run, ts_catalog_change change, void *context, ts_error *err)
{
    commit c = {.run = run, .change = change, .context = context};
    if (run->committed) return ts_fail(err, TS_INTERNAL, "a job can be committed only once");
    if (!ts_catalog_write(run->queue->catalog, commit_change, &c, err)) return false;
    run->committed = true;
    if (c.parent.number) {
        ts_job_note_ended(run->queue, c.parent.number, 1);
        ts_job_tell(run->queue, TS_JOB_EVENT_ENDED, &c.parent, NULL);
    }
    return true;
}
