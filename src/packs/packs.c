/* packs: all manifests of a folder, their label lists, and the check of their files. */
#include "packs/packs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "packs/manifest.h"

struct ts_packs {
    ts_arena *arena;
    const char *share;
    ts_model *models;
    json_t **roots;
    size_t count;
};

/* A calibration that was fitted here (tagsmith calibrate --write) lies beside the weights and goes before the manifest's. */
static bool take_own_calibration(const char *weights, const char *manifest, ts_arena *arena, json_t *root,
                                 ts_error *err)
{
    const char *base = ts_path_base(manifest);
    const char *path = ts_arena_printf(arena, "%s/%.*s.calibration.json", weights,
                                       (int)(strlen(base) - strlen(".json")), base);
    if (!path) return ts_fail_memory(err);
    if (!ts_file_exists(path)) return true;
    json_t *own = ts_json_read_file(path, err);
    if (!own) return false;
    if (json_is_object(own)) return json_object_set_new(root, "calibration", own) == 0 || ts_fail_memory(err);
    json_decref(own);
    return ts_fail(err, TS_CONFIG, "%s holds no calibration", path);
}

static bool load_one(ts_packs *packs, const char *path, const char *weights, ts_error *err)
{
    json_t *root = ts_json_read_file(path, err);
    if (!root) return false;
    packs->roots[packs->count] = root;
    ts_model *model = &packs->models[packs->count++];
    if (!take_own_calibration(weights, path, packs->arena, root, err)) return false;
    if (!ts_manifest_parse(root, weights, packs->arena, model, err)) return ts_fail_prefix(err, "%s", path);
    /* The file's name is the model's: so that `models verify NAME` and a person find the same one. */
    const char *base = ts_path_base(path);
    size_t length = strlen(model->name);
    if (strncmp(base, model->name, length) != 0 || strcmp(base + length, ".json") != 0)
        return ts_fail(err, TS_CONFIG, "%s describes a model named %s", path, model->name);
    return true;
}

static bool load_all(ts_packs *packs, const char *dir, struct dirent **found, size_t count,
                     const char *weights, ts_error *err)
{
    packs->models = TS_NEW_ARRAY(packs->arena, count, ts_model);
    packs->roots = TS_NEW_ARRAY(packs->arena, count, json_t *);
    if (!packs->models || !packs->roots) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const char *path = ts_path_join(packs->arena, dir, found[i]->d_name);
        if (!path) return ts_fail_memory(err);
        if (!load_one(packs, path, weights, err)) return false;
    }
    return true;
}

static int is_manifest(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return entry->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    /* By the models' names, not the files': "e5" comes before "e5-words", but "e5.json" does not. */
    const char *x = (*a)->d_name, *y = (*b)->d_name;
    size_t m = strlen(x) - strlen(".json"), n = strlen(y) - strlen(".json");
    int order = memcmp(x, y, m < n ? m : n);
    return order ? order : (m > n) - (m < n);
}

static bool open_all(ts_packs *packs, const char *share, const char *weights, ts_error *err)
{
    packs->share = ts_arena_strdup(packs->arena, share);
    const char *kept = ts_arena_strdup(packs->arena, weights);
    const char *dir = ts_path_join(packs->arena, share, "models");
    if (!packs->share || !kept || !dir) return ts_fail_memory(err);
    struct dirent **found = NULL;
    int count = scandir(dir, &found, is_manifest, by_name);
    bool ok = count > 0;
    if (!ok) {
        (void)ts_fail(err, TS_NOT_FOUND, "no model manifests in %s", dir);
        (void)ts_hint(err, "set TAGSMITH_SHARE to the folder that holds models/ and vocab/");
    }
    ok = ok && load_all(packs, dir, found, (size_t)count, kept, err);
    for (int i = 0; i < count; i++) free(found[i]);
    free(found);
    return ok;
}

ts_packs *ts_packs_open(const char *share, const char *weights, ts_error *err)
{
    ts_packs *packs = calloc(1, sizeof *packs);
    if (packs) packs->arena = ts_arena_new(0);
    if (!packs || !packs->arena) {
        free(packs);
        (void)ts_fail_memory(err);
        return NULL;
    }
    if (open_all(packs, share, weights, err)) return packs;
    ts_packs_close(packs);
    return NULL;
}

void ts_packs_close(ts_packs *packs)
{
    if (!packs) return;
    for (size_t i = 0; i < packs->count; i++) json_decref(packs->roots[i]);
    ts_arena_free(packs->arena);
    free(packs);
}

size_t ts_packs_count(const ts_packs *packs)
{
    return packs->count;
}

const ts_model *ts_packs_at(const ts_packs *packs, size_t index)
{
    return &packs->models[index];
}

