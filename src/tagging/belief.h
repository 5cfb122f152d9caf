/* Private to the tagging room: what the evidence says about each concept of the vocabulary.
 *
 * Fusion, in one place:
 *   within one analyser   the strongest says it all: two boxes of one dog are no two proofs of a dog;
 *                         for exclusive classes the probabilities of all classes below a concept add up
 *                         ("beagle 0.4, basset 0.5" is "dog 0.9").
 *   against each other    what the detector looked for and missed, the classifier has to say twice: p becomes
 *                         p * p. (On COCO val pictures such claims at 0.2 to 0.6 were right once in 19.)
 *   between analysers     independent witnesses: 1 - product of (1 - p).
 *   along the hierarchy   whatever is seen is also everything above it, with at least the same confidence.
 */
#ifndef TS_TAGGING_BELIEF_H
#define TS_TAGGING_BELIEF_H

#include "base/arena.h"
#include "vision/vision.h"
#include "vocab/vocab.h"

#define TS_WITNESSES_MAX 4

/* One analyser's word on one concept. */
typedef struct ts_witness {
    const ts_source *source;
    const char *label; /* the strongest class or rule behind it, in the model's words */
    float raw;         /* its raw score */
    float score;       /* what p was calibrated from */
    float p;           /* calibrated probability that the concept is there */
} ts_witness;

typedef struct ts_belief {
    ts_witness witnesses[TS_WITNESSES_MAX];
    uint32_t witness_count;
    uint32_t box_count;
    uint32_t sure_count; /* boxes of them beyond doubt, the first ones */
    ts_rect *boxes;      /* in arena, best first; only what was seen as this very concept */
    float confidence;    /* fused */
} ts_belief;

typedef struct ts_beliefs {
    const ts_vocab *vocab;
    ts_arena *arena;
    ts_belief *items; /* one for each concept of the vocabulary */
    size_t count;
} ts_beliefs;

/* Everything that was seen, as beliefs; measures (colours, quality, ...) included. */
bool ts_beliefs_form(const ts_vocab *vocab, const ts_seen *seen, const ts_picture_info *picture,
                     ts_arena *arena, ts_beliefs *out, ts_error *err);

/* A witness for a concept and, with hierarchy, for everything above it. Keeps the analyser's strongest. */
void ts_beliefs_witness(ts_beliefs *beliefs, ts_concept concept, const ts_witness *witness);

/* The rules that turn measures into attribute concepts (attributes.c). */
void ts_attributes_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture);

/* What was read (writing.c). TS_NO_MEMORY. */
bool ts_writing_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture, ts_error *err);

/* sigmoid(slope * logit(raw) + offset), kept inside (0, 1). */
float ts_calibrate(const ts_source *source, float raw);

#endif
