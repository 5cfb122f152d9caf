/* service: turns for the networks. Knows no pictures. */
#include "service/gate.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/wait.h"

/* Who waits stands in line on its own stack. */
typedef struct waiter {
    pthread_cond_t called;
    bool has_turn;
    struct waiter *next;
} waiter;

typedef struct line {
    waiter *first, *last;
    size_t length;
} line;

struct ts_gate {
    pthread_mutex_t lock;
    unsigned free_turns; /* more than 0 only while nobody waits */
    line lines[2];       /* by ts_turn */
    size_t max_waiting;
};

ts_gate *ts_gate_new(unsigned turns, size_t max_waiting, ts_error *err)
{
    ts_gate *gate = calloc(1, sizeof *gate);
    if (!gate || pthread_mutex_init(&gate->lock, NULL) != 0) {
        (void)ts_fail_memory(err);
        free(gate);
        return NULL;
    }
    gate->free_turns = turns ? turns : 1;
    gate->max_waiting = max_waiting;
    return gate;
}

void ts_gate_free(ts_gate *gate)
{
    if (!gate) return;
    (void)pthread_mutex_destroy(&gate->lock);
    free(gate);
}

static void join(line *in, waiter *who)
{
    if (in->last) in->last->next = who;
    else in->first = who;
    in->last = who;
    in->length++;
}

static void leave_line(line *in, waiter *who)
{
    waiter **at = &in->first, *before = NULL;
    while (*at != who) {
        before = *at;
        at = &before->next;
    }
    *at = who->next;
    if (in->last == who) in->last = before;
    in->length--;
}

static bool wait_in(ts_gate *gate, line *in, uint32_t ms)
{
    waiter me = {.has_turn = false};
    struct timespec until = ts_moment_in(ms);
    bool in_time = true;
    if (!ts_cond_init(&me.called)) return false;
    join(in, &me);
    while (!me.has_turn && in_time) in_time = ts_cond_wait_until(&me.called, &gate->lock, &until);
    if (!me.has_turn) leave_line(in, &me);
    (void)pthread_cond_destroy(&me.called);
    return me.has_turn;
}

bool ts_gate_enter(ts_gate *gate, ts_turn turn, uint32_t ms, ts_error *err)
{
    line *in = &gate->lines[turn];
    (void)pthread_mutex_lock(&gate->lock);
    bool at_once = gate->free_turns > 0;
    bool full = !at_once && turn == TS_TURN_WAITED_FOR && in->length >= gate->max_waiting;
    if (at_once) gate->free_turns--;
    bool entered = at_once || (!full && wait_in(gate, in, ms));
    (void)pthread_mutex_unlock(&gate->lock);
    if (entered) return true;
    if (!full)
        return ts_fail(err, TS_TIMEOUT, "no turn within %u ms: too many pictures are being tagged", ms);
    (void)ts_fail(err, TS_BUSY, "too many pictures wait to be tagged");
    return ts_hint(err, "try again in a few seconds, or upload with async=true");
}

/* The turn goes from hand to hand, so that nobody who comes later can be faster. */
void ts_gate_leave(ts_gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    line *next =
        &gate->lines[gate->lines[TS_TURN_WAITED_FOR].first ? TS_TURN_WAITED_FOR : TS_TURN_BACKGROUND];
    waiter *called = next->first;
    if (called) {
        leave_line(next, called);
        called->has_turn = true;
        (void)pthread_cond_signal(&called->called); /* under the lock: it is on the waiter's stack */
    } else {
        gate->free_turns++;
    }
    (void)pthread_mutex_unlock(&gate->lock);
}

size_t ts_gate_waiting(ts_gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    size_t waiting = gate->lines[TS_TURN_WAITED_FOR].length + gate->lines[TS_TURN_BACKGROUND].length;
    (void)pthread_mutex_unlock(&gate->lock);
    return waiting;
}
