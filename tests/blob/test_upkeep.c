/* Tests of what looks after blobs: counting, sweeping what nobody refers to beside uploads in flight, and finding
 * damage. */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "blob/blob.h"
#include "tests/support/support.h"

typedef struct store {
    char *folder;
    ts_blobs *blobs;
    char kept[TS_BLOB_HASH], lost[TS_BLOB_HASH];
} store;

static int set_up(void **state)
{
    store *s = calloc(1, sizeof(*s));
    ts_blob_put put;
    s->folder = ts_test_folder();
    s->blobs = ts_blobs_open_folder(s->folder, NULL);
    assert_non_null(s->blobs);
    assert_true(ts_blobs_put(s->blobs, "kept", 4, &put, NULL));
    strcpy(s->kept, put.hash);
    assert_true(ts_blobs_put(s->blobs, "nobody's", 8, &put, NULL));
    strcpy(s->lost, put.hash);
    assert_true(ts_blobs_put_thumbnail(s->blobs, s->kept, 256, "thumb", 5, NULL));
    assert_true(ts_blobs_put_thumbnail(s->blobs, s->lost, 256, "thumb", 5, NULL));
    assert_true(ts_blobs_put_thumbnail(s->blobs, s->lost, 512, "thumb!", 6, NULL));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    store *s = *state;
    ts_blobs_close(s->blobs);
    ts_test_folder_end(s->folder);
    free(s);
    return 0;
}

static char *path_of(const store *s, const char *hash)
{
    char name[128];
    (void)snprintf(name, sizeof(name), "originals/%.2s/%s", hash, hash);
    return ts_test_path(s->folder, name);
}

static bool has(const store *s, const char *hash)
{
    ts_blob_name name = {.hash = hash};
    return ts_blobs_exists(s->blobs, &name);
}

