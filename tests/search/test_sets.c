/* tests/search: sets that also lie as columns count the same as sets that do not. */
#include "tests/support/support.h"

#include "search/sets.h"

enum { NUMBERS = 200000, KINDS = 4 };

static const uint32_t steps[KINDS] = {1, 3, 40, 5000}; /* the last one is too small for a column */

static void check_within(const ts_sets *sets, const ts_set *result)
{
    ts_bits bits;
    assert_true(ts_bits_of_set(&bits, result, NUMBERS));
    for (size_t i = 0; i < KINDS; i++) {
        for (uint64_t at_least = 0; at_least < NUMBERS; at_least = at_least * 3 + 1) {
            uint64_t size = roaring_bitmap_and_cardinality(ts_sets_get(sets, i), result);
            uint64_t told = ts_sets_size_within(sets, i, &bits, at_least);
            assert_true(told == size || (size < at_least && told < size));
        }
    }
    ts_bits_free(&bits);
}

static void fill(ts_sets *sets)
{
    assert_true(ts_sets_grow(sets, KINDS));
    for (size_t i = 0; i < KINDS; i++)
        for (uint32_t n = 1; n < NUMBERS; n += 2 * steps[i])
            assert_true(n % 7 && n + steps[i] < NUMBERS
                            ? ts_sets_add_many(sets, i, (const uint32_t[]){n, n + steps[i]}, 2)
                            : ts_sets_add(sets, i, n));
}

static void test_columns_follow(void **state)
{
    (void)state;
    ts_sets sets = {.columned = true};
    ts_set *result = roaring_bitmap_create(), *few = roaring_bitmap_of(4, 6, 61, 5001, 199999);
    fill(&sets);
    for (uint32_t n = 1; n < NUMBERS; n += n % 11 + 1) roaring_bitmap_add(result, n);
    assert_true(sets.columns[0].count && sets.columns[2].count);
    assert_int_equal(sets.columns[3].count, 0);
    check_within(&sets, result);
    check_within(&sets, few);
    for (uint32_t n = 1; n < NUMBERS; n += 2)
        for (size_t i = 0; i < KINDS; i++) ts_sets_remove(&sets, i, n);
    check_within(&sets, result);
    for (uint32_t n = 1; n < NUMBERS; n++) ts_sets_remove(&sets, 1, n);
    assert_int_equal(sets.columns[1].count, 0);
    check_within(&sets, result);
    roaring_bitmap_free(result);
    roaring_bitmap_free(few);
    ts_sets_free(&sets);
}

static void check_bits(const ts_set *set)
{
    ts_bits bits;
    assert_true(ts_bits_of_set(&bits, set, 10));
    ts_set *again = ts_set_of_bits(&bits);
    assert_true(roaring_bitmap_equals(set, again));
    roaring_bitmap_free(again);
    ts_bits_free(&bits);
}

static void test_bits_of_a_set(void **state)
{
    (void)state;
    ts_set *set = roaring_bitmap_create();
    check_bits(set);
    for (uint32_t n = 5; n < 300000; n += n < 70000 ? 3 : 101) roaring_bitmap_add(set, n);
    check_bits(set);
    roaring_bitmap_add_range(set, 90000, 200000);
    roaring_bitmap_run_optimize(set);
    check_bits(set);
    roaring_bitmap_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_follow),
        cmocka_unit_test(test_bits_of_a_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
