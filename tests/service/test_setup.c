/* service: what a limit on memory means. */
#include "service/setup.h"
#include "tests/support/support.h"

#include <string.h>

#define MIB ((uint64_t)1 << 20)

static ts_tagger_options options_for(const ts_tagger_setup *setup)
{
    ts_arena *arena = ts_arena_new(0);
    ts_tagger_options options;
    ts_error err;
    assert_works(ts_tagger_setup_apply(setup, arena, &options, &err), err);
    assert_non_null(strstr(options.vocab_dir, "vocab"));
    ts_arena_free(arena); /* only numbers are read from here on */
    return options;
}

static void without_limits_the_defaults_hold(void **state)
{
    (void)state;
    ts_decode_limits usual = TS_DECODE_LIMITS_DEFAULT;
    ts_tagger_options options = options_for(&(ts_tagger_setup){0});
    assert_int_equal(options.jobs, ts_tagger_usual_jobs());
    assert_string_equal(options.precision, "auto");
    assert_int_equal(options.limits.max_pixels, usual.max_pixels);
    assert_int_equal(options.limits.max_worker_bytes, usual.max_worker_bytes);
    options = options_for(&(ts_tagger_setup){.jobs = 3, .max_pixels = 5, .max_bytes = 6, .timeout_ms = 7});
    assert_int_equal(options.jobs, 3);
    assert_int_equal(options.limits.max_pixels, 5);
    assert_int_equal(options.limits.max_bytes, 6);
    assert_int_equal(options.limits.timeout_ms, 7);
}

static void less_memory_never_means_more_of_anything(void **state)
{
    (void)state;
    ts_tagger_options before = options_for(&(ts_tagger_setup){.jobs = 16, .max_memory = 16384 * MIB});
    assert_int_equal(before.jobs, 16);
    for (uint64_t mib = 16384; mib >= 704; mib -= 64) {
        ts_tagger_options now = options_for(&(ts_tagger_setup){.jobs = 16, .max_memory = mib * MIB});
        assert_true(now.jobs >= 1 && now.jobs <= before.jobs);
        assert_true(now.limits.max_worker_bytes >= 64 * MIB);
        before = now;
    }
    assert_true(before.jobs < 16);
}

static void too_little_is_refused_with_how_much_is_needed(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    ts_tagger_options options;
    ts_error err;
    assert_fails(ts_tagger_setup_apply(&(ts_tagger_setup){.max_memory = 100 * MIB}, arena, &options, &err),
                 err, TS_USAGE);
    assert_non_null(strstr(err.hint, "at least"));
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_limits_the_defaults_hold),
        cmocka_unit_test(less_memory_never_means_more_of_anything),
        cmocka_unit_test(too_little_is_refused_with_how_much_is_needed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
