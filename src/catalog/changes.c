/* catalog: the change log. Knows no record, only that one changed. */
#include "catalog/changes.h"

#include <stdio.h>
#include <string.h>

#include "catalog/sql.h"

static const char *const kind_names[] = {
    [TS_CHANGE_PICTURE] = "picture",
    [TS_CHANGE_PICTURE_DELETED] = "picture_deleted",
    [TS_CHANGE_TAGS] = "tags",
    [TS_CHANGE_DOCUMENT] = "document",
    [TS_CHANGE_DOCUMENT_DELETED] = "document_deleted",
    [TS_CHANGE_JOB] = "job",
    [TS_CHANGE_KEY] = "key",
    [TS_CHANGE_PERSON] = "person",
    [TS_CHANGE_VECTOR] = "vector",
};

const char *ts_change_kind_name(ts_change_kind kind)
{
    size_t count = sizeof kind_names / sizeof kind_names[0];
    return (size_t)kind < count && kind_names[kind] ? kind_names[kind] : "unknown";
}

static bool was_just_logged(ts_txn *txn, ts_change_kind kind, int64_t number, const char *id,
                            ts_change_sight sight)
{
    if (txn->last_kind == (int)kind && txn->last_number == number && txn->last_sight == (int)sight &&
        strcmp(txn->last_id, id) == 0)
        return true;
    txn->last_sight = (int)sight;
    txn->last_kind = strlen(id) < sizeof txn->last_id ? (int)kind : 0; /* what does not fit is not compared */
    txn->last_number = number;
    (void)snprintf(txn->last_id, sizeof txn->last_id, "%s", id);
    return false;
}

bool ts_changes_add_sight(ts_txn *txn, ts_change_kind kind, int64_t number, const char *id,
                          ts_change_sight sight, ts_error *err)
{
    ts_check_writes(txn);
    if (was_just_logged(txn, kind, number, id, sight)) return true;
    if (!ts_sql_run(txn, "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
                    ARGS(I(txn->seq + 1), I(kind), I(number), T(id), I(txn->now), I(sight)), err))
        return false;
    txn->seq++;
    return true;
}

bool ts_changes_add(ts_txn *txn, ts_change_kind kind, int64_t number, const char *id, ts_error *err)
{
    return ts_changes_add_sight(txn, kind, number, id, TS_CHANGE_FOR_ALL, err);
}

static void read_change(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_change *change = out;
    change->seq = ts_sql_int(rows);
    change->kind = (ts_change_kind)ts_sql_int(rows);
    change->number = ts_sql_int(rows);
    change->id = ts_sql_text(rows, arena);
    change->at = ts_sql_int(rows);
    change->sight = (ts_change_sight)ts_sql_int(rows);
}

bool ts_changes_last(ts_txn *txn, int64_t *seq, ts_error *err)
{
    *seq = 0;
    return ts_sql_value(txn, "SELECT max(seq) FROM changes", NO_ARGS, seq, NULL, err);
}

/* Lines after `after` are lost when the oldest one kept is not the next, or when `after` lies in the future of this
 * catalogue (it was restored from a backup meanwhile). */
static bool find_loss(ts_txn *txn, int64_t after, int64_t last, bool *lost, ts_error *err)
{
    int64_t first = 1;
    if (!ts_sql_value(txn, "SELECT min(seq) FROM changes", NO_ARGS, &first, NULL, err)) return false;
    *lost = after + 1 < first || after > last;
    return true;
}

bool ts_changes_read(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, ts_change_page *page,
                     ts_error *err)
{
    const void *changes = NULL;
    int64_t last = 0;
    *page = (ts_change_page){.last = after};
    if (!ts_changes_last(txn, &last, err) || !find_loss(txn, after, last, &page->lost, err)) return false;
    if (page->lost) {
        page->last = last;
        return true;
    }
    if (!ts_sql_all(txn,
                    "SELECT seq, kind, number, id, at, sight FROM changes WHERE seq > ? ORDER BY seq LIMIT ?",
                    ARGS(I(after), I(ts_sql_limit(limit))), read_change, sizeof(ts_change), arena, &changes,
                    &page->count, err))
        return false;
    page->changes = changes;
    if (page->count) page->last = page->changes[page->count - 1].seq;
    return true;
}

bool ts_changes_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err)
{
    ts_check_writes(txn);
    /* From the old end only, so that what stays has no gaps. */
    bool ok = ts_sql_run(
        txn,
        "DELETE FROM changes WHERE seq IN (SELECT seq FROM changes WHERE seq < coalesce("
        " (SELECT min(seq) FROM (SELECT seq, at FROM changes ORDER BY seq LIMIT ?1) WHERE at >= ?2),"
        " ?3) ORDER BY seq LIMIT ?1)",
        ARGS(I(ts_sql_limit(limit)), I(before), I(txn->seq)), err);
    *pruned = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}
