/* engine: requests: what a network is run with, by one caller at a time.
 *
 * A network with a view is compiled once, for as many callers as the engine has streams, and has as many requests; their
 * tensors never move. One whose inputs change their sizes has to learn each size, which costs several runs' time and
 * some megabytes: of it each request has a copy of its own, for one caller, so that what was learned is used again by
 * whoever comes next. One copy is made at first; it serves all as long as they seldom meet. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "engine/ov_network.h"

/* Callers who waited in all for so long, and for so many times as making the first copy took, might as well have made a
 * further one and taught it the sizes. Both are time on the wall: on a busy machine both take longer. */
#define COPY_WORTH_MS 500.0
#define COPY_WORTH_TIMES 2

/* ---- tensors ------------------------------------------------------------------------------------ */

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
    if (!ok) return ov_fail(api, err, TS_ENGINE, "OpenVINO gives no input tensor");
    if (bytes != need)
        return ts_fail(err, TS_MODEL, "network %s takes %zu input bytes, its manifest says %zu",
                       network->spec.name, bytes, need);
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
            return ts_fail(err, TS_MODEL, "network %s lacks the input %s", network->spec.name,
                           network->spec.inputs[i]);
    return true;
}

static bool bind_output(ts_request *request, size_t index, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (request->outputs[index]) api->ov_tensor_free(request->outputs[index]);
    request->outputs[index] = NULL;
    return api->ov_infer_request_get_tensor(request->infer, network->spec.outputs[index],
                                            &request->outputs[index]) == OK ||
           ts_fail(err, TS_MODEL, "network %s lacks the output %s", network->spec.name,
                   network->spec.outputs[index]);
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
    if (!ok) return ov_fail(api, err, TS_ENGINE, "OpenVINO gives no output tensor");
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
                         network->spec.outputs[index], network->spec.name);
}

static bool prepare_request(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (api->ov_compiled_model_create_infer_request(request->own ? request->own : network->common,
                                                    &request->infer) != OK)
        return ov_fail(api, err, TS_ENGINE, "OpenVINO makes no inference request");
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

/* ---- making ------------------------------------------------------------------------------------- */

static void free_request(ts_request *request)
{
    const ov_api *api = &request->network->engine->api;
    for (size_t i = 0; i < TS_NETWORK_OUTPUTS_MAX; i++)
        if (request->outputs[i]) api->ov_tensor_free(request->outputs[i]);
    for (size_t i = 0; i < TS_NETWORK_INPUTS_MAX; i++)
        if (request->inputs[i]) api->ov_tensor_free(request->inputs[i]);
    if (request->input) api->ov_tensor_free(request->input);
    if (request->infer) api->ov_infer_request_free(request->infer);
    if (request->own) api->ov_compiled_model_free(request->own);
}

static bool has_view(const ts_network *network)
{
    return network->spec.input_count == 0;
}

/* The next one. After a failure it is as if it had never been begun. */
static ts_request *make_request(ts_network *network, size_t index, ts_error *err)
{
    ts_request *request = &network->requests[index];
    *request = (ts_request){.network = network};
    bool ok = has_view(network) || (request->own = ov_compile(network, 1, err)) != NULL;
    if (ok && prepare_request(request, err)) return request;
    free_request(request);
    return NULL;
}

static void hand_in(ts_request *request)
{
    request->next_free = request->network->free_list;
    request->network->free_list = request;
}

bool ov_requests_make(ts_network *network, ts_error *err)
{
    unsigned streams = network->engine->streams;
    size_t first = has_view(network) ? streams : 1;
    network->request_most = streams;
    network->requests = calloc(streams, sizeof *network->requests);
    if (!network->requests) return ts_fail_memory(err);
    if (has_view(network) && !(network->common = ov_compile(network, streams, err))) return false;
    double since = ts_clock_ms();
    for (; network->request_count < first; network->request_count++) {
        ts_request *request = make_request(network, network->request_count, err);
        if (!request) return false;
        hand_in(request);
    }
    network->copy_worth_ms = COPY_WORTH_MS + COPY_WORTH_TIMES * (ts_clock_ms() - since);
    return true;
}

void ov_requests_free(ts_network *network)
{
    for (size_t i = 0; i < network->request_count; i++) free_request(&network->requests[i]);
    free(network->requests);
}

/* ---- handing out -------------------------------------------------------------------------------- */

/* The caller has the lock, which is given up while the copy is made: others go on. That it cannot be made, for want of
 * memory perhaps, is no failure: there are those that were made before. */
static ts_request *grow(ts_network *network)
{
    network->growing = true;
    (void)pthread_mutex_unlock(&network->lock);
    ts_request *request = make_request(network, network->request_count, NULL);
    (void)pthread_mutex_lock(&network->lock);
    network->growing = false;
    network->waited_ms = 0;
    if (request) network->request_count++;
    else network->request_most = network->request_count;
    return request;
}

static struct timespec moment_after(double ms)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    long whole = (long)ms;
    at.tv_sec += whole / 1000;
    at.tv_nsec += whole % 1000 * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Until one is handed in, or waiting has become dearer than a further copy. */
static void wait_for_one(ts_network *network)
{
    double since = ts_clock_ms();
    bool may_grow = network->request_count < network->request_most && !network->growing;
    struct timespec until = moment_after(network->copy_worth_ms - network->waited_ms + 1);
    if (may_grow) (void)pthread_cond_timedwait(&network->freed, &network->lock, &until);
    else (void)pthread_cond_wait(&network->freed, &network->lock);
    network->waited_ms += ts_clock_ms() - since;
}

static ts_request *take(ts_network *network)
{
    ts_request *request = network->free_list;
    if (request) network->free_list = request->next_free;
    return request;
}

ts_request *ts_network_acquire(ts_network *network)
{
    (void)pthread_mutex_lock(&network->lock);
    ts_request *request = take(network);
    while (!request) {
        bool may_grow = network->request_count < network->request_most && !network->growing;
        if (may_grow && network->waited_ms >= network->copy_worth_ms) request = grow(network);
        else wait_for_one(network);
        if (!request) request = take(network);
    }
    (void)pthread_mutex_unlock(&network->lock);
    return request;
}

void ts_network_release(ts_request *request)
{
    if (!request) return;
    ts_network *network = request->network;
    (void)pthread_mutex_lock(&network->lock);
    hand_in(request);
    (void)pthread_cond_signal(&network->freed);
    (void)pthread_mutex_unlock(&network->lock);
}

/* ---- running ------------------------------------------------------------------------------------ */

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
        (void)ts_fail(err, TS_INTERNAL, "network %s has no such input", request->network->spec.name);
        return NULL;
    }
    for (size_t d = 0; d < rank; d++) dims[d] = (int64_t)sizes[d];
    ok = api->ov_tensor_set_shape(request->inputs[index], (ov_shape_t){(int64_t)rank, dims}) == OK &&
         api->ov_tensor_data(request->inputs[index], &data) == OK;
    if (!ok) (void)ov_fail(api, err, TS_ENGINE, "OpenVINO refuses an input of this size");
    return ok ? data : NULL;
}

bool ts_request_run(ts_request *request, ts_error *err)
{
    const ts_network *network = request->network;
    const ov_api *api = &network->engine->api;
    if (api->ov_infer_request_infer(request->infer) == OK)
        return network->spec.input_count == 0 || follow_outputs(request, err);
    char what[160];
    (void)snprintf(what, sizeof what, "network %s failed", network->spec.name);
    return ov_fail(api, err, TS_ENGINE, what);
}

ts_tensor ts_request_output(const ts_request *request, size_t index)
{
    return request->tensors[index];
}
