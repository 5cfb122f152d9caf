/* tagging: how things in boxes lie to people: ridden, held, stood upon. Geometry only; what a relation means stands in
 * vocab/cues.tsv.
 *
 * A picture has no depth: boxes that meet may be metres apart. So each relation asks for a size and a place that few
 * chance meetings have. Lengths are measured in heights of the person. */
#include <math.h>
#include <string.h>

#include "tagging/attributes.h"

static float right_of(ts_rect r)
{
    return r.x + r.width;
}

static float bottom_of(ts_rect r)
{
    return r.y + r.height;
}

static float middle_x(ts_rect r)
{
    return r.x + r.width / 2;
}

static float middle_y(ts_rect r)
{
    return r.y + r.height / 2;
}

/* Free space between two spans; negative where they overlap. */
static float gap(float a, float a_end, float b, float b_end)
{
    return fmaxf(a - b_end, b - a_end);
}

static float gap_across(ts_rect a, ts_rect b)
{
    return gap(a.x, right_of(a), b.x, right_of(b));
}

static float gap_down(ts_rect a, ts_rect b)
{
    return gap(a.y, bottom_of(a), b.y, bottom_of(b));
}

static bool meet(ts_rect a, ts_rect b, float slack)
{
    return gap_across(a, b) <= slack && gap_down(a, b) <= slack;
}

/* The person's middle is over the thing's width, their feet within its height, their head above it. */
static bool rides(ts_rect person, ts_rect thing)
{
    float reach = 0.1F * thing.width;
    return middle_x(person) > thing.x - reach && middle_x(person) < right_of(thing) + reach &&
           bottom_of(person) > thing.y + 0.15F * thing.height &&
           bottom_of(person) < bottom_of(thing) + 0.05F * person.height &&
           person.y < thing.y + 0.2F * thing.height && thing.width > 0.4F * person.width;
}

/* Smaller than the person, and touching them. */
static bool holds(ts_rect person, ts_rect thing)
{
    return meet(person, thing, 0.05F * person.height) &&
           thing.width * thing.height < 0.5F * person.width * person.height;
}

/* Under or at the feet. */
static bool stands_on(ts_rect person, ts_rect thing)
{
    return meet(person, thing, 0.3F * person.height) && middle_y(thing) > person.y + 0.6F * person.height &&
           thing.height < 0.6F * person.height;
}

/* In front of the breast: tables, keyboards, plates. */
static bool is_at(ts_rect person, ts_rect thing)
{
    return meet(person, thing, 0.05F * person.height) && bottom_of(thing) > person.y + 0.5F * person.height &&
           middle_y(thing) > person.y + 0.3F * person.height;
}

/* As high as the head, and no larger than it by much. */
static bool is_at_head(ts_rect person, ts_rect thing)
{
    float head = fminf(0.3F * person.height, person.width);
    return fabsf(middle_x(thing) - middle_x(person)) < 0.6F * person.width &&
           middle_y(thing) > person.y - 0.5F * head && middle_y(thing) < person.y + 1.3F * head &&
           fmaxf(thing.width, thing.height) < 1.5F * head;
}

/* On the same ground, less than a step away, and clearly smaller. */
static bool is_beside(ts_rect person, ts_rect thing)
{
    return gap_across(person, thing) < 0.6F * person.height &&
           fabsf(bottom_of(person) - bottom_of(thing)) < 0.3F * person.height &&
           thing.height < 0.75F * person.height;
}

static bool is_anywhere(ts_rect person, ts_rect thing)
{
    (void)person;
    (void)thing;
    return true;
}

static const struct {
    const char *name;
    bool (*test)(ts_rect person, ts_rect thing);
} relations[] = {
    {"at", is_at},    {"beside", is_beside},    {"head", is_at_head},  {"holds", holds},
    {"rides", rides}, {"stands-on", stands_on}, {"with", is_anywhere},
};

#define RELATIONS (sizeof relations / sizeof *relations)

static size_t find_relation(const char *name)
{
    size_t i = 0;
    while (i < RELATIONS && strcmp(relations[i].name, name) != 0) i++;
    return i;
}

bool ts_relation_exists(const char *relation)
{
    return find_relation(relation) < RELATIONS;
}

bool ts_thing_is(const ts_beliefs *beliefs, const ts_thing *thing, ts_concept concept)
{
    return thing->concept == concept ||
           (concept != TS_CONCEPT_NONE && ts_vocab_is_ancestor(beliefs->vocab, concept, thing->concept));
}

void ts_things_collect(const ts_beliefs *beliefs, const ts_seen *seen, ts_things *out)
{
    out->count = 0;
    out->person = ts_vocab_find(beliefs->vocab, "people/person");
    for (size_t i = 0; i < seen->count && out->count < TS_THINGS_MAX; i++) {
        const ts_observation *o = &seen->items[i];
        if (!o->has_box) continue;
        ts_thing thing = {.concept = ts_vocab_map_class(beliefs->vocab, o->scheme, o->key, NULL),
                          .p = ts_box_confidence(o),
                          .box = o->box};
        if (thing.concept != TS_CONCEPT_NONE && ts_box_is_listed(o)) out->items[out->count++] = thing;
    }
}

float ts_relation_strength(const ts_beliefs *beliefs, const ts_things *things, const char *relation,
                           ts_concept concept)
{
    size_t number = find_relation(relation);
    if (number == RELATIONS) return 0;
    float best = 0;
    for (size_t i = 0; i < things->count; i++) {
        const ts_thing *person = &things->items[i];
        if (person->p <= best || !ts_thing_is(beliefs, person, things->person)) continue;
        for (size_t k = 0; k < things->count; k++) {
            const ts_thing *thing = &things->items[k];
            float p = fminf(person->p, thing->p);
            if (p > best && ts_thing_is(beliefs, thing, concept) &&
                relations[number].test(person->box, thing->box))
                best = p;
        }
    }
    return best;
}
