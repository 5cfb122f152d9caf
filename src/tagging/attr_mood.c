/* tagging: colours, light and mood. It knows nothing of what is in the picture.
 *
 * The colour theory: P. Valdez, A. Mehrabian, Effects of Color on Emotions (J. Exp. Psychology: General 123, 1994)
 * asked people how colours feel and found, for brightness B and saturation S in 0..1,
 *     arousal  = -0.31 B + 0.60 S
 *     pleasure =  0.69 B + 0.22 S
 * which is what `calm` and `vibrant` go by: a calm picture has little arousal, no gloom, and little detail. Warm is the
 * orange side of the hue circle, cold the blue side opposite (see image/colours.c); which hue is warm is a convention of
 * painters since the 18th century, not a finding. Vividness is Hasler and Suesstrunk's colourfulness (2003). */
#include <math.h>

#include "tagging/attributes.h"

#define COLOURS_MAX 5
#define SHADOW_CHROMA 12.0F
#define SHADOW_LIGHTNESS 72.0F
#define VIVID_SWATCH 45.0F
#define WHITE_FROM 88.0F
#define PALE_FROM 70.0F
#define PALE_CHROMA 25.0F

/* From 234 colours judged one by one: grey and black are what shadows are made of and are named only where they take a
 * good part of the picture (35 of 38 right from 0.43 of it on, 18 of 30 below); white and pale ones are seen at once (36 of
 * 37), vivid ones soon, the others when they are more than a trifle. */
static float named_colour(const ts_swatch *swatch)
{
    float chroma = sqrtf(swatch->a * swatch->a + swatch->b_lab * swatch->b_lab);
    bool neutral = chroma < SHADOW_CHROMA;
    if (neutral && swatch->lightness < SHADOW_LIGHTNESS) return ts_ramp(swatch->share, 0.33F, 0.45F);
    if (swatch->lightness > WHITE_FROM && chroma < VIVID_SWATCH)
        return swatch->share > 0.05F ? ts_ramp(swatch->share, 0, 0.12F) : 0;
    if (swatch->lightness > PALE_FROM && chroma < PALE_CHROMA) return ts_ramp(swatch->share, 0.05F, 0.2F);
    return ts_ramp(swatch->share, chroma > VIVID_SWATCH ? 0.05F : 0.1F, 0.25F);
}

static void add_palette(ts_beliefs *beliefs, const ts_seen *seen)
{
    for (size_t i = 0; i < seen->colours.count && i < COLOURS_MAX; i++) {
        const ts_swatch *swatch = &seen->colours.swatches[i];
        ts_concept concept = ts_vocab_map(beliefs->vocab, "colours", swatch->name, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        ts_witness witness = {.source = seen->colours_source,
                              .label = swatch->name,
                              .raw = swatch->share,
                              .p = named_colour(swatch)};
        if (witness.p > 0) ts_beliefs_witness(beliefs, concept, &witness);
    }
}

/* Brightness as lightness, saturation as chroma over that of the most vivid colours of the screen. */
#define VIVID_CHROMA 100.0F

static float arousal_of(const ts_layout *layout)
{
    float light = 0, chroma = 0;
    for (size_t i = 0; i < (size_t)TS_LAYOUT_SIDE * TS_LAYOUT_SIDE; i++) {
        const ts_cell *c = &layout->cells[i / TS_LAYOUT_SIDE][i % TS_LAYOUT_SIDE];
        light += c->l / 100;
        chroma += fminf(sqrtf(c->a * c->a + c->b * c->b) / VIVID_CHROMA, 1);
    }
    const float n = (float)TS_LAYOUT_SIDE * TS_LAYOUT_SIDE;
    return (-0.31F * light + 0.6F * chroma) / n;
}

/* Not for what is plain or half plain: a thing on paper is not calm, it is on paper; nor for clothes on a bed. */
static void add_calm(const ts_traits *t)
{
    const ts_seen *seen = t->seen;
    if (ts_gist_of(seen, "clothes", 0) > 0.3F) return;
    if (!seen->layout || seen->colours.mean_lightness < 35) return;
    if (ts_look(&t->looks, "plain") > 0.3F || ts_attribute_seen(t->beliefs, t->things.person) > 0.3F) return;
    float arousal = arousal_of(seen->layout), smooth = ts_look(&t->looks, "smooth");
    float p = fminf(ts_ramp(arousal, -0.04F, -0.16F), ts_ramp(smooth, 0.45F, 0.75F));
    ts_attribute_say(t->beliefs, "mood/calm", seen->colours_source, "arousal", arousal, p);
}

void ts_attributes_mood(const ts_traits *t)
{
    const ts_colours *c = &t->seen->colours;
    const ts_source *source = t->seen->colours_source;
    ts_beliefs *b = t->beliefs;
    float light = c->mean_lightness, warmth = c->warmth, vivid = c->colourfulness;
    add_palette(b, t->seen);
    ts_attribute_say(b, "mood/dark", source, "mean lightness", light, ts_ramp(light, 35, 17));
    ts_attribute_say(b, "mood/bright", source, "mean lightness", light, ts_ramp(light, 64, 82));
    add_calm(t);
    if (c->black_and_white) return;
    ts_attribute_say(b, "mood/warm", source, "warmth", warmth, ts_ramp(warmth, 0.55F, 0.9F));
    ts_attribute_say(b, "mood/cold", source, "warmth", warmth, ts_ramp(warmth, -0.33F, -0.73F));
    ts_attribute_say(b, "mood/vibrant", source, "colourfulness", vivid, ts_ramp(vivid, 54, 87));
    ts_attribute_say(b, "mood/muted", source, "colourfulness", vivid, ts_ramp(vivid, 22, 12));
}
