/* tagging: how a picture is composed: what fills it, what lies around the subject. From boxes and the layout only. */
#include <math.h>

#include "tagging/attributes.h"

static const ts_source composition_rule = {
    .analyser = "composition", .model = "rule", .version = "1", .slope = 1, .drop = 0.5F, .sure = 0.65F};

static void say(const ts_traits *t, const char *id, const char *label, float raw, float p)
{
    ts_attribute_say_alone(t->beliefs, id, &composition_rule, label, raw, p);
}

static float share_of(const ts_traits *t, ts_rect box)
{
    return box.width * box.height / ((float)t->picture->width * (float)t->picture->height);
}

/* The largest thing that is surely there; NULL without any. */
static const ts_thing *subject_of(const ts_traits *t)
{
    const ts_thing *largest = NULL;
    for (size_t i = 0; i < t->things.count; i++) {
        const ts_thing *thing = &t->things.items[i];
        if (thing->p < 0.6F) continue;
        if (!largest || share_of(t, thing->box) > share_of(t, largest->box)) largest = thing;
    }
    return largest;
}

static bool is_near(const ts_beliefs *beliefs, const ts_thing *thing, const char *id)
{
    return ts_thing_is(beliefs, thing, ts_vocab_find(beliefs->vocab, id));
}

/* Furniture and vehicles fill pictures without anyone coming close, and so do people but for their faces. */
static void say_close_up(const ts_traits *t, const ts_thing *subject)
{
    static const char *const close[] = {"object/animal", "object/food", "object/plant", "object/kitchenware"};
    bool fits = false;
    for (size_t i = 0; subject && i < sizeof close / sizeof *close; i++)
        fits |= is_near(t->beliefs, subject, close[i]);
    float share = fits ? share_of(t, subject->box) : 0, face = ts_largest_face_share(t);
    float of_subject = ts_ramp(share, 0.7F, 0.95F), of_face = ts_ramp(face, 0.15F, 0.3F);
    if (of_face > of_subject) say(t, "composition/close-up", "share of face", face, of_face);
    else say(t, "composition/close-up", "share of subject", share, of_subject);
}

/* People who are small in a picture that has detail all over. */
static void say_wide_shot(const ts_traits *t, const ts_thing *subject)
{
    if (!subject || ts_look(&t->looks, "plain") > 0.3F) return;
    float share = share_of(t, subject->box);
    float outside = ts_attribute_seen(t->beliefs, ts_vocab_find(t->beliefs->vocab, "scene/outdoors"));
    say(t, "composition/wide-shot", "share of subject", share, fminf(ts_ramp(share, 0.04F, 0.01F), outside));
}

static void say_full_length(const ts_traits *t, const ts_thing *subject)
{
    if (!subject || !ts_thing_is(t->beliefs, subject, t->things.person)) return;
    ts_rect b = subject->box;
    float height = (float)t->picture->height, tall = b.height / height, slim = b.height / b.width;
    bool whole = b.y > 0.02F * height && b.y + b.height < 0.98F * height;
    if (whole && slim > 1.9F)
        say(t, "composition/full-length", "height of person", tall, ts_ramp(tall, 0.45F, 0.7F));
}

static void say_surroundings(const ts_traits *t, const ts_thing *subject)
{
    float plain = ts_look(&t->looks, "plain"), smooth = ts_look(&t->looks, "smooth");
    say(t, "composition/plain-background", "even rim", plain, ts_ramp(plain, 0.75F, 1));
    float share = subject ? share_of(t, subject->box) : 0;
    if (subject && share < 0.3F && smooth < 0.95F)
        say(t, "composition/negative-space", "smooth area", smooth, ts_ramp(smooth, 0.6F, 0.85F));
}

/* A plain picture mirrors itself whatever it shows. */
static void say_symmetry(const ts_traits *t)
{
    if (!t->seen->layout || ts_look(&t->looks, "smooth") > 0.6F) return;
    float symmetry = t->seen->layout->symmetry;
    say(t, "composition/symmetry", "mirrored lightness", symmetry, ts_ramp(symmetry, 0.9F, 0.97F));
}

/* ---- against the light ---- */

/* Mean lightness of the cells inside a box or outside of it. */
static float lightness_of(const ts_traits *t, ts_rect box, bool inside)
{
    float sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < (size_t)TS_LAYOUT_SIDE * TS_LAYOUT_SIDE; i++) {
        float x = ((float)(i % TS_LAYOUT_SIDE) + 0.5F) / TS_LAYOUT_SIDE * (float)t->picture->width;
        size_t row = i / TS_LAYOUT_SIDE;
        float y = ((float)row + 0.5F) / TS_LAYOUT_SIDE * (float)t->picture->height;
        bool in = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
        if (in != inside) continue;
        sum += t->seen->layout->cells[row][i % TS_LAYOUT_SIDE].l;
        n++;
    }
    return n ? sum / (float)n : -1;
}

static void say_backlight(const ts_traits *t, const ts_thing *subject)
{
    if (!t->seen->layout || !subject || share_of(t, subject->box) < 0.02F) return;
    if (!ts_thing_is(t->beliefs, subject, t->things.person))
        return; /* a black cat on a white rug is no silhouette */
    float in = lightness_of(t, subject->box, true), around = lightness_of(t, subject->box, false);
    if (in < 0 || around < 50) return;
    say(t, "composition/backlight", "darker than around", around - in, ts_ramp(around - in, 30, 50));
}

/* Plainly so: a picture that is nearly square is none of the three. */
static void say_format(const ts_traits *t)
{
    if (!t->seen->layout) return; /* nobody was asked how it looks */
    float aspect = (float)t->picture->width / (float)t->picture->height;
    if (aspect >= 1.2F) say(t, "composition/landscape-format", "aspect", aspect, TS_RAMP_TOP);
    if (aspect <= 1 / 1.2F) say(t, "composition/portrait-format", "aspect", aspect, TS_RAMP_TOP);
    if (fabsf(aspect - 1) < 0.02F) say(t, "composition/square-format", "aspect", aspect, TS_RAMP_TOP);
}

void ts_attributes_composition(const ts_traits *t)
{
    const ts_thing *subject = subject_of(t);
    say_close_up(t, subject);
    say_wide_shot(t, subject);
    say_full_length(t, subject);
    say_surroundings(t, subject);
    say_symmetry(t);
    say_backlight(t, subject);
    say_format(t);
}
