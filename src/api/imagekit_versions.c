/* api: older versions of files: pictures of their own that a file's "versions" names. Only translation. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/imagekit.h"
#include "base/json.h"
#include "base/random.h"
#include "service/copy.h"

#define NO_VERSION "The requested file version does not exist."

const char *ts_ik_version_id(const ts_ik_file *file)
{
    return ts_json_string_or(file->own, "version", file->picture.row.id);
}

static json_t *new_version_id(void)
{
    char id[TS_ID_SIZE];
    ts_id_new(id);
    return json_string(id);
}

static const char *version_name(ts_call *call, const ts_ik_file *file)
{
    const char *given = ts_json_string_or(file->own, "version_name", NULL);
    size_t older = json_array_size(json_object_get(file->own, "versions"));
    return given ? given : ts_arena_printf(call->arena, "Version %zu", older + 1);
}

/* ---- keeping ------------------------------------------------------------------------------------ */

/* What an older version knows of itself. */
static json_t *own_of_version(ts_call *call, const ts_ik_file *file)
{
    json_t *own = json_deep_copy(file->own);
    (void)json_object_del(own, "versions");
    (void)json_object_del(own, "notify");
    (void)json_object_set_new(own, "version_of", json_string(file->picture.row.id));
    (void)json_object_set_new(own, "version", json_string(ts_ik_version_id(file)));
    (void)json_object_set_new(own, "version_name", json_string(version_name(call, file)));
    (void)json_object_set_new(own, "path", ts_json_repaired(file->path));
    return own;
}

static json_t *versions_with(const ts_ik_file *file, const char *picture, const char *name)
{
    const json_t *before = json_object_get(file->own, "versions");
    json_t *versions = json_is_array(before) ? json_deep_copy(before) : json_array();
    (void)json_array_append_new(versions, json_pack("{s:s, s:s, s:s}", "id", ts_ik_version_id(file),
                                                    "picture", picture, "name", name));
    return versions;
}

bool ts_ik_push_version(ts_call *call, const ts_ik_file *file, json_t *next_own, const char **kept)
{
    ts_picture_full copy;
    if (json_array_size(json_object_get(file->own, "versions")) >= TS_IK_VERSIONS_MAX - 1)
        return ts_ik_fail(call, TS_USAGE, "A file can have a maximum of 100 versions.",
                          "Delete older versions first.");
    json_t *own = own_of_version(call, file), *extra = json_pack("{s:o}", "imagekit", own);
    if (!ts_ik_keep(call, extra)) return false;
    ts_copy wish = {.id = file->picture.row.id, .extra = extra, .silent = true};
    if (!ts_service_picture_copy(call->service, &call->actor, &wish, call->arena, &copy, &call->err))
        return false;
    *kept = copy.row.id;
    const char *name = version_name(call, file);
    (void)json_object_set_new(next_own, "versions", versions_with(file, copy.row.id, name ? name : ""));
    return json_object_set_new(next_own, "version", new_version_id()) == 0 || ts_fail_memory(&call->err);
}

/* ---- deleting ----------------------------------------------------------------------------------- */

static bool drop_picture(ts_call *call, const char *id)
{
    return ts_service_picture_delete(call->service, &call->actor, id, -1, &call->err);
}

/* A version that is gone already is as wanted. */
static void drop_version(ts_call *call, const json_t *version)
{
    ts_error before = call->err;
    const char *picture = ts_json_string_or(version, "picture", NULL);
    if (picture && !drop_picture(call, picture)) call->err = before;
}

bool ts_ik_delete(ts_call *call, const ts_ik_file *file)
{
    const json_t *versions = json_object_get(file->own, "versions");
    if (!drop_picture(call, file->picture.row.id)) return false;
    for (size_t i = 0; i < json_array_size(versions); i++) drop_version(call, json_array_get(versions, i));
    return true;
}

/* ---- replacing ---------------------------------------------------------------------------------- */

