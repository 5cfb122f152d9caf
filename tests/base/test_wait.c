/* base: waiting with a limit. Never earlier than asked; how late is the machine's affair. */
#include "base/wait.h"

#include "tests/support/support.h"

typedef struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    int rings;
} bell;

static bell new_bell(void)
{
    bell b = {.lock = PTHREAD_MUTEX_INITIALIZER};
    assert_true(ts_cond_init(&b.rung));
    return b;
}

static void end(bell *b)
{
    assert_int_equal(pthread_cond_destroy(&b->rung), 0);
    assert_int_equal(pthread_mutex_destroy(&b->lock), 0);
}

static struct timespec now(void)
{
    struct timespec at;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &at), 0);
    return at;
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* Until it rings or the moment has passed; false: it has passed. */
static bool wait_for_ring(bell *b, const struct timespec *moment)
{
    assert_int_equal(pthread_mutex_lock(&b->lock), 0);
    bool in_time = true;
    while (b->rings == 0 && in_time) in_time = ts_cond_wait_until(&b->rung, &b->lock, moment);
    bool rung = b->rings > 0;
    assert_int_equal(pthread_mutex_unlock(&b->lock), 0);
    return rung;
}

static void a_moment_passes_and_not_before(void **state)
{
    (void)state;
    static const uint64_t waits[] = {0, 1, 20};
    bell b = new_bell();
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct timespec asked = now(), moment = ts_moment_in(waits[i]);
        asked.tv_nsec += (long)waits[i] * 1000000;
        asked.tv_sec += asked.tv_nsec / 1000000000;
        asked.tv_nsec %= 1000000000;
        assert_false(wait_for_ring(&b, &moment));
        struct timespec woken = now();
        assert_false(is_before(&woken, &asked));
    }
    end(&b);
}

static void the_past_waits_for_nothing(void **state)
{
    (void)state;
    bell b = new_bell();
    assert_false(wait_for_ring(&b, &(struct timespec){0}));
    end(&b);
}

static void *ring(void *context)
{
    bell *b = context;
    (void)pthread_mutex_lock(&b->lock);
    b->rings++;
    (void)pthread_cond_broadcast(&b->rung);
    (void)pthread_mutex_unlock(&b->lock);
    return NULL;
}

/* Far more is asked for than a test may take; a signal that woke nobody would be noticed. */
static void a_signal_wakes(void **state)
{
    (void)state;
    static const uint64_t waits[] = {3600000, UINT32_MAX};
    bell b = new_bell();
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        pthread_t thread;
        struct timespec moment = ts_moment_in(waits[i]);
        b.rings = 0;
        assert_int_equal(pthread_create(&thread, NULL, ring, &b), 0);
        assert_true(wait_for_ring(&b, &moment));
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    end(&b);
}

/* A moment so many milliseconds ahead, give or take the time that this thread itself was kept waiting. */
static void check_moment(uint64_t ms)
{
    struct timespec before = now(), moment = ts_moment_in(ms), after = now();
    assert_true(moment.tv_nsec >= 0 && moment.tv_nsec < 1000000000);
    int64_t ahead = (int64_t)moment.tv_sec * 1000000000 + moment.tv_nsec;
    int64_t wanted = (int64_t)ms * 1000000;
    assert_true(ahead - wanted >= (int64_t)before.tv_sec * 1000000000 + before.tv_nsec);
    assert_true(ahead - wanted <= (int64_t)after.tv_sec * 1000000000 + after.tv_nsec);
}

static void moments_near_and_far(void **state)
{
    (void)state;
    check_moment(0);
    for (uint64_t ms = 1; ms < 1000; ms += 83) check_moment(ms); /* some of them cross a second */
    check_moment(999);
    check_moment(1000);
    check_moment(UINT32_MAX);                        /* 49 days: the longest that a gate is asked for */
    check_moment(UINT64_C(10) * 365 * 86400 * 1000); /* ten years: more than 32 bits hold */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moment_passes_and_not_before),
        cmocka_unit_test(the_past_waits_for_nothing),
        cmocka_unit_test(a_signal_wakes),
        cmocka_unit_test(moments_near_and_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
