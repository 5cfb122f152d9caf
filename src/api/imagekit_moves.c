/* api: ImageKit's files and folders copied, moved, renamed. Only translation. Jobs are done when they are
 * answered: their id says what they were. */
#include <stdio.h>
#include <string.h>

#include "api/imagekit.h"
#include "base/json.h"
#include "base/random.h"
#include "service/copy.h"
#include "service/folders.h"
#include "service/named.h"

static const ts_folder_space space = {TS_IK_SPACE, "/"};

/* ---- files -------------------------------------------------------------------------------------- */

static bool read_places(ts_call *call, const json_t *body, ts_ik_file *file, const char **target)
{
    const char *from = ts_ik_need(call, body, "sourceFilePath"),
               *to = from ? ts_ik_need(call, body, "destinationPath") : NULL;
    if (!to) return false;
    if (from[0] != '/') from = ts_arena_printf(call->arena, "/%s", from);
    if (!from) return (void)ts_fail_memory(&call->err), false;
    if (!ts_ik_find_path(call, from, file)) {
        if (call->err.code == TS_NOT_FOUND)
            (void)ts_ik_fail(call, TS_NOT_FOUND, "No file found with filePath.",
                             "sourceFilePath is the filePath of a file");
        return false;
    }
    const char *folder = ts_ik_folder(call->arena, to);
    *target = folder ? ts_ik_join(call->arena, folder, ts_ik_name_of(file->path)) : NULL;
    if (!*target) (void)ts_fail_memory(&call->err);
    return file->path && *target;
}

/* *onto: the file that is at the target already. */
static bool look_at_target(ts_call *call, const char *target, ts_ik_file *onto, bool *there)
{
    ts_error none = {0};
    *there = ts_ik_find_path(call, target, onto);
    if (!*there && call->err.code != TS_NOT_FOUND) return false;
    if (!*there) call->err = none;
    return true;
}

/* Whatever is at the target becomes an older version of the copy. */
static bool copy_to(ts_call *call, const ts_ik_file *file, const char *target)
{
    ts_picture_full out;
    json_t *own = json_deep_copy(file->own);
    (void)json_object_del(own, "notify");
    (void)json_object_set_new(own, "path", ts_json_repaired(target));
    json_t *extra = json_pack("{s:o}", "imagekit", own);
    ts_copy wish = {.id = file->picture.row.id,
                    .space = TS_IK_SPACE,
                    .alias = target,
                    .name = ts_ik_name_of(target),
                    .extra = extra,
                    .succeeds = true};
    return ts_ik_keep(call, extra) &&
           ts_service_picture_copy(call->service, &call->actor, &wish, call->arena, &out, &call->err);
}

static bool copy_older(ts_call *call, const ts_ik_file *file, const char *target)
{
    ts_ik_file *older = NULL;
    size_t count = 0;
    if (!ts_ik_older(call, file, &older, &count)) return false;
    while (count-- > 0)
        if (!copy_to(call, &older[count], target)) return false;
    return true;
}

static bool copy_file(ts_call *call, const ts_ik_file *file, const char *target, bool with_versions)
{
    if (strcmp(file->path, target) == 0)
        return ts_ik_fail(call, TS_USAGE, "The file is at the destination already.",
                          "Choose another destinationPath.");
    return (!with_versions || copy_older(call, file, target)) && copy_to(call, file, target);
}

static bool with_versions(const json_t *body)
{
    return ts_json_bool_or(body, "includeFileVersions", false) ||
           ts_json_bool_or(body, "includeVersions", false); /* of folders */
}

bool ts_ik_copy(ts_call *call)
{
    ts_ik_file file = {0};
    const char *target = NULL;
    const json_t *body = ts_ik_body(call);
    return body && read_places(call, body, &file, &target) &&
           copy_file(call, &file, target, with_versions(body)) && ts_answer_nothing(call);
}

