/* Private to the engine room: what the files of the OpenVINO backend share. */
#ifndef TS_ENGINE_OV_NETWORK_H
#define TS_ENGINE_OV_NETWORK_H

#include <pthread.h>

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
    ov_compiled_model_t
        *own; /* a copy of the network for this request alone; NULL: the network's common one */
    ov_infer_request_t *infer;
    ov_tensor_t *input;
    uint8_t *input_data;
    ov_tensor_t *inputs[TS_NETWORK_INPUTS_MAX]; /* of a network without a view */
    ov_tensor_t *outputs[TS_NETWORK_OUTPUTS_MAX];
    ts_tensor tensors[TS_NETWORK_OUTPUTS_MAX];
};

struct ts_network {
    ts_engine *engine;
    ts_network_spec spec; /* name, path and names are copies of ours */
    char *texts[2 + TS_NETWORK_OUTPUTS_MAX + TS_NETWORK_INPUTS_MAX]; /* that these point to */
    size_t text_count;
    ov_compiled_model_t *common; /* of a network with a view */
    ts_request *requests;        /* room for as many as the engine has streams */
    size_t request_count;        /* made so far */
    size_t request_most;
    bool growing;          /* one caller makes a further request */
    double waited_ms;      /* what callers waited in all since the last one was made */
    double copy_worth_ms;  /* from which wait on a further one is made */
    ts_request *free_list; /* the one that was used last comes first */
    pthread_mutex_t lock;
    pthread_cond_t freed;
};

/* False, with what OpenVINO says about its last failure. */
bool ov_fail(const ov_api *api, ts_error *err, ts_code code, const char *what);

/* Reads the network's file and compiles it for so many callers at once. NULL and TS_MODEL on failure. */
ov_compiled_model_t *ov_compile(const ts_network *network, unsigned streams, ts_error *err);

/* The requests that a network begins with. */
bool ov_requests_make(ts_network *network, ts_error *err);
void ov_requests_free(ts_network *network);

#endif
