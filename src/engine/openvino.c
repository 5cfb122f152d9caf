/* engine: the OpenVINO backend: the library's start, and networks opened and closed.
 *
 * Each run of a network uses one thread: a tagging thread runs its picture's networks one after another, so parallelism
 * comes from pictures, not from inside a network. How networks are read and compiled is in ov_compile.c, how they are
 * run in ov_request.c.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/ov_network.h"

/* ---- engine ------------------------------------------------------------------------------------- */

bool ov_fail(const ov_api *api, ts_error *err, ts_code code, const char *what)
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
        return ov_fail(&engine->api, err, TS_ENGINE, "OpenVINO does not tell its version");
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
    return status == OK || ov_fail(api, err, TS_ENGINE, "OpenVINO refuses its settings");
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
        (void)ov_fail(&engine->api, err, TS_ENGINE, "OpenVINO does not start");
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

/* ---- networks ----------------------------------------------------------------------------------- */

/* What the spec points to belongs to its caller: the network keeps copies. */
static bool keep_text(ts_network *network, const char **text)
{
    char *copy = strdup(*text);
    if (copy) network->texts[network->text_count++] = copy;
    *text = copy;
    return copy != NULL;
}

static bool keep_spec(ts_network *network, const ts_network_spec *spec, ts_error *err)
{
    ts_network_spec *own = &network->spec;
    if (spec->output_count > TS_NETWORK_OUTPUTS_MAX || spec->input_count > TS_NETWORK_INPUTS_MAX)
        return ts_fail(err, TS_MODEL, "too many inputs or outputs");
    *own = *spec;
    bool ok = keep_text(network, &own->name) && keep_text(network, &own->path);
    for (size_t i = 0; i < own->output_count && ok; i++) ok = keep_text(network, &own->outputs[i]);
    for (size_t i = 0; i < own->input_count && ok; i++) ok = keep_text(network, &own->inputs[i]);
    return ok || ts_fail_memory(err);
}

static void start_lock(ts_network *network)
{
    pthread_condattr_t forward;
    (void)pthread_condattr_init(&forward);
    (void)pthread_condattr_setclock(&forward, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&network->lock, NULL);
    (void)pthread_cond_init(&network->freed, &forward);
    (void)pthread_condattr_destroy(&forward);
}

ts_network *ts_network_open(ts_engine *engine, const ts_network_spec *spec, ts_error *err)
{
    ts_network *network = calloc(1, sizeof *network);
    if (!network) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    network->engine = engine;
    start_lock(network);
    if (keep_spec(network, spec, err) && ov_requests_make(network, err)) return network;
    ts_network_close(network);
    return NULL;
}

void ts_network_close(ts_network *network)
{
    if (!network) return;
    ov_requests_free(network);
    if (network->common) network->engine->api.ov_compiled_model_free(network->common);
    for (size_t i = 0; i < network->text_count; i++) free(network->texts[i]);
    (void)pthread_cond_destroy(&network->freed);
    (void)pthread_mutex_destroy(&network->lock);
    free(network);
}
