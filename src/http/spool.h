/* http: where the bytes of a body go while it comes in: memory while it is small, one unlinked file a request beyond
 * that. Items follow one another; afterwards each is one piece of memory (the file is mapped). Private to the room.
 * One thread at a time. */
#ifndef TS_HTTP_SPOOL_H
#define TS_HTTP_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct ts_spool_item {
    bool in_file;
    size_t offset; /* in the memory or in the file */
    size_t length;
} ts_spool_item;

typedef struct ts_spool {
    const char *folder;  /* borrowed */
    size_t memory_limit; /* of all items together */
    ts_buf memory;
    int fd; /* -1: no file yet */
    uint64_t file_length;
    void *map;
    ts_spool_item item; /* the one being written */
} ts_spool;

void ts_spool_init(ts_spool *spool, const char *folder, size_t memory_limit);
void ts_spool_free(ts_spool *spool);
void ts_spool_begin(ts_spool *spool);
/* TS_NO_MEMORY, TS_NO_SPACE or TS_IO. */
bool ts_spool_write(ts_spool *spool, const void *bytes, size_t length, ts_error *err);
ts_spool_item ts_spool_end(ts_spool *spool);
/* Once all items are in. */
bool ts_spool_map(ts_spool *spool, ts_error *err);
/* Never NULL. */
const void *ts_spool_data(const ts_spool *spool, ts_spool_item item);

#endif
