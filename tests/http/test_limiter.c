/* tests/http: the rate limit: bursts, the steady rate, cost, what it tells, and that it stays bounded. */
#include "http/limiter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

static void burst_and_steady_rate(void **state)
{
    ts_error err = {0};
    ts_limiter *limiter = ts_limiter_new(100, &err);
    (void)state;
    unsigned allowed = 0;
    for (int i = 0; i < 60; i++) allowed += ts_limiter_take(limiter, "a", 30, 0, 1, 1000).allowed;
    assert_int_equal(allowed, 30);
    /* Ten minutes at twice the rate: half of it goes through, to within one a minute. */
    for (int minute = 0; minute < 10; minute++) {
        allowed = 0;
        for (int i = 1; i <= 60; i++)
            allowed += ts_limiter_take(limiter, "a", 30, 0, 1, 1000 + minute * 60000 + i * 1000).allowed;
        assert_in_range(allowed, 29, 31);
    }
    ts_limiter_free(limiter);
}

static void says_when_to_come_back(void **state)
{
    ts_error err = {0};
    ts_limiter *limiter = ts_limiter_new(100, &err);
    (void)state;
    ts_limit_state first = ts_limiter_take(limiter, "a", 6, 2, 1, 0);
    assert_true(first.allowed);
    assert_int_equal(first.limit, 2);
    assert_int_equal(first.remaining, 1);
    assert_int_equal(first.reset, 10);
    assert_true(ts_limiter_take(limiter, "a", 6, 2, 1, 0).allowed);
    ts_limit_state third = ts_limiter_take(limiter, "a", 6, 2, 1, 0);
    assert_false(third.allowed);
    assert_int_equal(third.remaining, 0);
    assert_int_equal(third.retry_after, 10);
    assert_false(ts_limiter_take(limiter, "a", 6, 2, 1, 9900).allowed);
    assert_true(ts_limiter_take(limiter, "a", 6, 2, 1, 10000).allowed);
    assert_true(ts_limiter_take(limiter, "b", 6, 2, 1, 0).allowed);
    ts_limiter_free(limiter);
}

static void cost_counts(void **state)
{
    ts_error err = {0};
    ts_limiter *limiter = ts_limiter_new(100, &err);
    (void)state;
    assert_int_equal(ts_limiter_take(limiter, "a", 60, 10, 7, 0).remaining, 3);
    assert_false(ts_limiter_take(limiter, "a", 60, 10, 7, 0).allowed);
    /* Dearer than all that may come at once: it takes all of it, but is possible. */
    assert_true(ts_limiter_take(limiter, "b", 60, 10, 100, 0).allowed);
    ts_limiter_free(limiter);
}

static void a_flood_of_names_forgets_the_idle_ones(void **state)
{
    ts_error err = {0};
    ts_limiter *limiter = ts_limiter_new(1000, &err);
    (void)state;
    char name[32];
    for (int i = 0; i < 200; i++) (void)ts_limiter_take(limiter, "busy", 1, 200, 1, 0);
    for (int i = 0; i < 100000; i++) {
        (void)snprintf(name, sizeof name, "name %d", i);
        assert_true(ts_limiter_take(limiter, name, 60, 0, 1, 0).allowed);
    }
    assert_false(ts_limiter_take(limiter, "busy", 1, 200, 1, 0).allowed);
    ts_limiter_free(limiter);
}

static ts_limiter *open_kept(const char *path, double now_ms)
{
    ts_error err = {0};
    ts_limiter *limiter = ts_limiter_new(100, &err);
    assert_non_null(limiter);
    assert_true(ts_limiter_keep(limiter, path, now_ms, &err));
    return limiter;
}

/* The process may end at any moment: nothing is done at its end. Its clock begins anew. */
static void goes_on_after_a_restart(void **state)
{
    (void)state;
    char *folder = ts_test_folder(), *path = ts_test_path(folder, "rates");
    ts_limiter *limiter = open_kept(path, 5000);
    for (int i = 0; i < 2; i++) assert_true(ts_limiter_take(limiter, "a", 1, 2, 1, 5000).allowed);
    assert_true(ts_limiter_take(limiter, "b", 1, 2, 1, 5000).allowed);
    ts_limiter_free(limiter);
    limiter = open_kept(path, 0);
    assert_false(ts_limiter_take(limiter, "a", 1, 2, 1, 0).allowed);
    assert_int_equal(ts_limiter_take(limiter, "b", 1, 2, 1, 0).remaining, 0);
    assert_int_equal(ts_limiter_take(limiter, "c", 1, 2, 1, 0).remaining, 1);
    assert_true(ts_limiter_take(limiter, "a", 1, 2, 1, 61000).allowed);
    ts_limiter_free(limiter);
    free(path);
    ts_test_folder_end(folder);
}

/* Whatever it holds: at worst a name waits as long as its rate can make it wait. */
static void a_file_that_is_none_harms_nobody(void **state)
{
    (void)state;
    char *folder = ts_test_folder(), *path = ts_test_file(folder, "rates", "nonsense", 8);
    ts_limiter *limiter = open_kept(path, 0);
    assert_true(ts_limiter_take(limiter, "a", 60, 1, 1, 0).allowed);
    ts_limiter_free(limiter);
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    for (size_t i = 0; i + 24 + 16 <= length; i += 16)
        if (memcmp(bytes + 24 + i, "\0\0\0\0\0\0\0\0", 8) != 0)
            memcpy(bytes + 24 + i + 8, &(double){1e300}, 8);
    free(ts_test_file(folder, "rates", bytes, length));
    limiter = open_kept(path, 0);
    assert_int_equal(ts_limiter_take(limiter, "a", 60, 1, 1, 0).retry_after, 1);
    assert_true(ts_limiter_take(limiter, "a", 60, 1, 1, 1001).allowed);
    ts_limiter_free(limiter);
    free(ts_test_file(folder, "rates", bytes, length / 2));
    limiter = open_kept(path, 0);
    assert_true(ts_limiter_take(limiter, "a", 60, 1, 1, 0).allowed);
    ts_limiter_free(limiter);
    free(bytes);
    free(path);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(burst_and_steady_rate),
        cmocka_unit_test(says_when_to_come_back),
        cmocka_unit_test(cost_counts),
        cmocka_unit_test(a_flood_of_names_forgets_the_idle_ones),
        cmocka_unit_test(goes_on_after_a_restart),
        cmocka_unit_test(a_file_that_is_none_harms_nobody),
    };
    return cmocka_run_group_tests_name("limiter", tests, NULL, NULL);
}
