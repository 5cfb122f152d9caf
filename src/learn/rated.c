/* learn: ratings item by item, what they amount to without a word on chance: shares and votes. */
#include "learn/rated.h"

#include <math.h>
#include <stdlib.h>

bool ts_ratings_check(const ts_ratings *ratings, ts_error *err)
{
    for (size_t i = 0; i < ratings->count; i++) {
        const ts_rating *r = &ratings->list[i];
        if (r->item >= ratings->items || r->rater >= ratings->raters || r->value >= ratings->values)
            return ts_fail(err, TS_USAGE, "rating %zu is of item %u, rater %u or value %u that is not there",
                           i, r->item, r->rater, r->value);
        if (i > 0 && r->item < r[-1].item)
            return ts_fail(err, TS_USAGE, "rating %zu is of item %u, after one of item %u", i, r->item,
                           r[-1].item);
    }
    return true;
}

size_t ts_rated_end(const ts_ratings *ratings, size_t from)
{
    size_t at = from;
    while (at < ratings->count && ratings->list[at].item == ratings->list[from].item) at++;
    return at;
}

double ts_rated_apart(const ts_rating *ratings, size_t count, ts_distance distance, void *context)
{
    double sum = 0;
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < i; k++) sum += distance(ratings[i].value, ratings[k].value, context);
    return 2 * sum / ((double)count * (double)(count - 1));
}

void *ts_rated_array(size_t a, size_t b, size_t size)
{
    size_t count = 0;
    if (__builtin_mul_overflow(a, b, &count)) return NULL;
    return calloc(count ? count : 1, size);
}

bool ts_percent_agreement(const ts_ratings *ratings, double *share, ts_error *err)
{
    double sum = 0;
    size_t items = 0;
    if (!ts_ratings_check(ratings, err)) return false;
    for (size_t at = 0, end; at < ratings->count; at = end) {
        end = ts_rated_end(ratings, at);
        if (end - at < 2) continue;
        sum += 1 - ts_rated_apart(ratings->list + at, end - at, ts_distance_nominal, NULL);
        items++;
    }
    *share = items ? sum / (double)items : NAN;
    return true;
}

/* counts: all 0, by value; and are again afterwards. */
static ts_vote vote_of(const ts_rating *ratings, size_t count, size_t *counts)
{
    ts_vote vote = {.ratings = count};
    for (size_t i = 0; i < count; i++) counts[ratings[i].value]++;
    for (size_t i = 0; i < count; i++) {
        uint32_t value = ratings[i].value;
        size_t votes = counts[value];
        if (votes == 0) continue; /* of a value that was looked at */
        bool better = votes > vote.votes;
        vote.tied = better ? 1 : vote.tied + (votes == vote.votes);
        if (better || (votes == vote.votes && value < vote.value)) vote.value = value;
        if (better) vote.votes = votes;
        counts[value] = 0;
    }
    return vote;
}

bool ts_majority(const ts_ratings *ratings, ts_vote *votes, ts_error *err)
{
    if (!ts_ratings_check(ratings, err)) return false;
    size_t *counts = ts_rated_array(ratings->values, 1, sizeof *counts);
    if (!counts) return ts_fail_memory(err);
    for (size_t i = 0; i < ratings->items; i++) votes[i] = (ts_vote){0};
    for (size_t at = 0, end; at < ratings->count; at = end) {
        end = ts_rated_end(ratings, at);
        votes[ratings->list[at].item] = vote_of(ratings->list + at, end - at, counts);
    }
    free(counts);
    return true;
}
