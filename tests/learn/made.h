/* 200 claims made by a rule, so that other programs can make the same: a linear congruential generator, every third p
 * rounded to twentieths so that there are ties. */
#ifndef TS_TESTS_LEARN_MADE_H
#define TS_TESTS_LEARN_MADE_H

#include <math.h>

#include "learn/figures.h"
#include "tests/support/support.h"

/* cmocka compares floats only. */
static inline void assert_near(double a, double b, double gap)
{
    if (fabs(a - b) > gap) print_error("%.17g != %.17g\n", a, b);
    assert_true(fabs(a - b) <= gap);
}

enum { made_count = 200 };

static inline double made_random(uint64_t *state)
{
    *state = (*state * 1103515245 + 12345) % (UINT64_C(1) << 31);
    return (double)((*state >> 8) % 1000) / 1000;
}

static inline void make_claims(ts_claim *claims)
{
    uint64_t state = 12345;
    for (uint32_t i = 0; i < made_count; i++) {
        double a = made_random(&state), b = made_random(&state);
        claims[i] = (ts_claim){i % 3 == 0 ? nearbyint(a * 20) / 20 : a, b < a * a, i / 4};
    }
}

#endif
