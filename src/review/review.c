/* review: which questions come first, and what answers do. Pure; knows no table. */
#include "review/review.h"

#include <math.h>
#include <string.h>

/* ---- what comes first ---------------------------------------------------------------------------- */

static double entropy(double p)
{
    if (!(p > 0) || !(p < 1)) return 0;
    return -p * log2(p) - (1 - p) * log2(1 - p);
}

double ts_review_worth(double confidence, int64_t waiting)
{
    int64_t n = waiting < 1 ? 1 : waiting > TS_REVIEW_CROWD ? TS_REVIEW_CROWD : waiting;
    return entropy(confidence) * log2(1 + (double)n);
}

/* 0: unlike, 1: the same to the eye. */
static double likeness(const ts_review_candidate *a, const ts_review_candidate *b)
{
    enum { unlike_bits = 16 };
    if (!a->has_phash || !b->has_phash) return 0;
    int bits = __builtin_popcountll(a->phash ^ b->phash);
    return bits >= unlike_bits ? 0 : 1 - (double)bits / unlike_bits;
}

static double faded(double worth, const ts_review_candidate *one, const ts_review_candidate *chosen)
{
    const double least = 0.1;
    if (strcmp(one->key, chosen->key) == 0) worth *= TS_REVIEW_AGAIN;
    return worth * (1 - (1 - least) * likeness(one, chosen));
}

/* No worth reaches it: a bit an answer times ten of the crowd. */
static const double before_all = 1000;
static const double taken = -1;

static double first_worth(ts_review_candidate *one)
{
    one->worth = ts_review_worth(one->confidence, one->waiting);
    return one->sensitive ? before_all + one->worth : one->worth;
}

static size_t best_of(const ts_review_candidate *candidates, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (candidates[i].worth > candidates[best].worth) best = i;
    return best;
}

static void fade_others(ts_review_candidate *candidates, size_t count, size_t chosen)
{
    for (size_t i = 0; i < count; i++) {
        ts_review_candidate *one = &candidates[i];
        if (one->worth < 0) continue;
        if (one->picture == candidates[chosen].picture) one->worth = taken;
        else one->worth = faded(one->worth, one, &candidates[chosen]);
    }
}

size_t ts_review_choose(ts_review_candidate *candidates, size_t count, size_t wanted, size_t *chosen)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) candidates[i].worth = first_worth(&candidates[i]);
    for (; n < wanted && count > 0; n++) {
        chosen[n] = best_of(candidates, count);
        if (candidates[chosen[n]].worth < 0) break;
        fade_others(candidates, count, chosen[n]);
    }
    for (size_t i = 0; i < count; i++)
        candidates[i].worth = ts_review_worth(candidates[i].confidence, candidates[i].waiting);
    return n;
}

/* ---- what an answer does ------------------------------------------------------------------------- */

static const char *const answer_names[TS_REVIEW_ANSWER_COUNT] = {"yes", "no", "unsure", "skip"};
static const char *const outcome_names[TS_REVIEW_OUTCOME_COUNT] = {"counted", "decided", "gone"};

const char *ts_review_answer_name(ts_review_answer answer)
{
    return (unsigned)answer < TS_REVIEW_ANSWER_COUNT ? answer_names[answer] : "unknown";
}

bool ts_review_answer_of(const char *name, ts_review_answer *answer)
{
    for (int i = 0; name && i < TS_REVIEW_ANSWER_COUNT; i++) {
        if (strcmp(answer_names[i], name) != 0) continue;
        *answer = (ts_review_answer)i;
        return true;
    }
    return false;
}

const char *ts_review_outcome_name(ts_review_outcome outcome)
{
    return (unsigned)outcome < TS_REVIEW_OUTCOME_COUNT ? outcome_names[outcome] : "unknown";
}

ts_review_outcome ts_review_outcome_of(bool open, bool there)
{
    if (!there) return TS_REVIEW_GONE;
    return open ? TS_REVIEW_COUNTED : TS_REVIEW_DECIDED;
}

int64_t ts_review_put_off(ts_review_answer answer, int64_t now_ms)
{
    if (answer == TS_REVIEW_UNSURE) return INT64_MAX;
    return answer == TS_REVIEW_SKIP ? now_ms + TS_REVIEW_SKIP_MS : 0;
}
