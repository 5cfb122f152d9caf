/* engine: the OpenVINO backend.
 *
 * A network is read, wrapped in preprocessing (u8 NHWC in, float32 out) and compiled once for `streams`
 * parallel streams of one thread each: a tagging thread runs its picture's networks one after another, so
 * parallelism comes from pictures, not from inside a network. As many requests as streams are made up
 * front and handed out from a free list; their input and output tensors never move.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "engine/engine.h"
#include "engine/ov_api.h"

struct ts_engine {
    ov_api api;
    ov_core_t *core;
    unsigned streams;
    bool bf16;
    char version[128];
    char device[128];
};

struct ts_request {
    ts_network *network;
    ts_request *next_free;
    ov_infer_request_t *infer;
    ov_tensor_t *input;
    uint8_t *input_data;
    ov_tensor_t *inputs[TS_NETWORK_INPUTS_MAX]; /* of a network without a view */
    ov_tensor_t *outputs[TS_NETWORK_OUTPUTS_MAX];
    ts_tensor tensors[TS_NETWORK_OUTPUTS_MAX];
};

struct ts_network {
    ts_engine *engine;
    ts_network_spec spec;
    char name[96];
    char *output_names[TS_NETWORK_OUTPUTS_MAX];
    ov_compiled_model_t *compiled;
    ts_request *requests;
    size_t request_count;
    ts_request *free_list;
    pthread_mutex_t lock;
    pthread_cond_t freed;
};

/* ---- engine ------------------------------------------------------------------------------------- */

static bool fail_ov(const ov_api *api, ts_error *err, ts_code code, const char *what)
{
    const char *detail = api->ov_get_last_err_msg(); /* a copy, ours to free: its header does not say so */
    /* OpenVINO's messages run over many lines that begin with its own source position; the last line says it.
     */
    const char *line = detail ? detail : "";
    for (const char *p = line; *p; p++)
        if (*p == '\n' && p[1] && p[1] != '\n') line = p + 1;
    (void)ts_fail(err, code, "%s: %.*s", what, (int)strcspn(line, "\n"), line);
    if (detail) api->ov_free(detail);
    return false;
}

static bool read_version(ts_engine *engine, ts_error *err)
{
    ov_version_t version = {0};
    if (engine->api.ov_get_openvino_version(&version) != OK)
        return fail_ov(&engine->api, err, TS_ENGINE, "OpenVINO does not tell its version");
    (void)snprintf(engine->version, sizeof engine->version, "%s", version.buildNumber);
    engine->api.ov_version_free(&version);
    if (atoi(engine->version) >= 2024) return true;
    (void)ts_fail(err, TS_ENGINE, "OpenVINO %s at %s is too old", engine->version, engine->api.path);
    return ts_hint(err, "use OpenVINO 2024.0 or newer; scripts/setup fetches one");
}

static void read_device(ts_engine *engine)
{
    char *text = NULL;
    if (engine->api.ov_core_get_property(engine->core, "CPU", "FULL_DEVICE_NAME", &text) == OK && text) {
        (void)snprintf(engine->device, sizeof engine->device, "%s", text);
        engine->api.ov_free(text);
    }
    text = NULL;
    if (engine->api.ov_core_get_property(engine->core, "CPU", "OPTIMIZATION_CAPABILITIES", &text) == OK &&
        text) {
        engine->bf16 = strstr(text, "BF16") != NULL;
        engine->api.ov_free(text);
    }
}

