/* image: the resampler's inner loops, plain and SSE2/AVX2 with the same arithmetic bit for bit. Knows nothing
 * of pictures: rows of samples in, rows of samples out.
 *
 * All products are "high halves" of 16 x 16 bits: (a << 8) * w >> 16 keeps eight fraction bits in a 16-bit
 * lane, so that no step needs 32-bit lanes. Each tap truncates by up to 1/256 level; rounding adds half of
 * that back. */
#include "image/resample.h"

#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#define BYTES_A_PIXEL 4

static inline uint16_t scaled(uint32_t sample, uint16_t weight)
{
    return (uint16_t)(sample * weight >> 16);
}

static void blend_plain(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps,
                        uint16_t *out, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        uint16_t sum = 0;
        for (size_t t = 0; t < taps; t++) {
            sum = (uint16_t)(sum + scaled((uint32_t)rows[t * stride + i] << 8, weights[t]));
        }
        out[i] = sum;
    }
}

/* Half of what truncation is expected to lose over so many taps, and the half for rounding. */
static inline uint16_t rounding_of(size_t taps)
{
    return (uint16_t)(128 + (taps < 128 ? taps / 2 : 64));
}

/* b | g << 8 | r << 16 | x << 24 into three bytes; all but the last pixel of a row may write a fourth. */
static inline void put_pixel(uint8_t *out, uint32_t bgrx, bool bgr, bool last)
{
    uint32_t packed = bgr ? bgrx : __builtin_bswap32(bgrx) >> 8;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    packed = __builtin_bswap32(packed);
#endif
    memcpy(out, &packed, last ? 3 : 4);
}

#if defined(__SSE2__)

static inline __m128i load16(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

static void blend16_sse2(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps,
                         uint16_t *out)
{
    const __m128i zero = _mm_setzero_si128();
    __m128i low = zero, high = zero;
    for (size_t t = 0; t < taps; t++, rows += stride) {
        const __m128i weight = _mm_set1_epi16((short)weights[t]);
        const __m128i bytes = load16(rows);
        low = _mm_add_epi16(low, _mm_mulhi_epu16(_mm_unpacklo_epi8(zero, bytes), weight));
        high = _mm_add_epi16(high, _mm_mulhi_epu16(_mm_unpackhi_epi8(zero, bytes), weight));
    }
    _mm_storeu_si128((__m128i *)out, low);
    _mm_storeu_si128((__m128i *)(out + 8), high);
}

static void blend_sse2(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps,
                       uint16_t *out, size_t samples)
{
    for (size_t i = 0; i + 16 <= samples; i += 16) blend16_sse2(rows + i, stride, weights, taps, out + i);
    /* the rest once more from the end: rows overlap themselves, the result is the same */
    if (samples % 16) blend16_sse2(rows + samples - 16, stride, weights, taps, out + samples - 16);
}

__attribute__((target("avx2"))) static void blend_avx2(const uint8_t *rows, size_t stride,
                                                       const uint16_t *weights, size_t taps, uint16_t *out,
                                                       size_t samples)
{
    const __m256i zero = _mm256_setzero_si256();
    for (size_t i = 0; i < samples; i += 32) {
        if (i + 32 > samples) i = samples - 32;
        __m256i low = zero, high = zero;
        const uint8_t *row = rows + i;
        for (size_t t = 0; t < taps; t++, row += stride) {
            const __m256i weight = _mm256_set1_epi16((short)weights[t]);
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)row);
            const __m256i first = _mm256_unpacklo_epi8(zero, bytes);
            const __m256i second = _mm256_unpackhi_epi8(zero, bytes);
            low = _mm256_add_epi16(low, _mm256_mulhi_epu16(first, weight));
            high = _mm256_add_epi16(high, _mm256_mulhi_epu16(second, weight));
        }
        /* unpacking works in halves of 128 bits: put them in order */
        _mm256_storeu_si256((__m256i *)(out + i), _mm256_permute2x128_si256(low, high, 0x20));
        _mm256_storeu_si256((__m256i *)(out + i + 16), _mm256_permute2x128_si256(low, high, 0x31));
    }
}

void ts_rows_blend(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps, uint16_t *out,
                   size_t samples)
{
    if (samples >= 32 && __builtin_cpu_supports("avx2")) {
        blend_avx2(rows, stride, weights, taps, out, samples);
    } else if (samples >= 16) {
        blend_sse2(rows, stride, weights, taps, out, samples);
    } else {
        blend_plain(rows, stride, weights, taps, out, 0, samples);
    }
}

