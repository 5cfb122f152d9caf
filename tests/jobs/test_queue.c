/* tests/jobs: order, priority, retries, quarantine, room, limits of a kind, progress, results and schedules. */
#include "house.h"

static ts_job_row note_job(const char *payload, int64_t priority)
{
    return (ts_job_row){.kind = "note", .payload = payload, .priority = priority};
}

static void runs_in_order_of_priority_and_age(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "note", .run = run_note, .context = h}};
    house_open(h, (ts_job_options){.workers = 1, .paused = true}, handlers, 1);
    static const char *const expected[] = {"5", "3", "4", "1", "2", "6"};
    house_add(h, note_job("1", 0));
    house_add(h, note_job("2", 0));
    house_add(h, note_job("3", 5));
    house_add(h, note_job("4", 5));
    house_add(h, note_job("5", 9));
    int64_t last = house_add(h, note_job("6", -1));
    usleep(50000);
    assert_int_equal(house_count(h), 0);
    ts_job_queue_pause(h->queue, false);
    assert_int_equal(house_wait(h, last).state, TS_JOB_DONE);
    assert_int_equal(h->count, 6);
    for (size_t i = 0; i < 6; i++) assert_string_equal(h->payloads[i], expected[i]);
    assert_int_equal(house_events(h, TS_JOB_EVENT_ADDED, 0), 6);
    wait_for(house_events(h, TS_JOB_EVENT_ENDED, 0) == 6);
}

static void each_job_runs_once(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "note", .run = run_note, .context = h}};
    enum { JOBS = 500 };
    ts_job_row rows[JOBS];
    char payloads[JOBS][8];
    bool seen[JOBS] = {false};
    ts_error err;
    house_open(h, (ts_job_options){.workers = 4}, handlers, 1);
    for (int i = 0; i < JOBS; i++) {
        (void)snprintf(payloads[i], sizeof payloads[i], "%d", i);
        rows[i] = note_job(payloads[i], 0);
    }
    assert_works(ts_job_queue_add(h->queue, rows, JOBS, h->arena, &err), err);
    wait_for(house_count(h) >= JOBS);
    for (int i = 0; i < JOBS; i++) assert_int_equal(house_wait(h, rows[i].number).state, TS_JOB_DONE);
    assert_int_equal(house_count(h), JOBS);
    for (int i = 0; i < JOBS; i++) {
        int which = atoi(h->payloads[i]);
        assert_false(seen[which]);
        seen[which] = true;
    }
    ts_job_statistics s;
    ts_job_queue_statistics(h->queue, &s);
    assert_int_equal(s.done, JOBS);
    assert_int_equal(s.queued, 0);
}

/* ---- failures -------------------------------------------------------------------------------------- */

/* The payload is how often to fail; "bad" fails for good, "silent" without a word. */
static bool run_fail(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    (void)run;
    house_note(context, job);
    if (strcmp(job->payload, "bad") == 0) return ts_fail(err, TS_CORRUPT, "damaged beyond use");
    if (strcmp(job->payload, "silent") == 0) return false;
    return job->attempts > atoi(job->payload) || ts_fail(err, TS_IO, "attempt %d failed", (int)job->attempts);
}

static ts_job_row fail_job(const char *payload)
{
    return (ts_job_row){.kind = "fail", .payload = payload};
}

static void is_tried_again_later_and_later(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "fail", .run = run_fail, .context = h}};
    house_open(h, (ts_job_options){.workers = 1, .backoff_base_ms = 100000, .backoff_cap_ms = 150000},
               handlers, 1);
    int64_t number = house_add(h, fail_job("2"));
    static const int64_t middle[] = {100000, 150000};
    for (size_t i = 0; i < 2; i++) {
        wait_for(house_events(h, TS_JOB_EVENT_RETRY, number) == i + 1);
        ts_job_row row = house_look(h, number);
        int64_t wait = row.run_after - house_now(h);
        assert_int_equal(row.state, TS_JOB_QUEUED);
        assert_int_equal(row.attempts, i + 1);
        assert_in_range(wait, middle[i] * 3 / 4 - PATIENCE_MS, middle[i] * 5 / 4);
        assert_non_null(strstr(row.error, "\"io\""));
        ts_job_queue_ring(h->queue); /* not due yet: nothing happens */
        usleep(20000);
        assert_int_equal(house_count(h), i + 1);
        atomic_fetch_add(&h->ahead, wait + 1);
        ts_job_queue_ring(h->queue);
    }
    assert_int_equal(house_wait(h, number).state, TS_JOB_DONE);
    assert_int_equal(house_count(h), 3);
}

