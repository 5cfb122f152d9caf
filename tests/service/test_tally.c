/* service: counting labels. */
#include "service/tally.h"
#include "tests/support/support.h"

#include <stdio.h>

static void the_most_common_come_first(void **state)
{
    (void)state;
    ts_tally *tally = ts_tally_new();
    ts_report_label top[3];
    assert_int_equal(ts_tally_top(tally, top, 3), 0);
    const char *const labels[] = {"dog", "cat", "dog", "ant", "bee", "dog", "cat"};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) assert_true(ts_tally_add(tally, labels[i]));
    assert_int_equal(ts_tally_top(tally, top, 3), 3);
    assert_string_equal(top[0].label, "dog");
    assert_int_equal(top[0].count, 3);
    assert_string_equal(top[1].label, "cat");
    assert_string_equal(top[2].label, "ant"); /* ties by name */
    ts_tally_free(tally);
    ts_tally_free(NULL);
}

static void many_labels(void **state)
{
    (void)state;
    ts_tally *tally = ts_tally_new();
    char label[16];
    for (int round = 0; round < 2; round++)
        for (int i = 999; i >= 0; i--) {
            (void)snprintf(label, sizeof label, "%d", i);
            assert_true(ts_tally_add(tally, label));
        }
    static ts_report_label top[2000];
    assert_int_equal(ts_tally_top(tally, top, 2000), 1000);
    for (size_t i = 0; i < 1000; i++) assert_int_equal(top[i].count, 2);
    ts_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_common_come_first),
        cmocka_unit_test(many_labels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
