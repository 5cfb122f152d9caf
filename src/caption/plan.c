/* caption: decides what is said: which tags, in which part, counted how. Must not know how it is said.
 *
 * Tags come with all that each is a kind of, and a classifier's guesses come in families: "tabby cat, tiger cat, cat,
 * animal" is one cat. So of each family one name is kept: what was seen in boxes, by its finer name when exactly one
 * guess is sure; else the surest guess. What is largest and surest leads. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "caption/private.h"

#define SURE                                                                                                 \
    0.8F /* accepted, but less sure: good for a tag, not for a sentence (of COCO, 4 in 10 are wrong) */
#define FINE_SURE 0.85F   /* from here on a finer name stands for a boxed thing */
#define FAMILY_DOUBT 0.5F /* a sibling with so much of the best one's confidence makes both doubtful */
#define AREA_SEEN 0.004F  /* boxes with a smaller share are details */
#define AREA_BESIDE 0.05F /* a thing as large stands beside people: "a person and a motorcycle" */
#define LIVING_LEADS 1.8F /* people and animals lead up to things of so many times their weight */
#define CANDIDATES_MAX 48

typedef struct candidate {
    const ts_caption_tag *tag;
    ts_concept concept; /* spoken of; finer than the tag's perhaps */
    ts_kind kind;
    uint32_t count;
    float weight;
} candidate;

typedef struct planner {
    const ts_captioner *captioner;
    const ts_vocab *vocab;
    const ts_caption_input *input;
    ts_language language;
    ts_plan *plan;
    candidate items[CANDIDATES_MAX];
    size_t count;
} planner;

static float clean(float value)
{
    return value >= 0 && value <= 1 ? value : 0;
}

static ts_kind kind_of(const planner *p, ts_concept concept)
{
    return (ts_kind)p->captioner->kinds[concept];
}

/* Sensitive and doubtful things are left out whole, not merely unlikely ones. */
static bool may_be_said(const planner *p, const ts_caption_tag *tag)
{
    const uint32_t silent = TS_CONCEPT_DULL | TS_CONCEPT_RISKY | TS_CONCEPT_HIDDEN;
    if (tag->concept >= ts_vocab_count(p->vocab) || !tag->accepted || clean(tag->confidence) < SURE)
        return false;
    if (ts_vocab_flags(p->vocab, tag->concept) & silent) return false;
    return ts_vocab_facet(p->vocab, tag->concept) != TS_FACET_SAFETY;
}

static bool is_subject(ts_kind kind)
{
    return kind == TS_KIND_THING || kind == TS_KIND_PERSON || kind == TS_KIND_ANIMAL || kind == TS_KIND_HELD;
}

/* Persons, groups, crowds and portraits are one thing: people, so many. */
static bool is_people_word(const planner *p, ts_concept concept)
{
    static const char *const ids[] = {"people/group", "people/crowd", "people/portrait"};
    const char *id = ts_vocab_id(p->vocab, concept);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(id, ids[i]) == 0) return true;
    return false;
}

/* May be said, and by a name of its own: a face is none, a portrait is another word for a person. */
static bool has_name(const planner *p, const ts_caption_tag *tag)
{
    return may_be_said(p, tag) && is_subject(kind_of(p, tag->concept)) &&
           !p->captioner->silent[tag->concept] && !is_people_word(p, tag->concept);
}

static bool is_below(const planner *p, ts_concept concept, ts_concept ancestor)
{
    return concept == ancestor || ts_vocab_is_ancestor(p->vocab, ancestor, concept);
}

/* ---- families ---------------------------------------------------------------------------------------- */

static bool share_parent(const planner *p, ts_concept a, ts_concept b)
{
    ts_concepts x = ts_vocab_parents(p->vocab, a), y = ts_vocab_parents(p->vocab, b);
    return x.count > 0 && y.count > 0 && x.items[0] == y.items[0];
}