static void age(const store *s, const char *hash, time_t seconds)
{
    char *path = path_of(s, hash);
    struct timespec times[2] = {{.tv_sec = time(NULL) - seconds}, {.tv_sec = time(NULL) - seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    free(path);
}

/* ---- counting ------------------------------------------------------------------------------------ */

static bool count_until_two(void *user, const ts_blob_entry *entry)
{
    assert_int_equal(strlen(entry->hash), 64);
    assert_true(entry->length > 0 && entry->modified_ms > 1600000000000);
    assert_int_equal(entry->size != 0, entry->kind == TS_BLOB_THUMBNAIL);
    return ++*(unsigned *)user < 2;
}

static void test_totals_and_strangers(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_totals totals;
    unsigned seen = 0;
    assert_works(ts_blobs_walk(s->blobs, count_until_two, &seen, &err), err);
    assert_int_equal(seen, 2);
    assert_works(ts_blobs_totals(s->blobs, &totals, &err), err);
    assert_int_equal(totals.originals, 2);
    assert_int_equal(totals.original_bytes, 12);
    assert_int_equal(totals.thumbnails, 3);
    assert_int_equal(totals.thumbnail_bytes, 16);
    assert_int_equal(totals.strangers, 0);

    /* what is none of ours: beside the shards, inside one, in the wrong one, sizes that we do not write */
    char shard[32];
    (void)snprintf(shard, sizeof(shard), "originals/%.2s", s->kept);
    char *inside = ts_test_path(s->folder, shard);
    (void)snprintf(shard, sizeof(shard), "thumbnails/%.2s", s->kept);
    char *thumbs = ts_test_path(s->folder, shard);
    char *originals = ts_test_path(s->folder, "originals");
    char name[128];
    free(ts_test_file(originals, "note.txt", "x", 1));
    free(ts_test_file(inside, ".DS_Store", "x", 1));
    free(ts_test_file(inside, strncmp(s->kept, s->lost, 2) ? s->lost : "x", "x", 1));
    static const char *const sizes[] = {"0", "0256", "65536", "256x", "-1", "", "256.png", "99999"};
    for (size_t i = 0; i < 8; i++) {
        (void)snprintf(name, sizeof(name), "%s-%s.jpg", s->kept, sizes[i]);
        free(ts_test_file(thumbs, name, "x", 1));
    }
    assert_works(ts_blobs_totals(s->blobs, &totals, &err), err);
    assert_int_equal(totals.strangers, 11);
    assert_int_equal(totals.originals, 2);
    assert_int_equal(totals.thumbnails, 3);
    free(originals);
    free(inside);
    free(thumbs);
}

/* ---- sweeping ------------------------------------------------------------------------------------ */

static bool keep_one(void *user, const char *hash)
{
    const store *s = user;
    return strcmp(hash, s->kept) == 0;
}

static void test_sweep(void **state)
{
    store *s = *state;
    ts_error err;
    ts_blob_sweep result;
    assert_works(ts_blobs_sweep(s->blobs, keep_one, s, 3600, false, &result, &err), err);
    assert_int_equal(result.seen, 5);
    assert_int_equal(result.removed, 0); /* all too young */
    assert_works(ts_blobs_sweep(s->blobs, keep_one, s, 0, true, &result, &err), err);
    assert_int_equal(result.removed, 3);
    assert_int_equal(result.removed_bytes, 19);
    assert_true(has(s, s->lost));
    age(s, s->lost, 7200);
    age(s, s->kept, 7200);
    assert_works(ts_blobs_sweep(s->blobs, keep_one, s, 3600, false, &result, &err), err);
    assert_int_equal(result.removed, 1);
    assert_false(has(s, s->lost));
    assert_true(has(s, s->kept));
    assert_works(ts_blobs_sweep(s->blobs, keep_one, s, 0, false, NULL, &err), err);
    ts_blob_totals totals;
    assert_works(ts_blobs_totals(s->blobs, &totals, &err), err);
    assert_int_equal(totals.originals, 1);
    assert_int_equal(totals.thumbnails, 1);
}

/* An upload of bytes that lie there, old and nobody's, makes them young: the sweep leaves them to it. */
static void test_put_again_makes_young(void **state)
{
    store *s = *state;
    ts_error err;
    ts_blob_put put;
    ts_blob_sweep result;
    age(s, s->lost, 7200);
    assert_works(ts_blobs_put(s->blobs, "nobody's", 8, &put, &err), err);
    assert_true(put.was_there);
    assert_works(ts_blobs_sweep(s->blobs, keep_one, s, 3600, false, &result, &err), err);
    assert_int_equal(result.removed, 0);
    assert_true(has(s, s->lost));
}

/* The same between the question "does anybody refer to it?" and the removal. */
static bool put_meanwhile(void *user, const char *hash)
{
    const store *s = user;
    if (strcmp(hash, s->lost) == 0) assert_true(ts_blobs_put(s->blobs, "nobody's", 8, NULL, NULL));
    return strcmp(hash, s->kept) == 0;
}

static void test_put_within_the_sweep(void **state)
{
    store *s = *state;
    ts_error err;
    ts_blob_sweep result;
    age(s, s->lost, 7200);
    age(s, s->kept, 7200);
    assert_works(ts_blobs_sweep(s->blobs, put_meanwhile, s, 3600, false, &result, &err), err);
    assert_int_equal(result.removed, 0);
    assert_true(has(s, s->lost));
}

typedef struct race {
    store *s;
    atomic_bool stop;
} race;

static bool keep_nothing(void *user, const char *hash)
{
    (void)user;
    (void)hash;
    return false;
}

static void *sweep_all_the_time(void *user)
{
    race *r = user;
    ts_error err;
    while (!atomic_load(&r->stop))
        assert_works(ts_blobs_sweep(r->s->blobs, keep_nothing, NULL, 60, false, NULL, &err), err);
    return NULL;
}

/* A blob that was just put is there, however hard one sweeps, and however old the one was that lay there before. */
static void test_sweep_beside_puts(void **state)
{
    store *s = *state;
    ts_error err;
    ts_blob_put put;
    race r = {.s = s};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, sweep_all_the_time, &r), 0);
    for (unsigned i = 0; i < 300; i++) {
        assert_works(ts_blobs_put(s->blobs, "fought over", 11, &put, &err), err);
        assert_true(has(s, put.hash));
        age(s, put.hash, 7200);
        if (i % 3 == 0) usleep(300);
    }
    atomic_store(&r.stop, true);
    pthread_join(thread, NULL);
}

