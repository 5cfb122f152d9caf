/* api: Cloudinary's folders. Only translation. */
#include <string.h>

#include "api/cloudinary_admin.h"
#include "api/cloudinary_expression.h"
#include "base/wallclock.h"
#include "service/folders.h"

enum { usual_page = 10 };
static const ts_folder_space ours = {TS_CLD_SPACE, ""};

static json_t *json_of_folder(const ts_folder *folder)
{
    json_t *out =
        json_pack("{s:s, s:s, s:s}", "name", folder->name, "path", folder->path, "external_id", folder->id);
    if (folder->created) (void)json_object_set_new(out, "created_at", ts_cld_time(folder->created));
    return out;
}

/* ---- lists ---------------------------------------------------------------------------------------- */

/* A page after the cursor, which is the last path of the page before. */
static bool answer_page(ts_call *call, const json_t *params, const ts_folder *folders, size_t count)
{
    unsigned size = usual_page;
    size_t from = 0;
    const char *after = ts_cld_text(params, "next_cursor");
    if (!ts_cld_page_size(params, usual_page, &size, &call->err)) return false;
    while (after && from < count && strcmp(folders[from].path, after) <= 0) from++;
    json_t *list = json_array();
    size_t until = count - from > size ? from + size : count;
    for (size_t i = from; i < until; i++) (void)json_array_append_new(list, json_of_folder(&folders[i]));
    json_t *body = json_pack("{s:o, s:I}", "folders", list, "total_count", (json_int_t)count);
    (void)json_object_set_new(body, "next_cursor",
                              until < count ? json_string(folders[until - 1].path) : json_null());
    return ts_cld_answer(call, 200, body);
}

static bool list(ts_call *call)
{
    size_t count = 0;
    const json_t *params = NULL;
    const ts_folder *folders = NULL;
    const char *path = ts_call_path(call, "path");
    if (!ts_cld_params(call, &params)) return false;
    if (!ts_service_folders(call->service, &call->actor, &ours, path, false, call->arena, &folders, &count,
                            &call->err)) {
        if (call->err.code == TS_NOT_FOUND)
            (void)ts_fail(&call->err, TS_NOT_FOUND, "Can't find folder with path %.200s", path);
        return false;
    }
    return answer_page(call, params, folders, count);
}

static bool fits(const ts_sift *sift, const ts_folder *folder)
{
    ts_picture_row row = {.id = "", .created = folder->created};
    ts_sifted as_picture = {.row = &row, .name = folder->path};
    return ts_sift_fits(sift, &as_picture);
}

static bool search(ts_call *call)
{
    size_t count = 0, found = 0;
    const json_t *params = NULL;
    const ts_folder *folders = NULL;
    const ts_sift *sift = NULL;
    if (!ts_cld_params(call, &params) ||
        !ts_cloudinary_folder_expression(ts_cld_text(params, "expression"), ts_wallclock_ms(), call->arena,
                                         &sift, &call->err) ||
        !ts_service_folders(call->service, &call->actor, &ours, "", true, call->arena, &folders, &count,
                            &call->err))
        return false;
    ts_folder *fitting = TS_NEW_ARRAY(call->arena, count, ts_folder);
    if (!fitting) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < count; i++)
        if (fits(sift, &folders[i])) fitting[found++] = folders[i];
    return answer_page(call, params, fitting, found);
}

/* ---- changes -------------------------------------------------------------------------------------- */

static bool make(ts_call *call)
{
    bool made = false;
    ts_folder folder;
    if (!ts_service_folder_make(call->service, &call->actor, &ours, ts_call_path(call, "path"), call->arena,
                                &folder, &made, &call->err))
        return false;
    json_t *body = json_of_folder(&folder);
    (void)json_object_set_new(body, "success", json_true());
    return ts_cld_answer(call, 200, body);
}

static bool move(ts_call *call)
{
    ts_folder folder;
    const json_t *params = NULL;
    const char *to = NULL, *from = ts_call_path(call, "path");
    if (!ts_cld_params(call, &params) || !ts_cld_required(params, "to_folder", &to, &call->err) ||
        !ts_service_folder_move(call->service, &call->actor, &ours, from, to, call->arena, &folder,
                                &call->err))
        return false;
    const char *slash = strrchr(from, '/');
    return ts_cld_answer(call, 200,
                         json_pack("{s:{s:s, s:s}, s:o}", "from", "name", slash ? slash + 1 : from, "path",
                                   from, "to", json_of_folder(&folder)));
}

static bool drop(ts_call *call)
{
    size_t count = 0;
    const char *const *paths = NULL;
    const char *path = ts_call_path(call, "path");
    if (!ts_service_folder_delete(call->service, &call->actor, &ours, path, false, call->arena, &paths,
                                  &count, &call->err)) {
        if (call->err.code == TS_CONFLICT) (void)ts_fail(&call->err, TS_USAGE, "Folder is not empty");
        if (call->err.code == TS_NOT_FOUND)
            (void)ts_fail(&call->err, TS_NOT_FOUND, "Can't find folder with path %.200s", path);
        return false;
    }
    json_t *gone = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(gone, json_string(paths[i]));
    return ts_cld_answer(call, 200, json_pack("{s:o}", "deleted", gone));
}

#define ROUTE(method, pattern, scope, name, function)                                                        \
    {                                                                                                        \
        method, "/v1_1/{cloud}/folders" pattern, ts_dialect_route, scope, 0, TS_CLD_TAKES, 0, 0,             \
            &(const ts_route_doc)                                                                            \
        {                                                                                                    \
            .id = name, .run = function                                                                      \
        }                                                                                                    \
    }

static const ts_route routes[] = {
    ROUTE("GET", "", TS_SCOPE_READ, "rootFolders", list),
    ROUTE("POST", "/search", TS_SCOPE_READ, "searchFolders", search),
    ROUTE("GET", "/search", TS_SCOPE_READ, "searchFoldersGet", search),
    ROUTE("GET", "/{path...}", TS_SCOPE_READ, "subFolders", list),
    ROUTE("POST", "/{path...}", TS_SCOPE_WRITE, "createFolder", make),
    ROUTE("PUT", "/{path...}", TS_SCOPE_WRITE, "renameFolder", move),
    ROUTE("DELETE", "/{path...}", TS_SCOPE_WRITE, "deleteFolder", drop),
};
const ts_family ts_cld_folder_family = {routes, TS_COUNT_OF(routes)};
