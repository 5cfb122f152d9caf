/* service: links from one place to another. */
#include "service/link.h"
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static char *root; /* the real path of a fresh folder that holds p/a b%.jpg and rep/ */

static int set_up(void **state)
{
    char *folder = ts_test_folder();
    ts_error err;
    char *picture = ts_test_path(folder, "p/a b%.jpg");
    assert_works(ts_dir_make_for(picture, &err), err);
    free(picture);
    free(ts_test_file(folder, "p/a b%.jpg", "x", 1));
    char *report = ts_test_path(folder, "rep");
    assert_works(ts_dir_make(report, &err), err);
    free(report);
    root = realpath(folder, NULL);
    *state = folder;
    return 0;
}

static int tear_down(void **state)
{
    free(root);
    ts_test_folder_end(*state);
    return 0;
}

static void check(const char *from, const char *expected)
{
    char *picture = ts_test_path(root, "p/a b%.jpg");
    char *folder = *from ? ts_test_path(root, from) : strdup(root);
    ts_buf link = {0};
    assert_true(ts_link_append(folder, picture, &link));
    assert_string_equal(link.data, expected);
    ts_buf_free(&link);
    free(folder);
    free(picture);
}

static void leads_down_up_and_across(void **state)
{
    (void)state;
    check("p", "./a%20b%25.jpg");
    check("", "./p/a%20b%25.jpg");
    check("rep", "./../p/a%20b%25.jpg");
    check("rep/deep", "./../../p/a%20b%25.jpg");
    check("pp", "./../p/a%20b%25.jpg"); /* the same letters are not the same folder */
    check("p/a", "./../a%20b%25.jpg");
}

static void leads_from_the_root(void **state)
{
    (void)state;
    ts_buf link = {0};
    assert_true(ts_link_append("/", root, &link));
    assert_int_equal(strncmp(link.data, "./", 2), 0);
    assert_string_equal(link.data + 2, root + 1);
    ts_buf_free(&link);
}

static void to_nowhere_there_is_none(void **state)
{
    (void)state;
    ts_buf link = {0};
    assert_false(ts_link_append("/", "/no/such/picture.jpg", &link));
    ts_buf_free(&link);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(leads_down_up_and_across, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leads_from_the_root, set_up, tear_down),
        cmocka_unit_test_setup_teardown(to_nowhere_there_is_none, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
