/* vision: safety. One probability that the picture is not safe for work. */
#include <math.h>

#include "vision/analyser.h"

static bool look_safety(const ts_eye *eye, const void *state, const ts_look *look, ts_seen *seen,
                        ts_error *err)
{
    (void)state;
    ts_request *request = NULL;
    size_t at = 0;
    bool ok = ts_eye_output(eye, "probabilities", &at, err) &&
              ts_eye_run(eye, &look->picture->pixels, NULL, &request, err);
    if (ok) {
        ts_tensor p = ts_request_output(request, at);
        ok = p.size == 2 ||
             ts_fail(err, TS_MODEL, "model %s does not give two probabilities", eye->model->name);
        if (ok) seen->nsfw = fminf(fmaxf(p.data[1], 0), 1);
    }
    ts_network_release(request);
    seen->has_safety = ok;
    seen->safety_source = &eye->source;
    return ok;
}

const ts_analyser ts_analyser_safety = {
    .name = "safety",
    .help = "how likely the picture is not safe for work (nudity); it does not see violence or drugs",
    .on_by_default = true,
    .model = "safety",
    .wanted_side = 256,
    .look = look_safety,
};
