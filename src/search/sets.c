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
    for (size_t i = 0; i < sets->count && sets->columned; i++) ts_bits_free(&sets->columns[i]);
    free(sets->items);
    free(sets->sizes);
    free(sets->columns);
    *sets = (ts_sets){.compact = sets->compact, .columned = sets->columned};
}

static bool grow_columns(ts_sets *sets, size_t count)
{
    if (!sets->columned) return true;
    ts_bits *columns = reallocarray(sets->columns, count, sizeof *columns);
    if (!columns) return false;
    memset(columns + sets->count, 0, (count - sets->count) * sizeof *columns);
    sets->columns = columns;
    return true;
}

bool ts_sets_grow(ts_sets *sets, size_t count)
{
    if (count <= sets->count) return true;
    size_t more = sets->count * 3 / 2 + 16;
    if (more < count) more = count;
    if (!grow_columns(sets, more)) return false;
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
    if (!roaring_bitmap_add_checked(sets->items[index], number)) return true;
    sets->sizes[index]++;
    return ts_sets_note_added(sets, index, &number, 1);
}

bool ts_sets_add_many(ts_sets *sets, size_t index, const uint32_t *numbers, size_t count)
{
    if (count < 2) return !count || ts_sets_add(sets, index, numbers[0]);
    ts_set *item = sets->items[index];
    if ((!item || is_number(item)) && !make_set(sets, index)) return false;
    roaring_bitmap_add_many(sets->items[index], count, numbers);
    sets->sizes[index] += (uint32_t)count;
    return ts_sets_note_added(sets, index, numbers, count);
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
    ts_sets_note_removed(sets, index, number);
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
    for (size_t i = 0; i < sets->count && sets->columned; i++)
        bytes += sizeof *sets->columns + sets->columns[i].count * sizeof *sets->columns[i].words;
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

enum { COOKIE = 12346, CONTAINER_WORDS = TS_STRETCH_WORDS, ARRAY_MAX = 4096 };

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

static uint32_t get32(const char *in)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) value |= (uint32_t)(unsigned char)in[i] << (8 * i);
    return value;
}

static uint32_t get16(const char *in)
{
    return (uint32_t)(unsigned char)in[0] | (uint32_t)(unsigned char)in[1] << 8;
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
    put32(buffer, COOKIE);
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

/* The stretch at `in`; returns where the next one begins. Bits are copied, since they lie there unaligned. */
static const char *read_stretch(const char *in, uint32_t count, uint64_t *words, ts_stretch *stretch)
{
    bool as_bits = count > ARRAY_MAX;
    if (as_bits) memcpy(words, in, CONTAINER_WORDS * sizeof *words);
    *stretch =
        (ts_stretch){as_bits ? NULL : (const uint16_t *)(const void *)in, as_bits ? words : NULL, count};
    return in + (as_bits ? CONTAINER_WORDS * sizeof *words : count * sizeof(uint16_t));
}

static void read_stretches(const char *buffer, ts_take_stretch take, void *context)
{
    uint64_t words[CONTAINER_WORDS];
    ts_stretch stretch;
    uint32_t count = get32(buffer + 4);
    const char *head = buffer + 8, *in = head + (size_t)count * 8;
    for (uint32_t i = 0; i < count; i++, head += 4) {
        in = read_stretch(in, get16(head + 2) + 1, words, &stretch);
        if (!take(context, get16(head), &stretch)) return;
    }
}

/* The same set without runs, which nothing here makes, but a library may. */
static bool read_without_runs(const ts_set *set, ts_take_stretch take, void *context)
{
    ts_set *plain = roaring_bitmap_copy(set);
    bool good =
        plain && roaring_bitmap_remove_run_compression(plain) && ts_set_stretches(plain, take, context);
    if (plain) roaring_bitmap_free(plain);
    return good;
}

bool ts_set_stretches(const ts_set *set, ts_take_stretch take, void *context)
{
    char *buffer = malloc(roaring_bitmap_portable_size_in_bytes(set));
    if (!buffer) return false;
    roaring_bitmap_portable_serialize(set, buffer);
    bool plain = get32(buffer) == COOKIE, good = true;
    if (plain) read_stretches(buffer, take, context);
    free(buffer);
    if (!plain) good = read_without_runs(set, take, context);
    return good;
}

static bool fill_bits(void *context, uint32_t stretch, const ts_stretch *numbers)
{
    const ts_bits *bits = context;
    uint64_t *words = bits->words + (size_t)stretch * CONTAINER_WORDS;
    if (numbers->words) memcpy(words, numbers->words, CONTAINER_WORDS * sizeof *words);
    for (uint32_t i = 0; i < numbers->count && !numbers->words; i++)
        words[numbers->numbers[i] >> 6] |= UINT64_C(1) << (numbers->numbers[i] & 63);
    return true;
}

bool ts_bits_of_set(ts_bits *bits, const ts_set *set, size_t numbers)
{
    size_t needed = (size_t)roaring_bitmap_maximum(set) + 1;
    if (!ts_bits_make(bits, needed > numbers ? needed : numbers)) return false;
    if (ts_set_stretches(set, fill_bits, bits)) return true;
    ts_bits_free(bits);
    return false;
}
