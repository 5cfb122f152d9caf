/* tests: api: what comes in, against the schemas. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/schema.h"

static int load(void **state)
{
    ts_error err;
    *state = ts_schemas_load(&err);
    return *state ? 0 : -1;
}

static int unload(void **state)
{
    ts_schemas_free(*state);
    return 0;
}

/* Does this JSON fit? */
static bool fits(const ts_schemas *schemas, const char *schema, const char *text, ts_error *err)
{
    json_t *wanted = json_loads(schema, 0, NULL);
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert_non_null(wanted);
    assert_non_null(value);
    bool ok = ts_schema_check(schemas, wanted, value, "the body", err);
    json_decref(wanted);
    json_decref(value);
    return ok;
}

static void check_row(const ts_schemas *schemas, const char *schema, const char *good, const char *bad,
                      const char *says)
{
    ts_error err = {0};
    if (good && !fits(schemas, schema, good, &err))
        fail_msg("%s should fit %s: %s", good, schema, err.message);
    if (!bad) return;
    if (fits(schemas, schema, bad, &err)) fail_msg("%s should not fit %s", bad, schema);
    assert_int_equal(err.code, TS_USAGE);
    if (!strstr(err.message, says)) fail_msg("\"%s\" does not say \"%s\"", err.message, says);
}

