/* catalog: leases of what people look at, and the lines of what they answered. Knows no rule. */
#include "catalog/reviews.h"

#include "catalog/sql.h"

/* ---- leases -------------------------------------------------------------------------------------- */

bool ts_lease_take(ts_txn *txn, int64_t picture, const char *key, const char *holder, int64_t until,
                   ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "INSERT OR REPLACE INTO review_leases VALUES (?, ?, ?, ?)",
                      ARGS(I(picture), T(key), T(holder), I(until)), err);
}

bool ts_lease_end(ts_txn *txn, int64_t picture, const char *key, const char *holder, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM review_leases WHERE picture = ? AND key = ? AND holder = ?",
                      ARGS(I(picture), T(key), T(holder)), err);
}

bool ts_lease_end_all(ts_txn *txn, const char *holder, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM review_leases WHERE holder = ?", ARGS(T(holder)), err);
}

bool ts_lease_sweep(ts_txn *txn, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM review_leases WHERE until <= ?", ARGS(I(txn->now)), err);
}

/* ---- answers ------------------------------------------------------------------------------------- */

bool ts_review_line_add(ts_txn *txn, ts_review_line *line, ts_error *err)
{
    ts_check_writes(txn);
    line->at = txn->now;
    if (!ts_sql_run(txn,
                    "INSERT INTO review_answers (reviewer, request, picture, key, answer, outcome, batch, at,"
                    " until, undone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    ARGS(T(line->reviewer), T(line->request), I(line->picture), T(line->key), I(line->answer),
                         I(line->outcome), T(line->batch), I(line->at), I(line->until), I(line->undone)),
                    err))
        return false;
    line->number = ts_sql_last_number(txn);
    return true;
}

static void read_line(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_review_line *line = out;
    line->number = ts_sql_int(rows);
    line->reviewer = ts_sql_text(rows, arena);
    line->request = ts_sql_text(rows, arena);
    line->picture = ts_sql_int(rows);
    line->key = ts_sql_text(rows, arena);
    line->answer = (int)ts_sql_int(rows);
    line->outcome = (int)ts_sql_int(rows);
    line->batch = ts_sql_text(rows, arena);
    line->at = ts_sql_int(rows);
    line->until = ts_sql_int(rows);
    line->undone = ts_sql_int(rows);
}

bool ts_review_lines_of(ts_txn *txn, const char *reviewer, const char *request, ts_arena *arena,
                        const ts_review_line **lines, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn,
                         "SELECT number, reviewer, request, picture, key, answer, outcome, batch, at, until,"
                         " undone FROM review_answers WHERE reviewer = ? AND request = ? ORDER BY number",
                         ARGS(T(reviewer), T(request)), read_line, sizeof(ts_review_line), arena, &found,
                         count, err);
    *lines = found;
    return ok;
}

bool ts_review_lines_undo(ts_txn *txn, const char *reviewer, const char *request, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE review_answers SET undone = ?, until = 0"
                      " WHERE reviewer = ? AND request = ? AND undone = 0",
                      ARGS(I(txn->now), T(reviewer), T(request)), err);
}

/* ---- figures ------------------------------------------------------------------------------------- */

#define OPEN                                                                                                 \
    "SELECT (SELECT count(*) FROM tags INDEXED BY tags_waiting WHERE state = 0) +"                           \
    " (SELECT count(*) FROM tags t INDEXED BY tags_sensitive JOIN authors a ON a.number = t.author"          \
    "  WHERE t.facet = 'safety' AND t.state = 1 AND t.key <> 'safety/safe' AND a.kind <= 2)"
/* 3 is TS_REVIEW_SKIP, outcome 0 is TS_REVIEW_COUNTED. */
#define DONE                                                                                                 \
    "SELECT count(*) FROM review_answers WHERE at >= ?1 AND answer <> 3 AND outcome = 0 AND undone = 0"

bool ts_review_count(ts_txn *txn, const char *reviewer, int64_t since, ts_review_figures *out, ts_error *err)
{
    *out = (ts_review_figures){0};
    return ts_sql_value(txn, OPEN, NO_ARGS, &out->open, NULL, err) &&
           ts_sql_value(txn, DONE, ARGS(I(since)), &out->done, NULL, err) &&
           ts_sql_value(txn, DONE " AND reviewer = ?2", ARGS(I(since), T(reviewer)), &out->mine, NULL, err) &&
           ts_sql_value(txn,
                        "SELECT count(*) FROM review_answers WHERE at > ?1 AND reviewer = ?2 AND answer = 3"
                        " AND until > ?3 AND undone = 0",
                        ARGS(I(txn->now - INT64_C(86400000)), T(reviewer), I(txn->now)), &out->skipped, NULL,
                        err);
}
