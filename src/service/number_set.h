/* service (private): sets of picture numbers as bits. Threads: one at a time. */
#ifndef TS_SERVICE_NUMBER_SET_H
#define TS_SERVICE_NUMBER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ts_number_set {
    uint64_t *words; /* malloc */
    size_t count;    /* of words */
} ts_number_set;

/* Empty, for numbers below end. false: no memory. */
bool ts_number_set_make(ts_number_set *set, int64_t end);
void ts_number_set_free(ts_number_set *set); /* safe on zeroed memory and twice */
/* Numbers that the set has no room for are left out: pictures that came later. */
void ts_number_set_add(ts_number_set *set, int64_t number);
void ts_number_set_remove(ts_number_set *set, int64_t number);
bool ts_number_set_has(const ts_number_set *set, int64_t number);
/* Both of the same size. */
void ts_number_set_and(ts_number_set *set, const ts_number_set *other);
void ts_number_set_or(ts_number_set *set, const ts_number_set *other);
void ts_number_set_without(ts_number_set *set, const ts_number_set *other);
uint64_t ts_number_set_size(const ts_number_set *set);
/* The next one after `after`, up or down; 0: none is left. Down from 0 starts at the highest. */
int64_t ts_number_set_next(const ts_number_set *set, int64_t after, bool up);

#endif