/* Seen in boxes itself, and by nothing finer that has boxes too: "cat" of "animal, cat, tabby cat". */
static bool is_boxed_leaf(const planner *p, const ts_caption_tag *tag)
{
    if (tag->count == 0) return false;
    for (size_t i = 0; i < p->input->tag_count; i++) {
        const ts_caption_tag *other = &p->input->tags[i];
        if (other != tag && other->count > 0 && has_name(p, other) &&
            ts_vocab_is_ancestor(p->vocab, tag->concept, other->concept))
            return false;
    }
    return true;
}

/* Some other tag says the same more exactly, or with boxes. */
static bool is_covered(const planner *p, const ts_caption_tag *tag)
{
    for (size_t i = 0; i < p->input->tag_count; i++) {
        const ts_caption_tag *other = &p->input->tags[i];
        if (other == tag || !has_name(p, other)) continue;
        if (ts_vocab_is_ancestor(p->vocab, tag->concept, other->concept) && tag->count == 0) return true;
        if (tag->count == 0 && is_boxed_leaf(p, other) && is_below(p, tag->concept, other->concept))
            return true;
    }
    return false;
}

/* Of guesses that share a parent the surest; the parent itself where a second one is nearly as sure. */
static ts_concept settled(const planner *p, const ts_caption_tag *tag)
{
    for (size_t i = 0; i < p->input->tag_count; i++) {
        const ts_caption_tag *other = &p->input->tags[i];
        if (other == tag || other->count > 0 || !has_name(p, other)) continue;
        if (!share_parent(p, other->concept, tag->concept)) continue;
        if (other->confidence > tag->confidence || (other->confidence == tag->confidence && other < tag))
            return TS_CONCEPT_NONE;
        if (other->confidence > FAMILY_DOUBT * tag->confidence)
            return ts_vocab_parents(p->vocab, tag->concept).items[0];
    }
    return tag->concept;
}

/* The one sure finer name of a boxed thing, or its own. */
static ts_concept finer(const planner *p, const ts_caption_tag *tag)
{
    const ts_caption_tag *best = NULL;
    bool doubt = false;
    for (size_t i = 0; i < p->input->tag_count && tag->count == 1; i++) {
        const ts_caption_tag *other = &p->input->tags[i];
        if (other->count > 0 || !has_name(p, other)) continue;
        if (!ts_vocab_is_ancestor(p->vocab, tag->concept, other->concept)) continue;
        if (best && ts_vocab_is_ancestor(p->vocab, other->concept, best->concept)) continue;
        doubt = doubt || (best && !ts_vocab_is_ancestor(p->vocab, best->concept, other->concept));
        if (!best || other->confidence > best->confidence ||
            ts_vocab_is_ancestor(p->vocab, best->concept, other->concept))
            best = other;
    }
    return best && !doubt && clean(best->confidence) >= FINE_SURE ? best->concept : tag->concept;
}

/* The top of its family, along the preferred path; itself without one. */
static ts_concept family(const planner *p, ts_concept concept)
{
    for (unsigned step = 0; step < 32; step++) {
        ts_concepts up = ts_vocab_parents(p->vocab, concept);
        if (up.count == 0) break;
        concept = up.items[0];
    }
    return concept;
}

/* One thing, seen by the detector as a cat and by the classifier as a lynx: where just one of the two has boxes, and
 * both are animals, food or vehicles, the surer one speaks. */
static bool has_rival(const planner *p, const ts_caption_tag *tag)
{
    static const char *const families[] = {"object/animal", "object/food", "object/vehicle"};
    ts_concept top = family(p, tag->concept);
    bool contested = false;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        contested = contested || strcmp(ts_vocab_id(p->vocab, top), families[i]) == 0;
    for (size_t i = 0; i < p->input->tag_count && contested; i++) {
        const ts_caption_tag *other = &p->input->tags[i];
        if ((other->count > 0) == (tag->count > 0) || !has_name(p, other) || family(p, other->concept) != top)
            continue;
        if (is_below(p, other->concept, tag->concept) || is_below(p, tag->concept, other->concept)) continue;
        bool surer =
            other->confidence > tag->confidence || (other->confidence == tag->confidence && other->count > 0);
        if (surer) return true;
    }
    return false;
}

