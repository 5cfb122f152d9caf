/* tests/base: the clock goes forward and counts milliseconds. */
#include "base/clock.h"

#include <time.h>

#include "tests/support/support.h"

static void never_goes_back(void **state)
{
    (void)state;
    double before = ts_clock_ms();
    for (int i = 0; i < 10000; i++) {
        double now = ts_clock_ms();
        assert_true(now >= before);
        before = now;
    }
}

static void counts_milliseconds(void **state)
{
    (void)state;
    double before = ts_clock_ms();
    struct timespec nap = {.tv_nsec = 20 * 1000 * 1000};
    assert_int_equal(nanosleep(&nap, NULL), 0);
    double passed = ts_clock_ms() - before;
    assert_true(passed >= 19.9);
    assert_true(passed < 20000); /* a busy machine is slow, seconds for milliseconds would be wrong */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_goes_back),
        cmocka_unit_test(counts_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
