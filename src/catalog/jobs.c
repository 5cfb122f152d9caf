/* catalog: a job's way from the queue to its end. Knows no kind of job. */
#include "catalog/jobs.h"

#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "catalog/changes.h"
#include "catalog/job_row.h"

#define DEFAULT_ATTEMPTS 3

bool ts_job_log(ts_txn *txn, int64_t number, ts_error *err)
{
    char id[64] = "";
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, "SELECT id FROM jobs WHERE number = ?", ARGS(I(number)), err)) return false;
    if (ts_sql_next(&rows)) {
        const char *text = ts_sql_text(&rows, NULL);
        if (text) strncpy(id, text, sizeof id - 1);
    }
    return ts_sql_close(&rows) && ts_changes_add(txn, TS_CHANGE_JOB, number, id, err);
}

/* ---- in ------------------------------------------------------------------------------------------ */

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static bool enqueue_one(ts_txn *txn, ts_job_row *row, ts_arena *arena, ts_error *err)
{
    if (!row->kind || !*row->kind) return ts_fail(err, TS_USAGE, "a job needs a kind");
    if (!row->id || !*row->id) {
        char id[TS_ID_SIZE];
        ts_id_new_at(txn->now, id);
        row->id = ts_arena_strdup(arena, id);
        if (!row->id) return ts_fail_memory(err);
    }
    if (row->max_attempts <= 0) row->max_attempts = DEFAULT_ATTEMPTS;
    row->state = TS_JOB_QUEUED;
    row->created = txn->now;
    if (!ts_sql_run(txn,
                    "INSERT INTO jobs (id, kind, payload, priority, state, delayed, attempts, max_attempts, "
                    "run_after,"
                    " lease_until, worker, done, total, parent, picture, key_id, created, started, finished)"
                    " VALUES (?, ?, ?, ?, 0, ?, 0, ?, ?, 0, '', 0, ?, ?, ?, ?, ?, 0, 0)",
                    ARGS(T(row->id), T(row->kind), T(row->payload ? row->payload : "{}"), I(row->priority),
                         I(row->run_after > txn->now), I(row->max_attempts), I(row->run_after), I(row->total),
                         I(row->parent), I(row->picture), T(or_empty(row->key_id)), I(txn->now)),
                    err))
        return false;
    row->number = ts_sql_last_number(txn);
    return ts_changes_add(txn, TS_CHANGE_JOB, row->number, row->id, err);
}

bool ts_jobs_enqueue(ts_txn *txn, ts_job_row *rows, size_t count, ts_arena *arena, ts_error *err)
{
    ts_check_writes(txn);
    for (size_t i = 0; i < count; i++)
        if (!enqueue_one(txn, &rows[i], arena, err)) return false;
    return true;
}

/* ---- out ----------------------------------------------------------------------------------------- */

typedef struct job_head {
    int64_t number, priority;
} job_head;

static bool find_head(ts_txn *txn, const char *kind, job_head *best, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn,
                     "SELECT number, priority FROM jobs WHERE state = 0 AND delayed = 0 AND kind = ?"
                     " ORDER BY priority DESC, number LIMIT 1",
                     ARGS(T(kind)), err))
        return false;
    if (ts_sql_next(&rows)) {
        job_head head;
        head.number = ts_sql_int(&rows);
        head.priority = ts_sql_int(&rows);
        bool better = best->number == 0 || head.priority > best->priority ||
                      (head.priority == best->priority && head.number < best->number);
        if (better) *best = head;
    }
    return ts_sql_close(&rows);
}

/* Jobs whose time has come stand in line with the others. */
static bool wake_delayed(ts_txn *txn, ts_error *err)
{
    return ts_sql_run(txn, "UPDATE jobs SET delayed = 0 WHERE state = 0 AND delayed = 1 AND run_after <= ?",
                      ARGS(I(txn->now)), err);
}

static bool lease(ts_txn *txn, int64_t number, const char *worker, int64_t lease_ms, ts_arena *arena,
                  ts_job_row *out, ts_error *err)
{
    if (!ts_sql_run(
            txn,
            "UPDATE jobs SET state = 1, delayed = 0, attempts = attempts + 1, worker = ?1, lease_until = ?2,"
            " started = CASE started WHEN 0 THEN ?3 ELSE started END WHERE number = ?4",
            ARGS(T(worker), I(txn->now + lease_ms), I(txn->now), I(number)), err))
        return false;
    return ts_jobs_get(txn, number, arena, out, err) && ts_job_log(txn, number, err);
}

