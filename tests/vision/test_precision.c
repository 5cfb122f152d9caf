/* tests/vision: bf16 only where it was seen to agree with f32. The verdict is a small file in the cache
 * folder, which these tests read, forge and spoil. */
#include "tests/vision/look.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int set_up(void **state)
{
    *state = bf16_is_good("safety") ? ts_test_folder() : NULL;
    return 0;
}

static int tear_down(void **state)
{
    if (*state) ts_test_folder_end(*state);
    return 0;
}

/* Opens the safety network alone, with this wish and cache; returns its nsfw for a photograph. */
static float open_and_look(const char *cache, const char *wish, const char *note)
{
    ts_vision_options options = vision_options("safety");
    options.precision = wish;
    options.cache = cache;
    viewer *v = viewer_new(&options);
    const char *const *notes = NULL;
    size_t count = ts_vision_notes(v->vision, &notes);
    assert_int_equal(count, note ? 1 : 0);
    if (note && (!strstr(notes[0], note) || !strstr(notes[0], "open-nsfw")))
        fail_msg("note \"%s\"", notes[0]);
    ts_seen seen = look_at_photo(v, "photos/cameraman.png", (ts_look_wishes){0});
    float nsfw = seen.nsfw;
    viewer_free(v);
    return nsfw;
}

/* Path of the one verdict in the folder, or NULL. The caller frees. */
static char *verdict_in(const char *cache)
{
    char *path = NULL;
    DIR *dir = opendir(cache);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 5, ".bf16") != 0) continue;
        assert_null(path);
        path = ts_test_path(cache, entry->d_name);
    }
    closedir(dir);
    return path;
}

static double verdict_of(const char *path)
{
    char *text = ts_test_read(path, NULL);
    double worst = atof(text);
    free(text);
    return worst;
}

static void forge(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void the_verdict_is_measured_once_and_kept(void **state)
{
    if (!*state) skip();
    float fast = open_and_look(*state, "auto", NULL);
    char *path = verdict_in(*state);
    assert_non_null(path);
    double worst = verdict_of(path);
    assert_true(worst > 0.9 && worst <= 1.000001);
    struct stat before, after;
    assert_int_equal(stat(path, &before), 0);
    assert_true(open_and_look(*state, "auto", NULL) == fast);
    assert_int_equal(stat(path, &after), 0);
    assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof before.st_mtim);
    free(path);
}

static void a_bad_verdict_means_f32_and_a_note(void **state)
{
    if (!*state) skip();
    float exact = open_and_look(NULL, "f32", NULL);
    float fast = open_and_look(*state, "auto", NULL);
    assert_true(fast != exact); /* else the rest would prove nothing */
    char *path = verdict_in(*state);
    forge(path, "0.5\n");
    assert_true(open_and_look(*state, "auto", "0.500") == exact);
    forge(path, "0.99\n");
    assert_true(open_and_look(*state, "auto", NULL) == fast);
    free(path);
}

/* A file that is no verdict is no reason to trust or to distrust bf16: look again. */
static void a_spoilt_verdict_is_measured_again(void **state)
{
    if (!*state) skip();
    float fast = open_and_look(*state, "auto", NULL);
    char *path = verdict_in(*state);
    double worst = verdict_of(path);
    static const char *const texts[] = {"", "nan\n", "7\n", "0.5 rubbish\n", "0.5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        forge(path, texts[i]);
        assert_true(open_and_look(*state, "auto", NULL) == fast);
        assert_float_equal((float)verdict_of(path), (float)worst, 1e-5);
    }
    free(path);
}

static void f32_asks_nobody(void **state)
{
    if (!*state) skip();
    (void)open_and_look(*state, "f32", NULL);
    assert_null(verdict_in(*state));
}

static void without_a_cache_it_is_measured_each_time(void **state)
{
    if (!*state) skip();
    char *nowhere = ts_test_path("/proc", "no/such/cache");
    float fast = open_and_look(*state, "auto", NULL);
    assert_true(open_and_look(NULL, "auto", NULL) == fast);
    assert_true(open_and_look(nowhere, "auto", NULL) == fast);
    free(nowhere);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_verdict_is_measured_once_and_kept),    TEST(a_bad_verdict_means_f32_and_a_note),
        TEST(a_spoilt_verdict_is_measured_again),       TEST(f32_asks_nobody),
        TEST(without_a_cache_it_is_measured_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
