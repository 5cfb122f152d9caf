/* service: the state file: what is committed is found again, what is not is not. Whole runs that die and go on are
 * tested in tests/cli. */
#include "service/run_state.h"
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

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

static void join_label(void *context, const char *label)
{
    char *all = context;
    (void)strcat(strcat(all, label), ",");
}

static ts_run_state *open_state(const char *path, char *labels, ts_run_mark *mark)
{
    ts_error err = {0};
    ts_run_state *run =
        ts_run_state_open(path, "--max-tags 50", labels ? join_label : NULL, labels, mark, &err);
    if (!run) fail_msg("%s", err.message);
    return run;
}

static void committed_entries_come_back(void **state)
{
    char *path = ts_test_path(*state, "s");
    ts_error err;
    ts_run_mark mark;
    ts_run_state *run = open_state(path, NULL, &mark);
    assert_int_equal(mark.tagged, 0);
    const char *const labels[] = {"dog", "hot dog\t%"};
    assert_works(ts_run_state_add(run, "a\nb\t%.jpg", false, labels, 2, &err), err);
    assert_works(ts_run_state_add(run, "caf\xE9.jpg", true, NULL, 0, &err), err);
    mark = (ts_run_mark){1, 2, 3, 4, 5};
    assert_works(ts_run_state_commit(run, &mark, &err), err);
    assert_works(ts_run_state_add(run, "uncommitted", false, labels, 1, &err), err);
    ts_run_state_free(run);
    char seen[64] = "";
    run = open_state(path, seen, &mark);
    assert_string_equal(seen, "dog,hot dog\t%,");
    assert_int_equal(mark.tagged, 1);
    assert_int_equal(mark.failed, 2);
    assert_int_equal(mark.output_bytes, 3);
    assert_int_equal(mark.report_page, 4);
    assert_int_equal(mark.report_bytes, 5);
    assert_true(ts_run_state_done(run, "a\nb\t%.jpg"));
    assert_true(ts_run_state_done(run, "caf\xE9.jpg"));
    assert_false(ts_run_state_done(run, "uncommitted"));
    ts_run_state_free(run);
    ts_run_state_free(NULL);
    free(path);
}

/* Cut anywhere, the file opens, and says exactly the last commit that is whole. */
static void cut_anywhere_it_tells_the_last_whole_commit(void **state)
{
    char *path = ts_test_path(*state, "s");
    ts_error err;
    ts_run_mark mark = {0};
    ts_run_state *run = open_state(path, NULL, &mark);
    for (uint64_t i = 1; i <= 3; i++) {
        char name[2] = {(char)('a' + (int)i), '\0'};
        assert_works(ts_run_state_add(run, name, false, NULL, 0, &err), err);
        mark.tagged = i;
        assert_works(ts_run_state_commit(run, &mark, &err), err);
    }
    ts_run_state_free(run);
    size_t length = 0;
    char *whole = ts_test_read(path, &length);
    uint64_t before = 0;
    for (size_t cut = 0; cut <= length; cut++) {
        free(ts_test_file(*state, "s", whole, cut));
        run = open_state(path, NULL, &mark);
        assert_true(mark.tagged >= before && mark.tagged <= 3);
        assert_true(ts_run_state_done(run, "b") == (mark.tagged >= 1));
        assert_true(ts_run_state_done(run, "d") == (mark.tagged >= 3));
        before = mark.tagged;
        /* It goes on from there. */
        mark.tagged = 9;
        assert_works(ts_run_state_commit(run, &mark, &err), err);
        ts_run_state_free(run);
        run = open_state(path, NULL, &mark);
        assert_int_equal(mark.tagged, 9);
        ts_run_state_free(run);
    }
    assert_int_equal(before, 3);
    free(whole);
    free(path);
}

static void what_is_no_state_file_is_refused_untouched(void **state)
{
    const char *const texts[] = {"hello\n", "hello", "tagsmith-state 2\t--max-tags 50\n", "\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *path = ts_test_file(*state, "s", texts[i], strlen(texts[i]));
        ts_run_mark mark;
        ts_error err;
        assert_fails(ts_run_state_open(path, "--max-tags 50", NULL, NULL, &mark, &err), err, TS_USAGE);
        char *now = ts_test_read(path, NULL);
        assert_string_equal(now, texts[i]);
        free(now);
        free(path);
    }
}

static void other_settings_are_refused_with_the_old_ones(void **state)
{
    char *path = ts_test_path(*state, "s");
    ts_run_mark mark;
    ts_run_state_free(open_state(path, NULL, &mark));
    ts_error err;
    assert_fails(ts_run_state_open(path, "--max-tags 3", NULL, NULL, &mark, &err), err, TS_USAGE);
    assert_non_null(strstr(err.hint, "--max-tags 50"));
    free(path);
}

static void a_damaged_path_is_an_error(void **state)
{
    const char *text = "tagsmith-state 1\t--max-tags 50\nd\tbad%zz\nc\t1\t0\t0\t0\t0\n";
    char *path = ts_test_file(*state, "s", text, strlen(text));
    ts_run_mark mark;
    ts_error err;
    assert_fails(ts_run_state_open(path, "--max-tags 50", NULL, NULL, &mark, &err), err, TS_CONFIG);
    free(path);
}

static void one_process_at_a_time(void **state)
{
    char *path = ts_test_path(*state, "s");
    ts_run_mark mark;
    ts_run_state *run = open_state(path, NULL, &mark);
    ts_error err;
    assert_fails(ts_run_state_open(path, "--max-tags 50", NULL, NULL, &mark, &err), err, TS_USAGE);
    ts_run_state_free(run);
    ts_run_state_free(open_state(path, NULL, &mark));
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(committed_entries_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cut_anywhere_it_tells_the_last_whole_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_state_file_is_refused_untouched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_settings_are_refused_with_the_old_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_path_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_process_at_a_time, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
