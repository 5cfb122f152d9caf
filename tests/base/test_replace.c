/* tests/base: a changed copy in the place of a file: rights and attributes stay, meanwhile is noticed, nothing is left. */
#include "base/replace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/support.h"

static char path[512], copy[512];

static int set_up(void **state)
{
    *state = ts_test_folder();
    (void)snprintf(path, sizeof path, "%s/a", (const char *)*state);
    (void)snprintf(copy, sizeof copy, "%s/.a.tagsmith-new", (const char *)*state);
    return ts_file_write_atomic(path, "old", 3, NULL) ? 0 : -1;
}

static int tear_down(void **state)
{
    ts_test_folder_end(*state);
    return 0;
}

static void assert_holds(const char *text)
{
    ts_buf buf = {0};
    assert_true(ts_file_read(path, 0, &buf, NULL));
    assert_string_equal(buf.data, text);
    ts_buf_free(&buf);
    assert_false(ts_file_exists(copy));
}

static struct stat look(void)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    return st;
}

static void rights_stay(void **state)
{
    (void)state;
    ts_error err = {0};
    assert_int_equal(chmod(path, 0604), 0);
    bool attributes = setxattr(path, "user.mood", "calm", 4, 0) == 0; /* not every file system has them */
    const struct timespec times[2] = {{1000, 5}, {2000, 6}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    struct stat seen = look();
    assert_works(ts_file_replace(&(ts_replacement){path, "new", 3, &seen, true}, &err), err);
    assert_holds("new");
    struct stat now = look();
    assert_int_equal(now.st_mode & 07777, 0604);
    assert_int_equal(now.st_mtim.tv_sec, 2000);
    assert_int_not_equal(now.st_ino, seen.st_ino);
    char value[8] = "";
    if (attributes) assert_int_equal(getxattr(path, "user.mood", value, sizeof value), 4);
}

static void meanwhile_is_noticed(void **state)
{
    (void)state;
    ts_error err = {0};
    struct stat seen = look();
    assert_true(ts_file_write_atomic(path, "theirs", 6, NULL));
    assert_false(ts_file_replace(&(ts_replacement){path, "new", 3, &seen, false}, &err));
    assert_int_equal(err.code, TS_CHANGED);
    assert_false(ts_file_replace(&(ts_replacement){path, "new", 3, NULL, false}, &err));
    assert_int_equal(err.code, TS_CHANGED);
    assert_holds("theirs");
}

static void what_was_left_is_taken_over(void **state)
{
    (void)state;
    ts_error err = {0};
    struct stat seen = look();
    assert_true(ts_file_write_atomic(copy, "half of a longer text", 21, NULL));
    assert_works(ts_file_replace(&(ts_replacement){path, "new", 3, &seen, false}, &err), err);
    assert_holds("new");
    assert_true(ts_file_write_atomic(copy, "half", 4, NULL));
    ts_file_replace_tidy(path);
    assert_holds("new");
}

static void two_do_not_write_at_once(void **state)
{
    (void)state;
    ts_error err = {0};
    struct stat seen = look();
    int other = open(copy, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_false(ts_file_replace(&(ts_replacement){path, "new", 3, &seen, false}, &err));
    assert_int_equal(err.code, TS_BUSY);
    ts_file_replace_tidy(path);
    assert_true(ts_file_exists(copy));
    close(other);
    ts_file_replace_tidy(path);
    assert_holds("old");
}

static void no_link_is_followed(void **state)
{
    (void)state;
    ts_error err = {0};
    struct stat seen = look();
    char target[600];
    (void)snprintf(target, sizeof target, "%s-target", path);
    assert_int_equal(rename(path, target), 0);
    assert_int_equal(symlink(target, path), 0);
    assert_false(ts_file_replace(&(ts_replacement){path, "new", 3, &seen, false}, &err));
    assert_int_equal(err.code, TS_CHANGED);
    assert_holds("old");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rights_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(meanwhile_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_left_is_taken_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(two_do_not_write_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_link_is_followed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