/* The path that webhooks show follows the name. */
static bool rename_to(ts_call *call, const ts_ik_file *file, const char *target)
{
    ts_named named;
    ts_ik_file now;
    ts_named_move move = {
        .space = TS_IK_SPACE, .from = file->named ? file->path : file->picture.row.id, .to = target};
    ts_picture_patch patch = {.name = ts_ik_name_of(target)};
    if (!ts_service_named_rename(call->service, &call->actor, &move, call->arena, &named, &call->err) ||
        !ts_ik_file_of(call, &named.picture, named.name, &now))
        return false;
    (void)json_object_set_new(now.own, "path", ts_json_repaired(target));
    return ts_ik_save(call, &now, &patch);
}

/* Onto another file: that one's versions, then all of this one's. */
static bool move_file(ts_call *call, const ts_ik_file *file, const char *target)
{
    ts_ik_file onto;
    bool there = false;
    if (strcmp(file->path, target) == 0) return true;
    if (!look_at_target(call, target, &onto, &there)) return false;
    return there ? copy_file(call, file, target, true) && ts_ik_delete(call, file)
                 : rename_to(call, file, target);
}

bool ts_ik_move(ts_call *call)
{
    ts_ik_file file = {0};
    const char *target = NULL;
    const json_t *body = ts_ik_body(call);
    return body && read_places(call, body, &file, &target) && move_file(call, &file, target) &&
           ts_answer_nothing(call);
}

bool ts_ik_rename(ts_call *call)
{
    ts_ik_file file, onto;
    bool there = false;
    const json_t *body = ts_ik_body(call);
    const char *path = body ? ts_ik_need(call, body, "filePath") : NULL;
    const char *given = path ? ts_ik_need(call, body, "newFileName") : NULL;
    if (!given || !ts_ik_find_path(call, path, &file)) return false;
    const char *name = ts_ik_file_name(call->arena, given);
    const char *slash = strrchr(file.path, '/');
    const char *target =
        name ? ts_arena_printf(call->arena, "%.*s/%s", (int)(slash - file.path), file.path, name) : NULL;
    if (!target) return ts_fail_memory(&call->err);
    if (strcmp(target, file.path) != 0) {
        if (!look_at_target(call, target, &onto, &there)) return false;
        if (there)
            return ts_ik_fail(call, TS_CONFLICT,
                              "File with name newFileName already exists at the same location.",
                              "Choose another newFileName.");
        if (!rename_to(call, &file, target)) return false;
    }
    bool purge = ts_json_bool_or(body, "purgeCache", false);
    return ts_answer(call, 200,
                     purge ? json_pack("{s:s}", "purgeRequestId", file.picture.row.id) : json_object());
}

/* ---- folders ------------------------------------------------------------------------------------ */

/* "a/b", as the service has it; "" is the root. NULL and call->err. */
static const char *folder_member(ts_call *call, const json_t *body, const char *name)
{
    const char *text = ts_ik_need(call, body, name), *folder = text ? ts_ik_folder(call->arena, text) : NULL;
    if (text && !folder) (void)ts_fail_memory(&call->err);
    return folder ? folder + 1 : NULL;
}

static bool no_folder(ts_call *call)
{
    if (call->err.code != TS_NOT_FOUND) return false;
    return ts_ik_fail(call, TS_NOT_FOUND, "No folder found with folderPath.",
                      "Paths begin with a slash: /folder/inner");
}

/* ImageKit's folder names know letters and digits only, and "-" in a rename. */
static const char *folder_name(ts_call *call, const char *text)
{
    char *out = ts_arena_strdup(call->arena, text);
    for (char *c = out; c && *c; c++) {
        bool kept = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                    *c == '-' || (unsigned char)*c >= 0x80;
        if (!kept) *c = '_';
    }
    return out;
}

static const char *join(ts_call *call, const char *parent, const char *name)
{
    const char *path = ts_arena_printf(call->arena, "%s%s%s", parent, parent[0] ? "/" : "", name);
    if (!path) (void)ts_fail_memory(&call->err);
    return path;
}

