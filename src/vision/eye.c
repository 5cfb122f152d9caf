/* vision: a model made ready to look. Knows views and networks, not what their outputs mean. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/analyser.h"

/* Platt's parameters and the thresholds come from the manifest, where they were measured. */
static ts_source source_of(const char *analyser, const ts_model *model)
{
    const json_t *calibration = model->calibration;
    const json_t *params = model->params;
    return (ts_source){
        .analyser = analyser,
        .model = model->name,
        .version = model->version,
        .slope = (float)ts_json_number_or(calibration, "slope", 1),
        .offset = (float)ts_json_number_or(calibration, "offset", 0),
        .drop = (float)ts_json_number_or(params, "drop", 0.1),
        .sure = (float)ts_json_number_or(params, "sure", 0.5),
    };
}

ts_source ts_rule_source(const char *analyser, const char *version)
{
    return (ts_source){
        .analyser = analyser, .model = "rule", .version = version, .slope = 1, .drop = 0.3F, .sure = 0.6F};
}

void ts_eye_describe(ts_eye *eye, const char *analyser, const ts_model *model)
{
    static const ts_fit fits[] = {[TS_MODEL_STRETCH] = TS_FIT_STRETCH,
                                  [TS_MODEL_CROP] = TS_FIT_CROP,
                                  [TS_MODEL_LETTERBOX] = TS_FIT_LETTERBOX};
    eye->model = model;
    eye->source = source_of(analyser, model);
    eye->view = (ts_view_spec){.width = model->input.width,
                               .height = model->input.height,
                               .fit = fits[model->input.fit],
                               .crop_share = model->input.crop,
                               .bgr = model->input.bgr};
}

bool ts_eye_load(ts_eye *eye, ts_engine *engine, ts_precision precision, ts_error *err)
{
    const ts_model *model = eye->model;
    ts_network_spec spec = {.name = model->name,
                            .path = model->path,
                            .width = model->input.width,
                            .height = model->input.height,
                            .nhwc = model->input.nhwc,
                            .output_count = model->output_count,
                            .precision = precision};
    memcpy(spec.mean, model->input.mean, sizeof spec.mean);
    memcpy(spec.scale, model->input.scale, sizeof spec.scale);
    for (size_t i = 0; i < model->output_count; i++) spec.outputs[i] = model->outputs[i].name;
    eye->network = ts_network_open(engine, &spec, err);
    return eye->network != NULL;
}

bool ts_eye_run_part(const ts_eye *eye, const ts_pixels *pixels, ts_rect part, ts_view_map *map,
                     ts_request **request, ts_error *err)
{
    *request = ts_network_acquire(eye->network);
    return ts_view_make_part(pixels, part, &eye->view, ts_request_input(*request), map, err) &&
           ts_request_run(*request, err);
}

bool ts_eye_run(const ts_eye *eye, const ts_pixels *pixels, ts_view_map *map, ts_request **request,
                ts_error *err)
{
    *request = ts_network_acquire(eye->network);
    return ts_view_make(pixels, &eye->view, ts_request_input(*request), map, err) &&
           ts_request_run(*request, err);
}

bool ts_eye_output(const ts_eye *eye, const char *role, size_t *index, ts_error *err)
{
    for (size_t i = 0; i < eye->model->output_count; i++) {
        if (strcmp(eye->model->outputs[i].role, role) != 0) continue;
        *index = i;
        return true;
    }
    return ts_fail(err, TS_MODEL, "model %s has no output with the role \"%s\"", eye->model->name, role);
}

bool ts_seen_add(ts_seen *seen, const ts_observation *observation, ts_error *err)
{
    if (seen->count == seen->capacity) {
        size_t capacity = seen->capacity ? seen->capacity * 2 : 32;
        ts_observation *items = TS_NEW_ARRAY(seen->arena, capacity, ts_observation);
        if (!items) return ts_fail_memory(err);
        if (seen->count) memcpy(items, seen->items, seen->count * sizeof *items);
        seen->items = items;
        seen->capacity = capacity;
    }
    seen->items[seen->count++] = *observation;
    return true;
}
