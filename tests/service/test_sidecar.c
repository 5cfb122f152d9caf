/* service: where sidecars go. */
#include "service/sidecar.h"
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_path(const char *picture, ts_sidecar_kind kind, const char *dir, const char *expected)
{
    ts_buf path = {0};
    ts_error err;
    assert_works(ts_sidecar_path(picture, kind, dir, &path, &err), err);
    assert_string_equal(path.data, expected);
    ts_buf_free(&path);
}

static void beside_the_picture(void **state)
{
    (void)state;
    check_path("a/b.jpg", TS_SIDECAR_JSON, NULL, "a/b.jpg.json");
    check_path("../b.jpg", TS_SIDECAR_TXT, NULL, "../b.jpg.txt");
    check_path("-", TS_SIDECAR_JSON, NULL, "stdin.json");
}

static void mirrored_below_a_folder(void **state)
{
    (void)state;
    check_path("a/b.jpg", TS_SIDECAR_JSON, "out", "out/a/b.jpg.json");
    check_path("/a/b.jpg", TS_SIDECAR_JSON, "out", "out/a/b.jpg.json");
    check_path(".//./a/b.jpg", TS_SIDECAR_JSON, "out", "out/a/b.jpg.json");
    check_path("a..b/..c/d..jpg", TS_SIDECAR_JSON, "out", "out/a..b/..c/d..jpg.json");
}

static void climbing_paths_become_real_ones(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *picture = ts_test_file(folder, "x.jpg", "x", 1);
    char *real = realpath(picture, NULL);
    char *climbing = NULL;
    char *expected = NULL;
    assert_true(asprintf(&climbing, "%s/../%s/x.jpg", folder, strrchr(folder, '/') + 1) > 0);
    assert_true(asprintf(&expected, "out%s.txt", real) > 0);
    check_path(climbing, TS_SIDECAR_TXT, "out", expected);
    ts_buf path = {0};
    ts_error err;
    assert_fails(ts_sidecar_path("../no/such/x.jpg", TS_SIDECAR_TXT, "out", &path, &err), err, TS_NOT_FOUND);
    ts_buf_free(&path);
    free(expected);
    free(climbing);
    free(real);
    free(picture);
    ts_test_folder_end(folder);
}

static void written_whole_and_written_again(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    ts_record record = {0};
    ts_error err;
    for (int i = 0; i < 2; i++) /* no tags: an empty label file, not none */
        assert_works(ts_sidecar_write(&record, "sub/deep/x.jpg", TS_SIDECAR_TXT, folder, &err), err);
    char *path = ts_test_path(folder, "sub/deep/x.jpg.txt");
    char *text = ts_test_read(path, NULL);
    assert_string_equal(text, "");
    free(text);
    free(path);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_the_picture),
        cmocka_unit_test(mirrored_below_a_folder),
        cmocka_unit_test(climbing_paths_become_real_ones),
        cmocka_unit_test(written_whole_and_written_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
