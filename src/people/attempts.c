/* people: bad sign-ins slow their sender down. Knows no person: only where tries come from, and when.
 *
 * A table of fixed size with eight places for each hash value; who is not in it has all their tries left, so the place
 * that was used the longest ago can always be given away. The hash has a secret: nobody can aim at a place. */
#include "people/attempts.h"

#include <arpa/inet.h>
#include <math.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define WAYS 8

typedef struct place {
    uint64_t source;
    double left;    /* tries */
    double seen_ms; /* when `left` was right; 0: unused */
} place;

struct ts_attempts {
    pthread_mutex_t mutex;
    double per_minute;
    uint8_t key[crypto_shorthash_KEYBYTES];
    place places[BUCKETS][WAYS];
};

ts_attempts *ts_attempts_new(unsigned per_minute, ts_error *err)
{
    ts_attempts *attempts = sodium_init() < 0 ? NULL : calloc(1, sizeof(*attempts));
    if (!attempts) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    pthread_mutex_init(&attempts->mutex, NULL);
    attempts->per_minute = per_minute ? per_minute : 10;
    crypto_shorthash_keygen(attempts->key);
    return attempts;
}

void ts_attempts_free(ts_attempts *attempts)
{
    if (!attempts) return;
    pthread_mutex_destroy(&attempts->mutex);
    free(attempts);
}

/* One household or server has a whole /64 of IPv6 addresses to itself. */
static uint64_t hash_source(const ts_attempts *attempts, const char *source)
{
    struct in6_addr v6;
    uint64_t hash;
    const void *bytes = source;
    size_t length = strlen(source);
    if (inet_pton(AF_INET6, source, &v6) == 1) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&v6);
        bytes = mapped ? v6.s6_addr + 12 : v6.s6_addr;
        length = mapped ? 4 : 8;
    } else if (inet_pton(AF_INET, source, &v6) == 1) {
        bytes = &v6;
        length = 4;
    }
    (void)crypto_shorthash((uint8_t *)&hash, bytes, length, attempts->key);
    return hash;
}

/* The source's place, with the tries that it has now. */
static place *find(ts_attempts *attempts, const char *source, double now_ms)
{
    uint64_t hash = hash_source(attempts, source);
    place *bucket = attempts->places[hash % BUCKETS];
    place *oldest = bucket;
    for (unsigned i = 0; i < WAYS; i++) {
        if (bucket[i].seen_ms > 0 && bucket[i].source == hash) {
            double earned = (now_ms - bucket[i].seen_ms) * attempts->per_minute / 60000;
            bucket[i].left = fmin(bucket[i].left + fmax(earned, 0), attempts->per_minute);
            bucket[i].seen_ms = fmax(now_ms, bucket[i].seen_ms);
            return &bucket[i];
        }
        if (bucket[i].seen_ms < oldest->seen_ms) oldest = &bucket[i];
    }
    *oldest = (place){.source = hash, .left = attempts->per_minute, .seen_ms = fmax(now_ms, 1)};
    return oldest;
}

bool ts_attempts_begin(ts_attempts *attempts, const char *source, double now_ms, unsigned *wait_s,
                       ts_error *err)
{
    pthread_mutex_lock(&attempts->mutex);
    place *p = find(attempts, source, now_ms);
    bool may = p->left >= 1;
    unsigned wait = may ? 0 : (unsigned)ceil((1 - p->left) * 60 / attempts->per_minute);
    if (may) p->left -= 1;
    pthread_mutex_unlock(&attempts->mutex);
    if (wait_s) *wait_s = wait;
    if (may) return true;
    (void)ts_fail(err, TS_RATE_LIMITED, "too many bad sign-ins from this address");
    return ts_hint(err, "try again in %u seconds", wait);
}

void ts_attempts_good(ts_attempts *attempts, const char *source, double now_ms)
{
    pthread_mutex_lock(&attempts->mutex);
    place *p = find(attempts, source, now_ms);
    p->left = fmin(p->left + 1, attempts->per_minute);
    pthread_mutex_unlock(&attempts->mutex);
}
