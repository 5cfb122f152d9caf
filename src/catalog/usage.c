/* catalog: what each key used on each day. */
#include "catalog/keys.h"
#include "catalog/sql.h"

#define DAY_MS INT64_C(86400000)

static int64_t day_of(int64_t at)
{
    return at - (at % DAY_MS + DAY_MS) % DAY_MS;
}

static bool add_one(ts_txn *txn, const ts_usage_row *row, ts_error *err)
{
    return ts_sql_run(txn,
                      "INSERT INTO usage (key_id, day, requests, pictures, credits, errors) VALUES (?, ?, ?, "
                      "?, ?, ?)"
                      " ON CONFLICT (day, key_id) DO UPDATE SET requests = requests + excluded.requests,"
                      " pictures = pictures + excluded.pictures, credits = credits + excluded.credits,"
                      " errors = errors + excluded.errors",
                      ARGS(T(row->key_id), I(day_of(row->day)), I(row->requests), I(row->pictures),
                           I(row->credits), I(row->errors)),
                      err) &&
           ts_sql_run(txn, "UPDATE keys SET last_used = max(last_used, ?) WHERE id = ?",
                      ARGS(I(row->day), T(row->key_id)), err);
}

bool ts_usage_add(ts_txn *txn, const ts_usage_row *rows, size_t count, ts_error *err)
{
    ts_check_writes(txn);
    for (size_t i = 0; i < count; i++)
        if (!add_one(txn, &rows[i], err)) return false;
    return true;
}

static void read_usage(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_usage_row *row = out;
    row->key_id = ts_sql_text(rows, arena);
    row->day = ts_sql_int(rows);
    row->requests = ts_sql_int(rows);
    row->pictures = ts_sql_int(rows);
    row->credits = ts_sql_int(rows);
    row->errors = ts_sql_int(rows);
}

bool ts_usage_list(ts_txn *txn, const char *key_id, int64_t from, int64_t to, ts_arena *arena,
                   const ts_usage_row **rows, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn,
                         "SELECT key_id, day, requests, pictures, credits, errors FROM usage"
                         " WHERE day >= ?1 AND day < ?2 AND (?3 IS NULL OR key_id = ?3) ORDER BY day, key_id",
                         ARGS(I(day_of(from)), I(to), T(key_id)), read_usage, sizeof(ts_usage_row), arena,
                         &found, count, err);
    *rows = found;
    return ok;
}
