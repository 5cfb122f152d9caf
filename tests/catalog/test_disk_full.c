/* tests/catalog: a full disk refuses changes with TS_NO_SPACE, harms nothing, lets readers read, and is forgotten once
 * there is room again. The disk is a limit on the size of a file, which needs no rights. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "catalog/meta.h"
#include "house.h"

#define LIMIT (1 << 20)

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

typedef struct fill_wish {
    char name[16];
    char *text;
} fill_wish;

CHANGE(fill, fill_wish)
{
    return ts_meta_put(txn, in->name, in->text, err);
}

static void refuses_and_recovers(void **state)
{
    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    house *h = house_open();
    fill_wish wish = {.text = calloc(1, 40001)};
    memset(wish.text, 'x', 40000);
    ts_error err = {0};
    limit_files(LIMIT);
    unsigned good = 0;
    for (;; good++) {
        (void)snprintf(wish.name, sizeof wish.name, "n%u", good);
        if (!ts_catalog_write(h->catalog, fill, &wish, &err)) break;
        if (good > 1000) fail_msg("the limit on files does not work");
    }
    ts_test_check_error(&err, TS_NO_SPACE, __FILE__, __LINE__);
    assert_string_not_equal(err.hint, "");
    for (unsigned i = 0; i < 3; i++) house_refuses(h, fill, &wish, TS_NO_SPACE);
    const char *value = NULL;
    ts_txn *txn = house_read(h);
    assert_works(ts_meta_get(txn, "n0", h->arena, &value, &err), err);
    assert_non_null(value);
    assert_works(ts_meta_get(txn, wish.name, h->arena, &value, &err), err);
    assert_null(value); /* nothing of what was refused */
    ts_catalog_read_end(txn);
    limit_files(RLIM_INFINITY);
    house_write(h, fill, &wish);
    house_verify(h);
    house_reopen(h);
    txn = house_read(h);
    assert_works(ts_meta_get(txn, wish.name, h->arena, &value, &err), err);
    assert_non_null(value);
    ts_catalog_read_end(txn);
    free(wish.text);
    house_close(h);
}

/* One change that is larger than the disk: SQLite spills its cache and fails in the middle of the statement. */
CHANGE(fill_at_once, fill_wish)
{
    for (unsigned i = 0; i < 2000; i++) {
        (void)snprintf(in->name, sizeof in->name, "b%u", i);
        if (!ts_meta_put(txn, in->name, in->text, err)) return false;
    }
    return true;
}

static void a_change_larger_than_the_disk(void **state)
{
    (void)state;
    (void)signal(SIGXFSZ, SIG_IGN);
    house *h = house_open();
    fill_wish wish = {.text = calloc(1, 40001)};
    memset(wish.text, 'y', 40000);
    limit_files(LIMIT);
    house_refuses(h, fill_at_once, &wish, TS_NO_SPACE);
    limit_files(RLIM_INFINITY);
    (void)house_picture(h, 1);
    house_verify(h);
    free(wish.text);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_and_recovers),
        cmocka_unit_test(a_change_larger_than_the_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
