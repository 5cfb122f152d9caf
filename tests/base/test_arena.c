/* tests/base: the arena: alignment, zeroing, the limit, the sticky failure, reset. */
#include "base/arena.h"

#include <string.h>

#include "tests/support/support.h"

static int set_up(void **state)
{
    *state = ts_arena_new(0);
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    ts_arena_free(*state);
    return 0;
}

static void memory_is_zeroed_and_aligned(void **state)
{
    for (size_t size = 1; size < 300000; size = size * 3 + 1) {
        unsigned char *p = ts_arena_alloc(*state, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % (size >= 4096 ? 64 : _Alignof(max_align_t)), 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(p[i], 0);
        memset(p, 0xA5, size);
    }
}

static void neighbours_do_not_overlap(void **state)
{
    enum { COUNT = 2000 };
    unsigned char *parts[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        parts[i] = ts_arena_alloc(*state, i % 97 + 1);
        memset(parts[i], (int)(i % 251), i % 97 + 1);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < i % 97 + 1; k++) assert_int_equal(parts[i][k], i % 251);
}

static void size_zero_is_a_valid_pointer(void **state)
{
    assert_non_null(ts_arena_alloc(*state, 0));
    assert_false(ts_arena_failed(*state));
}

static void memory_is_zeroed_again_after_reset(void **state)
{
    memset(ts_arena_alloc(*state, 1000), 0xFF, 1000);
    ts_arena_reset(*state);
    const unsigned char *p = ts_arena_alloc(*state, 1000);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(p[i], 0);
}

static void impossible_sizes_fail_and_the_failure_sticks(void **state)
{
    assert_null(ts_arena_alloc(*state, SIZE_MAX));
    assert_true(ts_arena_failed(*state));
    assert_non_null(ts_arena_alloc(*state, 8));
    assert_true(ts_arena_failed(*state));
    ts_arena_reset(*state);
    assert_false(ts_arena_failed(*state));
    assert_null(ts_arena_array(*state, SIZE_MAX / 2, 4));
    assert_true(ts_arena_failed(*state));
    ts_arena_reset(*state);
    assert_null(ts_arena_strndup(*state, "x", SIZE_MAX));
    assert_true(ts_arena_failed(*state));
}

static void the_limit_holds_until_reset(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(1000);
    assert_non_null(ts_arena_alloc(arena, 600));
    assert_null(ts_arena_alloc(arena, 600));
    assert_true(ts_arena_failed(arena));
    assert_non_null(ts_arena_alloc(arena, 400));
    assert_null(ts_arena_alloc(arena, 1));
    ts_arena_reset(arena);
    assert_non_null(ts_arena_alloc(arena, 1000));
    assert_null(ts_arena_alloc(arena, 1));
    ts_arena_free(arena);
}

static void reset_survives_big_blocks(void **state)
{
    for (size_t round = 0; round < 5; round++) {
        assert_non_null(ts_arena_alloc(*state, 100));
        assert_non_null(ts_arena_alloc(*state, 10u << 20));
        assert_non_null(ts_arena_alloc(*state, 100));
        ts_arena_reset(*state);
    }
    ts_arena_reset(*state);
}

/* A big picture's block must not make the small ones that follow it ask malloc each time. */
static void small_requests_go_on_in_the_old_block(void **state)
{
    char *before = ts_arena_alloc(*state, 16);
    assert_non_null(ts_arena_alloc(*state, 1u << 20));
    char *after = ts_arena_alloc(*state, 16);
    assert_ptr_equal(after, before + 16);
}

static void texts(void **state)
{
    assert_string_equal(ts_arena_strdup(*state, "dog"), "dog");
    assert_string_equal(ts_arena_strdup(*state, ""), "");
    assert_string_equal(ts_arena_strndup(*state, "doghouse", 3), "dog");
    assert_string_equal(ts_arena_printf(*state, "%s/%d", "dog", 12), "dog/12");
    const char *longer = ts_arena_printf(*state, "%9000d", 1);
    assert_int_equal(strlen(longer), 9000);
}

static void arrays_and_typed_allocations(void **state)
{
    double *numbers = TS_NEW_ARRAY(*state, 10, double);
    assert_true(numbers[9] == 0.0);
    int *one = TS_NEW(*state, int);
    assert_int_equal(*one, 0);
    assert_non_null(ts_arena_array(*state, 0, 8));
    assert_non_null(ts_arena_array(*state, 8, 0));
}

static void free_accepts_null(void **state)
{
    (void)state;
    ts_arena_free(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(memory_is_zeroed_and_aligned),
        TEST(neighbours_do_not_overlap),
        TEST(size_zero_is_a_valid_pointer),
        TEST(memory_is_zeroed_again_after_reset),
        TEST(impossible_sizes_fail_and_the_failure_sticks),
        TEST(the_limit_holds_until_reset),
        TEST(reset_survives_big_blocks),
        TEST(small_requests_go_on_in_the_old_block),
        TEST(texts),
        TEST(arrays_and_typed_allocations),
        cmocka_unit_test(free_accepts_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