static bool read_original(ts_call *call, const char *id, ts_buf *out)
{
    ts_picture_file file;
    bool held = ts_scopes_cover(call->actor.scopes, TS_SCOPE_REVIEW);
    if (!ts_service_picture_file(call->service, &call->actor, id, TS_RENDITION_ORIGINAL, held, call->arena,
                                 &file, &call->err))
        return false;
    bool ok = ts_buf_reserve(out, (size_t)file.length);
    char piece[65536];
    ssize_t n = 0;
    while (ok && (n = read(file.fd, piece, sizeof piece)) > 0) ok = ts_buf_append(out, piece, (size_t)n);
    (void)close(file.fd);
    if (!ok) return ts_fail_memory(&call->err);
    return n == 0 || ts_fail(&call->err, TS_IO, "the original cannot be read");
}

/* Tags that people gave go with the bytes. */
static bool tags_of(ts_call *call, const ts_ik_file *file, ts_upload *upload)
{
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    const char **tags = TS_NEW_ARRAY(call->arena, facts.tag_count, const char *);
    if (!tags) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < facts.tag_count; i++)
        if (!facts.tags[i].machine && facts.tags[i].accepted)
    tags[upload->tag_count++] = facts.tags[i].concept ? facts.tags[i].concept : facts.tags[i].label;
    upload->tags = tags;
    return true;
}

static bool upload_over(ts_call *call, const ts_ik_file *from, const ts_ik_file *onto, json_t *own,
                        const ts_buf *bytes, ts_ik_file *out)
{
    ts_upload_result result = {0};
    json_t *extra = json_pack("{s:O, s:O}", "imagekit", own, "metadata", from->metadata);
    if (!ts_ik_keep(call, extra)) return false;
    ts_upload upload = {.bytes = bytes->data,
                        .length = bytes->length,
                        .name = ts_ik_name_of(onto->path),
                        .description = from->picture.row.description,
                        .space = TS_IK_SPACE,
                        .alias = onto->path,
                        .alias_rule = TS_ALIAS_OVERWRITES,
                        .duplicates = TS_DUPLICATE_KEEP,
                        .origin = "api",
                        .extra = extra};
    return tags_of(call, from, &upload) &&
           ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &call->err) &&
           ts_ik_file_of(call, &result.picture, onto->path, out);
}

bool ts_ik_replace(ts_call *call, const ts_ik_file *from, const ts_ik_file *onto, ts_ik_file *out)
{
    static const char *const places[] = {"version_of", "version_name", "versions", "version", "path"};
    ts_buf bytes = {0};
    const char *kept = NULL;
    json_t *own = json_deep_copy(from->own);
    if (!ts_ik_keep(call, own)) return false;
    for (size_t i = 0; i < TS_COUNT_OF(places); i++) (void)json_object_del(own, places[i]);
    (void)json_object_set_new(own, "path", ts_json_repaired(onto->path));
    ts_ik_file target = *onto;
    bool ok = read_original(call, from->picture.row.id, &bytes) && ts_ik_name(call, &target) &&
              ts_ik_push_version(call, &target, own, &kept);
    bool done = ok && upload_over(call, from, &target, own, &bytes, out);
    ts_buf_free(&bytes);
    ts_error why = call->err;
    if (ok && !done && kept) (void)drop_picture(call, kept), call->err = why;
    return done;
}

/* ---- the calls ---------------------------------------------------------------------------------- */

static const json_t *find_entry(const ts_ik_file *file, const char *id)
{
    const json_t *versions = json_object_get(file->own, "versions");
    for (size_t i = 0; i < json_array_size(versions); i++) {
        const json_t *version = json_array_get(versions, i);
        if (strcmp(ts_json_string_or(version, "id", ""), id) == 0) return version;
    }
    return NULL;
}

