/* vision: BlazeFace (Bazarevsky et al. 2019), its answers read as faces. Must not know people or pictures.
 *
 * The network says for each anchor how likely a face is near it, and where box and landmarks lie relative to
 * it, in input pixels. Anchors are the centres of the cells of one or more grids, laid out layer by layer,
 * row by row, a cell's anchors together. Overlapping answers are blended with their scores as weights, as
 * the paper does: it steadies the boxes. */
#include "vision/blazeface.h"

#include <math.h>

#include "base/json.h"

#define VALUES 16 /* centre x, centre y, width, height, six landmarks */
#define LAYERS_MAX 8
#define PER_CELL_MAX 16

typedef struct layer {
    size_t stride; /* input pixels a cell */
    size_t columns, rows;
    size_t per_cell;
} layer;

/* ---- anchors ------------------------------------------------------------------------------------ */

static bool read_layer(const json_t *anchors, const ts_model_input *input, size_t at, layer *out)
{
    json_int_t stride = json_integer_value(json_array_get(json_object_get(anchors, "strides"), at));
    json_int_t per_cell = json_integer_value(json_array_get(json_object_get(anchors, "per_cell"), at));
    if (stride < 1 || stride > input->width || stride > input->height) return false;
    if (per_cell < 1 || per_cell > PER_CELL_MAX) return false;
    out->stride = (size_t)stride;
    out->per_cell = (size_t)per_cell;
    out->columns = input->width / out->stride;
    out->rows = input->height / out->stride;
    return true;
}

static ts_point *fill_layer(const layer *grid, float offset, ts_point *next)
{
    for (size_t row = 0; row < grid->rows; row++)
        for (size_t column = 0; column < grid->columns; column++)
            for (size_t i = 0; i < grid->per_cell; i++)
                *next++ = (ts_point){.x = ((float)column + offset) * (float)grid->stride,
                                     .y = ((float)row + offset) * (float)grid->stride};
    return next;
}

static bool lay_anchors(ts_blazeface *net, ts_arena *arena, ts_error *err)
{
    const ts_model *model = net->eye->model;
    const json_t *anchors = json_object_get(model->params, "anchors");
    size_t count = json_array_size(json_object_get(anchors, "strides"));
    layer layers[LAYERS_MAX];
    bool ok = count >= 1 && count <= LAYERS_MAX;
    for (size_t i = 0; ok && i < count; i++) {
        ok = read_layer(anchors, &model->input, i, &layers[i]);
        if (ok) net->anchor_count += layers[i].columns * layers[i].rows * layers[i].per_cell;
    }
    if (!ok) return ts_fail(err, TS_MODEL, "model %s gives no grid of anchors", model->name);
    ts_point *points = TS_NEW_ARRAY(arena, net->anchor_count, ts_point);
    if (!points) return ts_fail_memory(err);
    net->anchors = points;
    float offset = (float)ts_json_number_or(anchors, "offset", 0.5);
    for (size_t i = 0; i < count; i++) points = fill_layer(&layers[i], offset, points);
    return true;
}

bool ts_blazeface_open(ts_blazeface *net, const ts_eye *eye, float min_score, ts_arena *arena, ts_error *err)
{
    *net = (ts_blazeface){.eye = eye,
                          .min_score = min_score,
                          .overlap = (float)ts_json_number_or(eye->model->params, "overlap", 0.3)};
    return lay_anchors(net, arena, err) && ts_eye_output(eye, "boxes", &net->boxes_at, err) &&
           ts_eye_output(eye, "scores", &net->scores_at, err);
}

/* ---- answers ------------------------------------------------------------------------------------ */

