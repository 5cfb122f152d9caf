/* tests/base: which bytes are UTF-8. */
#include "base/utf8.h"
#include "tests/support/support.h"

#include <string.h>

static void check(const char *text, size_t expected)
{
    assert_int_equal(ts_utf8_sequence(text, strlen(text)), expected);
}

static void whole_sequences_have_their_length(void **state)
{
    (void)state;
    check("a", 1);
    check("\x7F", 1);
    check("\xC2\x80", 2);
    check("\xDF\xBF!", 2);
    check("\xE0\xA0\x80", 3);
    check("\xED\x9F\xBF", 3);
    check("\xEF\xBF\xBF", 3);
    check("\xF0\x90\x80\x80", 4);
    check("\xF4\x8F\xBF\xBF", 4);
}

static void malformed_ones_are_none(void **state)
{
    (void)state;
    check("\x80", 0);
    check("\xC0\x80", 0);         /* overlong NUL */
    check("\xC1\xBF", 0);         /* overlong */
    check("\xE0\x9F\xBF", 0);     /* overlong */
    check("\xED\xA0\x80", 0);     /* surrogate */
    check("\xF0\x8F\xBF\xBF", 0); /* overlong */
    check("\xF4\x90\x80\x80", 0); /* beyond Unicode */
    check("\xF5\x80\x80\x80", 0);
    check("\xFF", 0);
    check("\xC3(", 0);
    check("\xE2\x82", 0); /* cut short */
    check("\xF0\x9F\x98", 0);
    check("\xE2\x28\xA1", 0);
}

static void nothing_behind_the_end_is_read(void **state)
{
    (void)state;
    assert_int_equal(ts_utf8_sequence("\xE2\x82\xAC", 2), 0);
    assert_true(ts_utf8_valid("", 0));
    assert_true(ts_utf8_valid("\xE2\x82\xAC!", 4));
    assert_false(ts_utf8_valid("!\xE2\x82\xAC", 3));
}

static void what_is_none_is_replaced(void **state)
{
    (void)state;
    ts_buf out = {0};
    assert_true(ts_utf8_repair("a\xE9\xE2\x82\xAC\xFF", 6, &out));
    assert_string_equal(out.data, "a\xEF\xBF\xBD\xE2\x82\xAC\xEF\xBF\xBD");
    ts_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_sequences_have_their_length),
        cmocka_unit_test(malformed_ones_are_none),
        cmocka_unit_test(nothing_behind_the_end_is_read),
        cmocka_unit_test(what_is_none_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
