/* image: the perceptual hash; its definition stands in phash.h. Must not know files or catalogues. */
#include "image/phash.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"

enum { SIDE = 32, KEPT = 8 };

/* Below this every coefficient is rounding: the picture is one even field. */
static const float even_field = 0.5f;

/* The rows 1..8 of the DCT-II matrix, without the common factor, which no comparison needs. */
static void make_waves(float waves[KEPT][SIDE])
{
    for (int u = 0; u < KEPT; u++)
        for (int x = 0; x < SIDE; x++)
            waves[u][x] = (float)cos(3.14159265358979323846 * (2 * x + 1) * (u + 1) / (2.0 * SIDE));
}

static void make_grey(const uint8_t *rgb, float grey[SIDE][SIDE])
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++, rgb += 3)
            grey[y][x] = 0.299f * (float)rgb[0] + 0.587f * (float)rgb[1] + 0.114f * (float)rgb[2];
}

static void transform(float grey[SIDE][SIDE], float waves[KEPT][SIDE], float out[KEPT * KEPT])
{
    float columns[KEPT][SIDE]; /* u downwards, x as it was */
    for (int u = 0; u < KEPT; u++)
        for (int x = 0; x < SIDE; x++) {
            float sum = 0;
            for (int y = 0; y < SIDE; y++) sum += waves[u][y] * grey[y][x];
            columns[u][x] = sum;
        }
    for (int u = 0; u < KEPT; u++)
        for (int v = 0; v < KEPT; v++) {
            float sum = 0;
            for (int x = 0; x < SIDE; x++) sum += waves[v][x] * columns[u][x];
            out[u * KEPT + v] = sum;
        }
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float median(const float *values)
{
    float sorted[KEPT * KEPT];
    for (int i = 0; i < KEPT * KEPT; i++) sorted[i] = values[i];
    qsort(sorted, KEPT * KEPT, sizeof *sorted, by_value);
    return (sorted[KEPT * KEPT / 2 - 1] + sorted[KEPT * KEPT / 2]) / 2;
}

bool ts_phash(const ts_pixels *pixels, uint64_t *hash, ts_error *err)
{
    uint8_t rgb[SIDE * SIDE * 3];
    float grey[SIDE][SIDE], waves[KEPT][SIDE], values[KEPT * KEPT];
    ts_view_spec spec = {.width = SIDE, .height = SIDE, .fit = TS_FIT_STRETCH};
    if (!ts_view_make(pixels, &spec, rgb, NULL, err)) return false;
    make_grey(rgb, grey);
    make_waves(waves);
    transform(grey, waves, values);
    float middle = median(values), largest = 0;
    uint64_t bits = 0;
    for (unsigned i = 0; i < KEPT * KEPT; i++) {
        largest = fmaxf(largest, fabsf(values[i]));
        if (values[i] > middle) bits |= UINT64_C(1) << i;
    }
    *hash = largest < even_field ? 0 : bits;
    return true;
}

unsigned ts_phash_distance(uint64_t a, uint64_t b)
{
    return (unsigned)__builtin_popcountll(a ^ b);
}