/* ---- people ------------------------------------------------------------------------------------------ */

static bool says(const planner *p, const char *id)
{
    ts_concept concept = ts_vocab_find(p->vocab, id);
    for (size_t i = 0; i < p->input->tag_count && concept != TS_CONCEPT_NONE; i++)
        if (p->input->tags[i].concept == concept) return may_be_said(p, &p->input->tags[i]);
    return false;
}

/* A number when no box is in doubt; else what is true whichever of the doubtful ones are. */
static uint32_t count_of(const ts_caption_tag *tag)
{
    uint32_t sure = tag->sure_count < tag->count ? tag->sure_count : tag->count;
    if (sure == tag->count) return tag->count;
    if (sure > TS_COUNT_SAID) return sure;
    if (sure >= 3) return TS_COUNT_SAID + 1;
    return sure == 2 || tag->count > 2 ? TS_COUNT_SOME : 1;
}

static bool has_animal(const planner *p)
{
    for (size_t i = 0; i < p->input->tag_count; i++) {
        const ts_caption_tag *tag = &p->input->tags[i];
        if (may_be_said(p, tag) && kind_of(p, tag->concept) == TS_KIND_ANIMAL) return true;
    }
    return false;
}

static void count_people(const planner *p, candidate *c)
{
    if (c->concept != ts_vocab_find(p->vocab, "people/person")) return;
    if (p->input->faces > c->count) c->count = p->input->faces;
    const char *as = NULL;
    if (c->count <= 1 && says(p, "people/portrait") && !has_animal(p)) as = "people/portrait";
    if (ts_count_is_many(c->count) && says(p, "people/crowd")) as = "people/crowd";
    if (!as) return;
    ts_noun noun;
    ts_concept concept = ts_vocab_find(p->vocab, as);
    if (!ts_grammar_noun(p->captioner, p->language, concept, &noun) || noun.concept != concept) return;
    c->concept = concept;
    c->count = 1;
}

/* ---- candidates -------------------------------------------------------------------------------------- */

static float weight_of(const candidate *c)
{
    float area = clean(c->tag->area);
    float size = c->tag->count > 0 || area > 0 ? 0.15F + sqrtf(area) : 0.45F;
    float kind = c->kind == TS_KIND_PERSON ? 1.3F : c->kind == TS_KIND_ANIMAL ? 1.4F : 1;
    return clean(c->tag->confidence) * size * kind;
}

static void add_candidate(planner *p, const ts_caption_tag *tag)
{
    ts_kind kind = kind_of(p, tag->concept);
    if (!has_name(p, tag) || is_covered(p, tag) || has_rival(p, tag)) return;
    bool boxed = is_boxed_leaf(p, tag);
    if (tag->count > 0 && !boxed) return;
    candidate c = {.tag = tag, .kind = kind, .count = count_of(tag)};
    c.concept = boxed ? finer(p, tag) : settled(p, tag);
    if (c.concept == TS_CONCEPT_NONE || p->count == CANDIDATES_MAX) return;
    count_people(p, &c);
    c.weight = weight_of(&c);
    size_t at = p->count++;
    for (; at > 0 && p->items[at - 1].weight < c.weight; at--) p->items[at] = p->items[at - 1];
    p->items[at] = c;
}

/* The sentence's own grammar may know both "terrier" and "poodle" as dogs only. */
static bool is_named_already(const ts_plan *plan, const ts_noun *noun)
{
    const ts_groups *parts[] = {&plan->lead, &plan->with, &plan->also};
    for (size_t part = 0; part < 3; part++)
        for (size_t i = 0; i < parts[part]->count; i++)
            if (strcmp(parts[part]->items[i].noun.one, noun->one) == 0) return true;
    return false;
}

