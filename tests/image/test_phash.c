/* tests/image: the perceptual hash: copies stay near, different pictures far, and known values stay what they are. */
#include "image/phash.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "synthetic.h"
#include "tests/support/support.h"

/* Of the drawing in known_values_stay. */
#define KNOWN UINT64_C(0xb90ef1f10e0e0ef1)

static ts_decoder_pool *pool;

static int open_pool(void **state)
{
    (void)state;
    ts_decoder_options options = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = 1, .in_process = true};
    pool = ts_decoder_pool_new(&options, NULL);
    return pool ? 0 : -1;
}

static int close_pool(void **state)
{
    (void)state;
    ts_decoder_pool_free(pool);
    return 0;
}

static uint64_t hash_of(const ts_pixels *pixels)
{
    ts_error err;
    uint64_t hash = 0;
    assert_works(ts_phash(pixels, &hash, &err), err);
    return hash;
}

static uint64_t hash_bytes(const void *bytes, size_t length, uint32_t wanted)
{
    ts_error err;
    ts_decoded decoded = {0};
    assert_works(ts_decode(pool, bytes, length, wanted, &decoded, &err), err);
    uint64_t hash = hash_of(&decoded.pixels);
    ts_decoded_release(pool, &decoded);
    return hash;
}

/* Smaller and harder compressed. */
static uint64_t hash_copy(const void *bytes, size_t length, uint32_t side, int quality)
{
    ts_error err;
    ts_decoded decoded = {0};
    uint8_t *jpeg = NULL;
    size_t size = 0;
    assert_works(ts_decode(pool, bytes, length, 0, &decoded, &err), err);
    assert_works(ts_thumbnail_jpeg(&decoded.pixels, side, quality, &jpeg, &size, &err), err);
    ts_decoded_release(pool, &decoded);
    uint64_t hash = hash_bytes(jpeg, size, 0);
    free(jpeg);
    return hash;
}

static void copies_are_near_and_others_far(void **state)
{
    (void)state;
    static const char *const names[] = {"astronaut.png", "cameraman.png", "cat.png",      "clock.png",
                                        "coffee.png",    "flower.jpg",    "galaxies.jpg", "grace-hopper.jpg",
                                        "rocket.jpg",    "temple.jpg"};
    enum { COUNT = sizeof names / sizeof *names };
    uint64_t hashes[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        char name[64];
        size_t length = 0;
        (void)snprintf(name, sizeof name, "photos/%s", names[i]);
        char *path = ts_test_dep(name);
        char *bytes = ts_test_read(path, &length);
        hashes[i] = hash_bytes(bytes, length, 0);
        uint64_t copies[] = {hash_bytes(bytes, length, 64), hash_copy(bytes, length, 1024, 30),
                             hash_copy(bytes, length, 200, 80), hash_copy(bytes, length, 96, 60)};
        for (size_t k = 0; k < 4; k++) {
            unsigned far = ts_phash_distance(hashes[i], copies[k]);
            if (far > TS_PHASH_NEAR) fail_msg("copy %zu of %s is %u bits away", k, names[i], far);
        }
        for (size_t j = 0; j < i; j++) {
            unsigned far = ts_phash_distance(hashes[i], hashes[j]);
            if (far < 16) fail_msg("%s is only %u bits from %s", names[i], far, names[j]);
        }
        free(bytes);
        free(path);
    }
}

/* Whole photographs of a data set, where it is there: hardly any two may meet. */
static void photographs_keep_apart(void **state)
{
    (void)state;
    enum { MOST = 400 };
    static uint64_t hashes[MOST];
    char folder[4096];
    size_t count = 0, near = 0;
    if (!ts_test_data()) skip();
    (void)snprintf(folder, sizeof folder, "%s/coco", ts_test_data());
    DIR *dir = opendir(folder);
    if (!dir) skip();
    for (struct dirent *e; (e = readdir(dir)) && count < MOST;) {
        size_t length = 0;
        if (!strstr(e->d_name, ".jpg")) continue;
        char *path = ts_test_path(folder, e->d_name);
        char *bytes = ts_test_read(path, &length);
        hashes[count++] = hash_bytes(bytes, length, 32);
        free(bytes);
        free(path);
    }
    closedir(dir);
    if (count < 20) skip();
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) near += ts_phash_distance(hashes[i], hashes[j]) <= TS_PHASH_NEAR;
    print_message("# %zu photographs, %zu pairs of %zu are near\n", count, near, count * (count - 1) / 2);
    assert_true(near <= count * (count - 1) / 2 / 10000);
}

/* Catalogues keep these values: they may not change. */
static void known_values_stay(void **state)
{
    (void)state;
    ts_pixels p = synthetic_new(96, 64, 12);
    assert_int_equal(hash_of(&p), 0);
    synthetic_fill(&p, 0, 0, 96, 64, 200, 30, 90);
    assert_int_equal(hash_of(&p), 0);
    for (uint32_t y = 0; y < 64; y++)
        for (uint32_t x = 0; x < 96; x++)
            synthetic_put(&p, x, y, (uint8_t)(x * 2 + y), (uint8_t)(x * y / 24), (uint8_t)(255 - y * 3));
    synthetic_fill(&p, 20, 10, 30, 20, 250, 240, 10);
    uint64_t hash = hash_of(&p);
    if (ts_phash_distance(hash, KNOWN) > 1) fail_msg("0x%016llx", (unsigned long long)hash);
    synthetic_free(&p);
}

static void distance_counts_bits(void **state)
{
    (void)state;
    assert_int_equal(ts_phash_distance(0, 0), 0);
    assert_int_equal(ts_phash_distance(0, UINT64_MAX), 64);
    assert_int_equal(ts_phash_distance(5, 6), 2);
}

static void nothing_has_no_look(void **state)
{
    (void)state;
    ts_error err;
    ts_pixels none = {0};
    uint64_t hash = 0;
    assert_fails(ts_phash(&none, &hash, &err), err, TS_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_near_and_others_far),
        cmocka_unit_test(photographs_keep_apart),
        cmocka_unit_test(known_values_stay),
        cmocka_unit_test(distance_counts_bits),
        cmocka_unit_test(nothing_has_no_look),
    };
    return cmocka_run_group_tests(tests, open_pool, close_pool);
}
