/* Time that only goes forward, for durations. */
#ifndef TS_BASE_CLOCK_H
#define TS_BASE_CLOCK_H

/* Milliseconds since some fixed moment; never goes back, never jumps with the wall clock. */
double ts_clock_ms(void);

#endif
