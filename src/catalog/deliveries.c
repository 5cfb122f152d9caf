/* catalog: the outbox of webhooks. Knows no network and no signature.
 *
 * A lane is what has to arrive in order: one webhook (or address) and one order key. Of the waiting deliveries of a lane
 * all but the oldest are held, so that what is due is found in an index, however long the lanes are. */
#include "catalog/deliveries.h"

#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "catalog/sql.h"

static const char *const state_names[] = {"waiting", "delivered", "dead"};

const char *ts_delivery_state_name(ts_delivery_state state)
{
    return (unsigned)state < 3 ? state_names[state] : "unknown";
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- in ------------------------------------------------------------------------------------------ */

static bool is_held(ts_txn *txn, const char *lane, bool *held, ts_error *err)
{
    int64_t number;
    *held = false;
    return !lane || ts_sql_value(txn, "SELECT number FROM deliveries WHERE lane = ? AND state = 0 LIMIT 1",
                                 ARGS(T(lane)), &number, held, err);
}

static bool insert(ts_txn *txn, ts_delivery_row *row, const char *lane, ts_error *err)
{
    bool held;
    if (!is_held(txn, lane, &held, err)) return false;
    if (!ts_sql_run(
            txn,
            "INSERT INTO deliveries (id, hook, url, key_id, dialect, event, picture, order_key, body, state,"
            " attempts, next_at, last_status, last_error, created, finished, lane, held)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, 0, '', ?, 0, ?, ?)",
            ARGS(T(row->id), T(or_empty(row->hook)), T(or_empty(row->url)), T(or_empty(row->key_id)),
                 T(or_empty(row->dialect)), T(or_empty(row->event)), I(row->picture),
                 T(or_empty(row->order_key)), T(or_empty(row->body)), I(row->next_at), I(txn->now), T(lane),
                 I(held)),
            err))
        return false;
    row->number = ts_sql_last_number(txn);
    return true;
}

bool ts_deliveries_enqueue(ts_txn *txn, ts_delivery_row *row, ts_arena *arena, ts_error *err)
{
    ts_check_writes(txn);
    const char *lane = NULL;
    if (!row->id || !*row->id) {
        char id[TS_ID_SIZE];
        ts_id_new_at(txn->now, id);
        row->id = ts_arena_strdup(arena, id);
    }
    if (row->order_key && *row->order_key) {
        const char *target = row->hook && *row->hook ? row->hook : or_empty(row->url);
        lane = ts_arena_printf(arena, "%s\n%s", target, row->order_key);
        if (!lane) return ts_fail_memory(err);
    }
    if (!row->id) return ts_fail_memory(err);
    if (row->next_at == 0) row->next_at = txn->now;
    row->state = TS_DELIVERY_WAITING;
    row->created = txn->now;
    return insert(txn, row, lane, err);
}

/* ---- out ----------------------------------------------------------------------------------------- */

#define SELECT_DELIVERY                                                                                      \
    "SELECT number, id, hook, url, key_id, dialect, event, picture, order_key, body, state, attempts, "      \
    "next_at,"                                                                                               \
    " last_status, last_error, created, finished FROM deliveries "

static void read_delivery(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_delivery_row *row = out;
    row->number = ts_sql_int(rows);
    row->id = ts_sql_text(rows, arena);
    row->hook = ts_sql_text(rows, arena);
    row->url = ts_sql_text(rows, arena);
    row->key_id = ts_sql_text(rows, arena);
    row->dialect = ts_sql_text(rows, arena);
    row->event = ts_sql_text(rows, arena);
    row->picture = ts_sql_int(rows);
    row->order_key = ts_sql_text(rows, arena);
    row->body = ts_sql_text(rows, arena);
    row->state = (ts_delivery_state)ts_sql_int(rows);
    row->attempts = ts_sql_int(rows);
    row->next_at = ts_sql_int(rows);
    row->last_status = ts_sql_int(rows);
    row->last_error = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->finished = ts_sql_int(rows);
}

static bool is_avoided(const ts_delivery_avoid *avoid, const char *hook, const char *url)
{
    if (!hook[0] && avoid->addresses) return true;
    for (size_t i = 0; i < avoid->count; i++)
        if (strcmp(avoid->targets[i], hook[0] ? hook : url) == 0) return true;
    return false;
}

bool ts_deliveries_next(ts_txn *txn, const ts_delivery_avoid *avoid, int64_t *number, ts_error *err)
{
    ts_rows rows;
    *number = 0;
    if (!ts_sql_open(&rows, txn,
                     "SELECT number, hook, url FROM deliveries WHERE state = 0 AND held = 0 AND next_at <= ?"
                     " ORDER BY next_at, number",
                     ARGS(I(txn->now)), err))
        return false;
    while (*number == 0 && ts_sql_next(&rows)) {
        int64_t due = ts_sql_int(&rows);
        const char *hook = ts_sql_text(&rows, NULL), *url = ts_sql_text(&rows, NULL);
        if (!is_avoided(avoid, or_empty(hook), or_empty(url))) *number = due;
    }
    return ts_sql_close(&rows);
}

bool ts_deliveries_due_after(ts_txn *txn, int64_t after, int64_t *at, ts_error *err)
{
    *at = 0;
    return ts_sql_value(txn,
                        "SELECT min(next_at) FROM deliveries WHERE state = 0 AND held = 0 AND next_at > ?",
                        ARGS(I(after)), at, NULL, err);
}

bool ts_deliveries_claim(ts_txn *txn, int64_t number, int64_t lease_ms, size_t limit, ts_arena *arena,
                         const ts_delivery_row **rows, size_t *count, ts_error *err)
{
    ts_check_writes(txn);
    const void *found = NULL;
    bool ok = ts_sql_all(
        txn,
        number ? SELECT_DELIVERY "WHERE number = ?3 AND state = 0 AND held = 0 AND next_at <= ?1 LIMIT ?2"
               : SELECT_DELIVERY
            "WHERE state = 0 AND held = 0 AND next_at <= ?1 AND ?3 = 0 ORDER BY next_at, number LIMIT ?2",
        ARGS(I(txn->now), I(ts_sql_limit(limit)), I(number)), read_delivery, sizeof(ts_delivery_row), arena,
        &found, count, err);
    *rows = found;
    for (size_t i = 0; ok && i < *count; i++)
        ok = ts_sql_run(
            txn, "UPDATE deliveries SET next_at = ?, attempts = attempts + 1, in_hand = 1 WHERE number = ?",
            ARGS(I(txn->now + lease_ms), I((*rows)[i].number)), err);
    return ok;
}

bool ts_deliveries_release(ts_txn *txn, int64_t number, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn,
                      "UPDATE deliveries SET next_at = ?, attempts = max(attempts - 1, 0), in_hand = 0"
                      " WHERE number = ? AND state = 0",
                      ARGS(I(txn->now), I(number)), err);
}

