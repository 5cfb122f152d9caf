/* tests/catalog: the outbox: order within a lane, leases, dead letters, sending again. */
#include <string.h>

#include "base/error.h"
#include "catalog/deliveries.h"
#include "house.h"

typedef struct wish {
    ts_delivery_row row;
    ts_arena *arena;
    const ts_delivery_row *rows;
    size_t count, limit;
    int64_t number, before;
    ts_delivery_outcome outcome;
    const char *hook;
    bool fail;
} wish;

CHANGE(enqueue, wish)
{
    return ts_deliveries_enqueue(txn, &in->row, in->arena, err) &&
           (!in->fail || ts_fail(err, TS_REFUSED, "as asked"));
}
CHANGE(claim, wish)
{
    return ts_deliveries_claim(txn, in->number, 1000, in->limit, in->arena, &in->rows, &in->count, err);
}
CHANGE(record, wish)
{
    return ts_deliveries_record(txn, in->number, &in->outcome, err);
}
CHANGE(give_back, wish)
{
    return ts_deliveries_release(txn, in->number, err);
}
CHANGE(recover, wish)
{
    return ts_deliveries_recover(txn, &in->count, err);
}
CHANGE(redeliver, wish)
{
    return ts_deliveries_redeliver(txn, in->number, err);
}
CHANGE(kill_hook, wish)
{
    return ts_deliveries_kill(txn, in->hook, &in->count, err);
}
CHANGE(prune, wish)
{
    return ts_deliveries_prune(txn, in->before, 100, &in->count, err);
}

static int64_t add(house *h, const char *hook, const char *order)
{
    wish w = {.arena = h->arena,
              .row = {.hook = hook,
                      .url = "https://a.example/",
                      .event = "picture.tagged",
                      .order_key = order,
                      .body = "{}",
                      .picture = 1}};
    house_write(h, enqueue, &w);
    assert_int_equal(strlen(w.row.id), 20);
    return w.row.number;
}

static wish take(house *h)
{
    wish w = {.arena = h->arena, .limit = 10};
    house_write(h, claim, &w);
    return w;
}

static void report(house *h, int64_t number, ts_delivery_state state, int64_t retry_at)
{
    wish w = {.number = number,
              .outcome = {.state = state, .status = 500, .error = "no", .retry_at = retry_at}};
    house_write(h, record, &w);
}

static void one_after_the_other_in_a_lane(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a1 = add(h, "h1", "p1"), a2 = add(h, "h1", "p1"), a3 = add(h, "h1", "p1");
    int64_t b1 = add(h, "h1", "p2"), c1 = add(h, "h2", "p1"), d1 = add(h, "h1", ""), d2 = add(h, "h1", "");
    wish w = take(h);
    assert_int_equal(w.count, 5);
    int64_t expected[] = {a1, b1, c1, d1, d2};
    for (size_t i = 0; i < 5; i++) assert_int_equal(w.rows[i].number, expected[i]);
    assert_int_equal(take(h).count, 0); /* leased */
    int64_t later = atomic_load(&h->now) + 100;
    report(h, a1, TS_DELIVERY_WAITING, later);
    assert_int_equal(take(h).count, 0); /* a2 waits for a1 */
    atomic_store(&h->now, later);
    w = take(h);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, a1);
    assert_int_equal(w.rows[0].attempts, 1);
    assert_int_equal(w.rows[0].last_status, 500);
    report(h, a1, TS_DELIVERY_DELIVERED, 0);
    w = take(h);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, a2);
    report(h, a2, TS_DELIVERY_DEAD, 0); /* a dead one holds up nobody */
    w = take(h);
    assert_int_equal(w.rows[0].number, a3);
    report(h, a3, TS_DELIVERY_DELIVERED, 0);
    int64_t a4 = add(h, "h1", "p1"); /* the lane is empty */
    w = take(h);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, a4);
    house_close(h);
}

