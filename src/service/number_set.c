/* service: sets of picture numbers as bits. Knows no picture. */
#include "service/number_set.h"

#include <stdlib.h>

bool ts_number_set_make(ts_number_set *set, int64_t end)
{
    set->count = (size_t)end / 64 + 1;
    set->words = calloc(set->count, sizeof *set->words);
    return set->words != NULL;
}

void ts_number_set_free(ts_number_set *set)
{
    free(set->words);
    *set = (ts_number_set){0};
}

static bool has_room(const ts_number_set *set, int64_t number)
{
    return number > 0 && (size_t)number / 64 < set->count;
}

void ts_number_set_add(ts_number_set *set, int64_t number)
{
    if (has_room(set, number)) set->words[number / 64] |= UINT64_C(1) << (number % 64);
}

void ts_number_set_remove(ts_number_set *set, int64_t number)
{
    if (has_room(set, number)) set->words[number / 64] &= ~(UINT64_C(1) << (number % 64));
}

bool ts_number_set_has(const ts_number_set *set, int64_t number)
{
    return has_room(set, number) && (set->words[number / 64] >> (number % 64) & 1);
}

void ts_number_set_and(ts_number_set *set, const ts_number_set *other)
{
    for (size_t i = 0; i < set->count; i++) set->words[i] &= other->words[i];
}

void ts_number_set_or(ts_number_set *set, const ts_number_set *other)
{
    for (size_t i = 0; i < set->count; i++) set->words[i] |= other->words[i];
}

void ts_number_set_without(ts_number_set *set, const ts_number_set *other)
{
    for (size_t i = 0; i < set->count; i++) set->words[i] &= ~other->words[i];
}

uint64_t ts_number_set_size(const ts_number_set *set)
{
    uint64_t size = 0;
    for (size_t i = 0; i < set->count; i++) size += (uint64_t)__builtin_popcountll(set->words[i]);
    return size;
}

static int64_t next_up(const ts_number_set *set, int64_t from)
{
    size_t word = (size_t)from / 64;
    if (word >= set->count) return 0;
    uint64_t left = set->words[word] & (~UINT64_C(0) << (from % 64));
    while (!left && ++word < set->count) left = set->words[word];
    return left ? (int64_t)(word * 64) + __builtin_ctzll(left) : 0;
}

static int64_t next_down(const ts_number_set *set, int64_t from)
{
    size_t word = (size_t)from / 64;
    uint64_t left = set->words[word] & (~UINT64_C(0) >> (63 - from % 64));
    while (!left && word > 0) left = set->words[--word];
    return left ? (int64_t)(word * 64) + 63 - __builtin_clzll(left) : 0;
}

int64_t ts_number_set_next(const ts_number_set *set, int64_t after, bool up)
{
    int64_t last = (int64_t)set->count * 64 - 1;
    if (up) return after < last ? next_up(set, after + 1) : 0;
    return next_down(set, after <= 0 || after > last ? last : after - 1);
}
