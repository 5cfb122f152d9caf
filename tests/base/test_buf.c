/* tests/base: the growing buffer: what is appended, the NUL after it, and a failure that changes nothing. */
#include "base/buf.h"

#include <string.h>

#include "tests/support/support.h"

static void appends_in_order(void **state)
{
    (void)state;
    ts_buf buf = {0};
    assert_true(ts_buf_puts(&buf, "a"));
    assert_true(ts_buf_putc(&buf, 'b'));
    assert_true(ts_buf_append(&buf, "c\0d", 3));
    assert_true(ts_buf_printf(&buf, "%03d", 7));
    assert_int_equal(buf.length, 8);
    assert_memory_equal(buf.data, "abc\0d007", 9);
    ts_buf_free(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.length, 0);
}

static void nothing_appended_is_no_error(void **state)
{
    (void)state;
    ts_buf buf = {0};
    assert_true(ts_buf_append(&buf, NULL, 0));
    assert_true(ts_buf_puts(&buf, ""));
    assert_int_equal(buf.length, 0);
    assert_int_equal(buf.data[0], '\0');
    ts_buf_free(&buf);
}

static void grows_past_every_capacity(void **state)
{
    (void)state;
    ts_buf buf = {0};
    for (size_t i = 0; i < 100000; i++) {
        assert_true(ts_buf_putc(&buf, (char)('a' + i % 26)));
        assert_int_equal(buf.data[i + 1], '\0');
    }
    for (size_t i = 0; i < 100000; i++) assert_int_equal(buf.data[i], 'a' + i % 26);
    ts_buf_free(&buf);
}

static void printf_writes_exactly_at_a_boundary(void **state)
{
    (void)state;
    for (size_t lead = 240; lead < 270; lead++) {
        ts_buf buf = {0};
        assert_true(ts_buf_printf(&buf, "%*s", (int)lead, ""));
        assert_true(ts_buf_printf(&buf, "%s", "0123456789"));
        assert_int_equal(buf.length, lead + 10);
        assert_string_equal(buf.data + lead, "0123456789");
        ts_buf_free(&buf);
    }
}

static void an_impossible_size_leaves_the_content(void **state)
{
    (void)state;
    ts_buf buf = {0};
    assert_true(ts_buf_puts(&buf, "kept"));
    assert_false(ts_buf_reserve(&buf, SIZE_MAX));
    assert_false(ts_buf_reserve(&buf, SIZE_MAX / 2));
    assert_true(buf.failed);
    assert_string_equal(buf.data, "kept");
    ts_buf_clear(&buf);
    assert_false(buf.failed);
    assert_int_equal(buf.length, 0);
    assert_string_equal(buf.data, "");
    ts_buf_free(&buf);
}

static void clear_keeps_the_memory(void **state)
{
    (void)state;
    ts_buf buf = {0};
    ts_buf_clear(&buf);
    assert_null(buf.data);
    assert_true(ts_buf_reserve(&buf, 5000));
    size_t capacity = buf.capacity;
    ts_buf_clear(&buf);
    assert_int_equal(buf.capacity, capacity);
    ts_buf_free(&buf);
    ts_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_in_order),
        cmocka_unit_test(nothing_appended_is_no_error),
        cmocka_unit_test(grows_past_every_capacity),
        cmocka_unit_test(printf_writes_exactly_at_a_boundary),
        cmocka_unit_test(an_impossible_size_leaves_the_content),
        cmocka_unit_test(clear_keeps_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
