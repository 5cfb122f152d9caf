/* catalog: small texts under a name. */
#include "catalog/meta.h"

#include "catalog/sql.h"

bool ts_meta_get(ts_txn *txn, const char *name, ts_arena *arena, const char **value, ts_error *err)
{
    ts_rows rows;
    *value = NULL;
    if (!ts_sql_open(&rows, txn, "SELECT value FROM meta WHERE name = ?", ARGS(T(name)), err)) return false;
    if (ts_sql_next(&rows)) *value = ts_sql_text(&rows, arena);
    return ts_sql_close(&rows);
}

bool ts_meta_put(ts_txn *txn, const char *name, const char *value, ts_error *err)
{
    ts_check_writes(txn);
    if (!value) return ts_sql_run(txn, "DELETE FROM meta WHERE name = ?", ARGS(T(name)), err);
    return ts_sql_run(txn, "INSERT OR REPLACE INTO meta VALUES (?, ?)", ARGS(T(name), T(value)), err);
}

bool ts_meta_get_int(ts_txn *txn, const char *name, int64_t fallback, int64_t *value, ts_error *err)
{
    *value = fallback;
    return ts_sql_value(txn, "SELECT CAST(value AS INTEGER) FROM meta WHERE name = ?", ARGS(T(name)), value,
                        NULL, err);
}

bool ts_meta_put_int(ts_txn *txn, const char *name, int64_t value, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "INSERT OR REPLACE INTO meta VALUES (?, CAST(? AS TEXT))", ARGS(T(name), I(value)),
                      err);
}
