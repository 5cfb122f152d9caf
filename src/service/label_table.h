/* service (private): a table of pictures and the class of each.
 *
 *   file<TAB>class     # begins a comment; a third column is passed over, and so is a first
 *                      row "file<TAB>class" or "...<TAB>label" where there is no such file
 *
 * Whatever the class says is its name. A relative path is one beside the table, where there is such a file, else one in the
 * working folder. A row that is there twice counts once. */
#ifndef TS_SERVICE_LABEL_TABLE_H
#define TS_SERVICE_LABEL_TABLE_H

#include "base/arena.h"
#include "base/error.h"

typedef struct ts_label_row {
    const char *path;
    const char *class;
} ts_label_row;

typedef struct ts_label_table {
    const ts_label_row *rows; /* in the table's order */
    size_t count;
} ts_label_table;

/* Lives in the arena. TS_USAGE, naming the line: no tab, no class, a picture in two classes; a table without rows. */
bool ts_label_table_read(const char *path, ts_arena *arena, ts_label_table *out, ts_error *err);

/* The row of a picture, or NULL. */
const ts_label_row *ts_label_table_find(const ts_label_table *table, const char *path);

#endif
