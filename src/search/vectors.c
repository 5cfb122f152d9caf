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

/* The largest magnitude; infinity where a value is not finite. */
static float largest_of(const float values[TS_INDEX_DIMS])
{
    float largest[16] = {0}, odd[16] = {0};
    for (size_t i = 0; i < TS_INDEX_DIMS; i += 16) {
        for (size_t k = 0; k < 16; k++) {
            float magnitude = fabsf(values[i + k]);
            largest[k] = magnitude > largest[k] ? magnitude : largest[k];
            odd[k] += values[i + k] * 0; /* not a number, and stays so */
        }
    }
    for (size_t k = 1; k < 16; k++) {
        largest[0] = fmaxf(largest[0], largest[k]);
        odd[0] += odd[k];
    }
    return odd[0] == 0 ? largest[0] : INFINITY;
}

#if defined(__x86_64__)
static __m128i rounded(const float *values, float largest)
{
    __m128 shares = _mm_div_ps(_mm_loadu_ps(values), _mm_set1_ps(largest));
    return _mm_cvtps_epi32(_mm_mul_ps(shares, _mm_set1_ps(127)));
}

static void to_bytes(const float values[TS_INDEX_DIMS], float largest, int8_t bytes[TS_INDEX_DIMS])
{
    for (size_t i = 0; i < TS_INDEX_DIMS; i += 16) {
        __m128i low = _mm_packs_epi32(rounded(values + i, largest), rounded(values + i + 4, largest));
        __m128i high = _mm_packs_epi32(rounded(values + i + 8, largest), rounded(values + i + 12, largest));
        _mm_storeu_si128((__m128i *)(void *)(bytes + i), _mm_packs_epi16(low, high));
    }
}
#else
static void to_bytes(const float values[TS_INDEX_DIMS], float largest, int8_t bytes[TS_INDEX_DIMS])
{
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) bytes[i] = (int8_t)lrintf(values[i] / largest * 127);
}
#endif

float ts_vector_store(const float *vector, size_t dims, float *space, int8_t bytes[TS_INDEX_DIMS])
{
    int32_t square = 0;
    project(vector, dims, space);
    float largest = largest_of(space);
    if (!(largest > 0) || !isfinite(largest)) return 0;
    to_bytes(space, largest, bytes);
    for (size_t i = 0; i < TS_INDEX_DIMS; i++) square += bytes[i] * bytes[i];
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

/* Sixteen floats, in as many registers as this processor needs for them. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));

/* Sixty-four sums stay in registers while all rows pass by. */
static inline __attribute__((always_inline)) void add_rows(float *sum, const float *const *rows,
                                                           const float *weights, size_t count, size_t dims)
{
    size_t at = 0;
    for (; at + 64 <= dims; at += 64) {
        lanes *out = (lanes *)(sum + at), a = out[0], b = out[1], c = out[2], d = out[3];
        for (size_t i = 0; i < count; i++) {
            const lanes *row = (const lanes *)(rows[i] + at);
            a += weights[i] * row[0];
            b += weights[i] * row[1];
            c += weights[i] * row[2];
            d += weights[i] * row[3];
        }
        out[0] = a, out[1] = b, out[2] = c, out[3] = d;
    }
    for (; at < dims; at++)
        for (size_t i = 0; i < count; i++) sum[at] += weights[i] * rows[i][at];
}

static void add_rows_plain(float *sum, const float *const *rows, const float *weights, size_t count,
                           size_t dims)
{
    add_rows(sum, rows, weights, count, dims);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static void add_rows_avx2(float *sum, const float *const *rows,
                                                              const float *weights, size_t count, size_t dims)
{
    add_rows(sum, rows, weights, count, dims);
}

__attribute__((target("avx512f,fma"))) static void
add_rows_avx512(float *sum, const float *const *rows, const float *weights, size_t count, size_t dims)
{
    add_rows(sum, rows, weights, count, dims);
}

ts_add_rows ts_add_rows_best(void)
{
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("fma")) return add_rows_plain;
    if (__builtin_cpu_supports("avx512f")) return add_rows_avx512;
    return __builtin_cpu_supports("avx2") ? add_rows_avx2 : add_rows_plain;
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
ts_add_rows ts_add_rows_best(void)
{
    return add_rows_plain;
}

ts_dot ts_dot_best(void)
{
    return ts_dot_plain;
}
#endif
