/* http: the generic cell rate algorithm: one number a name, the moment at which all its allowance is free again. Knows
 * nothing of requests.
 *
 * Names are kept as 64-bit hashes under a random seed, in sets of eight: a look-up touches two cache lines, and a full
 * set forgets the name whose moment is nearest, which is the one that loses least by it. */
#include "http/limiter.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define WAYS 8

typedef struct limit_slot {
    uint64_t hash;  /* 0: free */
    double free_at; /* ms */
} limit_slot;

struct ts_limiter {
    pthread_mutex_t lock;
    uint64_t seed;
    size_t sets; /* a power of two */
    limit_slot *slots;
};

ts_limiter *ts_limiter_new(size_t capacity, ts_error *err)
{
    ts_limiter *limiter = calloc(1, sizeof *limiter);
    size_t sets = 1;
    while (sets * WAYS < capacity && sets < ((size_t)1 << 40)) sets *= 2;
    if (limiter) limiter->slots = calloc(sets * WAYS, sizeof *limiter->slots);
    if (!limiter || !limiter->slots || pthread_mutex_init(&limiter->lock, NULL) != 0) {
        if (limiter) free(limiter->slots);
        free(limiter);
        (void)ts_fail_memory(err);
        return NULL;
    }
    limiter->sets = sets;
    if (getrandom(&limiter->seed, sizeof limiter->seed, GRND_NONBLOCK) < 0)
        limiter->seed = (uintptr_t)limiter;
    return limiter;
}

void ts_limiter_free(ts_limiter *limiter)
{
    if (!limiter) return;
    (void)pthread_mutex_destroy(&limiter->lock);
    free(limiter->slots);
    free(limiter);
}

/* FNV-1a with a seed and a final mix; never 0. */
static uint64_t hash_name(const char *name, uint64_t seed)
{
    uint64_t hash = 0xcbf29ce484222325u ^ seed;
    for (; *name; name++) hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
    hash ^= hash >> 32;
    hash *= 0xd6e8feb86659fd93u;
    hash ^= hash >> 32;
    return hash ? hash : 1;
}

static limit_slot *find_slot(ts_limiter *limiter, uint64_t hash)
{
    limit_slot *set = &limiter->slots[(hash & (limiter->sets - 1)) * WAYS];
    limit_slot *oldest = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].hash == hash) return &set[i];
        if (set[i].hash == 0) set[i].free_at = 0;
        if (set[i].free_at < oldest->free_at) oldest = &set[i];
    }
    *oldest = (limit_slot){.hash = hash};
    return oldest;
}

static unsigned seconds(double ms)
{
    return ms <= 0 ? 0 : (unsigned)fmin(ceil(ms / 1000), 1e9);
}

ts_limit_state ts_limiter_take(ts_limiter *limiter, const char *name, double rate_per_minute, unsigned burst,
                               unsigned cost, double now_ms)
{
    if (burst == 0) burst = (unsigned)fmin(fmax(ceil(rate_per_minute), 1), 1e6);
    if (cost > burst) cost = burst;
    double step = 60000.0 / rate_per_minute;
    double span = step * burst;
    (void)pthread_mutex_lock(&limiter->lock);
    limit_slot *slot = find_slot(limiter, hash_name(name, limiter->seed));
    double base = fmax(slot->free_at, now_ms);
    double next = base + step * (cost ? cost : 1);
    /* A hair of slack, so that a client that waits exactly as told is not refused over a rounding. */
    bool allowed = next - now_ms <= span + 1e-6 * step;
    if (allowed) slot->free_at = base = next;
    (void)pthread_mutex_unlock(&limiter->lock);
    ts_limit_state state = {.allowed = allowed, .limit = burst, .reset = seconds(base - now_ms)};
    state.remaining = (unsigned)fmax(floor((span - (base - now_ms)) / step + 1e-6), 0);
    if (!allowed) state.retry_after = seconds(next - now_ms - span);
    if (!allowed && state.retry_after == 0) state.retry_after = 1;
    return state;
}
