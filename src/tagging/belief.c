/* tagging: from observations in the models' words to beliefs about concepts. See belief.h for the formulas.
 * It must not know files, users or output. */
#include "tagging/belief.h"

#include <math.h>
#include <string.h>

#define BOXES_MAX 100

float ts_logit(float p)
{
    float inside = fminf(fmaxf(p, 1e-6F), 1 - 1e-6F);
    return logf(inside / (1 - inside));
}

float ts_sigmoid(float x)
{
    return 1 / (1 + expf(-x));
}

static float platt(float slope, float offset, float score)
{
    if (slope == 1 && offset == 0) return fminf(fmaxf(score, 1e-6F), 1 - 1e-6F);
    return ts_sigmoid(slope * ts_logit(score) + offset);
}

float ts_calibrate(const ts_source *source, float score)
{
    return platt(source->slope, source->offset, score);
}

static float doubted(const ts_observation *o)
{
    return o->doubt > 0 ? ts_sigmoid(ts_logit(o->raw) - o->doubt) : o->raw;
}

float ts_box_confidence(const ts_observation *box)
{
    const ts_weighing *w = &box->source->weighing;
    float score = doubted(box);
    return w->box_slope > 0 ? platt(w->box_slope, w->box_offset, score) : ts_calibrate(box->source, score);
}

bool ts_box_is_listed(const ts_observation *box)
{
    const ts_weighing *w = &box->source->weighing;
    return ts_box_confidence(box) >= (w->box_drop > 0 ? w->box_drop : box->source->drop);
}

void ts_belief_add(ts_belief *belief, const ts_witness *witness)
{
    for (uint32_t i = 0; i < belief->witness_count; i++) {
        ts_witness *known = &belief->witnesses[i];
        if (strcmp(known->source->analyser, witness->source->analyser) != 0) continue;
        if (witness->p > known->p) *known = *witness;
        return;
    }
    if (belief->witness_count < TS_WITNESSES_MAX) belief->witnesses[belief->witness_count++] = *witness;
}

void ts_beliefs_witness(ts_beliefs *beliefs, ts_concept concept, const ts_witness *witness)
{
    ts_belief_add(&beliefs->items[concept], witness);
    ts_concepts above = ts_vocab_ancestors(beliefs->vocab, concept);
    for (size_t i = 0; i < above.count; i++) ts_belief_add(&beliefs->items[above.items[i]], witness);
}

/* ---- boxes -------------------------------------------------------------------------------------- */

/* From here on a box is one more thing beyond doubt: of 40 things that were told to be two on COCO, four were fewer,
 * where the sure line itself would make it half of them. */
#define COUNTED_FROM 0.8F

static bool add_box(ts_beliefs *beliefs, ts_concept concept, ts_rect box, bool sure, ts_error *err)
{
    ts_belief *belief = &beliefs->items[concept];
    if (!belief->boxes) belief->boxes = TS_NEW_ARRAY(beliefs->arena, BOXES_MAX, ts_rect);
    if (!belief->boxes) return ts_fail_memory(err);
    if (belief->box_count == BOXES_MAX) return true;
    belief->boxes[belief->box_count++] = box;
    belief->sure_count += sure;
    return true;
}

static bool is_of_class(const ts_observation *a, const ts_observation *b)
{
    return a->key == b->key && a->source == b->source && strcmp(a->scheme, b->scheme) == 0;
}

/* The first observation of a class is its strongest, so it speaks for all of them. */
static bool is_spoken_for(const ts_seen *seen, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (is_of_class(&seen->items[i], &seen->items[number])) return true;
    return false;
}

/* Moved on the scale of logits by how large the thing is and how many more of its class there are. */
static float score_of(const ts_seen *seen, size_t number, const ts_picture_info *picture)
{
    const ts_observation *o = &seen->items[number];
    const ts_weighing *w = &o->source->weighing;
    if (!o->has_box || (w->size <= 0 && w->company <= 0)) return doubted(o);
    float share = o->box.width * o->box.height / ((float)picture->width * (float)picture->height);
    float more = 0;
    for (size_t i = number + 1; i < seen->count; i++) more += is_of_class(&seen->items[i], o);
    return ts_sigmoid(ts_logit(o->raw) - o->doubt + w->size * logf(share + 1e-4F) +
                      w->company * logf(1 + more));
}

