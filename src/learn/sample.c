/* learn: drawing samples with replacement, and the points of what they gave. */
#include "learn/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

uint64_t ts_sample_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void ts_sample_draw(uint64_t *state, uint32_t *times, size_t count)
{
    if (count) memset(times, 0, count * sizeof *times);
    for (size_t i = 0; i < count; i++) times[ts_sample_next(state) % count]++;
}

static int by_value(const void *pa, const void *pb)
{
    const double *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

ts_interval ts_sample_interval(double *values, size_t count)
{
    if (count == 0) return (ts_interval){NAN, NAN};
    qsort(values, count, sizeof *values, by_value);
    return (ts_interval){values[(size_t)(0.05 * (double)(count - 1))],
                         values[(size_t)ceil(0.95 * (double)(count - 1))]};
}
