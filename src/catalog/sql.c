/* catalog: binding, stepping and reading statements. Knows no table. */
#include "catalog/sql.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static int bind(sqlite3_stmt *statement, int index, const ts_arg *arg)
{
    switch (arg->type) {
    case TS_ARG_INT:
        return sqlite3_bind_int64(statement, index, arg->integer);
    case TS_ARG_REAL:
        return sqlite3_bind_double(statement, index, arg->real);
    case TS_ARG_TEXT:
        return sqlite3_bind_text(statement, index, arg->bytes, -1, SQLITE_STATIC);
    case TS_ARG_BLOB:
        return sqlite3_bind_blob64(statement, index, arg->bytes, (sqlite3_uint64)arg->integer, SQLITE_STATIC);
    case TS_ARG_NULL:
        break;
    }
    return sqlite3_bind_null(statement, index);
}

static bool rows_fail(ts_rows *rows, int rc)
{
    rows->failed = true;
    return ts_connection_fail(rows->txn->connection, rc, rows->err);
}

bool ts_sql_open(ts_rows *rows, ts_txn *txn, const char *text, const ts_arg *args, size_t count,
                 ts_error *err)
{
    *rows = (ts_rows){.txn = txn, .text = text, .err = err};
    rows->statement = ts_connection_borrow(txn->connection, text, err);
    if (!rows->statement) return false;
    for (size_t i = 0; i < count; i++) {
        int rc = bind(rows->statement, (int)i + 1, &args[i]);
        if (rc == SQLITE_OK) continue;
        (void)rows_fail(rows, rc);
        return ts_sql_close(rows);
    }
    return true;
}

bool ts_sql_next(ts_rows *rows)
{
    if (rows->failed) return false;
    rows->column = 0;
    errno = 0;
    int rc = sqlite3_step(rows->statement);
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) (void)rows_fail(rows, rc);
    return false;
}

bool ts_sql_close(ts_rows *rows)
{
    ts_connection_give_back(rows->txn->connection, rows->text, rows->statement);
    rows->statement = NULL;
    return !rows->failed;
}

int64_t ts_sql_int(ts_rows *rows)
{
    return sqlite3_column_int64(rows->statement, rows->column++);
}

double ts_sql_real(ts_rows *rows)
{
    return sqlite3_column_double(rows->statement, rows->column++);
}

bool ts_sql_is_null(const ts_rows *rows)
{
    return sqlite3_column_type(rows->statement, rows->column) == SQLITE_NULL;
}

static void memory_fail(ts_rows *rows)
{
    rows->failed = true;
    (void)ts_fail_memory(rows->err);
}

const char *ts_sql_text(ts_rows *rows, ts_arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(rows->statement, rows->column);
    int length = sqlite3_column_bytes(rows->statement, rows->column++);
    if (!text || !arena) return text;
    char *copy = ts_arena_strndup(arena, text, (size_t)length);
    if (!copy) memory_fail(rows);
    return copy;
}

const void *ts_sql_blob(ts_rows *rows, size_t *length, ts_arena *arena)
{
    const void *bytes = sqlite3_column_blob(rows->statement, rows->column);
    *length = (size_t)sqlite3_column_bytes(rows->statement, rows->column++);
    if (!bytes || !arena) return bytes;
    void *copy = ts_arena_alloc(arena, *length);
    if (!copy) memory_fail(rows);
    else memcpy(copy, bytes, *length);
    return copy;
}

bool ts_sql_run(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, text, args, count, err)) return false;
    while (ts_sql_next(&rows)) continue;
    return ts_sql_close(&rows);
}

int64_t ts_sql_changed(const ts_txn *txn)
{
    return sqlite3_changes64(txn->connection->db);
}

int64_t ts_sql_last_number(const ts_txn *txn)
{
    return sqlite3_last_insert_rowid(txn->connection->db);
}

bool ts_sql_value(ts_txn *txn, const char *text, const ts_arg *args, size_t count, int64_t *value,
                  bool *found, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, text, args, count, err)) return false;
    bool there = ts_sql_next(&rows) && !ts_sql_is_null(&rows);
    if (there) *value = ts_sql_int(&rows);
    if (found) *found = there;
    return ts_sql_close(&rows);
}

bool ts_sql_one(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_row_reader reader,
                ts_arena *arena, void *out, const char *what, ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, text, args, count, err)) return false;
    bool there = ts_sql_next(&rows);
    if (there) reader(&rows, arena, out);
    if (!ts_sql_close(&rows)) return false;
    return there || ts_fail(err, TS_NOT_FOUND, "there is no such %s", what);
}

bool ts_sql_all(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_row_reader reader,
                size_t size, ts_arena *arena, const void **out, size_t *out_count, ts_error *err)
{
    ts_rows rows;
    ts_list list = {0};
    if (!ts_sql_open(&rows, txn, text, args, count, err)) return false;
    while (ts_sql_next(&rows)) {
        void *item = ts_list_add(&list, size, arena);
        if (item) reader(&rows, arena, item);
        else memory_fail(&rows);
    }
    *out = list.items;
    *out_count = list.count;
    return ts_sql_close(&rows);
}

void *ts_list_add(ts_list *list, size_t size, ts_arena *arena)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 16;
        void *items = ts_arena_array(arena, capacity, size);
        if (!items) return NULL;
        if (list->count) memcpy(items, list->items, list->count * size);
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + size * list->count++;
}

void ts_check_writes(const ts_txn *txn)
{
    /* Not assert(): a write outside the writer must not go on in a release build either. */
    if (!txn->writes) abort();
}
