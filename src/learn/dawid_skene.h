/* Who is right, and who errs how: the truth of each item and every rater's way to err, learned from one
 * another.
 *
 * A. P. Dawid and A. M. Skene, "Maximum likelihood estimation of observer error-rates using the EM
 * algorithm", 1979: item i has one true value, k with probability prior[k]; rater r then says l with
 * probability confusion[r][k][l], whatever the others say. Expectation-maximisation from the shares of votes:
 * no drawing, the same ratings give the same answer, bit for bit. Products of many small probabilities are
 * sums of logarithms.
 *
 *   ts_dawid_skene fit;
 *   if (!ts_dawid_skene_fit(&ratings, NULL, NULL, arena, &fit, &err)) ...
 *   double sure = fit.posterior[item * fit.values + value];
 *
 * EM climbs to the hill that it starts on: where most people err in the same way, it believes them. Known
 * items (gold) help against that.
 */
#ifndef TS_LEARN_DAWID_SKENE_H
#define TS_LEARN_DAWID_SKENE_H

#include "base/arena.h"
#include "learn/agreement.h"

typedef struct ts_dawid_skene_options {
    /* Added to the expected count of every cell of prior and confusion: as if each had been seen so often
     * before. 0 is the method as published; a little keeps what was never seen from being impossible. Not
     * negative. */
    double smoothing;
    unsigned rounds;  /* at most; 1 or more */
    double tolerance; /* done when no posterior moves by more in a round */
} ts_dawid_skene_options;

/* What NULL means: 0.01, 1000 rounds, 1e-10. */
extern const ts_dawid_skene_options ts_dawid_skene_usual;

/* All arrays lie in the arena. */
typedef struct ts_dawid_skene {
    size_t items, raters, values;
    double *posterior; /* [item * values + value]; of an item without a rating the prior */
    double *prior;     /* [value] */
    double *confusion; /* [(rater * values + truth) * values + said]; 1 / values each where no rating tells */
    double log_likelihood; /* of the ratings and the known truths; not of the smoothing */
    unsigned rounds;
    bool converged;
} ts_dawid_skene;

#define TS_TRUTH_UNKNOWN UINT32_MAX

/* truth: by item its known value, or TS_TRUTH_UNKNOWN; NULL: none is known. One rater may rate an item
 * several times. O(rounds x (n v + items v + raters v^2)), memory for items v + 2 raters v^2 doubles.
 * TS_USAGE, TS_NO_MEMORY. */
bool ts_dawid_skene_fit(const ts_ratings *ratings, const uint32_t *truth,
                        const ts_dawid_skene_options *options, ts_arena *arena, ts_dawid_skene *out,
                        ts_error *err);

/* How often the rater is right on items as they come: sum over k of prior[k] confusion[rater][k][k]. */
double ts_dawid_skene_accuracy(const ts_dawid_skene *fit, size_t rater);

/* Per rater the 5 % and 95 % points of that accuracy, over `samples` samples of whole items drawn with
 * replacement, each fitted anew from where `fit` of the same ratings, truth and options ended (so that values
 * cannot change places). A sample without a rating of that rater says nothing of them; (NAN, NAN) where none
 * does. out: room for fit->raters. Same seed, same answer. Costs samples x the fit; memory for samples x
 * raters doubles. */
bool ts_dawid_skene_intervals(const ts_ratings *ratings, const uint32_t *truth,
                              const ts_dawid_skene_options *options, const ts_dawid_skene *fit,
                              unsigned samples, uint64_t seed, ts_interval *out, ts_error *err);

#endif
