/* search: arrays of sets, and bits made into sets. */
#include "search/sets.h"

#include <stdlib.h>
#include <string.h>

void ts_sets_free(ts_sets *sets)
{
    for (size_t i = 0; i < sets->count; i++)
        if (sets->items[i]) roaring_bitmap_free(sets->items[i]);
    free(sets->items);
    free(sets->sizes);
    *sets = (ts_sets){0};
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

bool ts_sets_add(ts_sets *sets, size_t index, uint32_t number)
{
    if (!sets->items[index] && !(sets->items[index] = roaring_bitmap_create())) return false;
    sets->sizes[index] += roaring_bitmap_add_checked(sets->items[index], number);
    return true;
}

void ts_sets_remove(ts_sets *sets, size_t index, uint32_t number)
{
    if (index >= sets->count || !sets->items[index]) return;
    sets->sizes[index] -= roaring_bitmap_remove_checked(sets->items[index], number);
}

const ts_set *ts_sets_get(const ts_sets *sets, size_t index)
{
    return index < sets->count ? sets->items[index] : NULL;
}

uint64_t ts_sets_size(const ts_sets *sets, size_t index)
{
    return index < sets->count ? sets->sizes[index] : 0;
}

size_t ts_sets_bytes(const ts_sets *sets)
{
    size_t bytes = sets->count * (sizeof(ts_set *) + sizeof *sets->sizes);
    for (size_t i = 0; i < sets->count; i++) {
        if (!sets->items[i]) continue;
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
    for (size_t i = 0; i < containers; i++) used += (counts[i] = population(bits->words + i * CONTAINER_WORDS)) > 0;
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
