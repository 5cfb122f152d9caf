/* vision: embed. The classifier's features before its last layer, L2-normalised: near vectors, similar
 * pictures. */
#include <math.h>

#include "vision/analyser.h"

static bool look_embed(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                       ts_error *err)
{
    (void)state;
    if (!look->wishes.embedding) return true;
    const ts_backbone *backbone = ts_backbone_look(eye, look, seen, err);
    if (!backbone) return false;
    float *vector = TS_NEW_ARRAY(seen->arena, backbone->feature_count, float);
    if (!vector) return ts_fail_memory(err);
    double sum = 0;
    for (size_t i = 0; i < backbone->feature_count; i++)
        sum += (double)backbone->features[i] * (double)backbone->features[i];
    float unit = sum > 0 ? (float)(1 / sqrt(sum)) : 0;
    for (size_t i = 0; i < backbone->feature_count; i++) vector[i] = backbone->features[i] * unit;
    seen->embedding = vector;
    seen->embedding_size = backbone->feature_count;
    seen->embedding_model = ts_arena_printf(seen->arena, "%s@%s", eye->model->name, eye->model->version);
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
