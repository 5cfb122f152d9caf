/* exchange: paths of any bytes there and back. */
#include "exchange/exchange.h"
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

static void check_escape(const char *path, const char *extra, const char *expected)
{
    ts_buf out = {0};
    assert_true(ts_path_escape(path, extra, &out));
    assert_string_equal(out.data ? out.data : "", expected);
    ts_buf_free(&out);
}

static void escapes_what_it_must(void **state)
{
    (void)state;
    check_escape("a/b c.jpg", "", "a/b c.jpg");
    check_escape("caf\xE9.jpg", "", "caf%E9.jpg");
    check_escape("n\xC3\xA4", "", "n\xC3\xA4");
    check_escape("100%", "", "100%25");
    check_escape("a\tb\nc\x7F", "", "a%09b%0Ac%7F");
    check_escape("a b;c", " ;", "a%20b%3Bc");
    check_escape("", "", "");
    assert_true(ts_path_is_text("n\xC3\xA4"));
    assert_false(ts_path_is_text("n\xC3"));
}

static void random_bytes_come_back(void **state)
{
    (void)state;
    unsigned seed = 11;
    for (int round = 0; round < 2000; round++) {
        char path[33];
        size_t length = (size_t)rand_r(&seed) % 32 + 1;
        for (size_t i = 0; i < length; i++) path[i] = (char)(rand_r(&seed) % 255 + 1);
        path[length] = '\0';
        ts_buf text = {0};
        ts_buf back = {0};
        assert_true(ts_path_escape(path, " ", &text));
        assert_true(ts_path_is_text(text.data));
        assert_null(strpbrk(text.data, " \n\t"));
        assert_true(ts_path_unescape(text.data, text.length, &back));
        assert_string_equal(back.data, path);
        ts_buf_free(&back);
        ts_buf_free(&text);
    }
}

static void malformed_escapes_are_refused(void **state)
{
    (void)state;
    const char *const texts[] = {"%", "%4", "a%", "%G1", "%1G", "%00", "x%2", "%%41"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ts_buf out = {0};
        if (ts_path_unescape(texts[i], strlen(texts[i]), &out)) fail_msg("%s was taken", texts[i]);
        ts_buf_free(&out);
    }
    ts_buf out = {0};
    assert_true(ts_path_unescape("%41%6a", 6, &out));
    assert_string_equal(out.data, "Aj");
    ts_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_what_it_must),
        cmocka_unit_test(random_bytes_come_back),
        cmocka_unit_test(malformed_escapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
