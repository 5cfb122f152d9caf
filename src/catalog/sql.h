/* catalog (private): statements in a few words, so that a family's file is mostly its SQL.
 *
 *     ts_sql_run(txn, "UPDATE x SET a = ? WHERE b = ?", ARGS(T(text), I(number)), err)
 *
 * The text must be a literal (statements are cached by its address). Arguments are bound in order, columns read in
 * order. Texts given are borrowed until the statement ends. */
#ifndef TS_CATALOG_SQL_H
#define TS_CATALOG_SQL_H

#include "catalog/private.h"

typedef enum ts_arg_type { TS_ARG_NULL = 0, TS_ARG_INT, TS_ARG_REAL, TS_ARG_TEXT, TS_ARG_BLOB } ts_arg_type;

typedef struct ts_arg {
    ts_arg_type type;
    int64_t integer; /* of a blob: its length */
    double real;
    const void *bytes;
} ts_arg;

#define T(value) ((ts_arg){.type = TS_ARG_TEXT, .bytes = (value)}) /* a NULL text is NULL */
#define I(value) ((ts_arg){.type = TS_ARG_INT, .integer = (int64_t)(value)})
#define R(value) ((ts_arg){.type = TS_ARG_REAL, .real = (value)})
#define B(data, length) ((ts_arg){.type = TS_ARG_BLOB, .bytes = (data), .integer = (int64_t)(length)})
#define I_IF(has, value) ((ts_arg){.type = (has) ? TS_ARG_INT : TS_ARG_NULL, .integer = (int64_t)(value)})
#define R_IF(has, value) ((ts_arg){.type = (has) ? TS_ARG_REAL : TS_ARG_NULL, .real = (value)})
#define ARGS(...) (const ts_arg[]){__VA_ARGS__}, sizeof((const ts_arg[]){__VA_ARGS__}) / sizeof(ts_arg)
#define NO_ARGS NULL, 0

/* A statement being read. */
typedef struct ts_rows {
    ts_txn *txn;
    const char *text;
    sqlite3_stmt *statement;
    int column; /* the next to read */
    bool failed;
    ts_error *err;
} ts_rows;

bool ts_sql_open(ts_rows *rows, ts_txn *txn, const char *text, const ts_arg *args, size_t count,
                 ts_error *err);
/* True: on a row, at its first column. */
bool ts_sql_next(ts_rows *rows);
/* Ends the statement, also before its last row. False when anything failed; err is set. */
bool ts_sql_close(ts_rows *rows);

/* The next column. Texts and blobs: in the arena, or with arena NULL borrowed until the next row. */
int64_t ts_sql_int(ts_rows *rows);
double ts_sql_real(ts_rows *rows);
bool ts_sql_is_null(const ts_rows *rows); /* of the next column, without reading it */
const char *ts_sql_text(ts_rows *rows, ts_arena *arena);
const void *ts_sql_blob(ts_rows *rows, size_t *length, ts_arena *arena);

/* Runs it to its end. ts_sql_changed: rows that the last such statement touched. */
bool ts_sql_run(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_error *err);
int64_t ts_sql_changed(const ts_txn *txn);
int64_t ts_sql_last_number(const ts_txn *txn); /* of the last row inserted */

/* The first column of the first row; *found false (value untouched) when there is none. found may be NULL. */
bool ts_sql_value(ts_txn *txn, const char *text, const ts_arg *args, size_t count, int64_t *value,
                  bool *found, ts_error *err);

/* Reads one row's columns into *out. */
typedef void (*ts_row_reader)(ts_rows *rows, ts_arena *arena, void *out);
/* One row, or TS_NOT_FOUND "there is no WHAT". */
bool ts_sql_one(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_row_reader reader,
                ts_arena *arena, void *out, const char *what, ts_error *err);
/* All rows as an array of `size` bytes each in the arena. */
bool ts_sql_all(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_row_reader reader,
                size_t size, ts_arena *arena, const void **out, size_t *out_count, ts_error *err);

/* An array that grows in an arena. */
typedef struct ts_list {
    void *items;
    size_t count, capacity;
} ts_list;
/* A zeroed item at the end; NULL when memory is exhausted. */
void *ts_list_add(ts_list *list, size_t size, ts_arena *arena);

/* limit as SQLite wants it: 0 means none. */
static inline int64_t ts_sql_limit(size_t limit)
{
    return limit == 0 || limit > INT64_MAX ? -1 : (int64_t)limit;
}

/* A "Writes" function was called with a snapshot: a bug of the caller. */
void ts_check_writes(const ts_txn *txn);

#endif
