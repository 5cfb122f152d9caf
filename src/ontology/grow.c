/* ontology: arrays and maps that grow in an arena. Must not know what they hold. */
#include <stdint.h>
#include <string.h>

#include "ontology/private.h"

/* Capacities are powers of two from 4, so that the count alone tells when there is no room. */
void *ts_grow(ts_arena *arena, void *items, size_t count, size_t size)
{
    bool full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (!full) return items;
    size_t capacity = count == 0 ? 4 : count * 2;
    void *larger = ts_arena_array(arena, capacity, size);
    if (larger && count > 0) memcpy(larger, items, count * size);
    return larger;
}

static uint64_t hash_of(const char *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *key; key++) hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 29;
}

/* The slot of the key, or the free one where it would go. */
static ts_map_slot *slot_of(ts_map_slot *slots, size_t capacity, const char *key)
{
    size_t at = (size_t)hash_of(key) & (capacity - 1);
    while (slots[at].key && strcmp(slots[at].key, key) != 0) at = (at + 1) & (capacity - 1);
    return &slots[at];
}

size_t ts_map_find(const ts_map *map, const char *key)
{
    if (map->capacity == 0) return TS_MAP_NONE;
    const ts_map_slot *slot = slot_of(map->slots, map->capacity, key);
    return slot->key ? slot->value : TS_MAP_NONE;
}

static bool widen(ts_map *map, ts_arena *arena)
{
    size_t capacity = map->capacity ? map->capacity * 2 : 64;
    ts_map_slot *slots = TS_NEW_ARRAY(arena, capacity, ts_map_slot);
    if (!slots) return false;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key) *slot_of(slots, capacity, map->slots[i].key) = map->slots[i];
    map->slots = slots;
    map->capacity = capacity;
    return true;
}

bool ts_map_put(ts_map *map, ts_arena *arena, const char *key, size_t value)
{
    if (map->count * 2 >= map->capacity && !widen(map, arena)) return false;
    ts_map_slot *slot = slot_of(map->slots, map->capacity, key);
    if (!slot->key) map->count++;
    *slot = (ts_map_slot){key, value};
    return true;
}
