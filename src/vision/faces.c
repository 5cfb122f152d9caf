/* vision: faces. Boxes and six landmarks by BlazeFace (Bazarevsky et al. 2019).
 *
 * The network says for each cell of a grid how likely a face is centred near it, and where its box and
 * landmarks lie relative to the cell's centre, in input pixels. Overlapping answers are blended with their
 * scores as weights, as the paper does: it steadies the boxes.
 *
 * A face that is small in the whole picture is lost when the picture shrinks to the network's 192 pixels;
 * so the upper part of people that the detector found is looked at again, close up. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/analyser.h"

#define FACES_MAX 256
#define VALUES 16 /* centre x, centre y, width, height, six landmarks */
#define CLOSE_UPS_MAX 6

typedef struct faces_state {
    size_t boxes_at, scores_at;
    size_t grid; /* cells a side */
    float stride;
    float min_score;     /* for a face on its own */
    float person_backed; /* for a face where a person was seen: two witnesses */
    float min_logit;
    float overlap;
    float person_score; /* detector score from which a person is looked at close up */
} faces_state;

typedef struct face_list {
    ts_face items[FACES_MAX];
    size_t count;
} face_list;

static bool open_faces(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    faces_state *state = TS_NEW(setup->arena, faces_state);
    if (!state) return ts_fail_memory(err);
    const json_t *params = eye->model->params;
    const json_t *anchors = json_object_get(params, "anchors");
    state->stride = (float)json_number_value(json_array_get(json_object_get(anchors, "strides"), 0));
    if (!(state->stride >= 1))
        return ts_fail(err, TS_MODEL, "model %s gives no anchor stride", eye->model->name);
    state->grid = (size_t)((float)eye->model->input.width / state->stride);
    state->min_score = (float)ts_json_number_or(params, "min_score", 0.65);
    state->person_backed = (float)ts_json_number_or(params, "person_backed", 0.45);
    state->min_logit = logf(state->person_backed / (1 - state->person_backed));
    state->overlap = (float)ts_json_number_or(params, "overlap", 0.3);
    state->person_score = (float)ts_json_number_or(params, "person_score", 0.35);
    *out = state;
    return ts_eye_output(eye, "boxes", &state->boxes_at, err) &&
           ts_eye_output(eye, "scores", &state->scores_at, err);
}

/* One cell's answer, in decoded pixels. */
static ts_face decode_cell(const faces_state *state, const float *values, float logit, size_t cell,
                           const ts_view_map *map)
{
    size_t row = cell / state->grid, column = cell % state->grid;
    float centre_x = ((float)column + 0.5F) * state->stride;
    float centre_y = ((float)row + 0.5F) * state->stride;
    ts_face face = {.score = 1 / (1 + expf(-logit))};
    float x = values[0] + centre_x, y = values[1] + centre_y;
    face.box.width = values[2] * map->scale_x;
    face.box.height = values[3] * map->scale_y;
    face.box.x = x * map->scale_x + map->offset_x - face.box.width / 2;
    face.box.y = y * map->scale_y + map->offset_y - face.box.height / 2;
    for (size_t i = 0; i < TS_FACE_LANDMARKS; i++) {
        face.landmarks[i].x = (values[4 + 2 * i] + centre_x) * map->scale_x + map->offset_x;
        face.landmarks[i].y = (values[5 + 2 * i] + centre_y) * map->scale_y + map->offset_y;
    }
    return face;
}

static bool collect(const faces_state *state, const ts_request *request, const ts_view_map *map,
                    face_list *list, ts_error *err)
{
    ts_tensor boxes = ts_request_output(request, state->boxes_at);
    ts_tensor scores = ts_request_output(request, state->scores_at);
    size_t cells = state->grid * state->grid;
    if (scores.size != cells || boxes.size != cells * VALUES)
        return ts_fail(err, TS_MODEL, "the face detector's outputs have other shapes than its manifest says");
    for (size_t cell = 0; cell < cells && list->count < FACES_MAX; cell++) {
        if (scores.data[cell] < state->min_logit) continue;
        ts_face face = decode_cell(state, boxes.data + cell * VALUES, scores.data[cell], cell, map);
        if (face.box.width > 0 && face.box.height > 0) list->items[list->count++] = face;
    }
    return true;
}

static void add_weighted(ts_face *sum, const ts_face *face, float weight)
{
    sum->box.x += face->box.x * weight;
    sum->box.y += face->box.y * weight;
    sum->box.width += face->box.width * weight;
    sum->box.height += face->box.height * weight;
    for (size_t i = 0; i < TS_FACE_LANDMARKS; i++) {
        sum->landmarks[i].x += face->landmarks[i].x * weight;
        sum->landmarks[i].y += face->landmarks[i].y * weight;
    }
}

/* All answers that overlap the best one, as their weighted mean. They lose their score and are passed over
 * later. */
static ts_face blend(face_list *list, size_t best, float overlap)
{
    const ts_rect box = list->items[best].box;
    ts_face sum = {.score = list->items[best].score};
    float total = 0;
    ts_face mean = {.score = sum.score};
    for (size_t i = 0; i < list->count; i++) {
        ts_face *face = &list->items[i];
        if (face->score <= 0 || (i != best && ts_rect_iou(box, face->box) < overlap)) continue;
        add_weighted(&sum, face, face->score);
        total += face->score;
        face->score = 0;
    }
    add_weighted(&mean, &sum, 1 / total);
    return mean;
}

