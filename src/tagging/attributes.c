/* tagging: the attributes of a picture: what is said of it beside what it shows. This file holds what they share, and
 * the measures that need no more than a ramp (quality, safety); attributes.h says where the others are.
 *
 * The ramps were set on photographs by eye and checked on degraded copies (docs/performance.md). */
#include "tagging/attributes.h"

#include <math.h>

float ts_ramp(float value, float from, float to)
{
    float t = (value - from) / (to - from);
    if (!(t >= 0)) return 0;
    return 0.3F + (TS_RAMP_TOP - 0.3F) * fminf(t, 1);
}

void ts_attribute_say(ts_beliefs *beliefs, const char *id, const ts_source *source, const char *label,
                      float raw, float p)
{
    if (!(p > 0)) return;
    ts_concept concept = ts_vocab_find(beliefs->vocab, id);
    if (concept == TS_CONCEPT_NONE) return;
    ts_witness witness = {.source = source, .label = label, .raw = raw, .score = raw, .p = p};
    ts_beliefs_witness(beliefs, concept, &witness);
}

void ts_attribute_say_alone(ts_beliefs *beliefs, const char *id, const ts_source *source, const char *label,
                            float raw, float p)
{
    ts_concept concept = ts_vocab_find(beliefs->vocab, id);
    if (concept == TS_CONCEPT_NONE || !(p > 0)) return;
    ts_belief *belief = &beliefs->items[concept];
    if (belief->witness_count == TS_WITNESSES_MAX) return;
    belief->witnesses[belief->witness_count++] =
        (ts_witness){.source = source, .label = label, .raw = raw, .score = raw, .p = p};
}

float ts_attribute_seen(const ts_beliefs *beliefs, ts_concept concept)
{
    if (concept == TS_CONCEPT_NONE) return 0;
    const ts_belief *belief = &beliefs->items[concept];
    float doubt = 1;
    for (uint32_t i = 0; i < belief->witness_count; i++) doubt *= 1 - belief->witnesses[i].p;
    return 1 - doubt;
}

/* ---- quality ------------------------------------------------------------------------------------ */

static void add_quality(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    const ts_quality *q = &seen->quality;
    const ts_source *source = seen->quality_source;
    float megapixels = (float)picture->width * (float)picture->height / 1e6F;
    ts_attribute_say(beliefs, "quality/blurred", source, "sharpness", q->sharpness,
                     ts_ramp(q->sharpness, 0.35F, 0.12F));
    ts_attribute_say(beliefs, "quality/sharp", source, "sharpness", q->sharpness,
                     ts_ramp(q->sharpness, 0.6F, 0.85F));
    ts_attribute_say(beliefs, "quality/underexposed", source, "exposure", q->exposure,
                     ts_ramp(q->exposure, -0.4F, -0.8F));
    /* Things on white are bright and rightly so; an overexposed picture has also lost its highlights. */
    float over = q->clipped_light > 0.05F && q->clipped_light < 0.6F ? ts_ramp(q->exposure, 0.5F, 0.85F) : 0;
    ts_attribute_say(beliefs, "quality/overexposed", source, "exposure", q->exposure, over);
    ts_attribute_say(beliefs, "quality/noisy", source, "noise", q->noise, ts_ramp(q->noise, 8, 20));
    ts_attribute_say(beliefs, "quality/low-contrast", source, "contrast", q->contrast,
                     ts_ramp(q->contrast, 0.35F, 0.15F));
    /* A good print reaches from black to white; high contrast has lost something at both ends. */
    float lost = fminf(q->clipped_dark, q->clipped_light);
    float hard = q->contrast > 0.97F ? ts_ramp(lost, 0.005F, 0.05F) : 0;
    ts_attribute_say(beliefs, "quality/high-contrast", source, "lost at both ends", lost, hard);
    ts_attribute_say(beliefs, "quality/high-resolution", source, "megapixels", megapixels,
                     ts_ramp(megapixels, 6, 12));
    ts_attribute_say(beliefs, "quality/low-resolution", source, "megapixels", megapixels,
                     ts_ramp(megapixels, 0.15F, 0.06F));
}

/* ---- safety ------------------------------------------------------------------------------------- */

static void add_safety(ts_beliefs *beliefs, const ts_seen *seen)
{
    const ts_source *source = seen->safety_source;
    float nsfw = ts_calibrate(source, seen->nsfw);
    if (nsfw < 0.5F) ts_attribute_say(beliefs, "safety/safe", source, "safe", 1 - seen->nsfw, 1 - nsfw);
    if (nsfw >= source->drop) ts_attribute_say(beliefs, "safety/nsfw", source, "nsfw", seen->nsfw, nsfw);
}

/* ---- all of them -------------------------------------------------------------------------------- */

/* From here on a picture of a screen says nothing of where it was taken. */
#define SURELY_A_SCREEN 0.5F

void ts_attributes_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    ts_traits traits = {
        .beliefs = beliefs, .seen = seen, .picture = picture, .looks = ts_looks_of(seen->layout)};
    float screen = 0;
    ts_things_collect(beliefs, seen, &traits.things);
    if (seen->has_colours) {
        ts_attributes_mood(&traits);
        screen = ts_attributes_style(&traits);
    }
    if (seen->has_quality) add_quality(beliefs, seen, picture);
    if (seen->has_safety) add_safety(beliefs, seen);
    ts_attributes_people(&traits);
    ts_attributes_capture(&traits);
    if (screen >= SURELY_A_SCREEN) return;
    ts_attributes_cues(&traits);
    ts_attributes_composition(&traits);
}
