/* api: ImageKit's calls for one file or many: details, changes, lists, tags. Only translation. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit.h"
#include "api/imagekit_query.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "service/edit.h"

/* ---- one file ----------------------------------------------------------------------------------- */

bool ts_ik_get(ts_call *call)
{
    ts_ik_file file;
    if (!ts_ik_find(call, ts_call_path(call, "id"), &file)) return false;
    return ts_answer(call, 200, ts_ik_file_json(call, &file, TS_IK_FILE));
}

bool ts_ik_remove(ts_call *call)
{
    ts_ik_file file;
    return ts_ik_find(call, ts_call_path(call, "id"), &file) && ts_ik_delete(call, &file) &&
           ts_answer_nothing(call);
}

/* ---- tags --------------------------------------------------------------------------------------- */

static bool edit(ts_call *call, ts_ik_file *file, ts_edit_action action, const char *const *tags,
                 size_t count)
{
    ts_edit *edits = TS_NEW_ARRAY(call->arena, count, ts_edit);
    if (!edits) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < count; i++) edits[i] = (ts_edit){.action = action, .tag = tags[i]};
    return count == 0 || ts_service_edit(call->service, &call->actor, file->picture.row.id, edits, count, -1,
                                         call->arena, &file->picture, &call->err);
}

static bool texts_of(ts_call *call, const json_t *list, const char *const **out, size_t *count)
{
    const char **texts = TS_NEW_ARRAY(call->arena, json_array_size(list), const char *);
    if (!texts) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && text[0]) texts[(*count)++] = text;
    }
    *out = texts;
    return true;
}

static bool edit_list(ts_call *call, ts_ik_file *file, ts_edit_action action, const json_t *tags)
{
    const char *const *texts = NULL;
    size_t count = 0;
    return texts_of(call, tags, &texts, &count) && edit(call, file, action, texts, count);
}

/* Exactly these are people's own; the machines' stay. */
static bool set_tags(ts_call *call, ts_ik_file *file, const json_t *tags)
{
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    const char **gone = TS_NEW_ARRAY(call->arena, facts.tag_count, const char *);
    size_t count = 0;
    if (!gone) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < facts.tag_count; i++)
        if (!facts.tags[i].machine)
    gone[count++] = facts.tags[i].concept ? facts.tags[i].concept : facts.tags[i].label;
    (void)json_object_set_new(file->own, "words", json_array());
    ts_ik_note_words(file->own, tags);
    return edit(call, file, TS_EDIT_REMOVE, gone, count) && edit_list(call, file, TS_EDIT_ADD, tags);
}

static bool is_named(const ts_ik_tag *tag, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (name && strcasecmp(name, tag->label) == 0) return true;
    }
    return false;
}

static void hide(json_t *own, const json_t *names)
{
    json_t *hidden = json_object_get(own, "hidden");
    if (!json_is_array(hidden)) {
        (void)json_object_set_new(own, "hidden", json_array());
        hidden = json_object_get(own, "hidden");
    }
    (void)json_array_extend(hidden, (json_t *)(uintptr_t)names);
}

/* "all": none of the machines' tags is shown as an AI tag any more; names: these tags are wrong here. */
static bool remove_ai_tags(ts_call *call, ts_ik_file *file, const json_t *names)
{
    if (json_is_string(names) && strcmp(json_string_value(names), "all") == 0)
        return json_object_set_new(file->own, "ai", json_array()) == 0;
    if (!json_is_array(names))
        return ts_ik_fail(call, TS_USAGE, "Invalid removeAITags parameter",
                          "removeAITags is an array of names, or \"all\"");
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    const char **gone = TS_NEW_ARRAY(call->arena, facts.tag_count, const char *);
    size_t count = 0;
    if (!gone) return ts_fail_memory(&call->err);
    hide(file->own, names);
    for (size_t i = 0; i < facts.tag_count; i++) {
        if (facts.tags[i].machine && is_named(&facts.tags[i], names))
        gone[count++] = facts.tags[i].concept ? facts.tags[i].concept : facts.tags[i].label;
    }
    return edit(call, file, TS_EDIT_REMOVE, gone, count);
}

/* ---- changes ------------------------------------------------------------------------------------ */

static bool patch_coordinates(ts_call *call, ts_ik_file *file, const json_t *value)
{
    if (!value) return true;
    if (json_is_null(value)) return json_object_del(file->own, "coordinates") >= -1;
    if (!json_is_string(value))
        return ts_ik_fail(call, TS_USAGE, "Invalid customCoordinates parameter",
                          "customCoordinates have the form x,y,width,height");
    return json_object_set(file->own, "coordinates", (json_t *)(uintptr_t)value) == 0;
}

static bool patch_tags(ts_call *call, ts_ik_file *file, const json_t *tags)
{
    json_t *list = NULL;
    if (!tags) return true;
    if (json_is_null(tags)) return set_tags(call, file, NULL);
    return ts_ik_parse_tags(call, tags, &list) && set_tags(call, file, list);
}