/* A close-up and the whole picture may disagree on a box's size; one inside the other is the same face. */
static bool same_face(const ts_face *a, const ts_face *b)
{
    float common_w = fminf(a->box.x + a->box.width, b->box.x + b->box.width) - fmaxf(a->box.x, b->box.x);
    float common_h = fminf(a->box.y + a->box.height, b->box.y + b->box.height) - fmaxf(a->box.y, b->box.y);
    float smaller = fminf(a->box.width * a->box.height, b->box.width * b->box.height);
    return common_w > 0 && common_h > 0 && common_w * common_h > 0.6F * smaller;
}

static size_t best_left(const face_list *list)
{
    size_t best = 0;
    for (size_t i = 1; i < list->count; i++)
        if (list->items[i].score > list->items[best].score) best = i;
    return best;
}

static size_t merge(const faces_state *state, face_list *list, ts_face *out)
{
    size_t count = 0;
    while (list->count) {
        size_t best = best_left(list);
        if (list->items[best].score <= 0) break;
        ts_face face = blend(list, best, state->overlap);
        bool known = false;
        for (size_t i = 0; i < count && !known; i++) known = same_face(&out[i], &face);
        if (!known) out[count++] = face;
    }
    return count;
}

static bool is_person(const faces_state *state, const ts_observation *o)
{
    return o->has_box && o->raw >= state->person_score && strcmp(o->label, "person") == 0;
}

static bool has_person(const faces_state *state, const ts_seen *seen, const ts_face *face)
{
    float x = face->box.x + face->box.width / 2, y = face->box.y + face->box.height / 2;
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        if (is_person(state, o) && x >= o->box.x && x <= o->box.x + o->box.width && y >= o->box.y &&
            y <= o->box.y + o->box.height)
            return true;
    }
    return false;
}

/* Round bright things pass for faces now and then; a face where the detector saw nobody must be clearer. */
static size_t keep_credible(const faces_state *state, const ts_seen *seen, ts_face *faces, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (faces[i].score >= state->min_score || has_person(state, seen, &faces[i]))
            faces[kept++] = faces[i];
    return kept;
}

/* The box is cut at the picture's edges, as every box of a record; landmarks may lie outside. */
static void to_full_size(ts_face *face, float scale, const ts_picture_info *info)
{
    float right = fminf((face->box.x + face->box.width) * scale, (float)info->width);
    float bottom = fminf((face->box.y + face->box.height) * scale, (float)info->height);
    face->box.x = fmaxf(face->box.x * scale, 0);
    face->box.y = fmaxf(face->box.y * scale, 0);
    face->box.width = fmaxf(right - face->box.x, 0);
    face->box.height = fmaxf(bottom - face->box.y, 0);
    for (size_t i = 0; i < TS_FACE_LANDMARKS; i++) {
        face->landmarks[i].x *= scale;
        face->landmarks[i].y *= scale;
    }
}

static bool look_at(const ts_eye *eye, const faces_state *state, const ts_pixels *pixels, ts_rect part,
                    face_list *list, ts_error *err)
{
    ts_request *request = NULL;
    ts_view_map map;
    bool ok =
        ts_eye_run_part(eye, pixels, part, &map, &request, err) && collect(state, request, &map, list, err);
    ts_network_release(request);
    return ok;
}

/* The square around a person's head and shoulders, in decoded pixels. */
static ts_rect head_of(ts_rect person, float to_full)
{
    float side = fmaxf(person.width, person.height / 3) / to_full * 1.2F;
    float centre = (person.x + person.width / 2) / to_full;
    return (ts_rect){
        .x = centre - side / 2, .y = person.y / to_full - side * 0.15F, .width = side, .height = side};
}

static bool look_closer(const ts_eye *eye, const faces_state *state, const ts_look *look, const ts_seen *seen,
                        face_list *list, ts_error *err)
{
    const ts_pixels *pixels = &look->picture->pixels;
    float long_side = (float)(pixels->width > pixels->height ? pixels->width : pixels->height);
    size_t done = 0;
    for (size_t i = 0; i < seen->count && done < CLOSE_UPS_MAX; i++) {
        const ts_observation *o = &seen->items[i];
        if (!is_person(state, o)) continue;
        ts_rect head = head_of(o->box, look->to_full);
        /* Looking closer must show at least half again as much; and a few pixels are no face. */
        if (head.width > long_side / 1.5F || head.width < 24) continue;
        if (!look_at(eye, state, pixels, head, list, err)) return false;
        done++;
    }
    return true;
}

static bool look_faces(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                       ts_error *err)
{
    const faces_state *state = opaque;
    const ts_pixels *pixels = &look->picture->pixels;
    ts_rect whole = {.width = (float)pixels->width, .height = (float)pixels->height};
    face_list *list = TS_NEW(seen->arena, face_list);
    ts_face *faces = TS_NEW_ARRAY(seen->arena, FACES_MAX, ts_face);
    if (!list || !faces) return ts_fail_memory(err);
    if (!look_at(eye, state, pixels, whole, list, err) || !look_closer(eye, state, look, seen, list, err))
        return false;
    size_t count = merge(state, list, faces);
    for (size_t i = 0; i < count; i++) to_full_size(&faces[i], look->to_full, &look->picture->info);
    seen->face_count = keep_credible(state, seen, faces, count);
    seen->faces = faces;
    seen->has_faces = true;
    seen->faces_source = &eye->source;
    return true;
}

const ts_analyser ts_analyser_faces = {
    .name = "faces",
    .help = "where faces are, with eyes, nose, mouth and ears; it never says whose",
    .on_by_default = true,
    .model = "faces",
    .wanted_side = 480,
    .open = open_faces,
    .look = look_faces,
};
