/* tests/jobs: bulk jobs count their children, end with the last, take them along when cancelled. */
#include "house.h"

static bool run_child(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    if (strcmp(job->payload, "wait") == 0) return run_wait(context, job, run, err);
    house_note(context, job);
    return strcmp(job->payload, "bad") != 0 || ts_fail(err, TS_CORRUPT, "bad");
}

static int64_t add_child(house *h, int64_t parent, const char *payload)
{
    return house_add(h, (ts_job_row){.kind = "child", .payload = payload, .parent = parent});
}

static void open_bulk(house *h, const ts_job_handler handlers[2])
{
    house_open(h, (ts_job_options){.workers = 2, .backoff_base_ms = 1}, handlers, 2);
}

#define HANDLERS                                                                                             \
    {                                                                                                        \
        {.kind = "child", .run = run_child, .context = h},                                                   \
        {                                                                                                    \
            .kind = "bulk"                                                                                   \
        }                                                                                                    \
    }

static void ends_with_its_last_child(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = HANDLERS;
    open_bulk(h, handlers);
    int64_t bulk = house_add(h, (ts_job_row){.kind = "bulk", .total = 3});
    house_wait(h, add_child(h, bulk, "good"));
    house_wait(h, add_child(h, bulk, "bad"));
    ts_job_row row = house_look(h, bulk);
    assert_int_equal(row.state, TS_JOB_QUEUED);
    assert_int_equal(row.done, 2);
    add_child(h, bulk, "good");
    row = house_wait(h, bulk);
    assert_int_equal(row.state, TS_JOB_DONE);
    assert_int_equal(row.done, 3);
    assert_string_equal(row.result, "{\"done\":2,\"failed\":1,\"quarantined\":0,\"cancelled\":0}");
    wait_for(house_events(h, TS_JOB_EVENT_ENDED, bulk) == 1);
}

static void stays_open_until_its_total_is_known(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = HANDLERS;
    ts_error err;
    open_bulk(h, handlers);
    int64_t bulk = house_add(h, (ts_job_row){.kind = "bulk"});
    for (int i = 0; i < 5; i++) house_wait(h, add_child(h, bulk, "good"));
    assert_int_equal(house_look(h, bulk).state, TS_JOB_QUEUED);
    assert_works(ts_job_queue_set_total(h->queue, bulk, 5, &err), err);
    ts_job_row row = house_wait(h, bulk);
    assert_int_equal(row.done, 5);
    assert_int_equal(row.total, 5);
}

static void takes_its_children_along(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = HANDLERS;
    ts_error err;
    int64_t children[6];
    open_bulk(h, handlers);
    int64_t bulk = house_add(h, (ts_job_row){.kind = "bulk", .total = 6});
    for (int i = 0; i < 6; i++) children[i] = add_child(h, bulk, "wait");
    wait_for(atomic_load(&h->running) == 2);
    assert_works(ts_job_queue_cancel(h->queue, bulk, &err), err);
    for (int i = 0; i < 6; i++) assert_int_equal(house_wait(h, children[i]).state, TS_JOB_CANCELLED);
    assert_int_equal(house_look(h, bulk).state, TS_JOB_CANCELLED);
    wait_for(atomic_load(&h->running) == 0);
    assert_int_equal(house_count(h), 2);
    ts_job_statistics s;
    wait_for((ts_job_queue_statistics(h->queue, &s), s.queued == 0));
}

static void a_cancelled_or_retried_child_is_counted(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = HANDLERS;
    ts_error err;
    open_bulk(h, handlers);
    int64_t bulk = house_add(h, (ts_job_row){.kind = "bulk", .total = 3});
    int64_t bad = add_child(h, bulk, "bad");
    house_wait(h, bad);
    assert_int_equal(house_look(h, bulk).done, 1);
    int64_t held = add_child(h, bulk, "wait");
    wait_for(atomic_load(&h->running) == 1);
    assert_works(ts_job_queue_cancel(h->queue, held, &err), err);
    assert_int_equal(house_look(h, bulk).done, 2);
    assert_works(ts_job_queue_retry(h->queue, bad, &err), err);
    house_wait(h, bad);
    assert_int_equal(house_look(h, bulk).done, 2);
    add_child(h, bulk, "good");
    assert_string_equal(house_wait(h, bulk).result,
                        "{\"done\":1,\"failed\":1,\"quarantined\":0,\"cancelled\":1}");
}

/* ---- with the handler's own commit ------------------------------------------------------------------ */

static bool refuse(ts_txn *txn, void *context, ts_error *err)
{
    (void)txn;
    (void)context;
    return ts_fail(err, TS_CORRUPT, "refused by the change");
}

static bool enqueue_note(ts_txn *txn, void *context, ts_error *err)
{
    house *h = context;
    ts_job_row row = {.kind = "child", .payload = "effect"};
    return ts_jobs_enqueue(txn, &row, 1, h->arena, err);
}

static bool run_commit(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    if (strcmp(job->payload, "refused") == 0) return ts_job_run_commit(run, refuse, NULL, err);
    if (strcmp(job->payload, "cancelled") == 0) {
        (void)run_wait(context, job, run, NULL);
        return ts_job_run_commit(run, enqueue_note, context, err);
    }
    ts_job_run_result(run, "{}");
    return ts_job_run_commit(run, enqueue_note, context, err);
}

static void effects_and_end_are_one(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "child", .run = run_child, .context = h},
                                       {.kind = "bulk"},
                                       {.kind = "commit", .run = run_commit, .context = h}};
    ts_error err;
    house_open(h, (ts_job_options){.workers = 2}, handlers, 3);
    int64_t bulk = house_add(h, (ts_job_row){.kind = "bulk", .total = 1});
    ts_job_row row = house_wait(h, house_add(h, (ts_job_row){.kind = "commit", .parent = bulk}));
    assert_int_equal(row.state, TS_JOB_DONE);
    assert_string_equal(row.result, "{}");
    assert_int_equal(house_wait(h, bulk).state, TS_JOB_DONE);
    ts_job_queue_ring(h->queue);
    wait_for(house_count(h) == 1); /* the effect: one more job, run */
    row = house_wait(h, house_add(h, (ts_job_row){.kind = "commit", .payload = "refused"}));
    assert_int_equal(row.state, TS_JOB_FAILED);
    int64_t cancelled = house_add(h, (ts_job_row){.kind = "commit", .payload = "cancelled"});
    wait_for(atomic_load(&h->running) == 1);
    assert_works(ts_job_queue_cancel(h->queue, cancelled, &err), err);
    wait_for(atomic_load(&h->running) == 0);
    ts_job_queue_ring(h->queue);
    usleep(50000);
    assert_int_equal(house_count(h), 2); /* itself, but not its effect */
    assert_int_equal(house_look(h, cancelled).state, TS_JOB_CANCELLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(ends_with_its_last_child), IN_HOUSE(stays_open_until_its_total_is_known),
        IN_HOUSE(takes_its_children_along), IN_HOUSE(a_cancelled_or_retried_child_is_counted),
        IN_HOUSE(effects_and_end_are_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
