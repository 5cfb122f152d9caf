/* Multinomial logistic regression with an L2 penalty, by L-BFGS. Numbers in, numbers out; same input, same output.
 *
 *   ts_examples examples = {.rows = rows, .count = 50, .width = 1280, .classes = classes, .class_count = 10};
 *   bool ok = ts_logistic_fit(&examples, &(ts_logistic_options){.c = 10, .balanced = true}, weights, &result, &err);
 *
 * What is made small is scikit-learn's
 *
 *   c * sum_i s_i * -log p_i(class of i) + 1/2 sum of squares of all weights but the biases,   p = softmax(W x + b)
 *
 * with s_i = 1, or count / (class_count * examples of that class) where balanced: the weights are those of its
 * LogisticRegression for three classes and more. It has one row of weights for two classes, whose c is twice ours.
 * Any thread.
 */
#ifndef TS_LEARN_LOGISTIC_H
#define TS_LEARN_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_examples {
    const float *rows; /* count x width, finite */
    size_t count, width;
    const uint32_t *classes; /* of each row, below class_count; every class has a row at least */
    size_t class_count;      /* 2 and more */
} ts_examples;

typedef struct ts_logistic_options {
    double c; /* above 0: the larger, the less the weights are held back */
    bool balanced;
    double
        tolerance; /* of the largest part of the slope, of the mean loss; 0: 1e-4, scikit-learn's default */
    unsigned steps_max; /* 0: 1000 */
} ts_logistic_options;

typedef struct ts_logistic_result {
    unsigned steps;
    double loss;  /* what was made small, divided by c and the sum of s */
    double slope; /* its largest part there */
    bool converged;
} ts_logistic_result;

/* weights: class_count x (width + 1), the bias last in each row; where to begin (zeros, or a fit of another c), and out.
 * TS_USAGE for a class without examples, one class alone or a c that is not above 0; TS_NO_MEMORY. result may be NULL. */
bool ts_logistic_fit(const ts_examples *examples, const ts_logistic_options *options, double *weights,
                     ts_logistic_result *result, ts_error *err);

/* W x + b: class_count scores into out. */
void ts_logistic_scores(const double *weights, size_t width, size_t class_count, const float *row,
                        double *out);

/* exp(scale * score) over their sum, in place and without overflow. Returns the log of that sum. */
double ts_softmax(double *scores, size_t count, double scale);

#endif
