/* Private to the vision room: what an analyser is, and what it gets. */
#ifndef TS_VISION_ANALYSER_H
#define TS_VISION_ANALYSER_H

#include "engine/engine.h"
#include "packs/packs.h"
#include "vision/vision.h"

/* A network compiled for one size of view. */
typedef struct ts_lens {
    ts_network *network;
    ts_view_spec view;
} ts_lens;

/* A model made ready. lenses[0] has the manifest's own size; the others are for pictures of other aspects. */
typedef struct ts_eye {
    const ts_model *model;
    ts_lens lenses[1 + TS_MODEL_SHAPES_MAX];
    size_t lens_count;
    ts_source source;
} ts_eye;

/* Handed to an analyser while the vision opens. Everything in `arena` lives as long as the vision. */
typedef struct ts_setup {
    const ts_packs *packs;
    const char *share; /* folder that holds vocab/ */
    ts_arena *arena;
    const ts_eye *second; /* of the analyser's second model; NULL: it names none, or there is none */
} ts_setup;

/* Handed to an analyser for each picture. */
typedef struct ts_look {
    const ts_decoded *picture;
    ts_look_wishes wishes;
    float to_full; /* a length in decoded pixels times this is a length in full-size pixels */
} ts_look;

typedef struct ts_analyser {
    const char *name;
    const char *help;
    bool on_by_default;
    const char
        *model; /* word in the manifests' "analyser" that names its model; NULL: no network of its own */
    const char
        *second_model; /* another such word: loaded beside the first where a manifest has it, or NULL */
    uint32_t wanted_side;
    /* Called once, networks already loaded; *state lives in setup->arena. NULL: nothing to prepare. */
    bool (*open)(const ts_setup *setup, ts_eye *eye, void **state, ts_error *err);
    /* Adds what it sees to seen. Called by many threads at once. */
    bool (*look)(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen, ts_error *err);
    /* Looks again, at a larger decode, when its look has set seen->closer_side; NULL: it never does. */
    bool (*look_closer)(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                        ts_error *err);
} ts_analyser;

/* Wraps a model; the network itself is loaded by the vision. */
void ts_eye_describe(ts_eye *eye, const char *analyser, const ts_model *model);
/* False: the network takes float tensors, of sizes that its analyser says; ts_eye_run is not for it. */
bool ts_eye_has_view(const ts_eye *eye);
bool ts_eye_load(ts_eye *eye, ts_engine *engine, ts_precision precision, ts_error *err);
void ts_eye_unload(ts_eye *eye); /* also after a failed load */

/* View of the whole picture into a request's input, then run. The request is the caller's to release,
 * also after an error (NULL then only if acquiring was not reached). map may be NULL. */
bool ts_eye_run(const ts_eye *eye, const ts_pixels *pixels, ts_view_map *map, ts_request **request,
                ts_error *err);
bool ts_eye_run_part(const ts_eye *eye, const ts_pixels *pixels, ts_rect part, ts_view_map *map,
                     ts_request **request, ts_error *err);

/* The same through a view of another fit and share than the manifest's, left and right changed where `mirrored`. */
bool ts_eye_run_view(const ts_eye *eye, const ts_pixels *pixels, ts_fit fit, float crop_share, bool mirrored,
                     ts_request **request, ts_error *err);

/* Index of the output with this role, checked for its size; TS_MODEL when the manifest has none. */
bool ts_eye_output(const ts_eye *eye, const char *role, size_t *index, ts_error *err);

bool ts_seen_add(ts_seen *seen, const ts_observation *observation, ts_error *err);

/* The shared network: probabilities of the classifier and the features before them, run at most once a
 * picture. */
typedef struct ts_backbone {
    const float *probabilities;
    size_t class_count;
    const float *features;
    size_t feature_count;
} ts_backbone;
const ts_backbone *ts_backbone_look(const ts_eye *eye, const ts_look *look, ts_seen *seen, ts_error *err);

/* Boxes in greedy order by score: drops what overlaps a better one of the same class by more than `overlap`
 * (IoU). */
typedef struct ts_candidate {
    ts_rect box;
    float score;
    uint32_t key;
    uint32_t index; /* the caller's own */
} ts_candidate;
/* Sorts best first and returns how many are left in front; ties are broken by position, so results are
 * stable. */
size_t ts_nms(ts_candidate *candidates, size_t count, float overlap);

/* The descriptors; the table in analysers.c lists them. */
extern const ts_analyser ts_analyser_classify;
extern const ts_analyser ts_analyser_detect;
extern const ts_analyser ts_analyser_faces;
extern const ts_analyser ts_analyser_mesh;
extern const ts_analyser ts_analyser_safety;
extern const ts_analyser ts_analyser_colours;
extern const ts_analyser ts_analyser_quality;
extern const ts_analyser ts_analyser_embed;
extern const ts_analyser ts_analyser_text;
extern const ts_analyser ts_analyser_place;

#endif
