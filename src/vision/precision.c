/* vision: choosing between f32 and bf16 for a network, by looking. See precision.h. */
#include "vision/precision.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"

#define TEST_VIEWS 6
/* Healthy bf16 gives 0.98 and more on these views (0.99 on photographs); a broken kernel falls far below. */
#define MIN_COSINE 0.95

/* ---- test views --------------------------------------------------------------------------------- */

/* xorshift32: the views must be the same everywhere and always. */
static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Soft blobs of colour over a gradient with a little grain: edges, areas and texture at several sizes, as
 * photographs have; flat noise alone would leave most of a network silent. */
static void paint_view(uint8_t *rgb, uint32_t width, uint32_t height, uint32_t seed)
{
    uint32_t state = seed * 2654435761U + 12345U;
    float blob[8][6];
    for (int b = 0; b < 8; b++)
        for (int k = 0; k < 6; k++) blob[b][k] = (float)(next_random(&state) % 1000) / 1000.0F;
    for (uint32_t y = 0; y < height; y++)
        for (uint32_t x = 0; x < width; x++, rgb += 3) {
            float u = (float)x / (float)width, v = (float)y / (float)height;
            float colour[3] = {0.3F + 0.4F * v, 0.4F + 0.2F * u, 0.7F - 0.4F * v};
            for (int b = 0; b < 8; b++) {
                float dx = u - blob[b][0], dy = v - blob[b][1], r = 0.04F + 0.25F * blob[b][2];
                if (dx * dx + dy * dy > r * r) continue;
                for (int c = 0; c < 3; c++) colour[c] = 0.3F * colour[c] + 0.7F * blob[b][3 + c];
            }
            float grain = (float)(next_random(&state) % 16) - 8;
            for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)fminf(fmaxf(colour[c] * 255 + grain, 0), 255);
        }
}

/* Over the same ground rows of strokes, some dark and some bright: what readers look for. */
static void paint_writing(uint8_t *rgb, uint32_t width, uint32_t height, uint32_t seed)
{
    uint32_t state = seed * 2654435761U + 54321U, line = height < 64 ? height : 32;
    paint_view(rgb, width, height, seed);
    for (uint32_t top = 0; top + line <= height; top += line) {
        uint8_t ink = next_random(&state) % 2 ? 10 : 245;
        for (uint32_t x = line / 2; x + line / 2 < width; x += 2 + next_random(&state) % (line / 4)) {
            uint32_t from = top + line / 4 + next_random(&state) % (line / 4), to = top + 3 * line / 4;
            for (uint32_t y = from; y < to; y++) memset(rgb + 3 * ((size_t)y * width + x), ink, 6);
        }
    }
}

/* ---- comparing ---------------------------------------------------------------------------------- */

static double cosine(const float *a, const float *b, size_t count)
{
    double ab = 0, aa = 0, bb = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(b[i])) return -1;
        ab += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    if (aa == 0 || bb == 0) return aa == bb ? 1 : 0;
    return ab / sqrt(aa * bb);
}

/* The view's size: the network's own, or for one that takes floats of any size what its manifest says ("check"). */
static ts_model_shape view_size(const ts_eye *eye)
{
    const json_t *check = json_object_get(eye->model->params, "check");
    if (ts_eye_has_view(eye)) return (ts_model_shape){eye->lenses[0].view.width, eye->lenses[0].view.height};
    json_int_t width = json_integer_value(json_array_get(check, 0));
    json_int_t height = json_integer_value(json_array_get(check, 1));
    if (width < 32 || width > 1024 || height < 32 || height > 1024) return (ts_model_shape){0};
    return (ts_model_shape){(uint32_t)width, (uint32_t)height};
}

/* As planes of floats, for a network that takes these. */
static bool put_floats(const ts_eye *eye, const uint8_t *view, ts_model_shape size, ts_request *request,
                       ts_error *err)
{
    const json_t *params = eye->model->params;
    float mean = (float)ts_json_number_or(params, "mean", 0),
          scale = (float)ts_json_number_or(params, "scale", 1);
    size_t plane = (size_t)size.width * size.height;
    float *out = ts_request_shape(request, 0, (size_t[]){1, 3, size.height, size.width}, 4, err);
    for (size_t c = 0; out && c < 3; c++)
        for (size_t i = 0; i < plane; i++) out[c * plane + i] = ((float)view[3 * i + c] - mean) / scale;
    return out != NULL;
}

static bool run_view(const ts_eye *eye, const uint8_t *view, ts_model_shape size, ts_request **out,
                     ts_error *err)
{
    *out = ts_network_acquire(eye->lenses[0].network);
    if (ts_eye_has_view(eye)) memcpy(ts_request_input(*out), view, (size_t)size.width * size.height * 3);
    else if (!put_floats(eye, view, size, *out, err)) return false;
    return ts_request_run(*out, err);
}

