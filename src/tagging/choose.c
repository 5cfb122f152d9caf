/* tagging: of the concepts that pass their lines, those that are shown, most telling first. It knows no networks and no
 * output form. */
#include <math.h>
#include <stdlib.h>

#include "tagging/judge.h"

/* What each verdict is to the others, by concept. */
typedef struct place {
    uint32_t verdict;    /* number + 1; 0: none */
    uint32_t kinds;      /* concepts below it in the whole vocabulary */
    bool has_kind;       /* a verdict stands below it */
    bool has_sure_kind;  /* ... one that is accepted */
    bool is_entry_level; /* the word people would use */
} place;

typedef struct choice {
    const ts_beliefs *beliefs;
    const ts_tag_rules *rules;
    ts_verdict_on *verdicts;
    size_t count;
    place *places;
} choice;

/* ---- specificity ------------------------------------------------------------------------------------ */

/* COCO chose its 80 classes as entry-level categories, "the category labels that are commonly used by humans when
 * describing objects" (Lin et al. 2014, after Jolicoeur, Gluck and Kosslyn 1984). */
static void mark_entry_level(choice *c)
{
    enum { classes = 80 };
    for (size_t class = 0; class < classes; class ++) {
        ts_concept concept = ts_vocab_map_class(c->beliefs->vocab, "coco80", class, NULL);
        if (concept != TS_CONCEPT_NONE) c->places[concept].is_entry_level = true;
    }
}

static bool is_dull(const choice *c, ts_concept concept)
{
    return ts_vocab_flags(c->beliefs->vocab, concept) & (TS_CONCEPT_DULL | TS_CONCEPT_HIDDEN);
}

/* The entry-level word on the preferred path, or, where COCO knows none, the last one before the top: "insect" below
 * "animal". TS_CONCEPT_NONE where the concept itself is such a word, or nothing stands between it and the top. */
static ts_concept everyday_word(const choice *c, ts_concept concept)
{
    const ts_vocab *vocab = c->beliefs->vocab;
    ts_concept last = TS_CONCEPT_NONE;
    if (c->places[concept].is_entry_level) return TS_CONCEPT_NONE;
    for (ts_concepts up = ts_vocab_parents(vocab, concept); up.count;
         up = ts_vocab_parents(vocab, up.items[0])) {
        if (c->places[up.items[0]].is_entry_level) return up.items[0];
        if (ts_vocab_parents(vocab, up.items[0]).count && !is_dull(c, up.items[0])) last = up.items[0];
    }
    return last;
}

static void mark_relations(choice *c)
{
    const ts_vocab *vocab = c->beliefs->vocab;
    for (ts_concept i = 0; i < c->beliefs->count; i++) {
        ts_concepts above = ts_vocab_ancestors(vocab, i);
        for (size_t k = 0; k < above.count; k++) c->places[above.items[k]].kinds++;
    }
    for (size_t i = 0; i < c->count; i++) {
        ts_concepts above = ts_vocab_ancestors(vocab, c->verdicts[i].concept);
        c->places[c->verdicts[i].concept].verdict = (uint32_t)i + 1;
        for (size_t k = 0; k < above.count; k++) {
            c->places[above.items[k]].has_kind = true;
            c->places[above.items[k]].has_sure_kind |= c->verdicts[i].state == TS_TAG_ACCEPTED;
        }
    }
}

/* Things are named by the most specific word and the everyday one; elsewhere ("outdoors", "photograph") the general word
 * is what people look for. What stands above something that is only suggested is surer and stays. */
static bool is_natural(const choice *c, const ts_verdict_on *v, const bool *everyday)
{
    const place *p = &c->places[v->concept];
    if (!p->has_kind || everyday[v->concept]) return true;
    if (is_dull(c, v->concept)) return false;
    if (p->is_entry_level) return v->state == TS_TAG_ACCEPTED || c->beliefs->items[v->concept].box_count > 0;
    if (ts_vocab_facet(c->beliefs->vocab, v->concept) != TS_FACET_OBJECT) return true;
    return v->state == TS_TAG_ACCEPTED && !p->has_sure_kind;
}

