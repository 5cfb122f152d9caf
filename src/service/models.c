/* service: the use case "models". Listing and verifying are packs/' work; fetching and converting, which
 * happens once, is that of the Python scripts beside the manifests. */
#include "service/models.h"

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "packs/packs.h"

static bool is_wanted(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return count == 0;
}

static bool check_names(const ts_packs *packs, const char *const *names, size_t count, ts_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (ts_packs_find(packs, names[i])) continue;
        (void)ts_fail(err, TS_USAGE, "there is no model \"%s\"", names[i]);
        return ts_hint(err, "tagsmith models list shows their names");
    }
    return true;
}

static void visit_models(const ts_packs *packs, const char *const *names, size_t count, bool verify,
                         ts_model_visit visit, void *context, size_t *faults)
{
    for (size_t i = 0; i < ts_packs_count(packs); i++) {
        const ts_model *model = ts_packs_at(packs, i);
        if (!is_wanted(names, count, model->name)) continue;
        ts_error fault = {0};
        bool present = ts_file_exists(model->path);
        bool good = verify ? ts_model_verify(model, &fault) : present;
        if (!good) ++*faults;
        ts_model_row row = {model->name,  model->version, model->analyser,
                            model->pack,  model->licence, model->path,
                            model->bytes, present,        verify && !good ? &fault : NULL};
        visit(context, &row);
    }
}

bool ts_service_models(const char *models_dir, const char *const *names, size_t count, bool verify,
                       ts_model_visit visit, void *context, size_t *faults, ts_error *err)
{
    *faults = 0;
    ts_arena *arena = ts_arena_new(0);
    ts_folders folders = {0};
    ts_packs *packs = NULL;
    bool ok = arena ? ts_folders_find(arena, &folders, err) : ts_fail_memory(err);
    if (ok) packs = ts_packs_open(folders.share, models_dir ? models_dir : folders.weights, err);
    ok = packs && check_names(packs, names, count, err);
    if (ok) visit_models(packs, names, count, verify, visit, context, faults);
    ts_packs_close(packs);
    ts_arena_free(arena);
    return ok;
}

/* ---- fetching and converting --------------------------------------------------------------------------- */

/* The environment that set-up made, else whatever Python there is. */
static const char *find_python(ts_arena *arena, const char *share)
{
    const char *deps = getenv("TAGSMITH_DEPS");
    const char *below = deps && *deps ? deps : ts_path_join(arena, share, "deps");
    const char *python = below ? ts_path_join(arena, below, "venv/bin/python") : NULL;
    return python && access(python, X_OK) == 0 ? python : "python3";
}

static const char **make_arguments(ts_arena *arena, const char *python, const char *script,
                                   const char *action, const char *models_dir, const char *const *names,
                                   size_t count)
{
    const char **arguments = TS_NEW_ARRAY(arena, count + 7, const char *);
    if (!arguments) return NULL;
    size_t n = 0;
    arguments[n++] = python;
    arguments[n++] = script;
    arguments[n++] = action;
    if (models_dir) {
        arguments[n++] = "--models";
        arguments[n++] = models_dir;
    }
    if (count) arguments[n++] = "--";
    for (size_t i = 0; i < count; i++) arguments[n++] = names[i];
    return arguments;
}

static bool run_and_wait(const char **arguments, ts_error *err)
{
    pid_t child = 0;
    int number = posix_spawnp(&child, arguments[0], NULL, NULL, (char *const *)(uintptr_t)arguments, environ);
    if (number != 0) {
        (void)ts_fail(err, TS_NOT_FOUND, "cannot start %s: %s", arguments[0], strerrordesc_np(number));
        return ts_hint(err, "install Python 3, or run scripts/setup in the source tree");
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    (void)ts_fail(err, TS_MODEL, "%s %s did not finish", arguments[1], arguments[2]);
    return ts_hint(err, "its own message stands above; scripts/setup brings what it needs");
}

bool ts_service_models_bring(const char *action, const char *models_dir, const char *const *names,
                             size_t count, ts_error *err)
{
    ts_arena *arena = ts_arena_new(0);
    ts_folders folders = {0};
    bool ok = arena ? ts_folders_find(arena, &folders, err) : ts_fail_memory(err);
    const char *script = ok ? ts_path_join(arena, folders.share, "scripts/models.py") : NULL;
    if (ok && (!script || !ts_file_exists(script))) {
        ok = ts_fail(err, TS_NOT_FOUND, "this installation has no scripts/models.py");
        (void)ts_hint(err, "run tagsmith models %s from the source tree, then set TAGSMITH_MODELS", action);
    }
    if (ok) {
        const char **arguments = make_arguments(arena, find_python(arena, folders.share), script, action,
                                                models_dir, names, count);
        ok = arguments ? run_and_wait(arguments, err) : ts_fail_memory(err);
    }
    ts_arena_free(arena);
    return ok;
}
