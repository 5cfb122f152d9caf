/* catalog: the names that dialects give to pictures. */
#include "base/error.h"
#include "catalog/pictures.h"
#include "catalog/sql.h"

bool ts_names_find(ts_txn *txn, const char *space, const char *name, int64_t *picture, ts_error *err)
{
    bool found;
    if (!ts_sql_value(txn, "SELECT picture FROM picture_names WHERE space = ? AND name = ?",
                      ARGS(T(space), T(name)), picture, &found, err))
        return false;
    return found || ts_fail(err, TS_NOT_FOUND, "there is no picture \"%s\"", name);
}

bool ts_names_put(ts_txn *txn, const char *space, const char *name, int64_t picture, bool replace,
                  ts_error *err)
{
    ts_check_writes(txn);
    int64_t holder = picture;
    bool found;
    if (!ts_sql_value(txn, "SELECT picture FROM picture_names WHERE space = ? AND name = ?",
                      ARGS(T(space), T(name)), &holder, &found, err))
        return false;
    if (found && holder != picture && !replace)
        return ts_fail(err, TS_CONFLICT, "another picture has the name \"%s\" already", name);
    return ts_sql_run(txn, "INSERT OR REPLACE INTO picture_names VALUES (?, ?, ?)",
                      ARGS(T(space), T(name), I(picture)), err);
}

static void read_name(ts_rows *rows, ts_arena *arena, void *out)
{
    *(const char **)out = ts_sql_text(rows, arena);
}

bool ts_names_of(ts_txn *txn, const char *space, int64_t picture, ts_arena *arena, const char **name,
                 ts_error *err)
{
    return ts_sql_one(txn,
                      "SELECT name FROM picture_names WHERE picture = ? AND space = ? ORDER BY name LIMIT 1",
                      ARGS(I(picture), T(space)), read_name, arena, (void *)name, "name", err);
}

bool ts_names_drop(ts_txn *txn, const char *space, const char *name, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM picture_names WHERE space = ? AND name = ?", ARGS(T(space), T(name)),
                      err);
}
