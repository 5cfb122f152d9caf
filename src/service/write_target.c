/* service: the files of a picture that metadata may go to. Knows names and rights, not what is written. */
#include "service/write_target.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"

bool ts_write_find_picture(const char *path, ts_arena *arena, const char **real, struct stat *st,
                           ts_error *err)
{
    char *found = realpath(path, NULL);
    if (!found || stat(found, st) != 0) {
        free(found);
        return ts_fail_errno(err, "cannot find %s", path);
    }
    *real = ts_arena_strdup(arena, found);
    free(found);
    if (!*real) return ts_fail_memory(err);
    return S_ISREG(st->st_mode) || ts_fail(err, TS_IO, "%s is no regular file", path);
}

/* Whether another picture has the name too, so that PICTURE.xmp may be about that one (a raw file, mostly). */
static bool shares_name(const char *picture, size_t stem, ts_arena *arena)
{
    const char *base = ts_path_base(picture);
    size_t folder = (size_t)(base - picture), length = stem - folder;
    DIR *dir = opendir(folder ? ts_arena_strndup(arena, picture, folder) : ".");
    bool shared = false;
    for (struct dirent *e; dir && !shared && (e = readdir(dir));) {
        bool same_stem = strncmp(e->d_name, base, length) == 0 && e->d_name[length] == '.' &&
                         !strchr(e->d_name + length + 1, '.');
        shared = same_stem && strcmp(e->d_name, base) != 0 && strcasecmp(e->d_name + length, ".xmp") != 0;
    }
    if (dir) (void)closedir(dir);
    return shared;
}

const char *ts_write_sidecar_path(const char *picture, ts_arena *arena)
{
    const char *dot = strrchr(ts_path_base(picture), '.');
    const char *full = ts_arena_printf(arena, "%s.xmp", picture);
    if (!full || !dot || ts_file_exists(full)) return full;
    const char *stem = ts_arena_printf(arena, "%.*s.xmp", (int)(dot - picture), picture);
    if (!stem || !ts_file_exists(stem)) return stem ? full : NULL;
    return shares_name(picture, (size_t)(dot - picture), arena) ? full : stem;
}

/* TIFF inside, camera outside: only these names are written into. */
static bool is_written_kind(const char *picture)
{
    static const char *const names[] = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff"};
    const char *dot = strrchr(ts_path_base(picture), '.');
    for (size_t i = 0; dot && i < sizeof names / sizeof *names; i++)
        if (strcasecmp(dot, names[i]) == 0) return true;
    return false;
}

const char *ts_write_protected(const char *picture, const struct stat *st)
{
    if (!is_written_kind(picture)) return "it is no JPEG, PNG, WebP or TIFF by its name";
    if (!(st->st_mode & 0222) || access(picture, W_OK) != 0) return "it is write-protected";
    if (st->st_nlink > 1) return "it has several names (hard links)";
    return NULL;
}
