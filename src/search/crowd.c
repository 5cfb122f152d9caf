/* search: how many concepts a picture's meaning lies near.
 *
 * Where concepts stand close together (breeds of dogs, rooms with furniture) a picture of them is near to every
 * question, and comes before others that fit better. So what it has in common with the concepts nearest to it is
 * held against it (CSLS: Conneau et al., Word translation without parallel data, 2018). The sum of the concepts' cosines
 * with its own concepts, weighed as in its meaning, tells that without a vector of the picture. */
#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "search/meaning.h"

enum { NEIGHBOURS = 10, STEP = 64, MEMBERS = 64 };

typedef struct members {
    const int8_t *rows[MEMBERS];
    int32_t weights[MEMBERS];
    size_t count;
} members;

static void add_plain(const members *m, size_t stride, int32_t *sums)
{
    memset(sums, 0, stride * sizeof *sums);
    for (size_t i = 0; i < m->count; i++)
        for (size_t k = 0; k < stride; k++) sums[k] += m->weights[i] * m->rows[i][k];
}

/* Sixty-four sums stay in registers while all rows pass by, which they only do in loops that are unrolled. */
#if defined(__x86_64__)
__attribute__((target("avx2"))) static void add_avx2(const members *m, size_t stride, int32_t *sums)
{
    for (size_t at = 0; at < stride; at += STEP) {
        __m256i all[8];
        _Pragma("GCC unroll 8") for (size_t k = 0; k < 8; k++) all[k] = _mm256_setzero_si256();
        for (size_t i = 0; i < m->count; i++) {
            __m256i weight = _mm256_set1_epi32(m->weights[i]);
            _Pragma("GCC unroll 8") for (size_t k = 0; k < 8; k++)
            {
                __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(m->rows[i] + at + 8 * k));
                all[k] = _mm256_add_epi32(all[k], _mm256_mullo_epi32(weight, _mm256_cvtepi8_epi32(bytes)));
            }
        }
        _Pragma("GCC unroll 8") for (size_t k = 0; k < 8; k++)
            _mm256_storeu_si256((__m256i *)(void *)(sums + at + 8 * k), all[k]);
    }
}

__attribute__((target("avx512f"))) static void add_avx512(const members *m, size_t stride, int32_t *sums)
{
    for (size_t at = 0; at < stride; at += STEP) {
        __m512i all[4];
        _Pragma("GCC unroll 8") for (size_t k = 0; k < 4; k++) all[k] = _mm512_setzero_si512();
        for (size_t i = 0; i < m->count; i++) {
            __m512i weight = _mm512_set1_epi32(m->weights[i]);
            _Pragma("GCC unroll 8") for (size_t k = 0; k < 4; k++)
            {
                __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(m->rows[i] + at + 16 * k));
                all[k] = _mm512_add_epi32(all[k], _mm512_mullo_epi32(weight, _mm512_cvtepi8_epi32(bytes)));
            }
        }
        _Pragma("GCC unroll 8") for (size_t k = 0; k < 4; k++)
            _mm512_storeu_si512(sums + at + 16 * k, all[k]);
    }
}

static void add_best(const members *m, size_t stride, int32_t *sums)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) add_avx512(m, stride, sums);
    else if (__builtin_cpu_supports("avx2")) add_avx2(m, stride, sums);
    else add_plain(m, stride, sums);
}
#else
static void add_best(const members *m, size_t stride, int32_t *sums)
{
    add_plain(m, stride, sums);
}
#endif

static void join(const ts_index *index, const uint32_t *tags, size_t count, members *m)
{
    for (size_t i = 0; i < count && m->count < MEMBERS; i++) {
        int32_t weight = (int32_t)lrintf(255 * ts_tag_weight(index, tags[i]));
        if (!weight) continue;
        m->rows[m->count] = index->matrix.nearness + TS_TAG_TERM(tags[i]) * index->matrix.stride;
        m->weights[m->count++] = weight;
    }
}

/* Of the largest; those that there are not count nothing. */
static float mean_of_largest(const int32_t *sums, size_t count)
{
    int32_t largest[NEIGHBOURS] = {0};
    int64_t all = 0;
    for (size_t i = 0; i < count; i++) {
        if (sums[i] <= largest[0]) continue;
        size_t at = 0; /* the least comes first */
        for (; at + 1 < NEIGHBOURS && largest[at + 1] < sums[i]; at++) largest[at] = largest[at + 1];
        largest[at] = sums[i];
    }
    for (size_t i = 0; i < NEIGHBOURS; i++) all += largest[i];
    return (float)all / NEIGHBOURS;
}

float ts_meaning_crowd(const ts_index *index, uint32_t number, int32_t *space)
{
    float scale = ts_block_of(index, number)->whole_scale[number % TS_BLOCK_ROWS];
    if (!(scale > 0)) return 0;
    members m = {.count = 0};
    ts_lists lists = ts_lists_of(index, number);
    join(index, lists.tags, ts_block_of(index, number)->places[number % TS_BLOCK_ROWS].spoken, &m);
    join(index, lists.hunches, lists.hunch_count, &m);
    add_best(&m, index->matrix.stride, space);
    return mean_of_largest(space, index->concepts) * scale / (127 * 255);
}
