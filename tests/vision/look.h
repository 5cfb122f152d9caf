/* tests/vision: open analysers, photographs looked at through them. Helpers end the test as failed. */
#ifndef TS_TESTS_VISION_LOOK_H
#define TS_TESTS_VISION_LOOK_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "vision/analyser.h"

typedef struct viewer {
    ts_vision *vision;
    ts_decoder_pool *pool;
    ts_arena *arena;
} viewer;

static inline ts_vision_options vision_options(const char *analysers)
{
    static char *weights;
    if (!weights) weights = ts_test_dep("models");
    return (ts_vision_options){.share = ts_test_source(),
                               .weights = weights,
                               .analysers = analysers,
                               .precision = "f32",
                               .streams = 1};
}

static inline viewer *viewer_new(const ts_vision_options *options)
{
    viewer *v = calloc(1, sizeof *v);
    ts_error err = {0};
    ts_decoder_options decode = {.limits = TS_DECODE_LIMITS_DEFAULT, .workers = 1, .in_process = true};
    v->pool = ts_decoder_pool_new(&decode, &err);
    v->vision = v->pool ? ts_vision_open(options, &err) : NULL;
    if (!v->vision) fail_msg("%s", err.message);
    v->arena = ts_arena_new(0);
    return v;
}

static inline void viewer_free(viewer *v)
{
    ts_vision_close(v->vision);
    ts_decoder_pool_free(v->pool);
    ts_arena_free(v->arena);
    free(v);
}

/* Does this processor compute in bf16, and well enough for these analysers that "auto" takes it? Where it does not,
 * falling back is right, and comparing would prove nothing. */
static inline bool bf16_is_good(const char *analysers)
{
    ts_engine_options engine_options = {.streams = 1};
    ts_error err = {0};
    ts_engine *engine = ts_engine_open(&engine_options, &err);
    if (!engine) fail_msg("%s", err.message);
    bool good = ts_engine_has_bf16(engine);
    ts_engine_close(engine);
    if (!good) return false;
    ts_vision_options options = vision_options(analysers);
    options.precision = "auto";
    viewer *v = viewer_new(&options);
    const char *const *notes = NULL;
    good = ts_vision_notes(v->vision, &notes) == 0;
    viewer_free(v);
    return good;
}

/* What there is to see in an encoded picture; lives as long as the viewer. info may be NULL. */
static inline ts_seen look_at_bytes(viewer *v, const void *bytes, size_t length, ts_look_wishes wishes,
                                    ts_picture_info *info)
{
    ts_decoded picture = {0};
    ts_seen seen = {.arena = v->arena};
    ts_error err = {0};
    bool ok = ts_decode(v->pool, bytes, length, ts_vision_wanted_side(v->vision), &picture, &err) &&
              ts_vision_look(v->vision, &picture, wishes, &seen, &err);
    if (!ok) fail_msg("%s", err.message);
    if (info) *info = picture.info;
    ts_decoded_release(v->pool, &picture);
    return seen;
}

static inline ts_seen look_at_photo(viewer *v, const char *name, ts_look_wishes wishes)
{
    char *path = ts_test_dep(name);
    size_t length = 0;
    char *bytes = ts_test_read(path, &length);
    ts_seen seen = look_at_bytes(v, bytes, length, wishes, NULL);
    free(bytes);
    free(path);
    return seen;
}

/* The best box of this label, or NULL. */
static inline const ts_observation *best_of(const ts_seen *seen, const char *label)
{
    const ts_observation *best = NULL;
    for (size_t i = 0; i < seen->count; i++)
        if (strcmp(seen->items[i].label, label) == 0 && (!best || seen->items[i].raw > best->raw))
            best = &seen->items[i];
    return best;
}

#endif
