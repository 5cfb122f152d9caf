/* The vision room: what each analyser saw in one picture.
 *
 *   one decode -> views -> networks and measures -> observations
 *
 * Every analyser is one file with one descriptor, listed in one table (analysers.c). An observation is in
 * the model's own words and on the model's own scale; turning it into concepts and probabilities is the
 * tagging room's work. This room must not know concepts, facets, tags or users.
 *
 * Threads: an open vision may look at any number of pictures at once, each thread with its own ts_seen.
 */
#ifndef TS_VISION_VISION_H
#define TS_VISION_VISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "image/image.h"
#include "record/record.h"

/* How a model's evidence is weighed; all zero: its score is what it says, its silence says nothing. What each
 * number means stands in tagging/belief.h, where it comes from in the model's manifest. */
typedef struct ts_weighing {
    float size, company;           /* of a detector's score */
    float crowd;                   /* of a classifier's */
    float silence, kin_silence;    /* weights of what a detector did not find */
    float box_slope, box_offset;   /* Platt's, of one box alone; slope 0: as the source's own */
    float box_drop;                /* a box below is evidence only, and not listed */
    const struct json_t *measured; /* shares of right tags by confidence, or NULL (tagging/lines.h) */
} ts_weighing;

/* Who said something, and how far it can be trusted; lives as long as the vision. */
typedef struct ts_source {
    const char *analyser; /* name of the descriptor */
    const char *model;    /* name of the model, or of the rule for analysers without a network */
    const char *version;
    float slope;  /* calibrated = sigmoid(slope * logit(score) + offset): Platt's form on the model's own */
    float offset; /* probability; slope 1 and offset 0 leave it as it is */
    float drop;   /* calibrated scores below are no tags at all */
    float sure;   /* calibrated scores from here on need no person's eye */
    ts_weighing weighing;
} ts_source;

/* One thing seen: a class with a score, perhaps somewhere in the picture. */
typedef struct ts_observation {
    const ts_source *source;
    const char *scheme; /* what `key` counts in: "imagenet1k", "coco80", or the analyser's own word list */
    const char *label;  /* the model's own word; constant */
    uint32_t key;       /* class index within the scheme; UINT32_MAX when only the word counts */
    float raw;          /* the model's own score, 0..1 */
    float doubt;        /* 0; whoever judges may take so much from the score's logit for what others saw */
    bool has_box;
    ts_rect box; /* pixels of the upright full-size picture */
} ts_observation;

/* Mutually exclusive classes: probabilities that sum to 1 over the whole scheme. */
typedef struct ts_distribution {
    const ts_source *source;
    const char *scheme;
    const char *const *labels;
    const float *probabilities;
    size_t count;
} ts_distribution;

/* A detector that looked for certain classes, whether it found any or not: its silence says something too. */
typedef struct ts_search {
    const ts_source *source;
    const char *scheme;
    size_t class_count;
} ts_search;

/* The gist of a picture: what a head on the classifier's features says of the whole of it, "outdoors", "food" ... It is a
 * reason for a concept, none by itself: vocab/cues.tsv weighs it. */
typedef struct ts_gist {
    const char *name;
    float p; /* 0..1 */
} ts_gist;

#define TS_GISTS_MAX 24

/* Whether some head is asked for a gist of that name. */
bool ts_gist_exists(const char *name);

/* Everything seen in one picture. All of it lives in `arena`. */
typedef struct ts_seen {
    ts_arena *arena;
    ts_observation *items;
    size_t count;
    size_t capacity;
    const ts_distribution *distribution; /* the classifier's, or NULL */
    const ts_search *search;             /* the detector's, or NULL */
    const ts_face *faces;
    size_t face_count;
    bool has_faces;
    ts_colours colours;
    bool has_colours;
    ts_quality quality;
    bool has_quality;
    float artwork; /* 0..1: painted or drawn, by a head on the classifier's features */
    bool has_artwork;
    ts_gist gists[TS_GISTS_MAX];
    size_t gist_count;
    const ts_layout *layout; /* NULL where colours were not looked at */
    float nsfw;
    bool has_safety;
    const ts_source *faces_source, *colours_source, *quality_source, *safety_source, *text_source,
        *place_source;
    const ts_text_line *lines; /* what is written, in reading order */
    size_t line_count;
    bool has_lines;
    const char *language;          /* of the lines: "en", or "" where it cannot be told; constant */
    const ts_picture_place *place; /* where it was taken; NULL: not known */
    /* The shorter side, in pixels, of another decode of the picture that an analyser needs to see more (never more than
     * the picture has); 0: all was seen. */
    uint32_t closer_side;
    const float *embedding; /* L2-normalised; NULL unless asked for */
    size_t embedding_size;
    const char *embedding_model; /* name@version; lives in the manifest or the arena */
    const void *backbone;        /* private to the room: the shared network's outputs for this picture */
} ts_seen;

/* Of that gist, or `otherwise` where nobody was asked for it. */
float ts_gist_of(const ts_seen *seen, const char *name, float otherwise);

/* The shorter side of a decode that is large enough for an embedding of many views. */
enum { TS_MANY_VIEWS_SIDE = 347 };

/* What the caller wants beyond the ordinary. */
typedef struct ts_look_wishes {
    bool mesh;
    bool embedding;
    bool many_views; /* the embedding is for teaching: of several views (embed.c) */
    uint32_t
        left_out; /* open analysers that are not to look this time: bit i is number i of ts_vision_analysers */
} ts_look_wishes;

typedef struct ts_vision ts_vision;

typedef struct ts_vision_options {
    const char *share;     /* folder with models/ manifests */
    const char *weights;   /* folder with model files */
    const char *openvino;  /* NULL: default places */
    const char *cache;     /* NULL: none */
    const char *analysers; /* comma-separated, or NULL for the default ones */
    const char *also;      /* further ones beside those, comma-separated, or NULL */
    const char *precision; /* "auto", "f32", "bf16" */
    unsigned streams;      /* pictures looked at at once */
} ts_vision_options;

/* Loads what the chosen analysers need, networks side by side. TS_USAGE for an unknown analyser. */
ts_vision *ts_vision_open(const ts_vision_options *options, ts_error *err);
void ts_vision_close(ts_vision *vision);

/* Runs every open analyser that is not left out. seen must be zeroed but for `arena`. On failure seen is not to be used. */
bool ts_vision_look(const ts_vision *vision, const ts_decoded *picture, ts_look_wishes wishes, ts_seen *seen,
                    ts_error *err);

/* Where seen->closer_side says so: the analysers that asked for it look at a decode of that size, and add to seen. */
bool ts_vision_look_closer(const ts_vision *vision, const ts_decoded *picture, ts_look_wishes wishes,
                           ts_seen *seen, ts_error *err);

/* The shorter side, in pixels, that the open analysers want from the decoder. */
uint32_t ts_vision_wanted_side(const ts_vision *vision);

/* Sentences on what was found at start (a network that fell back to f32, ...); borrowed from the vision. */
size_t ts_vision_notes(const ts_vision *vision, const char *const **notes);

/* Shared area over joint area, 0 to 1. */
float ts_rect_iou(ts_rect a, ts_rect b);

/* The table, for help texts. */
typedef struct ts_analyser_info {
    const char *name;
    const char *help;
    bool on_by_default;
} ts_analyser_info;
size_t ts_vision_analysers(ts_analyser_info *out, size_t capacity);

#endif
