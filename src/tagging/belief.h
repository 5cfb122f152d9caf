/* Private to the tagging room: what the evidence says about each concept of the vocabulary.
 *
 * Fusion, in one place. logit(p) = ln(p / (1 - p)); weights are those of the source's ts_weighing, fitted on labelled
 * pictures (docs/models.md).
 *   a detector's word     the strongest box says it, a little louder when it is large and when there are more of the
 *                         class: logit(score) = logit(raw) + size ln(share of the picture) + company ln(1 + more boxes).
 *                         Two boxes of one dog are no two proofs of a dog; ten books are seldom ten errors.
 *   a classifier's word   its classes exclude each other, so the probabilities of all classes below a concept add up
 *                         ("beagle 0.4, basset 0.5" is "dog 0.9"). It learned on pictures of one thing each: among n
 *                         boxes of other things its certainty shrinks, logit(score) = logit(sum) (1 - crowd ln(1 + n)).
 *   calibration           p = sigmoid(slope logit(score) + offset), Platt's.
 *   against each other    silence is evidence (Good): what a detector looked for and did not find at all loses `silence`
 *                         of logit(p); what it does not know, but of whose kind it knows some and shows none ("unicycle",
 *                         where it shows no vehicle), loses kin_silence ln(1 + n).
 *   between analysers     weights of evidence add up (I. J. Good, "Probability and the Weighing of Evidence", 1950: Bayes'
 *                         rule in log-odds). The surest witness speaks in full, or, of what a detector sought, the
 *                         detector; each other adds its own weight where it finds the concept likelier than not, times
 *                         COMPANY_WEIGHT, since analysers that look at one picture err together:
 *                         logit(P) = logit(p1) + COMPANY_WEIGHT sum max(0, logit(pi)).
 *   along the hierarchy   whatever is seen is also everything above it, with at least the same confidence.
 *                         Where the detector sought the wider thing, a class below it is no surer than that: no beagle is
 *                         surer than the dog.
 *   contested boxes       of two classes in one box (IoU > CONTEST_OVERLAP) at least one is often wrong: neither is accepted
 *                         without a person, however sure, unless a box of its own shows it as well.
 *   exclusion             of two things that no picture is at once (a screenshot and a beach, indoors and outdoors), each
 *                         is what is left when both is ruled out: p (1 - q) / (1 - p q).
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
    bool of_classes;   /* a share of exclusive classes */
    bool runner_up;    /* of exclusive classes, not the likeliest: it has to say it louder (lines.c) */
    bool in_a_crowd;   /* of exclusive classes, among several boxes of other things: so, too */
} ts_witness;

typedef struct ts_belief {
    ts_witness witnesses[TS_WITNESSES_MAX];
    uint32_t witness_count;
    uint32_t box_count;
    uint32_t sure_count;        /* boxes of them beyond doubt, the first ones */
    ts_rect *boxes;             /* in arena, best first; only what was seen as this very concept */
    float confidence;           /* fused */
    const ts_source *sought_by; /* the detector that looked for this very concept, or NULL */
    bool contested;             /* its best box is as well another thing's */
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
/* For this concept alone. */
void ts_belief_add(ts_belief *belief, const ts_witness *witness);

/* The rules that turn measures into attribute concepts (attributes.c). */
void ts_attributes_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture);

/* What was read (writing.c). TS_NO_MEMORY. */
bool ts_writing_add(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture, ts_error *err);

/* The classifier's word on every concept, held against what the detector saw (classes.c). */
bool ts_classes_add(ts_beliefs *beliefs, const ts_seen *seen, ts_error *err);

/* Confidences from witnesses (fuse.c). */
void ts_beliefs_fuse(ts_beliefs *beliefs);

/* logit, of p kept inside (0, 1), and its inverse. */
float ts_logit(float p);
float ts_sigmoid(float x);

/* sigmoid(slope * logit(score) + offset), kept inside (0, 1). */
float ts_calibrate(const ts_source *source, float score);

/* What this box alone is worth, by its raw score, and whether it is listed at all. */
float ts_box_confidence(const ts_observation *box);
bool ts_box_is_listed(const ts_observation *box);

/* A copy of what was seen, whose observations and faces may be doubted; *out borrows the rest from seen. TS_NO_MEMORY. */
bool ts_doubt_begin(const ts_seen *seen, ts_arena *arena, ts_seen *out, ts_error *err);
/* Takes so much from the logit of every face of such a copy. */
void ts_doubt_faces(ts_seen *seen, float doubt);
/* Boxes that may be folds of clothes, and persons who may be empty ones (garments.c). */
void ts_doubt_garments(const ts_vocab *vocab, const ts_picture_info *picture, ts_seen *seen);
/* Animals that may be others (species.c). */
void ts_doubt_species(const ts_vocab *vocab, ts_seen *seen);
/* Boxes round the one thing that the picture is about, where the classifier is sure that it is another (subject.c). */
void ts_doubt_subject(const ts_vocab *vocab, const ts_picture_info *picture, ts_seen *seen);

#endif
