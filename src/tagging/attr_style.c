/* tagging: what kind of image it is: photograph, screenshot, drawing. From how pixels meet, and from a
 * head on the classifier's features. */
#include <math.h>

#include "tagging/attributes.h"

static const ts_source style_rule = {
    .analyser = "style", .model = "rule", .version = "1", .slope = 1, .drop = 0.5F, .sure = 0.7F};

/* Screens are drawn: areas of one exact colour, and outlines along and across. A photograph's sky is never exactly one
 * colour for long; a JPEG of a screen still mostly is. */
static float screenshot_of(const ts_traits *t)
{
    const ts_layout *l = t->seen->layout;
    float site = ts_attribute_seen(t->beliefs, ts_vocab_find(t->beliefs->vocab, "style/screenshot"));
    float camera = t->picture->exif.model[0] != '\0' ? 4 : 0;
    float flat = fminf(l->flat, 0.6F) - 0.46F, straight = fminf(l->straight, 0.4F) - 0.28F;
    return ts_sigmoid(14 * flat + 16 * straight + 2.5F * site - camera);
}

/* What the head on the classifier's features says, where it was asked: models/heads/artwork.json. A photograph that it
 * has no doubt about is none of the drawings below. */
static float artwork_of(const ts_traits *t)
{
    return t->seen->has_artwork ? t->seen->artwork : 0.5F;
}

/* Drawings on paper: white ground, black strokes everywhere, no colour. */
static float drawing_of(const ts_traits *t)
{
    const ts_layout *l = t->seen->layout;
    if (!t->seen->colours.black_and_white || l->edges < 0.005F) return 0; /* a blank page is none */
    float strokes = fminf(l->edges / 0.08F, 1);
    float doubt = 6 * (artwork_of(t) - 0.25F);
    return ts_sigmoid(8 * (l->paper - 0.2F) + 5 * (strokes - 0.8F) + fminf(doubt, 1));
}

/* Flat areas with outlines that run every way. */
static float graphic_of(const ts_traits *t)
{
    const ts_layout *l = t->seen->layout;
    float freehand = fmaxf(0.25F - l->straight, 0) / 0.25F;
    return l->edges > 0.005F ? ts_sigmoid(14 * (l->flat - 0.46F) + 5 * (freehand - 0.4F)) : 0;
}

static void say(const ts_traits *t, const char *id, const char *label, float raw, float p)
{
    ts_attribute_say(t->beliefs, id, &style_rule, label, raw, p >= 0.4F ? fminf(p, TS_RAMP_TOP) : 0);
}

float ts_attributes_style(const ts_traits *t)
{
    float aspect = (float)t->picture->width / (float)t->picture->height;
    if (t->seen->colours.black_and_white)
        ts_attribute_say(t->beliefs, "style/black-and-white", t->seen->colours_source, "no chroma", 1,
                         TS_RAMP_TOP);
    ts_attribute_say(t->beliefs, "style/panorama", &style_rule, "aspect", aspect, ts_ramp(aspect, 2.1F, 3));
    if (!t->seen->layout) return 0;
    float screenshot = screenshot_of(t), drawing = drawing_of(t) * (1 - screenshot);
    float graphic = graphic_of(t) * (1 - screenshot);
    float artwork = t->seen->has_artwork ? t->seen->artwork * (1 - screenshot) : 0;
    float made = 1 - (1 - screenshot) * (1 - drawing) * (1 - graphic) * (1 - artwork);
    say(t, "style/screenshot", "flat areas", t->seen->layout->flat, screenshot);
    say(t, "style/drawing", "strokes on paper", t->seen->layout->paper, drawing);
    say(t, "style/illustration", "flat areas", t->seen->layout->flat, graphic);
    say(t, "style/artwork", "painted or drawn", artwork, artwork);
    say(t, "style/photograph", "nothing drawn", 1 - made, 1 - made);
    return screenshot;
}
