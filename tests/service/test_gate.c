/* The gate: first come, first served, and whoever waits for an answer before background work. */
#include "service/gate.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "tests/support/support.h"

enum { many = 24, an_hour = 3600000 };

typedef struct scene {
    ts_gate *gate;
    int order[many];
    atomic_int served;
} scene;

typedef struct guest {
    scene *scene;
    ts_turn turn;
    uint32_t ms;
    int number;
    bool entered, crowded;
    ts_error err;
    pthread_t thread;
} guest;

static void *visit(void *context)
{
    guest *g = context;
    g->entered = ts_gate_enter(g->scene->gate, g->turn, g->ms, &g->err);
    if (!g->entered) return NULL;
    g->scene->order[atomic_fetch_add(&g->scene->served, 1)] = g->number;
    ts_gate_leave(g->scene->gate);
    return NULL;
}

/* One after the other, so that the order in which they came is known. */
static void come(scene *s, guest *guests, int from, int to, ts_turn turn, uint32_t ms)
{
    for (int i = from; i < to; i++) {
        size_t before = ts_gate_waiting(s->gate);
        guests[i] = (guest){.scene = s, .turn = turn, .ms = ms, .number = i};
        assert_int_equal(pthread_create(&guests[i].thread, NULL, visit, &guests[i]), 0);
        while (ts_gate_waiting(s->gate) == before) (void)sched_yield();
    }
}

static void all_leave(guest *guests, int from, int to)
{
    for (int i = from; i < to; i++) assert_int_equal(pthread_join(guests[i].thread, NULL), 0);
}

static scene open_with(unsigned turns, size_t waiting)
{
    ts_error err = {0};
    scene s = {.gate = ts_gate_new(turns, waiting, &err)};
    assert_non_null(s.gate);
    return s;
}

static void first_come_first_served(void **state)
{
    (void)state;
    guest guests[many];
    scene s = open_with(1, many);
    assert_true(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    come(&s, guests, 0, many, TS_TURN_WAITED_FOR, an_hour);
    ts_gate_leave(s.gate);
    all_leave(guests, 0, many);
    for (int i = 0; i < many; i++) assert_int_equal(s.order[i], i);
    assert_int_equal(ts_gate_waiting(s.gate), 0);
    ts_gate_free(s.gate);
}

static void answers_go_before_background_work(void **state)
{
    (void)state;
    guest guests[many];
    scene s = open_with(1, many);
    assert_true(ts_gate_enter(s.gate, TS_TURN_BACKGROUND, 0, NULL));
    come(&s, guests, 0, many / 2, TS_TURN_BACKGROUND, an_hour);
    come(&s, guests, many / 2, many, TS_TURN_WAITED_FOR, an_hour);
    ts_gate_leave(s.gate);
    all_leave(guests, 0, many);
    for (int i = 0; i < many; i++) assert_int_equal(s.order[i], (i + many / 2) % many);
    ts_gate_free(s.gate);
}

static void too_many_are_refused_and_background_work_never(void **state)
{
    (void)state;
    guest guests[4];
    ts_error err = {0};
    scene s = open_with(1, 2);
    assert_true(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    come(&s, guests, 0, 2, TS_TURN_WAITED_FOR, an_hour);
    assert_false(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, an_hour, &err));
    assert_int_equal(err.code, TS_BUSY);
    come(&s, guests, 2, 4, TS_TURN_BACKGROUND, an_hour);
    ts_gate_leave(s.gate);
    all_leave(guests, 0, 4);
    for (int i = 0; i < 4; i++) assert_true(guests[i].entered);
    ts_gate_free(s.gate);
}

static void who_gives_up_takes_no_turn_along(void **state)
{
    (void)state;
    guest guests[3];
    scene s = open_with(1, many);
    assert_true(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    come(&s, guests, 0, 1, TS_TURN_WAITED_FOR, an_hour);
    assert_false(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 1, &guests[1].err));
    assert_int_equal(guests[1].err.code, TS_TIMEOUT);
    come(&s, guests, 2, 3, TS_TURN_WAITED_FOR, an_hour);
    ts_gate_leave(s.gate);
    all_leave(guests, 0, 1);
    all_leave(guests, 2, 3);
    assert_true(guests[0].entered && guests[2].entered);
    assert_true(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    assert_false(ts_gate_enter(s.gate, TS_TURN_BACKGROUND, 0, NULL));
    ts_gate_leave(s.gate);
    ts_gate_free(s.gate);
}

/* Impatient crowds: the number of turns is never exceeded, and none is lost. */
static void *hurry(void *context)
{
    guest *g = context;
    for (int i = 0; i < 200; i++) {
        if (!ts_gate_enter(g->scene->gate, g->turn, (uint32_t)(i % 3), NULL)) continue;
        int inside = atomic_fetch_add(&g->scene->served, 1) + 1;
        if (inside > 3) g->crowded = true;
        (void)sched_yield();
        (void)atomic_fetch_sub(&g->scene->served, 1);
        ts_gate_leave(g->scene->gate);
    }
    return NULL;
}

static void a_crowd_never_exceeds_the_turns(void **state)
{
    (void)state;
    guest guests[8];
    scene s = open_with(3, 4);
    for (int i = 0; i < 8; i++) {
        guests[i] = (guest){.scene = &s, .turn = (ts_turn)(i % 2)};
        assert_int_equal(pthread_create(&guests[i].thread, NULL, hurry, &guests[i]), 0);
    }
    all_leave(guests, 0, 8);
    for (int i = 0; i < 8; i++) assert_false(guests[i].crowded);
    for (int i = 0; i < 3; i++) assert_true(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    assert_false(ts_gate_enter(s.gate, TS_TURN_WAITED_FOR, 0, NULL));
    for (int i = 0; i < 3; i++) ts_gate_leave(s.gate);
    ts_gate_free(s.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_come_first_served),
        cmocka_unit_test(answers_go_before_background_work),
        cmocka_unit_test(too_many_are_refused_and_background_work_never),
        cmocka_unit_test(who_gives_up_takes_no_turn_along),
        cmocka_unit_test(a_crowd_never_exceeds_the_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
