/* service (private): heads that people taught, as files: DATA/heads/NAME/VERSION.json, versions from 1 up. A version never
 * changes; the highest is the head's present one. */
#ifndef TS_SERVICE_HEAD_FILE_H
#define TS_SERVICE_HEAD_FILE_H

#include "base/arena.h"
#include "learn/classifier.h"

typedef struct ts_taught_head {
    const char *name, *path;
    unsigned version;
    const char *model; /* what made the vectors that it is for: ts_record.embedding_model */
    const char *const *classes;
    size_t background; /* place among the classes; their number: there is none */
    ts_classifier classifier;
} ts_taught_head;

/* 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit. */
bool ts_head_name_fits(const char *name);

/* Writes the next version; fills its path and number. One writer of a name at a time. */
bool ts_head_file_write(const char *data, ts_taught_head *head, ts_arena *arena, ts_error *err);

/* version 0: the highest. Lives in the arena. TS_NOT_FOUND, TS_CONFIG for what is no head. */
bool ts_head_file_read(const char *data, const char *name, unsigned version, ts_arena *arena,
                       ts_taught_head *out, ts_error *err);

#endif