bool ts_ik_folder_create(ts_call *call)
{
    ts_folder folder;
    bool made = false;
    const json_t *body = ts_ik_body(call);
    const char *name = body ? ts_ik_need(call, body, "folderName") : NULL;
    const char *parent = name ? folder_member(call, body, "parentFolderPath") : NULL;
    const char *path = parent && (name = folder_name(call, name)) ? join(call, parent, name) : NULL;
    return path &&
           ts_service_folder_make(call->service, &call->actor, &space, path, call->arena, &folder, &made,
                                  &call->err) &&
           ts_answer(call, 201, json_object());
}

bool ts_ik_folder_delete(ts_call *call)
{
    const json_t *body = ts_ik_body(call);
    const char *path = body ? folder_member(call, body, "folderPath") : NULL;
    if (!path) return false;
    if (!path[0])
        return ts_ik_fail(call, TS_USAGE, "The root folder cannot be deleted.", "Name a folder in it.");
    return (ts_service_folder_delete(call->service, &call->actor, &space, path, true, call->arena, NULL, NULL,
                                     &call->err) ||
            no_folder(call)) &&
           ts_answer_nothing(call);
}

/* ---- jobs --------------------------------------------------------------------------------------- */

enum { COPIED = 0, MOVED, RENAMED, RENAMED_AND_PURGED };
static const char *const jobs[] = {"COPY_FOLDER", "MOVE_FOLDER", "RENAME_FOLDER", "RENAME_FOLDER"};

/* The id of a job that is done: its kind and a moment. */
static bool answer_job(ts_call *call, size_t kind)
{
    char id[TS_ID_SIZE];
    ts_id_new(id);
    return ts_answer(call, 200, json_pack("{s:o}", "jobId", json_sprintf("%c%s", (int)('a' + kind), id)));
}

bool ts_ik_job(ts_call *call)
{
    const char *id = ts_call_path(call, "id");
    size_t kind = (size_t)(unsigned char)id[0] - 'a';
    if (kind >= TS_COUNT_OF(jobs) || !ts_id_valid(id + 1))
        return ts_ik_fail(call, TS_NOT_FOUND, "The requested job does not exist.",
                          "jobId is what a folder call answered.");
    json_t *job = json_pack("{s:s, s:s, s:s}", "jobId", id, "type", jobs[kind], "status", "Completed");
    if (kind == RENAMED_AND_PURGED) (void)json_object_set_new(job, "purgeRequestId", json_string(id + 1));
    return ts_answer(call, 200, job);
}

static bool read_folders(ts_call *call, const char **from, const char **to)
{
    const json_t *body = ts_ik_body(call);
    ts_folder folder;
    *from = body ? folder_member(call, body, "sourceFolderPath") : NULL;
    const char *into = *from ? folder_member(call, body, "destinationPath") : NULL;
    if (!into) return false;
    if (!ts_service_folder(call->service, &call->actor, &space, *from, call->arena, &folder, &call->err)) {
        (void)no_folder(call);
        return false;
    }
    const char *slash = strrchr(*from, '/');
    *to = join(call, into, slash ? slash + 1 : *from);
    size_t length = strlen(*from);
    if (*to && strncmp(*to, *from, length) == 0 && ((*to)[length] == '/' || !(*to)[length]))
        return ts_ik_fail(call, TS_USAGE, "A folder cannot go into itself.",
                          "Choose another destinationPath.");
    return *to != NULL;
}

typedef bool (*file_work)(ts_call *call, const ts_ik_file *file, const char *target, bool with_versions);

static bool move_one(ts_call *call, const ts_ik_file *file, const char *target, bool with_versions_too)
{
    (void)with_versions_too; /* all go */
    return move_file(call, file, target);
}

static bool work_page(ts_call *call, const ts_named_page *page, size_t prefix, const char *to, file_work work,
                      bool with_all)
{
    for (size_t i = 0; i < page->count; i++) {
        ts_ik_file file;
        const char *target = ts_arena_printf(call->arena, "/%s/%s", to, page->rows[i].name + prefix);
        if (!target) return ts_fail_memory(&call->err);
        if (!ts_ik_file_of(call, &page->rows[i].picture, page->rows[i].name, &file) ||
            !work(call, &file, target, with_all))
            return false;
    }
    return true;
}

