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

/* ---- small sets ---- */

/* How many of the numbers, 16 bits each, are among the 65536 bits. Four sums, so that they need not wait for
 * each other. */
typedef uint64_t (*prober)(const uint16_t *numbers, size_t count, const uint64_t *words);

static inline __attribute__((always_inline)) uint64_t probe(const uint16_t *numbers, size_t count,
                                                            const uint64_t *words)
{
    uint64_t sums[4] = {0};
    size_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (size_t k = 0; k < 4; k++) sums[k] += words[numbers[i + k] >> 6] >> (numbers[i + k] & 63) & 1;
    for (; i < count; i++) sums[0] += words[numbers[i] >> 6] >> (numbers[i] & 63) & 1;
    return sums[0] + sums[1] + sums[2] + sums[3];
}

static uint64_t probe_plain(const uint16_t *numbers, size_t count, const uint64_t *words)
{
    return probe(numbers, count, words);
}

#if defined(__x86_64__)
__attribute__((target("bmi2"))) static uint64_t probe_bmi2(const uint16_t *numbers, size_t count,
                                                           const uint64_t *words)
{
    return probe(numbers, count, words);
}

static prober best_prober(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("bmi2") ? probe_bmi2 : probe_plain;
}
#else
static prober best_prober(void)
{
    return probe_plain;
}
#endif

typedef struct tally {
    const ts_bits *bits;
    size_t size;       /* of the set */
    uint64_t at_least; /* less than this need not be known exactly */
    uint64_t found, seen;
} tally;

/* A stretch of the set's numbers, as the portable form has them. False: no more is worth reading. */
static bool tally_stretch(void *context, uint32_t stretch, const ts_stretch *numbers)
{
    tally *t = context;
    size_t from = (size_t)stretch * TS_STRETCH_WORDS;
    if (from < t->bits->count)
        t->found += numbers->words ? best_counter()(numbers->words, t->bits->words + from, TS_STRETCH_WORDS)
                                   : best_prober()(numbers->numbers, numbers->count, t->bits->words + from);
    t->seen += numbers->count;
    return t->found + (t->size - t->seen) >= t->at_least;
}

uint64_t ts_sets_size_within(const ts_sets *sets, size_t index, const ts_bits *bits, uint64_t at_least)
{
    const ts_bits *column = sets->columned && index < sets->count ? &sets->columns[index] : NULL;
    const ts_set *item = ts_sets_get(sets, index);
    if (!item) return 0;
    if (column && column->count)
        return best_counter()(column->words, bits->words,
                              column->count < bits->count ? column->count : bits->count);
    tally t = {.bits = bits, .size = ts_sets_size(sets, index), .at_least = at_least};
    return ts_set_stretches(item, tally_stretch, &t) ? t.found : 0;
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
