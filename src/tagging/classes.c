/* tagging: what a classifier of exclusive classes says, held against what the detector saw in the same picture. See
 * belief.h for the formulas. It must not know files, users or output. */
#include <math.h>

#include "tagging/belief.h"

/* Classes below this share of a distribution say nothing, and there are nearly a thousand of them. */
#define CLASS_FLOOR 0.001F
/* Nor does a concept whose classes have less together. */
#define MASS_FLOOR 0.01F

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

/* ---- what the detector made of it ----------------------------------------------------------------- */

typedef struct sight {
    bool known;  /* the detector looks for this very concept */
    bool found;  /* ... and has at least a guess where it might be */
    bool kin;    /* it looks for something that is a kind of this */
    bool shown;  /* ... and lists a box of such */
    unsigned at; /* boxes listed of this very concept */
} sight;

typedef struct scene {
    const ts_beliefs *beliefs;
    const ts_search *search; /* NULL: no detector looked */
    sight *sights;           /* by concept */
    const ts_concept *boxed; /* concepts that have listed boxes, each once */
    size_t boxed_count;
    unsigned boxes; /* all that are listed */
    ts_concept clothing;
    float laid_out; /* how sure it is that garments lie or hang there without anybody in them */
} scene;

static void mark_known(scene *s)
{
    const ts_vocab *vocab = s->beliefs->vocab;
    for (size_t class = 0; class < s->search->class_count; class ++) {
        ts_concept concept = ts_vocab_map_class(vocab, s->search->scheme, class, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        s->sights[concept].known = s->sights[concept].kin = true;
        ts_concepts above = ts_vocab_ancestors(vocab, concept);
        for (size_t i = 0; i < above.count; i++) s->sights[above.items[i]].kin = true;
    }
}

static void mark_box(scene *s, ts_concept concept, ts_concept *boxed)
{
    ts_concepts above = ts_vocab_ancestors(s->beliefs->vocab, concept);
    if (s->sights[concept].at++ == 0) boxed[s->boxed_count++] = concept;
    s->boxes++;
    s->sights[concept].shown = true;
    for (size_t i = 0; i < above.count; i++) s->sights[above.items[i]].shown = true;
}

static void mark_found(scene *s, const ts_seen *seen, ts_concept *boxed)
{
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        if (o->source != s->search->source) continue;
        ts_concept concept = ts_vocab_map_class(s->beliefs->vocab, o->scheme, o->key, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        s->sights[concept].found = true;
        if (o->has_box && ts_box_is_listed(o)) mark_box(s, concept, boxed);
    }
}

static bool survey(scene *s, const ts_beliefs *beliefs, const ts_seen *seen, ts_error *err)
{
    *s = (scene){.beliefs = beliefs,
                 .search = seen->search,
                 .clothing = ts_vocab_find(beliefs->vocab, "object/clothing"),
                 .laid_out = ts_gist_of(seen, "clothes", 0)};
    if (!s->search) return true;
    ts_concept *boxed = TS_NEW_ARRAY(beliefs->arena, seen->count + 1, ts_concept);
    s->sights = TS_NEW_ARRAY(beliefs->arena, beliefs->count, sight);
    if (!boxed || !s->sights) return ts_fail_memory(err);
    mark_known(s);
    mark_found(s, seen, boxed);
    s->boxed = boxed;
    return true;
}

/* ln(1 + boxes of things that the concept does not explain): neither itself, nor above it, nor a kind of it. */
static float crowd_beside(const scene *s, ts_concept concept)
{
    const ts_vocab *vocab = s->beliefs->vocab;
    unsigned others = s->boxes;
    for (size_t i = 0; i < s->boxed_count; i++) {
        ts_concept boxed = s->boxed[i];
        bool related = boxed == concept || ts_vocab_is_ancestor(vocab, boxed, concept) ||
                       ts_vocab_is_ancestor(vocab, concept, boxed);
        if (related) others -= s->sights[boxed].at;
    }
    return logf(1 + (float)others);
}

/* What the detector's silence takes from the logit of the classifier's word. */
static float silence_about(const scene *s, ts_concept concept, float crowd)
{
    const ts_weighing *weighing = &s->search->source->weighing;
    ts_concepts above = ts_vocab_ancestors(s->beliefs->vocab, concept);
    if (s->sights[concept].known) return s->sights[concept].found ? 0 : weighing->silence;
    for (size_t i = 0; i < above.count; i++)
        if (s->sights[above.items[i]].known) return s->sights[above.items[i]].found ? 0 : weighing->silence;
    const sight *kin = &s->sights[concept];
    for (size_t i = 0; i < above.count && !kin->kin; i++) kin = &s->sights[above.items[i]];
    return kin->kin && !kin->shown ? weighing->kin_silence * crowd : 0;
}

/* ---- the classifier's word -------------------------------------------------------------------------- */

/* It learned garments on people, and folds and prints look like many things: of 56 classes that it suggested where
 * garments were laid out, about 13 were right. What they are, heads of their own say. */
#define LAID_OUT 4.0F
#define LAID_OUT_FROM 0.3F

/* ln(1 + three other things in boxes) */
#define CROWDED 1.38F

/* However crowded a picture is, a larger share never says less. */
#define CERTAINTY_LEAST 0.2F

static ts_witness speak(const scene *s, const ts_distribution *seen, ts_concept concept, const class_sum *sum)
{
    float crowd = s->search ? crowd_beside(s, concept) : 0;
    float certainty = fmaxf(CERTAINTY_LEAST, 1 - seen->source->weighing.crowd * crowd);
    ts_witness witness = {.source = seen->source,
                          .label = seen->labels[sum->best_class],
                          .raw = seen->probabilities[sum->best_class],
                          .of_classes = true,
                          .in_a_crowd = crowd >= CROWDED,
                          .score = fminf(sum->mass, ts_sigmoid(certainty * ts_logit(sum->mass)))};
    witness.p = ts_calibrate(seen->source, witness.score);
    float against = s->search ? silence_about(s, concept, crowd) : 0;
    if (s->laid_out > LAID_OUT_FROM && concept != s->clothing) against += LAID_OUT * s->laid_out;
    if (against > 0) witness.p = ts_sigmoid(ts_logit(witness.p) - against);
    return witness;
}

static uint32_t likeliest_class(const ts_distribution *seen)
{
    uint32_t best = 0;
    for (uint32_t class = 1; class < seen->count; class ++)
        if (seen->probabilities[class] > seen->probabilities[best]) best = class;
    return best;
}

bool ts_classes_add(ts_beliefs *beliefs, const ts_seen *seen, ts_error *err)
{
    scene s;
    class_sum *sums = TS_NEW_ARRAY(beliefs->arena, beliefs->count, class_sum);
    if (!sums) return ts_fail_memory(err);
    if (!survey(&s, beliefs, seen, err)) return false;
    sum_classes(beliefs, seen->distribution, sums);
    uint32_t likeliest = likeliest_class(seen->distribution);
    for (ts_concept c = 0; c < beliefs->count; c++) {
        if (sums[c].mass < MASS_FLOOR) continue;
        ts_witness witness = speak(&s, seen->distribution, c, &sums[c]);
        witness.runner_up = sums[c].best_class != likeliest;
        ts_belief_add(&beliefs->items[c], &witness);
    }
    return true;
}
