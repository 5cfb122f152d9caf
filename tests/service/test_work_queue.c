/* service: the bounded queue, with many threads on both sides. */
#include "service/work_queue.h"
#include "tests/support/support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUSHERS 3
#define POPPERS 4
#define EACH 500

typedef struct shared {
    ts_work_queue *queue;
    atomic_int next;
    atomic_int seen[PUSHERS * EACH];
    atomic_int popped;
} shared;

static void *push_all(void *argument)
{
    shared *s = argument;
    for (int i = 0; i < EACH; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%d", atomic_fetch_add(&s->next, 1));
        ts_work work = {.path = strdup(name)};
        (void)ts_work_queue_push(s->queue, &work);
        ts_work_free(&work);
    }
    return NULL;
}

static void *pop_all(void *argument)
{
    shared *s = argument;
    ts_work work = {0};
    while (ts_work_queue_pop(s->queue, &work)) {
        atomic_fetch_add(&s->seen[atoi(work.path)], 1);
        atomic_fetch_add(&s->popped, 1);
        ts_work_free(&work);
    }
    return NULL;
}

static void everything_comes_out_once(void **state)
{
    (void)state;
    static shared s;
    s.queue = ts_work_queue_new(7);
    pthread_t pushers[PUSHERS];
    pthread_t poppers[POPPERS];
    for (int i = 0; i < POPPERS; i++) pthread_create(&poppers[i], NULL, pop_all, &s);
    for (int i = 0; i < PUSHERS; i++) pthread_create(&pushers[i], NULL, push_all, &s);
    for (int i = 0; i < PUSHERS; i++) pthread_join(pushers[i], NULL);
    ts_work_queue_close(s.queue, false);
    for (int i = 0; i < POPPERS; i++) pthread_join(poppers[i], NULL);
    assert_int_equal(s.popped, PUSHERS * EACH);
    for (int i = 0; i < PUSHERS * EACH; i++) assert_int_equal(s.seen[i], 1);
    ts_work_queue_free(s.queue);
}

static void closing_wakes_a_pusher_that_waits_for_room(void **state)
{
    (void)state;
    static shared s;
    s.queue = ts_work_queue_new(2); /* push_all must block: nobody pops */
    pthread_t pusher;
    pthread_create(&pusher, NULL, push_all, &s);
    while (atomic_load(&s.next) < 3) {
    }
    ts_work_queue_close(s.queue, true);
    pthread_join(pusher, NULL);
    ts_work work = {0};
    assert_false(ts_work_queue_pop(s.queue, &work)); /* dropped */
    ts_work_queue_free(s.queue);
}

static void what_is_left_goes_with_the_queue(void **state)
{
    (void)state;
    ts_work_queue *queue = ts_work_queue_new(4);
    ts_work work = {.path = strdup("x"), .problem = calloc(1, sizeof(ts_error)), .from_memory = true};
    assert_true(ts_buf_puts(&work.bytes, "bytes"));
    assert_true(ts_work_queue_push(queue, &work));
    assert_null(work.path); /* taken over */
    ts_work_queue_close(queue, false);
    work.path = strdup("y");
    assert_false(ts_work_queue_push(queue, &work));
    assert_non_null(work.path); /* not taken */
    ts_work_free(&work);
    ts_work_queue_free(queue);
    ts_work_queue_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_comes_out_once),
        cmocka_unit_test(closing_wakes_a_pusher_that_waits_for_room),
        cmocka_unit_test(what_is_left_goes_with_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
