/* tests/base: random bytes and numbers, and ids that sort by time. */
#include "base/random.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/wallclock.h"
#include "tests/support/support.h"

static void fills_every_byte(void **state)
{
    (void)state;
    uint8_t bytes[1000], seen[1000] = {0};
    for (int round = 0; round < 16; round++) {
        ts_random_bytes(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++) seen[i] |= bytes[i];
    }
    for (size_t i = 0; i < sizeof seen; i++)
        assert_int_not_equal(seen[i], 0); /* 2^-128 each that this fails */
}

static void numbers_stay_below_and_reach_all(void **state)
{
    (void)state;
    unsigned hits[7] = {0};
    for (int i = 0; i < 7000; i++) {
        uint64_t value = ts_random_below(7);
        assert_true(value < 7);
        hits[value]++;
    }
    for (int i = 0; i < 7; i++) assert_in_range(hits[i], 800, 1200);
    assert_int_equal(ts_random_below(1), 0);
    assert_int_equal(ts_random_below(0), 0);
}

static void ids_carry_their_time(void **state)
{
    (void)state;
    static const int64_t times[] = {0, 1, 1700000000000, (INT64_C(1) << 48) - 1};
    char id[TS_ID_SIZE];
    for (size_t i = 0; i < 4; i++) {
        ts_id_new_at(times[i], id);
        assert_int_equal(strlen(id), TS_ID_LENGTH);
        assert_true(ts_id_valid(id));
        assert_int_equal(ts_id_time(id), times[i]);
    }
    int64_t before = ts_wallclock_ms();
    ts_id_new(id);
    assert_in_range(ts_id_time(id), before, ts_wallclock_ms());
}

static void ids_sort_by_time(void **state)
{
    (void)state;
    char before[TS_ID_SIZE] = "", id[TS_ID_SIZE];
    for (int64_t ms = 1700000000000; ms < 1700000000000 + 5000; ms++) {
        ts_id_new_at(ms, id);
        assert_true(strcmp(before, id) < 0);
        memcpy(before, id, sizeof id);
    }
}

static void refuses_what_is_no_id(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "0",
                                      "0123456789abcdefghij0",
                                      "0123456789abcdefghi",
                                      "0123456789ABCDEFGHIJ",
                                      "0123456789abcdefghiz",
                                      "../etc/passwd000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) assert_false(ts_id_valid(bad[i]));
    assert_false(ts_id_valid(NULL));
    assert_true(ts_id_valid("0123456789abcdefghij"));
}

enum { THREADS = 4, EACH = 5000 };
static char made[THREADS][EACH][TS_ID_SIZE];

static void *make_ids(void *ids)
{
    char(*out)[TS_ID_SIZE] = ids;
    for (int i = 0; i < EACH; i++) ts_id_new_at(42, out[i]);
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void threads_never_make_the_same(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, make_ids, made[i]), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    char(*all)[TS_ID_SIZE] = made[0];
    qsort(all, THREADS * EACH, TS_ID_SIZE, by_text);
    for (int i = 1; i < THREADS * EACH; i++) assert_string_not_equal(all[i - 1], all[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_every_byte),      cmocka_unit_test(numbers_stay_below_and_reach_all),
        cmocka_unit_test(ids_carry_their_time),  cmocka_unit_test(ids_sort_by_time),
        cmocka_unit_test(refuses_what_is_no_id), cmocka_unit_test(threads_never_make_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
