/* api: ImageKit's list of files and folders. Only translation: pictures are sifted by the service, what its
 * facts cannot say is judged on the file objects themselves. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit.h"
#include "api/imagekit_query.h"
#include "api/json_of.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "service/folders.h"

enum { limit_usual = 100, limit_most = 1000, page = 500 };

typedef struct listing {
    ts_call *call;
    const ts_ik_node *query; /* or NULL */
    const char *path;        /* "/a" itself, or NULL */
    const char *name;        /* or NULL */
    json_t *tags;            /* any of them, or NULL */
    bool files, folders, versions, images;
    int64_t skip, limit;
    ts_sift_ask ask;
    json_t *out;
} listing;

/* ---- what is asked ------------------------------------------------------------------------------ */

static bool read_number(ts_call *call, const char *name, int64_t usual, int64_t most, int64_t *out)
{
    const char *text = ts_request_query(call->request, name);
    char *end = NULL;
    *out = usual;
    if (!text || !text[0]) return true;
    *out = strtoll(text, &end, 10);
    if (*end == '\0' && *out >= 0 && *out <= most) return true;
    (void)ts_fail(&call->err, TS_USAGE, "Invalid %s parameter", name);
    return ts_hint(&call->err, "%s is a number from 0 to %lld", name, (long long)most);
}

static bool read_sort(listing *l)
{
    static const struct {
        const char *name;
        ts_fact fact;
    } sorts[] = {{"NAME", TS_FACT_BASE},        {"CREATED", TS_FACT_CREATED}, {"UPDATED", TS_FACT_UPDATED},
                 {"HEIGHT", TS_FACT_HEIGHT},    {"WIDTH", TS_FACT_WIDTH},     {"SIZE", TS_FACT_BYTES},
                 {"RELEVANCE", TS_FACT_CREATED}};
    const char *text = ts_request_query(l->call->request, "sort");
    if (!text || !text[0]) text = "ASC_CREATED";
    bool up = strncmp(text, "ASC_", 4) == 0, down = strncmp(text, "DESC_", 5) == 0;
    for (size_t i = 0; (up || down) && i < TS_COUNT_OF(sorts); i++) {
        if (strcmp(sorts[i].name, text + (up ? 4 : 5)) != 0) continue;
        l->ask.keys[0] = (ts_sift_key){.fact = sorts[i].fact, .down = down};
        l->ask.key_count = 1;
        return true;
    }
    return ts_ik_fail(l->call, TS_USAGE, "Invalid sort parameter",
                      "ASC_ or DESC_ and NAME, CREATED, UPDATED, HEIGHT, WIDTH, SIZE or RELEVANCE");
}

static bool read_type(listing *l)
{
    const char *type = ts_request_query(l->call->request, "type");
    const char *file_type = ts_request_query(l->call->request, "fileType");
    if (!type || !type[0] || (l->query && strcmp(type, "file-version") != 0))
        type = l->query ? "all" : "file";
    l->files = strcmp(type, "file") == 0 || strcmp(type, "all") == 0;
    l->folders = strcmp(type, "folder") == 0 || strcmp(type, "all") == 0;
    l->versions = strcmp(type, "file-version") == 0;
    if (l->query && !ts_ik_query_speaks_of(l->query, "type")) l->folders = false;
    l->images = !file_type || strcmp(file_type, "non-image") != 0;
    if (file_type && file_type[0] && strcmp(file_type, "all") != 0 && strcmp(file_type, "image") != 0 &&
        l->images)
        return ts_ik_fail(l->call, TS_USAGE, "Invalid fileType parameter",
                          "fileType is all, image or non-image");
    return l->files || l->folders || l->versions ||
           ts_ik_fail(l->call, TS_USAGE, "Invalid type parameter",
                      "type is file, file-version, folder or all");
}

static bool read_ask(listing *l)
{
    ts_call *call = l->call;
    const char *query = ts_request_query(call->request, "searchQuery"),
               *path = ts_request_query(call->request, "path");
    const char *tags = ts_request_query(call->request, "tags");
    if (query && query[0] &&
        !(l->query = ts_ik_query_parse(query, ts_wallclock_ms(), call->arena, &call->err)))
        return false;
    if (path && path[0] && !(l->path = ts_ik_folder(call->arena, path))) return ts_fail_memory(&call->err);
    if (!l->query) l->name = ts_request_query(call->request, "name");
    if (!l->query && tags && tags[0]) {
        json_t *text = ts_ik_keep(call, json_string(tags));
        if (!text || !ts_ik_parse_tags(call, text, &l->tags)) return false;
    }
    return read_sort(l) && read_type(l) && read_number(call, "limit", limit_usual, limit_most, &l->limit) &&
           read_number(call, "skip", 0, INT32_MAX, &l->skip);
}

