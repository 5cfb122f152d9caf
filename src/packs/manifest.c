/* packs: reading one manifest. Knows the file's form, not what the model is for. */
#include "packs/manifest.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"

static bool is_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return length > 0 && length <= 64 && text[length] == '\0' && text[0] != '.';
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* An optional member of the wrong type is a slip of the pen, never a wish for the default. */
static bool optional_string(const json_t *object, const char *key, const char *fallback, const char **out,
                            ts_error *err)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_null(value) && !json_is_string(value))
        return ts_fail(err, TS_CONFIG, "\"%s\" is no string", key);
    *out = ts_json_string_or(object, key, fallback);
    return true;
}

static bool optional_object(const json_t *object, const char *key, const json_t **out, ts_error *err)
{
    const json_t *value = json_object_get(object, key);
    if (value && !json_is_null(value) && !json_is_object(value))
        return ts_fail(err, TS_CONFIG, "\"%s\" is no object", key);
    *out = json_is_object(value) ? value : NULL;
    return true;
}

static bool parse_side(const json_t *input, const char *key, uint32_t *out, ts_error *err)
{
    long long side = 0;
    if (!ts_json_int(input, key, 1, 4096, &side, err)) return false;
    *out = (uint32_t)side;
    return true;
}

static bool one_of(const json_t *object, const char *key, const char *const *words, size_t count, size_t *out,
                   ts_error *err)
{
    const char *text = ts_json_string(object, key, err);
    if (!text) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *out = i;
        return true;
    }
    return ts_fail(err, TS_CONFIG, "\"%s\" is \"%s\", which is none of its words", key, text);
}

static bool parse_crop(const json_t *input, float *out, ts_error *err)
{
    const json_t *value = json_object_get(input, "crop");
    *out = 1;
    if (!value || json_is_null(value)) return true;
    *out = (float)json_number_value(value); /* 0 for what is no number */
    return (*out > 0 && *out <= 1) || ts_fail(err, TS_CONFIG, "\"crop\" is no number in (0, 1]");
}

/* Optional: [[width, height], ...]. */
static bool parse_shapes(const json_t *shapes, ts_model_input *out, ts_error *err)
{
    size_t count = json_array_size(shapes);
    if (count > TS_MODEL_SHAPES_MAX)
        return ts_fail(err, TS_CONFIG, "\"shapes\" has more than %d entries", TS_MODEL_SHAPES_MAX);
    for (size_t i = 0; i < count; i++) {
        json_int_t width = json_integer_value(json_array_get(json_array_get(shapes, i), 0));
        json_int_t height = json_integer_value(json_array_get(json_array_get(shapes, i), 1));
        if (width < 1 || width > 4096 || height < 1 || height > 4096)
            return ts_fail(err, TS_CONFIG, "\"shapes\"[%zu] is no pair of sides from 1 to 4096", i);
        out->shapes[i] = (ts_model_shape){.width = (uint32_t)width, .height = (uint32_t)height};
    }
    out->shape_count = count;
    return true;
}

static bool parse_input(const json_t *input, ts_model_input *out, ts_error *err)
{
    static const char *const orders[] = {"rgb", "bgr"};
    static const char *const layouts[] = {"nchw", "nhwc"};
    static const char *const fits[] = {"stretch", "crop", "letterbox"};
    size_t order = 0, layout = 0, fit = 0;
    if (json_is_null(input)) return true; /* said plainly: no picture goes in */
    if (!json_is_object(input)) return ts_fail(err, TS_CONFIG, "\"input\" is missing or no object");
    bool ok =
        parse_side(input, "width", &out->width, err) && parse_side(input, "height", &out->height, err) &&
        one_of(input, "order", orders, 2, &order, err) && one_of(input, "layout", layouts, 2, &layout, err) &&
        one_of(input, "fit", fits, 3, &fit, err) && ts_json_floats(input, "mean", out->mean, 3, err) &&
        ts_json_floats(input, "scale", out->scale, 3, err);
    if (!ok) return false;
    out->bgr = order == 1;
    out->nhwc = layout == 1;
    out->fit = (ts_model_fit)fit;
    for (int i = 0; i < 3; i++) {
        if (!isfinite(out->mean[i])) return ts_fail(err, TS_CONFIG, "\"mean\" has a number too large");
        if (!isnormal(out->scale[i]))
            return ts_fail(err, TS_CONFIG, "\"scale\" has a zero or a number too large");
    }
    return parse_crop(input, &out->crop, err) && parse_shapes(json_object_get(input, "shapes"), out, err);
}

static bool parse_outputs(const json_t *outputs, ts_model *out, ts_error *err)
{
    size_t count = json_array_size(outputs);
    if (count == 0 || count > TS_MODEL_OUTPUTS_MAX)
        return ts_fail(err, TS_CONFIG, "\"outputs\" needs 1 to %d entries", TS_MODEL_OUTPUTS_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(outputs, i);
        out->outputs[i].name = ts_json_string(item, "name", err);
        out->outputs[i].role = out->outputs[i].name ? ts_json_string(item, "role", err) : NULL;
        if (!out->outputs[i].role) return false;
    }
    out->output_count = count;
    return true;
}

static bool parse_file(const json_t *file, const char *weights, ts_arena *arena, ts_model *out, ts_error *err)
{
    if (!json_is_object(file)) return ts_fail(err, TS_CONFIG, "\"file\" is missing or no object");
    const char *name = ts_json_string(file, "name", err);
    out->sha256 = name ? ts_json_string(file, "sha256", err) : NULL;
    long long bytes = 0;
    if (!out->sha256 || !ts_json_int(file, "bytes", 0, 1LL << 40, &bytes, err)) return false;
    /* A file name only: a manifest must not reach outside the weights folder. */
    if (!is_name(name)) return ts_fail(err, TS_CONFIG, "\"file.name\" is no plain file name");
    if (!is_sha256(out->sha256)) return ts_fail(err, TS_CONFIG, "\"file.sha256\" is no SHA-256");
    out->bytes = (uint64_t)bytes;
    out->path = ts_path_join(arena, weights, name);
    return out->path || ts_fail_memory(err);
}

bool ts_manifest_parse(const json_t *root, const char *weights, ts_arena *arena, ts_model *out, ts_error *err)
{
    memset(out, 0, sizeof *out);
    out->name = ts_json_string(root, "name", err);
    out->version = ts_json_string(root, "version", err);
    out->analyser = ts_json_string(root, "analyser", err);
    out->licence = ts_json_string(root, "licence", err);
    if (!out->name || !out->version || !out->analyser || !out->licence) return false;
    if (!is_name(out->name)) return ts_fail(err, TS_CONFIG, "\"name\" may hold only a-z 0-9 . _ -");
    bool ok = optional_string(root, "pack", "", &out->pack, err) &&
              optional_string(root, "homepage", "", &out->homepage, err) &&
              optional_string(root, "labels", NULL, &out->labels, err) &&
              optional_object(root, "params", &out->params, err) &&
              optional_object(root, "calibration", &out->calibration, err);
    if (!ok) return false;
    if (out->labels && !is_name(out->labels)) return ts_fail(err, TS_CONFIG, "\"labels\" is no plain name");
    return parse_file(json_object_get(root, "file"), weights, arena, out, err) &&
           parse_input(json_object_get(root, "input"), &out->input, err) &&
           parse_outputs(json_object_get(root, "outputs"), out, err);
}
