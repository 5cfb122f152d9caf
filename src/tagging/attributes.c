/* tagging: measures (colours, light, quality, safety, people) as attribute concepts.
 *
 * Each rule is a ramp: below `from` it says nothing, from `to` on it is as sure as a measure can be. The
 * ramps were set on photographs by eye and are documented in docs/models.md; a later calibration replaces
 * them by measured probabilities. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "tagging/belief.h"

#define RAMP_TOP 0.95F
#define COLOURS_MAX 5

/* 0.3 at `from`, RAMP_TOP at `to`, nothing before; works downwards when to < from. */
static float ramp(float value, float from, float to)
{
    float t = (value - from) / (to - from);
    if (!(t >= 0)) return 0;
    return 0.3F + (RAMP_TOP - 0.3F) * fminf(t, 1);
}

static void say(ts_beliefs *beliefs, const char *id, const ts_source *source, const char *label, float raw,
                float p)
{
    if (p <= 0) return;
    ts_concept concept = ts_vocab_find(beliefs->vocab, id);
    if (concept == TS_CONCEPT_NONE) return;
    ts_witness witness = {.source = source, .label = label, .raw = raw, .p = p};
    ts_beliefs_witness(beliefs, concept, &witness);
}

/* ---- colours, mood, style ----------------------------------------------------------------------- */