static bool put(ts_groups *groups, size_t most, const ts_group *group)
{
    if (groups->count >= most) return false;
    groups->items[groups->count++] = *group;
    return true;
}

static bool lives(ts_kind kind)
{
    return kind == TS_KIND_PERSON || kind == TS_KIND_ANIMAL;
}

/* People and animals lead, and what they have with them follows them; without them the largest things lead. */
static void place(const planner *p, const candidate *c, const ts_group *group, bool living)
{
    ts_plan *plan = p->plan;
    float area = clean(c->tag->area);
    bool detail = c->tag->count > 0 && area < AREA_SEEN;
    bool leads = !detail && (living ? lives(group->kind) : true);
    if (plan->lead.count == 0 && (living ? lives(group->kind) : true)) leads = true;
    bool apart = ts_tongue_of(p->language)->apart;
    if (leads && put(&plan->lead, living ? 2 : TS_LEAD_MAX, group)) return;
    bool with = living && group->kind == TS_KIND_HELD && !apart;
    if (with && put(&plan->with, TS_WITH_MAX, group)) return;
    (void)put(&plan->also, TS_ALSO_MAX, group);
}

static void place_candidate(planner *p, const candidate *c, bool living)
{
    ts_group group = {
        .kind = c->kind, .count = c->count, .area = c->tag->count > 0 ? clean(c->tag->area) : 1};
    if (!ts_grammar_noun(p->captioner, p->language, c->concept, &group.noun)) {
        if (p->plan->plain_count < TS_PLAIN_MAX)
            p->plan->plain[p->plan->plain_count++] =
                ts_vocab_label_in(p->vocab, c->concept, p->language, NULL);
    } else if (!is_named_already(p->plan, &group.noun)) {
        place(p, c, &group, living);
    }
}

/* "A person and a motorcycle" rather than "A person. A motorcycle is also visible.": one large thing stands beside whoever
 * has nothing with them. */
static void stand_beside(const planner *p)
{
    ts_plan *plan = p->plan;
    if (ts_tongue_of(p->language)->apart || plan->lead.count != 1 || plan->with.count > 0) return;
    if (plan->also.count == 0 || plan->also.items[0].area < AREA_BESIDE) return;
    plan->lead.items[plan->lead.count++] = plan->also.items[0];
    plan->also.count--;
    memmove(plan->also.items, plan->also.items + 1, plan->also.count * sizeof *plan->also.items);
}

/* Living things are placed first when the picture is of them: when they are more than a detail. */
static void place_candidates(planner *p)
{
    bool living = false;
    for (size_t i = 0; i < p->count; i++) {
        const candidate *c = &p->items[i];
        living = living || (lives(c->kind) && c->weight * LIVING_LEADS >= p->items[0].weight);
    }
    for (size_t i = 0; i < p->count && living; i++)
        if (lives(p->items[i].kind)) place_candidate(p, &p->items[i], living);
    for (size_t i = 0; i < p->count; i++)
        if (!living || !lives(p->items[i].kind)) place_candidate(p, &p->items[i], living);
    if (living) stand_beside(p);
}

/* ---- circumstances ----------------------------------------------------------------------------------- */

/* The deepest, then surest concept of the kind for which the language has a phrase. */
static ts_concept circumstance(const planner *p, ts_kind kind)
{
    ts_concept best = TS_CONCEPT_NONE;
    unsigned depth = 0;
    float confidence = 0;
    for (size_t i = 0; i < p->input->tag_count; i++) {
        const ts_caption_tag *tag = &p->input->tags[i];
        if (!may_be_said(p, tag) || kind_of(p, tag->concept) != kind) continue;
        const ts_grammar_row *row = ts_grammar_row_of(p->captioner, p->language, tag->concept);
        unsigned level = ts_vocab_depth(p->vocab, tag->concept);
        if (!row || !row->phrase) continue;
        if (best != TS_CONCEPT_NONE && (level < depth || (level == depth && tag->confidence <= confidence)))
            continue;
        best = tag->concept;
        depth = level;
        confidence = tag->confidence;
    }
    return best;
}

