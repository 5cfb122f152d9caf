/* A file that only grows at its end, for long runs: buffered, cut back on opening to what is known to be
 * good. Threads: one at a time. Zeroed memory is a closed file. */
#ifndef TS_BASE_APPEND_H
#define TS_BASE_APPEND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct ts_append {
    int fd;
    bool open;
    uint64_t length; /* bytes of the file, those still buffered included */
    ts_buf pending;
} ts_append;

/* Opens or makes the file and cuts it to its first `keep` bytes; TS_IO when it holds fewer. */
bool ts_append_open(ts_append *file, const char *path, uint64_t keep, ts_error *err);
bool ts_append_write(ts_append *file, const void *bytes, size_t length, ts_error *err);
/* Hands everything to the system; sync: and waits until it is on the disk. */
bool ts_append_flush(ts_append *file, bool sync, ts_error *err);
/* Flushes and closes. Safe on a closed one. */
bool ts_append_close(ts_append *file, ts_error *err);

#endif
