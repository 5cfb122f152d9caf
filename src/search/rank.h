/* search, private to the room: rankings by meaning, likeness and colour, and where they end.
 *
 * A ranking must know when to stop: in every library something is nearest. So each question is compared with
 * what chance gives. From a sample of the whole index (not of what a filter lets through) come the middle
 * and the spread of the question's own scores, the spread from their lower half, since what is relevant only
 * swells the upper one. How long the upper tail of chance is comes from pairs that have nothing to do with
 * each other, measured once for the index. That gives each picture the probability of scoring so by chance;
 * the cut is Benjamini and Hochberg's (1995): at most TS_FALSE_SHARE of what is shown is expected to be
 * there by chance, however many pictures were asked. */
#ifndef TS_SEARCH_RANK_H
#define TS_SEARCH_RANK_H

#include "search/eval.h"
#include "search/vectors.h"

#define TS_FALSE_SHARE 0.1      /* likeness */
#define TS_FALSE_SHARE_TEXT 0.5 /* sentences are less exact: more likely than not */
#define TS_SAMPLE 2048u
#define TS_SAMPLE_LEAST 64u /* fewer pictures say nothing about chance: a fixed cut then */

/* What chance gives. */
typedef struct ts_chance {
    double middle, spread;
    double tail_at, tail_scale; /* in spreads: from tail_at on the tail falls by e for each tail_scale */
    bool known;
    double false_share; /* of what is shown, that may be there by chance */
    float least;        /* the fixed cut where chance is not known, and below which nothing is shown anyway */
} ts_chance;

/* Middle and spread of scores; sorts them. */
void ts_chance_measure(ts_chance *chance, float *scores, size_t count);
/* The length of the tail from standardised scores of unrelated pairs; sorts them. */
void ts_chance_measure_tail(ts_chance *chance, float *scores, size_t count);
/* log of the probability that chance scores this high. */
double ts_chance_log(const ts_chance *chance, double score);

typedef struct ts_kept {
    uint32_t position;
    float score, sure; /* sure: the probability that chance did not do it */
} ts_kept;

/* Those of the scores, in order, that are above chance (min_score >= 0: all, for the caller to judge);
 * scores below -1 mean none. Memory from the arena; false when it is exhausted. */
bool ts_chance_cut(const ts_chance *chance, const float *scores, size_t count, float min_score,
                   ts_arena *arena, ts_kept **kept, size_t *kept_count);

typedef struct ts_candidates {
    ts_set *set;       /* what the query found; NULL once a ranking has left some out */
    uint32_t *numbers; /* ascending; NULL while only the set is known */
    float *scores;     /* so far, 0..1 */
    float *order;      /* what they are ranked by: finer than probabilities, which come near 1 together */
    size_t count;
} ts_candidates;

/* candidates.c: the list of the set, or the set of the list, made when first needed. False and the error
 * when memory is out. The set is the caller's to free. */
bool ts_candidates_list(const ts_question *q, ts_candidates *candidates);
bool ts_candidates_set(const ts_question *q, ts_candidates *candidates);

/* Each narrows the candidates and multiplies their scores. */
bool ts_rank_by_text(ts_question *q, const ts_find *find, ts_candidates *candidates);
bool ts_rank_by_likeness(ts_question *q, const ts_find *find, ts_candidates *candidates);
bool ts_rank_by_palette(ts_question *q, const ts_find *find, ts_candidates *candidates);

#endif
