/* tests/base: data: URIs: both encodings, the type, the limit, and everything that is refused. */
#include "base/data_uri.h"

#include <string.h>

#include "tests/support/support.h"

typedef struct row {
    const char *text;
    const char *type;
    const char *content;
} row;

static void reads_both_encodings(void **state)
{
    static const row rows[] = {
        {"data:image/jpeg;base64,Zm9v", "image/jpeg", "foo"},
        {"DATA:Image/JPEG;BASE64,Zm9v", "image/jpeg", "foo"},
        {"data:image/svg+xml;charset=utf-8;base64,Zm9v", "image/svg+xml", "foo"},
        {"data:;base64,Zg==", "text/plain", "f"},
        {"data:;base64,Zg%3D%3D", "text/plain", "f"},
        {"data:,a%20b%2C", "text/plain", "a b,"},
        {"data:text/plain;charset=UTF-8,x,y", "text/plain", "x,y"},
        {"data:image/png;base64,", "image/png", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char type[TS_DATA_URI_TYPE_MAX];
        ts_buf out = {0};
        ts_error err = {0};
        assert_true(ts_data_uri_parse(rows[i].text, strlen(rows[i].text), 0, type, &out, &err));
        assert_string_equal(type, rows[i].type);
        assert_int_equal(out.length, strlen(rows[i].content));
        assert_memory_equal(out.data, rows[i].content, out.length);
        ts_buf_free(&out);
    }
}

static void refuses(void **state)
{
    static const char *const bad[] = {
        "",
        "data",
        "data:",
        "data:image/png",
        "http://a/b",
        "data:x,y",
        "data:/x,y",
        "data:x/,y",
        "data:a b/c,y",
        "data:image/png;base64,Zm9",
        "data:,%",
        "data:,%4",
        "data:,%zz",
        "data:,a b",
        "data:,\xc3\xa9",
        "data:image/png;base64,Zm 9v",
        "data:image/png;base64,Zm9v%0",
        "data:image/png;base64,Zm-v",
        "data:a/b/c,x",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char type[TS_DATA_URI_TYPE_MAX];
        ts_buf out = {0};
        ts_error err = {0};
        assert_false(ts_data_uri_parse(bad[i], strlen(bad[i]), 0, type, &out, &err));
        assert_int_equal(err.code, TS_USAGE);
        assert_int_equal(out.length, 0);
        ts_buf_free(&out);
    }
}

static void keeps_to_the_limit(void **state)
{
    static const char *const rows[] = {"data:,abcd", "data:;base64,YWJjZA==", "data:;base64,YWJjZA%3D%3D"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char type[TS_DATA_URI_TYPE_MAX];
        ts_buf out = {0};
        ts_error err = {0};
        assert_false(ts_data_uri_parse(rows[i], strlen(rows[i]), 3, type, &out, &err));
        assert_int_equal(err.code, TS_TOO_LARGE);
        assert_int_equal(out.length, 0);
        assert_true(ts_data_uri_parse(rows[i], strlen(rows[i]), 4, type, &out, &err));
        assert_string_equal(out.data, "abcd");
        ts_buf_free(&out);
    }
}

static void tells_one_from_other_text(void **state)
{
    (void)state;
    assert_true(ts_is_data_uri("dAtA:,", 6));
    assert_false(ts_is_data_uri("data", 4));
    assert_false(ts_is_data_uri("https://data:", 13));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_encodings),
        cmocka_unit_test(refuses),
        cmocka_unit_test(keeps_to_the_limit),
        cmocka_unit_test(tells_one_from_other_text),
    };
    return cmocka_run_group_tests_name("data_uri", tests, NULL, NULL);
}