static void comes_back_by_itself_when_due(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "fail", .run = run_fail, .context = h}};
    house_open(h, (ts_job_options){.workers = 2, .backoff_base_ms = 30}, handlers, 1);
    double before = ts_clock_ms();
    int64_t later =
        house_add(h, (ts_job_row){.kind = "fail", .payload = "0", .run_after = house_now(h) + 200});
    assert_int_equal(house_wait(h, house_add(h, fail_job("2"))).state, TS_JOB_DONE);
    assert_int_equal(house_wait(h, later).state, TS_JOB_DONE);
    assert_true(ts_clock_ms() - before >= 199);
    assert_true(ts_clock_ms() - before < 3000 * TS_TEST_PATIENCE);
}

static void ends_in_quarantine(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "fail", .run = run_fail, .context = h}};
    ts_error err;
    house_open(h, (ts_job_options){.workers = 1, .backoff_base_ms = 1, .max_attempts = 3}, handlers, 1);
    int64_t number = house_add(h, fail_job("9"));
    int64_t good = house_add(h, fail_job("0"));
    ts_job_row row = house_wait(h, number);
    assert_int_equal(row.state, TS_JOB_QUARANTINED);
    assert_int_equal(row.attempts, 3);
    assert_non_null(strstr(row.error, "attempt 3 failed"));
    assert_int_equal(house_wait(h, good).state, TS_JOB_DONE);
    assert_works(ts_job_queue_retry(h->queue, number, &err), err);
    row = house_wait(h, number);
    assert_int_equal(row.state, TS_JOB_QUARANTINED);
    assert_int_equal(house_count(h), 7);
    assert_fails(ts_job_queue_retry(h->queue, good, &err), err, TS_CONFLICT);
    assert_fails(ts_job_queue_retry(h->queue, 999, &err), err, TS_NOT_FOUND);
    ts_job_statistics s;
    ts_job_queue_statistics(h->queue, &s);
    assert_int_equal(s.quarantined, 2);
    assert_int_equal(s.retried, 4);
}

static void what_no_retry_can_mend_is_not_retried(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "fail", .run = run_fail, .context = h}};
    house_open(h, (ts_job_options){.workers = 1, .backoff_base_ms = 1}, handlers, 1);
    ts_job_row row = house_wait(h, house_add(h, fail_job("bad")));
    assert_int_equal(row.state, TS_JOB_FAILED);
    assert_int_equal(row.attempts, 1);
    assert_non_null(strstr(row.error, "damaged beyond use"));
    row = house_wait(h, house_add(h, fail_job("silent")));
    assert_int_equal(row.state, TS_JOB_QUARANTINED);
    assert_non_null(strstr(row.error, "internal"));
}

/* One in fifty kills its decoder each time: those are named, the rest is done, no more than three tries each. */
static bool run_decode(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    (void)run;
    house_note(context, job);
    return job->picture % 50 != 0 || ts_fail(err, TS_DECODER_DIED, "picture %d", (int)job->picture);
}