static bool patch_publication(ts_call *call, ts_ik_file *file, const json_t *publish)
{
    const json_t *published = json_object_get(publish, "isPublished");
    if (!publish) return true;
    if (!json_is_boolean(published))
        return ts_ik_fail(call, TS_USAGE, "Invalid publish parameter",
                          "publish.isPublished is true or false");
    if (json_is_true(published)) (void)json_object_del(file->own, "unpublished");
    else (void)json_object_set_new(file->own, "unpublished", json_true());
    return true;
}

/* What a file waits with goes on beside what is asked for now. */
static void keep_waiting(json_t *own, const json_t *failed, const json_t *notify)
{
    json_t *told = json_object_get(own, "notify");
    (void)json_object_update_missing(json_object_get(own, "failed"), (json_t *)(uintptr_t)failed);
    for (size_t i = 0; i < json_array_size(notify); i++) {
        bool there = false;
        for (size_t k = 0; k < json_array_size(told); k++)
            there = there || json_equal(json_array_get(told, k), json_array_get(notify, i));
        if (!there) (void)json_array_append(told, json_array_get(notify, i));
    }
}

static bool take_extensions(ts_call *call, ts_ik_file *file, const json_t *extensions)
{
    bool waits = file->picture.row.state == TS_PICTURE_PENDING;
    json_t *failed = json_incref(json_object_get(file->own, "failed"));
    json_t *notify = json_incref(json_object_get(file->own, "notify"));
    json_t *parsed = json_is_string(extensions) ? ts_ik_lenient_json(json_string_value(extensions)) : NULL;
    bool ok = ts_ik_take_extensions(call, parsed ? parsed : extensions, file->own);
    (void)json_object_set_new(file->own, "notify", ts_ik_names(file->own));
    if (ok && waits) keep_waiting(file->own, failed, notify);
    json_decref(parsed);
    json_decref(notify);
    json_decref(failed);
    return ok;
}

/* Done in this change where the picture is tagged, else with its tagging; whoever gave an address hears of it there. */
static bool patch_extensions(ts_call *call, ts_ik_file *file, const json_t *body, ts_picture_patch *patch)
{
    const json_t *extensions = json_object_get(body, "extensions");
    if (!extensions || json_is_null(extensions)) {
        if (file->picture.row.state != TS_PICTURE_PENDING) (void)json_object_del(file->own, "extensions");
        return true;
    }
    if (!take_extensions(call, file, extensions)) return false;
    json_t *wishes = ts_ik_wishes(file->own);
    if (wishes && !(patch->wishes = ts_ik_keep(call, wishes))) return false;
    if (!json_array_size(json_object_get(file->own, "extensions"))) return true;
    patch->callback_url = ts_json_string_or(body, "webhookUrl", NULL);
    patch->callback_dialect = TS_IK_SPACE;
    return true;
}

static bool answer_patch(ts_call *call, const ts_ik_file *file)
{
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    json_t *out = ts_ik_draw(&facts, TS_IK_FILE), *status = ts_ik_status_json(&facts);
    if (status) (void)json_object_set_new(out, "extensionStatus", status);
    return ts_answer(call, 200, out);
}

/* An older version is published, or not, with its file. */
static bool publish_older(ts_call *call, const ts_ik_file *file, const json_t *publish)
{
    ts_ik_file *older = NULL;
    size_t count = 0;
    if (!ts_json_bool_or(publish, "includeFileVersions", false)) return true;
    if (!ts_ik_older(call, file, &older, &count)) return false;
    for (size_t i = 0; i < count; i++)
        if (!patch_publication(call, &older[i], publish) || !ts_ik_save(call, &older[i], NULL)) return false;
    return true;
}

static bool try_patch(ts_call *call, const json_t *body, ts_ik_file *file)
{
    const json_t *removed = json_object_get(body, "removeAITags"),
                 *values = json_object_get(body, "customMetadata"),
                 *publish = json_object_get(body, "publish");
    ts_picture_patch patch = {.description = ts_json_string_or(body, "description", NULL)};
    return ts_ik_find(call, ts_call_path(call, "id"), file) &&
           patch_coordinates(call, file, json_object_get(body, "customCoordinates")) &&
           patch_publication(call, file, publish) &&
           ts_ik_set_metadata(call, file->metadata, values, false) &&
           (!removed || json_is_null(removed) || remove_ai_tags(call, file, removed)) &&
           patch_extensions(call, file, body, &patch) &&
           patch_tags(call, file, json_object_get(body, "tags")) && ts_ik_save(call, file, &patch) &&
           publish_older(call, file, publish);
}

