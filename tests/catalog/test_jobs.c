/* tests/catalog: the queue: order, leases, retries, quarantine, recovery, four workers at once. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "catalog/jobs.h"
#include "house.h"

#define THREADS 4
#define JOBS 120

static const char *const all_kinds[] = {"tag", "import"};

typedef struct wish {
    ts_job_row *rows;
    size_t count;
    ts_arena *arena;
    const char *worker;
    int64_t lease, number, done, total, retry_at, before;
    ts_job_row job;
    bool found, all;
    ts_job_state state;
} wish;

CHANGE(enqueue, wish)
{
    return ts_jobs_enqueue(txn, in->rows, in->count, in->arena, err);
}
CHANGE(claim, wish)
{
    return ts_jobs_claim(txn, all_kinds, 2, in->worker, in->lease ? in->lease : 1000, in->arena, &in->job,
                         &in->found, err);
}
CHANGE(beat, wish)
{
    return ts_jobs_heartbeat(txn, in->number, in->worker, 1000, in->done, in->total, err);
}
CHANGE(complete, wish)
{
    return ts_jobs_complete(txn, in->number, in->worker, "{\"ok\":true}", err);
}
CHANGE(fail_job, wish)
{
    return ts_jobs_fail(txn, in->number, in->worker, "{\"code\":\"x\"}", in->retry_at, &in->state, err);
}
CHANGE(give_up, wish)
{
    return ts_jobs_give_up(txn, in->number, in->worker, "{\"code\":\"y\"}", err);
}
CHANGE(release, wish)
{
    return ts_jobs_release(txn, in->number, in->worker, err);
}
CHANGE(cancel, wish)
{
    return ts_jobs_cancel(txn, in->number, err);
}
CHANGE(requeue, wish)
{
    return ts_jobs_requeue(txn, in->number, err);
}
CHANGE(recover, wish)
{
    return ts_jobs_recover(txn, in->all, &in->count, err);
}
CHANGE(prune, wish)
{
    return ts_jobs_prune(txn, in->before, 10, &in->count, err);
}

static int64_t add(house *h, ts_job_row row)
{
    if (!row.kind) row.kind = "tag";
    wish w = {.rows = &row, .count = 1, .arena = h->arena};
    house_write(h, enqueue, &w);
    return row.number;
}

/* 0: nothing to do. */
static int64_t take(house *h, const char *worker)
{
    wish w = {.worker = worker, .arena = h->arena};
    house_write(h, claim, &w);
    return w.found ? w.job.number : 0;
}

static ts_job_row get(house *h, int64_t number)
{
    ts_error err;
    ts_job_row row;
    ts_txn *txn = house_read(h);
    assert_works(ts_jobs_get(txn, number, h->arena, &row, &err), err);
    ts_catalog_read_end(txn);
    return row;
}

static void highest_priority_then_oldest(void **state)
{
    (void)state;
    house *h = house_open();
    assert_int_equal(take(h, "w"), 0);
    int64_t a = add(h, (ts_job_row){.priority = 1}),
            b = add(h, (ts_job_row){.priority = 5, .kind = "import"});
    int64_t c = add(h, (ts_job_row){.priority = 5}),
            d = add(h, (ts_job_row){.priority = 1, .kind = "import"});
    (void)add(h, (ts_job_row){.priority = 9, .kind = "other"});
    assert_int_equal(take(h, "w"), b);
    assert_int_equal(take(h, "w"), c);
    assert_int_equal(take(h, "w"), a);
    assert_int_equal(take(h, "w"), d);
    assert_int_equal(take(h, "w"), 0);
    house_verify(h);
    house_close(h);
}

static void not_before_its_time(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t now = atomic_load(&h->now), due = 0;
    int64_t a = add(h, (ts_job_row){.run_after = now + 100});
    assert_int_equal(take(h, "w"), 0);
    ts_error err;
    ts_txn *txn = house_read(h);
    assert_works(ts_jobs_next_due(txn, &due, &err), err);
    ts_catalog_read_end(txn);
    assert_int_equal(due, now + 100);
    atomic_store(&h->now, now + 100);
    assert_int_equal(take(h, "w"), a);
    house_close(h);
}

