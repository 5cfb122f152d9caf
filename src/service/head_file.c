/* service: taught heads written and read. Knows no pictures. */
#include "service/head_file.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"

enum { name_max = 64, digits = 7 };
static const char kind[] = "tagsmith head 1";

bool ts_head_name_fits(const char *name)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t length = strlen(name);
    if (length < 1 || length > name_max || !strchr(first, name[0])) return false;
    for (size_t i = 0; i < length; i++)
        if (!strchr(first, name[i]) && !strchr("._-", name[i])) return false;
    return true;
}

static unsigned highest_version(const char *folder)
{
    unsigned highest = 0;
    DIR *dir = opendir(folder);
    if (!dir) return 0;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        char *end = NULL;
        unsigned long number = strtoul(entry->d_name, &end, 10);
        bool is_version = end != entry->d_name && strcmp(end, ".json") == 0 && number < 1000000000;
        if (is_version && number > highest) highest = (unsigned)number;
    }
    (void)closedir(dir);
    return highest;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static json_t *numbers_of(const double *values, size_t count)
{
    json_t *numbers = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(numbers, json_real((double)(float)values[i])) != 0) break;
    return numbers;
}

/* Each class with its bias and its weights. */
static json_t *classes_of(const ts_taught_head *head)
{
    const ts_classifier *c = &head->classifier;
    json_t *classes = json_array();
    for (size_t k = 0; k < c->class_count; k++) {
        const double *row = c->weights + k * (c->width + 1);
        json_t *one =
            json_pack("{s:s, s:b, s:f, s:o}", "name", head->classes[k], "background", k == head->background,
                      "bias", row[c->width], "weights", numbers_of(row, c->width));
        if (json_array_append_new(classes, one) != 0) break;
    }
    return classes;
}

static char *text_of(const ts_taught_head *head)
{
    const ts_classifier *c = &head->classifier;
    json_t *json = json_pack("{s:s, s:s, s:I, s:s, s:I, s:f, s:f, s:o}", "kind", kind, "name", head->name,
                             "version", (json_int_t)head->version, "model", head->model, "width",
                             (json_int_t)c->width, "c", c->c, "scale", c->scale, "classes", classes_of(head));
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(digits)) : NULL;
    json_decref(json);
    return text;
}

bool ts_head_file_write(const char *data, ts_taught_head *head, ts_arena *arena, ts_error *err)
{
    const char *folder = ts_arena_printf(arena, "%s/heads/%s", data, head->name);
    if (!folder) return ts_fail_memory(err);
    if (!ts_dir_make(folder, err)) return false;
    head->version = highest_version(folder) + 1;
    head->path = ts_arena_printf(arena, "%s/%u.json", folder, head->version);
    char *text = text_of(head);
    bool ok =
        text && head->path ? ts_file_write_atomic(head->path, text, strlen(text), err) : ts_fail_memory(err);
    free(text);
    return ok;
}

/* ---- reading ------------------------------------------------------------------------------------------------------------ */

static bool read_class(const json_t *one, double *row, size_t width, const char **name, ts_arena *arena,
                       ts_error *err)
{
    const json_t *weights = json_object_get(one, "weights");
    const char *text = ts_json_string(one, "name", err);
    if (!text) return false;
    *name = ts_arena_strdup(arena, text);
    if (!*name) return ts_fail_memory(err);
    if (json_array_size(weights) != width)
        return ts_fail(err, TS_CONFIG, "class \"%.100s\" has not %zu weights", text, width);
    row[width] = ts_json_number_or(one, "bias", NAN);
    bool sound = isfinite(row[width]);
    for (size_t i = 0; i < width; i++) {
        const json_t *weight = json_array_get(weights, i);
        row[i] = json_number_value(weight);
        sound = sound && json_is_number(weight);
    }
    return sound || ts_fail(err, TS_CONFIG, "class \"%.100s\" has weights that are no numbers", text);
}

static bool read_classes(const json_t *root, ts_arena *arena, ts_taught_head *out, ts_error *err)
{
    ts_classifier *c = &out->classifier;
    const json_t *classes = json_object_get(root, "classes");
    c->class_count = json_array_size(classes);
    if (c->class_count < 2) return ts_fail(err, TS_CONFIG, "a head has two classes at least");
    const char **names = TS_NEW_ARRAY(arena, c->class_count, const char *);
    double *weights = ts_arena_array(arena, c->class_count, (c->width + 1) * sizeof *weights);
    if (!names || !weights) return ts_fail_memory(err);
    out->background = c->class_count;
    for (size_t k = 0; k < c->class_count; k++) {
        const json_t *one = json_array_get(classes, k);
        if (!read_class(one, weights + k * (c->width + 1), c->width, &names[k], arena, err)) return false;
        if (ts_json_bool_or(one, "background", false)) out->background = k;
    }
    c->weights = weights;
    out->classes = names;
    return true;
}

static bool read_head(const json_t *root, ts_arena *arena, ts_taught_head *out, ts_error *err)
{
    long long version, width;
    const char *said = ts_json_string(root, "kind", err), *name = ts_json_string(root, "name", err);
    const char *model = ts_json_string(root, "model", err);
    if (!said || !name || !model || !ts_json_int(root, "version", 1, 999999999, &version, err) ||
        !ts_json_int(root, "width", 1, 1 << 20, &width, err))
        return false;
    if (strcmp(said, kind) != 0) return ts_fail(err, TS_CONFIG, "\"%.40s\" is not \"%s\"", said, kind);
    out->name = ts_arena_strdup(arena, name);
    out->model = ts_arena_strdup(arena, model);
    out->version = (unsigned)version;
    out->classifier = (ts_classifier){.width = (size_t)width,
                                      .scale = ts_json_number_or(root, "scale", 1),
                                      .c = ts_json_number_or(root, "c", 0)};
    if (!out->name || !out->model) return ts_fail_memory(err);
    return read_classes(root, arena, out, err);
}

bool ts_head_file_read(const char *data, const char *name, unsigned version, ts_arena *arena,
                       ts_taught_head *out, ts_error *err)
{
    *out = (ts_taught_head){0};
    if (!ts_head_name_fits(name)) return ts_fail(err, TS_USAGE, "\"%.80s\" is no name of a head", name);
    const char *folder = ts_arena_printf(arena, "%s/heads/%s", data, name);
    if (!folder) return ts_fail_memory(err);
    if (!version) version = highest_version(folder);
    if (!version) return ts_fail(err, TS_NOT_FOUND, "there is no head \"%s\"", name);
    out->path = ts_arena_printf(arena, "%s/%u.json", folder, version);
    if (!out->path) return ts_fail_memory(err);
    json_t *root = ts_json_read_file(out->path, err);
    bool ok = root && read_head(root, arena, out, err);
    json_decref(root);
    return ok;
}
