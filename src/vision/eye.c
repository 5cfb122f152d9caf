/* vision: a model made ready to look. Knows views and networks, not what their outputs mean. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "vision/analyser.h"

static float number_of(const json_t *object, const char *key, float otherwise)
{
    return (float)ts_json_number_or(object, key, (double)otherwise);
}

static ts_weighing weighing_of(const ts_model *model, float drop)
{
    const json_t *params = model->params;
    const json_t *box = json_object_get(params, "box");
    return (ts_weighing){
        .size = number_of(params, "size", 0),
        .company = number_of(params, "company", 0),
        .crowd = number_of(params, "crowd", 0),
        .silence = number_of(params, "silence", 0),
        .kin_silence = number_of(params, "kin_silence", 0),
        .box_slope = number_of(box, "slope", 0),
        .box_offset = number_of(box, "offset", 0),
        .box_drop = number_of(box, "drop", drop),
        .measured = json_object_get(model->calibration, "measured"),
    };
}

/* Platt's parameters and the thresholds come from the manifest, where they were measured. */
static ts_source source_of(const char *analyser, const ts_model *model)
{
    const json_t *calibration = model->calibration;
    const json_t *params = model->params;
    float drop = number_of(params, "drop", 0.1F);
    return (ts_source){
        .analyser = analyser,
        .model = model->name,
        .version = model->version,
        .slope = number_of(calibration, "slope", 1),
        .offset = number_of(calibration, "offset", 0),
        .drop = drop,
        .sure = number_of(params, "sure", 0.5F),
        .weighing = weighing_of(model, drop),
    };
}

void ts_eye_describe(ts_eye *eye, const char *analyser, const ts_model *model)
{
    static const ts_fit fits[] = {[TS_MODEL_STRETCH] = TS_FIT_STRETCH,
                                  [TS_MODEL_CROP] = TS_FIT_CROP,
                                  [TS_MODEL_LETTERBOX] = TS_FIT_LETTERBOX};
    eye->model = model;
    eye->source = source_of(analyser, model);
    eye->lenses[0].view = (ts_view_spec){.width = model->input.width,
                                         .height = model->input.height,
                                         .fit = fits[model->input.fit],
                                         .crop_share = model->input.crop,
                                         .bgr = model->input.bgr};
    eye->lens_count = 1;
    for (size_t i = 0; i < model->input.shape_count; i++) {
        ts_view_spec *view = &eye->lenses[eye->lens_count++].view;
        *view = eye->lenses[0].view;
        view->width = model->input.shapes[i].width;
        view->height = model->input.shapes[i].height;
    }
}

bool ts_eye_has_view(const ts_eye *eye)
{
    return eye->model->input.width > 0;
}

/* Of a network that takes no view: its analyser fills these itself. */
static bool name_inputs(const ts_model *model, ts_network_spec *spec, ts_error *err)
{
    const json_t *inputs = json_object_get(model->params, "inputs");
    spec->input_count = json_array_size(inputs);
    bool ok = spec->input_count > 0 && spec->input_count <= TS_NETWORK_INPUTS_MAX;
    for (size_t i = 0; ok && i < spec->input_count; i++)
        ok = (spec->inputs[i] = json_string_value(json_array_get(inputs, i))) != NULL;
    return ok || ts_fail(err, TS_CONFIG, "the manifest of %s names no inputs", model->name);
}

static bool load_lens(const ts_eye *eye, ts_lens *lens, ts_engine *engine, ts_precision precision,
                      ts_error *err)
{
    const ts_model *model = eye->model;
    ts_network_spec spec = {.name = model->name,
                            .path = model->path,
                            .width = lens->view.width,
                            .height = lens->view.height,
                            .reshape = lens != &eye->lenses[0],
                            .nhwc = model->input.nhwc,
                            .output_count = model->output_count,
                            .precision = precision};
    memcpy(spec.mean, model->input.mean, sizeof spec.mean);
    memcpy(spec.scale, model->input.scale, sizeof spec.scale);
    for (size_t i = 0; i < model->output_count; i++) spec.outputs[i] = model->outputs[i].name;
    if (!ts_eye_has_view(eye) && !name_inputs(model, &spec, err)) return false;
    lens->network = ts_network_open(engine, &spec, err);
    return lens->network != NULL;
}

bool ts_eye_load(ts_eye *eye, ts_engine *engine, ts_precision precision, ts_error *err)
{
    for (size_t i = 0; i < eye->lens_count; i++)
        if (!load_lens(eye, &eye->lenses[i], engine, precision, err)) return false;
    return true;
}

void ts_eye_unload(ts_eye *eye)
{
    for (size_t i = 0; i < eye->lens_count; i++) {
        ts_network_close(eye->lenses[i].network);
        eye->lenses[i].network = NULL;
    }
}

/* How much of its size a picture of this aspect keeps in the view. */
static float scale_in(const ts_view_spec *view, float width, float height)
{
    return fminf((float)view->width / width, (float)view->height / height);
}

/* The smallest view in which the picture is as large as in the manifest's own. */
static const ts_lens *choose_lens(const ts_eye *eye, float width, float height)
{
    const ts_lens *best = &eye->lenses[0];
    float wanted = scale_in(&best->view, width, height);
    for (size_t i = 1; i < eye->lens_count; i++) {
        const ts_lens *lens = &eye->lenses[i];
        bool smaller = lens->view.width * lens->view.height < best->view.width * best->view.height;
        if (smaller && scale_in(&lens->view, width, height) >= wanted) best = lens;
    }
    return best;
}

bool ts_eye_run_part(const ts_eye *eye, const ts_pixels *pixels, ts_rect part, ts_view_map *map,
                     ts_request **request, ts_error *err)
{
    const ts_lens *lens = choose_lens(eye, part.width, part.height);
    *request = ts_network_acquire(lens->network);
    return ts_view_make_part(pixels, part, &lens->view, ts_request_input(*request), map, err) &&
           ts_request_run(*request, err);
}

static void mirror(uint8_t *view, size_t width, size_t height)
{
    for (size_t y = 0; y < height; y++) {
        uint8_t *left = view + y * width * 3, *right = left + (width - 1) * 3;
        for (; left < right; left += 3, right -= 3) {
            uint8_t kept[3];
            memcpy(kept, left, 3);
            memcpy(left, right, 3);
            memcpy(right, kept, 3);
        }
    }
}

bool ts_eye_run_view(const ts_eye *eye, const ts_pixels *pixels, ts_fit fit, float crop_share, bool mirrored,
                     ts_request **request, ts_error *err)
{
    const ts_lens *lens = &eye->lenses[0];
    ts_view_spec view = lens->view;
    view.fit = fit;
    view.crop_share = crop_share;
    *request = ts_network_acquire(lens->network);
    uint8_t *input = ts_request_input(*request);
    if (!ts_view_make(pixels, &view, input, NULL, err)) return false;
    if (mirrored) mirror(input, view.width, view.height);
    return ts_request_run(*request, err);
}

bool ts_eye_run(const ts_eye *eye, const ts_pixels *pixels, ts_view_map *map, ts_request **request,
                ts_error *err)
{
    ts_rect whole = {.width = (float)pixels->width, .height = (float)pixels->height};
    return ts_eye_run_part(eye, pixels, whole, map, request, err);
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
