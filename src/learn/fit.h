/* Fits of raw scores to probabilities. Numbers in, parameters out; same input, same output. */
#ifndef TS_LEARN_FIT_H
#define TS_LEARN_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* A raw score beside the truth. */
typedef struct ts_scored {
    double raw; /* 0 to 1 */
    bool right;
} ts_scored;

/* p = sigmoid(slope * logit(raw) + offset), raw kept within 1e-6 of 0 and 1. */
typedef struct ts_platt {
    double slope, offset;
    double loss; /* mean negative log likelihood of the truth under it */
} ts_platt;

double ts_platt_of(const ts_platt *fit, double raw);

/* The likeliest slope and offset (Platt 1999, targets moved towards the middle as there, so that perfect separation stays
 * finite; Newton steps with halving after Lin, Lin and Weng 2007). TS_USAGE when one sort of truth is missing. */
bool ts_fit_platt(const ts_scored *scores, size_t count, ts_platt *out, ts_error *err);

/* The same with the offset held at 0: a temperature, slope = 1 / T. */
bool ts_fit_temperature(const ts_scored *scores, size_t count, ts_platt *out, ts_error *err);

/* Isotonic: the non-decreasing steps nearest to the truth in squares (pool adjacent violators). Knots have room for count;
 * between knots the value of the knot below holds, below the first the first's. */
typedef struct ts_knot {
    double raw, p;
} ts_knot;

bool ts_fit_isotonic(const ts_scored *scores, size_t count, ts_knot *knots, size_t *knot_count,
                     ts_error *err);
double ts_isotonic_of(const ts_knot *knots, size_t count, double raw);

#endif
