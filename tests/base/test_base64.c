/* tests/base: base64: the vectors of RFC 4648, every length both ways, and what a strict reader refuses. */
#include "base/base64.h"

#include <string.h>

#include "tests/support/support.h"

static void known_vectors(void **state)
{
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ts_buf out = {0};
        assert_true(ts_base64_encode(rows[i][0], strlen(rows[i][0]), TS_BASE64_STANDARD, &out));
        assert_string_equal(out.data ? out.data : "", rows[i][1]);
        ts_buf_clear(&out);
        assert_true(ts_base64_decode(rows[i][1], strlen(rows[i][1]), TS_BASE64_STANDARD, &out));
        assert_string_equal(out.data, rows[i][0]);
        ts_buf_free(&out);
    }
}

static void url_letters_without_padding(void **state)
{
    (void)state;
    ts_buf out = {0};
    assert_true(ts_base64_encode("\xff\xef\xbe\xfe", 4, TS_BASE64_URL, &out));
    assert_string_equal(out.data, "_---_g");
    ts_buf_clear(&out);
    assert_true(ts_base64_decode("_---_g==", 8, TS_BASE64_URL, &out));
    assert_int_equal(out.length, 4);
    ts_buf_clear(&out);
    assert_true(ts_base64_decode("_---_g", 6, TS_BASE64_URL, &out));
    assert_memory_equal(out.data, "\xff\xef\xbe\xfe", 4);
    ts_buf_free(&out);
}

static void every_length_comes_back(void **state)
{
    unsigned char bytes[256];
    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (unsigned char)(i * 37 + 11);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        for (int kind = TS_BASE64_STANDARD; kind <= TS_BASE64_URL; kind++) {
            ts_buf text = {0};
            ts_buf back = {0};
            assert_true(ts_base64_encode(bytes, length, (ts_base64_kind)kind, &text));
            assert_true(ts_base64_decode(text.data, text.length, (ts_base64_kind)kind, &back));
            assert_int_equal(back.length, length);
            if (length) assert_memory_equal(back.data, bytes, length);
            ts_buf_free(&text);
            ts_buf_free(&back);
        }
    }
}

static void refuses_and_leaves_the_buffer(void **state)
{
    static const char *const bad[] = {"Z",    "Zg",       "Zg=",  "Zg===",      "Z===",   "====",
                                      "=",    "Zh==",     "Zm9=", "Zm 9v",      "Zm9v\n", "Zm-v",
                                      "Zm_v", "Zg==Zg==", "Z=g=", "\xc3\xa9==", "Zm9vY"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ts_buf out = {0};
        assert_true(ts_buf_puts(&out, "kept"));
        assert_false(ts_base64_decode(bad[i], strlen(bad[i]), TS_BASE64_STANDARD, &out));
        assert_string_equal(out.data, "kept");
        assert_int_equal(out.length, 4);
        ts_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_vectors),
        cmocka_unit_test(url_letters_without_padding),
        cmocka_unit_test(every_length_comes_back),
        cmocka_unit_test(refuses_and_leaves_the_buffer),
    };
    return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