bool ts_jobs_claim(ts_txn *txn, const char *const *kinds, size_t kind_count, const char *worker,
                   int64_t lease_ms, ts_arena *arena, ts_job_row *out, bool *found, ts_error *err)
{
    ts_check_writes(txn);
    job_head head = {0};
    *found = false;
    if (!wake_delayed(txn, err)) return false;
    for (size_t i = 0; i < kind_count; i++)
        if (!find_head(txn, kinds[i], &head, err)) return false;
    *found = head.number != 0;
    return !*found || lease(txn, head.number, worker, lease_ms, arena, out, err);
}

bool ts_jobs_claim_number(ts_txn *txn, int64_t number, const char *worker, int64_t lease_ms, ts_arena *arena,
                          ts_job_row *out, bool *found, ts_error *err)
{
    ts_check_writes(txn);
    int64_t queued = 0;
    *found = false;
    if (!ts_sql_value(txn, "SELECT count(*) FROM jobs WHERE number = ? AND state = 0", ARGS(I(number)),
                      &queued, NULL, err))
        return false;
    *found = queued != 0;
    return !*found || lease(txn, number, worker, lease_ms, arena, out, err);
}

/* ---- a worker's report --------------------------------------------------------------------------- */

/* After an UPDATE that asks for the worker. */
static bool still_ours(ts_txn *txn, int64_t number, ts_error *err)
{
    if (ts_sql_changed(txn) == 0)
        return ts_fail(err, TS_CHANGED, "the job is no longer this worker's (lease over, or cancelled)");
    return ts_job_log(txn, number, err);
}

bool ts_jobs_heartbeat(ts_txn *txn, int64_t number, const char *worker, int64_t lease_ms, int64_t done,
                       int64_t total, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE jobs SET lease_until = ?, done = ?, total = ? WHERE number = ? AND state = 1"
                      " AND worker = ?",
                      ARGS(I(txn->now + lease_ms), I(done), I(total), I(number), T(worker)), err) &&
           still_ours(txn, number, err);
}

bool ts_jobs_complete(ts_txn *txn, int64_t number, const char *worker, const char *result, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE jobs SET state = 2, worker = '', lease_until = 0, result = ?, error = NULL, "
                      "finished = ?,"
                      " done = max(done, total) WHERE number = ? AND state = 1 AND worker = ?",
                      ARGS(T(result), I(txn->now), I(number), T(worker)), err) &&
           still_ours(txn, number, err);
}

bool ts_jobs_fail(ts_txn *txn, int64_t number, const char *worker, const char *error, int64_t retry_at,
                  ts_job_state *state, ts_error *err)
{
    ts_check_writes(txn);
    int64_t left = 0;
    if (!ts_sql_value(
            txn, "SELECT max_attempts - attempts FROM jobs WHERE number = ? AND state = 1 AND worker = ?",
            ARGS(I(number), T(worker)), &left, NULL, err))
        return false;
    ts_job_state next = left > 0 ? TS_JOB_QUEUED : TS_JOB_QUARANTINED;
    if (state) *state = next;
    return ts_sql_run(txn,
                      "UPDATE jobs SET state = ?, worker = '', lease_until = 0, error = ?, run_after = ?, "
                      "delayed = ?,"
                      " finished = ? WHERE number = ? AND state = 1 AND worker = ?",
                      ARGS(I(next), T(error), I(retry_at), I(retry_at > txn->now),
                           I(next == TS_JOB_QUEUED ? 0 : txn->now), I(number), T(worker)),
                      err) &&
           still_ours(txn, number, err);
}

bool ts_jobs_give_up(ts_txn *txn, int64_t number, const char *worker, const char *error, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE jobs SET state = 3, worker = '', lease_until = 0, error = ?, finished = ?"
                      " WHERE number = ? AND state = 1 AND worker = ?",
                      ARGS(T(error), I(txn->now), I(number), T(worker)), err) &&
           still_ours(txn, number, err);
}

bool ts_jobs_release(ts_txn *txn, int64_t number, const char *worker, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE jobs SET state = 0, delayed = 0, attempts = max(attempts - 1, 0), worker = '',"
                      " lease_until = 0 WHERE number = ? AND state = 1 AND worker = ?",
                      ARGS(I(number), T(worker)), err) &&
           still_ours(txn, number, err);
}

/* ---- by others ----------------------------------------------------------------------------------- */

