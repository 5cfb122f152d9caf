/* The steps of Dawid and Skene's expectation-maximisation, over items that may count several times or not at
 * all (samples of them). Private to the room. */
#ifndef TS_LEARN_EM_H
#define TS_LEARN_EM_H

#include "learn/dawid_skene.h"

typedef struct ts_em {
    const ts_ratings *ratings;
    const uint32_t *truth;  /* or NULL */
    const uint32_t *weight; /* by item; NULL: 1 each */
    ts_dawid_skene_options options;
    double *log_prior, *log_confusion, *scores; /* scores: by value, of one item */
    ts_dawid_skene *fit;
} ts_em;

/* Room for everything; fit's numbers are 0. What the caller has put into ratings, truth, weight, options and
 * fit stays. */
bool ts_em_begin(ts_em *em, ts_arena *arena, ts_error *err);

/* Posteriors by the shares of votes. */
void ts_em_vote(ts_em *em);

/* From the posteriors that are there until they rest or the rounds are over. */
void ts_em_climb(ts_em *em);

#endif