static void a_job_from_queue_to_end(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t number = add(h, (ts_job_row){.payload = "{\"p\":1}", .picture = 3, .key_id = "tk", .total = 10});
    ts_job_row row = get(h, number);
    assert_int_equal(row.state, TS_JOB_QUEUED);
    assert_int_equal(strlen(row.id), 20);
    assert_string_equal(row.payload, "{\"p\":1}");
    assert_int_equal(row.max_attempts, 3);
    assert_int_equal(take(h, "w1"), number);
    row = get(h, number);
    assert_int_equal(row.state, TS_JOB_RUNNING);
    assert_int_equal(row.attempts, 1);
    assert_int_equal(row.lease_until, atomic_load(&h->now) + 1000);
    wish w = {.number = number, .worker = "w2", .done = 4, .total = 10};
    house_refuses(h, beat, &w, TS_CHANGED);
    house_refuses(h, complete, &w, TS_CHANGED);
    w.worker = "w1";
    atomic_fetch_add(&h->now, 500);
    house_write(h, beat, &w);
    row = get(h, number);
    assert_int_equal(row.done, 4);
    assert_int_equal(row.lease_until, atomic_load(&h->now) + 1000);
    house_write(h, complete, &w);
    house_refuses(h, complete, &w, TS_CHANGED); /* not twice */
    row = get(h, number);
    assert_int_equal(row.state, TS_JOB_DONE);
    assert_int_equal(row.done, 10);
    assert_string_equal(row.result, "{\"ok\":true}");
    assert_int_equal(row.finished, atomic_load(&h->now));
    house_refuses(h, cancel, &w, TS_CONFLICT);
    house_refuses(h, requeue, &w, TS_CONFLICT);
    house_close(h);
}

static void retries_then_quarantine(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t number = add(h, (ts_job_row){.max_attempts = 2});
    wish w = {.number = number, .worker = "w"};
    assert_int_equal(take(h, "w"), number);
    w.retry_at = atomic_load(&h->now) + 50;
    house_write(h, fail_job, &w);
    assert_int_equal(w.state, TS_JOB_QUEUED);
    assert_int_equal(take(h, "w"), 0);
    atomic_fetch_add(&h->now, 50);
    assert_int_equal(take(h, "w"), number);
    house_write(h, fail_job, &w);
    assert_int_equal(w.state, TS_JOB_QUARANTINED);
    assert_string_equal(get(h, number).error, "{\"code\":\"x\"}");
    atomic_fetch_add(&h->now, 1000);
    assert_int_equal(take(h, "w"), 0);
    house_write(h, requeue, &w);
    assert_int_equal(get(h, number).attempts, 0);
    assert_int_equal(take(h, "w"), number);
    house_write(h, give_up, &w);
    assert_int_equal(get(h, number).state, TS_JOB_FAILED);
    house_verify(h);
    house_close(h);
}

static void lost_workers_lose_their_jobs(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t a = add(h, (ts_job_row){0}), b = add(h, (ts_job_row){.max_attempts = 1});
    assert_int_equal(take(h, "w"), a);
    assert_int_equal(take(h, "w"), b);
    wish w = {.all = false};
    house_write(h, recover, &w);
    assert_int_equal(w.count, 0);
    atomic_fetch_add(&h->now, 1001);
    house_write(h, recover, &w);
    assert_int_equal(w.count, 2);
    assert_int_equal(get(h, a).state, TS_JOB_QUEUED);
    assert_int_equal(get(h, b).state, TS_JOB_QUARANTINED);
    assert_int_equal(take(h, "w2"), a);
    house_reopen(h);
    w.all = true; /* a new process: whatever the lease says */
    house_write(h, recover, &w);
    assert_int_equal(w.count, 1);
    assert_int_equal(take(h, "w3"), a);
    w = (wish){.number = a, .worker = "w3"};
    house_write(h, release, &w);
    assert_int_equal(get(h, a).attempts, 2); /* the released one does not count */
    assert_int_equal(take(h, "w4"), a);
    house_close(h);
}