static int64_t next_but(house *h, const ts_delivery_avoid *avoid)
{
    int64_t number = -1;
    ts_error err;
    ts_txn *txn = house_read(h);
    assert_works(ts_deliveries_next(txn, avoid, &number, &err), err);
    ts_catalog_read_end(txn);
    return number;
}

/* The number of the next one that goes to neither of the two. */
static int64_t next(house *h, const char *avoid, const char *also)
{
    size_t count = also ? 2 : avoid ? 1 : 0;
    return next_but(h, &(ts_delivery_avoid){.targets = (const char *const[]){avoid, also}, .count = count});
}

static void leases_run_out(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a = add(h, "h1", "p1");
    assert_int_equal(take(h).count, 1);
    (void)atomic_fetch_add(&h->now, 999);
    assert_int_equal(next(h, NULL, NULL), 0);
    (void)atomic_fetch_add(&h->now, 1);
    assert_int_equal(next(h, NULL, NULL), a);
    house_reopen(h);
    wish w = take(h);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, a);
    house_close(h);
}

static void a_claim_that_is_given_back_is_no_attempt(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a = add(h, "h1", "p1");
    for (int i = 0; i < 2; i++) {
        wish w = take(h);
        assert_int_equal(w.count, 1);
        assert_int_equal(w.rows[0].attempts, 0);
        assert_int_equal(next(h, NULL, NULL), 0);
        w.number = a;
        house_write(h, give_back, &w);
        assert_int_equal(next(h, NULL, NULL), a);
    }
    report(h, take(h).rows[0].number, TS_DELIVERY_DELIVERED, 0);
    wish late = {.number = a};
    house_write(h, give_back, &late); /* over already: it stays so */
    assert_int_equal(next(h, NULL, NULL), 0);
    house_close(h);
}

/* One that only waits for its next try goes on waiting, and so does what stands behind it in its lane. */
static void what_a_dead_process_had_in_hand_is_due_at_once(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t tried = add(h, "h1", "p1"), in_hand = add(h, "h1", "p2"), over = add(h, "h1", "p3");
    (void)add(h, "h1", "p2");
    assert_int_equal(take(h).count, 3);
    report(h, tried, TS_DELIVERY_WAITING, atomic_load(&h->now) + 500);
    report(h, over, TS_DELIVERY_DELIVERED, 0);
    house_reopen(h);
    assert_int_equal(next(h, NULL, NULL), 0);
    wish w = {0};
    house_write(h, recover, &w);
    assert_int_equal(w.count, 1);
    w = take(h);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, in_hand);
    assert_int_equal(w.rows[0].attempts, 1);
    report(h, in_hand, TS_DELIVERY_WAITING, atomic_load(&h->now) + 500);
    house_write(h, recover, &w);
    assert_int_equal(w.count, 0);
    assert_int_equal(next(h, NULL, NULL), 0);
    house_close(h);
}

static void some_targets_are_passed_over(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a = add(h, "h1", "p1"), b = add(h, "h2", "p1"), c = add(h, "", "p1");
    assert_int_equal(next(h, NULL, NULL), a);
    assert_int_equal(next(h, "h1", NULL), b);
    assert_int_equal(next(h, "h2", "h1"), c);
    assert_int_equal(next(h, "h2", NULL), a);
    assert_int_equal(next(h, "h2", "https://a.example/"), a);
    ts_delivery_avoid hooks = {.targets = (const char *const[]){"h1"}, .count = 1, .addresses = true};
    assert_int_equal(next_but(h, &hooks), b);
    hooks.targets = (const char *const[]){"h2", "h1"};
    hooks.count = 2;
    assert_int_equal(next_but(h, &hooks), 0);
    hooks.addresses = false;
    assert_int_equal(next_but(h, &hooks), c);
    wish w = {.arena = h->arena, .limit = 5, .number = b};
    house_write(h, claim, &w);
    assert_int_equal(w.count, 1);
    assert_int_equal(w.rows[0].number, b);
    assert_int_equal(next(h, "h1", NULL), c);
    house_close(h);
}

