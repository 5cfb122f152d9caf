/* Figures on judged claims: how good, and how honest, a machine's probabilities are.
 *
 *   ts_claim claims[] = {{.p = 0.9, .right = true, .group = 0}, {.p = 0.4, .right = false, .group = 1}};
 *   ts_confusion c = ts_confusion_at(claims, 2, 0.5);
 *   double recall = ts_share(c.hits, c.hits + c.misses);
 *
 * Numbers in, numbers out: this room knows no pictures, tags or files. Functions keep nothing and never change what they are
 * given, so any thread may call them.
 */
#ifndef TS_LEARN_FIGURES_H
#define TS_LEARN_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* One claim "this is there", surer or less sure, beside the truth. Claims of one group (a picture) depend on each other. */
typedef struct ts_claim {
    double p; /* 0 to 1 */
    bool right;
    uint32_t group;
} ts_claim;

typedef struct ts_interval {
    double low, high;
} ts_interval;

/* part / whole; 0 for nothing of nothing. */
double ts_share(size_t part, size_t whole);

/* E. B. Wilson (1927): interval of a share. z: 1.6449 for 90 %, 1.96 for 95 %. (0, 1) for nothing. */
ts_interval ts_wilson(size_t hits, size_t total, double z);

/* Claims of at least `line` are made, the others are not. */
typedef struct ts_confusion {
    size_t hits, false_alarms, misses, rest;
} ts_confusion;

ts_confusion ts_confusion_at(const ts_claim *claims, size_t count, double line);
double ts_precision(const ts_confusion *c);
double ts_recall(const ts_confusion *c);
double ts_f1(const ts_confusion *c); /* 2 hits / (2 hits + false alarms + misses) */

/* Sum over all lines of (recall gained) x precision, equal p being one line: the average precision of information retrieval,
 * without interpolation. NAN without a right claim. TS_NO_MEMORY. */
bool ts_average_precision(const ts_claim *claims, size_t count, double *out, ts_error *err);

/* Chance that a right claim is surer than a wrong one, a tie counting half (Mann-Whitney). NAN where one sort is missing. */
bool ts_roc_area(const ts_claim *claims, size_t count, double *out, ts_error *err);

/* A bin of the reliability diagram: p in [i / bins, (i + 1) / bins), 1 in the last. */
typedef struct ts_reliability {
    size_t count, right;
    double p; /* mean; 0 for an empty bin */
} ts_reliability;

/* Expected calibration error (Guo et al., 2017): the sum over the bins of their share of claims times
 * |mean p - share of right ones|. */
double ts_calibration_error(const ts_claim *claims, size_t count, ts_reliability *bins, size_t bin_count);

/* (1 / n) sum (p - right)^2 (Brier, 1950). */
double ts_brier(const ts_claim *claims, size_t count);

/* The curve of precision over recall: points from the surest line down, equal p being one point. out has room for count
 * points. Returns how many. */
typedef struct ts_curve_point {
    double line, precision, recall;
    size_t made; /* claims that reach the line */
} ts_curve_point;

bool ts_precision_curve(const ts_claim *claims, size_t count, ts_curve_point *out, size_t *points,
                        ts_error *err);

/* The lowest line from which on the claims that reach it are right at least so often, counting ties as one and asking for
 * `least` claims at all. False: no line does. */
bool ts_line_for_precision(const ts_claim *claims, size_t count, double wanted, size_t least, double *line,
                           ts_error *err);

/* 5 % and 95 % points of a figure over `rounds` samples of whole groups, drawn with replacement (Efron's percentile
 * bootstrap). figure: of claims that are in no order; NAN is left out. Same seed, same answer. */
typedef double (*ts_figure)(const ts_claim *claims, size_t count, void *context);

bool ts_bootstrap(const ts_claim *claims, size_t count, ts_figure figure, void *context, unsigned rounds,
                  uint64_t seed, ts_interval *out, ts_error *err);

#endif
