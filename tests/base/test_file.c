/* tests/base: files: whole reads with a limit, replacement that never leaves a part, folders, names. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

static size_t count_entries(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    while (readdir(dir)) count++;
    closedir(dir);
    return count - 2;
}

static void reads_what_is_there(void **state)
{
    static const size_t sizes[] = {0, 1, 255, 256, 65535, 65536, 65537, 1000003};
    char *bytes = malloc(1000003);
    for (size_t i = 0; i < 1000003; i++) bytes[i] = (char)(i * 31 % 256);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *path = ts_test_file(*state, "f", bytes, sizes[i]);
        ts_buf buf = {0};
        ts_error err;
        assert_works(ts_file_read(path, 0, &buf, &err), err);
        assert_int_equal(buf.length, sizes[i]);
        assert_memory_equal(buf.data, bytes, sizes[i]);
        assert_int_equal(buf.data[buf.length], '\0');
        assert_int_equal(ts_file_size(path), sizes[i]);
        ts_buf_free(&buf);
        free(path);
    }
    free(bytes);
}

static void appends_to_what_the_buffer_holds(void **state)
{
    char *path = ts_test_file(*state, "f", "world", 5);
    ts_buf buf = {0};
    ts_error err;
    assert_true(ts_buf_puts(&buf, "hello "));
    assert_works(ts_file_read(path, 5, &buf, &err), err);
    assert_string_equal(buf.data, "hello world");
    ts_buf_free(&buf);
    free(path);
}

static void the_limit_is_inclusive(void **state)
{
    char *path = ts_test_file(*state, "f", "12345", 5);
    ts_buf buf = {0};
    ts_error err;
    assert_works(ts_file_read(path, 5, &buf, &err), err);
    ts_buf_clear(&buf);
    assert_fails(ts_file_read(path, 4, &buf, &err), err, TS_TOO_LARGE);
    assert_int_equal(buf.length, 0);
    ts_buf_free(&buf);
    free(path);
}

/* Files in /proc say that they are empty and are not: the reader believes read(), not the size. */
static void the_limit_holds_for_files_that_lie_about_their_size(void **state)
{
    (void)state;
    ts_buf buf = {0};
    ts_error err;
    assert_works(ts_file_read("/proc/self/status", 0, &buf, &err), err);
    assert_true(buf.length > 100);
    ts_buf_clear(&buf);
    assert_fails(ts_file_read("/proc/self/status", 100, &buf, &err), err, TS_TOO_LARGE);
    ts_buf_free(&buf);
}

static void refuses_what_is_no_regular_file(void **state)
{
    ts_buf buf = {0};
    ts_error err;
    char *pipe_path = ts_test_path(*state, "pipe");
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    assert_fails(ts_file_read(pipe_path, 0, &buf, &err), err, TS_IO);
    assert_fails(ts_file_read(*state, 0, &buf, &err), err, TS_IO);
    assert_fails(ts_file_read("/dev/zero", 0, &buf, &err), err, TS_IO);
    assert_string_not_equal(err.hint, "");
    char *missing = ts_test_path(*state, "missing");
    assert_fails(ts_file_read(missing, 0, &buf, &err), err, TS_NOT_FOUND);
    ts_buf_free(&buf);
    free(missing);
    free(pipe_path);
}

static void a_read_with_null_error_still_fails(void **state)
{
    ts_buf buf = {0};
    assert_false(ts_file_read(*state, 0, &buf, NULL));
    ts_buf_free(&buf);
}

static void write_makes_and_replaces(void **state)
{
    char *path = ts_test_path(*state, "out.txt");
    ts_error err;
    assert_works(ts_file_write_atomic(path, "first", 5, &err), err);
    assert_works(ts_file_write_atomic(path, "2nd", 3, &err), err);
    size_t length = 0;
    char *text = ts_test_read(path, &length);
    assert_int_equal(length, 3);
    assert_string_equal(text, "2nd");
    assert_works(ts_file_write_atomic(path, NULL, 0, &err), err);
    assert_int_equal(ts_file_size(path), 0);
    assert_int_equal(count_entries(*state), 1);
    free(text);
    free(path);
}

