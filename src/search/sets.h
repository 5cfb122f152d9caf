/* search, private to the room: growing arrays of sets of picture numbers, and the few set operations that
 * CRoaring lacks. Copy-on-write stays off: its reference counts are no atomics. */
#ifndef TS_SEARCH_SETS_H
#define TS_SEARCH_SETS_H

#include <roaring/roaring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef roaring_bitmap_t ts_set;

/* Sets by number; those that hold nothing may be NULL. Zeroed memory is an empty array.
 *
 * compact: a set of one number is that number in the pointer's place, since most words of file names stand
 * in one picture alone and a set costs two hundred bytes. ts_sets_get does not know such sets; the others
 * here do.
 *
 * columned: sets that hold one number in 64 or more lie there as plain bits as well, since what
 * they share with a large result is counted that way twenty times faster (columns.c). */
typedef struct ts_sets {
    ts_set **items;
    uint32_t *sizes;
    struct ts_bits *columns; /* NULL unless columned; of no words where the set is small */
    size_t count;
    bool compact, columned;
} ts_sets;

/* Numbers as plain bits, 64 to a word; cheap to fill where a question goes over all pictures. */
typedef struct ts_bits {
    uint64_t *words;
    size_t count; /* of words */
} ts_bits;

void ts_sets_free(ts_sets *sets);
/* Makes room for sets 0 .. count-1. */
bool ts_sets_grow(ts_sets *sets, size_t count);
bool ts_sets_add(ts_sets *sets, size_t index, uint32_t number); /* index < count */
/* Many ascending numbers, none of which is in the set. */
bool ts_sets_add_many(ts_sets *sets, size_t index, const uint32_t *numbers, size_t count);
void ts_sets_remove(ts_sets *sets, size_t index, uint32_t number);
const ts_set *ts_sets_get(const ts_sets *sets, size_t index);           /* NULL: empty, also beyond count */
void ts_sets_intersect(const ts_sets *sets, size_t index, ts_set *set); /* set becomes what is in both */
void ts_sets_unite(const ts_sets *sets, size_t index, ts_set *set);     /* set becomes what is in either */
uint64_t ts_sets_size_without(const ts_sets *sets, size_t index,
                              const ts_set *without); /* without may be NULL */
uint64_t ts_sets_size(const ts_sets *sets, size_t index);
size_t ts_sets_bytes(const ts_sets *sets);

/* A copy, or an empty set for NULL. NULL when memory is out; the caller frees with roaring_bitmap_free. */
ts_set *ts_set_copy(const ts_set *set);

bool ts_bits_make(ts_bits *bits, size_t numbers); /* all zero; frees nothing */
void ts_bits_free(ts_bits *bits);
static inline void ts_bits_add(ts_bits *bits, uint32_t number)
{
    bits->words[number >> 6] |= UINT64_C(1) << (number & 63);
}
static inline bool ts_bits_has(const ts_bits *bits, uint32_t number)
{
    return number >> 6 < bits->count && (bits->words[number >> 6] >> (number & 63) & 1);
}
/* The set of the bits: about 100 us for a million, far faster than adding them one by one. */
ts_set *ts_set_of_bits(const ts_bits *bits);
/* The bits of the set, with room for all below `numbers` at least; the caller frees. */
bool ts_bits_of_set(ts_bits *bits, const ts_set *set, size_t numbers);

/* 65536 numbers at a time, as the set keeps them: few as a list of their lower halves, ascending, many as bits. */
#define TS_STRETCH_WORDS 1024u
typedef struct ts_stretch {
    const uint16_t *numbers; /* NULL: as bits */
    const uint64_t *words;   /* TS_STRETCH_WORDS */
    uint32_t count;
} ts_stretch;
/* false: no more of this set is wanted */
typedef bool (*ts_take_stretch)(void *context, uint32_t stretch, const ts_stretch *numbers);
/* The set's stretches, ascending. False when memory is out. */
bool ts_set_stretches(const ts_set *set, ts_take_stretch take, void *context);

/* columns.c: how many numbers the set has in common with the bits. Where there are less than `at_least`, the
 * answer may be too small. */
uint64_t ts_sets_size_within(const ts_sets *sets, size_t index, const ts_bits *bits, uint64_t at_least);
/* Private to the sets: keeps the column in step with what was added to its set, or taken out. */
bool ts_sets_note_added(ts_sets *sets, size_t index, const uint32_t *numbers, size_t count);
void ts_sets_note_removed(ts_sets *sets, size_t index, uint32_t number);

#endif
