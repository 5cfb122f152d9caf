/* vision: embed. The classifier's features before its last layer, L2-normalised: near vectors, similar
 * pictures. */
#include <math.h>

#include "vision/analyser.h"

/* What a head is taught on: the mean over these views and their mirror images. A part and the whole beside the usual
 * crop say more of what stands at the edges. On ten kinds of garments (159 photographs, five examples a kind, 40 draws)
 * the share of right ones goes from 0.760 for the one view to 0.779, in five-fold cross-validation from 0.82 to 0.856;
 * crops at the ends of the long side and narrower ones took away, deeper or earlier layers added nothing. */
typedef struct teaching_view {
    ts_fit fit;
    float share; /* 0: the manifest's */
} teaching_view;

static const teaching_view teaching_views[] = {
    {TS_FIT_CROP, 0},
    {TS_FIT_CROP, 0.75F /* of TS_MANY_VIEWS_SIDE: the network's 260 */},
    {TS_FIT_LETTERBOX, 1}};
#define TEACHING_VIEWS (sizeof teaching_views / sizeof *teaching_views)

static void normalise(float *vector, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += (double)vector[i] * (double)vector[i];
    float unit = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    for (size_t i = 0; i < count; i++) vector[i] *= unit;
}

/* The square root, sign kept, of features of length 1 has length 1 in sums: a few large features do not drown the rest. */
static void add_roots(const float *features, size_t count, float *sum)
{
    double total = 0;
    for (size_t i = 0; i < count; i++) total += fabs((double)features[i]);
    double unit = total > 0 ? 1 / sqrt(total) : 0;
    for (size_t i = 0; i < count; i++)
        sum[i] += copysignf((float)(sqrt(fabs((double)features[i])) * unit), features[i]);
}

static bool add_view(const ts_eye *eye, const ts_pixels *pixels, const teaching_view *view, bool mirrored,
                     size_t output, float *sum, ts_error *err)
{
    ts_request *request = NULL;
    float share = view->share > 0 ? view->share : eye->lenses[0].view.crop_share;
    bool ok = ts_eye_run_view(eye, pixels, view->fit, share, mirrored, &request, err);
    if (ok) {
        ts_tensor features = ts_request_output(request, output);
        add_roots(features.data, features.size, sum);
    }
    ts_network_release(request);
    return ok;
}

/* The first view as it is was looked at by the shared network already. */
static bool look_many(const ts_eye *eye, const ts_look *look, const ts_backbone *backbone, float *vector,
                      ts_error *err)
{
    size_t output = 0;
    bool ok = ts_eye_output(eye, "features", &output, err);
    add_roots(backbone->features, backbone->feature_count, vector);
    for (size_t i = 1; ok && i < 2 * TEACHING_VIEWS; i++)
        ok = add_view(eye, &look->picture->pixels, &teaching_views[i / 2], i % 2, output, vector, err);
    normalise(vector, backbone->feature_count);
    return ok;
}

static bool look_embed(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                       ts_error *err)
{
    (void)state;
    if (!look->wishes.embedding) return true;
    const ts_backbone *backbone = ts_backbone_look(eye, look, seen, err);
    if (!backbone) return false;
    float *vector = TS_NEW_ARRAY(seen->arena, backbone->feature_count, float);
    if (!vector) return ts_fail_memory(err);
    const char *kind = "";
    if (look->wishes.many_views) {
        kind = "/views-1"; /* another number when the views or what is done with them change */
        if (!look_many(eye, look, backbone, vector, err)) return false;
    } else {
        for (size_t i = 0; i < backbone->feature_count; i++) vector[i] = backbone->features[i];
        normalise(vector, backbone->feature_count);
    }
    seen->embedding = vector;
    seen->embedding_size = backbone->feature_count;
    seen->embedding_model =
        ts_arena_printf(seen->arena, "%s@%s%s", eye->model->name, eye->model->version, kind);
    return seen->embedding_model || ts_fail_memory(err);
}

const ts_analyser ts_analyser_embed = {
    .name = "embed",
    .help = "a vector for finding similar pictures (shares the network of classify)",
    .on_by_default = true,
    .model = "classify",
    .wanted_side = 292,
    .look = look_embed,
};
