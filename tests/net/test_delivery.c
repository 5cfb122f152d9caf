/* Tests of the delivery policy: which answers end it, how long it waits, that it ends within about a day. */
#include "net/delivery.h"
#include "tests/support/support.h"

#define USUAL_TRIES 8

static void test_verdicts(void **state)
{
    (void)state;
    for (int status = 0; status < 600; status++) {
        for (unsigned tries = 1; tries <= USUAL_TRIES; tries++) {
            ts_delivery_verdict expected = tries == USUAL_TRIES ? TS_DELIVERY_GIVE_UP : TS_DELIVERY_RETRY;
            if (status >= 200 && status <= 299) expected = TS_DELIVERY_DONE;
            if (status == 410) expected = TS_DELIVERY_DISABLE;
            assert_int_equal(ts_delivery_judge(&ts_delivery_usual, status, false, tries), expected);
        }
        assert_int_equal(ts_delivery_judge(&ts_delivery_usual, status, true, 1), TS_DELIVERY_GIVE_UP);
    }
    assert_int_equal(ts_delivery_judge(&ts_delivery_usual, 500, false, 99), TS_DELIVERY_GIVE_UP);
}

static void test_delays_grow_within_a_day(void **state)
{
    (void)state;
    int64_t shortest = 0;
    int64_t longest = 0;
    int64_t before = 0;
    for (unsigned tries = 1; tries < USUAL_TRIES; tries++) {
        int64_t low = INT64_MAX;
        int64_t high = 0;
        for (uint64_t random = 0; random < 200000; random++) {
            int64_t wait = ts_delivery_delay_ms(&ts_delivery_usual, tries, random * 0x9E3779B97F4A7C15u, 0);
            low = wait < low ? wait : low;
            high = wait > high ? wait : high;
        }
        assert_true(low > before);
        assert_true((double)high / (double)low < 1.23 && (double)high / (double)low > 1.2);
        before = high;
        shortest += low;
        longest += high;
    }
    assert_true(shortest > 20 * 3600 * 1000LL);
    assert_true(longest < 25 * 3600 * 1000LL);
    assert_true(ts_delivery_delay_ms(&ts_delivery_usual, 1, 0, 0) >= 4500 &&
                ts_delivery_delay_ms(&ts_delivery_usual, 1, 1000, 0) <= 5500);
}

static void test_retry_after(void **state)
{
    (void)state;
    assert_int_equal(ts_delivery_delay_ms(&ts_delivery_usual, 1, 7, 600), 600000);
    assert_true(ts_delivery_delay_ms(&ts_delivery_usual, 6, 7, 600) > 600000);
    assert_int_equal(ts_delivery_delay_ms(&ts_delivery_usual, 1, 7, UINT32_MAX), 24 * 3600 * 1000);
}

static void test_policies_of_ones_own(void **state)
{
    (void)state;
    static const int64_t pauses[] = {100, 2000};
    const ts_delivery_policy own = {pauses, 2}, once = {pauses, 0};
    assert_int_equal(ts_delivery_judge(&own, 500, false, 2), TS_DELIVERY_RETRY);
    assert_int_equal(ts_delivery_judge(&own, 500, false, 3), TS_DELIVERY_GIVE_UP);
    assert_in_range(ts_delivery_delay_ms(&own, 1, 77, 0), 90, 110);
    assert_in_range(ts_delivery_delay_ms(&own, 2, 77, 0), 1800, 2200);
    assert_int_equal(ts_delivery_judge(&once, 500, false, 1), TS_DELIVERY_GIVE_UP);
    assert_int_equal(ts_delivery_judge(&once, 200, false, 1), TS_DELIVERY_DONE);
    assert_int_equal(ts_delivery_delay_ms(&once, 1, 77, 0), 0);
}

static void test_out_of_range(void **state)
{
    (void)state;
    assert_true(ts_delivery_delay_ms(&ts_delivery_usual, 0, 0, 0) < 6000);
    assert_int_equal(ts_delivery_delay_ms(&ts_delivery_usual, 99, 5, 0),
                     ts_delivery_delay_ms(&ts_delivery_usual, 7, 5, 0));
    assert_true(ts_delivery_delay_ms(&ts_delivery_usual, 99, UINT64_MAX, 0) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),     cmocka_unit_test(test_delays_grow_within_a_day),
        cmocka_unit_test(test_retry_after),  cmocka_unit_test(test_policies_of_ones_own),
        cmocka_unit_test(test_out_of_range),
    };
    return cmocka_run_group_tests_name("net delivery", tests, NULL, NULL);
}