static void a_few_poisonous_ones_stop_nobody(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "decode", .run = run_decode, .context = h}};
    enum { JOBS = 1000, BAD = JOBS / 50 };
    ts_job_row *rows = calloc(JOBS, sizeof *rows);
    ts_error err;
    assert_non_null(rows);
    house_open(h, (ts_job_options){.workers = 4, .backoff_base_ms = 1}, handlers, 1);
    for (int i = 0; i < JOBS; i++) rows[i] = (ts_job_row){.kind = "decode", .picture = i + 1};
    assert_works(ts_job_queue_add(h->queue, rows, JOBS, h->arena, &err), err);
    size_t done = 0, quarantined = 0;
    for (int i = 0; i < JOBS; i++) {
        ts_job_row row = house_wait(h, rows[i].number);
        bool bad = row.picture % 50 == 0;
        assert_int_equal(row.state, bad ? TS_JOB_QUARANTINED : TS_JOB_DONE);
        assert_int_equal(row.attempts, bad ? 3 : 1);
        done += !bad;
        quarantined += bad;
    }
    assert_int_equal(quarantined, BAD);
    assert_int_equal(done, JOBS - BAD);
    assert_int_equal(house_count(h), JOBS + 2 * BAD);
    free(rows);
}

/* ---- room ------------------------------------------------------------------------------------------ */

static void a_full_queue_says_when_to_come_again(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "note", .run = run_note, .context = h}};
    ts_error err;
    ts_job_row rows[4] = {note_job("1", 0), note_job("2", 0), note_job("3", 0), note_job("4", 0)};
    house_open(h, (ts_job_options){.workers = 1, .max_queued = 5, .paused = true}, handlers, 1);
    assert_works(ts_job_queue_add(h->queue, rows, 4, h->arena, &err), err);
    assert_fails(ts_job_queue_add(h->queue, rows, 2, h->arena, &err), err, TS_BUSY);
    assert_non_null(strstr(err.hint, "seconds"));
    assert_in_range(ts_job_queue_retry_after(h->queue), 1, 60);
    house_add(h, note_job("5", 0));
    assert_fails(ts_job_queue_reserve(h->queue, 1, &err), err, TS_BUSY);
    ts_job_queue_pause(h->queue, false);
    wait_for(house_events(h, TS_JOB_EVENT_ENDED, 0) == 5);
    assert_works(ts_job_queue_reserve(h->queue, 5, &err), err);
    assert_fails(ts_job_queue_reserve(h->queue, 1, &err), err, TS_BUSY);
    ts_job_queue_reserved(h->queue, 5, 0);
    house_wait(h, house_add(h, note_job("6", 0)));
    ts_job_row stranger = {.kind = "stranger"};
    assert_fails(ts_job_queue_add(h->queue, &stranger, 1, h->arena, &err), err, TS_USAGE);
    ts_job_statistics s;
    ts_job_queue_statistics(h->queue, &s);
    assert_int_equal(s.refused, 3);
}

static void a_kind_keeps_to_its_limit(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "wait", .run = run_wait, .context = h, .concurrency = 2},
                                       {.kind = "note", .run = run_note, .context = h}};
    house_open(h, (ts_job_options){.workers = 4}, handlers, 2);
    int64_t numbers[8];
    for (int i = 0; i < 8; i++)
        numbers[i] = house_add(h, (ts_job_row){.kind = "wait", .payload = "w", .priority = 9});
    wait_for(atomic_load(&h->running) == 2);
    /* Others are not held up by those that wait for a slot. */
    assert_int_equal(house_wait(h, house_add(h, note_job("n", 0))).state, TS_JOB_DONE);
    assert_int_equal(atomic_load(&h->running), 2);
    atomic_store(&h->gate, true);
    for (int i = 0; i < 8; i++) assert_int_equal(house_wait(h, numbers[i]).state, TS_JOB_DONE);
    assert_int_equal(atomic_load(&h->most_running), 2);
}

/* Idle workers once called each other for a slot that each held for a moment. */
static void nobody_writes_while_there_is_nothing_to_do(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "note", .run = run_note, .context = h, .concurrency = 1}};
    ts_catalog_stats before, after;
    house_open(h, (ts_job_options){.workers = 3}, handlers, 1);
    house_wait(h, house_add(h, note_job("n", 0)));
    usleep(100000);
    ts_catalog_statistics(h->catalog, &before);
    usleep(300000);
    ts_catalog_statistics(h->catalog, &after);
    assert_in_range(after.changes - before.changes, 0, 10);
}

