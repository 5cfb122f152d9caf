/* service: who is being called, and who is slow to answer. Knows no delivery. */
#include "service/callees.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct call {
    char *target; /* NULL: free */
    bool is_address;
} call;

struct ts_callees {
    pthread_mutex_t lock;
    call calls[TS_CALLS_MAX];
    char *slow[TS_CALLEES_REMEMBERED]; /* NULL: free */
    size_t oldest;
};

ts_callees *ts_callees_new(ts_error *err)
{
    ts_callees *callees = calloc(1, sizeof *callees);
    if (callees) (void)pthread_mutex_init(&callees->lock, NULL);
    else (void)ts_fail_memory(err);
    return callees;
}

void ts_callees_free(ts_callees *callees)
{
    if (!callees) return;
    for (size_t i = 0; i < TS_CALLS_MAX; i++) free(callees->calls[i].target);
    for (size_t i = 0; i < TS_CALLEES_REMEMBERED; i++) free(callees->slow[i]);
    (void)pthread_mutex_destroy(&callees->lock);
    free(callees);
}

/* ---- who was slow ---------------------------------------------------------------------------------------- */

static char **slow_place(ts_callees *callees, const char *target)
{
    for (size_t i = 0; i < TS_CALLEES_REMEMBERED; i++)
        if (callees->slow[i] && strcmp(callees->slow[i], target) == 0) return &callees->slow[i];
    return NULL;
}

/* Takes the target over. */
static void remember(ts_callees *callees, char *target)
{
    char **place = &callees->slow[callees->oldest];
    callees->oldest = (callees->oldest + 1) % TS_CALLEES_REMEMBERED;
    free(*place);
    *place = target;
}

/* Takes the target over. */
static void note_pace(ts_callees *callees, char *target, bool is_slow)
{
    char **place = slow_place(callees, target);
    if (is_slow && !place) {
        remember(callees, target);
        return;
    }
    if (!is_slow && place) {
        free(*place);
        *place = NULL;
    }
    free(target);
}

/* ---- what is under way ----------------------------------------------------------------------------------- */

typedef struct tally {
    size_t all, slow, addresses;
} tally;

static tally count_calls(ts_callees *callees)
{
    tally t = {0};
    for (size_t i = 0; i < TS_CALLS_MAX; i++) {
        const call *c = &callees->calls[i];
        if (!c->target) continue;
        t.all++;
        t.slow += slow_place(callees, c->target) != NULL;
        t.addresses += c->is_address;
    }
    return t;
}

static size_t calls_to(const ts_callees *callees, const char *target)
{
    size_t count = 0;
    for (size_t i = 0; i < TS_CALLS_MAX; i++)
        count += callees->calls[i].target && strcmp(callees->calls[i].target, target) == 0;
    return count;
}

static size_t most_calls_to(ts_callees *callees, const char *target, const tally *t)
{
    return slow_place(callees, target) || t->all >= TS_CALLS_MAX / 2 ? 1 : TS_CALLS_OF_ONE;
}

/* A target that is called by several is among them several times: that does no harm. */
static void list_targets(ts_callees *callees, ts_arena *arena, const char **list, ts_delivery_avoid *out)
{
    tally t = count_calls(callees);
    for (size_t i = 0; i < TS_CALLS_MAX; i++) {
        const char *target = callees->calls[i].target;
        if (target && calls_to(callees, target) >= most_calls_to(callees, target, &t))
            list[out->count++] = ts_arena_strdup(arena, target);
    }
    for (size_t i = 0; t.slow >= TS_CALLS_MAX / 2 && i < TS_CALLEES_REMEMBERED; i++)
        if (callees->slow[i]) list[out->count++] = ts_arena_strdup(arena, callees->slow[i]);
    out->targets = list;
    out->addresses = t.addresses >= TS_CALLS_MAX / 2;
}

bool ts_callees_avoid(ts_callees *callees, ts_arena *arena, ts_delivery_avoid *out, ts_error *err)
{
    const char **list = TS_NEW_ARRAY(arena, TS_CALLS_MAX + TS_CALLEES_REMEMBERED, const char *);
    *out = (ts_delivery_avoid){0};
    if (!list) return ts_fail_memory(err);
    (void)pthread_mutex_lock(&callees->lock);
    list_targets(callees, arena, list, out);
    (void)pthread_mutex_unlock(&callees->lock);
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

bool ts_callees_begin(ts_callees *callees, const char *hook, const char *url, size_t *number, ts_error *err)
{
    char *target = strdup(hook[0] ? hook : url);
    if (!target) return ts_fail_memory(err);
    (void)pthread_mutex_lock(&callees->lock);
    size_t i = 0;
    while (i < TS_CALLS_MAX && callees->calls[i].target) i++;
    bool room = i < TS_CALLS_MAX;
    if (room) callees->calls[i] = (call){.target = target, .is_address = !hook[0]};
    (void)pthread_mutex_unlock(&callees->lock);
    *number = i;
    if (room) return true;
    free(target);
    return ts_fail(err, TS_INTERNAL, "more calls at once than there are to be");
}

void ts_callees_end(ts_callees *callees, size_t number, double ms)
{
    (void)pthread_mutex_lock(&callees->lock);
    note_pace(callees, callees->calls[number].target, ms >= TS_CALLS_SLOW_MS);
    callees->calls[number].target = NULL;
    (void)pthread_mutex_unlock(&callees->lock);
}
