/* service (private): whom the courier is calling just now, and whom it must not call beside that. Knows no delivery, no
 * thread and no clock.
 *
 * A receiver that is dead or silent holds whoever calls it until the time-out. It must not hold everybody:
 *   - one receiver has at most four calls under way, and more than one only while half of all are free;
 *   - a receiver whose last call took long is called by one alone, and all of that kind together have half of the calls;
 *   - so have all addresses that came with a picture: they are no administrator's choice, and there may be any number.
 * What remains is then free for those that answer. Threads: any. */
#ifndef TS_SERVICE_CALLEES_H
#define TS_SERVICE_CALLEES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "catalog/deliveries.h"

enum {
    TS_CALLS_MAX = 16,         /* under way at once */
    TS_CALLS_OF_ONE = 4,       /* of them to one receiver */
    TS_CALLS_SLOW_MS = 1000,   /* what takes longer is slow */
    TS_CALLEES_REMEMBERED = 64 /* slow receivers; of more the oldest is forgotten and has to show it again */
};

typedef struct ts_callees ts_callees;

ts_callees *ts_callees_new(ts_error *err);
void ts_callees_free(ts_callees *callees); /* NULL is fine */

/* What must not be called now; lives in the arena. */
bool ts_callees_avoid(ts_callees *callees, ts_arena *arena, ts_delivery_avoid *out, ts_error *err);
/* A call begins; its number, below TS_CALLS_MAX. There must be fewer than that under way. hook: "" for an address that came
 * with a picture. */
bool ts_callees_begin(ts_callees *callees, const char *hook, const char *url, size_t *number, ts_error *err);
void ts_callees_end(ts_callees *callees, size_t number, double ms);

#endif
