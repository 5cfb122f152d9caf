/* tests/catalog: a child writes with several threads and tells us what was acknowledged; it is killed at a random moment;
 * everything acknowledged must be there, nothing half, and the database sound. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "house.h"

#define ROUNDS 100
#define THREADS 4

typedef struct told {
    int64_t number;
    unsigned tag;
} told;

typedef struct child_thread {
    ts_catalog *catalog;
    int pipe;
    unsigned first;
} child_thread;

typedef struct add_wish {
    told told;
    ts_arena *arena;
} add_wish;

/* A picture and three tags: all or none. */
CHANGE(add, add_wish)
{
    char sha256[65];
    house_sha256(in->told.tag, sha256);
    ts_picture_row row = {.sha256 = sha256};
    if (!ts_pictures_insert(txn, &row, in->arena, err)) return false;
    in->told.number = row.number;
    ts_tag_input tags[] = {{.concept = "object/a"}, {.concept = "object/b"}, {.concept = "object/c"}};
    ts_tag_run_input run = {
        .author = {.kind = TS_AUTHOR_MODEL, .id = "", .name = ""}, .tags = tags, .count = 3};
    ts_tag_diff diff;
    return ts_tags_record_run(txn, row.number, &run, in->arena, &diff, err);
}

static void *child_write(void *argument)
{
    child_thread *self = argument;
    ts_arena *arena = ts_arena_new(0);
    for (unsigned tag = self->first;; tag += THREADS) {
        add_wish wish = {.told = {.tag = tag}, .arena = arena};
        if (!ts_catalog_write(self->catalog, add, &wish, NULL)) _exit(3);
        if (write(self->pipe, &wish.told, sizeof wish.told) != (ssize_t)sizeof wish.told) _exit(4);
        ts_arena_reset(arena);
    }
    return NULL;
}

static void child(const char *data, int pipe, unsigned first)
{
    ts_catalog *catalog = ts_catalog_open(data, NULL, NULL);
    if (!catalog) _exit(2);
    told ready = {0};
    if (write(pipe, &ready, sizeof ready) != (ssize_t)sizeof ready) _exit(4);
    child_thread threads[THREADS];
    pthread_t ids[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        threads[i] = (child_thread){.catalog = catalog, .pipe = pipe, .first = first + i};
        if (pthread_create(&ids[i], NULL, child_write, &threads[i]) != 0) _exit(5);
    }
    for (;;) pause();
}

typedef struct acknowledged {
    told *items;
    size_t count, capacity;
} acknowledged;

static void hear(int pipe, acknowledged *list)
{
    told one;
    ssize_t n;
    while ((n = read(pipe, &one, sizeof one)) != 0) {
        if (n < 0 && errno == EINTR) continue;
        assert_int_equal(n, sizeof one);
        if (list->count == list->capacity) {
            list->capacity = list->capacity ? list->capacity * 2 : 256;
            list->items = realloc(list->items, list->capacity * sizeof *list->items);
            assert_non_null(list->items);
        }
        list->items[list->count++] = one;
    }
}

static void run_and_kill(const char *data, acknowledged *list, unsigned first, useconds_t life)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(pipes[0]);
        child(data, pipes[1], first);
    }
    close(pipes[1]);
    told ready; /* opening takes longer than what we are after */
    assert_int_equal(read(pipes[0], &ready, sizeof ready), sizeof ready);
    (void)usleep(life);
    assert_int_equal(kill(pid, SIGKILL), 0);
    hear(pipes[0], list);
    close(pipes[0]);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFSIGNALED(status)) fail_msg("the child ended by itself: %d", WEXITSTATUS(status));
}

static void check(const char *data, const acknowledged *list)
{
    ts_error err;
    uint64_t findings = 0;
    ts_catalog *catalog = ts_catalog_open(data, NULL, &err);
    if (!catalog) fail_msg("%s", err.message);
    ts_arena *arena = ts_arena_new(0);
    ts_txn *txn = ts_catalog_read_begin(catalog, &err);
    assert_non_null(txn);
    for (size_t i = 0; i < list->count; i++) {
        char sha256[65];
        ts_picture_row row;
        const ts_tag_row *tags = NULL;
        size_t count = 0;
        house_sha256(list->items[i].tag, sha256);
        assert_works(ts_pictures_get(txn, list->items[i].number, arena, &row, &err), err);
        assert_string_equal(row.sha256, sha256);
        assert_works(ts_tags_list(txn, row.number, true, false, arena, &tags, &count, &err), err);
        assert_int_equal(count, 3);
        if (i % 64 == 0) ts_arena_reset(arena);
    }
    ts_catalog_read_end(txn);
    assert_works(ts_catalog_verify(catalog, NULL, NULL, NULL, &findings, &err), err);
    assert_int_equal(findings, 0);
    ts_arena_free(arena);
    ts_catalog_close(catalog);
}

static void nothing_acknowledged_is_lost(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    acknowledged list = {0};
    unsigned random = 12345;
    for (unsigned round = 0; round < ROUNDS; round++) {
        random = random * 1664525u + 1013904223u;
        run_and_kill(folder, &list, round * 1000000u, random % 60000 * TS_TEST_PATIENCE);
        if (round % 10 == 9) check(folder, &list);
    }
    assert_true(list.count > ROUNDS);
    print_message("%zu acknowledged in %d rounds\n", list.count, ROUNDS);
    free(list.items);
    ts_test_folder_end(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acknowledged_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
