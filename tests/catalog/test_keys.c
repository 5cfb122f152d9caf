/* tests/catalog: keys, credits under threads, usage by day. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "catalog/keys.h"
#include "house.h"

#define THREADS 4
#define DAY INT64_C(86400000)

typedef struct wish {
    ts_key_row row;
    const char *id;
    int64_t amount, left;
    const ts_usage_row *usage;
    size_t count;
} wish;

CHANGE(insert, wish)
{
    return ts_keys_insert(txn, &in->row, err);
}
CHANGE(update, wish)
{
    return ts_keys_update(txn, &in->row, err);
}
CHANGE(revoke, wish)
{
    return ts_keys_revoke(txn, in->id, err);
}
CHANGE(spend, wish)
{
    return ts_keys_spend(txn, in->id, in->amount, &in->left, err);
}
CHANGE(credit, wish)
{
    return ts_keys_credit(txn, in->id, in->amount, &in->left, err);
}
CHANGE(set_credits, wish)
{
    return ts_keys_set_credits(txn, in->id, in->amount, err);
}
CHANGE(add_usage, wish)
{
    return ts_usage_add(txn, in->usage, in->count, err);
}

static wish key_wish(const char *id, const char *hash, int64_t credits)
{
    return (wish){.id = id,
                  .row = {.id = id,
                          .name = "N",
                          .key_hash = hash,
                          .key_prefix = "tsk_Ab3x",
                          .secret_hash = id,
                          .secret_sealed = "sealed",
                          .scopes = 3,
                          .rate_per_min = 30,
                          .credits = credits,
                          .origins = "[\"https://a.example\"]",
                          .owner = "p1",
                          .expires = 77}};
}

static void finds_keys_in_three_ways(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = key_wish("tk_1", "h1", TS_CREDITS_UNLIMITED);
    house_write(h, insert, &w);
    house_refuses(h, insert, &w, TS_CONFLICT);
    w.row.id = "tk_2";
    house_refuses(h, insert, &w, TS_CONFLICT); /* its hash */
    ts_error err;
    ts_key_row rows[3];
    ts_txn *txn = house_read(h);
    assert_works(ts_keys_get(txn, "tk_1", h->arena, &rows[0], &err), err);
    assert_works(ts_keys_find_hash(txn, "h1", h->arena, &rows[1], &err), err);
    assert_works(ts_keys_find_secret(txn, "tk_1", h->arena, &rows[2], &err), err);
    assert_fails(ts_keys_find_hash(txn, "h2", h->arena, &rows[0], &err), err, TS_NOT_FOUND);
    ts_catalog_read_end(txn);
    for (size_t i = 1; i < 3; i++) {
        assert_string_equal(rows[i].id, "tk_1");
        assert_string_equal(rows[i].secret_sealed, "sealed");
        assert_string_equal(rows[i].origins, "[\"https://a.example\"]");
        assert_int_equal(rows[i].scopes, 3);
        assert_int_equal(rows[i].credits, TS_CREDITS_UNLIMITED);
        assert_int_equal(rows[i].expires, 77);
        assert_int_equal(rows[i].created, atomic_load(&h->now));
        assert_int_equal(rows[i].revoked, 0);
    }
    house_close(h);
}

