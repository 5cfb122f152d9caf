/* tests/catalog: a backup is one moment of a catalogue that goes on changing, complete or not there. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "catalog/changes.h"
#include "house.h"

typedef struct pair_wish {
    unsigned tag;
    ts_arena *arena;
} pair_wish;

/* Pictures come in pairs: a copy with an odd number of them would not be of one moment. */
CHANGE(insert_pair, pair_wish)
{
    for (unsigned i = 0; i < 2; i++) {
        char sha256[65];
        house_sha256(in->tag, sha256);
        ts_picture_row row = {.sha256 = sha256,
                              .title = "a title that takes up some room in the file, as titles do"};
        if (!ts_pictures_insert(txn, &row, in->arena, err)) return false;
    }
    return true;
}

typedef struct busy_writer {
    house *h;
    atomic_bool stop;
    unsigned failures;
} busy_writer;

static void *write_pairs(void *argument)
{
    busy_writer *self = argument;
    ts_arena *arena = ts_arena_new(0);
    for (unsigned i = 0; !atomic_load(&self->stop); i++) {
        pair_wish wish = {.tag = i, .arena = arena};
        self->failures += !ts_catalog_write(self->h->catalog, insert_pair, &wish, NULL);
        ts_arena_reset(arena);
    }
    ts_arena_free(arena);
    return NULL;
}

static bool dawdle(void *context, uint64_t done, uint64_t total)
{
    assert_true(done <= total);
    ++*(unsigned *)context;
    (void)usleep(2000); /* so that the writer commits meanwhile */
    return true;
}

static int64_t count_pictures(ts_catalog *catalog)
{
    ts_error err;
    int64_t count = 0;
    ts_txn *txn = ts_catalog_read_begin(catalog, &err);
    assert_non_null(txn);
    assert_works(ts_pictures_count(txn, NULL, &count, &err), err);
    ts_catalog_read_end(txn);
    return count;
}

static void copies_one_moment_while_writing(void **state)
{
    (void)state;
    house *h = house_open();
    ts_error err;
    for (unsigned i = 0; i < 300; i++) {
        pair_wish wish = {.tag = i, .arena = h->arena};
        house_write(h, insert_pair, &wish);
    }
    busy_writer writer = {.h = h};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, write_pairs, &writer), 0);
    char *target = ts_test_path(h->folder, "copy");
    assert_works(ts_dir_make(target, &err), err);
    char *path = ts_test_path(target, "catalog.db");
    unsigned calls = 0;
    int64_t before = count_pictures(h->catalog);
    assert_works(ts_catalog_backup(h->catalog, path, dawdle, &calls, &err), err);
    atomic_store(&writer.stop, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(writer.failures, 0);
    assert_true(calls > 0);
    assert_fails(ts_catalog_backup(h->catalog, path, NULL, NULL, &err), err, TS_CONFLICT);
    ts_catalog *copy = ts_catalog_open(target, NULL, &err);
    assert_non_null(copy);
    uint64_t findings = 0;
    assert_works(ts_catalog_verify(copy, NULL, NULL, NULL, &findings, &err), err);
    assert_int_equal(findings, 0);
    int64_t count = count_pictures(copy);
    assert_int_equal(count % 2, 0);
    assert_in_range(count, before, count_pictures(h->catalog));
    assert_string_equal(ts_catalog_uuid(copy), ts_catalog_uuid(h->catalog));
    assert_int_equal(ts_catalog_last_seq(copy), count);
    ts_catalog_close(copy);
    free(path);
    free(target);
    house_close(h);
}

static bool stop_at_once(void *context, uint64_t done, uint64_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return false;
}

static void a_stopped_backup_leaves_nothing(void **state)
{
    (void)state;
    house *h = house_open();
    ts_error err;
    char *target = ts_test_path(h->folder, "copy");
    assert_works(ts_dir_make(target, &err), err);
    char *path = ts_test_path(target, "catalog.db");
    assert_fails(ts_catalog_backup(h->catalog, path, stop_at_once, NULL, &err), err, TS_INTERRUPTED);
    assert_int_equal(rmdir(target), 0); /* empty */
    assert_fails(ts_catalog_backup(h->catalog, path, NULL, NULL, &err), err,
                 TS_NOT_FOUND); /* no such folder */
    free(path);
    free(target);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_one_moment_while_writing),
        cmocka_unit_test(a_stopped_backup_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