/* ---- damage -------------------------------------------------------------------------------------- */

typedef struct report {
    unsigned kinds[4];
    char last[256];
    bool stop;
} report;

static bool note(void *user, ts_blob_damage damage, const char *path)
{
    report *r = user;
    r->kinds[damage]++;
    (void)snprintf(r->last, sizeof(r->last), "%s", path);
    return !r->stop;
}

static void flip_byte(const char *path)
{
    int fd = open(path, O_RDWR);
    char byte;
    assert_int_equal(pread(fd, &byte, 1, 2), 1);
    byte = (char)(byte ^ 1);
    assert_int_equal(pwrite(fd, &byte, 1, 2), 1);
    close(fd);
}

static void test_verify(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_verify result;
    report r = {0};
    assert_works(ts_blobs_verify(s->blobs, note, &r, &result, &err), err);
    assert_int_equal(result.checked, 2);
    assert_int_equal(result.checked_bytes, 12);
    assert_int_equal(result.damaged, 0);

    char *path = path_of(s, s->kept);
    flip_byte(path);
    assert_works(ts_blobs_verify(s->blobs, note, &r, &result, &err), err);
    assert_int_equal(result.damaged, 1);
    assert_int_equal(r.kinds[TS_BLOB_CHANGED], 1);
    assert_string_equal(r.last, path + strlen(s->folder) + 1);
    assert_works(ts_blobs_verify(s->blobs, NULL, NULL, NULL, &err), err);
    flip_byte(path);
    assert_int_equal(truncate(path, 3), 0);
    assert_works(ts_blobs_verify(s->blobs, note, &r, &result, &err), err);
    assert_int_equal(r.kinds[TS_BLOB_CHANGED], 2);
    free(path);
}

static void test_verify_other_damage(void **state)
{
    const store *s = *state;
    ts_error err;
    ts_blob_verify result;
    report r = {0};
    assert_works(ts_blobs_put_thumbnail(s->blobs, s->kept, 256, "", 0, &err), err);
    char *originals = ts_test_path(s->folder, "originals");
    free(ts_test_file(originals, "stranger", "x", 1));
    assert_works(ts_blobs_verify(s->blobs, note, &r, &result, &err), err);
    assert_int_equal(result.damaged, 1);
    assert_int_equal(r.kinds[TS_BLOB_EMPTY], 1);
    assert_int_equal(r.kinds[TS_BLOB_STRANGER], 1);
    report stopped = {.stop = true};
    assert_works(ts_blobs_verify(s->blobs, note, &stopped, &result, &err), err);
    assert_int_equal(stopped.kinds[0] + stopped.kinds[1] + stopped.kinds[2] + stopped.kinds[3], 1);
    char *path = path_of(s, s->kept);
    if (geteuid() != 0) {
        assert_int_equal(chmod(path, 0), 0);
        assert_works(ts_blobs_verify(s->blobs, note, &r, &result, &err), err);
        assert_int_equal(r.kinds[TS_BLOB_UNREADABLE], 1);
    }
    free(path);
    free(originals);
}

static void test_damage_names(void **state)
{
    (void)state;
    assert_string_equal(ts_blob_damage_name(TS_BLOB_CHANGED), "changed");
    assert_string_equal(ts_blob_damage_name(TS_BLOB_STRANGER), "stranger");
    assert_string_equal(ts_blob_damage_name((ts_blob_damage)99), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_totals_and_strangers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_put_again_makes_young, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_put_within_the_sweep, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sweep_beside_puts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_verify, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_verify_other_damage, set_up, tear_down),
        cmocka_unit_test(test_damage_names),
    };
    return cmocka_run_group_tests_name("blob upkeep", tests, NULL, NULL);
}
