/* tests/engine: finding the inference library. Whatever lies in its place, the answer is one clear error. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine/specs.h"

static int set_up(void **state)
{
    unsetenv("TAGSMITH_OPENVINO");
    *state = ts_test_folder();
    return 0;
}

static int tear_down(void **state)
{
    ts_test_folder_end(*state);
    return 0;
}

/* Fails with TS_ENGINE, tells the folder and what to do, and prints nothing. Returns the error. */
static ts_error refuse(const char *dir)
{
    ts_engine_options options = {.library_dir = dir, .streams = 1};
    ts_error err = {0};
    ts_test_listen();
    ts_engine *engine = ts_engine_open(&options, &err);
    char *heard = ts_test_heard();
    if (engine) fail_msg("%s was taken for an OpenVINO", dir);
    ts_test_check_error(&err, TS_ENGINE, __FILE__, __LINE__);
    assert_string_equal(heard, "");
    free(heard);
    assert_null(ts_engine_open(&options, NULL));
    return err;
}

static void assert_says(const char *text, const char *word)
{
    if (!strstr(text, word)) fail_msg("\"%s\" does not say \"%s\"", text, word);
}

static void a_missing_folder_is_named_with_what_to_do(void **state)
{
    char *nowhere = ts_test_path(*state, "nowhere");
    ts_error err = refuse(nowhere);
    assert_says(err.message, nowhere);
    assert_says(err.hint, "scripts/setup");
    assert_says(err.hint, "TAGSMITH_OPENVINO");
    err = refuse(*state); /* there, but empty */
    assert_says(err.message, *state);
    free(nowhere);
}

/* A folder that was asked for is never replaced by another one in silence. */
static void the_variable_is_obeyed_also_when_it_is_wrong(void **state)
{
    setenv("TAGSMITH_OPENVINO", *state, 1);
    ts_error err = refuse(NULL);
    assert_says(err.message, *state);
    assert_says(err.hint, "TAGSMITH_OPENVINO");
    unsetenv("TAGSMITH_OPENVINO");
}

static void garbage_of_the_right_name_is_refused(void **state)
{
    static const char *const contents[] = {"", "no library", "\177ELF\2\1\1 and then nothing of use"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        free(ts_test_file(*state, "libopenvino_c.so", contents[i], strlen(contents[i])));
        ts_error err = refuse(*state);
        assert_says(err.message, "libopenvino_c.so");
        assert_string_not_equal(err.hint, "");
    }
}

static void a_folder_of_the_right_name_is_refused(void **state)
{
    char *path = ts_test_path(*state, "libopenvino_c.so");
    assert_int_equal(mkdir(path, 0777), 0);
    refuse(*state);
    free(path);
}

static void a_library_without_the_functions_is_refused(void **state)
{
    (void)state;
    ts_error err = refuse(TS_TEST_FAKE_NOTHING);
    assert_says(err.message, TS_TEST_FAKE_NOTHING);
    assert_says(err.message, "lacks ov_");
    assert_says(err.hint, "2024");
}

static void an_old_version_is_refused(void **state)
{
    (void)state;
    static const char *const versions[] = {"2023.3.0-13775-ceeafaf64f3", "2022.1", "0", "", "unknown"};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        setenv("TS_FAKE_OPENVINO_VERSION", versions[i], 1);
        ts_error err = refuse(TS_TEST_FAKE_REFUSING);
        assert_says(err.message, "too old");
        assert_says(err.message, versions[i]);
        assert_says(err.hint, "2024.0");
    }
    unsetenv("TS_FAKE_OPENVINO_VERSION");
    assert_says(refuse(TS_TEST_FAKE_REFUSING).message, "version");
}

/* OpenVINO's messages have many lines that begin with source positions; only what it says in the end is of
 * use. */
static void a_library_that_does_not_start_says_why(void **state)
{
    (void)state;
    setenv("TS_FAKE_OPENVINO_VERSION", "2026.4.1-1-x", 1);
    ts_error err = refuse(TS_TEST_FAKE_REFUSING);
    assert_string_equal(err.message, "OpenVINO does not start: the false one never starts");
    unsetenv("TS_FAKE_OPENVINO_VERSION");
}

static void the_real_one_is_found_and_tells_what_it_is(void **state)
{
    (void)state;
    ts_engine *engine = open_engine(NULL, 1);
    assert_true(atoi(ts_engine_version(engine)) >= 2024);
    assert_non_null(strstr(ts_engine_library(engine), "libopenvino_c.so"));
    assert_string_not_equal(ts_engine_device(engine), "");
    ts_engine_close(engine);
}

static void its_folder_may_have_any_name(void **state)
{
    ts_engine *engine = open_engine(NULL, 1);
    char *odd = ts_test_path(*state, "odd [1] *");
    char *lib = ts_test_path(odd, "lib");
    char *link = ts_test_path(lib, "libopenvino_c.so.1");
    assert_int_equal(mkdir(odd, 0777), 0);
    assert_int_equal(mkdir(lib, 0777), 0);
    assert_int_equal(symlink(ts_engine_library(engine), link), 0);
    ts_engine_close(engine);
    ts_engine_options options = {.library_dir = odd, .streams = 1};
    ts_error err;
    assert_works(engine = ts_engine_open(&options, &err), err);
    assert_string_equal(ts_engine_library(engine), link);
    ts_engine_close(engine);
    free(link);
    free(lib);
    free(odd);
}

static void engines_come_and_go(void **state)
{
    (void)state;
    ts_engine *first = open_engine(NULL, 0); /* 0 streams are taken as one */
    ts_engine *second = open_engine(NULL, 2);
    assert_string_equal(ts_engine_version(first), ts_engine_version(second));
    ts_engine_close(first);
    ts_engine_close(second);
    ts_engine_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_missing_folder_is_named_with_what_to_do),
        TEST(the_variable_is_obeyed_also_when_it_is_wrong),
        TEST(garbage_of_the_right_name_is_refused),
        TEST(a_folder_of_the_right_name_is_refused),
        TEST(a_library_without_the_functions_is_refused),
        TEST(an_old_version_is_refused),
        TEST(a_library_that_does_not_start_says_why),
        TEST(the_real_one_is_found_and_tells_what_it_is),
        TEST(its_folder_may_have_any_name),
        TEST(engines_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