const ts_model *ts_packs_find(const ts_packs *packs, const char *name)
{
    for (size_t i = 0; i < packs->count; i++)
        if (strcmp(packs->models[i].name, name) == 0) return &packs->models[i];
    return NULL;
}

/* ---- label lists -------------------------------------------------------------------------------- */

static size_t count_rows(const char *text)
{
    size_t rows = 0;
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
        rows += *line != '#' && *line != '\n';
    return rows;
}

/* Rows are numbered, so that a list that lost one is not off by one from there on. */
static bool begins_with(const char *line, size_t number)
{
    char *end = NULL;
    if (*line < '0' || *line > '9') return false;
    return strtoull(line, &end, 10) == number && *end == '\t';
}

static bool parse_labels(const char *path, char *text, ts_arena *arena, ts_labels *out, ts_error *err)
{
    size_t rows = count_rows(text);
    if (rows == 0) return ts_fail(err, TS_CONFIG, "%s holds no label", path);
    const char **names = TS_NEW_ARRAY(arena, rows, const char *);
    if (!names) return ts_fail_memory(err);
    size_t n = 0;
    char *rest = text;
    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        if (*line == '#' || *line == '\0') continue;
        char *tab = strrchr(line, '\t');
        if (!tab || !tab[1] || !begins_with(line, n))
            return ts_fail(err, TS_CONFIG, "%s: row %zu must begin with the number %zu and hold a name", path,
                           n + 1, n);
        names[n++] = tab + 1;
    }
    out->names = names;
    out->count = n;
    return true;
}

bool ts_packs_labels(const ts_packs *packs, const char *name, ts_arena *arena, ts_labels *out, ts_error *err)
{
    const char *path = ts_arena_printf(arena, "%s/models/labels/%s.tsv", packs->share, name);
    if (!path) return ts_fail_memory(err);
    ts_buf buf = {0};
    bool ok = ts_file_read(path, (size_t)4 << 20, &buf, err);
    char *text = ok ? ts_arena_strndup(arena, buf.data, buf.length) : NULL;
    if (ok && !text) (void)ts_fail_memory(err);
    ok = text && parse_labels(path, text, arena, out, err);
    ts_buf_free(&buf);
    return ok;
}

/* ---- heads -------------------------------------------------------------------------------------- */

static bool is_for(const json_t *root, const ts_model *model)
{
    return strcmp(ts_json_string_or(root, "model", ""), model->name) == 0 &&
           strcmp(ts_json_string_or(root, "model_version", ""), model->version) == 0;
}

static bool fill_head(const json_t *root, ts_arena *arena, ts_head *head, ts_error *err)
{
    size_t features = json_array_size(json_object_get(root, "weights"));
    float *weights = TS_NEW_ARRAY(arena, features, float);
    const char *version = ts_json_string(root, "version", err);
    if (!version) return false;
    head->version = ts_arena_strdup(arena, version);
    if (!weights || !head->version) return ts_fail_memory(err);
    if (!ts_json_floats(root, "weights", weights, features, err)) return false;
    float scale = (float)ts_json_number_or(root, "scale", 1);
    for (size_t i = 0; i < features; i++) weights[i] *= scale;
    head->bias = (float)ts_json_number_or(root, "bias", 0);
    head->weights = weights;
    head->count = features;
    return true;
}

bool ts_packs_head(const ts_packs *packs, const char *name, const ts_model *model, ts_arena *arena,
                   const ts_head **out, ts_error *err)
{
    *out = NULL;
    const char *path = ts_arena_printf(arena, "%s/models/heads/%s.json", packs->share, name);
    if (!path) return ts_fail_memory(err);
    if (!ts_file_exists(path)) return true;
    json_t *root = ts_json_read_file(path, err);
    if (!root) return false;
    bool ok = true;
    if (is_for(root, model)) {
        ts_head *head = TS_NEW(arena, ts_head);
        ok = head ? fill_head(root, arena, head, err) : ts_fail_memory(err);
        if (ok) *out = head;
    }
    json_decref(root);
    return ok;
}

/* ---- verification ------------------------------------------------------------------------------- */

static bool hint_fetch(ts_error *err)
{
    return ts_hint(err, "run scripts/setup, or `tagsmith models convert`, to fetch and convert it");
}

bool ts_model_verify(const ts_model *model, ts_error *err)
{
    int64_t size = ts_file_size(model->path);
    if (size < 0) {
        (void)ts_fail(err, TS_MODEL, "model %s is missing: no file %s", model->name, model->path);
        return hint_fetch(err);
    }
    char hex[65];
    if ((uint64_t)size == model->bytes) {
        if (!ts_sha256_file(model->path, hex, err)) return false;
        if (strcmp(hex, model->sha256) == 0) return true;
    }
    (void)ts_fail(err, TS_MODEL, "model %s is damaged: %s is not the file that its manifest describes",
                  model->name, model->path);
    return hint_fetch(err);
}
