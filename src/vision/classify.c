/* vision: classify. The whole picture as one of the classifier's 1000 classes: a probability for each; and, from its
 * features, whether it was painted or drawn, and its gist. */
#include <math.h>
#include <string.h>

#include "vision/analyser.h"

/* One head each, models/heads/gist-NAME.json. */
static const char *const gist_names[] = {
    "building", "clothes",  "daylight", "dress",   "food",  "furniture", "grass",   "hat",
    "jacket",   "outdoors", "pants",    "plants",  "road",  "shirt",     "shoes",   "shorts",
    "skirt",    "sky",      "sport",    "t-shirt", "table", "water",     "wildlife"};
#define GISTS (sizeof gist_names / sizeof *gist_names)
_Static_assert(GISTS <= TS_GISTS_MAX, "a gist has no place");

typedef struct classify_state {
    ts_labels labels;
    const ts_head *artwork; /* NULL: no head for this model */
    const ts_head *gists[GISTS];
    const char *scheme;
} classify_state;

bool ts_gist_exists(const char *name)
{
    for (size_t i = 0; i < GISTS; i++)
        if (strcmp(gist_names[i], name) == 0) return true;
    return false;
}

float ts_gist_of(const ts_seen *seen, const char *name, float otherwise)
{
    for (size_t i = 0; i < seen->gist_count; i++)
        if (strcmp(seen->gists[i].name, name) == 0) return seen->gists[i].p;
    return otherwise;
}

static bool open_heads(const ts_setup *setup, const ts_model *model, classify_state *state, ts_error *err)
{
    bool ok = ts_packs_head(setup->packs, "artwork", model, setup->arena, &state->artwork, err);
    for (size_t i = 0; ok && i < GISTS; i++) {
        const char *name = ts_arena_printf(setup->arena, "gist-%s", gist_names[i]);
        if (!name) return ts_fail_memory(err);
        ok = ts_packs_head(setup->packs, name, model, setup->arena, &state->gists[i], err);
    }
    return ok;
}

static bool open_classify(const ts_setup *setup, ts_eye *eye, void **out, ts_error *err)
{
    classify_state *state = TS_NEW(setup->arena, classify_state);
    if (!state) return ts_fail_memory(err);
    state->scheme = eye->model->labels;
    if (!state->scheme) return ts_fail(err, TS_MODEL, "model %s names no label list", eye->model->name);
    *out = state;
    return ts_packs_labels(setup->packs, state->scheme, setup->arena, &state->labels, err) &&
           open_heads(setup, eye->model, state, err);
}

/* False where the head is for other features. */
static bool ask(const ts_head *head, const ts_backbone *backbone, float *p)
{
    if (!head || head->count != backbone->feature_count) return false;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < head->count; i++) {
        sum += (double)(head->weights[i] * backbone->features[i]);
        squares += (double)(backbone->features[i] * backbone->features[i]);
    }
    double logit = (double)head->bias + (squares > 0 ? sum / sqrt(squares) : 0);
    *p = (float)(1 / (1 + exp(-logit)));
    return true;
}

static void ask_all(const classify_state *state, const ts_backbone *backbone, ts_seen *seen)
{
    seen->has_artwork = ask(state->artwork, backbone, &seen->artwork);
    for (size_t i = 0; i < GISTS; i++) {
        ts_gist *gist = &seen->gists[seen->gist_count];
        if (!ask(state->gists[i], backbone, &gist->p)) continue;
        gist->name = gist_names[i];
        seen->gist_count++;
    }
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
    ask_all(state, backbone, seen);
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
