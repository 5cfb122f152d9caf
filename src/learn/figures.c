/* learn: figures that need one pass over the claims. */
#include "learn/figures.h"

#include <math.h>
#include <string.h>

double ts_share(size_t part, size_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

ts_interval ts_wilson(size_t hits, size_t total, double z)
{
    if (total == 0) return (ts_interval){0, 1};
    double n = (double)total, p = (double)hits / n, zz = z * z;
    double middle = (p + zz / (2 * n)) / (1 + zz / n);
    double half = z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n);
    return (ts_interval){fmax(0, middle - half), fmin(1, middle + half)};
}

ts_confusion ts_confusion_at(const ts_claim *claims, size_t count, double line)
{
    ts_confusion c = {0};
    for (size_t i = 0; i < count; i++) {
        bool made = claims[i].p >= line;
        c.hits += made && claims[i].right;
        c.false_alarms += made && !claims[i].right;
        c.misses += !made && claims[i].right;
        c.rest += !made && !claims[i].right;
    }
    return c;
}

double ts_precision(const ts_confusion *c)
{
    return ts_share(c->hits, c->hits + c->false_alarms);
}

double ts_recall(const ts_confusion *c)
{
    return ts_share(c->hits, c->hits + c->misses);
}

double ts_f1(const ts_confusion *c)
{
    return ts_share(2 * c->hits, 2 * c->hits + c->false_alarms + c->misses);
}

static size_t bin_of(double p, size_t bins)
{
    size_t bin = (size_t)(fmin(fmax(p, 0), 1) * (double)bins);
    return bin < bins ? bin : bins - 1;
}

double ts_calibration_error(const ts_claim *claims, size_t count, ts_reliability *bins, size_t bin_count)
{
    double error = 0;
    memset(bins, 0, bin_count * sizeof *bins);
    for (size_t i = 0; i < count; i++) {
        ts_reliability *bin = &bins[bin_of(claims[i].p, bin_count)];
        bin->count++;
        bin->right += claims[i].right;
        bin->p += claims[i].p;
    }
    for (size_t i = 0; i < bin_count; i++) {
        if (bins[i].count == 0) continue;
        bins[i].p /= (double)bins[i].count;
        error += (double)bins[i].count * fabs(bins[i].p - ts_share(bins[i].right, bins[i].count));
    }
    return count ? error / (double)count : 0;
}

double ts_brier(const ts_claim *claims, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double gap = claims[i].p - (claims[i].right ? 1 : 0);
        sum += gap * gap;
    }
    return count ? sum / (double)count : 0;
}
