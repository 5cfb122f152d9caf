/* ontology (private): tables separated by commas, semicolons or tabs, as RFC 4180 says, row by row. */
#ifndef TS_ONTOLOGY_CSV_H
#define TS_ONTOLOGY_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

#define TS_CSV_FIELDS_MAX 1000

typedef struct ts_csv {
    const char *at, *end;
    char separator;
    size_t row, next_row; /* of the row read last, from 1, as a spreadsheet counts */
    char **fields;        /* of that row; alive until the arena is reset */
    size_t count;
    char *comment; /* the whole line of a row that begins with '#', else NULL */
} ts_csv;

/* bytes: UTF-8, with or without a byte order mark; a NUL is refused. The separator is the sign that the first line that is no
 * comment holds most of. TS_CONFIG. */
bool ts_csv_open(ts_csv *csv, const char *bytes, size_t length, ts_error *err);
/* The next row that holds anything. False with err->code TS_OK at the end; TS_CONFIG naming the row. comments: rows that
 * begin with '#' are told as such. */
bool ts_csv_next(ts_csv *csv, ts_arena *arena, bool comments, ts_error *err);

/* Puts one field, quoted where it must be; first: no comma before it. */
void ts_csv_put(ts_buf *out, const char *text, bool *first);
void ts_csv_end(ts_buf *out, bool *first);

/* A list in a field: items joined by bars; '\' makes a bar or itself plain. Reads the next item into the arena, without
 * blanks at its ends; NULL at the end or without memory (err is set). *list moves on. */
char *ts_csv_item(const char **list, ts_arena *arena, ts_error *err);
/* Appends an item to a list that is being made. */
void ts_csv_put_item(ts_buf *list, const char *item);

#endif
