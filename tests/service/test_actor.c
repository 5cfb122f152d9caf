/* Who may what, and the cursors of pages of rows. */
#include <string.h>

#include "service/core.h"
#include "tests/support/support.h"

static void a_scope_is_asked_for_by_name(void **state)
{
    (void)state;
    ts_error err;
    const ts_actor reader = {.scopes = TS_SCOPE_READ};
    assert_true(ts_actor_may(&reader, TS_SCOPE_READ, NULL));
    assert_true(ts_actor_may(&ts_actor_system, TS_SCOPE_ADMIN, NULL));
    assert_fails(ts_actor_may(&reader, TS_SCOPE_REVIEW, &err), err, TS_FORBIDDEN);
    assert_non_null(strstr(err.message, "\"review\""));
    assert_non_null(strstr(err.message, "yours: read"));
    assert_fails(ts_actor_may(&(ts_actor){0}, TS_SCOPE_READ, &err), err, TS_FORBIDDEN);
    assert_non_null(strstr(err.message, "yours: none"));
}

static void cursors_come_back(void **state)
{
    (void)state;
    static const int64_t numbers[] = {1, 42, UINT32_MAX, INT64_MAX};
    ts_arena *arena = ts_arena_new(0);
    ts_error err;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t number = 0;
        assert_works(ts_cursor_parse(ts_cursor_of(numbers[i], arena), &number, &err), err);
        assert_true(number == numbers[i]);
    }
    ts_arena_free(arena);
}

static void no_cursor_is_the_first_page(void **state)
{
    (void)state;
    ts_error err;
    int64_t number = 7;
    assert_works(ts_cursor_parse(NULL, &number, &err), err);
    assert_true(number == 0);
    number = 7;
    assert_works(ts_cursor_parse("", &number, &err), err);
    assert_true(number == 0);
}

static void cursors_of_others_are_refused(void **state)
{
    (void)state;
    static const char *const cursors[] = {"0",   "-1", "1x", "x", "1 2", "0x10", "1.5", "9223372036854775808",
                                          "1\n", "1e3"};
    for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
        ts_error err;
        int64_t number;
        assert_fails(ts_cursor_parse(cursors[i], &number, &err), err, TS_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scope_is_asked_for_by_name),
        cmocka_unit_test(cursors_come_back),
        cmocka_unit_test(no_cursor_is_the_first_page),
        cmocka_unit_test(cursors_of_others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
