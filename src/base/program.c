/* base: finds the small programs that Tagsmith starts. Knows nothing of what they do. */
#include "base/program.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_at(const char *folder, const char *below, const char *name, char *path, size_t size)
{
    int n = snprintf(path, size, "%s/%s%s", folder, below, name);
    return n > 0 && (size_t)n < size && access(path, X_OK) == 0;
}

static bool near_file(const ts_program *program, const char *file, char *path, size_t size)
{
    const char *const below[] = {"", "../libexec/tagsmith/", "tagsmith/", program->build_dir};
    char folder[4096];
    (void)snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (!slash) return false;
    *slash = '\0';
    for (size_t i = 0; i < sizeof below / sizeof below[0]; i++)
        if (is_at(folder, below[i], program->name, path, size)) return true;
    return false;
}

static bool near_this_program(const ts_program *program, char *path, size_t size)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return false;
    self[n] = '\0';
    return near_file(program, self, path, size);
}

static bool near_this_library(const ts_program *program, char *path, size_t size)
{
    static const char somewhere[] = "";
    Dl_info info;
    return dladdr(somewhere, &info) && info.dli_fname && near_file(program, info.dli_fname, path, size);
}

bool ts_program_find(const ts_program *program, char *path, size_t size)
{
    const char *named = secure_getenv(program->variable);
    if (named && *named) {
        int n = snprintf(path, size, "%s", named);
        return n > 0 && (size_t)n < size && access(path, X_OK) == 0;
    }
    return near_this_program(program, path, size) || near_this_library(program, path, size) ||
           is_at(program->installed, "", program->name, path, size);
}