/* Two taps a step: eight lanes are two neighbouring pixels of four samples. */
static void reduce_sse2(const uint16_t *row, const uint32_t *starts, const uint16_t *weights, size_t taps,
                        size_t count, bool bgr, uint8_t *out)
{
    const __m128i rounding = _mm_set1_epi16((short)rounding_of(taps));
    for (size_t i = 0; i < count; i++, out += 3) {
        const uint16_t *from = row + (size_t)starts[i] * BYTES_A_PIXEL;
        __m128i sum = _mm_setzero_si128();
        for (size_t t = 0; t < taps; t += 2, from += 2 * BYTES_A_PIXEL, weights += 2 * BYTES_A_PIXEL) {
            sum = _mm_add_epi16(sum, _mm_mulhi_epu16(load16(from), load16(weights)));
        }
        sum = _mm_add_epi16(sum, _mm_srli_si128(sum, 8));
        sum = _mm_srli_epi16(_mm_adds_epu16(sum, rounding), 8);
        put_pixel(out, (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(sum, sum)), bgr, i + 1 == count);
    }
}

__attribute__((target("avx2"))) static inline __m256i filter_avx2(const uint16_t *from,
                                                                  const uint16_t *weights, size_t taps)
{
    __m256i sum = _mm256_setzero_si256();
    for (size_t t = 0; t < taps; t += 4) {
        const __m256i samples = _mm256_loadu_si256((const __m256i *)(from + t * BYTES_A_PIXEL));
        const __m256i weight = _mm256_loadu_si256((const __m256i *)(weights + t * BYTES_A_PIXEL));
        sum = _mm256_add_epi16(sum, _mm256_mulhi_epu16(samples, weight));
    }
    return sum;
}

/* Four output pixels a step, folded together at the end. Returns how many pixels were made: the last ones are
 * left, because each store writes four bytes too many. */
__attribute__((target("avx2"))) static size_t reduce_avx2(const uint16_t *row, const uint32_t *starts,
                                                          const uint16_t *weights, size_t taps, size_t count,
                                                          bool bgr, uint8_t *out)
{
    const __m256i rounding = _mm256_set1_epi16((short)rounding_of(taps));
    const __m128i order = bgr ? _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)
                              : _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const size_t lane = taps * BYTES_A_PIXEL;
    size_t i = 0;
    for (; i + 6 <= count; i += 4, weights += 4 * lane) {
        __m256i p0 = filter_avx2(row + (size_t)starts[i] * BYTES_A_PIXEL, weights, taps);
        __m256i p1 = filter_avx2(row + (size_t)starts[i + 1] * BYTES_A_PIXEL, weights + lane, taps);
        __m256i p2 = filter_avx2(row + (size_t)starts[i + 2] * BYTES_A_PIXEL, weights + 2 * lane, taps);
        __m256i p3 = filter_avx2(row + (size_t)starts[i + 3] * BYTES_A_PIXEL, weights + 3 * lane, taps);
        p0 = _mm256_add_epi16(_mm256_unpacklo_epi64(p0, p1), _mm256_unpackhi_epi64(p0, p1));
        p2 = _mm256_add_epi16(_mm256_unpacklo_epi64(p2, p3), _mm256_unpackhi_epi64(p2, p3));
        __m256i sum = _mm256_add_epi16(_mm256_permute2x128_si256(p0, p2, 0x20),
                                       _mm256_permute2x128_si256(p0, p2, 0x31));
        sum = _mm256_srli_epi16(_mm256_adds_epu16(sum, rounding), 8);
        const __m128i bytes = _mm_packus_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
        _mm_storeu_si128((__m128i *)(out + i * 3), _mm_shuffle_epi8(bytes, order));
    }
    return i;
}

void ts_row_reduce(const uint16_t *row, const uint32_t *starts, const uint16_t *weights, size_t taps,
                   size_t count, bool bgr, uint8_t *out)
{
    size_t made = 0;
    if (__builtin_cpu_supports("avx2")) made = reduce_avx2(row, starts, weights, taps, count, bgr, out);
    reduce_sse2(row, starts + made, weights + made * taps * BYTES_A_PIXEL, taps, count - made, bgr,
                out + made * 3);
}

#else

void ts_rows_blend(const uint8_t *rows, size_t stride, const uint16_t *weights, size_t taps, uint16_t *out,
                   size_t samples)
{
    blend_plain(rows, stride, weights, taps, out, 0, samples);
}

static uint8_t reduce_plain(const uint16_t *from, const uint16_t *weights, size_t taps)
{
    uint32_t sum = rounding_of(taps);
    for (size_t t = 0; t < taps; t++) sum += scaled(from[t * BYTES_A_PIXEL], weights[t * BYTES_A_PIXEL]);
    return (uint8_t)((sum > 65535 ? 65535 : sum) >> 8);
}

void ts_row_reduce(const uint16_t *row, const uint32_t *starts, const uint16_t *weights, size_t taps,
                   size_t count, bool bgr, uint8_t *out)
{
    for (size_t i = 0; i < count; i++, out += 3, weights += taps * BYTES_A_PIXEL) {
        const uint16_t *from = row + (size_t)starts[i] * BYTES_A_PIXEL;
        uint32_t bgrx = 0;
        for (unsigned c = 0; c < 3; c++) bgrx |= (uint32_t)reduce_plain(from + c, weights, taps) << (8 * c);
        put_pixel(out, bgrx, bgr, i + 1 == count);
    }
}

#endif
