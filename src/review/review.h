/* review: the rules by which people check what machines said: which open tags come first, for how long they are lent, and
 * what an answer does. Numbers and names in, decisions out: no database, no clock, no person's name.
 *
 * What a question is worth, in bits:
 *
 *     worth = H(p) * log2(1 + n),   H(p) = -p log2 p - (1 - p) log2(1 - p)
 *
 * p: the tag's calibrated confidence; H is how much its answer tells (uncertainty sampling: Lewis and Gale, "A sequential
 * algorithm for training text classifiers", 1994). n: how many of the same concept wait, for all of which one answer
 * teaches something (information density: Settles and Craven, "An analysis of active learning strategies", 2008);
 * counted up to TS_REVIEW_CROWD, beyond which one more says nothing new. Sensitive tags come before all others, since a
 * wrong one does harm today.
 *
 * Then variety: the batch is filled one by one, and the worth of what is left sinks with each that it resembles (maximal
 * marginal relevance: Carbonell and Goldstein, 1998): by TS_REVIEW_AGAIN for each chosen one of the same concept, and
 * down to a tenth for a picture that looks like a chosen one (perceptual hashes that differ in less than 16 bits). */
#ifndef TS_REVIEW_REVIEW_H
#define TS_REVIEW_REVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_REVIEW_CROWD 1000
#define TS_REVIEW_AGAIN 0.7

/* ---- what comes first ---------------------------------------------------------------------------- */

/* One open tag of one picture. */
typedef struct ts_review_candidate {
    int64_t picture;
    const char *key; /* of the tag: equal texts are one concept */
    double confidence;
    int64_t waiting; /* of its concept, this one too; from 1 */
    bool sensitive;
    uint64_t phash; /* valid with has_phash */
    bool has_phash;
    double worth; /* out: before variety */
} ts_review_candidate;

/* Bits, never negative; confidence 0..1 (anything else counts as the nearer end). */
double ts_review_worth(double confidence, int64_t waiting);

/* The `wanted` best, best first, at most one a picture: their indexes to chosen[]. Returns how many there are. Costs
 * wanted x count steps. */
size_t ts_review_choose(ts_review_candidate *candidates, size_t count, size_t wanted, size_t *chosen);

/* ---- for how long -------------------------------------------------------------------------------- */

enum {
    TS_REVIEW_LEASE_MS = 10 * 60 * 1000, /* what nobody answers by then is others' to see */
    TS_REVIEW_SKIP_MS = 60 * 60 * 1000,  /* skipped: not shown to the same person before */
    TS_REVIEW_PICTURES = 200,            /* of which the best are chosen */
};

/* ---- what an answer does ------------------------------------------------------------------------- */

/* Stored as numbers, all of them: never renumber. */
typedef enum ts_review_answer {
    TS_REVIEW_YES = 0,    /* the tag is right: accepted */
    TS_REVIEW_NO = 1,     /* wrong: rejected, and no machine brings it back */
    TS_REVIEW_UNSURE = 2, /* recorded; this person is not asked again, others are */
    TS_REVIEW_SKIP = 3,   /* later */
    TS_REVIEW_ANSWER_COUNT
} ts_review_answer;
const char *ts_review_answer_name(ts_review_answer answer); /* "yes" */
bool ts_review_answer_of(const char *name, ts_review_answer *answer);

typedef enum ts_review_outcome {
    TS_REVIEW_COUNTED = 0, /* as it was said */
    TS_REVIEW_DECIDED = 1, /* somebody has decided meanwhile: their word stands */
    TS_REVIEW_GONE = 2,    /* the picture, or the tag on it, is no more */
    TS_REVIEW_OUTCOME_COUNT
} ts_review_outcome;
const char *ts_review_outcome_name(ts_review_outcome outcome); /* "counted" */

/* open: it still waits; there: the picture has the tag in some state. An answer that comes late (from a phone that was
 * offline) counts as long as the question is open, whoever holds it now; it overrules nobody. */
ts_review_outcome ts_review_outcome_of(bool open, bool there);

/* Until when this person is not asked again: 0: does not matter, INT64_MAX: never. */
int64_t ts_review_put_off(ts_review_answer answer, int64_t now_ms);

#endif
