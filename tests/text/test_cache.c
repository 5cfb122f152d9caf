/* tests/text: lists that are kept. The second time costs no encoding; damage costs time, never a wrong vector. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/support.h"
#include "text/text.h"

#define DIMS 384

static const char *const labels[] = {"dog", "cat", "beach"};

typedef struct room {
    char *cache;
    ts_packs *packs;
    ts_text_encoder *encoder;
} room;

static ts_text_encoder *open_encoder(const ts_packs *packs, const char *cache)
{
    ts_error err;
    ts_text_encoder *encoder = NULL;
    assert_works(encoder = ts_text_open(packs, &(ts_text_options){.cache = cache}, &err), err);
    return encoder;
}

static int open_all(void **state)
{
    room *r = calloc(1, sizeof *r);
    ts_error err;
    char *models = ts_test_dep("models");
    r->cache = ts_test_folder();
    assert_works(r->packs = ts_packs_open(ts_test_source(), models, &err), err);
    r->encoder = open_encoder(r->packs, r->cache);
    free(models);
    *state = r;
    return 0;
}

static int close_all(void **state)
{
    room *r = *state;
    ts_text_close(r->encoder);
    ts_packs_close(r->packs);
    ts_test_folder_end(r->cache);
    free(r);
    return 0;
}

/* Path of a kept list, and how many there are. */
static size_t kept(const room *r, char **path)
{
    size_t count = 0;
    DIR *entries = opendir(r->cache);
    *path = NULL;
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".vectors") != 0) continue;
        free(*path);
        *path = ts_test_path(r->cache, entry->d_name);
        count++;
    }
    if (entries) (void)closedir(entries);
    return count;
}

static int forget(void **state)
{
    char *path = NULL;
    for (bool more = true; more; free(path)) {
        more = kept(*state, &path) > 0;
        if (more) assert_int_equal(unlink(path), 0);
    }
    return 0;
}

static void encode(const room *r, const char *const *texts, size_t count, float *out)
{
    ts_error err;
    assert_works(ts_text_encode_cached(r->encoder, texts, count, TS_TEXT_QUERY, out, &err), err);
}

static void check_same(const float *a, const float *b, size_t count)
{
    for (size_t i = 0; i < count * DIMS; i++) assert_float_equal(a[i], b[i], 0);
}

static void a_list_is_kept_and_found_again(void **state)
{
    room *r = *state;
    float direct[3 * DIMS], first[3 * DIMS], second[3 * DIMS];
    char *path = NULL;
    struct stat before, after;
    ts_error err;
    assert_works(ts_text_encode(r->encoder, labels, 3, TS_TEXT_QUERY, direct, &err), err);
    encode(r, labels, 3, first);
    assert_int_equal(kept(r, &path), 1);
    assert_int_equal(stat(path, &before), 0);
    encode(r, labels, 3, second);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino); /* read, not written anew */
    check_same(direct, first, 3);
    check_same(direct, second, 3);
    free(path);
}

static void each_list_and_kind_has_its_own_file(void **state)
{
    room *r = *state;
    static const char *const split[] = {"do", "gcat", "beach"};
    float a[3 * DIMS], b[3 * DIMS];
    char *path = NULL;
    ts_error err;
    encode(r, labels, 3, a);
    encode(r, split, 3, b);
    encode(r, labels, 2, b);
    assert_works(ts_text_encode_cached(r->encoder, labels, 3, TS_TEXT_PASSAGE, b, &err), err);
    assert_int_equal(kept(r, &path), 4);
    encode(r, labels, 3, b);
    check_same(a, b, 3);
    free(path);
}

static void write_over(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void damage_is_noticed_and_mended(void **state)
{
    room *r = *state;
    float right[3 * DIMS], got[3 * DIMS];
    char *path = NULL;
    size_t length = 0;
    encode(r, labels, 3, right);
    assert_int_equal(kept(r, &path), 1);
    char *whole = ts_test_read(path, &length);
    const size_t places[] = {0, 9, 13, 20, 80, length / 2, length - 1};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *damaged = malloc(length);
        memcpy(damaged, whole, length);
        damaged[places[i]] = (char)(damaged[places[i]] ^ 0x10);
        write_over(path, damaged, length);
        encode(r, labels, 3, got);
        check_same(right, got, 3);
        char *mended = ts_test_read(path, NULL);
        assert_memory_equal(mended, whole, length);
        free(mended);
        free(damaged);
    }
    const size_t lengths[] = {0, 10, 80, length - 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        write_over(path, whole, lengths[i]);
        encode(r, labels, 3, got);
        check_same(right, got, 3);
    }
    free(whole);
    free(path);
}

static void a_cache_that_cannot_be_written_costs_only_time(void **state)
{
    room *r = *state;
    char *file = ts_test_file(r->cache, "file", "x", 1);
    char *below = ts_test_path(file, "below");
    const char *const places[] = {NULL, below};
    float right[3 * DIMS], got[3 * DIMS];
    ts_error err;
    encode(r, labels, 3, right);
    for (size_t i = 0; i < 2; i++) {
        ts_text_encoder *encoder = open_encoder(r->packs, places[i]);
        assert_works(ts_text_encode_cached(encoder, labels, 3, TS_TEXT_QUERY, got, &err), err);
        check_same(right, got, 3);
        ts_text_close(encoder);
    }
    assert_fails(
        ts_text_encode_cached(r->encoder, (const char *const[]){"\xFF"}, 1, TS_TEXT_QUERY, got, &err), err,
        TS_USAGE);
    free(below);
    free(file);
}

#define TEST(name) cmocka_unit_test_setup(name, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_kept_and_found_again),
        TEST(each_list_and_kind_has_its_own_file),
        TEST(damage_is_noticed_and_mended),
        TEST(a_cache_that_cannot_be_written_costs_only_time),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