/* ---- progress and results -------------------------------------------------------------------------- */

static bool run_progress(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    house *h = context;
    (void)err;
    ts_job_run_progress(run, 1, 4);
    house_note(h, job);
    while (!atomic_load(&h->gate)) usleep(1000);
    usleep(120000);
    ts_job_run_progress(run, 3, 4);
    for (int i = 0; i < 1000; i++) ts_job_run_progress(run, 3, 4);
    ts_job_run_result(run, "{\"tags\":7}");
    return true;
}

static void progress_is_told_and_kept(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "progress", .run = run_progress, .context = h}};
    house_open(h, (ts_job_options){.workers = 1, .lease_ms = 150}, handlers, 1);
    int64_t number = house_add(h, (ts_job_row){.kind = "progress"});
    wait_for(house_look(h, number).done == 1); /* with a heartbeat */
    assert_int_equal(house_look(h, number).total, 4);
    atomic_store(&h->gate, true);
    ts_job_row row = house_wait(h, number);
    assert_int_equal(row.state, TS_JOB_DONE);
    assert_int_equal(row.done, 4);
    assert_string_equal(row.result, "{\"tags\":7}");
    assert_int_equal(house_events(h, TS_JOB_EVENT_PROGRESS, number),
                     2); /* a thousand calls within a moment are one */
    wait_for(house_events(h, TS_JOB_EVENT_ENDED, number) == 1);
    assert_int_equal(house_count(h), 1); /* the lease of 150 ms was renewed: nobody else took it */
}

/* ---- schedules ------------------------------------------------------------------------------------- */

static void schedules_start_by_themselves(void **state)
{
    house *h = *state;
    const ts_job_handler handlers[] = {{.kind = "note", .run = run_note, .context = h},
                                       {.kind = "sweep", .run = run_note, .context = h}};
    const ts_job_schedule schedules[] = {
        {.name = "often", .kind = "note", .payload = "often", .every_s = 3600},
        {.name = "daily", .kind = "sweep", .payload = "daily", .daily_minute = 180},
    };
    const int64_t day = INT64_C(86400000);
    /* An hour before three o'clock UTC of some later day. */
    atomic_store(&h->ahead, (ts_wallclock_ms() / day + 2) * day + 2 * 3600000 - ts_wallclock_ms());
    house_open(h, (ts_job_options){.workers = 1, .lease_ms = 60, .schedules = schedules, .schedule_count = 2},
               handlers, 2);
    usleep(200000);
    assert_int_equal(house_count(h), 0); /* first seen: nothing is missed */
    atomic_fetch_add(&h->ahead, 3700000);
    wait_for(house_count(h) == 2);
    usleep(150000);
    assert_int_equal(house_count(h), 2);
    atomic_fetch_add(&h->ahead, 5 * day); /* five missed: caught up once */
    wait_for(house_count(h) == 4);
    usleep(150000);
    assert_int_equal(house_count(h), 4);
    ts_job_queue_close(h->queue);
    house_open(h, (ts_job_options){.workers = 1, .lease_ms = 60, .schedules = schedules, .schedule_count = 2},
               handlers, 2);
    usleep(150000);
    assert_int_equal(house_count(h), 4); /* a restart starts nothing anew */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOUSE(runs_in_order_of_priority_and_age),
        IN_HOUSE(each_job_runs_once),
        IN_HOUSE(is_tried_again_later_and_later),
        IN_HOUSE(comes_back_by_itself_when_due),
        IN_HOUSE(ends_in_quarantine),
        IN_HOUSE(what_no_retry_can_mend_is_not_retried),
        IN_HOUSE(a_few_poisonous_ones_stop_nobody),
        IN_HOUSE(a_full_queue_says_when_to_come_again),
        IN_HOUSE(a_kind_keeps_to_its_limit),
        IN_HOUSE(nobody_writes_while_there_is_nothing_to_do),
        IN_HOUSE(progress_is_told_and_kept),
        IN_HOUSE(schedules_start_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