static void add_palette(ts_beliefs *beliefs, const ts_seen *seen)
{
    for (size_t i = 0; i < seen->colours.count && i < COLOURS_MAX; i++) {
        const ts_swatch *swatch = &seen->colours.swatches[i];
        ts_concept concept = ts_vocab_map(beliefs->vocab, "colours", swatch->name, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        ts_witness witness = {.source = seen->colours_source,
                              .label = swatch->name,
                              .raw = swatch->share,
                              .p = ramp(swatch->share, 0.04F, 0.25F)};
        if (witness.p > 0) ts_beliefs_witness(beliefs, concept, &witness);
    }
}

static void add_mood(ts_beliefs *beliefs, const ts_seen *seen)
{
    const ts_colours *c = &seen->colours;
    const ts_source *source = seen->colours_source;
    say(beliefs, "mood/dark", source, "mean lightness", c->mean_lightness, ramp(c->mean_lightness, 30, 12));
    say(beliefs, "mood/bright", source, "mean lightness", c->mean_lightness, ramp(c->mean_lightness, 70, 88));
    if (c->black_and_white) return;
    say(beliefs, "mood/warm", source, "warmth", c->warmth, ramp(c->warmth, 0.45F, 0.85F));
    say(beliefs, "mood/cold", source, "warmth", c->warmth, ramp(c->warmth, -0.45F, -0.85F));
    say(beliefs, "mood/vibrant", source, "colourfulness", c->colourfulness, ramp(c->colourfulness, 60, 95));
    say(beliefs, "mood/muted", source, "colourfulness", c->colourfulness, ramp(c->colourfulness, 18, 8));
}

static void add_style(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    const ts_source *source = seen->colours_source;
    if (seen->colours.black_and_white)
        say(beliefs, "style/black-and-white", source, "no chroma", 1, RAMP_TOP);
    float aspect = (float)picture->width / (float)picture->height;
    say(beliefs, "style/panorama", source, "aspect", aspect, ramp(aspect, 2.1F, 3));
}

/* ---- quality ------------------------------------------------------------------------------------ */

static void add_quality(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    const ts_quality *q = &seen->quality;
    const ts_source *source = seen->quality_source;
    float megapixels = (float)picture->width * (float)picture->height / 1e6F;
    say(beliefs, "quality/blurred", source, "sharpness", q->sharpness, ramp(q->sharpness, 0.35F, 0.12F));
    say(beliefs, "quality/sharp", source, "sharpness", q->sharpness, ramp(q->sharpness, 0.7F, 0.95F));
    say(beliefs, "quality/underexposed", source, "exposure", q->exposure, ramp(q->exposure, -0.4F, -0.8F));
    /* Things on white are bright and rightly so; an overexposed picture has also lost its highlights. */
    float over = q->clipped_light > 0.05F && q->clipped_light < 0.6F ? ramp(q->exposure, 0.5F, 0.85F) : 0;
    say(beliefs, "quality/overexposed", source, "exposure", q->exposure, over);
    say(beliefs, "quality/noisy", source, "noise", q->noise, ramp(q->noise, 8, 20));
    say(beliefs, "quality/low-contrast", source, "contrast", q->contrast, ramp(q->contrast, 0.35F, 0.15F));
    say(beliefs, "quality/high-contrast", source, "contrast", q->contrast, ramp(q->contrast, 0.93F, 1));
    say(beliefs, "quality/high-resolution", source, "megapixels", megapixels, ramp(megapixels, 6, 12));
    say(beliefs, "quality/low-resolution", source, "megapixels", megapixels, ramp(megapixels, 0.12F, 0.03F));
}

/* ---- safety ------------------------------------------------------------------------------------- */

static void add_safety(ts_beliefs *beliefs, const ts_seen *seen)
{
    const ts_source *source = seen->safety_source;
    float nsfw = ts_calibrate(source, seen->nsfw);
    if (nsfw < 0.5F) say(beliefs, "safety/safe", source, "safe", 1 - seen->nsfw, 1 - nsfw);
    if (nsfw >= source->drop) say(beliefs, "safety/nsfw", source, "nsfw", seen->nsfw, nsfw);
}

/* ---- people ------------------------------------------------------------------------------------- */

static const ts_source people_rule = {
    .analyser = "people", .model = "rule", .version = "1", .slope = 1, .drop = 0.3F, .sure = 0.6F};

static float largest_face_share(const ts_seen *seen, const ts_picture_info *picture)
{
    float largest = 0;
    for (size_t i = 0; i < seen->face_count; i++)
        largest = fmaxf(largest, seen->faces[i].box.width * seen->faces[i].box.height);
    return largest / ((float)picture->width * (float)picture->height);
}

/* How many people there are rests on every box being right, so it never says more than their best witness;
 * and it is no new evidence that there are people at all, so it does not go up the hierarchy. */
static void count_people(ts_beliefs *beliefs, const char *id, const char *label, float raw, float p,
                         float people)
{
    ts_concept concept = ts_vocab_find(beliefs->vocab, id);
    if (concept == TS_CONCEPT_NONE || p <= 0) return;
    ts_belief *belief = &beliefs->items[concept];
    if (belief->witness_count == TS_WITNESSES_MAX) return;
    belief->witnesses[belief->witness_count++] =
        (ts_witness){.source = &people_rule, .label = label, .raw = raw, .p = fminf(p, people)};
}

static void add_people(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    ts_concept person = ts_vocab_find(beliefs->vocab, "people/person");
    if (person == TS_CONCEPT_NONE) return;
    const ts_belief *persons = &beliefs->items[person];
    uint32_t count = persons->box_count > seen->face_count ? persons->box_count : (uint32_t)seen->face_count;
    float people = 0;
    for (uint32_t i = 0; i < persons->witness_count; i++) people = fmaxf(people, persons->witnesses[i].p);
    count_people(beliefs, "people/group", "persons", (float)count, ramp((float)count, 3, 6), people);
    count_people(beliefs, "people/crowd", "persons", (float)count, ramp((float)count, 10, 20), people);
    if (seen->face_count != 1 || count > 2) return;
    float share = largest_face_share(seen, picture);
    count_people(beliefs, "people/portrait", "share of face", share, ramp(share, 0.03F, 0.12F), people);
}

void ts_attributes_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture)
{
    if (seen->has_colours) {
        add_palette(beliefs, seen);
        add_mood(beliefs, seen);
        add_style(beliefs, seen, picture);
    }
    if (seen->has_quality) add_quality(beliefs, seen, picture);
    if (seen->has_safety) add_safety(beliefs, seen);
    add_people(beliefs, seen, picture);
}
