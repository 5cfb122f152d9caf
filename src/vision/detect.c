/* vision: detect. Boxes of 80 kinds of things by CenterNet (Zhou et al. 2019, "Objects as Points").
 *
 * The network gives a heat map a class (a peak is the centre of a thing) and, for every cell, the distances
 * from that cell to the four edges of its box. Peaks are cells that no neighbour in their 3x3 window
 * exceeds; the paper's max-pooling does the same. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/analyser.h"

#define CANDIDATES_MAX 512

typedef struct detect_state {
    ts_labels labels;
    const char *scheme;
    ts_search search;
    size_t heat_at, edges_at; /* output indexes */
    float stride;             /* input pixels a cell */
    float min_score;
    float overlap;       /* of two boxes of one class that are one thing (IoU) */
    float rival_overlap; /* of two boxes of different classes that are one thing */
    float rival_share;   /* of the better one's score that the other needs to stay beside it */
    size_t max_boxes;
} detect_state;

typedef struct peaks {
    ts_candidate items[CANDIDATES_MAX];
    size_t count;
} peaks;

static bool open_detect(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    detect_state *state = TS_NEW(setup->arena, detect_state);
    if (!state) return ts_fail_memory(err);
    const json_t *params = eye->model->params;
    state->scheme = eye->model->labels;
    if (!state->scheme) return ts_fail(err, TS_MODEL, "model %s names no label list", eye->model->name);
    state->stride = (float)ts_json_number_or(params, "stride", 4);
    state->min_score = (float)ts_json_number_or(params, "min_score", 0.15);
    state->overlap = (float)ts_json_number_or(params, "overlap", 0.55);
    state->rival_overlap = (float)ts_json_number_or(params, "rival_overlap", 0.85);
    state->rival_share = (float)ts_json_number_or(params, "rival_share", 0.85);
    state->max_boxes = (size_t)ts_json_number_or(params, "max_peaks", 100);
    *out = state;
    bool ok = ts_eye_output(eye, "heatmap", &state->heat_at, err) &&
              ts_eye_output(eye, "box_edges", &state->edges_at, err) &&
              ts_packs_labels(setup->packs, state->scheme, setup->arena, &state->labels, err);
    state->search =
        (ts_search){.source = &eye->source, .scheme = state->scheme, .class_count = state->labels.count};
    return ok;
}

/* One class's plane of the heat map: cells lie class by class, so neighbours are `classes` floats apart. */
static float heat_at(ts_tensor heat, size_t x, size_t y, size_t key)
{
    return heat.data[(y * heat.shape[2] + x) * heat.shape[3] + key];
}

/* Does no neighbour exceed the cell? Equal neighbours count for the first. */
static bool is_peak(ts_tensor heat, size_t x, size_t y, size_t key)
{
    size_t height = heat.shape[1], width = heat.shape[2];
    float score = heat_at(heat, x, y, key);
    size_t x0 = x ? x - 1 : 0, x1 = x + 1 < width ? x + 1 : x;
    size_t y0 = y ? y - 1 : 0, y1 = y + 1 < height ? y + 1 : y;
    for (size_t ny = y0; ny <= y1; ny++)
        for (size_t nx = x0; nx <= x1; nx++) {
            float other = heat_at(heat, nx, ny, key);
            if (other > score || (other == score && (ny < y || (ny == y && nx < x)))) return false;
        }
    return true;
}

static ts_rect box_at(const detect_state *state, ts_tensor edges, size_t x, size_t y)
{
    const float *edge = edges.data + (y * edges.shape[2] + x) * 4; /* left, top, right, bottom */
    return (ts_rect){.x = (float)x * state->stride - edge[0],
                     .y = (float)y * state->stride - edge[1],
                     .width = edge[0] + edge[2],
                     .height = edge[1] + edge[3]};
}

/* Keeps the best CANDIDATES_MAX: a crowded picture must not push out what came late in the scan. */
static void keep(peaks *found, ts_candidate candidate)
{
    if (found->count < CANDIDATES_MAX) {
        found->items[found->count++] = candidate;
        return;
    }
    size_t worst = 0;
    for (size_t i = 1; i < CANDIDATES_MAX; i++)
        if (found->items[i].score < found->items[worst].score) worst = i;
    if (found->items[worst].score < candidate.score) found->items[worst] = candidate;
}

/* Nearly no cell has anything above the limit; finding that out is the work. An OR of comparisons, unlike a
 * running maximum, needs no order, so the compiler makes vectors of it. */
static bool cell_has(const float *cell, size_t classes, float limit)
{
    int any = 0;
    for (size_t key = 0; key < classes; key++) any |= cell[key] >= limit;
    return any;
}

