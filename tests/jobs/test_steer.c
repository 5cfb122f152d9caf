/* tests/jobs: waiting, cancelling, pausing, draining and closing. */
#include "house.h"

static ts_job_row wait_job(const char *payload)
{
    return (ts_job_row){.kind = "wait", .payload = payload};
}

static void waiting_ends_with_the_job_or_the_time(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h}};
    ts_error err;
    ts_job_row row;
    house_open(h, (ts_job_options){.workers = 1}, handlers, 1);
    int64_t number = house_add(h, wait_job("1"));
    double before = ts_clock_ms();
    assert_works(ts_job_queue_wait(h->queue, number, 60, h->arena, &row, &err), err);
    assert_true(ts_clock_ms() - before >= 59);
    assert_int_equal(row.state, TS_JOB_RUNNING);
    atomic_store(&h->gate, true);
    assert_int_equal(house_wait(h, number).state, TS_JOB_DONE);
    assert_int_equal(house_wait(h, number).state, TS_JOB_DONE); /* already over: at once */
    assert_fails(ts_job_queue_wait(h->queue, 12345, 60000, h->arena, &row, &err), err, TS_NOT_FOUND);
}

static void cancels_what_waits_and_what_runs(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h}};
    ts_error err;
    house_open(h, (ts_job_options){.workers = 1}, handlers, 1);
    int64_t running = house_add(h, wait_job("1")), waiting = house_add(h, wait_job("2"));
    wait_for(atomic_load(&h->running) == 1);
    assert_works(ts_job_queue_cancel(h->queue, waiting, &err), err);
    assert_works(ts_job_queue_cancel(h->queue, running, &err), err);
    assert_int_equal(house_wait(h, running).state, TS_JOB_CANCELLED);
    wait_for(atomic_load(&h->running) == 0);
    assert_fails(ts_job_queue_cancel(h->queue, running, &err), err, TS_CONFLICT);
    assert_fails(ts_job_queue_cancel(h->queue, 777, &err), err, TS_NOT_FOUND);
    atomic_store(&h->gate, true);
    assert_int_equal(house_wait(h, house_add(h, wait_job("3"))).state, TS_JOB_DONE);
    assert_int_equal(house_count(h), 2);
    assert_int_equal(house_look(h, waiting).state, TS_JOB_CANCELLED);
    assert_int_equal(house_events(h, TS_JOB_EVENT_ENDED, running), 1);
}

static void pausing_lets_what_runs_go_on(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h}};
    house_open(h, (ts_job_options){.workers = 2}, handlers, 1);
    int64_t first = house_add(h, wait_job("1"));
    wait_for(atomic_load(&h->running) == 1);
    ts_job_queue_pause(h->queue, true);
    int64_t second = house_add(h, wait_job("2"));
    atomic_store(&h->gate, true);
    assert_int_equal(house_wait(h, first).state, TS_JOB_DONE);
    usleep(50000);
    assert_int_equal(house_look(h, second).state, TS_JOB_QUEUED);
    ts_job_queue_pause(h->queue, false);
    assert_int_equal(house_wait(h, second).state, TS_JOB_DONE);
}

static void *open_gate(void *context)
{
    house *h = context;
    usleep(100000);
    atomic_store(&h->gate, true);
    return NULL;
}

static void draining_waits_for_what_runs(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h}};
    pthread_t opener;
    house_open(h, (ts_job_options){.workers = 2}, handlers, 1);
    int64_t numbers[4];
    for (int i = 0; i < 4; i++) numbers[i] = house_add(h, wait_job("w"));
    wait_for(atomic_load(&h->running) == 2);
    assert_int_equal(pthread_create(&opener, NULL, open_gate, h), 0);
    assert_true(ts_job_queue_drain(h->queue, PATIENCE_MS));
    pthread_join(opener, NULL);
    assert_int_equal(house_look(h, numbers[0]).state, TS_JOB_DONE);
    assert_int_equal(house_look(h, numbers[1]).state, TS_JOB_DONE);
    assert_int_equal(house_look(h, numbers[2]).state, TS_JOB_QUEUED);
    int64_t late = house_add(h, wait_job("late")); /* kept for the next process */
    assert_int_equal(house_look(h, late).state, TS_JOB_QUEUED);
    assert_int_equal(house_count(h), 2);
}

