/* tests/catalog: group commit, snapshots, subscribers, the log's length. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/meta.h"
#include "house.h"

#define THREADS 8
#define ROUNDS 40

typedef struct counter_wish {
    char name[16];
    bool fail, log;
    int64_t value; /* out */
} counter_wish;

CHANGE(count_up, counter_wish)
{
    if (!ts_meta_get_int(txn, in->name, 0, &in->value, err)) return false;
    in->value++;
    if (!ts_meta_put_int(txn, in->name, in->value, err)) return false;
    if (!ts_meta_put_int(txn, "all", in->value, err)) return false;
    if (in->log && !ts_changes_add(txn, TS_CHANGE_DOCUMENT, in->value, in->name, err)) return false;
    return !in->fail || ts_fail(err, TS_REFUSED, "as asked: %s", in->name);
}

static int64_t read_int(house *h, const char *name)
{
    ts_error err;
    int64_t value = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_meta_get_int(txn, name, 0, &value, &err), err);
    ts_catalog_read_end(txn);
    return value;
}

typedef struct writer_thread {
    house *h;
    unsigned number;
    unsigned good, refused, wrong;
} writer_thread;

/* Every third change fails after it has written. */
static void *write_some(void *argument)
{
    writer_thread *self = argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        counter_wish wish = {.fail = i % 3 == 2, .log = true};
        ts_error err = {0};
        (void)snprintf(wish.name, sizeof wish.name, "t%u", self->number);
        bool ok = ts_catalog_write(self->h->catalog, count_up, &wish, &err);
        self->good += ok;
        self->refused += !ok && err.code == TS_REFUSED && strstr(err.message, wish.name);
        self->wrong += ok == wish.fail;
    }
    return NULL;
}

static void failing_changes_fail_alone(void **state)
{
    (void)state;
    house *h = house_open();
    pthread_t threads[THREADS];
    writer_thread selves[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        selves[i] = (writer_thread){.h = h, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_some, &selves[i]), 0);
    }
    unsigned good = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        char name[16];
        (void)snprintf(name, sizeof name, "t%u", i);
        assert_int_equal(selves[i].wrong, 0);
        assert_int_equal(selves[i].good + selves[i].refused, ROUNDS);
        assert_int_equal(read_int(h, name), selves[i].good);
        good += selves[i].good;
    }
    ts_catalog_stats stats;
    ts_catalog_statistics(h->catalog, &stats);
    assert_int_equal(stats.changes, good);
    assert_int_equal(stats.failed, THREADS * ROUNDS - good);
    assert_int_equal(stats.waiting, 0);
    assert_true(stats.commits <= stats.changes);
    assert_int_equal(ts_catalog_last_seq(h->catalog), good);
    house_verify(h);
    house_close(h);
}

CHANGE(fail_silently, void)
{
    (void)txn;
    (void)in;
    (void)err;
    return false;
}

static void silent_failure_is_our_fault(void **state)
{
    (void)state;
    house *h = house_open();
    house_refuses(h, fail_silently, NULL, TS_INTERNAL);
    house_close(h);
}

/* A snapshot sees nothing of later commits, and neither waits for the other. */
static void snapshots_stand_still(void **state)
{
    (void)state;
    house *h = house_open();
    ts_error err;
    counter_wish wish = {.name = "n"};
    house_write(h, count_up, &wish);
    ts_txn *txn = house_read(h);
    for (unsigned i = 0; i < 20; i++) house_write(h, count_up, &wish);
    int64_t value = 0;
    assert_works(ts_meta_get_int(txn, "n", 0, &value, &err), err);
    assert_int_equal(value, 1);
    assert_int_equal(read_int(h, "n"), 21);
    ts_catalog_read_end(txn);
    assert_int_equal(read_int(h, "n"), 21);
    house_close(h);
}

typedef struct watcher {
    _Atomic int64_t last;
    atomic_uint calls;
    atomic_bool backwards;
} watcher;

static void watch(void *context, int64_t seq)
{
    watcher *self = context;
    if (seq <= atomic_load(&self->last)) atomic_store(&self->backwards, true);
    atomic_store(&self->last, seq);
    atomic_fetch_add(&self->calls, 1);
}

static void subscribers_hear_each_commit(void **state)
{
    (void)state;
    house *h = house_open();
    watcher self = {0};
    counter_wish wish = {.name = "n"};
    assert_true(ts_catalog_subscribe(h->catalog, watch, &self));
    for (unsigned i = 1; i <= 5; i++) {
        (void)house_picture(h, i);
        assert_int_equal(atomic_load(&self.last), i); /* before the caller wakes */
    }
    house_write(h, count_up, &wish); /* logs no change */
    assert_int_equal(atomic_load(&self.calls), 5);
    assert_false(atomic_load(&self.backwards));
    assert_int_equal(ts_catalog_last_seq(h->catalog), 5);
    for (unsigned i = 1; i < 16; i++) assert_true(ts_catalog_subscribe(h->catalog, watch, &self));
    assert_false(ts_catalog_subscribe(h->catalog, watch, &self));
    house_close(h);
}

