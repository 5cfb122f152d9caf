/* The record: everything Tagsmith knows about one picture, as plain data.
 *
 * `tagging/` fills it, `exchange/` writes it out, the public library hands it to programs. It holds no
 * logic. Ownership: a record and all that it points to live in one arena (the picture's), except concept
 * texts, which belong to the vocabulary, and model names, which belong to the manifests; both outlive it.
 * Threads: a record is built by one thread and only read afterwards.
 */
#ifndef TS_RECORD_RECORD_H
#define TS_RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "image/image.h"

typedef enum ts_tag_state {
    TS_TAG_SUGGESTED = 0, /* between the drop line and the sure line: for a person to judge */
    TS_TAG_ACCEPTED,      /* above the sure line */
    TS_TAG_REJECTED,      /* by a person; never made by the machine */
    TS_TAG_STATE_COUNT
} ts_tag_state;

/* "suggested"; never NULL. */
const char *ts_tag_state_name(ts_tag_state state);

/* One reason for a tag: who said it, in its own words and on its own scale. */
typedef struct ts_evidence {
    const char *analyser; /* "detect" */
    const char *model;    /* "centernet-mobilenetv3-coco"; for rules without a network the rule's name */
    const char *version;  /* of the model or rule */
    const char *label;    /* what the model itself calls it: "Egyptian cat" */
    float raw;            /* the score as the model gave it, before any calibration */
    float
        score; /* what is calibrated: raw, or the sum of raw over the exclusive classes that mean the concept */
    float p;   /* calibrated: the probability that the concept is there, by this reason alone */
} ts_evidence;

/* What a tag is called in a scheme of the user's: a thesaurus, a shop's catalogue. */
typedef struct ts_tag_term {
    const char *scheme;      /* "museum" */
    const char *id;          /* of the scheme's concept: an IRI, or whatever it uses */
    const char *notation;    /* its code, or NULL */
    const char *label;       /* in the language that was asked for */
    const char *relation;    /* "exact", "close", "broader": the scheme's concept is the wider one */
    const char *const *path; /* labels of what stands above it, topmost first */
    size_t path_count;
} ts_tag_term;

/* What a tag is called in one language. */
typedef struct ts_tag_label {
    const char *language; /* "de" */
    const char *label;    /* "Hund" */
} ts_tag_label;

typedef struct ts_tag {
    const char *concept; /* "object/dog" */
    const char *label;   /* "dog", English; or the label of the first term */
    const char *facet;   /* "object" */
    float confidence;    /* calibrated probability that the tag is right, 0..1 */
    ts_tag_state state;
    const ts_evidence *evidence; /* strongest first; at least one */
    size_t evidence_count;
    uint32_t count;       /* how many of it were seen; 0 when not countable */
    const ts_rect *boxes; /* pixels of the upright full-size picture, best first */
    size_t box_count;
    const char *const *ancestors; /* concept ids, nearest first */
    size_t ancestor_count;
    uint32_t sure_count; /* of the boxes, those beyond doubt, the first ones: there are at least so many */
    float shown_from;    /* the lines that the confidence was held against */
    float accepted_from; /* > 1: never without a person */
    bool likely;         /* passes the models' own lines, whatever the caller wants of tags */
    const char *because; /* why it is in its state: one of TS_BECAUSE_*; NULL: nobody said */
    const ts_tag_term *terms; /* in the schemes that were asked for, in that order */
    size_t term_count;
    const ts_tag_label
        *labels; /* in the languages that were asked for, in their order; none: only English was */
    size_t label_count;
} ts_tag;

#define TS_BECAUSE_SURE "sure"           /* accepted: from accepted_from on */
#define TS_BECAUSE_UNSURE "unsure"       /* suggested: between the lines */
#define TS_BECAUSE_SENSITIVE "sensitive" /* suggested: a concept that always waits for a person */
#define TS_BECAUSE_CONTESTED "contested" /* suggested: its only box is as well another thing's */
#define TS_BECAUSE_FILLED "filled"       /* suggested: below its line, taken to reach the facet's minimum */
#define TS_BECAUSE_PRESET "preset"       /* suggested: the preset wants a person to see it */

