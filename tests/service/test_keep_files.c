/* Files for backups: where originals lie, linked or copied, never over what is there, and removed without following
 * links. */
#include "service/keep_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob/blob.h"
#include "tests/support/support.h"

static void check_text(const char *path, const char *expected)
{
    char *text = ts_test_read(path, NULL);
    assert_string_equal(text, expected);
    free(text);
}

/* The path is where the store itself puts it. */
static void originals_lie_where_the_store_has_them(void **state)
{
    (void)state;
    ts_error err;
    ts_blob_put put;
    char path[512];
    char *folder = ts_test_folder();
    ts_blobs *blobs = NULL;
    assert_works(blobs = ts_blobs_open_folder(folder, &err), err);
    assert_works(ts_blobs_put(blobs, "picture", 7, &put, &err), err);
    ts_blobs_close(blobs);
    ts_keep_original_path(folder, put.hash, path, sizeof path);
    check_text(path, "picture");
    ts_test_folder_end(folder);
}

static void a_path_that_does_not_fit_is_cut(void **state)
{
    (void)state;
    char path[16] = "";
    ts_keep_original_path("/data", "abcdef", path, sizeof path);
    assert_string_equal(path, "/data/originals");
}

static void copies_are_files_of_their_own(void **state)
{
    (void)state;
    ts_error err;
    struct stat facts;
    char *folder = ts_test_folder(), *from = ts_test_file(folder, "from", "text", 4);
    char *to = ts_test_path(folder, "deep/er/to");
    assert_works(ts_keep_copy(from, to, 0600, &err), err);
    free(ts_test_file(folder, "from", "other", 5));
    check_text(to, "text");
    assert_int_equal(stat(to, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_false(ts_keep_copy(from, to, 0600, &err)); /* nothing is written over */
    check_text(to, "text");
    free(to);
    free(from);
    ts_test_folder_end(folder);
}

static void links_are_the_same_file(void **state)
{
    (void)state;
    ts_error err;
    struct stat a, b;
    char *folder = ts_test_folder(), *from = ts_test_file(folder, "from", "text", 4);
    char *to = ts_test_path(folder, "deep/to");
    assert_works(ts_keep_link_or_copy(from, to, &err), err);
    assert_int_equal(stat(from, &a) | stat(to, &b), 0);
    assert_true(a.st_ino == b.st_ino);
    assert_false(ts_keep_link_or_copy(from, to, &err));
    free(to);
    free(from);
    ts_test_folder_end(folder);
}

/* Nobody puts a link into a folder of originals; whoever does makes no backup of what it leads to. */
static void what_is_copied_is_no_link_nor_missing(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder(), *secret = ts_test_file(folder, "secret", "text", 4);
    char *link_path = ts_test_path(folder, "link"), *to = ts_test_path(folder, "to");
    assert_int_equal(symlink(secret, link_path), 0);
    assert_false(ts_keep_copy(link_path, to, 0600, &err));
    assert_int_not_equal(access(to, F_OK), 0);
    assert_int_equal(unlink(link_path), 0);
    assert_fails(ts_keep_copy(link_path, to, 0600, &err), err, TS_NOT_FOUND);
    free(to);
    free(link_path);
    free(secret);
    ts_test_folder_end(folder);
}

static void a_tree_goes_and_what_it_links_to_stays(void **state)
{
    (void)state;
    ts_error err;
    char *folder = ts_test_folder(), *tree = ts_test_path(folder, "tree");
    char *kept = ts_test_file(folder, "kept", "text", 4), *deep = ts_test_path(folder, "tree/a/b/copy");
    char *link_path = ts_test_path(folder, "tree/link");
    assert_works(ts_keep_copy(kept, deep, 0600, &err), err);
    assert_int_equal(symlink(folder, link_path), 0);
    assert_works(ts_keep_sync_tree(tree, &err), err);
    ts_keep_remove_tree(tree);
    assert_int_not_equal(access(tree, F_OK), 0);
    check_text(kept, "text");
    assert_false(ts_keep_sync_tree(tree, &err)); /* gone */
    free(link_path);
    free(deep);
    free(kept);
    free(tree);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(originals_lie_where_the_store_has_them),
        cmocka_unit_test(a_path_that_does_not_fit_is_cut),
        cmocka_unit_test(copies_are_files_of_their_own),
        cmocka_unit_test(links_are_the_same_file),
        cmocka_unit_test(what_is_copied_is_no_link_nor_missing),
        cmocka_unit_test(a_tree_goes_and_what_it_links_to_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
