/* search: large sets as plain bits beside their compressed form, for counting what they share with a result.
 * The packaged library of compressed sets is built for the oldest processors and counts bits by arithmetic;
 * here the processor does it. Knows no terms. */
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "search/sets.h"

enum {
    SHARE = 64,   /* a column costs an eighth of a byte a number; one number in SHARE makes it worth that */
    LEAST = 2048, /* smaller sets are quick anyway */
};

/* ---- counting ---- */

typedef uint64_t (*counter)(const uint64_t *a, const uint64_t *b, size_t words);

static uint64_t count_plain(const uint64_t *a, const uint64_t *b, size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; i++) count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

#if defined(__x86_64__)
__attribute__((target("popcnt"))) static uint64_t count_popcnt(const uint64_t *a, const uint64_t *b,
                                                               size_t words)
{
    uint64_t count = 0;
    for (size_t i = 0; i < words; i++) count += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return count;
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static uint64_t
count_avx512(const uint64_t *a, const uint64_t *b, size_t words)
{
    __m512i counts = _mm512_setzero_si512();
    for (size_t i = 0; i < words; i += 8) /* columns are whole containers of 1024 words */
        counts = _mm512_add_epi64(counts, _mm512_popcnt_epi64(_mm512_and_si512(_mm512_loadu_si512(a + i),
                                                                               _mm512_loadu_si512(b + i))));
    return (uint64_t)_mm512_reduce_add_epi64(counts);
}

static counter best_counter(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vpopcntdq")) return count_avx512;
    return __builtin_cpu_supports("popcnt") ? count_popcnt : count_plain;
}
#else
static counter best_counter(void)
{
    return count_plain;
}
#endif

uint64_t ts_sets_size_within(const ts_sets *sets, size_t index, const ts_set *set, const ts_bits *bits)
{
    const ts_bits *column = sets->columned && index < sets->count ? &sets->columns[index] : NULL;
    const ts_set *item = ts_sets_get(sets, index);
    if (!column || !column->count) return item ? roaring_bitmap_and_cardinality(item, set) : 0;
    return best_counter()(column->words, bits->words,
                          column->count < bits->count ? column->count : bits->count);
}

/* ---- keeping step ---- */

static bool reach(ts_bits *column, uint32_t number)
{
    ts_bits longer;
    if (number >> 6 < column->count) return true;
    if (!ts_bits_make(&longer, (size_t)number + 1)) return false;
    memcpy(longer.words, column->words, column->count * sizeof *column->words);
    ts_bits_free(column);
    *column = longer;
    return true;
}

bool ts_sets_note_added(ts_sets *sets, size_t index, const uint32_t *numbers, size_t count)
{
    if (!sets->columned) return true;
    ts_bits *column = &sets->columns[index];
    uint32_t size = sets->sizes[index], last = numbers[count - 1];
    if (!column->count && (size < LEAST || size < last / SHARE)) return true;
    if (!column->count) return ts_bits_of_set(column, sets->items[index], 0);
    if (!reach(column, last)) return false;
    for (size_t i = 0; i < count; i++) ts_bits_add(column, numbers[i]);
    return true;
}

void ts_sets_note_removed(ts_sets *sets, size_t index, uint32_t number)
{
    ts_bits *column = sets->columned ? &sets->columns[index] : NULL;
    if (!column || number >> 6 >= column->count) return;
    column->words[number >> 6] &= ~(UINT64_C(1) << (number & 63));
    if (sets->sizes[index] < LEAST / 2) ts_bits_free(column);
}
