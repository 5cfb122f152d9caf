/* tagging: the judgement. A belief becomes a tag when it is over the drop line, and is accepted when it is over the sure
 * line, unless the concept is sensitive or its box contested. It knows no networks and no output form. */
#include "tagging/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Below it there is no opinion: nearly every class has a trace of probability. */
#define WEIGHED 0.01F

/* ---- one concept ---------------------------------------------------------------------------------- */

/* Each witness is held to its own drop line; several together may pass where none would alone. A detector that looked for
 * the thing, and a line of the caller's own, hold for what all witnesses say together. */
static bool passes(const ts_belief *belief, const ts_lines *l)
{
    if (l->fixed || belief->sought_by) return belief->confidence >= l->drop;
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        const ts_witness *w = &belief->witnesses[i];
        if (w->p >= fmaxf(l->drop, ts_drop_of(w))) return belief->confidence >= l->drop;
    }
    return belief->witness_count > 1 && belief->confidence >= l->sure;
}

static bool is_weighed(const ts_beliefs *beliefs, ts_concept concept)
{
    const ts_belief *belief = &beliefs->items[concept];
    return belief->witness_count > 0 && belief->confidence >= WEIGHED &&
           !(ts_vocab_flags(beliefs->vocab, concept) & TS_CONCEPT_HIDDEN);
}

/* The state of a concept that is shown, and why. */
static void settle(const ts_beliefs *beliefs, ts_verdict_on *v)
{
    const ts_belief *belief = &beliefs->items[v->concept];
    v->state = TS_TAG_SUGGESTED;
    if (ts_vocab_flags(beliefs->vocab, v->concept) & TS_CONCEPT_RISKY) v->because = TS_BECAUSE_SENSITIVE;
    else if (belief->confidence < v->lines.sure) v->because = TS_BECAUSE_UNSURE;
    else if (belief->contested) v->because = TS_BECAUSE_CONTESTED;
    else {
        v->state = TS_TAG_ACCEPTED;
        v->because = TS_BECAUSE_SURE;
    }
}

/* Everything but its line: what the caller does not ask about is no tag, however sure. */
static bool is_asked_for(const ts_tag_rules *rules, const ts_beliefs *beliefs, ts_concept concept)
{
    if (rules->only && !rules->only[concept]) return false;
    if (rules->facets && !(rules->facets & TS_FACET_BIT(ts_vocab_facet(beliefs->vocab, concept))))
        return false;
    return !(beliefs->items[concept].confidence < rules->min_confidence);
}

static bool is_wanted_state(const ts_tag_rules *rules, ts_tag_state state)
{
    return !rules->states || (rules->states & (UINT32_C(1) << state));
}

static bool decide(const ts_beliefs *beliefs, const ts_tag_rules *rules, ts_concept concept, bool anyway,
                   ts_verdict_on *out)
{
    if (!is_weighed(beliefs, concept) || !is_asked_for(rules, beliefs, concept)) return false;
    *out = (ts_verdict_on){.concept = concept, .lines = ts_lines_of(beliefs, rules, concept)};
    if (!anyway && !passes(&beliefs->items[concept], &out->lines)) return false;
    settle(beliefs, out);
    return is_wanted_state(rules, out->state);
}

static bool is_likely(const ts_beliefs *beliefs, ts_concept concept)
{
    ts_lines lines = ts_lines_of(beliefs, &TS_TAG_RULES_DEFAULT, concept);
    return passes(&beliefs->items[concept], &lines);
}

/* ---- what a tag carries ----------------------------------------------------------------------------- */

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

static bool fill_tag(const ts_beliefs *beliefs, const ts_verdict_on *v, ts_tag *tag, ts_error *err)
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
                    .sure_count = belief->sure_count,
                    .shown_from = v->lines.drop,
                    .accepted_from = v->lines.sure,
                    .likely = v->because || is_likely(beliefs, v->concept),
                    .because = v->because};
    if (ts_vocab_is_countable(vocab, v->concept)) tag->count = belief->box_count;
    return fill_evidence(belief, beliefs->arena, tag, err) && fill_ancestors(beliefs, v->concept, tag, err);
}

static bool fill_tags(const ts_beliefs *beliefs, const ts_verdict_on *verdicts, size_t count,
                      const ts_tag **tags, ts_error *err)
{
    ts_tag *out = TS_NEW_ARRAY(beliefs->arena, count, ts_tag);
    if (!out) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        if (!fill_tag(beliefs, &verdicts[i], &out[i], err)) return false;
    *tags = out;
    return true;
}

/* ---- what is not shown ---------------------------------------------------------------------------- */

static int by_confidence(const void *pa, const void *pb)
{
    const ts_verdict_on *a = pa;
    const ts_verdict_on *b = pb;
    if (a->telling != b->telling) return a->telling < b->telling ? 1 : -1;
    return (a->concept > b->concept) - (a->concept < b->concept);
}

static bool fill_others(const ts_beliefs *beliefs, const ts_tag_rules *rules, const ts_verdict_on *shown,
                        size_t count, ts_record *record, ts_error *err)
{
    ts_verdict_on *others = TS_NEW_ARRAY(beliefs->arena, beliefs->count, ts_verdict_on);
    bool *taken = TS_NEW_ARRAY(beliefs->arena, beliefs->count, bool);
    size_t n = 0;
    if (!others || !taken) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) taken[shown[i].concept] = true;
    for (ts_concept c = 0; c < beliefs->count; c++)
        if (!taken[c] && is_weighed(beliefs, c))
            others[n++] = (ts_verdict_on){.concept = c,
                                          .lines = ts_lines_of(beliefs, rules, c),
                                          .telling = beliefs->items[c].confidence};
    qsort(others, n, sizeof *others, by_confidence);
    record->other_count = n;
    return fill_tags(beliefs, others, n, &record->others, err);
}

/* ---- the whole of it ------------------------------------------------------------------------------- */

/* Every level was asked for: what stands above a tag is one, whether it has a line of its own or not. */
static size_t add_levels(const ts_beliefs *beliefs, const ts_tag_rules *rules, ts_verdict_on *verdicts,
                         size_t count, bool *taken)
{
    size_t n = count;
    for (size_t i = 0; i < count; i++) taken[verdicts[i].concept] = true;
    for (size_t i = 0; i < count; i++) {
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, verdicts[i].concept);
        for (size_t k = 0; k < above.count; k++) {
            if (taken[above.items[k]]) continue;
            taken[above.items[k]] = true;
            if (decide(beliefs, rules, above.items[k], true, &verdicts[n])) n++;
        }
    }
    return n;
}

bool ts_judge(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
              ts_record *record, ts_error *err)
{
    ts_verdict_on *verdicts = TS_NEW_ARRAY(beliefs->arena, beliefs->count + 1, ts_verdict_on);
    bool *taken = TS_NEW_ARRAY(beliefs->arena, beliefs->count, bool);
    if (!verdicts || !taken) return ts_fail_memory(err);
    size_t n = 0;
    for (ts_concept c = 0; c < beliefs->count; c++)
        if (decide(beliefs, rules, c, false, &verdicts[n])) n++;
    if (rules->specificity == TS_SPECIFICITY_ALL) n = add_levels(beliefs, rules, verdicts, n, taken);
    n = ts_choose(beliefs, picture, rules, verdicts, n);
    if (n == SIZE_MAX) return ts_fail_memory(err);
    record->tag_count = n;
    return fill_tags(beliefs, verdicts, n, &record->tags, err) &&
           (!rules->others || fill_others(beliefs, rules, verdicts, n, record, err));
}
