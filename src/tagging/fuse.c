/* tagging: from several analysers' words to one confidence. See belief.h for the formulas. It must not know files,
 * users or output. */
#include <math.h>
#include <string.h>

#include "tagging/belief.h"

/* Fitted on COCO val2017 and ImageNet photographs, where detector and classifier speak of the same classes; 0.7 to 1.2 fit
 * as well. */
#define COMPANY_WEIGHT 0.85F

static const ts_witness *surest(const ts_belief *belief)
{
    const ts_witness *best = &belief->witnesses[0];
    for (uint32_t i = 1; i < belief->witness_count; i++)
        if (belief->witnesses[i].p > best->p) best = &belief->witnesses[i];
    return best;
}

/* Who speaks in full. */
static const ts_witness *leader(const ts_belief *belief)
{
    for (uint32_t i = 0; belief->sought_by && i < belief->witness_count; i++)
        if (belief->witnesses[i].source == belief->sought_by) return &belief->witnesses[i];
    return surest(belief);
}

static float joined(const ts_belief *belief)
{
    if (belief->witness_count == 0) return 0;
    const ts_witness *first = leader(belief);
    float support = 0;
    for (uint32_t i = 0; i < belief->witness_count; i++)
        if (&belief->witnesses[i] != first) support += fmaxf(0, ts_logit(belief->witnesses[i].p));
    return support > 0 ? ts_sigmoid(ts_logit(first->p) + COMPANY_WEIGHT * support) : first->p;
}

/* A share of exclusive classes cannot be surer of the narrow thing than the detector, looking for it, is of the wide. */
static void bound_by_sought(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        ts_belief *belief = &beliefs->items[c];
        if (belief->confidence <= 0 || !surest(belief)->of_classes) continue;
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, c);
        for (size_t i = 0; i < above.count; i++) {
            const ts_belief *wide = &beliefs->items[above.items[i]];
            if (wide->sought_by) belief->confidence = fminf(belief->confidence, wide->confidence);
        }
    }
}

static void lift_ancestors(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        if (beliefs->items[c].confidence <= 0) continue;
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, c);
        for (size_t i = 0; i < above.count; i++) {
            ts_belief *parent = &beliefs->items[above.items[i]];
            parent->confidence = fmaxf(parent->confidence, beliefs->items[c].confidence);
        }
    }
}

/* ---- what excludes what ----------------------------------------------------------------------------- */

/* Two sides of which a picture is at most one; a side is a concept with all below it, or, written "facet/", a facet. */
typedef struct exclusion {
    const char *one, *other;
} exclusion;

static const exclusion exclusions[] = {
    {"style/screenshot", "scene/"},
    {"style/diagram", "scene/"},
    {"style/logo", "scene/"},
    {"style/icon", "scene/"},
    {"style/scan", "scene/"},
    {"style/x-ray", "scene/"},
    {"style/screenshot", "time/"},
    {"style/artwork", "time/"},
    {"style/diagram", "time/"},
    {"scene/indoors", "scene/outdoors"},
    {"time/day", "time/night"},
    {"style/screenshot", "activity/"},
    {"style/photograph", "style/screenshot"},
    {"mood/bright", "mood/dark"},
    {"people/nobody", "people/person"},
    {"style/photograph", "style/diagram"},
};

static bool is_facet(const char *side)
{
    return side[strcspn(side, "/") + 1] == '\0';
}

static bool stands_on(const ts_beliefs *beliefs, const char *side, ts_concept concept)
{
    const char *id = ts_vocab_id(beliefs->vocab, concept);
    if (is_facet(side)) return strncmp(id, side, strlen(side)) == 0;
    ts_concept top = ts_vocab_find(beliefs->vocab, side);
    return top != TS_CONCEPT_NONE && (top == concept || ts_vocab_is_ancestor(beliefs->vocab, top, concept));
}

/* The surest of a side. */
static float surest_of(const ts_beliefs *beliefs, const char *side)
{
    ts_concept top = is_facet(side) ? TS_CONCEPT_NONE : ts_vocab_find(beliefs->vocab, side);
    if (!is_facet(side)) return top == TS_CONCEPT_NONE ? 0 : beliefs->items[top].confidence;
    float surest = 0;
    for (ts_concept c = 0; c < beliefs->count; c++)
        if (beliefs->items[c].confidence > surest && stands_on(beliefs, side, c))
            surest = beliefs->items[c].confidence;
    return surest;
}

static void lower(ts_beliefs *beliefs, const char *side, float against)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        float p = beliefs->items[c].confidence;
        if (p <= 0 || !stands_on(beliefs, side, c)) continue;
        beliefs->items[c].confidence = p * (1 - against) / fmaxf(1 - p * against, 1e-6F);
    }
}

static void exclude(ts_beliefs *beliefs)
{
    enum { count = sizeof exclusions / sizeof *exclusions };
    for (size_t i = 0; i < count; i++) {
        const exclusion *x = &exclusions[i];
        float one = surest_of(beliefs, x->one);
        float other = one > 0 ? surest_of(beliefs, x->other) : 0;
        if (one <= 0 || other <= 0) continue;
        lower(beliefs, x->one, other);
        lower(beliefs, x->other, one);
    }
}

void ts_beliefs_fuse(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) beliefs->items[c].confidence = joined(&beliefs->items[c]);
    bound_by_sought(beliefs);
    lift_ancestors(beliefs);
    exclude(beliefs);
    lift_ancestors(beliefs);
}
