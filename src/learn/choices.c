/* learn: how many choices between classes are right, and how far that may be off. */
#include "learn/choices.h"

#include <stdlib.h>
#include <string.h>

#include "learn/sample.h"

enum { rounds = 1000, bins = 10 };

double ts_accuracy(const ts_choice *choices, size_t count)
{
    size_t right = 0;
    for (size_t i = 0; i < count; i++) right += choices[i].truth == choices[i].said;
    return ts_share(right, count);
}

/* sums: room for two numbers a class. */
static double balanced(const ts_choice *choices, size_t count, size_t class_count, size_t *sums)
{
    double shares = 0;
    size_t classes = 0;
    memset(sums, 0, 2 * class_count * sizeof *sums);
    for (size_t i = 0; i < count; i++) {
        sums[2 * choices[i].truth]++;
        sums[2 * choices[i].truth + 1] += choices[i].truth == choices[i].said;
    }
    for (size_t k = 0; k < class_count; k++) {
        classes += sums[2 * k] > 0;
        shares += ts_share(sums[2 * k + 1], sums[2 * k]);
    }
    return classes ? shares / (double)classes : 0;
}

bool ts_balanced_accuracy(const ts_choice *choices, size_t count, size_t class_count, double *out,
                          ts_error *err)
{
    size_t *sums = calloc(2 * class_count + 1, sizeof *sums);
    if (!sums) return ts_fail_memory(err);
    *out = balanced(choices, count, class_count, sums);
    free(sums);
    return true;
}

/* ---- intervals --------------------------------------------------------------------------------------------------------- */

typedef struct drawing {
    ts_choice *drawn;
    size_t *sums;
    double *accuracies, *balanced;
} drawing;

static int by_value(const void *pa, const void *pb)
{
    const double *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

static ts_interval middle_95(double *values)
{
    qsort(values, rounds, sizeof *values, by_value);
    return (ts_interval){values[rounds / 40], values[rounds - 1 - rounds / 40]};
}

static void draw(const drawing *d, const ts_choice *choices, size_t count, size_t class_count)
{
    uint64_t state = 1;
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) d->drawn[i] = choices[ts_sample_next(&state) % count];
        d->accuracies[round] = ts_accuracy(d->drawn, count);
        d->balanced[round] = balanced(d->drawn, count, class_count, d->sums);
    }
}

static bool find_intervals(const ts_choice *choices, size_t count, size_t class_count, ts_choice_figures *out,
                           ts_error *err)
{
    drawing d = {.drawn = calloc(count, sizeof *d.drawn),
                 .sums = calloc(2 * class_count, sizeof *d.sums),
                 .accuracies = calloc(rounds, sizeof *d.accuracies),
                 .balanced = calloc(rounds, sizeof *d.balanced)};
    bool ok = d.drawn && d.sums && d.accuracies && d.balanced;
    if (!ok) (void)ts_fail_memory(err);
    else {
        draw(&d, choices, count, class_count);
        out->balanced_accuracy = balanced(choices, count, class_count, d.sums);
        out->accuracy_at = middle_95(d.accuracies);
        out->balanced_accuracy_at = middle_95(d.balanced);
    }
    free(d.drawn);
    free(d.sums);
    free(d.accuracies);
    free(d.balanced);
    return ok;
}

static bool find_calibration(const ts_choice *choices, size_t count, ts_choice_figures *out, ts_error *err)
{
    ts_reliability diagram[bins];
    ts_claim *claims = calloc(count, sizeof *claims);
    if (!claims) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        claims[i] = (ts_claim){choices[i].p, choices[i].truth == choices[i].said, (uint32_t)i};
    out->calibration_error = ts_calibration_error(claims, count, diagram, bins);
    free(claims);
    return true;
}

bool ts_choice_figures_of(const ts_choice *choices, size_t count, size_t class_count, ts_choice_figures *out,
                          ts_error *err)
{
    *out = (ts_choice_figures){.accuracy_at = {0, 1}, .balanced_accuracy_at = {0, 1}};
    if (!count) return true;
    out->accuracy = ts_accuracy(choices, count);
    return find_intervals(choices, count, class_count, out, err) &&
           find_calibration(choices, count, out, err);
}
