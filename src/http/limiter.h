/* http: how often a name may call (GCRA). Private to the room. Any thread. */
#ifndef TS_HTTP_LIMITER_H
#define TS_HTTP_LIMITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ts_limiter ts_limiter;

typedef struct ts_limit_state {
    bool allowed;
    unsigned limit;       /* requests at once */
    unsigned remaining;   /* that would be allowed now */
    unsigned reset;       /* seconds until all of `limit` is free again */
    unsigned retry_after; /* seconds until this request would be allowed; 0 if it was */
} ts_limit_state;

/* Remembers up to `capacity` names (rounded up) at 16 bytes each; when full, the one nearest to being free again is
 * forgotten. */
ts_limiter *ts_limiter_new(size_t capacity, ts_error *err);
void ts_limiter_free(ts_limiter *limiter);
/* Goes on where the limiter of an earlier process stopped, whose clock need not have been the same, and keeps what changes
 * in the file from now on: written at once, so that a process that is killed has kept everything, but left to the system to
 * bring to the disk. A file that is none of this kind is begun anew. False when it cannot be opened: nothing is kept then.
 * Before the first take. now_ms: of the same clock. */
bool ts_limiter_keep(ts_limiter *limiter, const char *path, double now_ms, ts_error *err);
/* now_ms: a clock that only goes forward. rate_per_minute > 0. burst 0: as many as a minute allows. */
ts_limit_state ts_limiter_take(ts_limiter *limiter, const char *name, double rate_per_minute, unsigned burst,
                               unsigned cost, double now_ms);

#endif
