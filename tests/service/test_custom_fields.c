/* tests/service: which values custom fields take, and which definitions are sound. */
#include <jansson.h>
#include <string.h>

#include "service/custom_fields.h"
#include "tests/support/support.h"

static json_t *parse(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(value);
    return value;
}

static bool takes(const ts_field *field, const char *text)
{
    json_t *value = parse(text);
    ts_error err = {0};
    bool ok = ts_field_takes(field, value, &err);
    assert_int_equal(err.code, ok ? TS_OK : TS_USAGE);
    json_decref(value);
    return ok;
}

static ts_field of_type(ts_field_type type)
{
    return (ts_field){.name = "f", .label = "F", .type = type, .min_length = -1, .max_length = -1};
}

static void test_values(void **state)
{
    (void)state;
    ts_field text = of_type(TS_FIELD_TEXT), number = of_type(TS_FIELD_NUMBER), date = of_type(TS_FIELD_DATE);
    ts_field flag = of_type(TS_FIELD_FLAG), whole = of_type(TS_FIELD_INTEGER);
    text.min_length = 2, text.max_length = 3;
    assert_true(takes(&text, "\"äöü\""));
    assert_false(takes(&text, "\"äöüß\""));
    assert_false(takes(&text, "\"a\""));
    assert_false(takes(&text, "12"));
    json_t *least = parse("1000"), *most = parse("3000"), *day = parse("\"2026-01-02\"");
    number.least = least, number.most = most, date.least = day;
    assert_true(takes(&number, "1000"));
    assert_true(takes(&number, "2999.5"));
    assert_false(takes(&number, "999"));
    assert_false(takes(&number, "3000.5"));
    assert_false(takes(&number, "\"2000\""));
    assert_true(takes(&whole, "7"));
    assert_false(takes(&whole, "7.5"));
    assert_true(takes(&date, "\"2026-01-02T03:04:05Z\""));
    assert_false(takes(&date, "\"2026-01-01\""));
    assert_false(takes(&date, "\"tomorrow\""));
    assert_true(takes(&flag, "false"));
    assert_false(takes(&flag, "\"false\""));
    json_decref(least);
    json_decref(most);
    json_decref(day);
}

static void test_options(void **state)
{
    (void)state;
    json_t *options = parse("[\"small\", 1, true]");
    ts_field one = of_type(TS_FIELD_ONE_OF), some = of_type(TS_FIELD_SOME_OF);
    one.options = some.options = options;
    assert_true(takes(&one, "\"small\""));
    assert_true(takes(&one, "1"));
    assert_false(takes(&one, "\"1\""));
    assert_true(takes(&some, "[true, \"small\"]"));
    assert_true(takes(&some, "[]"));
    assert_false(takes(&some, "[\"large\"]"));
    assert_false(takes(&some, "\"small\""));
    json_decref(options);
}

static void test_many(void **state)
{
    (void)state;
    ts_field fields[3] = {of_type(TS_FIELD_NUMBER), of_type(TS_FIELD_TEXT), of_type(TS_FIELD_TEXT)};
    fields[0].name = "price", fields[0].required = true;
    fields[1].name = "note";
    fields[2].name = "gone", fields[2].deleted = 1;
    static const struct {
        const char *values;
        bool complete, ok;
    } cases[] = {{"{\"price\": 3}", true, true},
                 {"{}", false, true},
                 {"{}", true, false},
                 {"{\"price\": null}", true, false},
                 {"{\"price\": null}", false, true},
                 {"{\"size\": 3}", false, false},
                 {"{\"gone\": \"a\"}", false, false},
                 {"{\"note\": 3}", false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *values = parse(cases[i].values);
        assert_int_equal(ts_fields_take(fields, 3, values, cases[i].complete, NULL), cases[i].ok);
        json_decref(values);
    }
}

static bool sound(ts_field field)
{
    return ts_field_is_sound(&field, NULL);
}

static void test_definitions(void **state)
{
    (void)state;
    json_t *three = parse("3"), *seven = parse("7"), *list = parse("[\"a\"]"), *odd = parse("[[1]]");
    ts_field f = of_type(TS_FIELD_TEXT);
    assert_true(sound(f));
    f.name = "";
    assert_false(sound(f));
    f = of_type(TS_FIELD_TEXT), f.min_length = 5, f.max_length = 4;
    assert_false(sound(f));
    f = of_type(TS_FIELD_TEXT), f.least = three;
    assert_false(sound(f));
    f = of_type(TS_FIELD_NUMBER), f.least = seven, f.most = three;
    assert_false(sound(f));
    f.least = three, f.most = seven, f.fallback = seven;
    assert_true(sound(f));
    f.fallback = list;
    assert_false(sound(f));
    f = of_type(TS_FIELD_ONE_OF);
    assert_false(sound(f));
    f.options = odd;
    assert_false(sound(f));
    f.options = list;
    assert_true(sound(f));
    f.type = TS_FIELD_FLAG;
    assert_false(sound(f));
    json_decref(three);
    json_decref(seven);
    json_decref(list);
    json_decref(odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_options),
                                       cmocka_unit_test(test_many), cmocka_unit_test(test_definitions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