static const char *phrase_of(const planner *p, ts_concept concept)
{
    if (concept == TS_CONCEPT_NONE) return NULL;
    return ts_grammar_row_of(p->captioner, p->language, concept)->phrase;
}

static bool noun_of(const planner *p, ts_concept concept, ts_group *group)
{
    *group = (ts_group){.count = 1};
    if (concept == TS_CONCEPT_NONE) return false;
    return ts_grammar_noun(p->captioner, p->language, concept, &group->noun) &&
           group->noun.concept == concept;
}

static bool people_lead(const ts_plan *plan)
{
    for (size_t i = 0; i < plan->lead.count; i++)
        if (plan->lead.items[i].kind == TS_KIND_PERSON) return true;
    return false;
}

static void drop(const planner *p, ts_groups *groups, ts_concept thing)
{
    size_t kept = 0;
    for (size_t i = 0; i < groups->count; i++) {
        ts_concept said = groups->items[i].noun.concept;
        bool goes = said == thing || ts_vocab_is_ancestor(p->vocab, thing, said);
        if (!goes) groups->items[kept++] = groups->items[i];
    }
    groups->count = kept;
}

/* "Two people riding a horse", not "A horse and two people riding a horse". */
static void add_activity(planner *p)
{
    ts_plan *plan = p->plan;
    ts_concept activity = circumstance(p, TS_KIND_ACTIVITY);
    plan->activity = phrase_of(p, activity);
    ts_concept thing = plan->activity ? p->captioner->names[activity] : TS_CONCEPT_NONE;
    if (thing == TS_CONCEPT_NONE) return;
    drop(p, &plan->lead, thing);
    drop(p, &plan->with, thing);
    drop(p, &plan->also, thing);
}

static void add_circumstances(planner *p)
{
    ts_plan *plan = p->plan;
    ts_concept scene = circumstance(p, TS_KIND_SCENE), style = circumstance(p, TS_KIND_STYLE);
    plan->scene = phrase_of(p, scene);
    plan->has_scene_noun = noun_of(p, scene, &plan->scene_noun);
    const ts_grammar_row *row =
        scene != TS_CONCEPT_NONE ? ts_grammar_row_of(p->captioner, p->language, scene) : NULL;
    plan->has_scene_noun = plan->has_scene_noun && !(row->traits & TS_TRAIT_MASS);
    plan->time = phrase_of(p, circumstance(p, TS_KIND_TIME));
    plan->style = phrase_of(p, style);
    plan->has_style_noun = noun_of(p, style, &plan->style_noun);
    if (people_lead(plan)) add_activity(p);
}

/* On one line, cut at a character; NULL when nothing is left or it is no text. */
static const char *clean_place(const char *place, ts_arena *arena)
{
    size_t length = place ? strnlen(place, TS_CAPTION_PLACE_MAX + 1) : 0;
    if (length > TS_CAPTION_PLACE_MAX || length == 0 || !ts_utf8_valid(place, length)) return NULL;
    char *text = ts_arena_strndup(arena, place, length);
    for (char *s = text; s && *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7F) *s = ' ';
    return text;
}

bool ts_plan_make(const ts_captioner *captioner, const ts_caption_input *input, ts_language language,
                  ts_arena *arena, ts_plan *plan)
{
    *plan = (ts_plan){0};
    planner p = {.captioner = captioner,
                 .vocab = captioner->vocab,
                 .input = input,
                 .language = language,
                 .plan = plan};
    for (size_t i = 0; i < input->tag_count; i++)
        if (may_be_said(&p, &input->tags[i])) add_candidate(&p, &input->tags[i]);
    place_candidates(&p);
    add_circumstances(&p);
    plan->place = clean_place(input->place, arena);
    return !ts_arena_failed(arena);
}