static void test_every_word(void **state)
{
    static const struct {
        const char *schema, *good, *bad, *says;
    } rows[] = {
        {"{\"type\":\"string\"}", "\"a\"", "1", "the body must be of type string"},
        {"{\"type\":[\"integer\",\"null\"]}", "null", "\"1\"", "wrong type"},
        {"{\"type\":\"integer\"}", "3.0", "3.5", "type integer"},
        {"{\"type\":\"integer\"}", "-7", "true", "type integer"},
        {"{\"type\":\"number\"}", "3", "\"3\"", "type number"},
        {"{\"type\":\"boolean\"}", "false", "0", "type boolean"},
        {"{\"enum\":[\"a\",null]}", "null", "\"b\"", "none of the values"},
        {"{\"type\":\"number\",\"minimum\":0,\"maximum\":1}", "1", "1.0001", "above 1"},
        {"{\"type\":\"number\",\"minimum\":0}", "0", "-0.001", "below 0"},
        {"{\"type\":\"integer\",\"maximum\":9}", "9", "9223372036854775807", "above 9"},
        {"{\"type\":\"string\",\"maxLength\":2}", "\"\u00fc\u00fc\"", "\"abc\"", "longer than 2"},
        {"{\"type\":\"string\",\"minLength\":1}", "\"a\"", "\"\"", "too short"},
        {"{\"type\":\"string\",\"pattern\":\"^a+$\"}", "\"aa\"", "\"ab\"", "form"},
        {"{\"type\":\"string\"}", NULL, "\"a\\u0000b\"", "NUL"},
        {"{\"type\":\"string\",\"format\":\"date-time\"}", "\"2026-11-21\"", "\"2026-11-31\"", "no date"},
        {"{\"type\":\"array\",\"maxItems\":1}", "[1]", "[1,2]", "more than 1"},
        {"{\"type\":\"array\",\"minItems\":1}", "[1]", "[]", "too few"},
        {"{\"items\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}", "[{\"a\":\"b\"}]",
         "[{},{\"a\":1}]", "[1].a must be"},
        {"{\"required\":[\"a\"]}", "{\"a\":1}", "{}", "lacks \"a\""},
        {"{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"a\":1}", "{\"b\":1}",
         "unknown member \"b\""},
        {"{\"additionalProperties\":{\"type\":\"string\"}}", "{\"x\":\"y\"}", "{\"x\":1}", "x must be"},
        {"{\"maxProperties\":1}", "{\"a\":1}", "{\"a\":1,\"b\":2}", "too many"},
        {"{\"$ref\":\"#/components/schemas/Share\"}", "0.5", "2", "above 1"},
        {"{\"$ref\":\"#/components/schemas/Upload/properties/title\"}", "\"t\"", "7", "type string"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(*state, rows[i].schema, rows[i].good, rows[i].bad, rows[i].says);
    }
}

/* The place in a deep value, however long its names are, never runs over the room for it. */
static void test_long_places(void **state)
{
    static const char schema[] =
        "{\"additionalProperties\":{\"additionalProperties\":{\"type\":\"string\"}}}";
    char text[1000] = "{\"";
    memset(text + 2, 'n', 400);
    strcpy(text + 402, "\":{\"");
    memset(text + 406, 'm', 400);
    strcpy(text + 806, "\":1}}");
    check_row(*state, schema, NULL, text, "nnnn");
}

/* ---- pairs --------------------------------------------------------------------------------------- */

static const char pair_schema[] =
    "{\"properties\":{\"n\":{\"type\":\"integer\"},\"x\":{\"type\":\"number\"},\"b\":{\"type\":\"boolean\"},"
    "\"s\":{\"type\":\"string\"},\"l\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},\"o\":{\"type\":"
    "\"object\"},"
    "\"d\":{\"type\":\"integer\",\"default\":7}}}";

static json_t *read_one(const ts_schemas *schemas, const char *name, const char *value, ts_error *err)
{
    json_t *schema = json_loads(pair_schema, 0, NULL);
    ts_http_pair pair = {name, value, strlen(value)};
    json_t *object = ts_schema_read_pairs(schemas, schema, (ts_http_pairs){&pair, 1}, err);
    if (object) assert_true(ts_schema_defaults(schemas, schema, object));
    json_decref(schema);
    return object;
}

static void test_pairs(void **state)
{
    static const struct {
        const char *name, *value, *json; /* NULL: refused */
    } rows[] = {
        {"n", "12", "12"},
        {"n", "-3", "-3"},
        {"n", "", NULL},
        {"n", " 1", NULL},
        {"n", "+1", NULL},
        {"n", "1.0", NULL},
        {"n", "0x10", NULL},
        {"n", "9223372036854775808", NULL},
        {"x", "0.5", "0.5"},
        {"x", "1e2", "100.0"},
        {"x", "nan", NULL},
        {"x", "inf", NULL},
        {"x", "1e999", NULL},
        {"x", "0x1p3", NULL},
        {"x", "", NULL},
        {"x", "1,5", NULL},
        {"b", "true", "true"},
        {"b", "0", "false"},
        {"b", "yes", NULL},
        {"b", "", NULL},
        {"s", "", "\"\""},
        {"s", "a,b", "\"a,b\""},
        {"s", "\xff", NULL},
        {"z", "1", NULL},
        {"l", "a, b,,c", "[\"a\",\"b\",\"c\"]"},
        {"l", "", "[]"},
        {"l", "\xff", NULL},
        {"o", "{\"a\":1}", "{\"a\":1}"},
        {"o", "{", NULL},
        {"o", "", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ts_error err = {0};
        json_t *object = read_one(*state, rows[i].name, rows[i].value, &err);
        json_t *want = rows[i].json ? json_loads(rows[i].json, JSON_DECODE_ANY, NULL) : NULL;
        if (!want && object) fail_msg("%s=%s should be refused", rows[i].name, rows[i].value);
        if (!want) assert_int_equal(err.code, TS_USAGE);
        if (want && !object) fail_msg("%s=%s: %s", rows[i].name, rows[i].value, err.message);
        if (want) assert_true(json_equal(json_object_get(object, rows[i].name), want));
        if (want) assert_int_equal(json_integer_value(json_object_get(object, "d")), 7);
        json_decref(object);
        json_decref(want);
    }
}

static void test_pairs_twice(void **state)
{
    json_t *schema = json_loads(pair_schema, 0, NULL);
    ts_error err = {0};
    ts_http_pair twice[] = {{"n", "1", 1}, {"n", "1", 1}}, list[] = {{"l", "a", 1}, {"l", "b", 1}};
    assert_null(ts_schema_read_pairs(*state, schema, (ts_http_pairs){twice, 2}, &err));
    assert_non_null(strstr(err.message, "twice"));
    json_t *object = ts_schema_read_pairs(*state, schema, (ts_http_pairs){list, 2}, &err);
    assert_int_equal(json_array_size(json_object_get(object, "l")), 2);
    json_decref(object);
    json_decref(schema);
}

/* Every $ref in what is published leads somewhere. */
static void check_refs(const ts_schemas *schemas, const json_t *value)
{
    const char *name;
    json_t *member;
    if (json_is_object(value) && json_object_get(value, "$ref"))
        assert_ptr_not_equal(ts_schema_resolve(schemas, value), value);
    json_object_foreach ((json_t *)(uintptr_t)value, name, member) check_refs(schemas, member);
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++) {
        check_refs(schemas, json_array_get(value, i));
    }
}

static void test_references(void **state)
{
    check_refs(*state, ts_schemas_all(*state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_word),  cmocka_unit_test(test_long_places), cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_pairs_twice), cmocka_unit_test(test_references),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
