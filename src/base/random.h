/* Unpredictable bytes from the system, and ids that sort by the time they were made. Threads: any. */
#ifndef TS_BASE_RANDOM_H
#define TS_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fills with getrandom(2). Where the system has none (it always has on Linux >= 3.17) the process aborts: nothing
 * that asks for randomness may go on without it. */
void ts_random_bytes(void *out, size_t length);
uint64_t ts_random_u64(void);
/* Even over 0 .. below - 1; below is at least 1. */
uint64_t ts_random_below(uint64_t below);

enum { TS_ID_LENGTH = 20, TS_ID_SIZE = 21 };

/* A new id: 20 characters of lower-case base32 (base/base32.h), 48 bits of time in ms, 52 bits of
 * randomness, NUL at the end. Ids sort as text in the order of their milliseconds. */
void ts_id_new(char out[TS_ID_SIZE]);
/* The same for a given time, in ms since 1970. */
void ts_id_new_at(int64_t ms, char out[TS_ID_SIZE]);
bool ts_id_valid(const char *text);
/* When it was made; -1 for what is no id. */
int64_t ts_id_time(const char *id);

#endif
