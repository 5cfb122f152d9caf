/* tests/base: the error value: one table of codes, texts cut between characters, NULL accepted everywhere. */
#include "base/error.h"

#include <errno.h>
#include <string.h>

#include "tests/support/support.h"

static void every_code_has_a_name_and_a_status(void **state)
{
    (void)state;
    for (int code = 0; code < TS_CODE_COUNT; code++) {
        const char *name = ts_code_name((ts_code)code);
        assert_non_null(name);
        assert_string_not_equal(name, "unknown");
        assert_in_range(ts_code_http_status((ts_code)code), 200, 599);
        for (int other = 0; other < code; other++)
            assert_string_not_equal(name, ts_code_name((ts_code)other));
    }
}

static void codes_outside_the_table_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(ts_code_name(TS_CODE_COUNT), "unknown");
    assert_string_equal(ts_code_name((ts_code)-1), "unknown");
    assert_int_equal(ts_code_http_status((ts_code)9999), 500);
}

static void fail_fills_and_clears_the_hint(void **state)
{
    (void)state;
    ts_error err = {0};
    assert_false(ts_fail(&err, TS_CORRUPT, "row %d of %s", 7, "x"));
    assert_int_equal(err.code, TS_CORRUPT);
    assert_string_equal(err.message, "row 7 of x");
    assert_string_equal(err.hint, "");
    assert_false(ts_hint(&err, "try %s", "again"));
    assert_string_equal(err.hint, "try again");
    assert_string_equal(err.message, "row 7 of x");
    assert_false(ts_fail(&err, TS_IO, "other"));
    assert_string_equal(err.hint, "");
}

static void setters_accept_null(void **state)
{
    (void)state;
    errno = ENOENT;
    assert_false(ts_fail(NULL, TS_IO, "x"));
    assert_false(ts_hint(NULL, "x"));
    assert_false(ts_fail_errno(NULL, "x"));
    assert_false(ts_fail_memory(NULL));
    assert_false(ts_fail_prefix(NULL, "x"));
}

static void errno_chooses_the_code(void **state)
{
    (void)state;
    static const struct {
        int number;
        ts_code code;
    } rows[] = {{ENOENT, TS_NOT_FOUND}, {ENOTDIR, TS_NOT_FOUND}, {ENOMEM, TS_NO_MEMORY}, {EACCES, TS_IO}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ts_error err = {0};
        errno = rows[i].number;
        assert_false(ts_fail_errno(&err, "cannot open %s", "f"));
        assert_int_equal(err.code, rows[i].code);
        assert_memory_equal(err.message, "cannot open f: ", 15);
        assert_string_equal(err.message + 15, strerror(rows[i].number));
    }
}

static void prefix_keeps_code_and_hint(void **state)
{
    (void)state;
    ts_error err = {0};
    (void)ts_fail(&err, TS_CONFIG, "line %d", 3);
    (void)ts_hint(&err, "mend it");
    assert_false(ts_fail_prefix(&err, "%s", "a.json"));
    assert_string_equal(err.message, "a.json: line 3");
    assert_string_equal(err.hint, "mend it");
    assert_int_equal(err.code, TS_CONFIG);
}

/* A text of `lead` ASCII letters and then as many copies of `character` as overflow the message. */
static void overflow_with(ts_error *err, size_t lead, const char *character)
{
    char text[2 * TS_MESSAGE_MAX] = "";
    memset(text, 'a', lead);
    size_t step = strlen(character);
    for (size_t at = lead; at + step < sizeof text; at += step) memcpy(text + at, character, step + 1);
    (void)ts_fail(err, TS_IO, "%s", text);
}

static void long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    static const char *const characters[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    for (size_t c = 0; c < 4; c++) {
        size_t step = strlen(characters[c]);
        for (size_t lead = 0; lead < 4; lead++) {
            ts_error err = {0};
            overflow_with(&err, lead, characters[c]);
            size_t length = strlen(err.message);
            assert_in_range(length, TS_MESSAGE_MAX - 4, TS_MESSAGE_MAX - 1);
            assert_int_equal((length - lead) % step, 0);
        }
    }
}

static void a_long_prefix_is_cut_too(void **state)
{
    (void)state;
    ts_error err = {0};
    overflow_with(&err, 1, "\xE2\x82\xAC");
    assert_false(ts_fail_prefix(&err, "%s", "ab"));
    assert_memory_equal(err.message, "ab: a\xE2\x82\xAC", 8);
    assert_int_equal((strlen(err.message) - 5) % 3, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_name_and_a_status),
        cmocka_unit_test(codes_outside_the_table_are_unknown),
        cmocka_unit_test(fail_fills_and_clears_the_hint),
        cmocka_unit_test(setters_accept_null),
        cmocka_unit_test(errno_chooses_the_code),
        cmocka_unit_test(prefix_keeps_code_and_hint),
        cmocka_unit_test(long_texts_are_cut_between_characters),
        cmocka_unit_test(a_long_prefix_is_cut_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