static void changes_and_revokes(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = key_wish("tk_1", "h1", 5);
    house_write(h, insert, &w);
    w.row.name = "M";
    w.row.scopes = 15;
    w.row.credits = 999; /* not this way */
    house_write(h, update, &w);
    house_write(h, revoke, &w);
    int64_t first = atomic_load(&h->now);
    atomic_fetch_add(&h->now, 10);
    house_write(h, revoke, &w);
    ts_error err;
    const ts_key_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_keys_list(txn, h->arena, &rows, &count, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(count, 1);
    assert_string_equal(rows[0].name, "M");
    assert_int_equal(rows[0].scopes, 15);
    assert_int_equal(rows[0].credits, 5);
    assert_int_equal(rows[0].revoked, first);
    w.id = w.row.id = "tk_9";
    house_refuses(h, revoke, &w, TS_NOT_FOUND);
    house_refuses(h, update, &w, TS_NOT_FOUND);
    house_close(h);
}

static void credits_are_counted(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = key_wish("tk_1", "h1", 5);
    house_write(h, insert, &w);
    w.amount = 3;
    house_write(h, spend, &w);
    assert_int_equal(w.left, 2);
    house_refuses(h, spend, &w, TS_NO_CREDIT);
    house_write(h, credit, &w);
    assert_int_equal(w.left, 5);
    w.amount = -100;
    house_write(h, credit, &w);
    assert_int_equal(w.left, 0);
    house_refuses(h, spend, &w, TS_USAGE);
    w.amount = 0;
    house_write(h, spend, &w);
    w.amount = INT64_MAX;
    house_write(h, credit, &w);
    house_write(h, credit, &w);
    assert_true(w.left == INT64_MAX); /* no wrap */
    w.amount = TS_CREDITS_UNLIMITED;
    house_write(h, set_credits, &w);
    w.amount = 1000;
    house_write(h, spend, &w);
    house_write(h, credit, &w);
    assert_int_equal(w.left, TS_CREDITS_UNLIMITED);
    w.amount = -2;
    house_refuses(h, set_credits, &w, TS_USAGE);
    house_close(h);
}

typedef struct spender {
    house *h;
    unsigned spent, refused, odd;
} spender;

static void *spend_all(void *argument)
{
    spender *self = argument;
    for (unsigned i = 0; i < 40; i++) {
        wish w = {.id = "tk_1", .amount = 3};
        ts_error err = {0};
        bool ok = ts_catalog_write(self->h->catalog, spend, &w, &err);
        self->spent += ok;
        self->refused += !ok && err.code == TS_NO_CREDIT;
        self->odd += ok && w.left < 0;
    }
    return NULL;
}

static void credits_under_threads_never_go_below_zero(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = key_wish("tk_1", "h1", 100);
    house_write(h, insert, &w);
    pthread_t threads[THREADS];
    spender selves[THREADS];
    unsigned spent = 0, refused = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        selves[i] = (spender){.h = h};
        assert_int_equal(pthread_create(&threads[i], NULL, spend_all, &selves[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        spent += selves[i].spent;
        refused += selves[i].refused;
        assert_int_equal(selves[i].odd, 0);
    }
    assert_int_equal(spent, 33);
    assert_int_equal(spent + refused, THREADS * 40);
    ts_error err;
    ts_key_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_keys_get(txn, "tk_1", h->arena, &row, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(row.credits, 1);
    house_close(h);
}

static void usage_adds_up_by_day(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = key_wish("tk_1", "h1", 5);
    house_write(h, insert, &w);
    ts_usage_row rows[] = {
        {.key_id = "tk_1", .day = 10 * DAY + 5, .requests = 2, .pictures = 1, .credits = 1, .errors = 1},
        {.key_id = "tk_1", .day = 11 * DAY - 1, .requests = 3},
        {.key_id = "tk_1", .day = 11 * DAY, .requests = 4},
        {.key_id = "tk_2", .day = 10 * DAY, .requests = 5},
    };
    w.usage = rows;
    w.count = 4;
    house_write(h, add_usage, &w);
    ts_error err;
    const ts_usage_row *found = NULL;
    size_t count = 0;
    ts_key_row key;
    ts_txn *txn = house_read(h);
    assert_works(ts_usage_list(txn, "tk_1", 10 * DAY + 7, 11 * DAY, h->arena, &found, &count, &err), err);
    assert_int_equal(count, 1);
    assert_int_equal(found[0].day, 10 * DAY);
    assert_int_equal(found[0].requests, 5);
    assert_int_equal(found[0].pictures, 1);
    assert_int_equal(found[0].errors, 1);
    assert_works(ts_usage_list(txn, NULL, 0, INT64_MAX, h->arena, &found, &count, &err), err);
    assert_int_equal(count, 3);
    assert_works(ts_keys_get(txn, "tk_1", h->arena, &key, &err), err);
    assert_int_equal(key.last_used, 11 * DAY);
    ts_catalog_read_end(txn);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_keys_in_three_ways),
        cmocka_unit_test(changes_and_revokes),
        cmocka_unit_test(credits_are_counted),
        cmocka_unit_test(credits_under_threads_never_go_below_zero),
        cmocka_unit_test(usage_adds_up_by_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
