/* tests/catalog: opening: a fresh folder, the lock, newer and foreign databases, closing and opening again. */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catalog/meta.h"
#include "catalog/private.h"
#include "house.h"

static void makes_a_private_folder(void **state)
{
    (void)state;
    house *h = house_open();
    struct stat st;
    assert_int_equal(stat(h->data, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    static const char *const names[] = {"catalog.db", "catalog.db-wal", "catalog.db-shm", "lock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *path = ts_test_path(h->data, names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
        free(path);
    }
    house_verify(h);
    house_close(h);
}

static void second_opener_hears_who_has_it(void **state)
{
    (void)state;
    house *h = house_open();
    ts_error err = {0};
    assert_null(ts_catalog_open(h->data, NULL, &err));
    ts_test_check_error(&err, TS_CONFLICT, __FILE__, __LINE__);
    char pid[32];
    (void)snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    assert_non_null(strstr(err.message, pid));
    assert_string_not_equal(err.hint, "");
    house_close(h);
}

static void lock_goes_with_its_process(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        ts_catalog *catalog = ts_catalog_open(folder, NULL, NULL);
        char byte = catalog ? 'y' : 'n';
        if (write(pipes[1], &byte, 1) != 1) _exit(1);
        for (;;) pause();
    }
    char byte = 0;
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    ts_error err = {0};
    assert_null(ts_catalog_open(folder, NULL, &err));
    assert_int_equal(err.code, TS_CONFLICT);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    ts_catalog *catalog = ts_catalog_open(folder, NULL, &err);
    assert_non_null(catalog);
    ts_catalog_close(catalog);
    close(pipes[0]);
    close(pipes[1]);
    ts_test_folder_end(folder);
}

static void run_sql(const char *data, const char *text)
{
    char *path = ts_test_path(data, "catalog.db");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    free(path);
}

static void refuses_a_newer_schema(void **state)
{
    (void)state;
    house *h = house_open();
    ts_catalog_close(h->catalog);
    run_sql(h->data, "PRAGMA user_version = 999");
    ts_error err = {0};
    assert_null(ts_catalog_open(h->data, NULL, &err));
    ts_test_check_error(&err, TS_UNSUPPORTED, __FILE__, __LINE__);
    assert_non_null(strstr(err.message, "999"));
    h->catalog = NULL;
    house_close(h);
}

static void refuses_a_foreign_database(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    run_sql(folder, "CREATE TABLE recipes (name TEXT)");
    ts_error err = {0};
    assert_null(ts_catalog_open(folder, NULL, &err));
    assert_int_equal(err.code, TS_UNSUPPORTED);
    ts_test_folder_end(folder);
    folder = ts_test_folder();
    free(ts_test_file(folder, "catalog.db",
                      "this is no database at all, is it? ...............................", 64));
    assert_null(ts_catalog_open(folder, NULL, &err));
    assert_int_equal(err.code, TS_IO);
    ts_test_folder_end(folder);
}

/* The schema is what an empty database becomes by all steps, and nothing is half done. */
static void migrates_from_empty(void **state)
{
    (void)state;
    char *folder = ts_test_folder();
    char *path = ts_test_file(folder, "m.db", "", 0);
    ts_error err;
    ts_connection connection;
    int64_t version = 0, tables = 0;
    assert_works(ts_connection_open(&connection, path, SQLITE_OPEN_READWRITE, &err), err);
    assert_works(ts_migrate(&connection, &err), err);
    assert_works(ts_migrate(&connection, &err), err); /* nothing left to do */
    assert_works(ts_connection_int(&connection, "PRAGMA user_version", &version, &err), err);
    assert_int_equal(version, ts_schema_version());
    assert_works(ts_connection_int(&connection,
                                   "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN"
                                   " ('pictures', 'ledger', 'tags', 'jobs', 'deliveries', 'keys')",
                                   &tables, &err),
                 err);
    assert_int_equal(tables, 6);
    ts_connection_close(&connection);
    free(path);
    ts_test_folder_end(folder);
}

CHANGE(put_meta, const char)
{
    return ts_meta_put(txn, "a", in, err);
}

static const char *get_meta(house *h)
{
    ts_error err;
    const char *value = NULL;
    ts_txn *txn = house_read(h);
    assert_works(ts_meta_get(txn, "a", h->arena, &value, &err), err);
    ts_catalog_read_end(txn);
    return value;
}

static void keeps_its_name_and_content(void **state)
{
    (void)state;
    house *h = house_open();
    char uuid[64];
    (void)snprintf(uuid, sizeof uuid, "%s", ts_catalog_uuid(h->catalog));
    assert_int_equal(strlen(uuid), 32);
    assert_null(get_meta(h));
    house_write(h, put_meta, (char[]){"x"});
    house_reopen(h);
    assert_string_equal(ts_catalog_uuid(h->catalog), uuid);
    assert_string_equal(get_meta(h), "x");
    assert_false(ts_catalog_wants_verify(h->catalog));
    house_write(h, put_meta, NULL);
    assert_null(get_meta(h));
    house_close(h);
}

static void closing_empties_the_log(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 0; i < 50; i++) (void)house_picture(h, i);
    ts_catalog_close(h->catalog);
    h->catalog = NULL;
    char *wal = ts_test_path(h->data, "catalog.db-wal");
    struct stat st;
    assert_true(stat(wal, &st) != 0 || st.st_size == 0);
    free(wal);
    house_close(h);
}

/* A crash is told from a clean end by the log that it leaves; a damaged database is then not opened. */
static void checks_after_a_crash(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 0; i < 400; i++) (void)house_picture(h, i);
    ts_catalog_close(h->catalog);
    h->catalog = NULL;
    char *path = ts_test_path(h->data, "catalog.db");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    int fd = open(path, O_RDWR);
    char rubbish[4096];
    memset(rubbish, 0x5A, sizeof rubbish);
    for (off_t at = 8192; at < st.st_size; at += 8192) assert_int_equal(pwrite(fd, rubbish, 4096, at), 4096);
    close(fd);
    free(ts_test_file(h->data, "catalog.db-wal", "left by a crash", 15));
    ts_error err = {0};
    assert_null(ts_catalog_open(h->data, NULL, &err));
    assert_int_equal(err.code, TS_IO);
    free(path);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_a_private_folder),     cmocka_unit_test(second_opener_hears_who_has_it),
        cmocka_unit_test(lock_goes_with_its_process), cmocka_unit_test(refuses_a_newer_schema),
        cmocka_unit_test(refuses_a_foreign_database), cmocka_unit_test(migrates_from_empty),
        cmocka_unit_test(keeps_its_name_and_content), cmocka_unit_test(closing_empties_the_log),
        cmocka_unit_test(checks_after_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
