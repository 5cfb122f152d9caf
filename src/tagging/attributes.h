/* Private to the tagging room: what the files that turn measures and boxes into attributes share.
 *
 *   attr_looks.c        the layout as shares of the picture with names: "blue-above", "green-below", "plain"
 *   attr_relations.c    how boxes lie to people: who rides, holds, sits at what
 *   attr_cues.c         vocab/cues.tsv: scenes, times of day and activities from all evidence
 *   attr_style.c        photograph, screenshot, artwork, ...
 *   attr_composition.c  close-up, plain background, symmetry, ...
 *   attr_mood.c         palette, light and mood
 *   attr_people.c       how many
 *   attributes.c        quality, safety, and the order in which all are asked
 *
 * A rule is a ramp (below `from` nothing, from `to` on as sure as a measure can be) or a sum of log-odds. Each says
 * its word as a witness like any analyser, and the judgement treats it so. */
#ifndef TS_TAGGING_ATTRIBUTES_H
#define TS_TAGGING_ATTRIBUTES_H

#include "tagging/belief.h"

#define TS_RAMP_TOP 0.95F

/* 0.3 at `from`, TS_RAMP_TOP at `to`, nothing before; works downwards when to < from. */
float ts_ramp(float value, float from, float to);

/* A witness for the concept of that id; nothing for p <= 0 or an id that the vocabulary does not have. */
void ts_attribute_say(ts_beliefs *beliefs, const char *id, const ts_source *source, const char *label,
                      float raw, float p);

/* The same for what rests on other evidence and is no new proof of what lies above it. */
void ts_attribute_say_alone(ts_beliefs *beliefs, const char *id, const ts_source *source, const char *label,
                            float raw, float p);

/* What the witnesses so far make of a concept, fused; 0 for TS_CONCEPT_NONE. */
float ts_attribute_seen(const ts_beliefs *beliefs, ts_concept concept);

/* ---- looks ---- */

#define TS_LOOKS 20

/* Each 0..1; all 0 without a layout. */
typedef struct ts_looks {
    float values[TS_LOOKS];
} ts_looks;

ts_looks ts_looks_of(const ts_layout *layout); /* NULL: nothing was measured */
/* Number of the look of that name, or TS_LOOKS. */
size_t ts_look_find(const char *name);
/* By a name that exists (asserted). */
float ts_look(const ts_looks *looks, const char *name);

/* ---- things in boxes ---- */

#define TS_THINGS_MAX 64

typedef struct ts_thing {
    ts_concept concept;
    float p;
    ts_rect box;
} ts_thing;

/* What detectors put into boxes, best first, no more than TS_THINGS_MAX. */
typedef struct ts_things {
    ts_thing items[TS_THINGS_MAX];
    size_t count;
    ts_concept person;
} ts_things;

void ts_things_collect(const ts_beliefs *beliefs, const ts_seen *seen, ts_things *out);
/* True for the concept and for what is a kind of it. */
bool ts_thing_is(const ts_beliefs *beliefs, const ts_thing *thing, ts_concept concept);

/* How far some person and some thing of that concept stand in that relation, 0..1: the likeliest pair counts, by its
 * less certain half. 0 for a relation that does not exist. */
float ts_relation_strength(const ts_beliefs *beliefs, const ts_things *things, const char *relation,
                           ts_concept concept);
bool ts_relation_exists(const char *relation);

/* ---- the parts ---- */

/* All that they need of a picture. */
typedef struct ts_traits {
    ts_beliefs *beliefs;
    const ts_seen *seen;
    const ts_picture_info *picture;
    ts_looks looks;
    ts_things things;
} ts_traits;

/* Of the picture, 0..1; 0 without a face. */
float ts_largest_face_share(const ts_traits *traits);

void ts_attributes_mood(const ts_traits *traits);
/* Returns how sure it is that this is a drawing of a screen, where scenes are none. */
float ts_attributes_style(const ts_traits *traits);
void ts_attributes_composition(const ts_traits *traits);
void ts_attributes_people(const ts_traits *traits);
void ts_attributes_capture(const ts_traits *traits);
void ts_attributes_cues(const ts_traits *traits);

#endif