/* A word that is no surer than the narrower one below it would only be wrong twice. */
#define CLEARLY_SURER 0.1F

static bool is_worth_saying_beside(const choice *c, ts_concept word, ts_concept kind)
{
    uint32_t number = c->places[word].verdict;
    if (number && c->verdicts[number - 1].state == TS_TAG_ACCEPTED) return true;
    return c->beliefs->items[word].confidence > c->beliefs->items[kind].confidence + CLEARLY_SURER;
}

static bool is_shown(const choice *c, const ts_verdict_on *v, const bool *everyday)
{
    switch (c->rules->specificity) {
    case TS_SPECIFICITY_LEAF:
        return !c->places[v->concept].has_kind;
    case TS_SPECIFICITY_ALL:
        return true;
    case TS_SPECIFICITY_NATURAL:
    case TS_SPECIFICITY_COUNT:
        break;
    }
    return is_natural(c, v, everyday);
}

static bool keep_specific(choice *c)
{
    bool *everyday = TS_NEW_ARRAY(c->beliefs->arena, c->beliefs->count, bool);
    if (!everyday) return false;
    for (size_t i = 0; i < c->count; i++) {
        ts_concept word = everyday_word(c, c->verdicts[i].concept);
        if (word == TS_CONCEPT_NONE || c->places[c->verdicts[i].concept].has_kind) continue;
        everyday[word] |= is_worth_saying_beside(c, word, c->verdicts[i].concept);
    }
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++)
        if (is_shown(c, &c->verdicts[i], everyday)) c->verdicts[kept++] = c->verdicts[i];
    c->count = kept;
    return true;
}

/* ---- minima ----------------------------------------------------------------------------------------- */

/* Below it even a suggestion is a guess. */
#define FILLED_LEAST 0.05F

static bool may_fill(const choice *c, ts_concept concept, ts_facet facet)
{
    enum { unfit = TS_CONCEPT_HIDDEN | TS_CONCEPT_DULL | TS_CONCEPT_RISKY };
    const ts_belief *belief = &c->beliefs->items[concept];
    const place *p = &c->places[concept];
    if (belief->witness_count == 0 || belief->confidence < FILLED_LEAST || p->verdict || p->has_kind)
        return false;
    if (belief->confidence < c->rules->min_confidence || (c->rules->only && !c->rules->only[concept]))
        return false;
    return ts_vocab_facet(c->beliefs->vocab, concept) == facet &&
           !(ts_vocab_flags(c->beliefs->vocab, concept) & unfit);
}

/* Of equals, the more specific one. */
static bool is_likelier(const choice *c, ts_concept one, ts_concept other)
{
    float p = c->beliefs->items[one].confidence, q = c->beliefs->items[other].confidence;
    if (p != q) return p > q;
    return ts_vocab_depth(c->beliefs->vocab, one) > ts_vocab_depth(c->beliefs->vocab, other);
}

static ts_concept likeliest_of(const choice *c, ts_facet facet)
{
    ts_concept best = TS_CONCEPT_NONE;
    for (ts_concept i = 0; i < c->beliefs->count; i++)
        if (may_fill(c, i, facet) && (best == TS_CONCEPT_NONE || is_likelier(c, i, best))) best = i;
    return best;
}

/* A concept is at most once a verdict, so there is room for it. What stands above it is no news any more. */
static void fill_up(choice *c, ts_concept concept)
{
    ts_concepts above = ts_vocab_ancestors(c->beliefs->vocab, concept);
    c->verdicts[c->count++] = (ts_verdict_on){.concept = concept,
                                              .state = TS_TAG_SUGGESTED,
                                              .because = TS_BECAUSE_FILLED,
                                              .lines = ts_lines_of(c->beliefs, c->rules, concept)};
    c->places[concept].verdict = (uint32_t)c->count;
    for (size_t i = 0; i < above.count; i++) c->places[above.items[i]].has_kind = true;
}

