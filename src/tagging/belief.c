/* tagging: from observations in the models' words to beliefs about concepts. See belief.h for the formulas.
 * It must not know files, users or output. */
#include "tagging/belief.h"

#include <math.h>
#include <string.h>

/* Classes below this share of a distribution say nothing, and there are nearly a thousand of them. */
#define CLASS_FLOOR 0.001F
#define BOXES_MAX 100

float ts_calibrate(const ts_source *source, float raw)
{
    float p = fminf(fmaxf(raw, 1e-6F), 1 - 1e-6F);
    if (source->slope == 1 && source->offset == 0) return p;
    float logit = logf(p / (1 - p));
    return 1 / (1 + expf(-(source->slope * logit + source->offset)));
}

static void add_witness(ts_belief *belief, const ts_witness *witness)
{
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        ts_witness *known = &belief->witnesses[i];
        if (strcmp(known->source->analyser, witness->source->analyser) != 0) continue;
        if (witness->p > known->p) *known = *witness;
        return;
    }
    if (belief->witness_count < TS_WITNESSES_MAX) belief->witnesses[belief->witness_count++] = *witness;
}

void ts_beliefs_witness(ts_beliefs *beliefs, ts_concept concept, const ts_witness *witness)
{
    add_witness(&beliefs->items[concept], witness);
    ts_concepts above = ts_vocab_ancestors(beliefs->vocab, concept);
    for (size_t i = 0; i < above.count; i++) add_witness(&beliefs->items[above.items[i]], witness);
}

/* ---- exclusive classes -------------------------------------------------------------------------- */

typedef struct class_sum {
    float mass;
    float best;
    uint32_t best_class;
} class_sum;

static void add_mass(class_sum *sum, float mass, uint32_t class)
{
    sum->mass += mass;
    if (mass <= sum->best) return;
    sum->best = mass;
    sum->best_class = class;
}

/* Adds up what lies at and below each concept. */
static void sum_classes(const ts_beliefs *beliefs, const ts_distribution *seen, class_sum *sums)
{
    for (uint32_t class = 0; class < seen->count; class ++) {
        float mass = seen->probabilities[class];
        if (mass < CLASS_FLOOR) continue;
        ts_relation relation;
        ts_concept concept = ts_vocab_map_class(beliefs->vocab, seen->scheme, class, &relation);
        if (concept == TS_CONCEPT_NONE) continue;
        /* A class wider than the concept is only half a reason for it. */
        if (relation == TS_RELATION_BROADER) mass *= 0.5F;
        add_mass(&sums[concept], mass, class);
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, concept);
        for (size_t i = 0; i < above.count; i++) add_mass(&sums[above.items[i]], mass, class);
    }
}

static float word_of(const ts_belief *belief, const ts_source *source)
{
    for (uint32_t i = 0; i < belief->witness_count; i++)
        if (belief->witnesses[i].source == source) return belief->witnesses[i].p;
    return 0;
}