/* Its tagging may come to an end between the reading and the writing: then what is asked for is asked of the tagged one. */
bool ts_ik_patch(ts_call *call)
{
    enum { tries = 8 };
    ts_ik_file file;
    const json_t *body = ts_ik_body(call);
    bool done = false;
    for (int i = 0; body && !done && i < tries; i++) {
        call->err = (ts_error){0};
        done = try_patch(call, body, &file);
        if (!done && call->err.code != TS_CHANGED) return false;
    }
    return done && answer_patch(call, &file);
}

/* ---- many files --------------------------------------------------------------------------------- */

typedef bool (*work_on)(ts_call *call, ts_ik_file *file, const json_t *tags);

static const json_t *file_ids(ts_call *call, const json_t *body, size_t most)
{
    const json_t *ids = json_object_get(body, "fileIds");
    size_t count = json_array_size(ids);
    if (!count || count > most) {
        (void)ts_fail(&call->err, TS_USAGE, "Invalid fileIds parameter");
        (void)ts_hint(&call->err, "fileIds is an array of 1 to %zu ids", most);
        return NULL;
    }
    return ids;
}

/* 200 when all went well, 207 when some did, and the first error when none did and it is about files. */
static bool answer_many(ts_call *call, const char *done_name, json_t *done, const char *what, json_t *errors,
                        json_t *missing)
{
    bool some = json_array_size(done) > 0, all = json_array_size(errors) == 0;
    if (!some && json_array_size(missing) == json_array_size(errors) && !all) {
        json_t *body = json_pack("{s:s, s:s, s:O}", "message", "The requested file(s) does not exist.",
                                 "help", "Check the fileIds.", "missingFileIds", missing);
        json_decref(done);
        json_decref(errors);
        json_decref(missing);
        return ts_answer(call, 404, body);
    }
    json_decref(missing);
    json_t *body = json_pack("{s:o}", done_name, done);
    if (all) json_decref(errors);
    else {
        (void)json_object_set_new(body, "errors", errors);
        (void)json_object_set_new(body, "message", json_sprintf("Some files could not be %s.", what));
        (void)json_object_set_new(body, "help", json_string("See errors for the reason of each."));
    }
    return ts_answer(call, all ? 200 : 207, body);
}

static void note_error(ts_call *call, const char *id, json_t *errors, json_t *missing)
{
    if (call->err.code == TS_NOT_FOUND) (void)json_array_append_new(missing, json_string(id));
    (void)json_array_append_new(errors, json_pack("{s:s, s:s}", "fileId", id, "error", call->err.message));
    call->err = (ts_error){0};
}

static bool for_many(ts_call *call, size_t most, const json_t *tags, work_on work, const char *done_name,
                     const char *what)
{
    const json_t *ids = file_ids(call, ts_ik_body(call), most);
    if (!ids) return false;
    json_t *done = json_array(), *errors = json_array(), *missing = json_array();
    for (size_t i = 0; i < json_array_size(ids); i++) {
        ts_ik_file file;
        const char *id = json_string_value(json_array_get(ids, i));
        if (!id) id = "";
        if (ts_ik_find(call, id, &file) && work(call, &file, tags))
            (void)json_array_append_new(done, json_string(id));
        else note_error(call, id, errors, missing);
    }
    return answer_many(call, done_name, done, what, errors, missing);
}

static bool add_to(ts_call *call, ts_ik_file *file, const json_t *tags)
{
    ts_ik_note_words(file->own, tags);
    return ts_ik_save(call, file, NULL) && edit_list(call, file, TS_EDIT_ADD, tags);
}

static bool remove_from(ts_call *call, ts_ik_file *file, const json_t *tags)
{
    return edit_list(call, file, TS_EDIT_REMOVE, tags);
}

static bool delete_one(ts_call *call, ts_ik_file *file, const json_t *tags)
{
    (void)tags;
    return ts_ik_delete(call, file);
}

static bool change_tags(ts_call *call, const char *member, work_on work)
{
    json_t *tags = NULL;
    const json_t *body = ts_ik_body(call), *given = json_object_get(body, member);
    if (!body) return false;
    if (!json_array_size(given)) {
        (void)ts_fail(&call->err, TS_USAGE, "Missing %s parameter", member);
        return ts_hint(&call->err, "%s is an array of texts", member);
    }
    return ts_ik_parse_tags(call, given, &tags) &&
           for_many(call, 50, tags, work, "successfullyUpdatedFileIds", "updated");
}

bool ts_ik_add_tags(ts_call *call)
{
    return change_tags(call, "tags", add_to);
}

bool ts_ik_remove_tags(ts_call *call)
{
    return change_tags(call, "tags", remove_from);
}

static bool remove_ai_from(ts_call *call, ts_ik_file *file, const json_t *names)
{
    return remove_ai_tags(call, file, names) && ts_ik_save(call, file, NULL);
}

bool ts_ik_remove_ai_tags(ts_call *call)
{
    return change_tags(call, "AITags", remove_ai_from);
}

bool ts_ik_delete_many(ts_call *call)
{
    return for_many(call, 100, NULL, delete_one, "successfullyDeletedFileIds", "deleted");
}
