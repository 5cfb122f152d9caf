/* Waiting with a limit that no change of the wall clock moves: condition variables on the monotonic clock. */
#ifndef TS_BASE_WAIT_H
#define TS_BASE_WAIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* A condition for ts_cond_wait_until; false: out of memory or another of the system's limits, nothing is to be destroyed. */
bool ts_cond_init(pthread_cond_t *cond);

/* The moment so many milliseconds from now. */
struct timespec ts_moment_in(uint64_t ms);

/* Like pthread_cond_timedwait on a condition of ts_cond_init; false: the moment has passed. May wake early for no reason, as
 * every condition may. */
bool ts_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *moment);

#endif
