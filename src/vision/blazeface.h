/* Private to the vision room: one BlazeFace network, whichever of its ranges. Knows how its answers are
 * read, not where to look nor which face to believe. */
#ifndef TS_VISION_BLAZEFACE_H
#define TS_VISION_BLAZEFACE_H

#include "vision/analyser.h"

#define TS_FACES_MAX 256

typedef struct ts_face_list {
    ts_face items[TS_FACES_MAX];
    size_t count;
} ts_face_list;

/* Constant once open: any number of threads may look. */
typedef struct ts_blazeface {
    const ts_eye *eye;
    size_t boxes_at, scores_at; /* output indexes */
    const ts_point *anchors;    /* input pixels, in the order of the outputs' rows */
    size_t anchor_count;
    float min_score; /* fainter answers are passed over */
    float overlap;   /* IoU from which two answers mean one face */
} ts_blazeface;

/* Reads params.anchors {"strides", "per_cell", "offset"} of the eye's manifest; TS_MODEL when they make no
 * grid. The eye must outlive it. min_score: above 0, below 1. */
bool ts_blazeface_open(ts_blazeface *net, const ts_eye *eye, float min_score, ts_arena *arena, ts_error *err);

/* Adds the faces in a part of the picture, each once, in decoded pixels. A full list takes no more. */
bool ts_blazeface_look(const ts_blazeface *net, const ts_pixels *pixels, ts_rect part, ts_face_list *list,
                       ts_error *err);

/* Do the two mean one face? Looks of different closeness disagree on a box's size; so it is the share of the
 * smaller box that counts. */
bool ts_face_same(const ts_face *a, const ts_face *b);

/* Takes the best face out of the list; false when none is left. */
bool ts_face_take_best(ts_face_list *list, ts_face *out);

#endif
