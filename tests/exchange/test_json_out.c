/* exchange: the JSON writer, against jansson as the judge. */
#include "exchange/json_out.h"
#include "tests/support/support.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

static void commas_and_nesting(void **state)
{
    (void)state;
    ts_buf buf = {0};
    ts_json_out out = {.buf = &buf};
    ts_json_open(&out, '{');
    ts_json_key(&out, "a");
    ts_json_open(&out, '[');
    ts_json_uint(&out, 1);
    ts_json_open(&out, '[');
    ts_json_close(&out, ']');
    ts_json_uint(&out, UINT64_MAX);
    ts_json_close(&out, ']');
    ts_json_key(&out, "b");
    ts_json_text(&out, "x");
    ts_json_key(&out, "c");
    ts_json_open(&out, '{');
    ts_json_close(&out, '}');
    ts_json_close(&out, '}');
    assert_string_equal(buf.data, "{\"a\":[1,[],18446744073709551615],\"b\":\"x\",\"c\":{}}");
    ts_buf_free(&buf);
}

static void check_fixed(double value, unsigned decimals, const char *expected)
{
    ts_buf buf = {0};
    ts_put_fixed(&buf, value, decimals);
    assert_string_equal(buf.data, expected);
    ts_buf_free(&buf);
}

static void numbers_are_short_and_always_numbers(void **state)
{
    (void)state;
    check_fixed(0, 4, "0");
    check_fixed(0.5, 4, "0.5");
    check_fixed(0.73099999, 4, "0.731");
    check_fixed(0.99996, 4, "1");
    check_fixed(-0.2, 4, "-0.2");
    check_fixed(-0.00001, 4, "0");
    check_fixed(12.05, 1, "12.1");
    check_fixed(1.005, 3, "1.005");
    check_fixed(1e6, 0, "1000000");
    check_fixed(0.000001, 6, "0.000001");
    check_fixed((double)NAN, 4, "0");
    check_fixed((double)-INFINITY, 4, "0");
    check_fixed(1e300, 4, "0");
}

/* What jansson reads back from our text. */
static void check_text(const char *text, const char *expected)
{
    ts_buf buf = {0};
    ts_json_out out = {.buf = &buf};
    ts_json_open(&out, '[');
    ts_json_text(&out, text);
    ts_json_close(&out, ']');
    json_error_t error;
    json_t *array = json_loads(buf.data, 0, &error);
    if (!array) fail_msg("%s: %s", buf.data, error.text);
    assert_string_equal(json_string_value(json_array_get(array, 0)), expected);
    json_decref(array);
    ts_buf_free(&buf);
}

static void texts_survive(void **state)
{
    (void)state;
    check_text("plain", "plain");
    check_text("", "");
    check_text(NULL, "");
    check_text("\"\\/\b\f\n\r\t\x01\x1F\x7F", "\"\\/\b\f\n\r\t\x01\x1F\x7F");
    check_text("n\xC3\xA4h \xE5\x90\x8D \xF0\x9F\x90\x95", "n\xC3\xA4h \xE5\x90\x8D \xF0\x9F\x90\x95");
    check_text("caf\xE9!", "caf\xEF\xBF\xBD!");
    check_text("\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

static void every_byte_pair_is_valid_json(void **state)
{
    (void)state;
    for (int a = 1; a < 256; a++)
        for (int b = 1; b < 256; b++) {
            char text[3] = {(char)a, (char)b, '\0'};
            ts_buf buf = {0};
            ts_json_out out = {.buf = &buf};
            ts_json_text(&out, text);
            json_t *value = json_loads(buf.data, JSON_DECODE_ANY, NULL);
            if (!value) fail_msg("bytes %d %d make %s", a, b, buf.data);
            json_decref(value);
            ts_buf_free(&buf);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_and_nesting),
        cmocka_unit_test(numbers_are_short_and_always_numbers),
        cmocka_unit_test(texts_survive),
        cmocka_unit_test(every_byte_pair_is_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
