/* tests/base: the append-only file: what is kept on opening, what is written, what is refused. */
#include "base/append.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "tests/support/support.h"

static int set_up(void **state)
{
    *state = ts_test_folder();
    return 0;
}

static int tear_down(void **state)
{
    ts_test_folder_end(*state);
    return 0;
}

static void assert_content(const char *path, const char *expected)
{
    size_t length = 0;
    char *text = ts_test_read(path, &length);
    assert_int_equal(length, strlen(expected));
    assert_string_equal(text, expected);
    free(text);
}

static void writes_a_new_file(void **state)
{
    char *path = ts_test_path(*state, "log");
    ts_append file = {0};
    ts_error err;
    assert_works(ts_append_open(&file, path, 0, &err), err);
    assert_works(ts_append_write(&file, "one\n", 4, &err), err);
    assert_works(ts_append_write(&file, "two\n", 4, &err), err);
    assert_int_equal(file.length, 8);
    assert_works(ts_append_flush(&file, true, &err), err);
    assert_content(path, "one\ntwo\n");
    assert_works(ts_append_close(&file, &err), err);
    assert_works(ts_append_close(&file, &err), err);
    free(path);
}

static void cuts_what_is_not_known_to_be_good(void **state)
{
    char *path = ts_test_file(*state, "log", "good\ntorn", 9);
    ts_append file = {0};
    ts_error err;
    assert_works(ts_append_open(&file, path, 5, &err), err);
    assert_int_equal(file.length, 5);
    assert_works(ts_append_write(&file, "more\n", 5, &err), err);
    assert_int_equal(file.length, 10);
    assert_works(ts_append_close(&file, &err), err);
    assert_content(path, "good\nmore\n");
    free(path);
}

static void a_file_that_lost_its_end_is_refused_untouched(void **state)
{
    char *path = ts_test_file(*state, "log", "short", 5);
    ts_append file = {0};
    ts_error err;
    assert_fails(ts_append_open(&file, path, 6, &err), err, TS_IO);
    assert_false(file.open);
    assert_content(path, "short");
    assert_works(ts_append_close(&file, &err), err);
    free(path);
}

static void much_is_written_before_anyone_flushes(void **state)
{
    enum { LINES = 100000 };
    char *path = ts_test_path(*state, "log");
    ts_append file = {0};
    ts_error err;
    assert_works(ts_append_open(&file, path, 0, &err), err);
    for (unsigned i = 0; i < LINES; i++) assert_works(ts_append_write(&file, "0123456789", 10, &err), err);
    assert_true(file.pending.length < 1u << 20);
    assert_works(ts_append_close(&file, &err), err);
    assert_int_equal(ts_file_size(path), LINES * 10);
    free(path);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    ts_append file = {0};
    ts_error err;
    assert_works(ts_append_open(&file, "/dev/full", 0, &err), err);
    assert_works(ts_append_write(&file, "x", 1, &err), err);
    assert_fails(ts_append_flush(&file, false, &err), err, TS_IO);
    assert_fails(ts_append_close(&file, &err), err, TS_IO);
    assert_false(file.open);
}

static void a_folder_that_is_missing_is_said(void **state)
{
    char *path = ts_test_path(*state, "no/log");
    ts_append file = {0};
    ts_error err;
    assert_fails(ts_append_open(&file, path, 0, &err), err, TS_NOT_FOUND);
    assert_works(ts_dir_make_for(path, &err), err);
    assert_works(ts_append_open(&file, path, 0, &err), err);
    assert_works(ts_append_close(&file, &err), err);
    assert_works(ts_dir_make_for("log", &err), err);
    assert_works(ts_dir_make_for("/log", &err), err);
    free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(writes_a_new_file),
        TEST(cuts_what_is_not_known_to_be_good),
        TEST(a_file_that_lost_its_end_is_refused_untouched),
        TEST(much_is_written_before_anyone_flushes),
        TEST(a_full_disk_is_an_error),
        TEST(a_folder_that_is_missing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
