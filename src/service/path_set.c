/* service: the set of paths, open addressing over an arena of strings. */
#include "service/path_set.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

struct ts_path_set {
    ts_arena *arena;
    const char **slots; /* a power of two of them, at most two thirds full */
    size_t capacity;
    size_t count;
};

static size_t hash_of(const char *path)
{
    uint64_t hash = 0xCBF29CE484222325U; /* FNV-1a */
    for (; *path; path++) hash = (hash ^ (uint64_t)(unsigned char)*path) * 0x100000001B3U;
    return (size_t)(hash ^ (hash >> 32));
}

static const char **slot_of(const char **slots, size_t capacity, const char *path)
{
    size_t at = hash_of(path) & (capacity - 1);
    while (slots[at] && strcmp(slots[at], path) != 0) at = (at + 1) & (capacity - 1);
    return &slots[at];
}

ts_path_set *ts_path_set_new(void)
{
    ts_path_set *set = calloc(1, sizeof *set);
    if (!set) return NULL;
    set->capacity = 1024;
    set->arena = ts_arena_new(0);
    set->slots = calloc(set->capacity, sizeof *set->slots);
    if (!set->arena || !set->slots) {
        ts_path_set_free(set);
        return NULL;
    }
    return set;
}

void ts_path_set_free(ts_path_set *set)
{
    if (!set) return;
    ts_arena_free(set->arena);
    free(set->slots);
    free(set);
}

static bool grow(ts_path_set *set)
{
    size_t capacity = set->capacity * 2;
    const char **slots = calloc(capacity, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i]) *slot_of(slots, capacity, set->slots[i]) = set->slots[i];
    free(set->slots);
    set->slots = slots;
    set->capacity = capacity;
    return true;
}

bool ts_path_set_add(ts_path_set *set, const char *path)
{
    if (set->count * 3 >= set->capacity * 2 && !grow(set)) return false;
    const char **slot = slot_of(set->slots, set->capacity, path);
    if (*slot) return true;
    *slot = ts_arena_strdup(set->arena, path);
    if (!*slot) return false;
    set->count++;
    return true;
}

bool ts_path_set_has(const ts_path_set *set, const char *path)
{
    return *slot_of(set->slots, set->capacity, path) != NULL;
}

size_t ts_path_set_count(const ts_path_set *set)
{
    return set->count;
}