static bool configure(ts_engine *engine, const ts_engine_options *options, ts_error *err)
{
    char streams[16];
    (void)snprintf(streams, sizeof streams, "%u", engine->streams);
    const ov_api *api = &engine->api;
    /* Pinning would tie the threads of several Tagsmith processes to the same cores. */
    ov_status_e status = api->ov_core_set_property(engine->core, "CPU", "NUM_STREAMS", streams);
    if (status == OK)
        status = api->ov_core_set_property(engine->core, "CPU", "INFERENCE_NUM_THREADS", streams);
    if (status == OK) status = api->ov_core_set_property(engine->core, "CPU", "ENABLE_CPU_PINNING", "NO");
    /* A cache only saves time: without it, or where it cannot be made, every start compiles anew. */
    if (status == OK && options->cache_dir && *options->cache_dir)
        (void)api->ov_core_set_property(engine->core, "CPU", "CACHE_DIR", options->cache_dir);
    return status == OK || fail_ov(api, err, TS_ENGINE, "OpenVINO refuses its settings");
}

ts_engine *ts_engine_open(const ts_engine_options *options, ts_error *err)
{
    ts_engine *engine = calloc(1, sizeof *engine);
    if (!engine) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    engine->streams = options->streams ? options->streams : 1;
    if (!ov_api_load(&engine->api, options->library_dir, err)) goto failed;
    if (!read_version(engine, err)) goto failed;
    if (engine->api.ov_core_create(&engine->core) != OK) {
        (void)fail_ov(&engine->api, err, TS_ENGINE, "OpenVINO does not start");
        goto failed;
    }
    if (!configure(engine, options, err)) goto failed;
    read_device(engine);
    return engine;
failed:
    ts_engine_close(engine);
    return NULL;
}

void ts_engine_close(ts_engine *engine)
{
    if (!engine) return;
    if (engine->core) engine->api.ov_core_free(engine->core);
    ov_api_unload(&engine->api);
    free(engine);
}

const char *ts_engine_version(const ts_engine *engine)
{
    return engine->version;
}

const char *ts_engine_library(const ts_engine *engine)
{
    return engine->api.path;
}

const char *ts_engine_device(const ts_engine *engine)
{
    return engine->device;
}

bool ts_engine_has_bf16(const ts_engine *engine)
{
    return engine->bf16;
}

/* ---- compiling ---------------------------------------------------------------------------------- */

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

static bool compile(ts_network *network, ts_error *err)
{
    ts_engine *engine = network->engine;
    char what[256];
    (void)snprintf(what, sizeof what, "cannot load network %s", network->name);
    /* Given a folder, OpenVINO takes its size for 2^63 bytes and tries to hold them. */
    if (ts_file_size(network->spec.path) < 0)
        return ts_fail(err, TS_MODEL, "%s: there is no file %s", what, network->spec.path);
    ov_model_t *model = NULL;
    if (network->spec.input_count == 0) model = read_with_preprocessing(engine, &network->spec);
    else (void)engine->api.ov_core_read_model(engine->core, network->spec.path, NULL, &model);
    if (!model) return fail_ov(&engine->api, err, TS_MODEL, what);
    const char *precision = network->spec.precision == TS_PRECISION_BF16 ? "bf16" : "f32";
    ov_status_e status = engine->api.ov_core_compile_model(engine->core, model, "CPU", 2, &network->compiled,
                                                           "INFERENCE_PRECISION_HINT", precision);
    engine->api.ov_model_free(model);
    return status == OK || fail_ov(&engine->api, err, TS_MODEL, what);
}

/* ---- requests ----------------------------------------------------------------------------------- */

static bool bind_input(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    size_t need = (size_t)network->spec.width * network->spec.height * 3;
    size_t bytes = 0;
    void *data = NULL;
    bool ok = api->ov_infer_request_get_input_tensor(request->infer, &request->input) == OK &&
              api->ov_tensor_get_byte_size(request->input, &bytes) == OK &&
              api->ov_tensor_data(request->input, &data) == OK;
    if (!ok) return fail_ov(api, err, TS_ENGINE, "OpenVINO gives no input tensor");
    if (bytes != need)
        return ts_fail(err, TS_MODEL, "network %s takes %zu input bytes, its manifest says %zu",
                       network->name, bytes, need);
    request->input_data = data;
    return true;
}

