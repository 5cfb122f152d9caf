/* vision: mesh. 468 points on each face that `faces` found, for those who ask for them.
 *
 * The network wants a square view in which the eyes are level: an affine sample of the picture around the
 * face, turned by the angle between the eyes. Its points are turned back the same way. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/analyser.h"

#define MESH_FACES_MAX 16

typedef struct mesh_state {
    size_t points_at;
    size_t point_count;
    float region_scale; /* side of the view over the longer side of the face's box */
} mesh_state;

/* picture = centre + side * R(angle) * (view / view_side - 0.5) */
typedef struct turned_square {
    float centre_x, centre_y, side;
    float cosine, sine;
} turned_square;

static bool open_mesh(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    mesh_state *state = TS_NEW(setup->arena, mesh_state);
    if (!state) return ts_fail_memory(err);
    const json_t *params = eye->model->params;
    state->point_count = (size_t)ts_json_number_or(params, "landmarks", 468);
    state->region_scale = (float)ts_json_number_or(json_object_get(params, "region"), "scale", 1.5);
    *out = state;
    return ts_eye_output(eye, "landmarks", &state->points_at, err);
}

static turned_square square_of(const mesh_state *state, const ts_face *face, float to_full)
{
    float dx = face->landmarks[1].x - face->landmarks[0].x;
    float dy = face->landmarks[1].y - face->landmarks[0].y;
    float length = sqrtf(dx * dx + dy * dy);
    turned_square square = {.centre_x = (face->box.x + face->box.width / 2) / to_full,
                            .centre_y = (face->box.y + face->box.height / 2) / to_full,
                            .side = fmaxf(face->box.width, face->box.height) * state->region_scale / to_full,
                            .cosine = length > 0 ? dx / length : 1,
                            .sine = length > 0 ? dy / length : 0};
    return square;
}

static ts_point to_decoded(const turned_square *square, float u, float v)
{
    float x = (u - 0.5F) * square->side, y = (v - 0.5F) * square->side;
    return (ts_point){.x = square->centre_x + x * square->cosine - y * square->sine,
                      .y = square->centre_y + x * square->sine + y * square->cosine};
}

/* Bilinear, black outside. Channels leave as R G B. */
static void sample(const ts_pixels *pixels, ts_point at, uint8_t *rgb)
{
    float x = at.x - 0.5F, y = at.y - 0.5F;
    float left = floorf(x), top = floorf(y);
    float fx = x - left, fy = y - top;
    float sum[3] = {0, 0, 0};
    for (int corner = 0; corner < 4; corner++) {
        float px = left + (float)(corner & 1), py = top + (float)(corner >> 1);
        if (px < 0 || py < 0 || px >= (float)pixels->width || py >= (float)pixels->height) continue;
        float weight = ((corner & 1) ? fx : 1 - fx) * ((corner >> 1) ? fy : 1 - fy);
        const uint8_t *p = pixels->data + (size_t)py * pixels->stride + (size_t)px * 4;
        for (int c = 0; c < 3; c++) sum[c] += weight * (float)p[2 - c];
    }
    for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)lrintf(sum[c]);
}

static void fill_view(const ts_eye *eye, const ts_pixels *pixels, const turned_square *square, uint8_t *rgb)
{
    uint32_t width = eye->lenses[0].view.width, height = eye->lenses[0].view.height;
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++, rgb += 3)
            sample(pixels,
                   to_decoded(square, ((float)x + 0.5F) / (float)width, ((float)y + 0.5F) / (float)height),
                   rgb);
}

static bool mesh_one(const ts_eye *eye, const mesh_state *state, const ts_look *look, ts_arena *arena,
                     ts_face *face, ts_error *err)
{
    turned_square square = square_of(state, face, look->to_full);
    ts_request *request = ts_network_acquire(eye->lenses[0].network);
    fill_view(eye, &look->picture->pixels, &square, ts_request_input(request));
    bool ok = ts_request_run(request, err);
    ts_tensor out = ok ? ts_request_output(request, state->points_at) : (ts_tensor){0};
    if (ok && out.size != state->point_count * 3)
        ok = ts_fail(err, TS_MODEL, "the mesh has an odd number of points");
    ts_point *points = ok ? TS_NEW_ARRAY(arena, state->point_count, ts_point) : NULL;
    if (ok && !points) (void)ts_fail_memory(err);
    ok = points != NULL;
    for (size_t i = 0; ok && i < state->point_count; i++) {
        ts_point at = to_decoded(&square, out.data[3 * i] / (float)eye->lenses[0].view.width,
                                 out.data[3 * i + 1] / (float)eye->lenses[0].view.height);
        points[i] = (ts_point){.x = at.x * look->to_full, .y = at.y * look->to_full};
    }
    ts_network_release(request);
    face->mesh = points;
    face->mesh_count = ok ? state->point_count : 0;
    return ok;
}

static bool look_mesh(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                      ts_error *err)
{
    if (!look->wishes.mesh || seen->face_count == 0) return true;
    ts_face *faces = TS_NEW_ARRAY(seen->arena, seen->face_count, ts_face);
    if (!faces) return ts_fail_memory(err);
    memcpy(faces, seen->faces, seen->face_count * sizeof *faces);
    for (size_t i = 0; i < seen->face_count && i < MESH_FACES_MAX; i++)
        if (!mesh_one(eye, opaque, look, seen->arena, &faces[i], err)) return false;
    seen->faces = faces;
    return true;
}

const ts_analyser ts_analyser_mesh = {
    .name = "mesh",
    .help = "468 points on each face (needs faces; off by default)",
    .on_by_default = false,
    .model = "facemesh",
    .wanted_side = 375,
    .open = open_mesh,
    .look = look_mesh,
};