static void write_respects_the_umask(void **state)
{
    char *path = ts_test_path(*state, "out.txt");
    ts_error err;
    struct stat st;
    mode_t old = umask(027);
    assert_works(ts_file_write_atomic(path, "x", 1, &err), err);
    umask(old);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    free(path);
}

static void a_failed_write_leaves_nothing_behind(void **state)
{
    ts_error err;
    char *nowhere = ts_test_path(*state, "no/such/folder/out.txt");
    assert_fails(ts_file_write_atomic(nowhere, "x", 1, &err), err, TS_NOT_FOUND);
    char *folder = ts_test_path(*state, "folder");
    assert_works(ts_dir_make(folder, &err), err);
    assert_fails(ts_file_write_atomic(folder, "x", 1, &err), err, TS_IO);
    assert_int_equal(count_entries(*state), 1);
    free(folder);
    free(nowhere);
}

/* The errno of the failed write, not of the clean-up after it, is reported. */
static void a_failed_write_says_why(void **state)
{
    char *path = ts_test_path(*state, "out.txt");
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 2, .rlim_max = old.rlim_max}), 0);
    ts_error err = {0};
    bool ok = ts_file_write_atomic(path, "too much", 8, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_false(ok);
    ts_test_check_error(&err, TS_IO, __FILE__, __LINE__);
    assert_non_null(strstr(err.message, strerror(EFBIG)));
    assert_int_equal(count_entries(*state), 0);
    free(path);
}

static void a_stale_temporary_file_is_no_obstacle(void **state)
{
    char name[64];
    (void)snprintf(name, sizeof name, "out.txt.%ld-0.tmp", (long)gettid());
    char *stale = ts_test_file(*state, name, "stale", 5);
    char *path = ts_test_path(*state, "out.txt");
    ts_error err;
    assert_works(ts_file_write_atomic(path, "new", 3, &err), err);
    char *text = ts_test_read(path, NULL);
    assert_string_equal(text, "new");
    free(text);
    free(path);
    free(stale);
}

static void folders_are_made_with_their_parents(void **state)
{
    ts_error err;
    char *deep = ts_test_path(*state, "a/b//c/");
    assert_works(ts_dir_make(deep, &err), err);
    assert_true(ts_dir_exists(deep));
    assert_works(ts_dir_make(deep, &err), err);
    assert_false(ts_file_exists(deep));
    assert_fails(ts_dir_make("", &err), err, TS_USAGE);
    char *file = ts_test_file(*state, "file", "x", 1);
    assert_fails(ts_dir_make(file, &err), err, TS_IO);
    assert_true(ts_file_exists(file));
    assert_false(ts_dir_exists(file));
    assert_int_equal(ts_file_size(deep), -1);
    char *below = ts_test_path(file, "below");
    assert_fails(ts_dir_make(below, &err), err, TS_NOT_FOUND);
    free(below);
    free(file);
    free(deep);
}

static void paths_are_joined(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"", "b", "b"},
        {"/", "b", "/b"},  {"a", "/b", "/b"},  {"a", "", "a/"},
    };
    ts_arena *arena = ts_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(ts_path_join(arena, rows[i][0], rows[i][1]), rows[i][2]);
    ts_arena_free(arena);
}

static void the_base_is_what_follows_the_last_slash(void **state)
{
    (void)state;
    assert_string_equal(ts_path_base("a/b/c.jpg"), "c.jpg");
    assert_string_equal(ts_path_base("c.jpg"), "c.jpg");
    assert_string_equal(ts_path_base("a/"), "");
    assert_string_equal(ts_path_base(""), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reads_what_is_there),
        TEST(appends_to_what_the_buffer_holds),
        TEST(the_limit_is_inclusive),
        TEST(the_limit_holds_for_files_that_lie_about_their_size),
        TEST(refuses_what_is_no_regular_file),
        TEST(a_read_with_null_error_still_fails),
        TEST(write_makes_and_replaces),
        TEST(write_respects_the_umask),
        TEST(a_failed_write_leaves_nothing_behind),
        TEST(a_failed_write_says_why),
        TEST(a_stale_temporary_file_is_no_obstacle),
        TEST(folders_are_made_with_their_parents),
        TEST(paths_are_joined),
        TEST(the_base_is_what_follows_the_last_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
