/* tagging: the judgement. A belief becomes a tag when it is over the drop line, and is accepted when it is
 * over the sure line; flags of the concept move the lines. It knows no networks and no output form. */
#include "tagging/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lines for flagged concepts (vocab/README.md says why the flags are there). */
#define DULL_DROP 0.35F
#define FINE_DROP 0.2F
#define RISKY_DROP 0.35F
#define RISKY_SURE 2.0F /* never without a person's eye */

typedef struct verdict {
    ts_concept concept;
    ts_tag_state state;
    float telling; /* sort key */
} verdict;

typedef struct lines {
    float drop, sure;
} lines;

/* The lowest lines among the witnesses: an analyser that may speak for itself may do so in company. */
static lines lines_of(const ts_beliefs *beliefs, ts_concept concept)
{
    const ts_belief *belief = &beliefs->items[concept];
    uint32_t flags = ts_vocab_flags(beliefs->vocab, concept);
    lines l = {.drop = 1, .sure = 1};
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        l.drop = fminf(l.drop, belief->witnesses[i].source->drop);
        l.sure = fminf(l.sure, belief->witnesses[i].source->sure);
    }
    if (flags & TS_CONCEPT_FINE) l.drop = fmaxf(l.drop, FINE_DROP);
    if (flags & TS_CONCEPT_DULL) l.drop = fmaxf(l.drop, DULL_DROP);
    if (flags & TS_CONCEPT_RISKY) l = (lines){.drop = fmaxf(l.drop, RISKY_DROP), .sure = RISKY_SURE};
    l.sure = fmaxf(l.sure, l.drop);
    return l;
}

/* Each witness is held to its own drop line; several together may pass where none would alone. */
static bool passes(const ts_belief *belief, const lines *l)
{
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        const ts_witness *w = &belief->witnesses[i];
        if (w->p >= fmaxf(l->drop, w->source->drop)) return true;
    }
    return belief->witness_count > 1 && belief->confidence >= l->sure;
}

/* ---- order -------------------------------------------------------------------------------------- */

static float facet_weight(ts_facet facet)
{
    static const float weights[TS_FACET_COUNT] = {
        [TS_FACET_OBJECT] = 1,     [TS_FACET_SCENE] = 1,          [TS_FACET_PEOPLE] = 1,
        [TS_FACET_COLOUR] = 0.45F, [TS_FACET_STYLE] = 0.5F,       [TS_FACET_MOOD] = 0.35F,
        [TS_FACET_QUALITY] = 0.3F, [TS_FACET_SAFETY] = 0.25F,     [TS_FACET_TEXT] = 0.8F,
        [TS_FACET_PLACE] = 0.9F,   [TS_FACET_TIME] = 0.6F,        [TS_FACET_ACTIVITY] = 1,
        [TS_FACET_EVENT] = 1,      [TS_FACET_COMPOSITION] = 0.5F, [TS_FACET_MATERIAL] = 0.5F,
        [TS_FACET_PATTERN] = 0.5F,
    };
    return weights[facet];
}

static float box_share(const ts_belief *belief, const ts_picture_info *picture)
{
    float area = 0;
    for (uint32_t i = 0; i < belief->box_count; i++) area += belief->boxes[i].width * belief->boxes[i].height;
    return fminf(1, area / ((float)picture->width * (float)picture->height));
}

/* How much a tag tells: sure, specific and large things first; the lone general word last. */
static float telling(const ts_beliefs *beliefs, ts_concept concept, const ts_picture_info *picture)
{
    const ts_belief *belief = &beliefs->items[concept];
    float depth = (float)ts_vocab_depth(beliefs->vocab, concept);
    float size = belief->box_count ? 0.85F + 0.3F * box_share(belief, picture) : 1;
    return belief->confidence * facet_weight(ts_vocab_facet(beliefs->vocab, concept)) *
           (1 + 0.12F * fminf(depth, 4)) * size;
}

static int by_telling(const void *pa, const void *pb)
{
    const verdict *a = pa;
    const verdict *b = pb;
    if (a->telling != b->telling) return a->telling < b->telling ? 1 : -1;
    return (a->concept > b->concept) - (a->concept < b->concept);
}

/* ---- one tag ------------------------------------------------------------------------------------ */

static bool wanted(const ts_tag_rules *rules, const ts_beliefs *beliefs, const verdict *v)
{
    if (rules->facets && !(rules->facets & TS_FACET_BIT(ts_vocab_facet(beliefs->vocab, v->concept))))
        return false;
    if (rules->states && !(rules->states & (UINT32_C(1) << v->state))) return false;
    return !(beliefs->items[v->concept].confidence < rules->min_confidence);
}

static bool decide(const ts_beliefs *beliefs, ts_concept concept, verdict *out)
{
    const ts_belief *belief = &beliefs->items[concept];
    if (belief->witness_count == 0) return false;
    if (ts_vocab_flags(beliefs->vocab, concept) & TS_CONCEPT_HIDDEN) return false;
    lines l = lines_of(beliefs, concept);
    if (!passes(belief, &l)) return false;
    out->concept = concept;
    out->state = belief->confidence >= l.sure ? TS_TAG_ACCEPTED : TS_TAG_SUGGESTED;
    return true;
}

