/* api: paths, folder names and file names as ImageKit makes them. Pure. */
#include <ctype.h>
#include <string.h>

#include "api/imagekit.h"

static bool is_kept(char c, const char *more)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || (c && strchr(more, c));
}

const char *ts_ik_folder(ts_arena *arena, const char *text)
{
    size_t n = 0;
    char *out = ts_arena_alloc(arena, strlen(text) + 2);
    if (!out) return NULL;
    out[n++] = '/';
    for (; *text; text++) {
        if (*text == '/' && out[n - 1] == '/') continue;
        out[n++] = is_kept(*text, "/_-") ? *text : '_';
    }
    if (n > 1 && out[n - 1] == '/') n--;
    out[n] = '\0';
    return out;
}

const char *ts_ik_file_name(ts_arena *arena, const char *text)
{
    char *out = ts_arena_strdup(arena, text);
    for (char *c = out; c && *c; c++)
        if (!is_kept(*c, "._-")) *c = '_';
    return out;
}

const char *ts_ik_join(ts_arena *arena, const char *folder, const char *name)
{
    return ts_arena_printf(arena, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
}
