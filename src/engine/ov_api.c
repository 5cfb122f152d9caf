/* engine: finding and loading libopenvino_c. Knows nothing of networks. */
#include "engine/ov_api.h"

#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Newest first matters little: a folder holds one version. NULL when the folder has none. */
static void *open_from_dir(const char *dir, char *path, size_t path_size)
{
    static const char *const patterns[] = {"%s/libopenvino_c.so*", "%s/lib/libopenvino_c.so*",
                                           "%s/libs/libopenvino_c.so*",
                                           "%s/runtime/lib/intel64/libopenvino_c.so*"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns && !library; i++) {
        char pattern[1024];
        glob_t found;
        int n = snprintf(pattern, sizeof pattern, "%s%s", dir, patterns[i] + 2);
        if (n < 0 || n >= (int)sizeof pattern || glob(pattern, 0, NULL, &found) != 0) continue;
        for (size_t k = 0; k < found.gl_pathc && !library; k++) {
            library = dlopen(found.gl_pathv[k], RTLD_NOW | RTLD_LOCAL);
            if (library) (void)snprintf(path, path_size, "%s", found.gl_pathv[k]);
        }
        globfree(&found);
    }
    return library;
}

/* The one folder to look in when the caller or the environment names one; NULL: the usual places. */
static const char *named_dir(const char *dir)
{
    if (dir) return dir;
    const char *from_env = getenv("TAGSMITH_OPENVINO");
    return from_env && *from_env ? from_env : NULL;
}

static void *open_anywhere(const char *dir, char *path, size_t path_size)
{
    if (dir) return open_from_dir(dir, path, path_size);
    void *library = open_from_dir(TS_OPENVINO_DIR, path, path_size);
    if (library) return library;
    library = dlopen("libopenvino_c.so", RTLD_NOW | RTLD_LOCAL);
    if (library) (void)snprintf(path, path_size, "libopenvino_c.so");
    return library;
}

static bool fail_missing(const char *dir, ts_error *err)
{
    const char *reason = dlerror();
    (void)ts_fail(err, TS_ENGINE, "cannot load the OpenVINO library libopenvino_c.so from %s%s%s",
                  dir ? dir : "the usual places", reason ? ": " : "", reason ? reason : "");
    return ts_hint(
        err, "run scripts/setup, or set TAGSMITH_OPENVINO to the folder of an OpenVINO 2024.0 or newer");
}

bool ov_api_load(ov_api *api, const char *dir, ts_error *err)
{
    memset(api, 0, sizeof *api);
    dir = named_dir(dir);
    api->library = open_anywhere(dir, api->path, sizeof api->path);
    if (!api->library) return fail_missing(dir, err);
    const char *missing = NULL;
    void *symbol = NULL;
/* memcpy, because ISO C has no cast from an object pointer to a function pointer. */
#define OV_LOAD(name)                                                                                        \
    symbol = dlsym(api->library, #name);                                                                     \
    if (!symbol) missing = #name;                                                                            \
    memcpy(&api->name, &symbol, sizeof symbol);
    OV_FUNCTIONS(OV_LOAD)
#undef OV_LOAD
    if (!missing) return true;
    (void)ts_fail(err, TS_ENGINE, "%s is no usable OpenVINO: it lacks %s", api->path, missing);
    (void)ts_hint(err, "use OpenVINO 2024.0 or newer");
    ov_api_unload(api);
    return false;
}

void ov_api_unload(ov_api *api)
{
    /* Never dlclose: OpenVINO's and TBB's threads may still be leaving their code. */
    api->library = NULL;
}
