/* exchange: the NDJSON line, read back by jansson. That it fits docs/record.schema.json is tested in tests/cli. */
#include "exchange/exchange.h"
#include "tests/support/support.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "tests/exchange/records.h"

static json_t *line_of(const ts_record *record)
{
    ts_buf line = {0};
    assert_true(ts_ndjson_record(record, &line));
    assert_ptr_equal(strchr(line.data, '\n'), line.data + line.length - 1);
    json_error_t error;
    json_t *root = json_loadb(line.data, line.length - 1, JSON_REJECT_DUPLICATES, &error);
    if (!root) fail_msg("%s in %s", error.text, line.data);
    ts_buf_free(&line);
    return root;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static double number_at(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void everything_known_is_written(void **state)
{
    (void)state;
    ts_record record = test_record();
    json_t *root = line_of(&record);
    json_t *picture = json_object_get(root, "picture");
    assert_string_equal(text_at(root, "path"), "p/a.jpg");
    assert_null(json_object_get(root, "path_escaped"));
    assert_string_equal(text_at(picture, "format"), "WebP");
    assert_int_equal(number_at(picture, "orientation"), 6);
    json_t *dog = json_array_get(json_object_get(root, "tags"), 0);
    assert_true(number_at(dog, "confidence") == 0.98);
    assert_int_equal(number_at(dog, "count"), 2);
    json_t *box = json_array_get(json_object_get(dog, "boxes"), 0);
    assert_true(json_number_value(json_array_get(box, 0)) == 10.0);
    assert_true(json_number_value(json_array_get(box, 1)) == 20.1);
    json_t *seen = json_object_get(dog, "evidence");
    assert_string_equal(text_at(json_array_get(seen, 0), "label"), "dog");
    assert_null(json_object_get(json_array_get(seen, 1), "label"));
    assert_string_equal(text_at(json_array_get(json_object_get(root, "colours"), 0), "hex"), "#ff0010");
    assert_int_equal(
        json_array_size(json_object_get(json_array_get(json_object_get(root, "faces"), 0), "mesh")), 2);
    assert_true(number_at(json_object_get(root, "quality"), "resolution") == 0.307);
    json_t *writing = json_object_get(root, "text"),
           *line = json_array_get(json_object_get(writing, "lines"), 0);
    assert_string_equal(text_at(writing, "language"), "en");
    assert_string_equal(text_at(line, "text"), "NO <exit>");
    assert_true(number_at(json_array_get(json_object_get(line, "words"), 1), "confidence") == 0.8);
    assert_int_equal(json_array_size(json_object_get(line, "box")), 4);
    json_t *place = json_object_get(root, "place");
    assert_string_equal(text_at(place, "region"), "Kärnten");
    assert_string_equal(text_at(place, "country_code"), "AT");
    assert_true(number_at(place, "km") == 61.3);
    assert_null(json_object_get(place, "city"));
    assert_int_equal(json_array_size(json_object_get(root, "embedding")), 2);
    assert_true(number_at(root, "ms") == 12.3);
    json_decref(root);
}

static void what_did_not_run_is_absent(void **state)
{
    (void)state;
    ts_record record = test_record();
    record.has_faces = record.has_colours = record.has_safety = record.has_quality = record.has_lines = false;
    record.place = NULL;
    record.embedding = NULL;
    record.tag_count = record.warning_count = 0;
    json_t *root = line_of(&record);
    assert_int_equal(json_object_size(root), 5); /* path, picture, tags, warnings, ms */
    assert_int_equal(json_array_size(json_object_get(root, "tags")), 0);
    json_decref(root);
}

static void a_path_that_is_no_text_is_escaped_and_says_so(void **state)
{
    (void)state;
    ts_record record = test_record();
    record.path = "caf\xE9 100%.jpg";
    json_t *root = line_of(&record);
    assert_string_equal(text_at(root, "path"), "caf%E9 100%25.jpg");
    assert_true(json_is_true(json_object_get(root, "path_escaped")));
    json_decref(root);
    record.path = "100%.jpg";
    root = line_of(&record);
    assert_string_equal(text_at(root, "path"), "100%.jpg");
    assert_null(json_object_get(root, "path_escaped"));
    json_decref(root);
    record.path = NULL;
    root = line_of(&record);
    assert_string_equal(text_at(root, "path"), "-");
    json_decref(root);
}

static void errors_keep_their_words(void **state)
{
    (void)state;
    ts_error err = {0};
    (void)ts_fail(&err, TS_TOO_LARGE, "it has \"%d\" pixels\x01", 7);
    (void)ts_hint(&err, "raise --max-pixels");
    ts_buf line = {0};
    assert_true(ts_ndjson_error("x.jpg", &err, &line));
    assert_string_equal(
        line.data, "{\"path\":\"x.jpg\",\"error\":{\"code\":\"too_large\",\"message\":\"it has \\\"7\\\" "
                   "pixels\\u0001\",\"hint\":\"raise --max-pixels\"}}\n");
    ts_buf_free(&line);
}

/* A record must cost next to nothing beside the networks: under a tenth of a millisecond, even in a checked build. */
static void a_line_is_cheap(void **state)
{
    (void)state;
    ts_record record = test_record();
    ts_buf line = {0};
    double best = 1e9;
    for (int round = 0; round < 20; round++) {
        double start = ts_clock_ms();
        for (int i = 0; i < 100; i++) {
            ts_buf_clear(&line);
            assert_true(ts_ndjson_record(&record, &line));
        }
        double each = (ts_clock_ms() - start) / 100;
        if (each < best) best = each;
    }
    print_message("%.4f ms a line of %zu bytes\n", best, line.length);
    assert_true(best < 0.5);
    ts_buf_free(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_known_is_written),
        cmocka_unit_test(what_did_not_run_is_absent),
        cmocka_unit_test(a_path_that_is_no_text_is_escaped_and_says_so),
        cmocka_unit_test(errors_keep_their_words),
        cmocka_unit_test(a_line_is_cheap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
