/* catalog: pictures by page, all of them, and how many. */
#include "base/error.h"
#include "catalog/picture_row.h"

bool ts_pictures_find_sha256(ts_txn *txn, const char *sha256, ts_arena *arena, const ts_picture_row **rows,
                             size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, TS_SELECT_PICTURE "WHERE sha256 = ? ORDER BY number", ARGS(T(sha256)),
                         ts_picture_row_read, sizeof(ts_picture_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

#define FILTER                                                                                               \
    " (?2 IS NULL OR library = ?2) AND (?3 IS NULL OR owner = ?3) AND (?4 < 0 OR state = ?4)"                \
    " AND (?5 < 0 OR visibility = ?5) AND (?6 OR gone = 0) "

static const ts_picture_filter everything = {.state = -1, .visibility = -1, .with_gone = true};

bool ts_pictures_list(ts_txn *txn, const ts_picture_filter *filter, int64_t after, bool newest, size_t limit,
                      ts_arena *arena, const ts_picture_row **rows, size_t *count, ts_error *err)
{
    const ts_picture_filter *f = filter ? filter : &everything;
    const char *text = newest ? TS_SELECT_PICTURE "WHERE number < ?1 AND" FILTER
                                                  "ORDER BY number DESC LIMIT ?7"
                              : TS_SELECT_PICTURE "WHERE number > ?1 AND" FILTER "ORDER BY number LIMIT ?7";
    int64_t from = newest && after == 0 ? INT64_MAX : after;
    const void *found = NULL;
    bool ok = ts_sql_all(txn, text,
                         ARGS(I(from), T(f->library), T(f->owner), I(f->state), I(f->visibility),
                              I(f->with_gone), I(ts_sql_limit(limit))),
                         ts_picture_row_read, sizeof(ts_picture_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

bool ts_pictures_count(ts_txn *txn, const ts_picture_filter *filter, int64_t *count, ts_error *err)
{
    const ts_picture_filter *f = filter ? filter : &everything;
    *count = 0;
    return ts_sql_value(
        txn, "SELECT count(*) FROM pictures WHERE number > ?1 AND" FILTER,
        ARGS(I(0), T(f->library), T(f->owner), I(f->state), I(f->visibility), I(f->with_gone)), count, NULL,
        err);
}

bool ts_pictures_after(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, const ts_picture_row **rows,
                       size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, TS_SELECT_PICTURE "WHERE number > ? ORDER BY number LIMIT ?",
                         ARGS(I(after), I(ts_sql_limit(limit))), ts_picture_row_read, sizeof(ts_picture_row),
                         arena, &found, count, err);
    *rows = found;
    return ok;
}

bool ts_pictures_scan(ts_txn *txn, int64_t after, ts_picture_visit visit, void *context, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, TS_SELECT_PICTURE "WHERE number > ? ORDER BY number", ARGS(I(after)), err))
        return false;
    while (ts_sql_next(&rows)) {
        ts_picture_row row;
        ts_picture_row_read(&rows, NULL, &row); /* without an arena: texts of SQLite, until the next step */
        if (!visit(context, &row)) break;
    }
    return ts_sql_close(&rows);
}