static void speak(ts_beliefs *beliefs, ts_concept concept, const ts_seen *seen, size_t number,
                  const ts_picture_info *picture)
{
    const ts_observation *o = &seen->items[number];
    ts_witness witness = {.source = o->source, .label = o->label, .raw = o->raw};
    witness.score = score_of(seen, number, picture);
    witness.p = ts_calibrate(o->source, witness.score);
    ts_beliefs_witness(beliefs, concept, &witness);
}

/* Observations come best first for each analyser, so boxes do too. */
static bool add_observations(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture,
                             ts_error *err)
{
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        ts_concept concept = ts_vocab_map_class(beliefs->vocab, o->scheme, o->key, NULL);
        if (concept == TS_CONCEPT_NONE) continue;
        if (!is_spoken_for(seen, i)) speak(beliefs, concept, seen, i, picture);
        if (!o->has_box || !ts_box_is_listed(o)) continue;
        bool sure = ts_box_confidence(o) >= COUNTED_FROM;
        if (!add_box(beliefs, concept, o->box, sure, err)) return false;
    }
    return true;
}

/* ---- two things in one box ------------------------------------------------------------------------ */

#define CONTEST_OVERLAP 0.85F

static ts_concept listed_concept(const ts_beliefs *beliefs, const ts_observation *o)
{
    if (!o->has_box || !ts_box_is_listed(o)) return TS_CONCEPT_NONE;
    return ts_vocab_map_class(beliefs->vocab, o->scheme, o->key, NULL);
}

static bool is_contested_by(const ts_vocab *vocab, ts_concept one, ts_concept other)
{
    return other != TS_CONCEPT_NONE && one != other && !ts_vocab_is_ancestor(vocab, one, other) &&
           !ts_vocab_is_ancestor(vocab, other, one);
}

static bool has_rival(const ts_beliefs *beliefs, const ts_seen *seen, size_t number, ts_concept concept)
{
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        if (!is_contested_by(beliefs->vocab, concept, listed_concept(beliefs, o))) continue;
        if (ts_rect_iou(o->box, seen->items[number].box) > CONTEST_OVERLAP) return true;
    }
    return false;
}

/* A concept is contested when each of its listed boxes is. */
static void mark_contested(ts_beliefs *beliefs, const ts_seen *seen)
{
    for (size_t i = 0; i < seen->count; i++) {
        ts_concept concept = listed_concept(beliefs, &seen->items[i]);
        if (concept != TS_CONCEPT_NONE && has_rival(beliefs, seen, i, concept))
            beliefs->items[concept].contested = true;
    }
    for (size_t i = 0; i < seen->count; i++) {
        ts_concept concept = listed_concept(beliefs, &seen->items[i]);
        if (concept != TS_CONCEPT_NONE && !has_rival(beliefs, seen, i, concept))
            beliefs->items[concept].contested = false;
    }
}

static void mark_sought(ts_beliefs *beliefs, const ts_search *search)
{
    for (size_t class = 0; search && class < search->class_count; class ++) {
        ts_concept concept = ts_vocab_map_class(beliefs->vocab, search->scheme, class, NULL);
        if (concept != TS_CONCEPT_NONE) beliefs->items[concept].sought_by = search->source;
    }
}

/* A face that takes less of the picture (a fifteenth of its width) says that people are there; as a tag of its own nobody
 * kept it: reviewers threw out four of four such, and four of ten larger ones. */
#define SMALL_FACE 0.004F
#define SMALL_FACE_P 0.4F

static void say_face(ts_beliefs *beliefs, ts_concept face, const ts_witness *witness, float share)
{
    ts_witness own = *witness;
    ts_concepts above = ts_vocab_ancestors(beliefs->vocab, face);
    if (share < SMALL_FACE) own.p = fminf(own.p, SMALL_FACE_P);
    ts_belief_add(&beliefs->items[face], &own);
    for (size_t i = 0; i < above.count; i++) ts_belief_add(&beliefs->items[above.items[i]], witness);
}

