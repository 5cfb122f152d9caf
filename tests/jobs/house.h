/* tests/jobs: a queue over a real catalogue in a folder of its own, with a clock that the test moves. */
#ifndef TS_TESTS_JOBS_HOUSE_H
#define TS_TESTS_JOBS_HOUSE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/wallclock.h"
#include "jobs/jobs.h"
#include "tests/support/support.h"

enum { LOG_MAX = 4096, PATIENCE_MS = 20000 };

typedef struct house {
    char *folder;
    ts_catalog *catalog;
    ts_job_queue *queue;
    ts_arena *arena;
    _Atomic int64_t ahead; /* of the wall clock, ms */

    pthread_mutex_t lock;
    char payloads[LOG_MAX][32]; /* of the jobs run, in order */
    size_t count;
    ts_job_event_kind events[LOG_MAX];
    ts_job_state event_states[LOG_MAX];
    int64_t event_jobs[LOG_MAX];
    int64_t etas[LOG_MAX];
    size_t event_count;
    atomic_int running, most_running;
    atomic_bool gate; /* handlers that wait go on once it is open */
} house;

static inline int64_t house_now(void *context)
{
    house *h = context;
    return ts_wallclock_ms() + atomic_load(&h->ahead);
}

static inline void house_open_catalog(house *h)
{
    ts_error err;
    ts_catalog_options options = {.now = house_now, .now_context = h};
    assert_works((h->catalog = ts_catalog_open(h->folder, &options, &err)) != NULL, err);
}

static inline int house_begin(void **state)
{
    house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    h->folder = ts_test_folder();
    h->arena = ts_arena_new(0);
    pthread_mutex_init(&h->lock, NULL);
    house_open_catalog(h);
    *state = h;
    return 0;
}

static inline int house_end(void **state)
{
    house *h = *state;
    atomic_store(&h->gate, true);
    ts_job_queue_close(h->queue);
    ts_catalog_close(h->catalog);
    ts_arena_free(h->arena);
    ts_test_folder_end(h->folder);
    pthread_mutex_destroy(&h->lock);
    free(h);
    return 0;
}

static inline void house_note(house *h, const ts_job_row *job)
{
    pthread_mutex_lock(&h->lock);
    assert_true(h->count < LOG_MAX);
    strncpy(h->payloads[h->count++], job->payload, sizeof h->payloads[0] - 1);
    pthread_mutex_unlock(&h->lock);
}

static inline void house_listen(void *context, const ts_job_event *event)
{
    house *h = context;
    pthread_mutex_lock(&h->lock);
    assert_true(h->event_count < LOG_MAX);
    h->events[h->event_count] = event->kind;
    h->event_states[h->event_count] = event->job->state;
    h->event_jobs[h->event_count] = event->job->number;
    h->etas[h->event_count++] = event->eta_ms;
    pthread_mutex_unlock(&h->lock);
}

/* How often this happened to this job (0: to any). */
static inline size_t house_events(house *h, ts_job_event_kind kind, int64_t job)
{
    size_t n = 0;
    pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < h->event_count; i++)
        n += h->events[i] == kind && (!job || h->event_jobs[i] == job);
    pthread_mutex_unlock(&h->lock);
    return n;
}

static inline size_t house_count(house *h)
{
    pthread_mutex_lock(&h->lock);
    size_t count = h->count;
    pthread_mutex_unlock(&h->lock);
    return count;
}

/* ---- handlers -------------------------------------------------------------------------------------- */

static inline bool run_note(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    (void)run;
    (void)err;
    house_note(context, job);
    return true;
}

/* Notes, then waits for the gate; stops when it is told to. */
static inline bool run_wait(void *context, const ts_job_row *job, ts_job_run *run, ts_error *err)
{
    house *h = context;
    house_note(h, job);
    int now = atomic_fetch_add(&h->running, 1) + 1;
    for (int most = atomic_load(&h->most_running);
         now > most && !atomic_compare_exchange_weak(&h->most_running, &most, now);) {
    }
    while (!atomic_load(&h->gate) && !ts_job_run_stopping(run)) usleep(1000);
    atomic_fetch_sub(&h->running, 1);
    if (ts_job_run_stopping(run)) return ts_fail(err, TS_INTERRUPTED, "told to stop");
    return true;
}

/* ---- doing ----------------------------------------------------------------------------------------- */

static inline void house_open(house *h, ts_job_options options, const ts_job_handler *handlers, size_t count)
{
    ts_error err;
    options.listener = house_listen;
    options.listener_context = h;
    assert_works((h->queue = ts_job_queue_open(h->catalog, &options, handlers, count, &err)) != NULL, err);
}

static inline int64_t house_add(house *h, ts_job_row row)
{
    ts_error err;
    assert_works(ts_job_queue_add(h->queue, &row, 1, h->arena, &err), err);
    assert_true(row.number > 0);
    return row.number;
}

static inline ts_job_row house_look(house *h, int64_t number)
{
    ts_error err;
    ts_job_row row;
    assert_works(ts_job_queue_wait(h->queue, number, 0, h->arena, &row, &err), err);
    return row;
}

/* Waits for its end. */
static inline ts_job_row house_wait(house *h, int64_t number)
{
    ts_error err;
    ts_job_row row;
    assert_works(ts_job_queue_wait(h->queue, number, PATIENCE_MS, h->arena, &row, &err), err);
    if (!ts_job_has_ended(row.state))
        fail_msg("job %lld is still %s", (long long)number, ts_job_state_name(row.state));
    return row;
}

#define wait_for(condition)                                                                                  \
    do {                                                                                                     \
        double until_ = ts_clock_ms() + PATIENCE_MS;                                                         \
        while (!(condition)) {                                                                               \
            if (ts_clock_ms() > until_) fail_msg("waited in vain for %s", #condition);                       \
            usleep(1000);                                                                                    \
        }                                                                                                    \
    } while (0)

#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_begin, house_end)

#endif
