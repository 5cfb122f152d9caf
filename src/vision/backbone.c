/* vision: the classifier's network, shared by all analysers that read its outputs (classes, embedding). */
#include <math.h>
#include <string.h>

#include "vision/analyser.h"

/* Softmax, computed from the largest logit down so that nothing overflows. */
static void softmax(const float *logits, float *out, size_t count)
{
    float top = logits[0];
    double sum = 0;
    for (size_t i = 1; i < count; i++) top = fmaxf(top, logits[i]);
    for (size_t i = 0; i < count; i++) {
        out[i] = expf(logits[i] - top);
        sum += out[i];
    }
    for (size_t i = 0; i < count; i++) out[i] = (float)(out[i] / sum);
}

static bool copy_outputs(const ts_eye *eye, const ts_request *request, ts_arena *arena, ts_backbone *out,
                         ts_error *err)
{
    size_t logits_at = 0, features_at = 0;
    if (!ts_eye_output(eye, "logits", &logits_at, err) || !ts_eye_output(eye, "features", &features_at, err))
        return false;
    ts_tensor logits = ts_request_output(request, logits_at);
    ts_tensor features = ts_request_output(request, features_at);
    float *p = TS_NEW_ARRAY(arena, logits.size, float);
    float *f = TS_NEW_ARRAY(arena, features.size, float);
    if (!p || !f) return ts_fail_memory(err);
    softmax(logits.data, p, logits.size);
    memcpy(f, features.data, features.size * sizeof *f);
    *out = (ts_backbone){
        .probabilities = p, .class_count = logits.size, .features = f, .feature_count = features.size};
    return true;
}

const ts_backbone *ts_backbone_look(const ts_eye *eye, const ts_look *look, ts_seen *seen, ts_error *err)
{
    if (seen->backbone) return seen->backbone;
    ts_request *request = NULL;
    ts_backbone *backbone = TS_NEW(seen->arena, ts_backbone);
    bool ok = backbone != NULL || ts_fail_memory(err);
    ok = ok && ts_eye_run(eye, &look->picture->pixels, NULL, &request, err) &&
         copy_outputs(eye, request, seen->arena, backbone, err);
    ts_network_release(request);
    if (ok) seen->backbone = backbone;
    return ok ? backbone : NULL;
}
