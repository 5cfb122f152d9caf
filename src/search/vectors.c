/* search: projects, stores and multiplies vectors. Knows no picture. */
#include "search/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

static size_t power_of_two(size_t dims)
{
    size_t n = TS_INDEX_DIMS;
    while (n < dims) n *= 2;
    return n;
}

float *ts_projection_space(size_t dims)
{
    if (dims > TS_VECTOR_DIMS_MAX) return NULL;
    return malloc(power_of_two(dims) * sizeof(float));
}

/* Fixed for ever: stored vectors must mean the same after an update. SplitMix64 of the place. */
static float sign_of(uint64_t place)
{
    uint64_t x = place * UINT64_C(0x9e3779b97f4a7c15) + UINT64_C(0x7461677369676e73);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return (x ^ x >> 31) & 1 ? 1.0f : -1.0f;
}

static void hadamard(float *x, size_t n)
{
    for (size_t half = 1; half < n; half *= 2) {
        for (size_t i = 0; i < n; i += 2 * half) {
            for (size_t k = i; k < i + half; k++) {
                float a = x[k], b = x[k + half];
                x[k] = a + b;
                x[k + half] = a - b;
            }
        }
    }
}

static void project(const float *vector, size_t dims, float *space)
{
    size_t n = power_of_two(dims);
    memcpy(space, vector, dims * sizeof *space);
    memset(space + dims, 0, (n - dims) * sizeof *space);
    if (n == TS_INDEX_DIMS) return;
    for (size_t i = 0; i < dims; i++) space[i] *= sign_of(i);
    hadamard(space, n);
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) {
        float sum = 0;
        for (size_t k = i; k < n; k += TS_INDEX_DIMS) sum += space[k] * sign_of(n + k);
        space[i] = sum;
    }
}

float ts_vector_store(const float *vector, size_t dims, float *space, int8_t bytes[TS_INDEX_DIMS])
{
    float largest = 0;
    int64_t square = 0;
    project(vector, dims, space);
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) {
        if (!isfinite(space[i])) return 0;
        largest = fmaxf(largest, fabsf(space[i]));
    }
    if (!(largest > 0)) return 0;
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) {
        bytes[i] = (int8_t)lrintf(space[i] / largest * 127);
        square += bytes[i] * bytes[i];
    }
    return square ? (float)(1 / sqrt((double)square)) : 0;
}

float ts_dot_floats(const float *a, const float *b, size_t count)
{
    float sums[16] = {0}, sum = 0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        for (size_t k = 0; k < 16; k++) sums[k] += a[i + k] * b[i + k];
    for (; i < count; i++) sum += a[i] * b[i];
    for (size_t k = 0; k < 16; k++) sum += sums[k];
    return sum;
}

void ts_vector_query_make(ts_vector_query *query, const int8_t bytes[TS_INDEX_DIMS], float scale)
{
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) query->values[i] = (int16_t)(int)bytes[i];
    query->scale = scale;
}

int32_t ts_dot_plain(const int16_t *query, const int8_t *row)
{
    int32_t sum = 0;
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) sum += query[i] * row[i];
    return sum;
}

static void add_scaled_plain(float *sum, const float *row, float weight, size_t count)
{
    for (size_t i = 0; i < count; i++) sum[i] += weight * row[i];
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void add_scaled_avx2(float *sum, const float *row, float weight,
                                                                size_t count)
{
    size_t i = 0;
    __m256 w = _mm256_set1_ps(weight);
    for (; i + 8 <= count; i += 8)
        _mm256_storeu_ps(sum + i, _mm256_fmadd_ps(w, _mm256_loadu_ps(row + i), _mm256_loadu_ps(sum + i)));
    for (; i < count; i++) sum[i] += weight * row[i];
}

ts_add_scaled ts_add_scaled_best(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? add_scaled_avx2
                                                                           : add_scaled_plain;
}

__attribute__((target("avx2"))) static int32_t dot_avx2(const int16_t *query, const int8_t *row)
{
    __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t i = 0; i < TS_INDEX_DIMS; i += 32) {
        for (size_t k = 0; k < 2; k++) {
            __m256i r =
                _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)(const void *)(row + i + 16 * k)));
            __m256i q = _mm256_load_si256((const __m256i *)(const void *)(query + i + 16 * k));
            sums[k] = _mm256_add_epi32(sums[k], _mm256_madd_epi16(r, q));
        }
    }
    __m256i sum = _mm256_add_epi32(sums[0], sums[1]);
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
    return _mm_cvtsi128_si32(half);
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static int32_t dot_vnni(const int16_t *query,
                                                                                        const int8_t *row)
{
    __m512i sums[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    for (size_t i = 0; i < TS_INDEX_DIMS; i += 64) {
        for (size_t k = 0; k < 2; k++) {
            __m512i r =
                _mm512_cvtepi8_epi16(_mm256_load_si256((const __m256i *)(const void *)(row + i + 32 * k)));
            __m512i q = _mm512_load_si512((const void *)(query + i + 32 * k));
            sums[k] = _mm512_dpwssd_epi32(sums[k], r, q);
        }
    }
    return _mm512_reduce_add_epi32(_mm512_add_epi32(sums[0], sums[1]));
}

ts_dot ts_dot_best(void)
{
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
        return dot_vnni;
    return __builtin_cpu_supports("avx2") ? dot_avx2 : ts_dot_plain;
}
#else
ts_add_scaled ts_add_scaled_best(void)
{
    return add_scaled_plain;
}

ts_dot ts_dot_best(void)
{
    return ts_dot_plain;
}
#endif
