/* catalog: a picture's vectors, one for each model, as float32 in the machine's order. */
#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/pictures.h"
#include "catalog/sql.h"

bool ts_vectors_put(ts_txn *txn, const ts_vector_row *row, ts_error *err)
{
    ts_check_writes(txn);
    if (row->count == 0 || row->count > 65536)
        return ts_fail(err, TS_USAGE, "a vector has 1 to 65536 numbers");
    int64_t there = 0;
    bool found;
    if (!ts_sql_value(txn, "SELECT 1 FROM pictures WHERE number = ?", ARGS(I(row->picture)), &there, &found,
                      err))
        return false;
    if (!found) return ts_fail(err, TS_NOT_FOUND, "there is no such picture");
    return ts_sql_run(txn,
                      "INSERT INTO picture_vectors VALUES (?1, ?2, ?3)"
                      " ON CONFLICT (picture, model) DO UPDATE SET vector = ?3",
                      ARGS(I(row->picture), T(row->model), B(row->values, row->count * sizeof(float))),
                      err) &&
           ts_changes_add(txn, TS_CHANGE_VECTOR, row->picture, "", err);
}

static void read_vector(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_vector_row *row = out;
    size_t length = 0;
    row->picture = ts_sql_int(rows);
    row->model = ts_sql_text(rows, arena);
    row->values = ts_sql_blob(rows, &length, arena);
    row->count = length / sizeof(float);
}

bool ts_vectors_get(ts_txn *txn, int64_t picture, const char *model, ts_arena *arena, ts_vector_row *out,
                    ts_error *err)
{
    return ts_sql_one(txn,
                      "SELECT picture, model, vector FROM picture_vectors WHERE picture = ? AND model = ?",
                      ARGS(I(picture), T(model)), read_vector, arena, out, "vector", err);
}

bool ts_vectors_scan(ts_txn *txn, const char *model, int64_t after, ts_vector_visit visit, void *context,
                     ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn,
                     "SELECT picture, model, vector FROM picture_vectors"
                     " WHERE picture > ?1 AND (?2 IS NULL OR model = ?2) ORDER BY picture, model",
                     ARGS(I(after), T(model)), err))
        return false;
    while (ts_sql_next(&rows)) {
        ts_vector_row row;
        read_vector(&rows, NULL, &row);
        if (!visit(context, &row)) break;
    }
    return ts_sql_close(&rows);
}