/* Marks what a detector looked for and did not find. */
static void mark_missed(const ts_beliefs *beliefs, const ts_search *search, bool *missed)
{
    for (size_t class = 0; search && class < search->class_count; class ++) {
        ts_concept concept = ts_vocab_map_class(beliefs->vocab, search->scheme, class, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        missed[concept] = word_of(&beliefs->items[concept], search->source) < search->source->drop;
    }
}

static bool is_missed(const ts_beliefs *beliefs, const bool *missed, ts_concept concept)
{
    if (missed[concept]) return true;
    ts_concepts above = ts_vocab_ancestors(beliefs->vocab, concept);
    for (size_t i = 0; i < above.count; i++)
        if (missed[above.items[i]]) return true;
    return false;
}

static bool add_distribution(ts_beliefs *beliefs, const ts_distribution *seen, const ts_search *search,
                             ts_error *err)
{
    class_sum *sums = TS_NEW_ARRAY(beliefs->arena, beliefs->count, class_sum);
    bool *missed = TS_NEW_ARRAY(beliefs->arena, beliefs->count, bool);
    if (!sums || !missed) return ts_fail_memory(err);
    sum_classes(beliefs, seen, sums);
    mark_missed(beliefs, search, missed);
    for (ts_concept c = 0; c < beliefs->count; c++) {
        if (sums[c].mass < 0.01F) continue;
        ts_witness witness = {.source = seen->source,
                              .label = seen->labels[sums[c].best_class],
                              .raw = seen->probabilities[sums[c].best_class],
                              .score = sums[c].mass,
                              .p = ts_calibrate(seen->source, sums[c].mass)};
        if (is_missed(beliefs, missed, c)) witness.p *= witness.p;
        add_witness(&beliefs->items[c], &witness);
    }
    return true;
}

/* ---- boxes -------------------------------------------------------------------------------------- */

/* From here on a box is one more thing beyond doubt: of 40 things that were told to be two on COCO, four were fewer,
 * where the sure line itself would make it half of them. */
#define COUNTED_FROM 0.8F

static bool add_box(ts_beliefs *beliefs, ts_concept concept, ts_rect box, bool sure, ts_error *err)
{
    ts_belief *belief = &beliefs->items[concept];
    if (!belief->boxes) belief->boxes = TS_NEW_ARRAY(beliefs->arena, BOXES_MAX, ts_rect);
    if (!belief->boxes) return ts_fail_memory(err);
    if (belief->box_count == BOXES_MAX) return true;
    belief->boxes[belief->box_count++] = box;
    belief->sure_count += sure;
    return true;
}

/* Observations come best first for each analyser, so boxes do too. */
static bool add_observations(ts_beliefs *beliefs, const ts_seen *seen, ts_error *err)
{
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        ts_concept concept = ts_vocab_map_class(beliefs->vocab, o->scheme, o->key, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        ts_witness witness = {.source = o->source,
                              .label = o->label,
                              .raw = o->raw,
                              .score = o->raw,
                              .p = ts_calibrate(o->source, o->raw)};
        ts_beliefs_witness(beliefs, concept, &witness);
        if (!o->has_box || witness.p < o->source->drop) continue;
        if (!add_box(beliefs, concept, o->box, witness.p >= COUNTED_FROM, err)) return false;
    }
    return true;
}

static bool add_faces(ts_beliefs *beliefs, const ts_seen *seen, ts_error *err)
{
    ts_concept face = ts_vocab_find(beliefs->vocab, "people/face");
    if (face == TS_CONCEPT_NONE) return true;
    for (size_t i = 0; i < seen->face_count; i++) {
        ts_witness witness = {.source = seen->faces_source,
                              .label = "face",
                              .raw = seen->faces[i].score,
                              .score = seen->faces[i].score,
                              .p = ts_calibrate(seen->faces_source, seen->faces[i].score)};
        ts_beliefs_witness(beliefs, face, &witness);
        bool sure = witness.p >= COUNTED_FROM;
        if (!add_box(beliefs, face, seen->faces[i].box, sure, err)) return false;
    }
    return true;
}

/* ---- fusing ------------------------------------------------------------------------------------- */

static void fuse(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        ts_belief *belief = &beliefs->items[c];
        float doubt = 1;
        for (uint32_t i = 0; i < belief->witness_count; i++) doubt *= 1 - belief->witnesses[i].p;
        belief->confidence = 1 - doubt;
    }
    for (ts_concept c = 0; c < beliefs->count; c++) {
        if (beliefs->items[c].confidence <= 0) continue;
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, c);
        for (size_t i = 0; i < above.count; i++) {
            ts_belief *parent = &beliefs->items[above.items[i]];
            parent->confidence = fmaxf(parent->confidence, beliefs->items[c].confidence);
        }
    }
}

/* "Beagle" has no box of its own, but if there is just one dog in the picture, the dog's box is the beagle's.
 */
static void lend_boxes(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        ts_belief *belief = &beliefs->items[c];
        if (belief->witness_count == 0 || belief->boxes) continue;
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, c);
        for (size_t i = 0; i < above.count; i++) {
            const ts_belief *parent = &beliefs->items[above.items[i]];
            if (!parent->boxes) continue;
            if (parent->box_count == 1) {
                belief->boxes = parent->boxes;
                belief->box_count = 1;
                belief->sure_count = parent->sure_count;
            }
            break;
        }
    }
}

bool ts_beliefs_form(const ts_vocab *vocab, const ts_seen *seen, const ts_picture_info *picture,
                     ts_arena *arena, ts_beliefs *out, ts_error *err)
{
    *out = (ts_beliefs){.vocab = vocab, .arena = arena, .count = ts_vocab_count(vocab)};
    out->items = TS_NEW_ARRAY(arena, out->count, ts_belief);
    if (!out->items) return ts_fail_memory(err);
    if (!add_observations(out, seen, err) || !add_faces(out, seen, err)) return false;
    if (seen->distribution && !add_distribution(out, seen->distribution, seen->search, err)) return false;
    if (!ts_writing_add(out, seen, picture, err)) return false;
    ts_attributes_add(out, seen, picture);
    fuse(out);
    lend_boxes(out);
    return true;
}
