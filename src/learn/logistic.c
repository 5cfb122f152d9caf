/* learn: multinomial logistic regression. The loss and its slope are here, the way down in lbfgs.c. */
#include "learn/logistic.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/lbfgs.h"

typedef struct problem {
    const ts_examples *examples;
    double *shares; /* by class: what one of its rows weighs; all rows together 1 */
    double ridge;
    float *weights, *slope; /* class_count x width, without biases: products are made of floats */
    double *scores;
} problem;

/* Sixteen floats, in as many registers as this processor needs for them. */
typedef float lanes __attribute__((vector_size(64), aligned(4), may_alias));
enum { lane_count = 16 };

static double dot(const float *a, const float *b, size_t count)
{
    lanes sums = {0};
    double sum = 0;
    size_t i = 0;
    for (; i + lane_count <= count; i += lane_count)
        sums += *(const lanes *)(a + i) * *(const lanes *)(b + i);
    for (size_t k = 0; k < lane_count; k++) sum += (double)sums[k];
    for (; i < count; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

static void add(float *to, const float *row, float times, size_t count)
{
    size_t i = 0;
    for (; i + lane_count <= count; i += lane_count) *(lanes *)(to + i) += times * *(const lanes *)(row + i);
    for (; i < count; i++) to[i] += times * row[i];
}

double ts_softmax(double *scores, size_t count, double scale)
{
    double top = scores[0] * scale, sum = 0;
    for (size_t i = 1; i < count; i++) top = fmax(top, scores[i] * scale);
    for (size_t i = 0; i < count; i++) sum += scores[i] = exp(scores[i] * scale - top);
    for (size_t i = 0; i < count; i++) scores[i] /= sum;
    return top + log(sum);
}

/* One row's part of the loss and of the slope; biases' slopes go to `out`. */
static double look_at_row(const problem *p, const double *at, size_t row, double *out)
{
    const ts_examples *e = p->examples;
    const float *x = e->rows + row * e->width;
    uint32_t class = e->classes[row];
    double share = p->shares[class];
    for (size_t k = 0; k < e->class_count; k++)
        p->scores[k] = dot(p->weights + k * e->width, x, e->width) + at[k * (e->width + 1) + e->width];
    double right = p->scores[class];
    double loss = ts_softmax(p->scores, e->class_count, 1) - right;
    for (size_t k = 0; k < e->class_count; k++) {
        double gap = share * (p->scores[k] - (k == class));
        out[k * (e->width + 1) + e->width] += gap;
        add(p->slope + k * e->width, x, (float)gap, e->width);
    }
    return share * loss;
}

static double look(void *context, const double *at, double *out)
{
    const problem *p = context;
    const ts_examples *e = p->examples;
    double loss = 0;
    for (size_t k = 0; k < e->class_count; k++) {
        for (size_t i = 0; i < e->width; i++)
            p->weights[k * e->width + i] = (float)at[k * (e->width + 1) + i];
        out[k * (e->width + 1) + e->width] = 0;
    }
    memset(p->slope, 0, e->class_count * e->width * sizeof *p->slope);
    for (size_t i = 0; i < e->count; i++) loss += look_at_row(p, at, i, out);
    for (size_t k = 0; k < e->class_count; k++) {
        for (size_t i = 0; i < e->width; i++) {
            double weight = at[k * (e->width + 1) + i];
            loss += 0.5 * p->ridge * weight * weight;
            out[k * (e->width + 1) + i] = (double)p->slope[k * e->width + i] + p->ridge * weight;
        }
    }
    return loss;
}

static bool share_out(problem *p, const ts_logistic_options *options, ts_error *err)
{
    const ts_examples *e = p->examples;
    for (size_t i = 0; i < e->count; i++) p->shares[e->classes[i]] += 1;
    for (size_t k = 0; k < e->class_count; k++) {
        if (p->shares[k] <= 0) return ts_fail(err, TS_USAGE, "class %zu has no examples", k);
        p->shares[k] = options->balanced ? 1 / ((double)e->class_count * p->shares[k]) : 1 / (double)e->count;
    }
    p->ridge = 1 / (options->c * (double)e->count); /* both kinds of s have the sum `count` */
    return true;
}

static bool make_room(problem *p, ts_error *err)
{
    const ts_examples *e = p->examples;
    size_t places = e->class_count * e->width + 1;
    p->shares = calloc(e->class_count, sizeof *p->shares);
    p->scores = calloc(e->class_count, sizeof *p->scores);
    p->weights = calloc(places, sizeof *p->weights);
    p->slope = calloc(places, sizeof *p->slope);
    return (p->shares && p->scores && p->weights && p->slope) || ts_fail_memory(err);
}

static bool is_sound(const ts_examples *e, const ts_logistic_options *options, ts_error *err)
{
    if (e->class_count < 2) return ts_fail(err, TS_USAGE, "there is nothing to tell apart with one class");
    if (!(options->c > 0)) return ts_fail(err, TS_USAGE, "c is above 0");
    if (e->width >= SIZE_MAX / sizeof(double) / 64 / e->class_count) return ts_fail_memory(err);
    return true;
}

bool ts_logistic_fit(const ts_examples *examples, const ts_logistic_options *options, double *weights,
                     ts_logistic_result *result, ts_error *err)
{
    problem p = {.examples = examples};
    ts_logistic_result ignored;
    ts_logistic_result *out = result ? result : &ignored;
    if (!is_sound(examples, options, err)) return false;
    ts_descent descent = {.look = look,
                          .context = &p,
                          .size = examples->class_count * (examples->width + 1),
                          .tolerance = options->tolerance > 0 ? options->tolerance : 1e-4,
                          .steps_max = options->steps_max ? options->steps_max : 1000};
    bool ok = make_room(&p, err) && share_out(&p, options, err) && ts_descend(&descent, weights, err);
    *out = (ts_logistic_result){descent.steps, descent.value, descent.slope, descent.converged};
    free(p.shares);
    free(p.scores);
    free(p.weights);
    free(p.slope);
    return ok;
}

void ts_logistic_scores(const double *weights, size_t width, size_t class_count, const float *row,
                        double *out)
{
    for (size_t k = 0; k < class_count; k++) {
        const double *w = weights + k * (width + 1);
        out[k] = w[width];
        for (size_t i = 0; i < width; i++) out[k] += w[i] * (double)row[i];
    }
}
