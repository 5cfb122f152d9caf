/* service: the set of paths. */
#include "service/path_set.h"
#include "tests/support/support.h"

#include <stdio.h>

static void holds_what_was_added_and_nothing_else(void **state)
{
    (void)state;
    ts_path_set *set = ts_path_set_new();
    char path[64];
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(path, sizeof path, "folder/%d.jpg", i);
        assert_false(ts_path_set_has(set, path));
        assert_true(ts_path_set_add(set, path));
    }
    assert_int_equal(ts_path_set_count(set), 20000);
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(path, sizeof path, "folder/%d.jpg", i);
        assert_true(ts_path_set_has(set, path));
        (void)snprintf(path, sizeof path, "folder/%d.jpeg", i);
        assert_false(ts_path_set_has(set, path));
    }
    ts_path_set_free(set);
}

static void adding_twice_is_adding_once(void **state)
{
    (void)state;
    ts_path_set *set = ts_path_set_new();
    assert_true(ts_path_set_add(set, "a"));
    assert_true(ts_path_set_add(set, "a"));
    assert_true(ts_path_set_add(set, ""));
    assert_int_equal(ts_path_set_count(set), 2);
    assert_true(ts_path_set_has(set, ""));
    ts_path_set_free(set);
    ts_path_set_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_what_was_added_and_nothing_else),
        cmocka_unit_test(adding_twice_is_adding_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