static bool bind_inputs(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (network->spec.input_count == 0) return bind_input(request, err);
    for (size_t i = 0; i < network->spec.input_count; i++)
        if (api->ov_infer_request_get_tensor(request->infer, network->spec.inputs[i], &request->inputs[i]) !=
            OK)
            return ts_fail(err, TS_MODEL, "network %s lacks the input %s", network->name,
                           network->spec.inputs[i]);
    return true;
}

static bool bind_output(ts_request *request, size_t index, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (request->outputs[index]) api->ov_tensor_free(request->outputs[index]);
    request->outputs[index] = NULL;
    return api->ov_infer_request_get_tensor(request->infer, network->output_names[index],
                                            &request->outputs[index]) == OK ||
           ts_fail(err, TS_MODEL, "network %s lacks the output %s", network->name,
                   network->output_names[index]);
}

static bool read_output(ts_request *request, size_t index, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    ts_tensor *tensor = &request->tensors[index];
    ov_shape_t shape = {0};
    void *data = NULL;
    bool ok = api->ov_tensor_data(request->outputs[index], &data) == OK &&
              api->ov_tensor_get_shape(request->outputs[index], &shape) == OK;
    if (!ok) return fail_ov(api, err, TS_ENGINE, "OpenVINO gives no output tensor");
    ok = shape.rank >= 0 && (size_t)shape.rank <= sizeof tensor->shape / sizeof *tensor->shape;
    tensor->data = data;
    tensor->rank = ok ? (size_t)shape.rank : 0;
    tensor->size = 1;
    for (size_t d = 0; d < tensor->rank; d++) {
        tensor->shape[d] = (size_t)shape.dims[d];
        tensor->size *= tensor->shape[d];
    }
    (void)api->ov_shape_free(&shape);
    return ok || ts_fail(err, TS_MODEL, "output %s of network %s has too many dimensions",
                         network->output_names[index], network->name);
}

static bool prepare_request(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (api->ov_compiled_model_create_infer_request(network->compiled, &request->infer) != OK)
        return fail_ov(api, err, TS_ENGINE, "OpenVINO makes no inference request");
    if (!bind_inputs(request, err)) return false;
    for (size_t i = 0; i < network->spec.output_count; i++) {
        if (!bind_output(request, i, err)) return false;
        if (network->spec.input_count == 0 && !read_output(request, i, err)) return false;
    }
    return true;
}

/* What float inputs of other sizes give has another shape, and may lie elsewhere. */
static bool follow_outputs(ts_request *request, ts_error *err)
{
    for (size_t i = 0; i < request->network->spec.output_count; i++)
        if (!bind_output(request, i, err) || !read_output(request, i, err)) return false;
    return true;
}

static bool make_requests(ts_network *network, ts_error *err)
{
    network->request_count = network->engine->streams;
    network->requests = calloc(network->request_count, sizeof *network->requests);
    if (!network->requests) return ts_fail_memory(err);
    for (size_t i = 0; i < network->request_count; i++) {
        ts_request *request = &network->requests[i];
        request->network = network;
        if (!prepare_request(request, err)) return false;
        request->next_free = network->free_list;
        network->free_list = request;
    }
    return true;
}

static bool keep_names(ts_network *network, const ts_network_spec *spec, ts_error *err)
{
    bool ok = true;
    for (size_t i = 0; i < spec->output_count && ok; i++)
        ok = (network->output_names[i] = strdup(spec->outputs[i])) != NULL;
    return ok || ts_fail_memory(err);
}