static void scan_cell(const detect_state *state, ts_tensor heat, ts_tensor edges, size_t x, size_t y,
                      peaks *found)
{
    size_t classes = heat.shape[3], at = (y * heat.shape[2] + x) * classes;
    if (!cell_has(heat.data + at, classes, state->min_score)) return;
    for (size_t key = 0; key < classes; key++) {
        if (heat.data[at + key] < state->min_score || !is_peak(heat, x, y, key)) continue;
        keep(found, (ts_candidate){.box = box_at(state, edges, x, y),
                                   .score = heat.data[at + key],
                                   .key = (uint32_t)key,
                                   .index = (uint32_t)(at + key)});
    }
}

static void scan(const detect_state *state, ts_tensor heat, ts_tensor edges, peaks *found)
{
    for (size_t y = 0; y < heat.shape[1]; y++)
        for (size_t x = 0; x < heat.shape[2]; x++) scan_cell(state, heat, edges, x, y, found);
}

static bool check_shapes(const detect_state *state, ts_tensor heat, ts_tensor edges, ts_error *err)
{
    bool ok = heat.rank == 4 && edges.rank == 4 && heat.shape[3] == state->labels.count &&
              edges.shape[3] == 4 && heat.shape[1] == edges.shape[1] && heat.shape[2] == edges.shape[2];
    return ok || ts_fail(err, TS_MODEL, "the detector's outputs have other shapes than its manifest says");
}

/* From view pixels to the full-size picture, cut at its edges. */
static ts_rect to_picture(ts_rect box, const ts_view_map *map, const ts_look *look)
{
    const ts_picture_info *info = &look->picture->info;
    float scale_x = (float)info->width / (float)look->picture->pixels.width;
    float scale_y = (float)info->height / (float)look->picture->pixels.height;
    float x0 = (box.x * map->scale_x + map->offset_x) * scale_x;
    float y0 = (box.y * map->scale_y + map->offset_y) * scale_y;
    float x1 = x0 + box.width * map->scale_x * scale_x;
    float y1 = y0 + box.height * map->scale_y * scale_y;
    x0 = fminf(fmaxf(x0, 0), (float)info->width);
    y0 = fminf(fmaxf(y0, 0), (float)info->height);
    x1 = fminf(fmaxf(x1, x0), (float)info->width);
    y1 = fminf(fmaxf(y1, y0), (float)info->height);
    return (ts_rect){.x = x0, .y = y0, .width = x1 - x0, .height = y1 - y0};
}

/* One thing is seldom two: of a cat and a dog in the same box only the likelier stays. Candidates come best first. */
static size_t drop_rivals(const detect_state *state, ts_candidate *candidates, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool beaten = false;
        for (size_t k = 0; k < kept && !beaten; k++)
            beaten = candidates[i].score < state->rival_share * candidates[k].score &&
                     ts_rect_iou(candidates[k].box, candidates[i].box) > state->rival_overlap;
        if (!beaten) candidates[kept++] = candidates[i];
    }
    return kept;
}

static bool report(const ts_eye *eye, const detect_state *state, const ts_look *look, const ts_view_map *map,
                   const peaks *found, size_t kept, ts_seen *seen, ts_error *err)
{
    for (size_t i = 0; i < kept && i < state->max_boxes; i++) {
        const ts_candidate *c = &found->items[i];
        ts_observation observation = {.source = &eye->source,
                                      .scheme = state->scheme,
                                      .label = state->labels.names[c->key],
                                      .key = c->key,
                                      .raw = c->score,
                                      .has_box = true,
                                      .box = to_picture(c->box, map, look)};
        if (observation.box.width < 1 || observation.box.height < 1) continue;
        if (!ts_seen_add(seen, &observation, err)) return false;
    }
    return true;
}

static bool look_detect(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                        ts_error *err)
{
    const detect_state *state = opaque;
    ts_request *request = NULL;
    ts_view_map map;
    peaks *found = TS_NEW(seen->arena, peaks);
    bool ok = found != NULL || ts_fail_memory(err);
    ok = ok && ts_eye_run(eye, &look->picture->pixels, &map, &request, err);
    if (ok) {
        ts_tensor heat = ts_request_output(request, state->heat_at);
        ts_tensor edges = ts_request_output(request, state->edges_at);
        ok = check_shapes(state, heat, edges, err);
        if (ok) scan(state, heat, edges, found);
    }
    ts_network_release(request);
    if (!ok) return false;
    seen->search = &state->search;
    size_t kept = ts_nms(found->items, found->count, state->overlap);
    kept = drop_rivals(state, found->items, kept);
    return report(eye, state, look, &map, found, kept, seen, err);
}

const ts_analyser ts_analyser_detect = {
    .name = "detect",
    .help = "things with their boxes and how many: people, animals, vehicles, furniture, food (80 kinds)",
    .on_by_default = true,
    .model = "detect",
    .wanted_side = 375,
    .open = open_detect,
    .look = look_detect,
};