/* ---- files -------------------------------------------------------------------------------------- */

static bool has_tag(const json_t *file, const json_t *wanted)
{
    const json_t *tags = json_object_get(file, "tags");
    for (size_t i = 0; i < json_array_size(wanted); i++)
        for (size_t k = 0; k < json_array_size(tags); k++)
            if (json_equal(json_array_get(tags, k), json_array_get(wanted, i))) return true;
    return false;
}

static bool lies_in(const char *path, const char *folder)
{
    size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/');
}

static bool is_wanted(const listing *l, const json_t *file)
{
    const char *path = ts_json_string_or(file, "filePath", ts_json_string_or(file, "folderPath", "/"));
    if (l->path && !lies_in(path, l->path)) return false;
    if (l->name && l->name[0] && strcmp(ts_json_string_or(file, "name", ""), l->name) != 0) return false;
    if (l->tags && !has_tag(file, l->tags)) return false;
    return !l->query || ts_ik_query_matches(l->query, file);
}

/* Takes the reference. */
static void take(listing *l, json_t *item)
{
    if (!is_wanted(l, item)) {
        json_decref(item);
    } else if (l->skip > 0) {
        l->skip--;
        json_decref(item);
    } else {
        (void)json_object_del(item, "format");
        (void)json_array_append_new(l->out, item);
    }
}

static bool is_full(const listing *l)
{
    return (int64_t)json_array_size(l->out) >= l->limit;
}

static bool take_rows(listing *l, const ts_sift_answer *found)
{
    for (size_t i = 0; i < found->count && !is_full(l); i++) {
        ts_ik_file file;
        if (!ts_ik_file_of(l->call, &found->rows[i].picture, found->rows[i].name, &file)) return false;
        bool version = ts_ik_is_older(&file);
        if (version != l->versions) continue;
        if (version) file.path = ts_json_string_or(file.own, "path", file.path);
        json_t *item = ts_ik_file_json(l->call, &file, TS_IK_FACTS);
        if (version) (void)json_object_set_new(item, "type", json_string("file-version"));
        take(l, item);
    }
    return true;
}

static bool list_files(listing *l)
{
    ts_sift root = {.kind = TS_SIFT_AND,
                    .child = l->query ? ts_ik_query_narrow(l->query, l->call->arena) : NULL};
    ts_sift_answer found = {0};
    l->ask.space = TS_IK_SPACE;
    l->ask.root = root.child ? &root : NULL;
    l->ask.limit = page;
    l->ask.with_held = ts_scopes_cover(l->call->actor.scopes, TS_SCOPE_REVIEW);
    do {
        l->ask.cursor = found.next;
        if (!ts_service_sift(l->call->service, &l->call->actor, &l->ask, l->call->arena, &found,
                             &l->call->err))
            return false;
        if (!take_rows(l, &found)) return false;
    } while (found.next && !is_full(l));
    return true;
}

/* ---- folders ------------------------------------------------------------------------------------ */

/* Folders that only the paths of files imply have no time of their own. */
static json_t *json_of_folder(const ts_folder *folder)
{
    json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:{}}", "type", "folder", "name", folder->name, "folderId",
                            folder->id, "folderPath", json_sprintf("/%s", folder->path), "customMetadata");
    if (!folder->created) return out;
    (void)json_object_set_new(out, "createdAt", ts_json_of_time(folder->created));
    (void)json_object_set_new(out, "updatedAt", ts_json_of_time(folder->created));
    return out;
}

static bool list_folders(listing *l)
{
    ts_folder_space of = {TS_IK_SPACE, "/"};
    const ts_folder *folders = NULL;
    size_t count = 0;
    ts_error none = {0};
    if (!ts_service_folders(l->call->service, &l->call->actor, &of, "", true, l->call->arena, &folders,
                            &count, &l->call->err)) {
        if (l->call->err.code != TS_NOT_FOUND) return false;
        l->call->err = none;
    }
    for (size_t i = 0; i < count && !is_full(l); i++) take(l, json_of_folder(&folders[i]));
    return true;
}

bool ts_ik_list(ts_call *call)
{
    listing l = {.call = call};
    if (!read_ask(&l)) return false;
    l.out = ts_ik_keep(call, json_array());
    if (!l.out) return false;
    if (l.folders && !list_folders(&l)) return false;
    bool files = (l.files || l.versions) && l.images && !is_full(&l);
    return (!files || list_files(&l)) && ts_answer(call, 200, json_incref(l.out));
}
