/* base: randomness from the system, and ids made of time and randomness. Keeps no state, so threads cannot meet. */
#include "base/random.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/base32.h"
#include "base/wallclock.h"

enum { ID_BYTES = 13, TIME_BYTES = 6 }; /* 100 bits make 20 characters: the last 4 bits stay behind */

void ts_random_bytes(void *out, size_t length)
{
    uint8_t *at = out;
    while (length > 0) {
        ssize_t got = getrandom(at, length < 256 ? length : 256, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) abort();
        at += got;
        length -= (size_t)got;
    }
}

uint64_t ts_random_u64(void)
{
    uint64_t value;
    ts_random_bytes(&value, sizeof value);
    return value;
}

/* The few values at the top that would favour small results are drawn again. */
uint64_t ts_random_below(uint64_t below)
{
    if (below < 2) return 0;
    uint64_t uneven = (UINT64_MAX - below + 1) % below;
    uint64_t value;
    do value = ts_random_u64();
    while (value < uneven);
    return value % below;
}

void ts_id_new_at(int64_t ms, char out[TS_ID_SIZE])
{
    uint8_t bytes[ID_BYTES];
    char text[TS_BASE32_LENGTH(ID_BYTES) + 1];
    ts_random_bytes(bytes, sizeof bytes);
    uint64_t time = ms < 0 ? 0 : (uint64_t)ms;
    for (int i = 0; i < TIME_BYTES; i++) bytes[i] = (uint8_t)(time >> (8 * (TIME_BYTES - 1 - i)));
    ts_base32_encode(bytes, sizeof bytes, text);
    memcpy(out, text, TS_ID_LENGTH);
    out[TS_ID_LENGTH] = '\0';
}

void ts_id_new(char out[TS_ID_SIZE])
{
    ts_id_new_at(ts_wallclock_ms(), out);
}

int64_t ts_id_time(const char *id)
{
    uint8_t bytes[ID_BYTES];
    char text[TS_ID_LENGTH + 1];
    size_t count = 0;
    if (!id || strnlen(id, TS_ID_SIZE) != TS_ID_LENGTH) return -1;
    memcpy(text, id, TS_ID_LENGTH);
    text[TS_ID_LENGTH] = '0'; /* 105 bits, of which 104 are whole bytes */
    if (!ts_base32_decode(text, sizeof text, bytes, &count) || count < TIME_BYTES) return -1;
    int64_t ms = 0;
    for (int i = 0; i < TIME_BYTES; i++) ms = ms << 8 | bytes[i];
    return ms;
}

bool ts_id_valid(const char *text)
{
    return ts_id_time(text) >= 0;
}
