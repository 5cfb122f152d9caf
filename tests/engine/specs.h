/* tests/engine: two of the real networks, described by hand: one ONNX with two outputs, one small TFLite. */
#ifndef TS_TESTS_ENGINE_SPECS_H
#define TS_TESTS_ENGINE_SPECS_H

#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "tests/support/support.h"

#define CLASSIFIER_PIXELS ((size_t)260 * 260)
#define FACES_PIXELS ((size_t)192 * 192)

static inline ts_network_spec classifier(const char *path)
{
    return (ts_network_spec){.name = "classifier",
                             .path = path,
                             .width = 260,
                             .height = 260,
                             .mean = {127, 127, 127},
                             .scale = {128, 128, 128},
                             .outputs = {"logits", "features"},
                             .output_count = 2};
}

static inline ts_network_spec faces(const char *path)
{
    return (ts_network_spec){.name = "faces",
                             .path = path,
                             .width = 192,
                             .height = 192,
                             .nhwc = true,
                             .mean = {127.5F, 127.5F, 127.5F},
                             .scale = {127.5F, 127.5F, 127.5F},
                             .outputs = {"Identity", "Identity_1"},
                             .output_count = 2};
}

/* Takes float tensors of its own, of any number of rows. */
static inline ts_network_spec texts(const char *path)
{
    return (ts_network_spec){.name = "texts",
                             .path = path,
                             .inputs = {"embedded", "apart"},
                             .input_count = 2,
                             .outputs = {"hidden"},
                             .output_count = 1};
}

static inline ts_engine *open_engine(const char *cache, unsigned streams)
{
    ts_engine_options options = {.cache_dir = cache, .streams = streams};
    ts_error err = {0};
    ts_engine *engine = ts_engine_open(&options, &err);
    if (!engine) fail_msg("%s", err.message);
    return engine;
}

/* Some view, another one for each seed. */
static inline void paint(uint8_t *view, size_t pixels, uint32_t seed)
{
    for (size_t i = 0; i < pixels * 3; i++) view[i] = (uint8_t)((i * (seed + 3)) / 97 + i % (seed + 5) * 9);
}

#endif
