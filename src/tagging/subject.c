/* tagging: boxes round the one thing that a picture is about. A detector of eighty things takes every other for one of the
 * eighty: a parachute for an umbrella, a golf ball for a frisbee. A classifier that knows a thousand and is sure of what the
 * picture is about speaks of the same thing; the box that holds it is doubted where the two do not agree. It must not know
 * files, users or output. */
#include <math.h>

#include "tagging/belief.h"

/* Of the 89 things in boxes said of ImageNet and other photographs without COCO's labels about half were wrong, and most of
 * those lay round the very thing that the classifier named. */
#define ANOTHER_THING 1.8F /* taken from the logit where the classifier has no doubt */
#define SURE_FROM 0.5F     /* ... and from where on it begins to be sure */
#define SUBJECT_SHARE 0.1F /* a box that takes so much of the picture is its subject, a smaller one in part */

static bool is_related(const ts_vocab *vocab, ts_concept one, ts_concept other)
{
    return one == other || ts_vocab_is_ancestor(vocab, one, other) || ts_vocab_is_ancestor(vocab, other, one);
}

/* The likeliest class, where it is a thing; 0..1 how far beyond SURE_FROM. */
static float surest_class(const ts_vocab *vocab, const ts_distribution *seen, ts_concept *out)
{
    uint32_t best = 0;
    for (uint32_t class = 1; class < seen->count; class ++)
        if (seen->probabilities[class] > seen->probabilities[best]) best = class;
    *out = ts_vocab_map_class(vocab, seen->scheme, best, NULL);
    if (*out == TS_CONCEPT_NONE || ts_vocab_facet(vocab, *out) != TS_FACET_OBJECT) return 0;
    return fmaxf(0, (seen->probabilities[best] - SURE_FROM) / (1 - SURE_FROM));
}

/* What stands round a subject, and is no rival of it: people, what things lie on or in ("espresso" is a cup, too), vehicles
 * that carry them. */
static bool may_surround(const ts_vocab *vocab, ts_concept concept)
{
    static const char *const ids[] = {"people/person", "object/furniture", "object/vehicle",
                                      "object/kitchenware", "object/container"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        ts_concept top = ts_vocab_find(vocab, ids[i]);
        if (top != TS_CONCEPT_NONE && (top == concept || ts_vocab_is_ancestor(vocab, top, concept)))
            return true;
    }
    return false;
}

void ts_doubt_subject(const ts_vocab *vocab, const ts_picture_info *picture, ts_seen *seen)
{
    ts_concept subject;
    if (!seen->distribution || seen->distribution->count == 0) return;
    float sure = surest_class(vocab, seen->distribution, &subject);
    float area = (float)picture->width * (float)picture->height;
    for (size_t i = 0; sure > 0 && i < seen->count; i++) {
        ts_observation *o = &seen->items[i];
        ts_concept concept = ts_vocab_map_class(vocab, o->scheme, o->key, NULL);
        if (!o->has_box || concept == TS_CONCEPT_NONE || is_related(vocab, concept, subject)) continue;
        if (may_surround(vocab, concept)) continue;
        float share = o->box.width * o->box.height / area;
        o->doubt += ANOTHER_THING * sure * fminf(share / SUBJECT_SHARE, 1);
    }
}
