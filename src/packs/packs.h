/* The packs room: which models there are, where they lie, and whether they are what they should be.
 *
 * A manifest (models/NAME.json) describes one model; its weights lie in the weights folder under the
 * file name that the manifest gives. This room must not know what models compute: `analyser` is a word to
 * it. Everything is read once and constant afterwards: any number of threads may read.
 */
#ifndef TS_PACKS_PACKS_H
#define TS_PACKS_PACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"

/* ---- folders ------------------------------------------------------------------------------------ */

/* Where Tagsmith finds its own data; all paths are set after ts_folders_find. */
typedef struct ts_folders {
    const char *share;   /* holds models/NAME.json and vocab/ (the source tree, or PREFIX/share/tagsmith) */
    const char *weights; /* model files as fetched and converted */
    const char *cache;   /* compiled networks, verdicts; made when first used */
} ts_folders;

/* share: $TAGSMITH_SHARE, beside the running program (../ or ../share/tagsmith), the build's default.
 * weights: $TAGSMITH_MODELS, SHARE/deps/models, $XDG_DATA_HOME/tagsmith/models, SHARE/weights.
 * cache: $TAGSMITH_CACHE, $XDG_CACHE_HOME/tagsmith, ~/.cache/tagsmith.
 * TS_NOT_FOUND with a hint when no share folder is found; the others may name folders not there yet. */
bool ts_folders_find(ts_arena *arena, ts_folders *out, ts_error *err);

/* ---- models ------------------------------------------------------------------------------------- */

#define TS_MODEL_OUTPUTS_MAX 8

typedef enum ts_model_fit { TS_MODEL_STRETCH = 0, TS_MODEL_CROP, TS_MODEL_LETTERBOX } ts_model_fit;

#define TS_MODEL_SHAPES_MAX 4

typedef struct ts_model_shape {
    uint32_t width, height;
} ts_model_shape;

typedef struct ts_model_input {
    uint32_t width, height;
    bool bgr;      /* channel order of the view */
    bool nhwc;     /* layout of the network's own input */
    float mean[3]; /* (x - mean) / scale, per channel in the view's order */
    float scale[3];
    ts_model_fit fit;
    /* Other sizes that a fully convolutional network may be given, so that a letterboxed view of a wide or a tall
     * picture is not mostly bars. */
    ts_model_shape shapes[TS_MODEL_SHAPES_MAX];
    size_t shape_count;
    float crop; /* share of the shorter side that TS_MODEL_CROP keeps */
} ts_model_input;

typedef struct ts_model_output {
    const char *name;
    const char *role;
} ts_model_output;

typedef struct ts_model {
    const char *name; /* [a-z0-9._-]{1,64} */
    const char *version;
    const char *analyser; /* which analyser runs it */
    const char *pack;     /* "core" */
    const char *licence;
    const char *homepage;
    const char *labels; /* name of a label list, or NULL */
    const char *path;   /* of the weights file */
    const char *sha256; /* 64 lower-case hex digits */
    uint64_t bytes;
    ts_model_input input; /* all zero for a model that takes no picture ("input": null) */
    ts_model_output outputs[TS_MODEL_OUTPUTS_MAX];
    size_t output_count;
    const json_t *params;      /* the analyser's own settings: an object, or NULL */
    const json_t *calibration; /* an object, or NULL */
} ts_model;

typedef struct ts_packs ts_packs;

/* Reads every manifest below SHARE/models. TS_CONFIG names file and key of the first bad one. */
ts_packs *ts_packs_open(const char *share, const char *weights, ts_error *err);
void ts_packs_close(ts_packs *packs);

size_t ts_packs_count(const ts_packs *packs);
const ts_model *ts_packs_at(const ts_packs *packs, size_t index);       /* sorted by name */
const ts_model *ts_packs_find(const ts_packs *packs, const char *name); /* NULL when there is none */

/* Names of a label list, one a class: the last column of models/labels/NAME.tsv. Memory from the arena. */
typedef struct ts_labels {
    const char *const *names;
    size_t count;
} ts_labels;
bool ts_packs_labels(const ts_packs *packs, const char *name, ts_arena *arena, ts_labels *out, ts_error *err);

/* A small linear classifier on the normalised features of one model: logit = bias + sum of weights x features. */
typedef struct ts_head {
    const char *version;
    const float *weights;
    size_t count;
    float bias;
} ts_head;

/* models/heads/NAME.json. *out is NULL, without an error, where there is none or it was trained on another model than
 * this one. Memory from the arena. TS_CONFIG for a malformed one. */
bool ts_packs_head(const ts_packs *packs, const char *name, const ts_model *model, ts_arena *arena,
                   const ts_head **out, ts_error *err);

/* Is the weights file there, of the right size and content? TS_MODEL with a hint otherwise. Reads it whole.
 */
bool ts_model_verify(const ts_model *model, ts_error *err);

/* SHA-256 of a file as 64 hex digits and NUL. */
bool ts_sha256_file(const char *path, char hex[65], ts_error *err);
/* of bytes in memory */
bool ts_sha256_bytes(const void *bytes, size_t length, char hex[65], ts_error *err);

#endif
