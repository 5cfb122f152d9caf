/* tests/engine: compiled networks kept in a folder. It is used, it is never needed, and damage in it is
 * harmless. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/engine/specs.h"

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

typedef struct summary {
    size_t files;
    size_t bytes;
    struct timespec newest;
} summary;

static summary look(const char *folder)
{
    summary s = {0};
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char *path = ts_test_path(folder, entry->d_name);
        struct stat st;
        if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            s.files++;
            s.bytes += (size_t)st.st_size;
            if (st.st_mtim.tv_sec > s.newest.tv_sec ||
                (st.st_mtim.tv_sec == s.newest.tv_sec && st.st_mtim.tv_nsec > s.newest.tv_nsec))
                s.newest = st.st_mtim;
        }
        free(path);
    }
    closedir(dir);
    return s;
}

/* One engine, one network, one run; silent. */
static void run_once(const char *cache, float *scores)
{
    char *path = ts_test_dep("models/blazeface-full-range.tflite");
    ts_network_spec spec = faces(path);
    ts_error err = {0};
    ts_test_listen();
    ts_engine_options options = {.cache_dir = cache, .streams = 1};
    ts_engine *engine = ts_engine_open(&options, &err);
    ts_network *network = engine ? ts_network_open(engine, &spec, &err) : NULL;
    ts_request *request = network ? ts_network_acquire(network) : NULL;
    bool ok = request != NULL;
    if (ok) paint(ts_request_input(request), FACES_PIXELS, 1);
    ok = ok && ts_request_run(request, &err);
    if (ok) memcpy(scores, ts_request_output(request, 1).data, 2304 * sizeof *scores);
    ts_network_release(request);
    ts_network_close(network);
    ts_engine_close(engine);
    char *heard = ts_test_heard();
    if (!ok) fail_msg("%s", err.message);
    assert_string_equal(heard, "");
    free(heard);
    free(path);
}

static void the_second_start_finds_what_the_first_made(void **state)
{
    static float first[2304], second[2304];
    run_once(*state, first);
    summary before = look(*state);
    assert_true(before.files > 0 && before.bytes > 100000);
    run_once(*state, second);
    summary after = look(*state);
    assert_int_equal(after.files, before.files);
    assert_int_equal(after.bytes, before.bytes);
    assert_memory_equal(&after.newest, &before.newest, sizeof after.newest);
    assert_memory_equal(first, second, sizeof first);
}

static void without_a_cache_it_works_too(void **state)
{
    static float with[2304], without[2304];
    run_once(*state, with);
    run_once(NULL, without);
    assert_memory_equal(with, without, sizeof with);
}

/* A cache is a convenience: where it cannot be written, work goes on without it. */
static void a_cache_that_cannot_be_made_is_done_without(void **state)
{
    static float scores[2304];
    char *file = ts_test_file(*state, "file", "x", 1);
    char *below = ts_test_path(file, "cache");
    run_once(below, scores);
    run_once("/proc/no/such/cache", scores);
    run_once("", scores);
    free(below);
    free(file);
}

/* Root may write anywhere, so it becomes nobody for this one. */
static void a_cache_that_may_only_be_read_is_done_without(void **state)
{
    static float scores[2304];
    const uid_t nobody = 65534;
    bool root = geteuid() == 0;
    char *dir = ts_test_path(*state, "cache");
    char *model = ts_test_dep("models/blazeface-full-range.tflite");
    assert_int_equal(mkdir(dir, 0500), 0);
    assert_int_equal(chmod(*state, 0711), 0);
    if (root) assert_int_equal(chown(dir, nobody, (gid_t)-1) | seteuid(nobody), 0);
    bool readable = eaccess(model, R_OK) == 0;
    if (readable) run_once(dir, scores);
    if (root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(look(dir).files, 0);
    free(model);
    free(dir);
    if (!readable) skip();
}

/* A process that was killed in the middle of writing leaves half a file. */
static void a_damaged_cache_is_written_anew(void **state)
{
    static float first[2304], second[2304];
    run_once(*state, first);
    DIR *dir = opendir(*state);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char *path = ts_test_path(*state, entry->d_name);
        struct stat st;
        if (stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            assert_int_equal(chmod(path, 0600), 0); /* OpenVINO leaves its files read-only */
            assert_int_equal(truncate(path, st.st_size / 2), 0);
        }
        free(path);
    }
    closedir(dir);
    run_once(*state, second);
    assert_memory_equal(first, second, sizeof first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_second_start_finds_what_the_first_made),
        TEST(without_a_cache_it_works_too),
        TEST(a_cache_that_cannot_be_made_is_done_without),
        TEST(a_cache_that_may_only_be_read_is_done_without),
        TEST(a_damaged_cache_is_written_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
