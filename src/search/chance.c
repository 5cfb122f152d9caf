/* search: what chance gives, and where a ranking ends (rank.h tells the idea). Plain numbers; knows no
 * picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/rank.h"

#define BINS 2048u
#define BELOW 8u

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

void ts_chance_measure(ts_chance *chance, float *scores, size_t count)
{
    chance->known = false;
    chance->tail_at = 2.0;
    chance->tail_scale = 0.45; /* of the normal distribution there */
    if (count < TS_SAMPLE_LEAST) return;
    qsort(scores, count, sizeof *scores, by_value);
    chance->middle = scores[count / 2];
    chance->spread = chance->middle - (double)scores[(size_t)((double)count * 0.1587)];
    chance->known = chance->spread > 1e-6;
}

/* Peaks over a threshold: beyond the 98th hundredth the excess is taken as exponential, and its scale read
 * off the median, which pairs that do belong together (bursts, copies) hardly move. Never shorter than
 * normal. */
void ts_chance_measure_tail(ts_chance *chance, float *scores, size_t count)
{
    if (count < 4 * TS_SAMPLE_LEAST) return;
    qsort(scores, count, sizeof *scores, by_value);
    size_t from = count - count / 50;
    double excess = (double)scores[from + (count - from) / 2] - (double)scores[from];
    chance->tail_at = fmax(chance->tail_at, (double)scores[from]);
    chance->tail_scale = fmax(chance->tail_scale, excess / log(2));
}

double ts_chance_log(const ts_chance *chance, double score)
{
    double z = (score - chance->middle) / chance->spread;
    if (z <= 0) return 0; /* certain enough: no more than half of all are better by chance */
    if (z >= chance->tail_at) return log(0.02) - (z - chance->tail_at) / chance->tail_scale;
    return log(0.02) * z / chance->tail_at; /* from 1 in the middle to where the tail begins */
}

/* ---- the cut ---- */

typedef struct bins {
    float low, scale; /* bin = (score - low) * scale */
    double width;
    uint32_t counts[BINS + 1 + BELOW]; /* the last ones, in turn: of what lies below `low` */
    float shares[BINS + 1];            /* of chance among what reaches the bin's lower edge */
} bins;

/* Without branches: half of all scores lie below the middle, at random. */
static size_t bin_of(const bins *b, float score)
{
    float bin = (score - b->low) * b->scale;
    bin = bin > 0 ? bin : 0;
    return (size_t)(int)(bin < (float)BINS ? bin : (float)BINS);
}

/* Eight at once, so that they need not wait for each other. */
static float highest_of(const float *scores, size_t count, float least)
{
    float highest[8];
    size_t i = 0;
    for (size_t k = 0; k < 8; k++) highest[k] = least;
    for (; i + 8 <= count; i += 8)
        for (size_t k = 0; k < 8; k++) highest[k] = scores[i + k] > highest[k] ? scores[i + k] : highest[k];
    for (; i < count; i++) highest[0] = scores[i] > highest[0] ? scores[i] : highest[0];
    for (size_t k = 1; k < 8; k++) highest[0] = highest[k] > highest[0] ? highest[k] : highest[0];
    return highest[0];
}

static void count_bins(bins *b, const float *scores, size_t count, float low)
{
    float highest = highest_of(scores, count, low);
    memset(b, 0, sizeof *b);
    b->low = low;
    b->width = fmax((double)highest - (double)low, 1e-9) / BINS;
    b->scale = (float)(1 / b->width);
    for (size_t i = 0; i < count; i++) {
        size_t is_below = !(scores[i] >= low); /* its bin is the first, then */
        b->counts[bin_of(b, scores[i]) + is_below * (BINS + 1 + i % BELOW)]++;
    }
}

/* Expected by chance over found, for each edge; then made monotone, so that a better score is never less
 * sure. Returns the first bin that is shown, BINS + 1 for none. */
static size_t weigh_bins(bins *b, const ts_chance *chance, size_t asked)
{
    size_t first = BINS + 1;
    uint64_t above = 0;
    for (size_t i = BINS + 1; i-- > 0;) {
        double edge = (double)b->low + (double)i * b->width;
        above += b->counts[i];
        double expected = (double)asked * exp(ts_chance_log(chance, edge));
        b->shares[i] = above ? (float)fmin(expected / (double)above, 1) : 1;
        if (above && b->shares[i] <= (float)chance->false_share) first = i;
    }
    for (size_t i = 1; i <= BINS; i++) b->shares[i] = fminf(b->shares[i], b->shares[i - 1]);
    return first;
}

static size_t count_above(const float *scores, size_t count, float least)
{
    size_t above = 0;
    for (size_t i = 0; i < count; i++) above += scores[i] >= least;
    return above;
}

bool ts_chance_cut(const ts_chance *chance, const float *scores, size_t count, float min_score,
                   ts_arena *arena, ts_kept **kept, size_t *kept_count)
{
    float least = min_score >= 0 ? -1 : chance->least;
    size_t first = 0;
    bins *b = malloc(sizeof *b);
    if (b && chance->known) {
        count_bins(b, scores, count, (float)chance->middle);
        first = weigh_bins(b, chance, count);
        if (min_score < 0) least = fmaxf(least, b->low + ((float)first - 1) / b->scale);
    }
    *kept = b ? ts_arena_array(arena, count_above(scores, count, least) + 1, sizeof **kept) : NULL;
    *kept_count = 0;
    for (size_t i = 0; i < count && *kept; i++) {
        if (!(scores[i] >= least)) continue;
        size_t bin = chance->known ? bin_of(b, scores[i]) : 0;
        if (min_score < 0 && bin < first) continue;
        float sure = !chance->known ? 1 : scores[i] < b->low ? 0 : 1 - b->shares[bin];
        (*kept)[(*kept_count)++] = (ts_kept){(uint32_t)i, scores[i], sure};
    }
    free(b);
    return *kept != NULL;
}