/* One anchor's answer, in decoded pixels. */
static ts_face decode(const float *values, float logit, ts_point anchor, const ts_view_map *map)
{
    ts_face face = {.score = 1 / (1 + expf(-logit))};
    face.box.width = values[2] * map->scale_x;
    face.box.height = values[3] * map->scale_y;
    face.box.x = (values[0] + anchor.x) * map->scale_x + map->offset_x - face.box.width / 2;
    face.box.y = (values[1] + anchor.y) * map->scale_y + map->offset_y - face.box.height / 2;
    for (size_t i = 0; i < TS_FACE_LANDMARKS; i++) {
        face.landmarks[i].x = (values[4 + 2 * i] + anchor.x) * map->scale_x + map->offset_x;
        face.landmarks[i].y = (values[5 + 2 * i] + anchor.y) * map->scale_y + map->offset_y;
    }
    return face;
}

static bool collect(const ts_blazeface *net, const ts_request *request, const ts_view_map *map,
                    ts_face_list *answers, ts_error *err)
{
    ts_tensor boxes = ts_request_output(request, net->boxes_at);
    ts_tensor scores = ts_request_output(request, net->scores_at);
    if (scores.size != net->anchor_count || boxes.size != net->anchor_count * VALUES)
        return ts_fail(err, TS_MODEL, "model %s has other outputs than its manifest says",
                       net->eye->model->name);
    float min_logit = logf(net->min_score / (1 - net->min_score));
    for (size_t i = 0; i < net->anchor_count && answers->count < TS_FACES_MAX; i++) {
        if (!(scores.data[i] >= min_logit)) continue;
        ts_face face = decode(boxes.data + i * VALUES, scores.data[i], net->anchors[i], map);
        if (face.box.width > 0 && face.box.height > 0) answers->items[answers->count++] = face;
    }
    return true;
}

/* ---- from answers to faces ---------------------------------------------------------------------- */

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

bool ts_face_take_best(ts_face_list *list, ts_face *out)
{
    if (list->count == 0) return false;
    size_t best = 0;
    for (size_t i = 1; i < list->count; i++)
        if (list->items[i].score > list->items[best].score) best = i;
    *out = list->items[best];
    list->items[best] = list->items[--list->count];
    return true;
}

/* The best answer with all that overlap it, as their weighted mean; they leave the list. */
static ts_face blend(ts_face_list *answers, const ts_face *best, float overlap)
{
    ts_face sum = {0}, mean = {.score = best->score};
    float total = best->score;
    size_t left = 0;
    add_weighted(&sum, best, best->score);
    for (size_t i = 0; i < answers->count; i++) {
        const ts_face *face = &answers->items[i];
        if (ts_rect_iou(best->box, face->box) < overlap) {
            answers->items[left++] = *face;
            continue;
        }
        add_weighted(&sum, face, face->score);
        total += face->score;
    }
    answers->count = left;
    add_weighted(&mean, &sum, 1 / total);
    return mean;
}

bool ts_face_same(const ts_face *a, const ts_face *b)
{
    float common_w = fminf(a->box.x + a->box.width, b->box.x + b->box.width) - fmaxf(a->box.x, b->box.x);
    float common_h = fminf(a->box.y + a->box.height, b->box.y + b->box.height) - fmaxf(a->box.y, b->box.y);
    float smaller = fminf(a->box.width * a->box.height, b->box.width * b->box.height);
    return common_w > 0 && common_h > 0 && common_w * common_h > 0.6F * smaller;
}

bool ts_blazeface_look(const ts_blazeface *net, const ts_pixels *pixels, ts_rect part, ts_face_list *list,
                       ts_error *err)
{
    ts_request *request = NULL;
    ts_view_map map;
    ts_face_list answers;
    ts_face best;
    answers.count = 0;
    bool ok = ts_eye_run_part(net->eye, pixels, part, &map, &request, err) &&
              collect(net, request, &map, &answers, err);
    ts_network_release(request);
    while (ok && list->count < TS_FACES_MAX && ts_face_take_best(&answers, &best))
        list->items[list->count++] = blend(&answers, &best, net->overlap);
    return ok;
}
