/* tagging: hunches: the concepts that the networks lean to, however little. It must not know search.
 *
 * A network that must choose among a thousand classes gives a bathroom to "washbasin", "shower curtain" and
 * "toilet seat", each at a few percent: nothing to show anybody, but together they mean a bathroom, though no
 * class is called so. So this is a bridge from pictures to words that needs no pairs of both: a class counts by
 * how far its logit stands out among the picture's own,
 *
 *     strength = max(0, (log p - mean of log p) / deviation - 1)^2
 *
 * and search adds up what the concepts mean. Squares beat softmax (0.32 to 0.28 of 330 COCO captions find their
 * picture first among 145 by hunches alone) and a linear map of the features (0.17).
 *
 * The detector's peaks that were too low for a tag are glimpses, worth what they scored: four at most, since a busy
 * picture has many and they are wrong more often than right. */
#include "tagging/hunches.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* log p where softmax has left nothing. */
#define LOG_LEAST (-30.0F)

#define LEANINGS_MAX 10u
#define GLIMPSES_MAX 4u
_Static_assert(LEANINGS_MAX + GLIMPSES_MAX == TS_HUNCHES_MAX, "a record has room for both");
#define GLIMPSE_WORTH 1.5F /* beside the strongest leaning; picked on a coarse grid (docs/performance.md) */

static float log_of(float p)
{
    return p > 0 ? fmaxf(logf(p), LOG_LEAST) : LOG_LEAST;
}

static void mean_and_deviation(const ts_distribution *seen, double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < seen->count; i++) {
        double value = (double)log_of(seen->probabilities[i]);
        sum += value;
        squares += value * value;
    }
    *mean = sum / (double)seen->count;
    *deviation = sqrt(fmax(squares / (double)seen->count - *mean * *mean, 1e-9));
}

/* Keeps the `most` strongest, each concept once: of several classes that mean it the strongest speaks. */
static void insert(ts_hunch *list, size_t *count, size_t most, const char *concept, float strength)
{
    size_t at = 0, gap = 0;
    while (at < *count && list[at].strength >= strength) {
        if (list[at].concept == concept) return;
        at++;
    }
    for (gap = at; gap < *count && list[gap].concept != concept; gap++) {
    }
    if (gap == *count && *count < most) (*count)++;
    if (gap == most) gap--;
    if (at > gap) return;
    for (; gap > at; gap--) list[gap] = list[gap - 1];
    list[at] = (ts_hunch){concept, strength};
}

static void lean(const ts_vocab *vocab, const ts_distribution *seen, ts_hunch *list, size_t *count)
{
    double mean, deviation;
    mean_and_deviation(seen, &mean, &deviation);
    for (size_t i = 0; i < seen->count; i++) {
        float z = (float)(((double)log_of(seen->probabilities[i]) - mean) / deviation) - 1;
        ts_concept concept = z > 0 ? ts_vocab_map_class(vocab, seen->scheme, i, NULL) : TS_CONCEPT_NONE;
        if (concept != TS_CONCEPT_NONE) insert(list, count, LEANINGS_MAX, ts_vocab_id(vocab, concept), z * z);
    }
    for (size_t i = *count; i-- > 0;) list[i].strength /= list[0].strength;
}

static bool is_tag(const ts_record *record, const char *concept)
{
    for (size_t i = 0; i < record->tag_count; i++)
        if (strcmp(record->tags[i].concept, concept) == 0) return true;
    return false;
}

static size_t glimpse(const ts_vocab *vocab, const ts_seen *seen, const ts_record *record,
                      ts_hunch list[GLIMPSES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < seen->count && seen->search; i++) {
        const ts_observation *o = &seen->items[i];
        if (o->source != seen->search->source || o->raw <= 0) continue;
        ts_concept concept = ts_vocab_map_class(vocab, seen->search->scheme, o->key, NULL);
        const char *id = concept == TS_CONCEPT_NONE ? NULL : ts_vocab_id(vocab, concept);
        if (id && !is_tag(record, id))
            insert(list, &count, GLIMPSES_MAX, id, fminf(GLIMPSE_WORTH * o->raw, 1));
    }
    return count;
}

bool ts_hunches_take(const ts_vocab *vocab, const ts_seen *seen, ts_arena *arena, ts_record *record,
                     ts_error *err)
{
    const ts_distribution *classes = seen->distribution;
    ts_hunch glimpses[GLIMPSES_MAX];
    ts_hunch *list = TS_NEW_ARRAY(arena, TS_HUNCHES_MAX, ts_hunch);
    if (!list) return ts_fail_memory(err);
    record->hunch_count = 0;
    record->hunches = list;
    if (classes && classes->count) lean(vocab, classes, list, &record->hunch_count);
    size_t count = glimpse(vocab, seen, record, glimpses);
    for (size_t i = 0; i < count; i++)
        insert(list, &record->hunch_count, TS_HUNCHES_MAX, glimpses[i].concept, glimpses[i].strength);
    return true;
}
