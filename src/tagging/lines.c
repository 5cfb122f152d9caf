/* tagging: from which confidence on a concept is a tag, and from which on an accepted one. It knows no networks and no
 * output form.
 *
 * A precision becomes a line by what was measured: the calibration of a model holds, for each facet, pairs
 * [confidence, share that was right of all tags from there on], made by `tagsmith calibrate`, for the tags of which the
 * model was the surest witness. */
#include <jansson.h>
#include <math.h>

#include "tagging/judge.h"

/* Lines for flagged concepts (vocab/README.md says why the flags are there). */
#define DULL_DROP 0.35F
#define FINE_DROP 0.2F
#define RISKY_DROP 0.35F
/* Of exclusive classes at most one is right: of what was not the likeliest and had 0.12 to 0.35, a tenth was there (3 of 33
 * in ImageNet and COCO photographs), of the likeliest a third. */
#define RUNNER_UP_DROP 0.35F
/* Beside three and more things in boxes: of 46 classes suggested on COCO 18 were there, from 0.45 on two of three. */
#define CROWDED_DROP 0.45F
#define NEVER 2.0F /* never without a person's eye */

/* ---- what the caller wants -------------------------------------------------------------------------- */

static const ts_line *own_line_of(const ts_tag_rules *rules, ts_concept concept)
{
    for (size_t i = 0; i < rules->concept_line_count; i++)
        if (rules->concept_lines[i].concept == concept) return &rules->concept_lines[i].line;
    return NULL;
}

static ts_line wish_for(const ts_beliefs *beliefs, const ts_tag_rules *rules, ts_concept concept, bool *own)
{
    ts_facet facet = ts_vocab_facet(beliefs->vocab, concept);
    ts_concepts above = {0};
    if (rules->concept_line_count) above = ts_vocab_ancestors(beliefs->vocab, concept);
    const ts_line *line = own_line_of(rules, concept);
    for (size_t i = 0; i < above.count && !line; i++) line = own_line_of(rules, above.items[i]);
    *own = line != NULL;
    if (line) return *line;
    return rules->facet_lines[facet].kind != TS_LINE_DEFAULT ? rules->facet_lines[facet] : rules->line;
}

/* ---- precision -------------------------------------------------------------------------------------- */

static const ts_source *surest_source(const ts_belief *belief)
{
    const ts_witness *best = &belief->witnesses[0];
    for (uint32_t i = 1; i < belief->witness_count; i++)
        if (belief->witnesses[i].p > best->p) best = &belief->witnesses[i];
    return best->source;
}

/* The lowest measured confidence from which on so many are right; beyond what was reached, nothing is enough. */
static float line_for_precision(const json_t *steps, float wanted)
{
    size_t i;
    json_t *step;
    float line = NEVER;
    json_array_foreach (steps, i, step) {
        double from = json_number_value(json_array_get(step, 0));
        double right = json_number_value(json_array_get(step, 1));
        if (right < (double)wanted) line = NEVER;
        else if (line > 1) line = (float)from;
    }
    return line;
}

static float precision_line(const ts_beliefs *beliefs, ts_concept concept, float wanted)
{
    const ts_belief *belief = &beliefs->items[concept];
    const char *facet = ts_facet_name(ts_vocab_facet(beliefs->vocab, concept));
    const json_t *steps = json_object_get(surest_source(belief)->weighing.measured, facet);
    if (!json_is_array(steps) || json_array_size(steps) == 0) return wanted;
    float line = line_for_precision(steps, wanted);
    return line <= 1 ? line : fmaxf(wanted, 0.999F);
}

/* ---- the lines -------------------------------------------------------------------------------------- */

float ts_drop_of(const ts_witness *witness)
{
    float drop = witness->source->drop;
    if (witness->in_a_crowd) drop = fmaxf(drop, CROWDED_DROP);
    return witness->runner_up ? fmaxf(drop, RUNNER_UP_DROP) : drop;
}

/* The lowest among the witnesses: an analyser that may speak for itself may do so in company. But where a detector looked
 * for the very thing, its lines hold, whoever else has a guess. */
static ts_lines lines_of_models(const ts_belief *belief)
{
    ts_lines l = {.drop = 1, .sure = 1};
    if (belief->sought_by)
        return (ts_lines){.drop = belief->sought_by->drop, .sure = belief->sought_by->sure};
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        l.drop = fminf(l.drop, ts_drop_of(&belief->witnesses[i]));
        l.sure = fminf(l.sure, belief->witnesses[i].source->sure);
    }
    return l;
}

static void raise_for_flags(uint32_t flags, ts_lines *l)
{
    if (flags & TS_CONCEPT_FINE) l->drop = fmaxf(l->drop, FINE_DROP);
    if (flags & TS_CONCEPT_DULL) l->drop = fmaxf(l->drop, DULL_DROP);
    if (flags & TS_CONCEPT_RISKY) l->drop = fmaxf(l->drop, RISKY_DROP);
}

ts_lines ts_lines_of(const ts_beliefs *beliefs, const ts_tag_rules *rules, ts_concept concept)
{
    uint32_t flags = ts_vocab_flags(beliefs->vocab, concept);
    bool own = false;
    ts_line wish = wish_for(beliefs, rules, concept, &own);
    ts_lines l = lines_of_models(&beliefs->items[concept]);
    l.fixed = wish.kind != TS_LINE_DEFAULT;
    if (wish.kind == TS_LINE_AT) l.drop = wish.value;
    if (wish.kind == TS_LINE_PRECISION) l.drop = precision_line(beliefs, concept, wish.value);
    if (!own) raise_for_flags(flags, &l); /* who names the concept has thought of it */
    l.sure = flags & TS_CONCEPT_RISKY ? NEVER : fmaxf(l.sure, l.drop);
    return l;
}
