/* api: what a picture is called that comes in by Cloudinary's Upload API: as its caller says, after its file, or by chance. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/cloudinary.h"
#include "base/random.h"

#define PUBLIC_ID_MAX 255
enum { suffix_length = 6 };

/* ---- after the file ------------------------------------------------------------------------------- */

const char *ts_cld_stem(const char *filename, ts_arena *arena)
{
    if (!filename) return NULL;
    size_t length = strncmp(filename, "http", 4) == 0 ? strcspn(filename, "?#") : strlen(filename);
    size_t from = length;
    while (from > 0 && filename[from - 1] != '/' && filename[from - 1] != '\\') from--;
    size_t end = length;
    for (size_t i = from + 1; i < length; i++)
        if (filename[i] == '.') end = i;
    return end > from ? ts_arena_strndup(arena, filename + from, end - from) : NULL;
}

/* Signs that an address or a path would read otherwise become "_". */
static const char *tamed(const char *stem, ts_arena *arena)
{
    char *name = stem ? ts_arena_strdup(arena, stem) : NULL;
    for (char *at = name; at && *at; at++)
        if ((unsigned char)*at < 0x80 && !isalnum((unsigned char)*at) && !strchr("-_.", *at)) *at = '_';
    return name;
}

static void random_word(char *word, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    for (size_t i = 0; i < length; i++) word[i] = letters[ts_random_u64() % (sizeof letters - 1)];
    word[length] = '\0';
}

static const char *invented(ts_arena *arena, const char *stem)
{
    char word[21];
    random_word(word, stem ? suffix_length : 20);
    return stem ? ts_arena_printf(arena, "%s_%s", stem, word) : ts_arena_strdup(arena, word);
}

/* ---- the whole name ------------------------------------------------------------------------------- */

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > PUBLIC_ID_MAX || name[0] == '/' || name[length - 1] == '/') return false;
    if (isspace((unsigned char)name[0]) || isspace((unsigned char)name[length - 1])) return false;
    if (strpbrk(name, "?&#\\%<>+") || strstr(name, "//")) return false;
    for (const char *at = name; *at; at++)
        if ((unsigned char)*at < 0x20) return false;
    return true;
}

static const char *folder_of(const json_t *params)
{
    const char *folder = ts_cld_text(params, "folder");
    if (folder) return folder;
    return ts_cld_flag(params, "use_asset_folder_as_public_id_prefix", false)
               ? ts_cld_text(params, "asset_folder")
               : NULL;
}

static const char *base_name(ts_call *call, const json_t *params, const char *filename, bool *chosen)
{
    const char *given = ts_cld_text(params, "public_id");
    *chosen = given != NULL;
    if (given) return given;
    bool after_file = ts_cld_flag(params, "use_filename", false);
    const char *stem = after_file ? tamed(ts_cld_stem(filename, call->arena), call->arena) : NULL;
    *chosen = stem && !ts_cld_flag(params, "unique_filename", true);
    return *chosen ? stem : invented(call->arena, stem);
}

bool ts_cld_public_id(ts_call *call, const json_t *params, const char *filename, const char **public_id,
                      bool *chosen)
{
    const char *override = ts_cld_text(params, "filename_override");
    const char *base = base_name(call, params, override ? override : filename, chosen);
    const char *folder = folder_of(params), *prefix = ts_cld_text(params, "public_id_prefix");
    while (folder && *folder == '/') folder++;
    size_t length = folder ? strlen(folder) : 0;
    while (length && folder[length - 1] == '/') length--;
    *public_id =
        ts_arena_printf(call->arena, "%.*s%s%s%s%s", (int)length, folder ? folder : "", length ? "/" : "",
                        prefix ? prefix : "", prefix ? "/" : "", base ? base : "");
    if (!base || !*public_id) return ts_fail_memory(&call->err);
    return is_name(*public_id) || ts_fail(&call->err, TS_USAGE, "public_id (%.100s) is invalid", *public_id);
}
