/* search: arrays of sets, and bits made into sets. */
#include "search/sets.h"

#include <stdlib.h>
#include <string.h>

static bool is_number(const ts_set *item)
{
    return (uintptr_t)item & 1;
}

static ts_set *of_number(uint32_t number)
{
    return (ts_set *)((uintptr_t)number << 1 | 1); /* NOLINT: numbers have 28 bits */
}

static uint32_t to_number(const ts_set *item)
{
    return (uint32_t)((uintptr_t)item >> 1);
}

void ts_sets_free(ts_sets *sets)
{
    for (size_t i = 0; i < sets->count; i++)
        if (sets->items[i] && !is_number(sets->items[i])) roaring_bitmap_free(sets->items[i]);
    free(sets->items);
    free(sets->sizes);
    *sets = (ts_sets){.compact = sets->compact};
}

bool ts_sets_grow(ts_sets *sets, size_t count)
{
    if (count <= sets->count) return true;
    size_t more = sets->count * 3 / 2 + 16;
    if (more < count) more = count;
    ts_set **items = reallocarray(sets->items, more, sizeof(ts_set *));
    if (!items) return false;
    sets->items = items;
    uint32_t *sizes = reallocarray(sets->sizes, more, sizeof *sizes);
    if (!sizes) return false;
    sets->sizes = sizes;
    memset(items + sets->count, 0, (more - sets->count) * sizeof(ts_set *));
    memset(sizes + sets->count, 0, (more - sets->count) * sizeof *sizes);
    sets->count = more;
    return true;
}

/* A set in the place of the single number, or of nothing. */
static bool make_set(ts_sets *sets, size_t index)
{
    ts_set *set = roaring_bitmap_create();
    if (set && sets->items[index]) roaring_bitmap_add(set, to_number(sets->items[index]));
    if (set) sets->items[index] = set;
    return set != NULL;
}

bool ts_sets_add(ts_sets *sets, size_t index, uint32_t number)
{
    const ts_set *item = sets->items[index];
    if (sets->compact && (!item || item == of_number(number))) {
        sets->items[index] = of_number(number);
        sets->sizes[index] = 1;
        return true;
    }
    if ((!item || is_number(item)) && !make_set(sets, index)) return false;
    sets->sizes[index] += roaring_bitmap_add_checked(sets->items[index], number);
    return true;
}

bool ts_sets_add_many(ts_sets *sets, size_t index, const uint32_t *numbers, size_t count)
{
    if (count < 2) return !count || ts_sets_add(sets, index, numbers[0]);
    ts_set *item = sets->items[index];
    if ((!item || is_number(item)) && !make_set(sets, index)) return false;
    roaring_bitmap_add_many(sets->items[index], count, numbers);
    sets->sizes[index] += (uint32_t)count;
    return true;
}

void ts_sets_remove(ts_sets *sets, size_t index, uint32_t number)
{
    if (index >= sets->count || !sets->items[index]) return;
    if (is_number(sets->items[index])) {
        if (sets->items[index] != of_number(number)) return;
        sets->items[index] = NULL;
        sets->sizes[index] = 0;
        return;
    }
    sets->sizes[index] -= roaring_bitmap_remove_checked(sets->items[index], number);
}

const ts_set *ts_sets_get(const ts_sets *sets, size_t index)
{
    return index < sets->count ? sets->items[index] : NULL;
}

void ts_sets_intersect(const ts_sets *sets, size_t index, ts_set *set)
{
    const ts_set *item = ts_sets_get(sets, index);
    if (item && !is_number(item)) {
        roaring_bitmap_and_inplace(set, item);
        return;
    }
    bool has = item && roaring_bitmap_contains(set, to_number(item));
    roaring_bitmap_clear(set);
    if (has) roaring_bitmap_add(set, to_number(item));
}

void ts_sets_unite(const ts_sets *sets, size_t index, ts_set *set)
{
    const ts_set *item = ts_sets_get(sets, index);
    if (item && is_number(item)) roaring_bitmap_add(set, to_number(item));
    else if (item) roaring_bitmap_or_inplace(set, item);
}

