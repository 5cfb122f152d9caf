/* The engine room: load a network, run it. One interface, one backend a library (openvino.c, ov_*.c).
 *
 * A network takes one picture view (packed 8-bit, 3 channels) and gives float tensors; converting to float,
 * normalising and reordering happen inside the compiled graph. Or it takes float tensors of its own, of sizes
 * that may differ from run to run. This room must not know what a network is for: no labels, no pictures, no
 * tags.
 *
 * Threads: one engine and its networks may be used by any number of threads. A request belongs to one
 * thread between acquire and release.
 */
#ifndef TS_ENGINE_ENGINE_H
#define TS_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct ts_engine ts_engine;
typedef struct ts_network ts_network;
typedef struct ts_request ts_request;

typedef struct ts_engine_options {
    const char
        *library_dir; /* folder with libopenvino_c.so*; NULL: $TAGSMITH_OPENVINO, build default, system */
    const char *cache_dir; /* compiled networks are kept here and found again; NULL, or unfit: no cache */
    unsigned streams;      /* networks that run at the same time; each uses one thread; at least 1 */
} ts_engine_options;

/* NULL and TS_ENGINE when the library is missing, too old or refuses to start. */
ts_engine *ts_engine_open(const ts_engine_options *options, ts_error *err);
void ts_engine_close(ts_engine *engine); /* NULL is fine; networks must be closed before */

/* "2026.4.1-22982-..." as the library says; lives as long as the engine. */
const char *ts_engine_version(const ts_engine *engine);
/* Full path of the library in use. */
const char *ts_engine_library(const ts_engine *engine);
/* Name of the processor as the library sees it. */
const char *ts_engine_device(const ts_engine *engine);
/* Does this processor compute in bf16? */
bool ts_engine_has_bf16(const ts_engine *engine);

typedef enum ts_precision { TS_PRECISION_F32 = 0, TS_PRECISION_BF16 } ts_precision;

#define TS_NETWORK_INPUTS_MAX 4
#define TS_NETWORK_OUTPUTS_MAX 8

typedef struct ts_network_spec {
    const char *name;       /* for messages */
    const char *path;       /* .onnx, .tflite or .xml */
    uint32_t width, height; /* of the view */
    bool reshape;           /* the file names another size; the network is made to fit this one */
    bool nhwc;              /* layout of the network's own input; the view is always NHWC */
    float mean[3];          /* per channel in memory order: (x - mean) / scale */
    float scale[3];
    const char *outputs[TS_NETWORK_OUTPUTS_MAX]; /* names in the order in which the caller reads them */
    size_t output_count;
    /* Names of the network's own float inputs, for one that takes no view: then nothing above but name, path and
     * outputs counts, and each run's sizes are said with ts_request_shape. */
    const char *inputs[TS_NETWORK_INPUTS_MAX];
    size_t input_count; /* 0: a view */
    ts_precision precision;
} ts_network_spec;

/* NULL and TS_MODEL when the file cannot be read as a network or lacks an output. */
ts_network *ts_network_open(ts_engine *engine, const ts_network_spec *spec, ts_error *err);
void ts_network_close(ts_network *network); /* NULL is fine; no request may be out */

/* Takes a free request, waiting for one if all are out. Never NULL. There are as many as `streams`; of a network with
 * float inputs there is one at first, and a further one, with a compiled copy of the network to itself (half a second
 * of processor time, up to 100 MiB), only when callers have waited longer than that in all. */
ts_request *ts_network_acquire(ts_network *network);
void ts_network_release(ts_request *request); /* NULL is fine */

/* Where to put the view before ts_request_run: width * height * 3 bytes. */
uint8_t *ts_request_input(ts_request *request);
/* For a network with float inputs of its own: gives the index-th these sizes, and returns where its values go,
 * row-major. They stay for further runs until shaped again. The sizes must be such as the network takes: that is
 * not checked. NULL and TS_ENGINE on failure. */
float *ts_request_shape(ts_request *request, size_t index, const size_t *sizes, size_t rank, ts_error *err);
/* Runs the network on the input and waits. TS_ENGINE on failure. */
bool ts_request_run(ts_request *request, ts_error *err);

/* One output, row-major; borrowed until the request runs again or is released. */
typedef struct ts_tensor {
    const float *data;
    size_t size; /* number of floats */
    size_t rank;
    size_t shape[6];
} ts_tensor;

ts_tensor ts_request_output(const ts_request *request, size_t index);

#endif
