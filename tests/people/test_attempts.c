/* Tests of slow sign-ins: ten a minute, then waiting; good ones do not count; nobody pays for another, and a crowd of
 * addresses does not make room for one. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "people/attempts.h"
#include "tests/support/support.h"

static unsigned use_up(ts_attempts *attempts, const char *source, double now_ms)
{
    unsigned count = 0;
    while (count < 1000 && ts_attempts_begin(attempts, source, now_ms, NULL, NULL)) count++;
    return count;
}

static void test_ten_a_minute(void **state)
{
    (void)state;
    ts_error err;
    unsigned wait_s = 99;
    ts_attempts *attempts = ts_attempts_new(0, NULL);
    assert_works(ts_attempts_begin(attempts, "192.0.2.1", 1000, &wait_s, &err), err);
    assert_int_equal(wait_s, 0);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1000), 9);
    assert_fails(ts_attempts_begin(attempts, "192.0.2.1", 1000, &wait_s, &err), err, TS_RATE_LIMITED);
    assert_int_equal(wait_s, 6);
    assert_non_null(strstr(err.hint, "6 seconds"));
    assert_int_equal(use_up(attempts, "192.0.2.2", 1000), 10);
    /* one more each six seconds, never more than ten */
    assert_int_equal(use_up(attempts, "192.0.2.1", 6900), 0);
    assert_int_equal(use_up(attempts, "192.0.2.1", 7001), 1);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1000 + 61000), 9);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1e9), 10);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1e9 - 60000),
                     0); /* a clock that goes back gives nothing */
    ts_attempts_free(attempts);
    ts_attempts_free(NULL);
}

static void test_good_ones_do_not_count(void **state)
{
    (void)state;
    ts_attempts *attempts = ts_attempts_new(3, NULL);
    for (unsigned i = 0; i < 100; i++) {
        assert_true(ts_attempts_begin(attempts, "192.0.2.1", 1000, NULL, NULL));
        ts_attempts_good(attempts, "192.0.2.1", 1000);
    }
    ts_attempts_good(attempts, "192.0.2.1", 1000);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1000), 3);
    ts_attempts_free(attempts);
}

static void test_sources(void **state)
{
    (void)state;
    ts_attempts *attempts = ts_attempts_new(5, NULL);
    assert_int_equal(use_up(attempts, "2001:db8:1:2::1", 1000), 5);
    assert_int_equal(use_up(attempts, "2001:db8:1:2:ffff::9", 1000), 0); /* the same /64 */
    assert_int_equal(use_up(attempts, "2001:db8:1:3::1", 1000), 5);
    assert_int_equal(use_up(attempts, "192.0.2.1", 1000), 5);
    assert_int_equal(use_up(attempts, "::ffff:192.0.2.1", 1000), 0);
    assert_int_equal(use_up(attempts, "", 1000), 5);
    assert_int_equal(use_up(attempts, "some text", 1000), 5);
    ts_attempts_free(attempts);
}

/* 100,000 other addresses come by; few of a hundred that had used theirs up are forgotten. */
static void test_a_crowd(void **state)
{
    (void)state;
    char source[32];
    ts_attempts *attempts = ts_attempts_new(2, NULL);
    unsigned tries = 0;
    for (unsigned i = 0; i < 100000; i++) {
        (void)snprintf(source, sizeof(source), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        (void)ts_attempts_begin(attempts, source, 1000 + i * 0.01, NULL, NULL);
        /* one who goes on trying keeps its place: it is not the one used the longest ago */
        if (i % 100 == 0) tries += ts_attempts_begin(attempts, "192.0.2.1", 1000 + i * 0.01, NULL, NULL);
    }
    assert_true(tries <= 12);
    ts_attempts_free(attempts);
}

typedef struct racer {
    ts_attempts *attempts;
    unsigned count;
} racer;

static void *race(void *user)
{
    racer *r = user;
    r->count = use_up(r->attempts, "192.0.2.1", 1000);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    racer racers[4];
    unsigned sum = 0;
    ts_attempts *attempts = ts_attempts_new(500, NULL);
    for (unsigned i = 0; i < 4; i++) {
        racers[i] = (racer){.attempts = attempts};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (unsigned i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        sum += racers[i].count;
    }
    assert_int_equal(sum, 500);
    ts_attempts_free(attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_a_minute), cmocka_unit_test(test_good_ones_do_not_count),
        cmocka_unit_test(test_sources),      cmocka_unit_test(test_a_crowd),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests_name("people attempts", tests, NULL, NULL);
}
