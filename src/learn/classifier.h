/* A classifier from examples: logistic regression whose regularisation is chosen, and whose probabilities are made honest,
 * on examples that it has not seen.
 *
 * The examples are dealt into at most five parts, class by class. For each strength of ts_classifier_strengths every part
 * is judged by a fit of the others; the strength with the least loss, after one temperature for all parts, is taken, and
 * the weights come from all examples. Class-balanced throughout. Numbers in, numbers out; same input, same output.
 */
#ifndef TS_LEARN_CLASSIFIER_H
#define TS_LEARN_CLASSIFIER_H

#include "base/arena.h"
#include "learn/logistic.h"

enum { TS_CLASSIFIER_STRENGTHS = 3, TS_CLASSIFIER_PARTS = 5 };
extern const double ts_classifier_strengths[TS_CLASSIFIER_STRENGTHS];

typedef struct ts_classifier {
    size_t width, class_count;
    const double *weights; /* class_count x (width + 1), the bias last in each row */
    double scale;          /* 1 / temperature: p = softmax(scale * (W x + b)) */
    double c;
} ts_classifier;

/* How it did on parts that it had not seen. */
typedef struct ts_held_out {
    unsigned
        parts; /* 0: a class has one example alone; c and scale are then usual ones, nothing was judged */
    const double *probabilities;            /* count x class_count, or NULL */
    double losses[TS_CLASSIFIER_STRENGTHS]; /* mean -log p of the right class, each class counting the same */
} ts_held_out;

/* Everything lives in the arena. As ts_logistic_fit. */
bool ts_classifier_train(const ts_examples *examples, ts_arena *arena, ts_classifier *out,
                         ts_held_out *held_out, ts_error *err);

/* class_count probabilities into out. */
void ts_classifier_judge(const ts_classifier *classifier, const float *row, double *out);

/* The place of the largest. */
size_t ts_likeliest(const double *probabilities, size_t count);

/* Part of each example, 0 to parts - 1: each class spread evenly, in an order that the seed makes. */
bool ts_deal(const ts_examples *examples, unsigned parts, uint64_t seed, unsigned *out, ts_error *err);

#endif
