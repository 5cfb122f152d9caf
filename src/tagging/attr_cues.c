/* tagging: scenes, times of day and activities from all evidence at once. The rows of vocab/cues.tsv are weights of a
 * sum of log-odds: each cue adds its weight times how far it is there, and the sum is a probability.
 *
 * Scenes come first; times and activities may take them as cues. Indoors and outdoors exclude each other: whichever
 * side has the likelier scene speaks, the other is silent. It knows no cue by name. */
#include <math.h>
#include <string.h>

#include "tagging/attributes.h"

#define CONCLUSIONS_MAX 128
#define LEAST_EVIDENCE 0.5F /* how common a scene is, is no evidence for it */

static const ts_source cues_rule = {
    .analyser = "cues", .model = "table", .version = "1", .slope = 1, .drop = 0.5F, .sure = 0.7F};

/* What the rows of one concept add up to. */
typedef struct conclusion {
    ts_concept concept;
    const char *label; /* the cue that adds most */
    float p;
} conclusion;

typedef struct conclusions {
    conclusion items[CONCLUSIONS_MAX];
    size_t count;
} conclusions;

/* How far a cue is there. */
static float presence(const ts_traits *t, const ts_cue *cue)
{
    if (strcmp(cue->relation, "seen") == 0) return ts_attribute_seen(t->beliefs, cue->seen);
    if (strcmp(cue->relation, "always") == 0) return 1;
    if (strcmp(cue->relation, "gist") == 0)
        return 2 * ts_gist_of(t->seen, cue->look, 0.5F) - 1; /* from -1, surely not, to 1, surely */
    if (strcmp(cue->relation, "look") == 0) {
        size_t look = ts_look_find(cue->look);
        return look < TS_LOOKS ? t->looks.values[look] : 0;
    }
    return ts_relation_strength(t->beliefs, &t->things, cue->relation, cue->seen);
}

/* Adds up the run of rows that begins at cues[0]; returns its length. */
static size_t conclude(const ts_traits *t, const ts_cue *cues, size_t count, conclusion *out)
{
    float sum = 0, most = 0, evidence = 0;
    size_t i = 0;
    *out = (conclusion){.concept = cues->concept, .label = cues->relation};
    for (; i < count && cues[i].concept == cues->concept; i++) {
        float part = cues[i].weight * presence(t, &cues[i]);
        sum += part;
        if (strcmp(cues[i].relation, "always") == 0) continue;
        evidence += fmaxf(part, 0);
        if (part <= most) continue;
        most = part;
        out->label = cues[i].look;
    }
    out->p = evidence >= LEAST_EVIDENCE ? 1 / (1 + expf(-sum)) : 0;
    return i;
}

static void collect(const ts_traits *t, bool scenes, conclusions *out)
{
    const ts_cue *cues;
    size_t count = ts_vocab_cues(t->beliefs->vocab, &cues);
    for (size_t i = 0; i < count && out->count < CONCLUSIONS_MAX;) {
        bool is_scene = ts_vocab_facet(t->beliefs->vocab, cues[i].concept) == TS_FACET_SCENE;
        if (is_scene != scenes) {
            i++;
            continue;
        }
        conclusion *c = &out->items[out->count];
        i += conclude(t, cues + i, count - i, c);
        if (c->p >= cues_rule.drop) out->count++;
    }
}

/* The likeliest conclusion at or below a concept. */
static float best_below(const ts_beliefs *beliefs, const conclusions *all, ts_concept top)
{
    float best = 0;
    for (size_t i = 0; i < all->count; i++) {
        ts_thing scene = {.concept = all->items[i].concept};
        if (ts_thing_is(beliefs, &scene, top)) best = fmaxf(best, all->items[i].p);
    }
    return best;
}

static void drop_below(const ts_beliefs *beliefs, conclusions *all, ts_concept top)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        ts_thing scene = {.concept = all->items[i].concept};
        if (!ts_thing_is(beliefs, &scene, top)) all->items[kept++] = all->items[i];
    }
    all->count = kept;
}

static void choose_a_side(const ts_beliefs *beliefs, conclusions *all)
{
    ts_concept inside = ts_vocab_find(beliefs->vocab, "scene/indoors");
    ts_concept outside = ts_vocab_find(beliefs->vocab, "scene/outdoors");
    float in = best_below(beliefs, all, inside), out = best_below(beliefs, all, outside);
    if (in > 0 && out > 0) drop_below(beliefs, all, in > out ? outside : inside);
}

static void say_all(ts_beliefs *beliefs, const conclusions *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const conclusion *c = &all->items[i];
        ts_witness witness = {.source = &cues_rule,
                              .label = c->label,
                              .raw = c->p,
                              .score = c->p,
                              .p = fminf(c->p, TS_RAMP_TOP)};
        /* A pet is concluded from the dog: no new proof of an animal. */
        bool is_thing = ts_vocab_facet(beliefs->vocab, c->concept) == TS_FACET_OBJECT;
        if (is_thing) ts_belief_add(&beliefs->items[c->concept], &witness);
        else ts_beliefs_witness(beliefs, c->concept, &witness);
    }
}

void ts_attributes_cues(const ts_traits *t)
{
    conclusions scenes = {.count = 0}, others = {.count = 0};
    collect(t, true, &scenes);
    choose_a_side(t->beliefs, &scenes);
    say_all(t->beliefs, &scenes);
    collect(t, false, &others);
    say_all(t->beliefs, &others);
}