bool ts_deliveries_recover(ts_txn *txn, size_t *recovered, ts_error *err)
{
    ts_check_writes(txn);
    bool ok = ts_sql_run(txn,
                         "UPDATE deliveries SET next_at = ?, in_hand = 0"
                         " WHERE state = 0 AND held = 0 AND in_hand = 1",
                         ARGS(I(txn->now)), err);
    *recovered = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}

/* The oldest of the lane that this delivery was in may go. */
static bool free_lane(ts_txn *txn, int64_t number, ts_error *err)
{
    return ts_sql_run(txn,
                      "UPDATE deliveries SET held = 0 WHERE number = (SELECT min(number) FROM deliveries"
                      " WHERE lane = (SELECT lane FROM deliveries WHERE number = ?) AND state = 0)",
                      ARGS(I(number)), err);
}

bool ts_deliveries_record(ts_txn *txn, int64_t number, const ts_delivery_outcome *outcome, ts_error *err)
{
    ts_check_writes(txn);
    bool over = outcome->state != TS_DELIVERY_WAITING;
    if (!ts_sql_run(
            txn,
            "UPDATE deliveries SET state = ?, last_status = ?, last_error = ?, next_at = ?, finished = ?,"
            " in_hand = 0 WHERE number = ? AND (state = 0 OR ?1 = 1)",
            ARGS(I(outcome->state), I(outcome->status), T(or_empty(outcome->error)), I(outcome->retry_at),
                 I(over ? txn->now : 0), I(number)),
            err))
        return false;
    if (ts_sql_changed(txn) == 0)
        return ts_fail(err, TS_NOT_FOUND, "there is no such delivery, or it is over");
    return !over || free_lane(txn, number, err);
}