ts_network *ts_network_open(ts_engine *engine, const ts_network_spec *spec, ts_error *err)
{
    ts_network *network = calloc(1, sizeof *network);
    if (!network) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    network->engine = engine;
    network->spec = *spec;
    (void)snprintf(network->name, sizeof network->name, "%s", spec->name);
    (void)pthread_mutex_init(&network->lock, NULL);
    (void)pthread_cond_init(&network->freed, NULL);
    bool ok = (spec->output_count <= TS_NETWORK_OUTPUTS_MAX && spec->input_count <= TS_NETWORK_INPUTS_MAX) ||
              ts_fail(err, TS_MODEL, "too many inputs or outputs");
    ok = ok && keep_names(network, spec, err) && compile(network, err) && make_requests(network, err);
    /* What the spec points to belongs to the caller and is needed no more. */
    network->spec.name = network->name;
    network->spec.path = NULL;
    memset(network->spec.outputs, 0, sizeof network->spec.outputs);
    memset(network->spec.inputs, 0, sizeof network->spec.inputs);
    if (ok) return network;
    ts_network_close(network);
    return NULL;
}

static void free_request(const ov_api *api, ts_request *request)
{
    for (size_t i = 0; i < TS_NETWORK_OUTPUTS_MAX; i++)
        if (request->outputs[i]) api->ov_tensor_free(request->outputs[i]);
    for (size_t i = 0; i < TS_NETWORK_INPUTS_MAX; i++)
        if (request->inputs[i]) api->ov_tensor_free(request->inputs[i]);
    if (request->input) api->ov_tensor_free(request->input);
    if (request->infer) api->ov_infer_request_free(request->infer);
}

void ts_network_close(ts_network *network)
{
    if (!network) return;
    const ov_api *api = &network->engine->api;
    for (size_t i = 0; network->requests && i < network->request_count; i++)
        free_request(api, &network->requests[i]);
    free(network->requests);
    for (size_t i = 0; i < TS_NETWORK_OUTPUTS_MAX; i++) free(network->output_names[i]);
    if (network->compiled) api->ov_compiled_model_free(network->compiled);
    (void)pthread_cond_destroy(&network->freed);
    (void)pthread_mutex_destroy(&network->lock);
    free(network);
}

ts_request *ts_network_acquire(ts_network *network)
{
    (void)pthread_mutex_lock(&network->lock);
    while (!network->free_list) (void)pthread_cond_wait(&network->freed, &network->lock);
    ts_request *request = network->free_list;
    network->free_list = request->next_free;
    (void)pthread_mutex_unlock(&network->lock);
    return request;
}

void ts_network_release(ts_request *request)
{
    if (!request) return;
    ts_network *network = request->network;
    (void)pthread_mutex_lock(&network->lock);
    request->next_free = network->free_list;
    network->free_list = request;
    (void)pthread_cond_signal(&network->freed);
    (void)pthread_mutex_unlock(&network->lock);
}

uint8_t *ts_request_input(ts_request *request)
{
    return request->input_data;
}

float *ts_request_shape(ts_request *request, size_t index, const size_t *sizes, size_t rank, ts_error *err)
{
    const ov_api *api = &request->network->engine->api;
    int64_t dims[sizeof((ts_tensor *)0)->shape / sizeof(size_t)];
    void *data = NULL;
    bool ok = index < request->network->spec.input_count && rank <= sizeof dims / sizeof *dims;
    if (!ok) {
        (void)ts_fail(err, TS_INTERNAL, "network %s has no such input", request->network->name);
        return NULL;
    }
    for (size_t d = 0; d < rank; d++) dims[d] = (int64_t)sizes[d];
    ok = api->ov_tensor_set_shape(request->inputs[index], (ov_shape_t){(int64_t)rank, dims}) == OK &&
         api->ov_tensor_data(request->inputs[index], &data) == OK;
    if (!ok) (void)fail_ov(api, err, TS_ENGINE, "OpenVINO refuses an input of this size");
    return ok ? data : NULL;
}

bool ts_request_run(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (api->ov_infer_request_infer(request->infer) == OK)
        return network->spec.input_count == 0 || follow_outputs(request, err);
    char what[160];
    (void)snprintf(what, sizeof what, "network %s failed", network->name);
    return fail_ov(api, err, TS_ENGINE, what);
}

ts_tensor ts_request_output(const ts_request *request, size_t index)
{
    return request->tensors[index];
}
