/* vocab: reading one tab-separated table. For this room and the
 * rooms that keep tables beside its own (caption/); must not know what the columns mean.
 *
 * The format: UTF-8 lines; empty lines and lines that begin with '#' are skipped; the first other line names
 * the columns; columns that were not asked for are ignored, so that tables may grow. No quoting: a field is
 * whatever stands between two tabs. Errors are TS_CONFIG and begin with "NAME:LINE: ". */
#ifndef TS_VOCAB_TABLE_H
#define TS_VOCAB_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

#define TS_TABLE_COLUMNS_MAX 8
#define TS_TABLE_BYTES_MAX ((size_t)16 << 20)

typedef struct ts_table {
    const char *name;                      /* of the file, without its folder */
    size_t line;                           /* of the row read last, from 1 */
    char *cursor;                          /* the next byte to read */
    size_t wanted;                         /* columns asked for */
    size_t header_fields;                  /* fields that each row must have */
    size_t position[TS_TABLE_COLUMNS_MAX]; /* where each wanted column stands */
} ts_table;

/* Reads DIR/NAME whole and finds the wanted columns, all of which must be there. The text lives in the arena.
 */
bool ts_table_open(ts_table *table, ts_arena *arena, const char *dir, const char *name,
                   const char *const *columns, size_t count, ts_error *err);

typedef enum ts_table_row { TS_TABLE_ROW, TS_TABLE_END, TS_TABLE_ERROR } ts_table_row;

/* The next row: fields[i] is the i-th wanted column, NUL-terminated, never NULL, alive with the arena. */
ts_table_row ts_table_next(ts_table *table, char **fields, ts_error *err);

/* Rows that may still come, as an upper bound, for sizing arrays. */
size_t ts_table_rows_left(const ts_table *table);

/* Fails with TS_CONFIG and "NAME:LINE: " before the text. */
bool ts_table_fail(const ts_table *table, size_t line, ts_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