static bool load_version(ts_call *call, const json_t *entry, ts_ik_file *out)
{
    ts_picture_full picture;
    ts_picture_query query = {.id = ts_json_string_or(entry, "picture", ""),
                              .with_held = ts_scopes_cover(call->actor.scopes, TS_SCOPE_REVIEW)};
    if (!ts_service_picture(call->service, &call->actor, &query, call->arena, &picture, &call->err))
        return false;
    if (!ts_ik_file_of(call, &picture, "", out)) return false;
    out->path = ts_json_string_or(out->own, "path", out->path);
    return true;
}

static bool no_version(ts_call *call)
{
    return ts_ik_fail(call, TS_NOT_FOUND, NO_VERSION,
                      "Check the versionId: GET /v1/files/{fileId}/versions lists them.");
}

bool ts_ik_versions(ts_call *call)
{
    ts_ik_file file, older;
    if (!ts_ik_find(call, ts_call_path(call, "id"), &file)) return false;
    const json_t *versions = json_object_get(file.own, "versions");
    json_t *list = json_array();
    (void)json_array_append_new(list, ts_ik_file_json(call, &file, TS_IK_FILE));
    for (size_t i = json_array_size(versions); i-- > 0;) {
        ts_error before = call->err;
        if (load_version(call, json_array_get(versions, i), &older))
            (void)json_array_append_new(list, ts_ik_file_json(call, &older, TS_IK_VERSION));
        else call->err = before;
    }
    return ts_answer(call, 200, list);
}

/* *entry NULL: it is the current one. */
static bool find_version(ts_call *call, ts_ik_file *file, const json_t **entry, ts_ik_file *version)
{
    const char *id = ts_call_path(call, "version");
    if (!ts_ik_find(call, ts_call_path(call, "id"), file)) return false;
    *entry = NULL;
    *version = *file;
    if (strcmp(id, ts_ik_version_id(file)) == 0) return true;
    *entry = find_entry(file, id);
    if (!*entry) return no_version(call);
    return load_version(call, *entry, version) || (call->err.code == TS_NOT_FOUND && no_version(call));
}

bool ts_ik_version_get(ts_call *call)
{
    ts_ik_file file, version;
    const json_t *entry = NULL;
    if (!find_version(call, &file, &entry, &version)) return false;
    return ts_answer(call, 200, ts_ik_file_json(call, &version, entry ? TS_IK_VERSION : TS_IK_FILE));
}

static void drop_entry(const ts_ik_file *file, const char *id)
{
    json_t *versions = json_object_get(file->own, "versions");
    for (size_t i = 0; i < json_array_size(versions); i++)
        if (strcmp(ts_json_string_or(json_array_get(versions, i), "id", ""), id) == 0) {
            (void)json_array_remove(versions, i);
            return;
        }
}

bool ts_ik_version_delete(ts_call *call)
{
    ts_ik_file file, version;
    const json_t *entry = NULL;
    if (!find_version(call, &file, &entry, &version)) return false;
    if (!entry)
        return ts_ik_fail(call, TS_USAGE, "The current file version cannot be deleted.",
                          "Delete the file itself, or restore another version first.");
    drop_entry(&file, ts_call_path(call, "version"));
    return ts_ik_save(call, &file, NULL) && drop_picture(call, version.picture.row.id) &&
           ts_answer_nothing(call);
}

bool ts_ik_version_restore(ts_call *call)
{
    ts_ik_file file, version, now;
    const json_t *entry = NULL;
    if (!find_version(call, &file, &entry, &version)) return false;
    if (!entry) return ts_answer(call, 200, ts_ik_file_json(call, &file, TS_IK_FILE));
    drop_entry(&file, ts_call_path(call, "version"));
    if (!ts_ik_replace(call, &version, &file, &now)) return false;
    if (!drop_picture(call, version.picture.row.id)) return false;
    return ts_answer(call, 200, ts_ik_file_json(call, &now, TS_IK_FILE));
}
