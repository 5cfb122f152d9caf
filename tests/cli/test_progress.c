/* cli: the progress line. */
#include "cli/progress.h"
#include "tests/support/support.h"

#include <string.h>

static const char *line_of(const ts_tag_progress *progress, double rate, unsigned columns, bool bar)
{
    static char line[512];
    size_t length = ts_progress_line(progress, rate, columns, bar, line, sizeof line);
    assert_int_equal(length, strlen(line));
    return line;
}

/* Columns that a terminal would use: bytes that do not continue a character. */
static unsigned columns_of(const char *line)
{
    unsigned n = 0;
    for (; *line; line++) n += ((unsigned char)*line & 0xC0) != 0x80;
    return n;
}

static void says_done_total_rate_rest_and_errors(void **state)
{
    (void)state;
    ts_tag_progress p = {.done = 250, .total = 1000, .total_known = true, .seconds = 5};
    assert_string_equal(line_of(&p, 50, 200, false), "250/1000 pictures  50.0/s  ETA 0:15");
    p.failed = 1;
    assert_string_equal(line_of(&p, 50, 200, false), "250/1000 pictures  50.0/s  ETA 0:15  1 error");
    p.failed = 2;
    p.total = 500000;
    assert_string_equal(line_of(&p, 50, 200, false), "250/500000 pictures  50.0/s  ETA 2:46:35  2 errors");
    p.stopping = true;
    assert_non_null(strstr(line_of(&p, 50, 200, false), "stopping"));
}

static void what_is_not_known_is_not_said(void **state)
{
    (void)state;
    ts_tag_progress p = {.done = 3, .total = 7};
    assert_string_equal(line_of(&p, 1, 200, true), "3/7+ pictures  1.0/s");
    p.total = 0;
    assert_string_equal(line_of(&p, 0, 200, true), "3 pictures  0.0/s");
    p = (ts_tag_progress){.done = 7, .total = 7, .total_known = true};
    assert_null(strstr(line_of(&p, 1, 200, false), "ETA"));
}

static void never_wider_than_the_terminal(void **state)
{
    (void)state;
    ts_tag_progress p = {
        .done = 123456, .total = 1234567, .failed = 999, .total_known = true, .seconds = 100};
    for (unsigned columns = 1; columns < 200; columns++)
        assert_true(columns_of(line_of(&p, 1234.5, columns, true)) <= columns);
}

static void the_bar_grows(void **state)
{
    (void)state;
    ts_tag_progress p = {.total = 100, .total_known = true};
    assert_non_null(strstr(line_of(&p, 1, 100, true), "  0%"));
    assert_null(strstr(line_of(&p, 1, 100, true), "\u2588"));
    p.done = 100;
    assert_non_null(strstr(line_of(&p, 1, 100, true), "100%"));
    p.done = 120; /* a folder that grew while it was tagged */
    assert_non_null(strstr(line_of(&p, 1, 100, true), "100%"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_done_total_rate_rest_and_errors),
        cmocka_unit_test(what_is_not_known_is_not_said),
        cmocka_unit_test(never_wider_than_the_terminal),
        cmocka_unit_test(the_bar_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