typedef struct reader_thread {
    house *h;
    atomic_bool *stop;
    unsigned reads;
    bool torn;
} reader_thread;

/* "all" always equals the one counter that was written with it. */
static void *read_some(void *argument)
{
    reader_thread *self = argument;
    while (!atomic_load(self->stop) || self->reads == 0) {
        int64_t a = -1, b = -2;
        ts_txn *txn = ts_catalog_read_begin(self->h->catalog, NULL);
        if (!txn || !ts_meta_get_int(txn, "n", 0, &a, NULL) || !ts_meta_get_int(txn, "all", 0, &b, NULL) ||
            a != b)
            self->torn = true;
        ts_catalog_read_end(txn);
        self->reads++;
    }
    return NULL;
}

/* More readers than snapshots, a writer, and a log that must not grow without end. */
static void readers_and_writer_side_by_side(void **state)
{
    (void)state;
    house *h = house_open();
    atomic_bool stop = false;
    pthread_t threads[6];
    reader_thread selves[6];
    for (unsigned i = 0; i < 6; i++) {
        selves[i] = (reader_thread){.h = h, .stop = &stop};
        assert_int_equal(pthread_create(&threads[i], NULL, read_some, &selves[i]), 0);
    }
    counter_wish wish = {.name = "n"};
    for (unsigned i = 0; i < 200; i++) house_write(h, count_up, &wish);
    atomic_store(&stop, true);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(selves[i].torn);
        assert_true(selves[i].reads > 0);
    }
    house_close(h);
}

CHANGE(write_much, const char)
{
    char name[16];
    for (unsigned i = 0; i < 300; i++) {
        (void)snprintf(name, sizeof name, "m%u", i);
        if (!ts_meta_put(txn, name, in, err)) return false;
    }
    return true;
}

static void log_is_kept_short(void **state)
{
    (void)state;
    house *h = house_open();
    char *text = calloc(1, 8001);
    memset(text, 'x', 8000);
    for (unsigned i = 0; i < 12; i++) {
        text[0] = (char)('a' + i);
        house_write(h, write_much, text); /* 2.4 MB each */
    }
    ts_catalog_stats stats;
    ts_catalog_statistics(h->catalog, &stats);
    assert_in_range(stats.wal_bytes, 0, 16u << 20);
    unsigned tries = 0; /* and emptied at rest */
    while (stats.wal_bytes > 0 && tries++ < 100) {
        (void)usleep(50 * 1000);
        ts_catalog_statistics(h->catalog, &stats);
    }
    assert_int_equal(stats.wal_bytes, 0);
    free(text);
    house_close(h);
}

/* What is deleted is nowhere in the files any more, the log included. */
typedef struct erase_wish {
    int64_t number;
    ts_arena *arena;
} erase_wish;

CHANGE(add_secret, erase_wish)
{
    char sha256[65];
    house_sha256(1, sha256);
    ts_picture_row row = {.sha256 = sha256, .title = "xyzzy-secret-title", .name = "n"};
    if (!ts_pictures_insert(txn, &row, in->arena, err)) return false;
    in->number = row.number;
    ts_tag_edit edit = {.action = TS_LEDGER_ADD, .tag = {.label = "xyzzy-secret-word"}};
    ts_author author = {.kind = TS_AUTHOR_PERSON, .id = "p", .name = "P"};
    ts_tag_diff diff;
    return ts_tags_edit(txn, in->number, &edit, 1, &author, NULL, in->arena, &diff, err);
}

CHANGE(erase_secret, erase_wish)
{
    return ts_pictures_delete(txn, in->number, -1, err);
}

static bool file_contains(const char *folder, const char *name, const char *needle)
{
    char *path = ts_test_path(folder, name);
    bool found = false;
    if (access(path, F_OK) == 0) {
        size_t length = 0;
        char *text = ts_test_read(path, &length);
        found = memmem(text, length, needle, strlen(needle)) != NULL;
        free(text);
    }
    free(path);
    return found;
}

static bool secret_is_there(house *h)
{
    return file_contains(h->data, "catalog.db-wal", "xyzzy-secret") ||
           file_contains(h->data, "catalog.db", "xyzzy-secret");
}

/* At rest, and also while others go on writing. */
static void deleted_means_gone(void **state)
{
    (void)state;
    for (unsigned busy = 0; busy < 2; busy++) {
        house *h = house_open();
        erase_wish wish = {.arena = h->arena};
        counter_wish other = {.name = "n"};
        house_write(h, add_secret, &wish);
        assert_true(secret_is_there(h));
        house_write(h, erase_secret, &wish);
        bool there = true;
        for (unsigned tries = 0; there && tries < 140; tries++) {
            (void)usleep(50 * 1000);
            if (busy) house_write(h, count_up, &other);
            there = secret_is_there(h);
        }
        assert_false(there);
        house_close(h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_changes_fail_alone),
        cmocka_unit_test(silent_failure_is_our_fault),
        cmocka_unit_test(snapshots_stand_still),
        cmocka_unit_test(subscribers_hear_each_commit),
        cmocka_unit_test(readers_and_writer_side_by_side),
        cmocka_unit_test(log_is_kept_short),
        cmocka_unit_test(deleted_means_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