/* Every file below one folder, to the same place below another. */
static bool work_files(ts_call *call, const char *from, const char *to, file_work work, bool with_all)
{
    ts_named_page page = {0};
    const char *prefix = ts_arena_printf(call->arena, "/%s/", from);
    ts_named_ask ask = {.space = TS_IK_SPACE, .prefix = prefix, .limit = 200, .cursor = ""};
    if (!prefix) return ts_fail_memory(&call->err);
    ask.with_held = ts_scopes_cover(call->actor.scopes, TS_SCOPE_REVIEW);
    do {
        if (page.next) ask.cursor = page.next;
        if (!ts_service_named_list(call->service, &call->actor, &ask, call->arena, &page, &call->err) ||
            !work_page(call, &page, strlen(prefix), to, work, with_all))
            return false;
    } while (page.next);
    return true;
}

/* The folder itself and those in it, which may be empty. */
static bool make_folders(ts_call *call, const char *from, const char *to)
{
    const ts_folder *folders = NULL;
    ts_folder folder;
    size_t count = 0;
    bool made = false;
    if (!ts_service_folder_make(call->service, &call->actor, &space, to, call->arena, &folder, &made,
                                &call->err) ||
        !ts_service_folders(call->service, &call->actor, &space, from, true, call->arena, &folders, &count,
                            &call->err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const char *path = join(call, to, folders[i].path + strlen(from) + 1);
        if (!path || !ts_service_folder_make(call->service, &call->actor, &space, path, call->arena, &folder,
                                             &made, &call->err))
            return false;
    }
    return true;
}

/* Into a folder of that name that is there already; files of the same name become versions. What came into the old one
 * meanwhile stays in it. */
static bool merge(ts_call *call, const char *from, const char *to)
{
    ts_error none = {0};
    if (!make_folders(call, from, to) || !work_files(call, from, to, move_one, true)) return false;
    bool gone = ts_service_folder_delete(call->service, &call->actor, &space, from, false, call->arena, NULL,
                                         NULL, &call->err);
    if (!gone && call->err.code != TS_CONFLICT && call->err.code != TS_NOT_FOUND) return false;
    call->err = none;
    return true;
}

bool ts_ik_folder_move(ts_call *call)
{
    const char *from = NULL, *to = NULL;
    ts_error none = {0};
    ts_folder folder;
    if (!read_folders(call, &from, &to)) return false;
    if (ts_service_folder_move(call->service, &call->actor, &space, from, to, call->arena, &folder,
                               &call->err))
        return answer_job(call, MOVED);
    if (call->err.code != TS_CONFLICT) return false;
    call->err = none;
    return merge(call, from, to) && answer_job(call, MOVED);
}

bool ts_ik_folder_copy(ts_call *call)
{
    const char *from = NULL, *to = NULL;
    return read_folders(call, &from, &to) && make_folders(call, from, to) &&
           work_files(call, from, to, copy_file, with_versions(ts_ik_body(call))) && answer_job(call, COPIED);
}

bool ts_ik_folder_rename(ts_call *call)
{
    const json_t *body = ts_ik_body(call);
    const char *from = body ? folder_member(call, body, "folderPath") : NULL;
    const char *name = from ? ts_ik_need(call, body, "newFolderName") : NULL;
    ts_folder folder;
    if (!name || !(name = folder_name(call, name))) return false;
    if (!ts_service_folder(call->service, &call->actor, &space, from, call->arena, &folder, &call->err))
        return no_folder(call);
    const char *slash = strrchr(from, '/');
    const char *parent = slash ? ts_arena_strndup(call->arena, from, (size_t)(slash - from)) : "";
    const char *to = parent ? join(call, parent, name) : NULL;
    return to &&
           ts_service_folder_move(call->service, &call->actor, &space, from, to, call->arena, &folder,
                                  &call->err) &&
           answer_job(call, ts_json_bool_or(body, "purgeCache", false) ? RENAMED_AND_PURGED : RENAMED);
}
