/* vision: faces. Where to look for them, and which to believe; reading the networks is blazeface.c's job.
 *
 * One network looks at the whole picture. A face that is small in it is lost when the picture shrinks to the
 * network's few pixels, and round bright things pass for faces; so a second, lighter one looks close up: at
 * the heads of the people that the detector found, and at whatever the first was not sure of. What one
 * witness is not sure of, another must have seen: the other network or the detector. Without the second
 * network the whole picture has to do. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/blazeface.h"

#define HEADS_MAX 6
#define DOUBTS_MAX 6
#define HEAD_MIN 24     /* decoded pixels: fewer show no face */
#define DOUBT_SIDE 2.0F /* of the close-up, over the face's longer side */

typedef struct faces_state {
    ts_blazeface whole;
    ts_blazeface close;             /* eye NULL: there is no second network */
    float whole_alone, close_alone; /* scores from which either is believed without another witness */
    float person_score;             /* detector score from which a person is a witness */
    float head_score;               /* detector score from which a person's head is looked at */
    float head_width, head_height, head_rise;
} faces_state;

static float number(const json_t *object, const char *key, double fallback)
{
    return (float)ts_json_number_or(object, key, fallback);
}

static bool open_close_up(const ts_setup *setup, faces_state *state, ts_error *err)
{
    if (!setup->second) return true;
    const json_t *params = setup->second->model->params;
    const json_t *head = json_object_get(params, "head");
    state->close_alone = number(params, "alone", 0.75);
    state->head_score = number(params, "person_score", 0.2);
    state->head_width = number(head, "of_width", 1.1);
    state->head_height = number(head, "of_height", 0.6);
    state->head_rise = number(head, "rise", 0.1);
    return ts_blazeface_open(&state->close, setup->second, number(params, "min_score", 0.5), setup->arena,
                             err);
}

static bool open_faces(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    faces_state *state = TS_NEW(setup->arena, faces_state);
    if (!state) return ts_fail_memory(err);
    const json_t *params = eye->model->params;
    state->whole_alone = number(params, "alone", 0.75);
    state->person_score = number(params, "person_score", 0.3);
    *out = state;
    return ts_blazeface_open(&state->whole, eye, number(params, "min_score", 0.45), setup->arena, err) &&
           open_close_up(setup, state, err);
}

static bool is_person(const ts_observation *o, float min_score)
{
    return o->has_box && o->raw >= min_score && strcmp(o->label, "person") == 0;
}

static bool has_person(const faces_state *state, const ts_look *look, const ts_seen *seen,
                       const ts_face *face)
{
    float x = (face->box.x + face->box.width / 2) * look->to_full;
    float y = (face->box.y + face->box.height / 2) * look->to_full;
    for (size_t i = 0; i < seen->count; i++) {
        const ts_observation *o = &seen->items[i];
        if (is_person(o, state->person_score) && x >= o->box.x && x <= o->box.x + o->box.width &&
            y >= o->box.y && y <= o->box.y + o->box.height)
            return true;
    }
    return false;
}

/* ---- the whole picture -------------------------------------------------------------------------- */

/* The clear ones into list, the others into doubts. */
static bool look_at_whole(const faces_state *state, const ts_look *look, ts_face_list *list,
                          ts_face_list *doubts, ts_error *err)
{
    const ts_pixels *pixels = &look->picture->pixels;
    ts_rect whole = {.width = (float)pixels->width, .height = (float)pixels->height};
    ts_face face;
    if (!ts_blazeface_look(&state->whole, pixels, whole, doubts, err)) return false;
    size_t left = 0;
    for (size_t i = 0; i < doubts->count; i++) {
        face = doubts->items[i];
        if (face.score >= state->whole_alone) list->items[list->count++] = face;
        else doubts->items[left++] = face;
    }
    doubts->count = left;
    return true;
}

/* ---- close up ----------------------------------------------------------------------------------- */

/* The square around a person's head, in decoded pixels; a little air above, as boxes may cut the hair. */
static ts_rect head_of(const faces_state *state, ts_rect person, float to_full)
{
    float side = fmaxf(person.width * state->head_width, person.height * state->head_height) / to_full;
    return (ts_rect){.x = (person.x + person.width / 2) / to_full - side / 2,
                     .y = person.y / to_full - side * state->head_rise,
                     .width = side,
                     .height = side};
}

/* A head has one face, and a look adds its best first; another one in view must be clear. */
static void keep_of_head(const faces_state *state, ts_face_list *list, size_t first)
{
    size_t kept = first;
    for (size_t i = first; i < list->count; i++)
        if (i == first || list->items[i].score >= state->close_alone) list->items[kept++] = list->items[i];
    list->count = kept;
}

