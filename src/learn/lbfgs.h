/* Private to learn: the lowest place of a smooth function by L-BFGS (Nocedal, 1980; Liu and Nocedal, 1989). Any thread. */
#ifndef TS_LEARN_LBFGS_H
#define TS_LEARN_LBFGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ts_descent {
    double (*look)(void *context, const double *at, double *slope); /* the value there; fills slope */
    void *context;
    size_t size;
    double tolerance; /* done where no part of the slope is larger */
    unsigned steps_max;
    unsigned steps; /* out, as the rest */
    double value, slope;
    bool converged;
} ts_descent;

/* at: where to begin, and where it ended. TS_NO_MEMORY. Not to have converged is no error. */
bool ts_descend(ts_descent *descent, double *at, ts_error *err);

#endif
