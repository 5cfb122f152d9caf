/* api (private): the lists of add-ons in Cloudinary's parameters, item by item. Each next_... takes an item off the list and
 * is false at its end; items that nobody knows are passed over (check first: cloudinary.h). */
#ifndef TS_API_CLOUDINARY_MODELS_H
#define TS_API_CLOUDINARY_MODELS_H

#include "api/cloudinary.h"

#define TS_CLD_WORD_MAX 80

typedef enum ts_cld_model_kind {
    TS_CLD_MODEL_BOXES = 0, /* what the detector saw, in its own words */
    TS_CLD_MODEL_CAPTION,   /* a sentence */
    TS_CLD_MODEL_ALL        /* every tag, with boxes where there are some */
} ts_cld_model_kind;

typedef struct ts_cld_model {
    const char *name;
    ts_cld_model_kind kind;
    unsigned versions; /* 1 to this; the last one unless another is asked for */
} ts_cld_model;

typedef struct ts_cld_chosen {
    char asked[TS_CLD_WORD_MAX]; /* "coco_v1" */
    const ts_cld_model *model;
    unsigned version;
} ts_cld_chosen;
bool ts_cld_next_model(const char **list, ts_cld_chosen *chosen);

bool ts_cld_next_categorizer(const char **list, char name[TS_CLD_WORD_MAX]);

typedef enum ts_cld_judge {
    TS_CLD_JUDGE_NONE = 0, /* unknown */
    TS_CLD_JUDGE_PERSON,
    TS_CLD_JUDGE_SAFETY,
    TS_CLD_JUDGE_TWINS /* duplicates */
} ts_cld_judge;
bool ts_cld_next_judge(const char **pipe, char name[TS_CLD_WORD_MAX], ts_cld_judge *judge);

#endif
