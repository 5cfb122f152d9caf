/* service: walking folders. What a user sees of it is tested in tests/cli; here the corners. */
#include "service/walk.h"
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

typedef struct found {
    ts_buf names; /* base names, each with a space behind */
    size_t problems;
    size_t most; /* stop after so many; 0: never */
    size_t count;
} found;

static bool note(void *context, const char *path, const ts_error *problem)
{
    found *f = context;
    if (problem) f->problems++;
    (void)ts_buf_printf(&f->names, "%s ", ts_path_base(path));
    f->count++;
    return f->count != f->most;
}

static void make(const char *folder, const char *name)
{
    char *path = ts_test_path(folder, name);
    ts_error err;
    assert_works(ts_dir_make_for(path, &err), err);
    free(path);
    free(ts_test_file(folder, name, "x", 1));
}

static void the_end_of_the_visitor_is_the_end(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    make(folder, "a.jpg");
    make(folder, "b/c.jpg");
    make(folder, "b/d.jpg");
    make(folder, "e.jpg");
    found f = {.most = 2};
    ts_walk_counts counts = {0};
    assert_false(ts_walk(folder, &(ts_walk_options){0}, note, &f, &counts));
    assert_string_equal(f.names.data, "a.jpg c.jpg ");
    assert_int_equal(counts.files, 2);
    ts_buf_free(&f.names);
    ts_test_folder_end(folder);
}

static void a_folder_that_cannot_be_opened_is_one_problem(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    make(folder, "a.jpg");
    make(folder, "locked/x.jpg");
    make(folder, "z.jpg");
    char *locked = ts_test_path(folder, "locked");
    assert_int_equal(chmod(locked, 0), 0);
    found f = {0};
    ts_walk_counts counts = {0};
    bool root = access(locked, R_OK) == 0; /* nothing is locked for root */
    assert_true(ts_walk(folder, &(ts_walk_options){0}, note, &f, &counts));
    assert_string_equal(f.names.data, root ? "a.jpg x.jpg z.jpg " : "a.jpg locked z.jpg ");
    assert_int_equal(f.problems, root ? 0 : 1);
    assert_int_equal(chmod(locked, 0700), 0);
    ts_buf_free(&f.names);
    free(locked);
    ts_test_folder_end(folder);
}

static void very_deep_folders_end_as_a_problem(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    ts_buf path = {0};
    assert_true(ts_buf_puts(&path, folder));
    for (int i = 0; i < 300; i++) {
        assert_true(ts_buf_puts(&path, "/d"));
        assert_int_equal(mkdir(path.data, 0700), 0);
    }
    found f = {0};
    ts_walk_counts counts = {0};
    assert_true(ts_walk(folder, &(ts_walk_options){0}, note, &f, &counts));
    assert_int_equal(f.problems, 1);
    assert_int_equal(counts.files, 0);
    ts_buf_free(&f.names);
    ts_buf_free(&path);
    ts_test_folder_end(folder);
}

static void nothing_at_all_is_a_problem_too(void **state)
{
    (void)state;
    found f = {0};
    ts_walk_counts counts = {0};
    assert_true(ts_walk("/no/such/folder", &(ts_walk_options){0}, note, &f, &counts));
    assert_int_equal(f.problems, 1);
    ts_buf_free(&f.names);
    assert_true(ts_walk("", &(ts_walk_options){0}, note, &f, &counts));
    assert_int_equal(f.problems, 2);
    ts_buf_free(&f.names);
}

static void counts_say_what_was_left_out(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    make(folder, "a.jpg");
    make(folder, "notes.txt");
    make(folder, ".hidden.jpg");
    make(folder, "x.gif");
    make(folder, "none/.nomedia");
    make(folder, "none/x.jpg");
    const char *globs[] = {"*.gif"};
    found f = {0};
    ts_walk_counts counts = {0};
    assert_true(
        ts_walk(folder, &(ts_walk_options){.excludes = globs, .exclude_count = 1}, note, &f, &counts));
    assert_string_equal(f.names.data, "a.jpg ");
    assert_int_equal(counts.files, 1);
    assert_int_equal(counts.skipped, 3);
    assert_int_equal(counts.nomedia, 1);
    ts_buf_free(&f.names);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_the_visitor_is_the_end),
        cmocka_unit_test(a_folder_that_cannot_be_opened_is_one_problem),
        cmocka_unit_test(very_deep_folders_end_as_a_problem),
        cmocka_unit_test(nothing_at_all_is_a_problem_too),
        cmocka_unit_test(counts_say_what_was_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
