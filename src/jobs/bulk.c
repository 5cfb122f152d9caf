/* jobs: bulk jobs: a job that is nothing but its children. Its progress is a count of ended children that moves in the
 * transaction in which a child ends, so that a crash cannot make the two disagree. */
#include "base/error.h"

#include "jobs/queue.h"

static bool is_bulk(const ts_job_queue *queue, const ts_job_row *job)
{
    const ts_job_handler *handler = ts_job_handler_of(queue, job->kind);
    return handler && !handler->run && job->state == TS_JOB_QUEUED;
}

static const char *result_json(const int64_t counts[TS_JOB_STATE_COUNT], ts_arena *arena)
{
    return ts_arena_printf(arena, "{\"done\":%lld,\"failed\":%lld,\"quarantined\":%lld,\"cancelled\":%lld}",
                           (long long)counts[TS_JOB_DONE], (long long)counts[TS_JOB_FAILED],
                           (long long)counts[TS_JOB_QUARANTINED], (long long)counts[TS_JOB_CANCELLED]);
}

/* Ends it when the count is full; job->done is up to date. */
static bool end_if_full(ts_txn *txn, ts_job_row *job, ts_arena *arena, ts_job_row *ended, ts_error *err)
{
    if (job->total <= 0 || job->done < job->total) return true;
    int64_t counts[TS_JOB_STATE_COUNT];
    if (!ts_jobs_counts(txn, NULL, job->number, counts, err)) return false;
    job->result = result_json(counts, arena);
    if (!job->result) return ts_fail_memory(err);
    if (!ts_jobs_finish(txn, job->number, TS_JOB_DONE, job->result, err)) return false;
    job->state = TS_JOB_DONE;
    job->finished = ts_txn_now(txn);
    if (ended) *ended = *job;
    return true;
}

/* A parent that is gone, has ended or works on its own is nobody's count. */
static bool get_bulk(ts_txn *txn, const ts_job_queue *queue, int64_t number, ts_arena *arena, ts_job_row *job,
                     bool *found, ts_error *err)
{
    ts_error trouble = {0};
    *found = false;
    if (!ts_jobs_get(txn, number, arena, job, &trouble)) {
        if (trouble.code == TS_NOT_FOUND) return true;
        if (err) *err = trouble;
        return false;
    }
    *found = is_bulk(queue, job);
    return true;
}

bool ts_job_bulk_move(ts_txn *txn, const ts_job_queue *queue, int64_t parent, int delta, ts_arena *arena,
                      ts_job_row *ended, ts_error *err)
{
    ts_job_row job;
    bool found = false;
    if (ended) ended->number = 0;
    if (parent == 0) return true;
    if (!get_bulk(txn, queue, parent, arena, &job, &found, err)) return false;
    if (!found) return true;
    job.done = job.done + delta > 0 ? job.done + delta : 0;
    return ts_jobs_progress(txn, parent, job.done, job.total, err) &&
           end_if_full(txn, &job, arena, ended, err);
}

/* ---- after a crash ---------------------------------------------------------------------------------- */

static bool recount_one(ts_txn *txn, const ts_job_row *row, ts_arena *arena, ts_error *err)
{
    int64_t counts[TS_JOB_STATE_COUNT];
    ts_job_row job = *row;
    if (!ts_jobs_counts(txn, NULL, job.number, counts, err)) return false;
    job.done = 0;
    for (int state = 0; state < TS_JOB_STATE_COUNT; state++)
        if (ts_job_has_ended((ts_job_state)state)) job.done += counts[state];
    if (job.done != row->done && !ts_jobs_progress(txn, job.number, job.done, job.total, err)) return false;
    return end_if_full(txn, &job, arena, NULL, err);
}

static bool recount_kind(ts_txn *txn, const char *kind, ts_arena *arena, ts_error *err)
{
    enum { PAGE = 100 };
    ts_job_filter filter = {.kind = kind, .state = TS_JOB_QUEUED};
    int64_t before = 0, counts[TS_JOB_STATE_COUNT];
    if (!ts_jobs_counts(txn, kind, 0, counts, err)) return false;
    if (counts[TS_JOB_QUEUED] == 0) return true; /* the list would read every job to find none */
    for (;;) {
        const ts_job_row *rows = NULL;
        size_t count = 0;
        if (!ts_jobs_list(txn, &filter, before, PAGE, arena, &rows, &count, err)) return false;
        for (size_t i = 0; i < count; i++)
            if (!recount_one(txn, &rows[i], arena, err)) return false;
        if (count < PAGE) return true;
        before = rows[count - 1].number;
    }
}

bool ts_job_bulk_recount(ts_txn *txn, const ts_job_queue *queue, ts_arena *arena, ts_error *err)
{
    for (size_t i = 0; i < queue->handler_count; i++)
        if (!queue->handlers[i].run && !recount_kind(txn, queue->handlers[i].kind, arena, err)) return false;
    return true;
}
