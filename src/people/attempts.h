/* people: bad sign-ins slow their sender down: ten a minute from one address, and from then on each costs
 * waiting. In memory only, with a fixed size. Threads: any number. */
#ifndef TS_PEOPLE_ATTEMPTS_H
#define TS_PEOPLE_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ts_attempts ts_attempts;

/* per_minute 0: 10. */
ts_attempts *ts_attempts_new(unsigned per_minute, ts_error *err);
void ts_attempts_free(ts_attempts *attempts); /* NULL is fine */

/* May `source` (an address as text; IPv6 by its /64) try now? now_ms: ts_clock_ms. TS_RATE_LIMITED with the
 * seconds to wait in *wait_s (may be NULL) otherwise. Counts as a bad try until ts_attempts_good says that it
 * was none. */
bool ts_attempts_begin(ts_attempts *attempts, const char *source, double now_ms, unsigned *wait_s,
                       ts_error *err);
void ts_attempts_good(ts_attempts *attempts, const char *source, double now_ms);

#endif
