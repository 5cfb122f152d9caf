/* tests/jobs: the decisions that need no queue. */
#include "jobs/queue.h"

#include <jansson.h>

#include "base/error.h"
#include "tests/support/support.h"

static void what_no_retry_can_mend(void **state)
{
    (void)state;
    static const ts_code permanent[] = {TS_CORRUPT,   TS_UNSUPPORTED, TS_NOT_PICTURE,
                                        TS_TOO_LARGE, TS_REFUSED,     TS_NO_CREDIT,
                                        TS_FORBIDDEN, TS_NOT_FOUND,   TS_USAGE};
    static const ts_code passing[] = {TS_IO,       TS_TIMEOUT,  TS_DECODER_DIED, TS_NO_MEMORY,  TS_BUSY,
                                      TS_NO_SPACE, TS_INTERNAL, TS_RATE_LIMITED, TS_INTERRUPTED};
    for (size_t i = 0; i < sizeof permanent / sizeof *permanent; i++)
        assert_true(ts_job_is_permanent(permanent[i]));
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        assert_false(ts_job_is_permanent(passing[i]));
}

static void waiting_doubles_up_to_a_cap(void **state)
{
    (void)state;
    static const int64_t middle[] = {1000, 2000, 4000, 8000, 10000, 10000};
    for (int64_t attempt = 1; attempt <= 6; attempt++) {
        int64_t low = ts_job_backoff(1000, 10000, attempt, 0), high = 0;
        for (uint64_t random = 0; random < 20000; random++) {
            int64_t ms = ts_job_backoff(1000, 10000, attempt, random);
            if (ms > high) high = ms;
            assert_true(ms >= low);
        }
        assert_int_equal(low, middle[attempt - 1] * 3 / 4);
        assert_int_equal(high, middle[attempt - 1] * 5 / 4);
    }
    assert_in_range(ts_job_backoff(1000, 300000, INT64_MAX, UINT64_MAX), 225000, 375000);
    assert_int_equal(ts_job_backoff(1, 1, 1, 7), 1);
}

static void eta_follows_the_rate(void **state)
{
    (void)state;
    ts_job_row job = {.state = TS_JOB_RUNNING, .started = 1000, .done = 25, .total = 100};
    assert_int_equal(ts_job_eta(&job, 11000), 30000);
    job.done = 0;
    assert_int_equal(ts_job_eta(&job, 11000), -1);
    job.done = 100;
    assert_int_equal(ts_job_eta(&job, 11000), 0);
    job.total = 0;
    assert_int_equal(ts_job_eta(&job, 11000), -1);
    job.total = 200;
    assert_int_equal(ts_job_eta(&job, 500), -1); /* the clock went back */
    job.state = TS_JOB_DONE;
    assert_int_equal(ts_job_eta(&job, 11000), 0);
}

static void retry_after_is_what_a_hundredth_takes(void **state)
{
    (void)state;
    assert_int_equal(ts_job_retry_after(0, 4, 100000), 5);
    assert_int_equal(ts_job_retry_after(0.02, 2, 100000), 10);
    assert_int_equal(ts_job_retry_after(0.001, 2, 10), 1);
    assert_int_equal(ts_job_retry_after(100, 1, 100000), 60);
}

static void errors_are_json(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    ts_error error = {0};
    ts_fail(&error, TS_CORRUPT, "the \"data\" is damaged");
    json_t *object = json_loads(ts_job_error_json(&error, arena), 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "code")), "corrupt");
    assert_string_equal(json_string_value(json_object_get(object, "message")), "the \"data\" is damaged");
    json_decref(object);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_retry_can_mend), cmocka_unit_test(waiting_doubles_up_to_a_cap),
        cmocka_unit_test(eta_follows_the_rate),   cmocka_unit_test(retry_after_is_what_a_hundredth_takes),
        cmocka_unit_test(errors_are_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