/* The detector gives its surest people first; they are the ones with faces to see. */
static bool look_at_heads(const faces_state *state, const ts_look *look, const ts_seen *seen,
                          ts_face_list *list, ts_error *err)
{
    size_t done = 0;
    for (size_t i = 0; i < seen->count && done < HEADS_MAX; i++) {
        const ts_observation *o = &seen->items[i];
        if (!is_person(o, state->head_score)) continue;
        ts_rect head = head_of(state, o->box, look->to_full);
        if (head.width < HEAD_MIN) continue;
        size_t first = list->count;
        if (!ts_blazeface_look(&state->close, &look->picture->pixels, head, list, err)) return false;
        keep_of_head(state, list, first);
        done++;
    }
    return true;
}

static bool is_known(const ts_face *face, const ts_face *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ts_face_same(&known[i], face)) return true;
    return false;
}

/* Looks again at one face, and adds it as the closer look saw it. */
static bool look_again(const faces_state *state, const ts_look *look, const ts_seen *seen,
                       const ts_face *doubt, ts_face_list *list, ts_error *err)
{
    float side = fmaxf(doubt->box.width, doubt->box.height) * DOUBT_SIDE;
    ts_rect part = {.x = doubt->box.x + (doubt->box.width - side) / 2,
                    .y = doubt->box.y + (doubt->box.height - side) / 2,
                    .width = side,
                    .height = side};
    size_t first = list->count, kept = list->count;
    if (!ts_blazeface_look(&state->close, &look->picture->pixels, part, list, err)) return false;
    bool person = has_person(state, look, seen, doubt);
    for (size_t i = first; i < list->count; i++) {
        ts_face face = list->items[i];
        if ((person || face.score >= state->close_alone) && ts_face_same(&face, doubt))
            list->items[kept++] = face;
    }
    list->count = kept;
    return true;
}

static bool settle_doubts(const faces_state *state, const ts_look *look, const ts_seen *seen,
                          ts_face_list *doubts, ts_face_list *list, ts_error *err)
{
    size_t done = 0;
    ts_face doubt;
    while (done < DOUBTS_MAX && ts_face_take_best(doubts, &doubt)) {
        if (is_known(&doubt, list->items, list->count)) continue;
        if (!look_again(state, look, seen, &doubt, list, err)) return false;
        done++;
    }
    return true;
}

static void keep_vouched(const faces_state *state, const ts_look *look, const ts_seen *seen,
                         const ts_face_list *doubts, ts_face_list *list)
{
    for (size_t i = 0; i < doubts->count && list->count < TS_FACES_MAX; i++)
        if (has_person(state, look, seen, &doubts->items[i])) list->items[list->count++] = doubts->items[i];
}

static bool look_closer(const faces_state *state, const ts_look *look, const ts_seen *seen,
                        ts_face_list *doubts, ts_face_list *list, ts_error *err)
{
    if (state->close.eye)
        return look_at_heads(state, look, seen, list, err) &&
               settle_doubts(state, look, seen, doubts, list, err);
    keep_vouched(state, look, seen, doubts, list);
    return true;
}

/* ---- one answer --------------------------------------------------------------------------------- */

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

/* A face that several looks found is told once, as the surest of them saw it. Best first. */
static size_t tell_apart(ts_face_list *list, const ts_look *look, ts_face *out)
{
    size_t count = 0;
    ts_face face;
    while (ts_face_take_best(list, &face)) {
        to_full_size(&face, look->to_full, &look->picture->info);
        bool inside = face.box.width > 0 && face.box.height > 0;
        if (inside && !is_known(&face, out, count)) out[count++] = face;
    }
    return count;
}

static bool look_faces(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                       ts_error *err)
{
    const faces_state *state = opaque;
    ts_face_list *list = TS_NEW(seen->arena, ts_face_list);
    ts_face_list *doubts = TS_NEW(seen->arena, ts_face_list);
    ts_face *faces = TS_NEW_ARRAY(seen->arena, TS_FACES_MAX, ts_face);
    if (!list || !doubts || !faces) return ts_fail_memory(err);
    if (!look_at_whole(state, look, list, doubts, err)) return false;
    if (!look_closer(state, look, seen, doubts, list, err)) return false;
    seen->face_count = tell_apart(list, look, faces);
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
    .second_model = "faces_close",
    .wanted_side = 375,
    .open = open_faces,
    .look = look_faces,
};