/* Listens to nothing until the gate opens. */
static bool run_deaf(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    house *h = context;
    (void)run;
    (void)err;
    house_note(h, job);
    atomic_fetch_add(&h->running, 1);
    while (!atomic_load(&h->gate)) usleep(1000);
    atomic_fetch_sub(&h->running, 1);
    return true;
}

static void what_does_not_end_is_given_back(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h},
                                       {.kind = "deaf", .run = run_deaf, .context = h}};
    house_open(h, (ts_job_options){.workers = 2}, handlers, 2);
    int64_t hears = house_add(h, wait_job("hears"));
    int64_t deaf = house_add(h, (ts_job_row){.kind = "deaf", .payload = "deaf"});
    wait_for(atomic_load(&h->running) == 2);
    double before = ts_clock_ms();
    assert_false(ts_job_queue_drain(h->queue, 50));
    assert_true(ts_clock_ms() - before < 2000 * TS_TEST_PATIENCE);
    for (int i = 0; i < 2; i++) {
        ts_job_row row = house_look(h, i ? deaf : hears);
        assert_int_equal(row.state, TS_JOB_QUEUED);
        assert_int_equal(row.attempts, 0);
    }
    atomic_store(&h->gate, true);
    ts_job_queue_close(h->queue);
    /* What the deaf one did after it was given back does not count; the next process runs both. */
    house_open(h, (ts_job_options){.workers = 2}, handlers, 2);
    assert_int_equal(house_wait(h, hears).state, TS_JOB_DONE);
    assert_int_equal(house_wait(h, deaf).state, TS_JOB_DONE);
    assert_int_equal(house_wait(h, deaf).attempts, 1);
    assert_int_equal(house_count(h), 4);
}

static void jumping_clocks_steal_no_lease(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h}};
    house_open(h, (ts_job_options){.workers = 2, .lease_ms = 90}, handlers, 1);
    int64_t number = house_add(h, wait_job("1"));
    wait_for(atomic_load(&h->running) == 1);
    atomic_fetch_add(&h->ahead, 3600000);
    usleep(200000);
    atomic_fetch_sub(&h->ahead, 7200000);
    usleep(200000);
    assert_int_equal(house_look(h, number).state, TS_JOB_RUNNING);
    atomic_store(&h->gate, true);
    ts_job_row row = house_wait(h, number);
    assert_int_equal(row.state, TS_JOB_DONE);
    assert_int_equal(row.attempts, 1);
    assert_int_equal(house_count(h), 1);
}

/* Adds and waits, as a synchronous request does. */
static void *add_and_wait(void *context)
{
    house *h = context;
    ts_arena *arena = ts_arena_new(0);
    size_t done = 0;
    for (int i = 0; i < 25; i++) {
        ts_error err = {0};
        ts_job_row row = {.kind = "quick", .payload = "q"};
        if (!ts_job_queue_add(h->queue, &row, 1, arena, &err)) continue;
        if (!ts_job_queue_wait(h->queue, row.number, PATIENCE_MS, arena, &row, &err)) continue;
        done += row.state == TS_JOB_DONE;
    }
    ts_arena_free(arena);
    return (void *)(uintptr_t)done;
}

static void many_wait_at_once(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "quick", .run = run_note, .context = h}};
    pthread_t threads[8];
    house_open(h, (ts_job_options){.workers = 4}, handlers, 1);
    for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, add_and_wait, h), 0);
    for (int i = 0; i < 8; i++) {
        void *done = NULL;
        pthread_join(threads[i], &done);
        assert_int_equal((uintptr_t)done, 25);
    }
    assert_int_equal(house_count(h), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(waiting_ends_with_the_job_or_the_time),
        IN_HOUSE(cancels_what_waits_and_what_runs),
        IN_HOUSE(pausing_lets_what_runs_go_on),
        IN_HOUSE(draining_waits_for_what_runs),
        IN_HOUSE(what_does_not_end_is_given_back),
        IN_HOUSE(jumping_clocks_steal_no_lease),
        IN_HOUSE(many_wait_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
