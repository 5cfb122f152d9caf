/* packs: finding Tagsmith's own folders. Knows nothing of what lies in them. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "packs/packs.h"

static const char *env(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* The folder of the running program, or NULL. */
static const char *program_dir(ts_arena *arena)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0) return NULL;
    path[n] = '\0';
    char *slash = strrchr(path, '/');
    if (!slash) return NULL;
    *slash = '\0';
    return ts_arena_strdup(arena, path);
}

static bool is_share(ts_arena *arena, const char *dir)
{
    const char *mark = ts_path_join(arena, dir, "vocab/concepts.tsv");
    return mark && ts_file_exists(mark);
}

static const char *find_share(ts_arena *arena)
{
    const char *given = env("TAGSMITH_SHARE");
    if (given) return is_share(arena, given) ? given : NULL;
    const char *program = program_dir(arena);
    const char *const below[] = {"..", "../share/tagsmith", "."};
    for (size_t i = 0; program && i < sizeof below / sizeof *below; i++) {
        const char *dir = ts_path_join(arena, program, below[i]);
        if (dir && is_share(arena, dir)) return dir;
    }
    if (is_share(arena, TS_SOURCE_DIR)) return TS_SOURCE_DIR;
    return is_share(arena, TS_SHARE_DIR) ? TS_SHARE_DIR : NULL;
}

/* HOME, else what the user database says: services often run without HOME, and a fixed name below /tmp would
 * let any other user put networks into our cache. */
static const char *home_dir(ts_arena *arena)
{
    const char *home = env("HOME");
    if (home) return home;
    char text[4096];
    struct passwd entry;
    struct passwd *found = NULL;
    if (getpwuid_r(geteuid(), &entry, text, sizeof text, &found) == 0 && found && found->pw_dir[0] == '/')
        return ts_arena_strdup(arena, found->pw_dir);
    return "/nonexistent";
}

static const char *home_folder(ts_arena *arena, const char *variable, const char *below_home,
                               const char *leaf)
{
    const char *base = env(variable);
    if (base) return ts_path_join(arena, base, leaf);
    const char *home = home_dir(arena);
    const char *dir = home ? ts_path_join(arena, home, below_home) : NULL;
    return dir ? ts_path_join(arena, dir, leaf) : NULL;
}

static const char *find_weights(ts_arena *arena, const char *share)
{
    const char *given = env("TAGSMITH_MODELS");
    if (given) return given;
    const char *deps = env("TAGSMITH_DEPS");
    const char *own = home_folder(arena, "XDG_DATA_HOME", ".local/share", "tagsmith/models");
    const char *const places[] = {deps ? ts_path_join(arena, deps, "models") : NULL,
                                  ts_path_join(arena, share, "deps/models"), own,
                                  ts_path_join(arena, share, "weights")};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i] && ts_dir_exists(places[i])) return places[i];
    return places[1];
}

bool ts_folders_find(ts_arena *arena, ts_folders *out, ts_error *err)
{
    out->share = find_share(arena);
    if (!out->share) {
        (void)ts_fail(err, TS_NOT_FOUND, "cannot find Tagsmith's own tables (vocab/concepts.tsv)");
        return ts_hint(err, "set TAGSMITH_SHARE to the source tree or to PREFIX/share/tagsmith");
    }
    out->weights = find_weights(arena, out->share);
    const char *cache = env("TAGSMITH_CACHE");
    out->cache = cache ? cache : home_folder(arena, "XDG_CACHE_HOME", ".cache", "tagsmith");
    return ts_arena_failed(arena) ? ts_fail_memory(err) : true;
}
