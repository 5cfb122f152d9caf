/* catalog: jobs as they are looked at. */
#include "catalog/job_row.h"

static const char *const state_names[] = {"queued", "running", "done", "failed", "quarantined", "cancelled"};

const char *ts_job_state_name(ts_job_state state)
{
    return (unsigned)state < TS_JOB_STATE_COUNT ? state_names[state] : "unknown";
}

void ts_job_row_read(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_job_row *row = out;
    row->number = ts_sql_int(rows);
    row->id = ts_sql_text(rows, arena);
    row->kind = ts_sql_text(rows, arena);
    row->payload = ts_sql_text(rows, arena);
    row->priority = ts_sql_int(rows);
    row->state = (ts_job_state)ts_sql_int(rows);
    row->attempts = ts_sql_int(rows);
    row->max_attempts = ts_sql_int(rows);
    row->run_after = ts_sql_int(rows);
    row->lease_until = ts_sql_int(rows);
    row->worker = ts_sql_text(rows, arena);
    row->done = ts_sql_int(rows);
    row->total = ts_sql_int(rows);
    row->parent = ts_sql_int(rows);
    row->picture = ts_sql_int(rows);
    row->key_id = ts_sql_text(rows, arena);
    row->error = ts_sql_text(rows, arena);
    row->result = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->started = ts_sql_int(rows);
    row->finished = ts_sql_int(rows);
}

bool ts_jobs_get(ts_txn *txn, int64_t number, ts_arena *arena, ts_job_row *out, ts_error *err)
{
    return ts_sql_one(txn, TS_SELECT_JOB "WHERE number = ?", ARGS(I(number)), ts_job_row_read, arena, out,
                      "job", err);
}

bool ts_jobs_find(ts_txn *txn, const char *id, ts_arena *arena, ts_job_row *out, ts_error *err)
{
    return ts_sql_one(txn, TS_SELECT_JOB "WHERE id = ?", ARGS(T(id)), ts_job_row_read, arena, out, "job",
                      err);
}

#define FILTER                                                                                               \
    " AND number < ?1 AND (?2 IS NULL OR kind = ?2) AND (?3 < 0 OR state = ?3) AND (?4 = 0 OR parent = ?4)"  \
    " AND (?5 = 0 OR picture = ?5) AND (?6 IS NULL OR key_id = ?6) ORDER BY number DESC LIMIT ?7"

/* The conditions in front say which index serves; the rest is checked row by row. */
static const char *list_text(const ts_job_filter *filter)
{
    if (filter->parent) return TS_SELECT_JOB "WHERE parent <> 0 AND parent = ?4" FILTER;
    if (filter->picture) return TS_SELECT_JOB "WHERE picture <> 0 AND picture = ?5" FILTER;
    if (filter->state == TS_JOB_QUARANTINED)
        return TS_SELECT_JOB "WHERE state IN (3, 4) AND state = 4" FILTER;
    if (filter->state == TS_JOB_FAILED) return TS_SELECT_JOB "WHERE state IN (3, 4) AND state = 3" FILTER;
    if (filter->state == TS_JOB_RUNNING) return TS_SELECT_JOB "WHERE state = 1" FILTER;
    return TS_SELECT_JOB "WHERE 1" FILTER;
}

bool ts_jobs_list(ts_txn *txn, const ts_job_filter *filter, int64_t before, size_t limit, ts_arena *arena,
                  const ts_job_row **rows, size_t *count, ts_error *err)
{
    static const ts_job_filter everything = {.state = -1};
    const ts_job_filter *f = filter ? filter : &everything;
    const void *found = NULL;
    bool ok = ts_sql_all(txn, list_text(f),
                         ARGS(I(before ? before : INT64_MAX), T(f->kind), I(f->state), I(f->parent),
                              I(f->picture), T(f->key_id), I(ts_sql_limit(limit))),
                         ts_job_row_read, sizeof(ts_job_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

static bool read_counts(ts_rows *rows, int64_t counts[TS_JOB_STATE_COUNT])
{
    while (ts_sql_next(rows)) {
        int64_t state = ts_sql_int(rows);
        if (state >= 0 && state < TS_JOB_STATE_COUNT) counts[state] = ts_sql_int(rows);
    }
    return ts_sql_close(rows);
}

bool ts_jobs_counts(ts_txn *txn, const char *kind, int64_t parent, int64_t counts[TS_JOB_STATE_COUNT],
                    ts_error *err)
{
    ts_rows rows;
    for (size_t i = 0; i < TS_JOB_STATE_COUNT; i++) counts[i] = 0;
    bool open =
        parent
            ? ts_sql_open(&rows, txn,
                          "SELECT state, count(*) FROM jobs WHERE parent <> 0 AND parent = ? GROUP BY state",
                          ARGS(I(parent)), err)
            : ts_sql_open(
                  &rows, txn,
                  "SELECT state, sum(count) FROM job_counts WHERE ?1 IS NULL OR kind = ?1 GROUP BY state",
                  ARGS(T(kind)), err);
    if (!open) return false;
    return read_counts(&rows, counts);
}

bool ts_jobs_counts_of_key(ts_txn *txn, const char *key_id, int64_t counts[TS_JOB_STATE_COUNT], ts_error *err)
{
    ts_rows rows;
    const char *text = key_id[0] ? "SELECT state, count(*) FROM jobs INDEXED BY jobs_by_key"
                                   " WHERE key_id <> '' AND key_id = ? GROUP BY state"
                                 : "SELECT state, count(*) FROM jobs WHERE key_id = ? GROUP BY state";
    for (size_t i = 0; i < TS_JOB_STATE_COUNT; i++) counts[i] = 0;
    return ts_sql_open(&rows, txn, text, ARGS(T(key_id)), err) && read_counts(&rows, counts);
}

bool ts_jobs_next_due(ts_txn *txn, int64_t *at, ts_error *err)
{
    *at = 0;
    return ts_sql_value(txn, "SELECT min(run_after) FROM jobs WHERE state = 0 AND delayed = 1", NO_ARGS, at,
                        NULL, err);
}