static bool add_faces(ts_beliefs *beliefs, const ts_seen *seen, const ts_picture_info *picture, ts_error *err)
{
    ts_concept face = ts_vocab_find(beliefs->vocab, "people/face");
    float area = (float)picture->width * (float)picture->height;
    if (face == TS_CONCEPT_NONE) return true;
    for (size_t i = 0; i < seen->face_count; i++) {
        ts_witness witness = {.source = seen->faces_source,
                              .label = "face",
                              .raw = seen->faces[i].score,
                              .score = seen->faces[i].score,
                              .p = ts_calibrate(seen->faces_source, seen->faces[i].score)};
        ts_rect box = seen->faces[i].box;
        say_face(beliefs, face, &witness, box.width * box.height / area);
        bool sure = witness.p >= COUNTED_FROM;
        if (!add_box(beliefs, face, seen->faces[i].box, sure, err)) return false;
    }
    return true;
}

/* ---- the whole of it ------------------------------------------------------------------------------ */

/* "Beagle" has no box of its own, but if there is just one dog in the picture, the dog's box is the beagle's.
 */
static void lend_boxes(ts_beliefs *beliefs)
{
    for (ts_concept c = 0; c < beliefs->count; c++) {
        ts_belief *belief = &beliefs->items[c];
        if (belief->witness_count == 0 || belief->boxes) continue;
        ts_concepts above = ts_vocab_ancestors(beliefs->vocab, c);
        for (size_t i = 0; i < above.count; i++) {
            const ts_belief *parent = &beliefs->items[above.items[i]];
            if (!parent->boxes) continue;
            if (parent->box_count == 1) {
                belief->boxes = parent->boxes;
                belief->box_count = 1;
                belief->sure_count = parent->sure_count;
            }
            break;
        }
    }
}

bool ts_doubt_begin(const ts_seen *seen, ts_arena *arena, ts_seen *out, ts_error *err)
{
    ts_face *faces = TS_NEW_ARRAY(arena, seen->face_count + 1, ts_face);
    *out = *seen;
    out->items = TS_NEW_ARRAY(arena, seen->count + 1, ts_observation);
    if (!out->items || !faces) return ts_fail_memory(err);
    if (seen->count) memcpy(out->items, seen->items, seen->count * sizeof *out->items);
    if (seen->face_count) memcpy(faces, seen->faces, seen->face_count * sizeof *faces);
    out->capacity = seen->count;
    out->faces = faces;
    return true;
}

void ts_doubt_faces(ts_seen *seen, float doubt)
{
    /* The copy is ts_doubt_begin's own. */
    ts_face *faces = (ts_face *)(uintptr_t)seen->faces;
    for (size_t i = 0; i < seen->face_count && doubt > 0; i++)
        faces[i].score = ts_sigmoid(ts_logit(faces[i].score) - doubt);
}

bool ts_beliefs_form(const ts_vocab *vocab, const ts_seen *all, const ts_picture_info *picture,
                     ts_arena *arena, ts_beliefs *out, ts_error *err)
{
    ts_seen seen;
    *out = (ts_beliefs){.vocab = vocab, .arena = arena, .count = ts_vocab_count(vocab)};
    out->items = TS_NEW_ARRAY(arena, out->count, ts_belief);
    if (!out->items) return ts_fail_memory(err);
    if (!ts_doubt_begin(all, arena, &seen, err)) return false;
    ts_doubt_garments(vocab, picture, &seen);
    ts_doubt_species(vocab, &seen);
    ts_doubt_subject(vocab, picture, &seen);
    if (!add_observations(out, &seen, picture, err) || !add_faces(out, &seen, picture, err)) return false;
    if (seen.distribution && !ts_classes_add(out, &seen, err)) return false;
    if (!ts_writing_add(out, &seen, picture, err)) return false;
    mark_sought(out, seen.search);
    mark_contested(out, &seen);
    ts_attributes_add(out, &seen, picture);
    ts_beliefs_fuse(out);
    lend_boxes(out);
    return true;
}
