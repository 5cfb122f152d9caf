/* engine: finding and loading libopenvino_c. Knows nothing of networks. */
#include "engine/ov_api.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *open_library(const char *dir, const char *below, const char *name, char *path, size_t path_size)
{
    int n = snprintf(path, path_size, "%s%s/%s", dir, below, name);
    return n > 0 && (size_t)n < path_size ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

/* The library in one folder, under whatever version its name ends with. NULL when there is none. */
static void *open_below(const char *dir, const char *below, char *path, size_t path_size)
{
    static const char name[] = "libopenvino_c.so";
    char folder[1024];
    int n = snprintf(folder, sizeof folder, "%s%s", dir, below);
    DIR *entries = n > 0 && n < (int)sizeof folder ? opendir(folder) : NULL;
    void *library = NULL;
    for (struct dirent *entry; entries && !library && (entry = readdir(entries));)
        if (strncmp(entry->d_name, name, sizeof name - 1) == 0)
            library = open_library(dir, below, entry->d_name, path, path_size);
    if (entries) (void)closedir(entries);
    return library;
}

static void *open_from_dir(const char *dir, char *path, size_t path_size)
{
    static const char *const places[] = {"", "/lib", "/libs", "/runtime/lib/intel64"};
    void *library = NULL;
    for (size_t i = 0; i < sizeof places / sizeof *places && !library; i++)
        library = open_below(dir, places[i], path, path_size);
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
