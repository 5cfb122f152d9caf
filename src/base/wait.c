/* base: waiting with a limit. Knows nobody who waits. */
#include "base/wait.h"

#include <errno.h>

bool ts_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0) return false;
    bool ok = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(cond, &monotonic) == 0;
    (void)pthread_condattr_destroy(&monotonic);
    return ok;
}

struct timespec ts_moment_in(uint64_t ms)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

bool ts_cond_wait_until(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *moment)
{
    return pthread_cond_timedwait(cond, lock, moment) != ETIMEDOUT;
}
