/* search, private to the room: a snapshot's bytes, in chunks that each carry a checksum of their content and
 * place. What comes out of a chunk has been checked; where it does not check, reading fails. */
#ifndef TS_SEARCH_SNAPSHOT_H
#define TS_SEARCH_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_chunks {
    int fd;
    unsigned char *buffer;
    size_t used, position; /* of the buffer */
    uint64_t number;       /* of the chunk */
    bool failed;
} ts_chunks;

bool ts_chunks_open(ts_chunks *chunks, int fd); /* false: no memory */
void ts_chunks_close(ts_chunks *chunks);        /* leaves the file open */
bool ts_chunks_put(ts_chunks *chunks, const void *bytes, size_t length);
bool ts_chunks_flush(ts_chunks *chunks);
bool ts_chunks_get(ts_chunks *chunks, void *bytes, size_t length);
/* Nothing comes after what was read. */
bool ts_chunks_at_end(ts_chunks *chunks);

#endif
