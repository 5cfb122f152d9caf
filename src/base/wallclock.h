/* The time of day as the database and the wire have it. For durations and time-outs use base/clock.h: this clock may
 * jump. */
#ifndef TS_BASE_WALLCLOCK_H
#define TS_BASE_WALLCLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted. */
int64_t ts_wallclock_ms(void);

/* Room for "2026-11-21T11:04:43.123Z" and its NUL. */
enum { TS_ISO8601_SIZE = 32 };

/* "2026-11-21T11:04:43.123Z", ".000" left out. Years 0000 to 9999; what lies outside is clamped. */
void ts_iso8601_format(int64_t ms, char out[TS_ISO8601_SIZE]);

/* "2026-11-21", "2026-11-21T11:04[:43[.123…]][Z|+01:00|+0100]"; a blank may stand for the T, no zone means UTC.
 * False for anything else, for dates that do not exist and for years before 0000 or after 9999. */
bool ts_iso8601_parse(const char *text, size_t length, int64_t *ms);

#endif
