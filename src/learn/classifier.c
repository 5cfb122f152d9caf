/* learn: a classifier whose strength and temperature come from cross-validation. */
#include "learn/classifier.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/sample.h"

/* Features of length 1: found on garments, 10 was best from 5 to 16 examples a class, and its neighbours hardly worse. */
const double ts_classifier_strengths[TS_CLASSIFIER_STRENGTHS] = {3, 10, 30};

enum { usual = 1, many = 500, few_parts = 3 };

bool ts_deal(const ts_examples *e, unsigned parts, uint64_t seed, unsigned *out, ts_error *err)
{
    size_t *order = calloc(e->count + 1, sizeof *order), dealt = 0;
    if (!order) return ts_fail_memory(err);
    for (size_t i = 0; i < e->count; i++) order[i] = i;
    for (size_t i = e->count; i > 1; i--) {
        size_t other = (size_t)(ts_sample_next(&seed) % i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    for (size_t k = 0; k < e->class_count; k++)
        for (size_t i = 0; i < e->count; i++)
            if (e->classes[order[i]] == k) out[order[i]] = (unsigned)(dealt++ % parts);
    free(order);
    return true;
}

/* ---- judging what was held out ------------------------------------------------------------------------------------------- */

typedef struct trial {
    const ts_examples *examples;
    unsigned parts, *part_of;
    float *rows; /* of the other parts, with their classes */
    uint32_t *classes;
    double *weights;
    double *scores; /* strength by strength: count x class_count */
    double *p;      /* of one example */
    double *sizes;  /* examples of each class */
} trial;

static ts_examples others_of(const trial *t, unsigned part)
{
    const ts_examples *e = t->examples;
    ts_examples others = *e;
    others.rows = t->rows;
    others.classes = t->classes;
    others.count = 0;
    for (size_t i = 0; i < e->count; i++) {
        if (t->part_of[i] == part) continue;
        memcpy(t->rows + others.count * e->width, e->rows + i * e->width, e->width * sizeof *t->rows);
        t->classes[others.count++] = e->classes[i];
    }
    return others;
}

/* From the strongest regularisation on, each fit beginning where the last one ended. */
static bool judge_part(const trial *t, unsigned part, ts_error *err)
{
    const ts_examples *e = t->examples;
    ts_examples others = others_of(t, part);
    memset(t->weights, 0, e->class_count * (e->width + 1) * sizeof *t->weights);
    for (size_t s = 0; s < TS_CLASSIFIER_STRENGTHS; s++) {
        ts_logistic_options options = {.c = ts_classifier_strengths[s], .balanced = true, .tolerance = 1e-3};
        if (!ts_logistic_fit(&others, &options, t->weights, NULL, err)) return false;
        for (size_t i = 0; i < e->count; i++)
            if (t->part_of[i] == part)
                ts_logistic_scores(t->weights, e->width, e->class_count, e->rows + i * e->width,
                                   t->scores + (s * e->count + i) * e->class_count);
    }
    return true;
}

/* Mean loss at a scale, each class counting the same. `soft` moves the targets to the middle (Platt, 1999), so that a
 * perfect separation keeps a finite scale. */
static double loss_at(const trial *t, const double *scores, double scale, bool soft)
{
    const ts_examples *e = t->examples;
    double loss = 0;
    for (size_t i = 0; i < e->count; i++) {
        const double *own = scores + i * e->class_count;
        memcpy(t->p, own, e->class_count * sizeof *t->p);
        double top = ts_softmax(t->p, e->class_count, scale), size = t->sizes[e->classes[i]], mean = 0;
        for (size_t k = 0; k < e->class_count; k++) mean += scale * own[k] / (double)e->class_count;
        double doubt = soft ? 1 / (size + 2) : 0;
        double wanted = (1 - doubt) * scale * own[e->classes[i]] + doubt * mean;
        loss += (top - wanted) / (size * (double)e->class_count);
    }
    return loss;
}

/* The loss has one valley along the scale: golden section over its logarithm. */
static double best_scale(const trial *t, const double *scores)
{
    const double gold = 0.6180339887498949;
    double low = log(0.05), high = log(20);
    for (int i = 0; i < 30; i++) {
        double a = high - gold * (high - low), b = low + gold * (high - low);
        if (loss_at(t, scores, exp(a), true) < loss_at(t, scores, exp(b), true)) high = b;
        else low = a;
    }
    return exp((low + high) / 2);
}

static void choose(const trial *t, ts_classifier *out, ts_held_out *held_out, size_t *chosen)
{
    const ts_examples *e = t->examples;
    double least = INFINITY;
    for (size_t s = 0; s < TS_CLASSIFIER_STRENGTHS; s++) {
        const double *scores = t->scores + s * e->count * e->class_count;
        double scale = best_scale(t, scores), loss = loss_at(t, scores, scale, false);
        held_out->losses[s] = loss;
        if (!(loss < least)) continue;
        least = loss;
        *chosen = s;
        out->scale = scale;
    }
    out->c = ts_classifier_strengths[*chosen];
}

static bool keep_probabilities(const trial *t, const double *scores, double scale, ts_arena *arena,
                               ts_held_out *held_out, ts_error *err)
{
    const ts_examples *e = t->examples;
    double *p = TS_NEW_ARRAY(arena, e->count * e->class_count, double);
    if (!p) return ts_fail_memory(err);
    memcpy(p, scores, e->count * e->class_count * sizeof *p);
    for (size_t i = 0; i < e->count; i++) (void)ts_softmax(p + i * e->class_count, e->class_count, scale);
    held_out->probabilities = p;
    return true;
}

static bool make_room(trial *t, ts_error *err)
{
    const ts_examples *e = t->examples;
    size_t scores = e->count * e->class_count;
    t->part_of = calloc(e->count + 1, sizeof *t->part_of);
    t->rows = calloc(e->count * e->width + 1, sizeof *t->rows);
    t->classes = calloc(e->count + 1, sizeof *t->classes);
    t->weights = calloc(e->class_count * (e->width + 1), sizeof *t->weights);
    t->scores = calloc(TS_CLASSIFIER_STRENGTHS * scores + 1, sizeof *t->scores);
    t->p = calloc(e->class_count, sizeof *t->p);
    return (t->part_of && t->rows && t->classes && t->weights && t->scores && t->p) || ts_fail_memory(err);
}

static void clear(trial *t)
{
    free(t->part_of);
    free(t->rows);
    free(t->classes);
    free(t->weights);
    free(t->scores);
    free(t->p);
}

static bool validate(trial *t, ts_arena *arena, ts_classifier *out, ts_held_out *held_out, ts_error *err)
{
    const ts_examples *e = t->examples;
    size_t chosen = usual;
    bool ok = make_room(t, err) && ts_deal(e, t->parts, 1, t->part_of, err);
    for (unsigned part = 0; ok && part < t->parts; part++) ok = judge_part(t, part, err);
    if (ok) choose(t, out, held_out, &chosen);
    ok = ok && keep_probabilities(t, t->scores + chosen * e->count * e->class_count, out->scale, arena,
                                  held_out, err);
    clear(t);
    return ok;
}

/* ---- the whole of it ------------------------------------------------------------------------------------------------------ */

static bool count_sizes(trial *t, ts_arena *arena, ts_error *err)
{
    const ts_examples *e = t->examples;
    t->sizes = TS_NEW_ARRAY(arena, e->class_count, double);
    if (!t->sizes) return ts_fail_memory(err);
    double least = e->count < many ? TS_CLASSIFIER_PARTS : few_parts;
    for (size_t i = 0; i < e->count; i++) t->sizes[e->classes[i]] += 1;
    for (size_t k = 0; k < e->class_count; k++) least = fmin(least, t->sizes[k]);
    t->parts = (unsigned)least;
    return true;
}

bool ts_classifier_train(const ts_examples *examples, ts_arena *arena, ts_classifier *out,
                         ts_held_out *held_out, ts_error *err)
{
    trial t = {.examples = examples};
    *held_out = (ts_held_out){0};
    *out = (ts_classifier){.width = examples->width,
                           .class_count = examples->class_count,
                           .scale = 1,
                           .c = ts_classifier_strengths[usual]};
    double *weights = TS_NEW_ARRAY(arena, examples->class_count * (examples->width + 1), double);
    if (!weights) return ts_fail_memory(err);
    if (!count_sizes(&t, arena, err)) return false;
    held_out->parts = t.parts > 1 ? t.parts : 0;
    if (t.parts > 1 && !validate(&t, arena, out, held_out, err)) return false;
    out->weights = weights;
    ts_logistic_options options = {.c = out->c, .balanced = true};
    return ts_logistic_fit(examples, &options, weights, NULL, err);
}

void ts_classifier_judge(const ts_classifier *c, const float *row, double *out)
{
    ts_logistic_scores(c->weights, c->width, c->class_count, row, out);
    (void)ts_softmax(out, c->class_count, c->scale);
}

size_t ts_likeliest(const double *probabilities, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}
