/* tests/vision: choosing analysers, and what happens when one of them cannot be opened. */
#include "tests/vision/look.h"

#include <stdio.h>
#include <unistd.h>

static void refuse(const ts_vision_options *options, ts_code code, const char *word, const char *hint)
{
    ts_error err;
    assert_fails(ts_vision_open(options, &err), err, code);
    if (!strstr(err.message, word)) fail_msg("\"%s\" does not say \"%s\"", err.message, word);
    if (!strstr(err.hint, hint)) fail_msg("hint \"%s\" does not say \"%s\"", err.hint, hint);
    assert_null(ts_vision_open(options, NULL));
}

static void unknown_analysers_are_named(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"colors", "\"colors\""},   {"colours,smell", "\"smell\""},
        {"Colours", "\"Colours\""}, {"colours quality", "\"colours quality\""},
        {"colour", "\"colour\""},   {"qualityx,colours", "\"qualityx\""},
        {",colours", "\"\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ts_vision_options options = vision_options(rows[i][0]);
        refuse(&options, TS_USAGE, rows[i][1], "colours");
    }
}

/* Every analyser of the table stands in the hint: nobody should have to look for the list. */
static void the_hint_lists_them_all(void **state)
{
    (void)state;
    ts_analyser_info info[32];
    size_t count = ts_vision_analysers(info, 32);
    assert_in_range(count, 8, 32);
    ts_vision_options options = vision_options("nonsense");
    for (size_t i = 0; i < count; i++) {
        refuse(&options, TS_USAGE, "nonsense", info[i].name);
        assert_string_not_equal(info[i].help, "");
    }
    assert_int_equal(ts_vision_analysers(info, 0), count);
}

static void an_empty_list_chooses_nothing(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("");
    refuse(&options, TS_USAGE, "no analyser", "");
}

/* Measures need no network: they must work where there is no OpenVINO and no model file at all. */
static void measures_need_no_engine(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("quality,colours");
    options.openvino = "/no/such/folder";
    options.weights = "/no/such/folder";
    viewer *v = viewer_new(&options);
    ts_seen seen = look_at_photo(v, "photos/coffee.png", (ts_look_wishes){.mesh = true, .embedding = true});
    assert_true(seen.has_colours && seen.has_quality);
    assert_string_equal(seen.colours.swatches[0].name, "brown");
    assert_false(seen.has_faces || seen.has_safety || seen.distribution || seen.embedding || seen.count);
    viewer_free(v);
}

static void only_what_was_chosen_looks(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("safety");
    viewer *v = viewer_new(&options);
    ts_seen seen = look_at_photo(v, "photos/coffee.png", (ts_look_wishes){0});
    assert_true(seen.has_safety && seen.nsfw >= 0 && seen.nsfw < 0.2F);
    assert_string_equal(seen.safety_source->analyser, "safety");
    assert_false(seen.has_colours || seen.has_quality || seen.has_faces || seen.distribution || seen.count);
    viewer_free(v);
}

static void the_wanted_side_follows_the_choice(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("colours");
    viewer *small = viewer_new(&options);
    options.analysers = "colours,quality";
    viewer *large = viewer_new(&options);
    assert_true(ts_vision_wanted_side(small->vision) >= 64);
    assert_true(ts_vision_wanted_side(large->vision) > ts_vision_wanted_side(small->vision));
    viewer_free(large);
    viewer_free(small);
}

static void a_missing_engine_is_said(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("colours,safety");
    options.openvino = "/no/such/folder";
    refuse(&options, TS_ENGINE, "/no/such/folder", "scripts/setup");
}

static void a_missing_model_file_is_said(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("colours,safety");
    options.weights = "/no/such/folder";
    refuse(&options, TS_MODEL, "open-nsfw", "scripts/setup");
}

static void a_changed_model_file_is_said(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    free(ts_test_file(folder, "open-nsfw.onnx", "not it", 6));
    ts_vision_options options = vision_options("safety");
    options.weights = folder;
    refuse(&options, TS_MODEL, "damaged", "scripts/setup");
    ts_test_folder_end(folder);
}

static void a_missing_share_folder_is_said(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("colours");
    options.share = "/no/such/folder";
    refuse(&options, TS_NOT_FOUND, "/no/such/folder", "TAGSMITH_SHARE");
}

static void an_unknown_precision_is_refused(void **state)
{
    (void)state;
    ts_vision_options options = vision_options("safety");
    options.precision = "int8";
    refuse(&options, TS_USAGE, "int8", "bf16");
}

static void closing_nothing_is_fine(void **state)
{
    (void)state;
    ts_vision_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_analysers_are_named),
        cmocka_unit_test(the_hint_lists_them_all),
        cmocka_unit_test(an_empty_list_chooses_nothing),
        cmocka_unit_test(measures_need_no_engine),
        cmocka_unit_test(only_what_was_chosen_looks),
        cmocka_unit_test(the_wanted_side_follows_the_choice),
        cmocka_unit_test(a_missing_engine_is_said),
        cmocka_unit_test(a_missing_model_file_is_said),
        cmocka_unit_test(a_changed_model_file_is_said),
        cmocka_unit_test(a_missing_share_folder_is_said),
        cmocka_unit_test(an_unknown_precision_is_refused),
        cmocka_unit_test(closing_nothing_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
