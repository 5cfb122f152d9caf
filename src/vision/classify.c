/* vision: classify. The whole picture as one of the classifier's 1000 classes: a probability for each; and, from its
 * features, whether it was painted or drawn. */
#include <math.h>

#include "vision/analyser.h"

typedef struct classify_state {
    ts_labels labels;
    const ts_head *artwork; /* NULL: no head for this model */
    const char *scheme;
} classify_state;

static bool open_classify(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    classify_state *state = TS_NEW(setup->arena, classify_state);
    if (!state) return ts_fail_memory(err);
    state->scheme = eye->model->labels;
    if (!state->scheme) return ts_fail(err, TS_MODEL, "model %s names no label list", eye->model->name);
    *out = state;
    return ts_packs_labels(setup->packs, state->scheme, setup->arena, &state->labels, err) &&
           ts_packs_head(setup->packs, "artwork", eye->model, setup->arena, &state->artwork, err);
}

static void judge_artwork(const ts_head *head, const ts_backbone *backbone, ts_seen *seen)
{
    if (!head || head->count != backbone->feature_count) return;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < head->count; i++) {
        sum += (double)(head->weights[i] * backbone->features[i]);
        squares += (double)(backbone->features[i] * backbone->features[i]);
    }
    double logit = (double)head->bias + (squares > 0 ? sum / sqrt(squares) : 0);
    seen->artwork = (float)(1 / (1 + exp(-logit)));
    seen->has_artwork = true;
}

static bool look_classify(const ts_eye *eye, const void *opaque, const ts_look *look, ts_seen *seen,
                          ts_error *err)
{
    const classify_state *state = opaque;
    const ts_backbone *backbone = ts_backbone_look(eye, look, seen, err);
    if (!backbone) return false;
    if (backbone->class_count != state->labels.count)
        return ts_fail(err, TS_MODEL, "model %s has %zu classes, its label list %zu", eye->model->name,
                       backbone->class_count, state->labels.count);
    ts_distribution *distribution = TS_NEW(seen->arena, ts_distribution);
    if (!distribution) return ts_fail_memory(err);
    *distribution = (ts_distribution){.source = &eye->source,
                                      .scheme = state->scheme,
                                      .labels = state->labels.names,
                                      .probabilities = backbone->probabilities,
                                      .count = backbone->class_count};
    seen->distribution = distribution;
    judge_artwork(state->artwork, backbone, seen);
    return true;
}

const ts_analyser ts_analyser_classify = {
    .name = "classify",
    .help =
        "main subject of the whole picture, out of 1000 classes of animals, plants, food, things and places",
    .on_by_default = true,
    .model = "classify",
    .wanted_side = 292, /* 260 / 0.875 and a little */
    .open = open_classify,
    .look = look_classify,
};