static void fill_facets(choice *c)
{
    if (c->rules->states && !(c->rules->states & (UINT32_C(1) << TS_TAG_SUGGESTED))) return;
    for (int facet = 0; facet < TS_FACET_COUNT; facet++) {
        unsigned there = 0;
        if (c->rules->facets && !(c->rules->facets & TS_FACET_BIT(facet))) continue;
        for (size_t i = 0; i < c->count && c->rules->min_per_facet[facet]; i++)
            there += ts_vocab_facet(c->beliefs->vocab, c->verdicts[i].concept) == (ts_facet)facet;
        for (; there < c->rules->min_per_facet[facet]; there++) {
            ts_concept next = likeliest_of(c, (ts_facet)facet);
            if (next == TS_CONCEPT_NONE) break;
            fill_up(c, next);
        }
    }
}

/* ---- order ------------------------------------------------------------------------------------------ */

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

/* Rarity: the information content of the place in the hierarchy, 1 - ln(1 + kinds) / ln(all) (Seco, Veale and Hayes 2004):
 * "animal" leaves four hundred possibilities open, "beagle" none. That there are many names for dogs makes "dog" no duller. */
static float content_of(const choice *c, ts_concept concept)
{
    if (c->places[concept].is_entry_level) return 0.9F;
    return 1 - logf(1 + (float)c->places[concept].kinds) / logf((float)c->beliefs->count + 1);
}

#define DULL_WEIGHT 0.3F /* what is of little use as a tag ("no people") stands last */

/* How much a tag tells: its confidence, its facet, how rare it is and how much of the picture it takes. */
static float telling(const choice *c, ts_concept concept, const ts_picture_info *picture)
{
    const ts_belief *belief = &c->beliefs->items[concept];
    float size = belief->box_count ? 0.85F + 0.3F * box_share(belief, picture) : 1;
    float dull = ts_vocab_flags(c->beliefs->vocab, concept) & TS_CONCEPT_DULL ? DULL_WEIGHT : 1;
    return belief->confidence * facet_weight(ts_vocab_facet(c->beliefs->vocab, concept)) *
           (0.6F + 0.6F * content_of(c, concept)) * size * dull;
}

static int by_telling(const void *pa, const void *pb)
{
    const ts_verdict_on *a = pa;
    const ts_verdict_on *b = pb;
    if (a->telling != b->telling) return a->telling < b->telling ? 1 : -1;
    return (a->concept > b->concept) - (a->concept < b->concept);
}

/* ---- limits ----------------------------------------------------------------------------------------- */

static size_t cut_facets(const choice *c)
{
    unsigned taken[TS_FACET_COUNT] = {0};
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        ts_facet facet = ts_vocab_facet(c->beliefs->vocab, c->verdicts[i].concept);
        unsigned most = c->rules->max_per_facet[facet];
        if (most && taken[facet] >= most) continue;
        taken[facet]++;
        c->verdicts[kept++] = c->verdicts[i];
    }
    return kept;
}

size_t ts_choose(const ts_beliefs *beliefs, const ts_picture_info *picture, const ts_tag_rules *rules,
                 ts_verdict_on *verdicts, size_t count)
{
    choice c = {.beliefs = beliefs, .rules = rules, .verdicts = verdicts, .count = count};
    c.places = TS_NEW_ARRAY(beliefs->arena, beliefs->count, place);
    if (!c.places) return SIZE_MAX;
    mark_entry_level(&c);
    mark_relations(&c);
    if (!keep_specific(&c)) return SIZE_MAX;
    fill_facets(&c);
    for (size_t i = 0; i < c.count; i++) verdicts[i].telling = telling(&c, verdicts[i].concept, picture);
    qsort(verdicts, c.count, sizeof *verdicts, by_telling);
    c.count = cut_facets(&c);
    return rules->max_tags && c.count > rules->max_tags ? rules->max_tags : c.count;
}