static void what_was_killed_under_way_stays_dead(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t lost = add(h, "h1", "p1"), arrived = add(h, "h1", "p2");
    wish kill = {.hook = "h1"};
    wish late = {.number = lost, .outcome = {.state = TS_DELIVERY_WAITING, .status = 500, .retry_at = 1}};
    assert_int_equal(take(h).count + take(h).count, 2);
    house_write(h, kill_hook, &kill);
    house_refuses(h, record, &late, TS_NOT_FOUND);
    report(h, arrived, TS_DELIVERY_DELIVERED, 0);
    assert_int_equal(take(h).count, 0);
    house_close(h);
}

static void exists_only_with_its_change(void **state)
{
    (void)state;
    house *h = house_open();
    wish w = {.arena = h->arena, .fail = true, .row = {.hook = "h", .order_key = "p", .body = "{}"}};
    house_refuses(h, enqueue, &w, TS_REFUSED);
    assert_int_equal(take(h).count, 0);
    (void)add(h, "h", "p");
    assert_int_equal(take(h).count, 1);
    house_close(h);
}

static void dead_letters_are_kept_and_sent_again(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a = add(h, "h1", "p1"), b = add(h, "h1", "p1");
    ts_error err;
    const ts_delivery_row *rows = NULL;
    size_t count = 0;
    (void)take(h);
    report(h, a, TS_DELIVERY_DEAD, 0);
    (void)take(h);
    report(h, b, TS_DELIVERY_DELIVERED, 0);
    ts_txn *txn = house_read(h);
    assert_works(ts_deliveries_list(txn, NULL, TS_DELIVERY_DEAD, 0, 10, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 1);
    assert_int_equal(rows[0].number, a);
    assert_string_equal(rows[0].last_error, "no");
    ts_delivery_row found;
    assert_works(ts_deliveries_find(txn, rows[0].id, h->arena, &found, &err), err);
    assert_int_equal(found.number, a);
    ts_catalog_read_end(txn);
    wish w = {.number = a};
    house_write(h, redeliver, &w);
    w = take(h);
    assert_int_equal(w.count, 1);
    assert_string_equal(w.rows[0].id, found.id);
    report(h, a, TS_DELIVERY_DELIVERED, 0);
    w.before = atomic_load(&h->now) + 1;
    house_write(h, prune, &w);
    assert_int_equal(w.count, 2);
    w.number = a;
    house_refuses(h, redeliver, &w, TS_NOT_FOUND);
    house_refuses(h, record, &w, TS_NOT_FOUND);
    house_close(h);
}

static void a_webhook_that_is_gone_gets_nothing(void **state)
{
    (void)state;
    house *h = house_open();
    for (unsigned i = 0; i < 3; i++) (void)add(h, "h1", "p1");
    (void)add(h, "h2", "p1");
    wish w = {.hook = "h1"};
    house_write(h, kill_hook, &w);
    assert_int_equal(w.count, 3);
    assert_int_equal(take(h).count, 1);
    ts_error err;
    int64_t counts[3];
    const ts_delivery_row *rows = NULL;
    size_t count = 0;
    ts_txn *txn = house_read(h);
    assert_works(ts_deliveries_counts(txn, counts, &err), err);
    assert_int_equal(counts[TS_DELIVERY_WAITING], 1);
    assert_int_equal(counts[TS_DELIVERY_DEAD], 3);
    assert_works(ts_deliveries_list(txn, "h1", -1, 3, 10, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 2);
    ts_catalog_read_end(txn);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_after_the_other_in_a_lane),
        cmocka_unit_test(leases_run_out),
        cmocka_unit_test(a_claim_that_is_given_back_is_no_attempt),
        cmocka_unit_test(what_a_dead_process_had_in_hand_is_due_at_once),
        cmocka_unit_test(some_targets_are_passed_over),
        cmocka_unit_test(what_was_killed_under_way_stays_dead),
        cmocka_unit_test(exists_only_with_its_change),
        cmocka_unit_test(dead_letters_are_kept_and_sent_again),
        cmocka_unit_test(a_webhook_that_is_gone_gets_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