/* What a picture of goods shows, as far as there is evidence; lists are short, surest first. */
#define TS_PRODUCT_LIST 3
typedef struct ts_product {
    const ts_tag *type;          /* the good itself, or NULL */
    const ts_tag_term *category; /* what a product taxonomy calls it, or NULL */
    const ts_tag *colours[TS_PRODUCT_LIST], *patterns[TS_PRODUCT_LIST], *materials[TS_PRODUCT_LIST];
    size_t colour_count, pattern_count, material_count;
} ts_product;

/* A concept that the networks lean to, too unsure for a tag: only search by meaning hears of it. */
typedef struct ts_hunch {
    const char *concept; /* "object/dog" */
    float strength;      /* 0..1, beside the strongest of the picture */
} ts_hunch;

#define TS_FACE_LANDMARKS 6
typedef struct ts_point {
    float x, y;
} ts_point;

typedef struct ts_face {
    ts_rect box; /* pixels of the upright full-size picture */
    float score; /* 0..1 */
    /* right eye, left eye (the person's), nose tip, mouth centre, right ear, left ear */
    ts_point landmarks[TS_FACE_LANDMARKS];
    const ts_point *mesh; /* 468 points when asked for, else NULL */
    size_t mesh_count;
} ts_face;

/* What is written in the picture. */
typedef struct ts_text_word {
    const char *text; /* UTF-8 */
    ts_rect box;      /* pixels of the upright full-size picture */
    float score;      /* 0..1: mean probability of its characters */
} ts_text_word;

typedef struct ts_text_line {
    const char *text;
    ts_rect box;
    float score;
    const ts_text_word *words; /* what stands between blanks; Chinese and Japanese lines are mostly one */
    size_t word_count;
} ts_text_line;

/* Where the picture was taken: names of the place list, which outlives the record; "" where one is not known. */
typedef struct ts_picture_place {
    const char *city, *city_slug;       /* "Lyon", "lyon" */
    const char *region, *region_code;   /* "Auvergne-Rhône-Alpes", "84" */
    const char *country, *country_code; /* "France" (English), "FR" */
    float km;                           /* to the nearest town's middle */
} ts_picture_place;

/* What the picture shows, in the sentences of one language; "" where nothing can be said. */
typedef struct ts_picture_text {
    const char *language;    /* "de" */
    const char *title;       /* a phrase without a full stop */
    const char *description; /* one to three sentences */
    const char *alt_text;    /* at most 125 characters */
} ts_picture_text;

typedef struct ts_record {
    const char *path; /* as given; bytes, perhaps not UTF-8; NULL for bytes from memory */
    ts_picture_info picture;
    const ts_tag *tags; /* most telling first */
    size_t tag_count;
    const ts_tag *others; /* weighed and not shown, likeliest first; only where the rules ask for them */
    size_t other_count;
    const ts_hunch *hunches; /* strongest first; only where the rules ask for them */
    size_t hunch_count;
    const ts_face *faces;
    size_t face_count;
    bool has_faces; /* the analyser ran */
    ts_colours colours;
    bool has_colours;
    float nsfw; /* 0..1 */
    bool has_safety;
    ts_quality quality;
    bool has_quality;
    const ts_text_line *lines; /* in reading order */
    size_t line_count;
    bool has_lines;                /* the analyser ran, if only to find that there is nothing to read */
    const char *language;          /* that the lines are in: "en", "" where it cannot be told; constant */
    const ts_picture_place *place; /* NULL: not known */
    const ts_picture_text *texts;  /* in the order in which their languages were asked for */
    size_t text_count;
    const ts_product *product; /* NULL when not asked for */
    const float *embedding;    /* L2-normalised, or NULL when not asked for */
    size_t embedding_size;
    const char *embedding_model; /* "efficientnet-lite2@1": vectors of different models are not comparable */
    uint64_t phash;              /* image/phash.h */
    bool has_phash;
    const char *const *warnings; /* short sentences about this picture */
    size_t warning_count;
    const uint8_t *thumbnail; /* JPEG, or NULL when not asked for */
    size_t thumbnail_size;
    const uint8_t *veil; /* the same so small that nothing is recognised, or NULL */
    size_t veil_size;
    double ms; /* wall time from bytes to record */
} ts_record;

#endif