static bool fill_evidence(const ts_belief *belief, ts_arena *arena, ts_tag *tag, ts_error *err)
{
    ts_evidence *evidence = TS_NEW_ARRAY(arena, belief->witness_count, ts_evidence);
    if (!evidence) return ts_fail_memory(err);
    ts_witness sorted[TS_WITNESSES_MAX];
    memcpy(sorted, belief->witnesses, sizeof sorted);
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        uint32_t best = i;
        for (uint32_t k = i + 1; k < belief->witness_count; k++)
            if (sorted[k].p > sorted[best].p) best = k;
        ts_witness w = sorted[best];
        sorted[best] = sorted[i];
        evidence[i] = (ts_evidence){.analyser = w.source->analyser,
                                    .model = w.source->model,
                                    .version = w.source->version,
                                    .label = w.label,
                                    .raw = w.raw,
                                    .score = w.score,
                                    .p = w.p};
    }
    tag->evidence = evidence;
    tag->evidence_count = belief->witness_count;
    return true;
}

static bool fill_ancestors(const ts_beliefs *beliefs, ts_concept concept, ts_tag *tag, ts_error *err)
{
    ts_concepts above = ts_vocab_ancestors(beliefs->vocab, concept);
    const char **ids = TS_NEW_ARRAY(beliefs->arena, above.count, const char *);
    if (!ids) return ts_fail_memory(err);
    for (size_t i = 0; i < above.count; i++)
        if (!(ts_vocab_flags(beliefs->vocab, above.items[i]) & TS_CONCEPT_HIDDEN))
            ids[tag->ancestor_count++] = ts_vocab_id(beliefs->vocab, above.items[i]);
    tag->ancestors = ids;
    return true;
}

static bool fill_tag(const ts_beliefs *beliefs, const verdict *v, ts_tag *tag, ts_error *err)
{
    const ts_belief *belief = &beliefs->items[v->concept];
    const ts_vocab *vocab = beliefs->vocab;
    *tag = (ts_tag){.concept = ts_vocab_id(vocab, v->concept),
                    .label = ts_vocab_label(vocab, v->concept),
                    .facet = ts_facet_name(ts_vocab_facet(vocab, v->concept)),
                    .confidence = belief->confidence,
                    .state = v->state,
                    .boxes = belief->boxes,
                    .box_count = belief->box_count,
                    .sure_count = belief->sure_count};
    if (ts_vocab_is_countable(vocab, v->concept)) tag->count = belief->box_count;
    return fill_evidence(belief, beliefs->arena, tag, err) && fill_ancestors(beliefs, v->concept, tag, err);
}

/* "Cup" says it; "drinkware, kitchenware" beside it only lengthen the list. A dull word above a tag that is
 * shown stays among that tag's ancestors and is no tag of its own. */
static size_t drop_umbrellas(const ts_beliefs *beliefs, verdict *verdicts, size_t count, bool *covered)
{
    for (size_t i = 0; i < count; i++) {
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, verdicts[i].concept);
        for (size_t k = 0; k < above.count; k++) covered[above.items[k]] = true;
    }
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        ts_concept concept = verdicts[i].concept;
        bool dull = ts_vocab_flags(beliefs->vocab, concept) & TS_CONCEPT_DULL;
        if (!dull || !covered[concept]) verdicts[kept++] = verdicts[i];
    }
    return kept;
}

/* ---- what is not shown ---------------------------------------------------------------------------- */

/* Below it there is no opinion: nearly every class has a trace of probability. */
#define WEIGHED 0.01F

static bool is_weighed(const ts_beliefs *beliefs, ts_concept concept)
{
    const ts_belief *belief = &beliefs->items[concept];
    return belief->witness_count > 0 && belief->confidence >= WEIGHED &&
           !(ts_vocab_flags(beliefs->vocab, concept) & TS_CONCEPT_HIDDEN);
}

static bool fill_tags(const ts_beliefs *beliefs, const verdict *verdicts, size_t count, const ts_tag **tags,
                      ts_error *err)
{
    ts_tag *out = TS_NEW_ARRAY(beliefs->arena, count, ts_tag);
    if (!out) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!fill_tag(beliefs, &verdicts[i], &out[i], err)) return false;
    *tags = out;
    return true;
}

static bool fill_others(const ts_beliefs *beliefs, const verdict *shown, size_t count, ts_record *record,
                        ts_error *err)
{
    verdict *others = TS_NEW_ARRAY(beliefs->arena, beliefs->count, verdict);
    bool *taken = TS_NEW_ARRAY(beliefs->arena, beliefs->count, bool);
    size_t n = 0;
    if (!others || !taken) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) taken[shown[i].concept] = true;
    for (ts_concept c = 0; c < beliefs->count; c++)
        if (!taken[c] && is_weighed(beliefs, c))
            others[n++] = (verdict){.concept = c, .telling = beliefs->items[c].confidence};
    qsort(others, n, sizeof *others, by_telling); /* which is their confidence here */
    record->other_count = n;
    return fill_tags(beliefs, others, n, &record->others, err);
}

/* ---- the whole of it ------------------------------------------------------------------------------- */

bool ts_judge(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
              ts_record *record, ts_error *err)
{
    verdict *verdicts = TS_NEW_ARRAY(beliefs->arena, beliefs->count, verdict);
    bool *covered = TS_NEW_ARRAY(beliefs->arena, beliefs->count, bool);
    if (!verdicts || !covered) return ts_fail_memory(err);
    size_t n = 0;
    for (ts_concept c = 0; c < beliefs->count; c++) {
        if (!decide(beliefs, c, &verdicts[n]) || !wanted(rules, beliefs, &verdicts[n])) continue;
        verdicts[n++].telling = telling(beliefs, c, picture);
    }
    n = drop_umbrellas(beliefs, verdicts, n, covered);
    qsort(verdicts, n, sizeof *verdicts, by_telling);
    if (rules->max_tags && n > rules->max_tags) n = rules->max_tags;
    record->tag_count = n;
    return fill_tags(beliefs, verdicts, n, &record->tags, err) &&
           (!rules->others || fill_others(beliefs, verdicts, n, record, err));
}
