/* service: turns for the networks. Knows no pictures. */
#include "service/gate.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct ts_gate {
    pthread_mutex_t lock;
    pthread_cond_t turn_free[2]; /* by ts_turn */
    unsigned free_turns;
    size_t waiting[2];
    size_t max_waiting;
};

ts_gate *ts_gate_new(unsigned turns, size_t max_waiting, ts_error *err)
{
    ts_gate *gate = calloc(1, sizeof *gate);
    pthread_condattr_t monotonic;
    if (!gate) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    gate->free_turns = turns ? turns : 1;
    gate->max_waiting = max_waiting;
    (void)pthread_mutex_init(&gate->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    for (int i = 0; i < 2; i++) (void)pthread_cond_init(&gate->turn_free[i], &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return gate;
}

void ts_gate_free(ts_gate *gate)
{
    if (!gate) return;
    for (int i = 0; i < 2; i++) (void)pthread_cond_destroy(&gate->turn_free[i]);
    (void)pthread_mutex_destroy(&gate->lock);
    free(gate);
}

static struct timespec moment_in(uint32_t ms)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Background work leaves a free turn to those who wait for an answer. */
static bool must_wait(const ts_gate *gate, ts_turn turn)
{
    return gate->free_turns == 0 || (turn == TS_TURN_BACKGROUND && gate->waiting[TS_TURN_WAITED_FOR] > 0);
}

static bool wait_for_turn(ts_gate *gate, ts_turn turn, uint32_t ms)
{
    struct timespec until = moment_in(ms);
    int late = 0;
    gate->waiting[turn]++;
    while (late != ETIMEDOUT && must_wait(gate, turn))
        late = pthread_cond_timedwait(&gate->turn_free[turn], &gate->lock, &until);
    gate->waiting[turn]--;
    return !must_wait(gate, turn);
}

/* A turn that nobody took goes to the next: the answer that is waited for first. */
static void wake_next(ts_gate *gate)
{
    ts_turn next = gate->waiting[TS_TURN_WAITED_FOR] ? TS_TURN_WAITED_FOR : TS_TURN_BACKGROUND;
    if (gate->free_turns > 0 && gate->waiting[next] > 0) (void)pthread_cond_signal(&gate->turn_free[next]);
}

bool ts_gate_enter(ts_gate *gate, ts_turn turn, uint32_t ms, ts_error *err)
{
    (void)pthread_mutex_lock(&gate->lock);
    bool full =
        turn == TS_TURN_WAITED_FOR && gate->free_turns == 0 && gate->waiting[turn] >= gate->max_waiting;
    bool entered = !full && (!must_wait(gate, turn) || wait_for_turn(gate, turn, ms));
    if (entered) gate->free_turns--;
    wake_next(gate);
    (void)pthread_mutex_unlock(&gate->lock);
    if (entered) return true;
    if (!full)
        return ts_fail(err, TS_TIMEOUT, "no turn within %u ms: too many pictures are being tagged", ms);
    (void)ts_fail(err, TS_BUSY, "too many pictures wait to be tagged");
    return ts_hint(err, "try again in a few seconds, or upload with async=true");
}

void ts_gate_leave(ts_gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    gate->free_turns++;
    wake_next(gate);
    (void)pthread_mutex_unlock(&gate->lock);
}

size_t ts_gate_waiting(ts_gate *gate)
{
    (void)pthread_mutex_lock(&gate->lock);
    size_t waiting = gate->waiting[TS_TURN_WAITED_FOR] + gate->waiting[TS_TURN_BACKGROUND];
    (void)pthread_mutex_unlock(&gate->lock);
    return waiting;
}
