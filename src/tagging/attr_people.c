/* tagging: how many people there are, and whether one is the subject. Who they are, nobody asks here. */
#include <math.h>

#include "tagging/attributes.h"

static const ts_source people_rule = {
    .analyser = "people", .model = "rule", .version = "2", .slope = 1, .drop = 0.5F, .sure = 0.65F};

/* A second or third person must be this likely to be one more, and not a part of the first. */
#define COUNTED_FROM 0.6F
#define MAYBE_FROM 0.3F

typedef struct head_count {
    uint32_t sure;  /* boxes and faces that are people beyond doubt */
    uint32_t maybe; /* with those that may be */
    float people;   /* the likeliest of them */
} head_count;

static head_count count_heads(const ts_traits *t)
{
    head_count h = {0};
    uint32_t faces = 0;
    for (size_t i = 0; i < t->things.count; i++) {
        const ts_thing *thing = &t->things.items[i];
        if (!ts_thing_is(t->beliefs, thing, t->things.person)) continue;
        h.sure += thing->p >= COUNTED_FROM;
        h.maybe += thing->p >= MAYBE_FROM;
        h.people = fmaxf(h.people, thing->p);
    }
    for (size_t i = 0; i < t->seen->face_count; i++) {
        float p = ts_calibrate(t->seen->faces_source, t->seen->faces[i].score);
        faces += p >= COUNTED_FROM;
        h.people = fmaxf(h.people, p);
    }
    if (faces > h.sure) h.sure = faces;
    if (h.sure > h.maybe) h.maybe = h.sure;
    return h;
}

static void say(const ts_traits *t, const char *id, const char *label, float raw, float p)
{
    ts_attribute_say_alone(t->beliefs, id, &people_rule, label, raw, p);
}

/* "Two people" is right only when no third hides behind the sure line. */
static void say_exact(const ts_traits *t, const char *id, uint32_t wanted, const head_count *h)
{
    if (h->sure != wanted) return;
    float doubt = h->maybe == wanted ? 1 : h->maybe == wanted + 1 ? 0.6F : 0.3F;
    say(t, id, "persons", (float)h->sure, fminf(h->people, 0.9F) * doubt);
}

static void say_many(const ts_traits *t, const head_count *h)
{
    float count = ((float)h->sure + (float)h->maybe) / 2;
    say(t, "people/group", "persons", count, fminf(ts_ramp(count, 2.4F, 4), h->people));
    say(t, "people/crowd", "persons", count, fminf(ts_ramp(count, 10, 20), h->people));
}

float ts_largest_face_share(const ts_traits *t)
{
    float largest = 0;
    for (size_t i = 0; i < t->seen->face_count; i++)
        largest = fmaxf(largest, t->seen->faces[i].box.width * t->seen->faces[i].box.height);
    return largest / ((float)t->picture->width * (float)t->picture->height);
}

static void say_portrait(const ts_traits *t, const head_count *h)
{
    if (t->seen->face_count != 1 || h->sure > 2) return;
    float share = ts_largest_face_share(t);
    say(t, "people/portrait", "share of face", share, fminf(ts_ramp(share, 0.03F, 0.12F), h->people));
}

/* Only where both who would have seen them looked. */
static void say_nobody(const ts_traits *t, const head_count *h)
{
    if (!t->seen->search || !t->seen->has_faces || h->maybe > 0) return;
    float seen = fmaxf(h->people, ts_attribute_seen(t->beliefs, t->things.person));
    say(t, "people/nobody", "persons", 0, fminf(1 - seen, 0.9F));
}

void ts_attributes_people(const ts_traits *t)
{
    if (t->things.person == TS_CONCEPT_NONE) return;
    head_count h = count_heads(t);
    say_nobody(t, &h);
    say_exact(t, "people/one-person", 1, &h);
    say_exact(t, "people/two-people", 2, &h);
    say_exact(t, "people/three-people", 3, &h);
    say_many(t, &h);
    say_portrait(t, &h);
}