bool ts_deliveries_redeliver(ts_txn *txn, int64_t number, ts_error *err)
{
    ts_check_writes(txn);
    if (!ts_sql_run(txn,
                    "UPDATE deliveries SET state = 0, held = 0, attempts = 0, next_at = ?, finished = 0,"
                    " in_hand = 0 WHERE number = ?",
                    ARGS(I(txn->now), I(number)), err))
        return false;
    return ts_sql_changed(txn) > 0 || ts_fail(err, TS_NOT_FOUND, "there is no such delivery");
}

bool ts_deliveries_kill(ts_txn *txn, const char *hook, size_t *killed, ts_error *err)
{
    ts_check_writes(txn);
    bool ok = ts_sql_run(
        txn,
        "UPDATE deliveries SET state = 2, held = 0, finished = ?, last_error = 'the webhook is gone'"
        " WHERE hook = ? AND state = 0",
        ARGS(I(txn->now), T(hook)), err);
    *killed = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}

bool ts_deliveries_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err)
{
    ts_check_writes(txn);
    bool ok =
        ts_sql_run(txn,
                   "DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries WHERE state = 1"
                   " AND finished < ? ORDER BY finished LIMIT ?)",
                   ARGS(I(before), I(ts_sql_limit(limit))), err);
    *pruned = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}

/* ---- looking ------------------------------------------------------------------------------------- */

bool ts_deliveries_find(ts_txn *txn, const char *id, ts_arena *arena, ts_delivery_row *out, ts_error *err)
{
    return ts_sql_one(txn, SELECT_DELIVERY "WHERE id = ?", ARGS(T(id)), read_delivery, arena, out, "delivery",
                      err);
}

#define BEFORE                                                                                               \
    " number < ?1 AND (?2 IS NULL OR hook = ?2) AND (?3 < 0 OR state = ?3) ORDER BY number DESC LIMIT ?4"

bool ts_deliveries_list(ts_txn *txn, const char *hook, int state, int64_t before, size_t limit,
                        ts_arena *arena, const ts_delivery_row **rows, size_t *count, ts_error *err)
{
    const char *text = hook                        ? SELECT_DELIVERY "WHERE hook = ?2 AND" BEFORE
                       : state == TS_DELIVERY_DEAD ? SELECT_DELIVERY "WHERE state = 2 AND" BEFORE
                                                   : SELECT_DELIVERY "WHERE" BEFORE;
    const void *found = NULL;
    bool ok =
        ts_sql_all(txn, text, ARGS(I(before ? before : INT64_MAX), T(hook), I(state), I(ts_sql_limit(limit))),
                   read_delivery, sizeof(ts_delivery_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

bool ts_deliveries_counts(ts_txn *txn, int64_t counts[3], ts_error *err)
{
    /* Each from an index that holds just these, so that a long history costs little. */
    static const char *const texts[] = {
        ("SELECT (SELECT count(*) FROM deliveries WHERE state = 0 AND held = 0) +"
         " (SELECT count(*) FROM deliveries WHERE state = 0 AND lane IS NOT NULL AND held = 1)"),
        "SELECT count(*) FROM deliveries INDEXED BY deliveries_ended WHERE state = 1",
        "SELECT count(*) FROM deliveries INDEXED BY deliveries_dead WHERE state = 2",
    };
    for (size_t i = 0; i < 3; i++) {
        counts[i] = 0;
        if (!ts_sql_value(txn, texts[i], NO_ARGS, &counts[i], NULL, err)) return false;
    }
    return true;
}
