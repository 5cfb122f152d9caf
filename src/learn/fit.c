/* learn: Platt's sigmoid, and temperature as its special case. */
#include "learn/fit.h"

#include <math.h>

typedef struct problem {
    const ts_scored *scores;
    size_t count;
    double target[2]; /* of wrong and of right ones */
    bool with_offset;
} problem;

typedef struct slope_of_loss {
    double loss;
    double g_slope, g_offset;             /* first */
    double h_slope, h_offset, h_together; /* second */
} slope_of_loss;

static double logit(double raw)
{
    double p = fmin(fmax(raw, 1e-6), 1 - 1e-6);
    return log(p / (1 - p));
}

double ts_platt_of(const ts_platt *fit, double raw)
{
    return 1 / (1 + exp(-(fit->slope * logit(raw) + fit->offset)));
}

/* log(1 + e^x) without overflow */
static double softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

static slope_of_loss look(const problem *p, double slope, double offset)
{
    slope_of_loss s = {0};
    for (size_t i = 0; i < p->count; i++) {
        double x = logit(p->scores[i].raw), z = slope * x + offset, t = p->target[p->scores[i].right];
        double q = 1 / (1 + exp(-z)), gap = q - t, weight = q * (1 - q);
        s.loss += softplus(z) - t * z;
        s.g_slope += gap * x;
        s.g_offset += gap;
        s.h_slope += weight * x * x;
        s.h_offset += weight;
        s.h_together += weight * x;
    }
    return s;
}

typedef struct step {
    double slope, offset;
} step;

static step newton_step(const problem *p, const slope_of_loss *s)
{
    double ridge =
        1e-9 * (s->h_slope + s->h_offset) + 1e-12; /* scores that are all alike leave the slope open */
    double a = s->h_slope + ridge, b = s->h_offset + ridge, c = s->h_together;
    if (!p->with_offset) return (step){-s->g_slope / a, 0};
    double det = a * b - c * c;
    return (step){-(b * s->g_slope - c * s->g_offset) / det, -(a * s->g_offset - c * s->g_slope) / det};
}

/* Halved until the loss falls; false: it does not any more. */
static bool advance(const problem *p, ts_platt *at, slope_of_loss *here)
{
    enum { halvings = 34 };
    step go = newton_step(p, here);
    for (int i = 0; i < halvings; i++) {
        double part = ldexp(1, -i);
        double slope = at->slope + part * go.slope, offset = at->offset + part * go.offset;
        slope_of_loss there = look(p, slope, offset);
        if (!(there.loss < here->loss)) continue;
        bool worth = here->loss - there.loss > 1e-14 * (double)p->count;
        at->slope = slope;
        at->offset = offset;
        *here = there;
        return worth;
    }
    return false;
}

static bool fit(const ts_scored *scores, size_t count, bool with_offset, ts_platt *out, ts_error *err)
{
    enum { steps_max = 100 };
    size_t right = 0;
    for (size_t i = 0; i < count; i++) right += scores[i].right;
    if (right == 0 || right == count)
        return ts_fail(err, TS_USAGE, "a fit needs right and wrong examples; of %zu, %zu are right", count,
                       right);
    problem p = {.scores = scores, .count = count, .with_offset = with_offset};
    p.target[1] = ((double)right + 1) / ((double)right + 2);
    p.target[0] = 1 / ((double)(count - right) + 2);
    *out = (ts_platt){.slope = 1};
    slope_of_loss here = look(&p, out->slope, out->offset);
    for (int i = 0; i < steps_max && advance(&p, out, &here); i++) continue;
    problem truth = {.scores = scores, .count = count, .target = {0, 1}, .with_offset = with_offset};
    out->loss = look(&truth, out->slope, out->offset).loss / (double)count;
    return true;
}

bool ts_fit_platt(const ts_scored *scores, size_t count, ts_platt *out, ts_error *err)
{
    return fit(scores, count, true, out, err);
}

bool ts_fit_temperature(const ts_scored *scores, size_t count, ts_platt *out, ts_error *err)
{
    return fit(scores, count, false, out, err);
}