static bool check_state(ts_txn *txn, int64_t number, unsigned allowed, const char *what, ts_error *err)
{
    int64_t state = 0;
    bool found;
    if (!ts_sql_value(txn, "SELECT state FROM jobs WHERE number = ?", ARGS(I(number)), &state, &found, err))
        return false;
    if (!found) return ts_fail(err, TS_NOT_FOUND, "there is no such job");
    if (allowed & 1u << state) return true;
    return ts_fail(err, TS_CONFLICT, "a job that is %s cannot be %s", ts_job_state_name((ts_job_state)state),
                   what);
}

bool ts_jobs_cancel(ts_txn *txn, int64_t number, ts_error *err)
{
    ts_check_writes(txn);
    return check_state(txn, number, 1u << TS_JOB_QUEUED | 1u << TS_JOB_RUNNING, "cancelled", err) &&
           ts_sql_run(txn,
                      "UPDATE jobs SET state = 5, worker = '', lease_until = 0, finished = ?1"
                      " WHERE number = ?2 OR (parent = ?2 AND parent <> 0 AND state = 0)",
                      ARGS(I(txn->now), I(number)), err) &&
           ts_job_log(txn, number, err);
}

bool ts_jobs_requeue(ts_txn *txn, int64_t number, ts_error *err)
{
    ts_check_writes(txn);
    unsigned ended = 1u << TS_JOB_FAILED | 1u << TS_JOB_QUARANTINED | 1u << TS_JOB_CANCELLED;
    return check_state(txn, number, ended, "started anew", err) &&
           ts_sql_run(
               txn,
               "UPDATE jobs SET state = 0, delayed = 0, attempts = 0, run_after = 0, error = NULL, done = 0,"
               " started = 0, finished = 0 WHERE number = ?",
               ARGS(I(number)), err) &&
           ts_job_log(txn, number, err);
}

static void read_number(ts_rows *rows, ts_arena *arena, void *out)
{
    (void)arena;
    *(int64_t *)out = ts_sql_int(rows);
}

static bool recover_one(ts_txn *txn, int64_t number, ts_error *err)
{
    return ts_sql_run(
               txn,
               "UPDATE jobs SET state = CASE WHEN attempts < max_attempts THEN 0 ELSE 4 END, delayed = 0,"
               " finished = CASE WHEN attempts < max_attempts THEN 0 ELSE ?1 END, worker = '', lease_until = "
               "0,"
               " error = coalesce(error, '{\"code\":\"interrupted\",\"message\":\"its worker went away\"}')"
               " WHERE number = ?2",
               ARGS(I(txn->now), I(number)), err) &&
           ts_job_log(txn, number, err);
}

bool ts_jobs_recover(ts_txn *txn, bool all, size_t *recovered, ts_error *err)
{
    ts_check_writes(txn);
    const void *found = NULL;
    *recovered = 0;
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    bool ok = ts_sql_all(
        txn,
        "SELECT number FROM jobs INDEXED BY jobs_running WHERE state = 1 AND lease_until < ? ORDER BY number",
        ARGS(I(all ? INT64_MAX : txn->now)), read_number, sizeof(int64_t), arena, &found, recovered, err);
    for (size_t i = 0; ok && i < *recovered; i++) ok = recover_one(txn, ((const int64_t *)found)[i], err);
    ts_arena_free(arena);
    return ok;
}

bool ts_jobs_progress(ts_txn *txn, int64_t number, int64_t done, int64_t total, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "UPDATE jobs SET done = ?, total = ? WHERE number = ?",
                      ARGS(I(done), I(total), I(number)), err) &&
           ts_job_log(txn, number, err);
}

bool ts_jobs_finish(ts_txn *txn, int64_t number, ts_job_state state, const char *result, ts_error *err)
{
    ts_check_writes(txn);
    return check_state(txn, number, 1u << TS_JOB_QUEUED, "ended", err) &&
           ts_sql_run(txn,
                      "UPDATE jobs SET state = ?, delayed = 0, result = ?, finished = ? WHERE number = ?",
                      ARGS(I(state), T(result), I(txn->now), I(number)), err) &&
           ts_job_log(txn, number, err);
}

bool ts_jobs_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err)
{
    ts_check_writes(txn);
    bool ok = ts_sql_run(txn,
                         "DELETE FROM jobs WHERE number IN (SELECT number FROM jobs WHERE state IN (2, 3, 5)"
                         " AND finished < ? ORDER BY finished LIMIT ?)",
                         ARGS(I(before), I(ts_sql_limit(limit))), err);
    *pruned = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}
