/* api: versions of files: the service's revisions. Only translation. */
#include <string.h>

#include "api/imagekit.h"
#include "base/json.h"

#define NO_VERSION "The requested file version does not exist."

static bool no_version(ts_call *call)
{
    return ts_ik_fail(call, TS_NOT_FOUND, NO_VERSION,
                      "Check the versionId: GET /v1/files/{fileId}/versions lists them.");
}

/* ---- all of them -------------------------------------------------------------------------------- */

bool ts_ik_older(ts_call *call, const ts_ik_file *file, ts_ik_file **out, size_t *count)
{
    const ts_picture_full *pictures = NULL;
    bool held = ts_scopes_cover(call->actor.scopes, TS_SCOPE_REVIEW);
    if (!ts_service_revisions(call->service, &call->actor, file->picture.row.id, held, call->arena, &pictures,
                              count, &call->err))
        return false;
    *out = TS_NEW_ARRAY(call->arena, *count, ts_ik_file);
    if (!*out) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < *count; i++) {
        if (!ts_ik_file_of(call, &pictures[i], "", &(*out)[i])) return false;
        (*out)[i].path = file->path;
    }
    return true;
}

bool ts_ik_delete(ts_call *call, const ts_ik_file *file)
{
    const char *id = file->picture.row.id;
    return ts_service_picture_delete(call->service, &call->actor, id, -1, &call->err) &&
           ts_service_revisions_delete(call->service, &call->actor, id, &call->err);
}

bool ts_ik_versions(ts_call *call)
{
    ts_ik_file file, *older = NULL;
    size_t count = 0;
    if (!ts_ik_find(call, ts_call_path(call, "id"), &file) || !ts_ik_older(call, &file, &older, &count))
        return false;
    json_t *list = json_array();
    (void)json_array_append_new(list, ts_ik_file_json(call, &file, TS_IK_FILE));
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, ts_ik_file_json(call, &older[i], TS_IK_VERSION));
    return ts_answer(call, 200, list);
}

/* ---- one of them -------------------------------------------------------------------------------- */

static bool find_version(ts_call *call, ts_ik_file *file, ts_ik_file *version)
{
    ts_ik_file *older = NULL;
    size_t count = 0;
    const char *id = ts_call_path(call, "version");
    if (!ts_ik_find(call, ts_call_path(call, "id"), file)) return false;
    *version = *file;
    if (strcmp(id, file->revision.id) == 0) return true;
    if (!ts_ik_older(call, file, &older, &count)) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(older[i].revision.id, id) != 0) continue;
        *version = older[i];
        return true;
    }
    return no_version(call);
}

bool ts_ik_version_get(ts_call *call)
{
    ts_ik_file file, version;
    return find_version(call, &file, &version) &&
           ts_answer(call, 200,
                     ts_ik_file_json(call, &version, ts_ik_is_older(&version) ? TS_IK_VERSION : TS_IK_FILE));
}

bool ts_ik_version_delete(ts_call *call)
{
    ts_ik_file file, version;
    if (!find_version(call, &file, &version)) return false;
    if (!ts_ik_is_older(&version))
        return ts_ik_fail(call, TS_USAGE, "The current file version cannot be deleted.",
                          "Delete the file itself, or restore another version first.");
    return ts_service_picture_delete(call->service, &call->actor, version.picture.row.id, -1, &call->err) &&
           ts_answer_nothing(call);
}

/* The path that webhooks show may have changed since. */
static bool follow_path(ts_call *call, const char *path, ts_ik_file *file)
{
    if (strcmp(ts_json_string_or(file->own, "path", ""), path) == 0) return true;
    (void)json_object_set_new(file->own, "path", ts_json_repaired(path));
    return ts_ik_save(call, file, NULL);
}

bool ts_ik_version_restore(ts_call *call)
{
    ts_ik_file file, now;
    ts_picture_full picture;
    if (!ts_ik_find(call, ts_call_path(call, "id"), &file)) return false;
    if (!ts_service_revision_restore(call->service, &call->actor, file.picture.row.id,
                                     ts_call_path(call, "version"), call->arena, &picture, &call->err))
        return call->err.code == TS_NOT_FOUND && no_version(call);
    return ts_ik_file_of(call, &picture, NULL, &now) && follow_path(call, file.path, &now) &&
           ts_answer(call, 200, ts_ik_file_json(call, &now, TS_IK_FILE));
}