static void cancelling_a_bulk_job(void **state)
{
    (void)state;
    house *h = house_open();
    int64_t parent = add(h, (ts_job_row){.kind = "other"}), other = add(h, (ts_job_row){0});
    for (unsigned i = 0; i < 5; i++) (void)add(h, (ts_job_row){.parent = parent, .priority = 1});
    assert_int_equal(take(h, "w"), parent + 2);
    wish w = {.number = parent};
    house_write(h, cancel, &w);
    ts_error err;
    int64_t counts[TS_JOB_STATE_COUNT];
    ts_txn *txn = house_read(h);
    assert_works(ts_jobs_counts(txn, NULL, parent, counts, &err), err);
    assert_int_equal(counts[TS_JOB_RUNNING], 1);
    assert_int_equal(counts[TS_JOB_CANCELLED], 4);
    assert_works(ts_jobs_counts(txn, NULL, 0, counts, &err), err);
    assert_int_equal(counts[TS_JOB_CANCELLED], 5);
    assert_int_equal(counts[TS_JOB_QUEUED], 1);
    assert_works(ts_jobs_counts(txn, "other", 0, counts, &err), err);
    assert_int_equal(counts[TS_JOB_CANCELLED], 1);
    assert_int_equal(counts[TS_JOB_RUNNING], 0);
    const ts_job_row *rows = NULL;
    size_t count = 0;
    ts_job_filter filter = {.state = TS_JOB_CANCELLED, .parent = parent};
    assert_works(ts_jobs_list(txn, &filter, 0, 3, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 3);
    assert_works(ts_jobs_list(txn, &filter, rows[2].number, 3, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 1);
    assert_works(ts_jobs_list(txn, NULL, 0, 0, h->arena, &rows, &count, &err), err);
    assert_int_equal(count, 7);
    ts_job_row found;
    assert_works(ts_jobs_find(txn, rows[6].id, h->arena, &found, &err), err);
    assert_int_equal(found.number, parent);
    ts_catalog_read_end(txn);
    assert_int_equal(take(h, "w"), other);
    w.before = atomic_load(&h->now) + 1;
    house_write(h, prune, &w);
    assert_int_equal(w.count, 5);
    house_verify(h);
    house_close(h);
}

typedef struct worker {
    house *h;
    char name[8];
    unsigned taken[JOBS + 1];
    unsigned errors;
} worker;

static void *work(void *argument)
{
    worker *self = argument;
    ts_arena *arena = ts_arena_new(0);
    for (;;) {
        wish w = {.worker = self->name, .arena = arena};
        if (!ts_catalog_write(self->h->catalog, claim, &w, NULL)) self->errors++;
        if (!w.found) break;
        self->taken[w.job.number]++;
        w.number = w.job.number;
        if (!ts_catalog_write(self->h->catalog, complete, &w, NULL)) self->errors++;
    }
    ts_arena_free(arena);
    return NULL;
}

static void four_workers_take_each_job_once(void **state)
{
    (void)state;
    house *h = house_open();
    ts_job_row rows[JOBS];
    for (unsigned i = 0; i < JOBS; i++) rows[i] = (ts_job_row){.kind = all_kinds[i % 2], .priority = i % 3};
    wish w = {.rows = rows, .count = JOBS, .arena = h->arena};
    house_write(h, enqueue, &w);
    pthread_t threads[THREADS];
    static worker selves[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        selves[i] = (worker){.h = h};
        (void)snprintf(selves[i].name, sizeof selves[i].name, "w%u", i);
        assert_int_equal(pthread_create(&threads[i], NULL, work, &selves[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (unsigned i = 0; i < THREADS; i++) assert_int_equal(selves[i].errors, 0);
    for (unsigned n = 1; n <= JOBS; n++) {
        unsigned times = 0;
        for (unsigned i = 0; i < THREADS; i++) times += selves[i].taken[n];
        assert_int_equal(times, 1);
        assert_int_equal(get(h, n).state, TS_JOB_DONE);
    }
    house_verify(h);
    house_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(highest_priority_then_oldest),    cmocka_unit_test(not_before_its_time),
        cmocka_unit_test(a_job_from_queue_to_end),         cmocka_unit_test(retries_then_quarantine),
        cmocka_unit_test(lost_workers_lose_their_jobs),    cmocka_unit_test(cancelling_a_bulk_job),
        cmocka_unit_test(four_workers_take_each_job_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