uint64_t ts_sets_size_without(const ts_sets *sets, size_t index, const ts_set *without)
{
    const ts_set *item = ts_sets_get(sets, index);
    if (!item || !without) return ts_sets_size(sets, index);
    if (is_number(item)) return !roaring_bitmap_contains(without, to_number(item));
    return roaring_bitmap_andnot_cardinality(item, without);
}

uint64_t ts_sets_size(const ts_sets *sets, size_t index)
{
    return index < sets->count ? sets->sizes[index] : 0;
}

size_t ts_sets_bytes(const ts_sets *sets)
{
    size_t bytes = sets->count * (sizeof(ts_set *) + sizeof *sets->sizes);
    for (size_t i = 0; i < sets->count; i++) {
        if (!sets->items[i] || is_number(sets->items[i])) continue;
        roaring_statistics_t s;
        roaring_bitmap_statistics(sets->items[i], &s);
        bytes += sizeof(ts_set) + 48 * (size_t)s.n_containers + s.n_bytes_array_containers +
                 s.n_bytes_run_containers + s.n_bytes_bitset_containers;
    }
    return bytes;
}

ts_set *ts_set_copy(const ts_set *set)
{
    return set ? roaring_bitmap_copy(set) : roaring_bitmap_create();
}

bool ts_bits_make(ts_bits *bits, size_t numbers)
{
    bits->count = (numbers + 65535) / 65536 * 1024; /* whole containers */
    bits->words = calloc(bits->count ? bits->count : 1, sizeof *bits->words);
    return bits->words != NULL;
}

void ts_bits_free(ts_bits *bits)
{
    free(bits->words);
    *bits = (ts_bits){0};
}

/* ---- the portable format of roaring sets, written by hand: RoaringFormatSpec, cookie without runs ---- */

enum { CONTAINER_WORDS = 1024, ARRAY_MAX = 4096 };

static unsigned population(const uint64_t *words)
{
    unsigned count = 0;
    for (size_t i = 0; i < CONTAINER_WORDS; i++) count += (unsigned)__builtin_popcountll(words[i]);
    return count;
}

static void put32(char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++) out[i] = (char)(value >> (8 * i));
}

static void put16(char *out, uint32_t value)
{
    out[0] = (char)value;
    out[1] = (char)(value >> 8);
}

static size_t write_container(char *out, const uint64_t *words, unsigned count)
{
    if (count > ARRAY_MAX) {
        memcpy(out, words, CONTAINER_WORDS * sizeof *words); /* little-endian, as the format is */
        return CONTAINER_WORDS * sizeof *words;
    }
    char *begin = out;
    for (uint32_t i = 0; i < CONTAINER_WORDS; i++)
        for (uint64_t word = words[i]; word; word &= word - 1, out += 2)
            put16(out, i * 64 + (uint32_t)__builtin_ctzll(word));
    return (size_t)(out - begin);
}

ts_set *ts_set_of_bits(const ts_bits *bits)
{
    size_t containers = bits->count / CONTAINER_WORDS, used = 0;
    unsigned *counts = calloc(containers + 1, sizeof *counts);
    if (!counts) return NULL;
    for (size_t i = 0; i < containers; i++)
        used += (counts[i] = population(bits->words + i * CONTAINER_WORDS)) > 0;
    char *buffer = used ? malloc(8 + used * (8 + 8192)) : NULL;
    if (!buffer) {
        free(counts);
        return used ? NULL : roaring_bitmap_create();
    }
    char *head = buffer + 8, *offsets = head + used * 4, *out = offsets + used * 4;
    put32(buffer, 12346);
    put32(buffer + 4, (uint32_t)used);
    for (size_t i = 0; i < containers; i++) {
        if (!counts[i]) continue;
        put16(head, (uint32_t)i);
        put16(head + 2, counts[i] - 1);
        put32(offsets, (uint32_t)(out - buffer));
        out += write_container(out, bits->words + i * CONTAINER_WORDS, counts[i]);
        head += 4;
        offsets += 4;
    }
    ts_set *set = roaring_bitmap_portable_deserialize_safe(buffer, (size_t)(out - buffer));
    free(buffer);
    free(counts);
    return set;
}
