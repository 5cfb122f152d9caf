/* catalog: requests that take effect once. Status 0 marks a claim that has no answer yet. */
#include "catalog/idempotency.h"

#include <string.h>

#include "base/error.h"
#include "catalog/sql.h"

typedef struct claim_row {
    const char *fingerprint;
    ts_idempotent_answer answer;
} claim_row;

static void read_claim(ts_rows *rows, ts_arena *arena, void *out)
{
    claim_row *row = out;
    row->fingerprint = ts_sql_text(rows, arena);
    row->answer.status = (int)ts_sql_int(rows);
    row->answer.body = ts_sql_text(rows, arena);
    row->answer.created = ts_sql_int(rows);
}

static bool judge(const ts_txn *txn, const claim_row *row, const char *fingerprint, int64_t claim_ms,
                  bool *found, ts_error *err)
{
    bool answered = row->answer.status != 0;
    if (!answered && txn->now - row->answer.created >= claim_ms) return true; /* whoever claimed it is gone */
    if (!row->fingerprint || strcmp(row->fingerprint, fingerprint) != 0) {
        (void)ts_fail(err, TS_REFUSED, "this idempotency key was used for another request");
        return ts_hint(err, "use a fresh key for each request that is to take effect");
    }
    if (!answered) {
        (void)ts_fail(err, TS_CONFLICT, "the same request is being worked on");
        return ts_hint(err, "ask again in a moment");
    }
    *found = true;
    return true;
}

bool ts_idempotency_claim(ts_txn *txn, const char *key_id, const char *key, const char *fingerprint,
                          int64_t claim_ms, ts_arena *arena, ts_idempotent_answer *answer, bool *found,
                          ts_error *err)
{
    ts_check_writes(txn);
    const void *rows = NULL;
    size_t count = 0;
    *found = false;
    if (!ts_sql_all(txn,
                    "SELECT fingerprint, status, body, created FROM idempotency WHERE key_id = ? AND key = ?",
                    ARGS(T(key_id), T(key)), read_claim, sizeof(claim_row), arena, &rows, &count, err))
        return false;
    const claim_row *row = rows;
    if (count > 0 && !judge(txn, row, fingerprint, claim_ms, found, err)) return false;
    if (*found) {
        *answer = row->answer;
        return true;
    }
    return ts_sql_run(txn, "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, 0, NULL, ?)",
                      ARGS(T(key_id), T(key), T(fingerprint), I(txn->now)), err);
}

bool ts_idempotency_store(ts_txn *txn, const char *key_id, const char *key, int status, const char *body,
                          ts_error *err)
{
    ts_check_writes(txn);
    if (!ts_sql_run(txn, "UPDATE idempotency SET status = ?, body = ? WHERE key_id = ? AND key = ?",
                    ARGS(I(status), T(body), T(key_id), T(key)), err))
        return false;
    return ts_sql_changed(txn) > 0 ||
           ts_fail(err, TS_NOT_FOUND, "the request was not claimed, or its claim ran out");
}

bool ts_idempotency_drop(ts_txn *txn, const char *key_id, const char *key, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM idempotency WHERE key_id = ? AND key = ? AND status = 0",
                      ARGS(T(key_id), T(key)), err);
}

bool ts_idempotency_expire(ts_txn *txn, int64_t age_ms, size_t limit, size_t *expired, ts_error *err)
{
    ts_check_writes(txn);
    bool ok =
        ts_sql_run(txn,
                   "DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency WHERE created < ?"
                   " ORDER BY created LIMIT ?)",
                   ARGS(I(txn->now - age_ms), I(ts_sql_limit(limit))), err);
    *expired = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}
