/* engine: a network's file, made ready to run by OpenVINO: wrapped in preprocessing where it takes a view (u8 NHWC in,
 * float32 out), and compiled. */
#include <stdio.h>

#include "base/file.h"
#include "engine/ov_network.h"

static ov_status_e set_layouts(const ov_api *api, ov_preprocess_input_tensor_info_t *tensor,
                               ov_preprocess_input_model_info_t *model, bool nhwc)
{
    ov_layout_t *view = NULL;
    ov_layout_t *own = NULL;
    ov_status_e status = api->ov_layout_create("NHWC", &view);
    if (status == OK) status = api->ov_layout_create(nhwc ? "NHWC" : "NCHW", &own);
    if (status == OK) status = api->ov_preprocess_input_tensor_info_set_element_type(tensor, U8);
    if (status == OK) status = api->ov_preprocess_input_tensor_info_set_layout(tensor, view);
    if (status == OK) status = api->ov_preprocess_input_model_info_set_layout(model, own);
    if (view) api->ov_layout_free(view);
    if (own) api->ov_layout_free(own);
    return status;
}

static ov_status_e set_steps(const ov_api *api, ov_preprocess_preprocess_steps_t *steps,
                             const ts_network_spec *spec)
{
    ov_status_e status = api->ov_preprocess_preprocess_steps_convert_element_type(steps, F32);
    if (status == OK) status = api->ov_preprocess_preprocess_steps_mean_multi_channels(steps, spec->mean, 3);
    if (status == OK)
        status = api->ov_preprocess_preprocess_steps_scale_multi_channels(steps, spec->scale, 3);
    return status;
}

static ov_status_e describe_input(const ov_api *api, ov_preprocess_prepostprocessor_t *ppp,
                                  const ts_network_spec *spec)
{
    ov_preprocess_input_info_t *info = NULL;
    ov_preprocess_input_tensor_info_t *tensor = NULL;
    ov_preprocess_preprocess_steps_t *steps = NULL;
    ov_preprocess_input_model_info_t *model = NULL;
    ov_status_e status = api->ov_preprocess_prepostprocessor_get_input_info(ppp, &info);
    if (status == OK) status = api->ov_preprocess_input_info_get_tensor_info(info, &tensor);
    if (status == OK) status = api->ov_preprocess_input_info_get_preprocess_steps(info, &steps);
    if (status == OK) status = api->ov_preprocess_input_info_get_model_info(info, &model);
    if (status == OK) status = set_layouts(api, tensor, model, spec->nhwc);
    if (status == OK) status = set_steps(api, steps, spec);
    if (model) api->ov_preprocess_input_model_info_free(model);
    if (steps) api->ov_preprocess_preprocess_steps_free(steps);
    if (tensor) api->ov_preprocess_input_tensor_info_free(tensor);
    if (info) api->ov_preprocess_input_info_free(info);
    return status;
}

static ov_status_e describe_output(const ov_api *api, ov_preprocess_prepostprocessor_t *ppp, const char *name)
{
    ov_preprocess_output_info_t *info = NULL;
    ov_preprocess_output_tensor_info_t *tensor = NULL;
    ov_status_e status = api->ov_preprocess_prepostprocessor_get_output_info_by_name(ppp, name, &info);
    if (status == OK) status = api->ov_preprocess_output_info_get_tensor_info(info, &tensor);
    if (status == OK) status = api->ov_preprocess_output_set_element_type(tensor, F32);
    if (tensor) api->ov_preprocess_output_tensor_info_free(tensor);
    if (info) api->ov_preprocess_output_info_free(info);
    return status;
}

/* Networks with a free batch size are fixed to one picture, fully convolutional ones to the size asked for. */
static ov_status_e fix_shape(const ov_api *api, ov_model_t *model, const ts_network_spec *spec)
{
    if (!spec->reshape && !api->ov_model_is_dynamic(model)) return OK;
    int64_t height = spec->height;
    int64_t width = spec->width;
    int64_t nhwc[4] = {1, height, width, 3};
    int64_t nchw[4] = {1, 3, height, width};
    ov_partial_shape_t shape;
    ov_status_e status = api->ov_partial_shape_create_static(4, spec->nhwc ? nhwc : nchw, &shape);
    if (status != OK) return status;
    status = api->ov_model_reshape_single_input(model, shape);
    api->ov_partial_shape_free(&shape);
    return status;
}

static ov_model_t *read_with_preprocessing(ts_engine *engine, const ts_network_spec *spec)
{
    const ov_api *api = &engine->api;
    ov_model_t *plain = NULL;
    ov_model_t *wrapped = NULL;
    ov_preprocess_prepostprocessor_t *ppp = NULL;
    ov_status_e status = api->ov_core_read_model(engine->core, spec->path, NULL, &plain);
    if (status == OK) status = fix_shape(api, plain, spec);
    if (status == OK) status = api->ov_preprocess_prepostprocessor_create(plain, &ppp);
    if (status == OK) status = describe_input(api, ppp, spec);
    for (size_t i = 0; i < spec->output_count && status == OK; i++)
        status = describe_output(api, ppp, spec->outputs[i]);
    if (status == OK) (void)api->ov_preprocess_prepostprocessor_build(ppp, &wrapped);
    if (ppp) api->ov_preprocess_prepostprocessor_free(ppp);
    if (plain) api->ov_model_free(plain);
    return wrapped;
}

ov_compiled_model_t *ov_compile(const ts_network *network, unsigned streams, ts_error *err)
{
    ts_engine *engine = network->engine;
    const ts_network_spec *spec = &network->spec;
    ov_compiled_model_t *compiled = NULL;
    ov_model_t *model = NULL;
    char what[256], count[16];
    (void)snprintf(what, sizeof what, "cannot load network %s", spec->name);
    (void)snprintf(count, sizeof count, "%u", streams);
    /* Given a folder, OpenVINO takes its size for 2^63 bytes and tries to hold them. */
    if (ts_file_size(spec->path) < 0) {
        (void)ts_fail(err, TS_MODEL, "%s: there is no file %s", what, spec->path);
        return NULL;
    }
    if (spec->input_count == 0) model = read_with_preprocessing(engine, spec);
    else (void)engine->api.ov_core_read_model(engine->core, spec->path, NULL, &model);
    const char *precision = spec->precision == TS_PRECISION_BF16 ? "bf16" : "f32";
    if (model)
        (void)engine->api.ov_core_compile_model(engine->core, model, "CPU", 6, &compiled, "NUM_STREAMS",
                                                count, "INFERENCE_NUM_THREADS", count,
                                                "INFERENCE_PRECISION_HINT", precision);
    if (!compiled) (void)ov_fail(&engine->api, err, TS_MODEL, what);
    if (model) engine->api.ov_model_free(model);
    return compiled;
}