static bool compare_view(const ts_eye *exact, const ts_eye *fast, const uint8_t *view, ts_model_shape size,
                         double *worst, ts_error *err)
{
    ts_request *a = NULL;
    ts_request *b = NULL;
    bool ok = run_view(exact, view, size, &a, err) && run_view(fast, view, size, &b, err);
    for (size_t i = 0; ok && i < exact->model->output_count; i++) {
        ts_tensor x = ts_request_output(a, i), y = ts_request_output(b, i);
        *worst = fmin(*worst, cosine(x.data, y.data, x.size));
    }
    ts_network_release(a);
    ts_network_release(b);
    return ok;
}

static bool compare(ts_engine *engine, const ts_eye *eye, double *worst, ts_error *err)
{
    ts_eye exact = *eye, fast = *eye;
    exact.lens_count = fast.lens_count = 1; /* other sizes run the same kernels */
    ts_model_shape size = view_size(eye);
    uint8_t *view = malloc((size_t)size.width * size.height * 3);
    bool ok = view != NULL;
    if (!ok) (void)ts_fail_memory(err);
    ok = ok && ts_eye_load(&exact, engine, TS_PRECISION_F32, err);
    ok = ok && ts_eye_load(&fast, engine, TS_PRECISION_BF16, err);
    *worst = 1;
    for (uint32_t i = 0; ok && i < TEST_VIEWS; i++) {
        (ts_eye_has_view(eye) ? paint_view : paint_writing)(view, size.width, size.height, i + 1);
        ok = compare_view(&exact, &fast, view, size, worst, err);
    }
    ts_eye_unload(&exact);
    ts_eye_unload(&fast);
    free(view);
    return ok;
}

/* ---- the verdict -------------------------------------------------------------------------------- */

/* One small file for each network, processor and library version; its text is the worst cosine. */
static bool verdict_path(const ts_engine *engine, const ts_eye *eye, const char *cache, ts_buf *path,
                         ts_error *err)
{
    ts_buf key = {0};
    char hex[65];
    bool ok = ts_buf_printf(&key, "%s|%s|%s|1", eye->model->sha256, ts_engine_device(engine),
                            ts_engine_version(engine)) ||
              ts_fail_memory(err);
    ok = ok && ts_sha256_bytes(key.data, key.length, hex, err);
    ok = ok && (ts_buf_printf(path, "%s/%s-%.16s.bf16", cache, eye->model->name, hex) || ts_fail_memory(err));
    ts_buf_free(&key);
    return ok;
}

/* What is no cosine is no verdict: then both look again. */
static bool read_verdict(const char *path, double *worst)
{
    ts_buf text = {0};
    char *end = NULL;
    bool ok = ts_file_read(path, 64, &text, NULL) && text.length > 0;
    double value = ok ? strtod(text.data, &end) : 0;
    ok = ok && end != text.data && strcmp(end, "\n") == 0 && fabs(value) <= 1.001;
    if (ok) *worst = value;
    ts_buf_free(&text);
    return ok;
}

/* A verdict that cannot be kept only costs the next start a moment. */
static void write_verdict(const char *cache, const char *path, double worst)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%.6f\n", worst);
    if (n > 0 && ts_dir_make(cache, NULL)) (void)ts_file_write_atomic(path, text, (size_t)n, NULL);
}

static bool judge(ts_engine *engine, const ts_eye *eye, const char *cache, double *worst, ts_error *err)
{
    ts_buf path = {0};
    bool ok = !cache || verdict_path(engine, eye, cache, &path, err);
    if (ok && !(cache && read_verdict(path.data, worst))) {
        ok = compare(engine, eye, worst, err);
        if (ok && cache) write_verdict(cache, path.data, *worst);
    }
    ts_buf_free(&path);
    return ok;
}

bool ts_precision_choose(ts_engine *engine, const ts_eye *eye, const char *cache, const char *wish,
                         ts_precision *out, char *note, size_t note_size, ts_error *err)
{
    *out = TS_PRECISION_F32;
    note[0] = '\0';
    if (wish && strcmp(wish, "f32") == 0) return true;
    if (view_size(eye).width == 0) return true; /* there is nothing to compare by */
    bool forced = wish && strcmp(wish, "bf16") == 0;
    if (!forced && wish && strcmp(wish, "auto") != 0) {
        (void)ts_fail(err, TS_USAGE, "there is no precision \"%s\"", wish);
        return ts_hint(err, "choose auto, f32 or bf16");
    }
    if (!ts_engine_has_bf16(engine)) return true;
    double worst = 1;
    if (!forced && !judge(engine, eye, cache, &worst, err)) return false;
    if (worst >= MIN_COSINE) {
        *out = TS_PRECISION_BF16;
        return true;
    }
    (void)snprintf(note, note_size,
                   "network %s runs in f32: in bf16 this processor's answers differ (cosine %.3f)",
                   eye->model->name, worst);
    return true;
}
