/* http: the generic cell rate algorithm: one number a name, the moment at which all its allowance is free again. Knows
 * nothing of requests.
 *
 * Names are kept as 64-bit hashes under a random seed, in sets of eight: a look-up touches two cache lines, and a full
 * set forgets the name whose moment is nearest, which is the one that loses least by it. */
#include "http/limiter.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/wallclock.h"

#define WAYS 8
#define MAGIC "TSRATES1"

typedef struct limit_slot {
    uint64_t hash;  /* 0: free */
    double free_at; /* ms; in the file of the wall clock, which two processes share */
} limit_slot;

/* The file: this, then the slots. */
typedef struct limit_head {
    char magic[8];
    uint64_t seed, sets;
} limit_head;

struct ts_limiter {
    pthread_mutex_t lock;
    uint64_t seed;
    size_t sets; /* a power of two */
    limit_slot *slots;
    int fd;       /* of the file, or -1 */
    double shift; /* from the caller's clock to the wall clock */
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
    limiter->fd = -1;
    limiter->sets = sets;
    if (getrandom(&limiter->seed, sizeof limiter->seed, GRND_NONBLOCK) < 0)
        limiter->seed = (uintptr_t)limiter;
    return limiter;
}

void ts_limiter_free(ts_limiter *limiter)
{
    if (!limiter) return;
    if (limiter->fd >= 0) (void)close(limiter->fd);
    (void)pthread_mutex_destroy(&limiter->lock);
    free(limiter->slots);
    free(limiter);
}

/* ---- the file ------------------------------------------------------------------------------------ */

static bool read_all(int fd, void *out, size_t length, off_t at)
{
    char *bytes = out;
    for (size_t done = 0; done < length;) {
        ssize_t n = pread(fd, bytes + done, length - done, at + (off_t)done);
        if (n <= 0) return false;
        done += (size_t)n;
    }
    return true;
}

/* False: no file of ours, or of another size. Moments that cannot be are corrected where they are used. */
static bool go_on(ts_limiter *limiter)
{
    limit_head head;
    size_t count = limiter->sets * WAYS;
    if (!read_all(limiter->fd, &head, sizeof head, 0) || memcmp(head.magic, MAGIC, sizeof head.magic) != 0 ||
        head.sets != limiter->sets ||
        !read_all(limiter->fd, limiter->slots, count * sizeof(limit_slot), sizeof head))
        return false;
    limiter->seed = head.seed;
    for (size_t i = 0; i < count; i++)
        if (limiter->slots[i].hash) limiter->slots[i].free_at -= limiter->shift;
    return true;
}

/* Room for all of it is taken now, so that a disk that is full later on is no trouble; where that is not to be had it is
 * taken bit by bit. */
static bool begin_anew(ts_limiter *limiter)
{
    limit_head head = {.magic = MAGIC, .seed = limiter->seed, .sets = limiter->sets};
    off_t length = (off_t)(sizeof head + limiter->sets * WAYS * sizeof(limit_slot));
    memset(limiter->slots, 0, limiter->sets * WAYS * sizeof(limit_slot));
    if (ftruncate(limiter->fd, 0) != 0 || ftruncate(limiter->fd, length) != 0) return false;
    (void)fallocate(limiter->fd, 0, 0, length);
    return pwrite(limiter->fd, &head, sizeof head, 0) == (ssize_t)sizeof head;
}

bool ts_limiter_keep(ts_limiter *limiter, const char *path, double now_ms, ts_error *err)
{
    limiter->fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (limiter->fd < 0) return ts_fail_errno(err, "cannot open %.200s", path);
    limiter->shift = (double)ts_wallclock_ms() - now_ms;
    if (go_on(limiter) || begin_anew(limiter)) return true;
    (void)close(limiter->fd);
    limiter->fd = -1;
    return ts_fail_errno(err, "cannot write %.200s", path);
}

/* What cannot be written is forgotten by a restart, no more. */
static void write_slot(const ts_limiter *limiter, const limit_slot *slot)
{
    limit_slot kept = {.hash = slot->hash, .free_at = slot->free_at + limiter->shift};
    off_t at = (off_t)(sizeof(limit_head) + (size_t)(slot - limiter->slots) * sizeof kept);
    if (limiter->fd >= 0 && pwrite(limiter->fd, &kept, sizeof kept, at) < 0) return;
}

/* ---- names --------------------------------------------------------------------------------------- */

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

/* ---- taking -------------------------------------------------------------------------------------- */

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
    /* Never further off than it can be: a wall clock may have been set, a file may hold anything. */
    double base = fmin(fmax(slot->free_at, now_ms), now_ms + span);
    double next = base + step * (cost ? cost : 1);
    /* A hair of slack, so that a client that waits exactly as told is not refused over a rounding. */
    bool allowed = next - now_ms <= span + 1e-6 * step;
    if (allowed) base = next;
    slot->free_at = base;
    if (allowed) write_slot(limiter, slot);
    (void)pthread_mutex_unlock(&limiter->lock);
    ts_limit_state state = {.allowed = allowed, .limit = burst, .reset = seconds(base - now_ms)};
    state.remaining = (unsigned)fmax(floor((span - (base - now_ms)) / step + 1e-6), 0);
    if (!allowed) state.retry_after = seconds(next - now_ms - span);
    if (!allowed && state.retry_after == 0) state.retry_after = 1;
    return state;
}
