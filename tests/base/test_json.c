/* tests/base: strict JSON: what is refused, where the message points, typed look-ups. */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"

static json_t *parse(const char *text)
{
    ts_error err = {0};
    json_t *value = ts_json_parse(text, strlen(text), "t", &err);
    if (!value) fail_msg("%s", err.message);
    return value;
}

static void refuses_what_is_not_strict_json(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",        " ",     "{",       "{\"a\":1,\"a\":2}", "[1,]", "[1] x",
        "{'a':1}", "[NaN]", "[1e999]", "\"\xFF\"",          "[01]", "// x\n[]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        ts_error err = {0};
        assert_null(ts_json_parse(texts[i], strlen(texts[i]), "f.json", &err));
        ts_test_check_error(&err, TS_CONFIG, texts[i], 0);
        assert_memory_equal(err.message, "f.json:", 7);
    }
}

static void says_line_and_column(void **state)
{
    (void)state;
    ts_error err = {0};
    const char *text = "{\n  \"a\": 1,\n  \"b\": oops\n}";
    assert_null(ts_json_parse(text, strlen(text), "f.json", &err));
    assert_memory_equal(err.message, "f.json:3:", 9);
}

/* A hostile manifest may nest without end; the parser's own stack must not be the limit. */
static void refuses_bottomless_nesting(void **state)
{
    (void)state;
    size_t depth = 1u << 20;
    char *text = malloc(depth);
    memset(text, '[', depth);
    ts_error err = {0};
    assert_null(ts_json_parse(text, depth, "deep", &err));
    assert_int_equal(err.code, TS_CONFIG);
    free(text);
}

static void reads_a_file(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *path = ts_test_file(folder, "a.json", "{\"a\":\"x\"}\n", 10);
    ts_error err = {0};
    json_t *value = ts_json_read_file(path, &err);
    assert_non_null(value);
    assert_string_equal(ts_json_string(value, "a", &err), "x");
    json_decref(value);
    assert_null(ts_json_read_file(folder, &err));
    assert_int_equal(err.code, TS_IO);
    free(path);
    path = ts_test_path(folder, "missing.json");
    assert_null(ts_json_read_file(path, &err));
    assert_int_equal(err.code, TS_NOT_FOUND);
    free(path);
    path = ts_test_file(folder, "empty.json", "", 0);
    assert_null(ts_json_read_file(path, &err));
    assert_int_equal(err.code, TS_CONFIG);
    free(path);
    ts_test_folder_end(folder);
}

static void required_members_name_the_key(void **state)
{
    (void)state;
    json_t *value = parse("{\"s\":\"x\",\"n\":3,\"r\":2.5,\"null\":null}");
    ts_error err = {0};
    long long n = 0;
    assert_string_equal(ts_json_string(value, "s", &err), "x");
    assert_null(ts_json_string(value, "n", &err));
    assert_non_null(strstr(err.message, "\"n\""));
    assert_null(ts_json_string(value, "gone", &err));
    assert_non_null(strstr(err.message, "\"gone\""));
    assert_works(ts_json_int(value, "n", 3, 3, &n, &err), err);
    assert_int_equal(n, 3);
    n = -1;
    assert_fails(ts_json_int(value, "n", 4, 9, &n, &err), err, TS_CONFIG);
    assert_fails(ts_json_int(value, "n", 0, 2, &n, &err), err, TS_CONFIG);
    assert_fails(ts_json_int(value, "r", 0, 9, &n, &err), err, TS_CONFIG);
    assert_fails(ts_json_int(value, "null", 0, 9, &n, &err), err, TS_CONFIG);
    assert_int_equal(n, -1);
    json_decref(value);
}

static void optional_members_fall_back(void **state)
{
    (void)state;
    json_t *value = parse("{\"s\":\"x\",\"n\":3,\"r\":2.5,\"t\":true,\"f\":false}");
    assert_string_equal(ts_json_string_or(value, "s", "d"), "x");
    assert_string_equal(ts_json_string_or(value, "n", "d"), "d");
    assert_null(ts_json_string_or(value, "gone", NULL));
    assert_true(ts_json_number_or(value, "n", 9) == 3.0);
    assert_true(ts_json_number_or(value, "r", 9) == 2.5);
    assert_true(ts_json_number_or(value, "s", 9) == 9.0);
    assert_true(ts_json_bool_or(value, "t", false));
    assert_false(ts_json_bool_or(value, "f", true));
    assert_true(ts_json_bool_or(value, "n", true));
    json_decref(value);
}

static void floats_come_in_the_asked_number(void **state)
{
    (void)state;
    json_t *value = parse("{\"a\":[1,2.5,-3],\"bad\":[1,\"x\"],\"s\":\"x\"}");
    ts_error err = {0};
    float out[3] = {0};
    assert_works(ts_json_floats(value, "a", out, 3, &err), err);
    assert_true(out[0] == 1.0f && out[1] == 2.5f && out[2] == -3.0f);
    assert_fails(ts_json_floats(value, "a", out, 2, &err), err, TS_CONFIG);
    assert_fails(ts_json_floats(value, "bad", out, 2, &err), err, TS_CONFIG);
    assert_non_null(strstr(err.message, "[1]"));
    assert_fails(ts_json_floats(value, "s", out, 3, &err), err, TS_CONFIG);
    assert_fails(ts_json_floats(value, "gone", out, 3, &err), err, TS_CONFIG);
    json_decref(value);
}

static void assert_written(double number, int decimals, const char *expected)
{
    json_t *value = ts_json_rounded(number, decimals);
    char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
    assert_string_equal(text, expected);
    free(text);
    json_decref(value);
}

static void rounded_numbers_read_short(void **state)
{
    (void)state;
    json_t *value = ts_json_rounded(0.73149, 3);
    assert_true(json_real_value(value) == 0.731);
    json_decref(value);
    assert_written(2.0, 2, "2.0");
    assert_written(-0.001, 2, "0.0");
    assert_written((double)NAN, 2, "0.0");
    assert_written((double)INFINITY, 2, "0.0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_is_not_strict_json), cmocka_unit_test(says_line_and_column),
        cmocka_unit_test(refuses_bottomless_nesting),      cmocka_unit_test(reads_a_file),
        cmocka_unit_test(required_members_name_the_key),   cmocka_unit_test(optional_members_fall_back),
        cmocka_unit_test(floats_come_in_the_asked_number), cmocka_unit_test(rounded_numbers_read_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
