/* api: ImageKit's extensions: read, checked, and done as far as our tags and texts do them. Only
 * translation. */
#include <stdlib.h>
#include <string.h>

#include "api/imagekit.h"
#include "base/json.h"
#include "service/custom_fields.h"
#include "service/edit.h"

#define NO_REMOVE_BG "Tagsmith changes no pictures: backgrounds are not removed here"

/* ---- JSON as people type it --------------------------------------------------------------------- */

/* Without the quotes round it, their backslashes, and commas before a closing bracket; texts stay as they
 * are. */
static char *tidied(const char *text)
{
    size_t length = strlen(text), n = 0;
    char *out = malloc(length + 1);
    bool wrapped = length >= 2 && text[0] == '"' && text[length - 1] == '"', inside = false;
    if (!out) return NULL;
    for (size_t i = wrapped, end = length - wrapped; i < end; i++) {
        if (wrapped && text[i] == '\\' && i + 1 < end && (text[i + 1] == '"' || text[i + 1] == '\\')) i++;
        if (text[i] == '"') inside = !inside;
        size_t next = text[i] == ',' ? i + 1 + strspn(text + i + 1, " \t\r\n") : i;
        if (!inside && text[i] == ',' && (next >= end || text[next] == ']' || text[next] == '}')) continue;
        out[n++] = text[i];
    }
    out[n] = '\0';
    return out;
}

json_t *ts_ik_lenient_json(const char *text)
{
    text += strspn(text, " \t\r\n");
    json_t *json = json_loads(text, 0, NULL);
    if (json) return json;
    char *plain = tidied(text);
    json = plain ? json_loads(plain, 0, NULL) : NULL;
    free(plain);
    return json;
}

/* ---- what may be asked -------------------------------------------------------------------------- */

static bool is_between(const json_t *extension, const char *name, double most)
{
    const json_t *value = json_object_get(extension, name);
    double number = json_number_value(value);
    return json_is_number(value) && number >= 0 && number <= most;
}

static bool check_tagging(const json_t *extension, ts_error *err)
{
    if (!is_between(extension, "minConfidence", 100)) {
        (void)ts_fail(err, TS_USAGE, "Invalid extensions parameter");
        return ts_hint(err, "minConfidence must be a number between 0 and 100");
    }
    if (is_between(extension, "maxTags", 30)) return true;
    (void)ts_fail(err, TS_USAGE, "Invalid extensions parameter");
    return ts_hint(err, "maxTags must be a number between 0 and 30");
}

static bool check_vocabulary(const json_t *task)
{
    size_t bytes = 0;
    const json_t *vocabulary = json_object_get(task, "vocabulary");
    for (size_t i = 0; i < json_array_size(vocabulary); i++) {
        const char *word = json_string_value(json_array_get(vocabulary, i));
        if (word && strchr(word, '%')) return false;
        bytes += word ? strlen(word) : 0;
    }
    return (!vocabulary || json_is_array(vocabulary)) && bytes <= TS_IK_TAGS_BYTES;
}

static bool check_task(const json_t *task, ts_error *err)
{
    static const char *const types[] = {"select_tags", "select_metadata", "yes_no"};
    const char *type = ts_json_string_or(task, "type", "");
    bool known = false;
    for (size_t i = 0; i < TS_COUNT_OF(types); i++) known = known || strcmp(types[i], type) == 0;
    const char *why = !known ? "the type of a task is select_tags, select_metadata or yes_no"
                      : !ts_json_string_or(task, "instruction", NULL) ? "a task needs an instruction"
                      : !check_vocabulary(task) ? "a vocabulary has at most 500 characters and no %"
                      : strcmp(type, "select_metadata") == 0 && !ts_json_string_or(task, "field", NULL)
                          ? "select_metadata needs a field"
                          : NULL;
    if (!why) return true;
    (void)ts_fail(err, TS_USAGE, "Invalid extensions parameter");
    return ts_hint(err, "%s", why);
}

static bool check_tasks(const json_t *extension, ts_error *err)
{
    const json_t *tasks = json_object_get(extension, "tasks");
    if (!json_array_size(tasks)) {
        (void)ts_fail(err, TS_USAGE, "Invalid extensions parameter");
        return ts_hint(err, "ai-tasks needs an array of tasks");
    }
    for (size_t i = 0; i < json_array_size(tasks); i++)
        if (!check_task(json_array_get(tasks, i), err)) return false;
    return true;
}

bool ts_ik_check_extension(const json_t *extension, ts_error *err)
{
    const char *name = ts_json_string_or(extension, "name", "");
    if (strcmp(name, "google-auto-tagging") == 0 || strcmp(name, "aws-auto-tagging") == 0)
        return check_tagging(extension, err);
    if (strcmp(name, "ai-tasks") == 0) return check_tasks(extension, err);
    if (strcmp(name, "ai-auto-description") == 0 || strcmp(name, "remove-bg") == 0) return true;
    (void)ts_fail(err, TS_USAGE, "Invalid extensions parameter");
    return ts_hint(
        err,
        "known extensions: google-auto-tagging, aws-auto-tagging, ai-auto-description, ai-tasks, remove-bg, "
        "saved-extension");
}

/* ---- what is asked ------------------------------------------------------------------------------ */

static bool is_named(const json_t *extension, const char *name)
{
    return strcmp(ts_json_string_or(extension, "name", ""), name) == 0;
}

/* The extension itself, or what was saved under its id; new reference. */
static json_t *resolve(ts_call *call, const json_t *extension)
{
    if (!is_named(extension, "saved-extension"))
        return ts_ik_check_extension(extension, &call->err) ? json_deep_copy(extension) : NULL;
    json_t *config = ts_ik_saved_config(call, ts_json_string_or(extension, "id", ""));
    return config ? json_deep_copy(config) : NULL;
}

/* One of each name: the last word counts. */
static void put_named(json_t *list, json_t *extension)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (is_named(json_array_get(list, i), ts_json_string_or(extension, "name", ""))) {
            (void)json_array_remove(list, i);
            break;
        }
    (void)json_array_append(list, extension);
}

static json_t *list_member(json_t *own, const char *name, bool fresh)
{
    if (fresh || !json_is_array(json_object_get(own, name)))
        (void)json_object_set_new(own, name, json_array());
    return json_object_get(own, name);
}

static void note(json_t *own, json_t *extension)
{
    json_t *failed = json_object_get(own, "failed");
    put_named(list_member(own, "extensions", false), extension);
    if (is_named(extension, "remove-bg"))
        (void)json_object_set_new(failed, "remove-bg", json_string(NO_REMOVE_BG));
    else if (is_named(extension, "ai-tasks") || is_named(extension, "ai-auto-description"))
        put_named(list_member(own, "todo", false), extension);
    else put_named(list_member(own, "ai", false), extension);
}

bool ts_ik_take_extensions(ts_call *call, const json_t *extensions, json_t *own)
{
    if (!json_is_array(extensions))
        return ts_ik_fail(call, TS_USAGE, "Invalid extensions parameter",
                          "extensions must be an array of objects");
    (void)list_member(own, "extensions", true);
    (void)json_object_set_new(own, "failed", json_object());
    for (size_t i = 0; i < json_array_size(extensions); i++) {
        json_t *extension = resolve(call, json_array_get(extensions, i));
        if (!extension) return call->err.code ? false : ts_fail_memory(&call->err);
        note(own, extension);
        json_decref(extension);
    }
    return true;
}

/* ---- doing it ----------------------------------------------------------------------------------- */

static const char *describe(ts_call *call, const ts_ik_file *file)
{
    ts_picture_texts texts;
    bool ok = ts_service_picture_texts(call->service, &file->picture, TS_LANGUAGE_EN, call->arena, &texts,
                                       &call->err);
    return ok && texts.description ? texts.description : "";
}

static json_t *field_options(void *context, const char *name)
{
    ts_call *call = context;
    ts_field field;
    ts_error unknown = {0};
    if (!ts_service_field(call->service, &call->actor, name, call->arena, &field, &unknown)) return NULL;
    return field.options ? json_incref((json_t *)(uintptr_t)field.options) : json_array();
}

/* Values that the fields do not take are left out: a task is no request that could be refused. */
static void set_values(ts_call *call, ts_ik_file *file, const json_t *values)
{
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)values, name, value) {
        json_t *one = json_pack("{s:O}", name, value);
        ts_error before = call->err;
        bool ok = one && ts_ik_set_metadata(call, file->metadata, one, false);
        if (!ok) {
            (void)json_object_set_new(json_object_get(file->own, "failed"), "ai-tasks",
                                      json_string(call->err.message));
            call->err = before;
        }
        json_decref(one);
    }
}

static bool edit_tags(ts_call *call, ts_ik_file *file, const json_t *done)
{
    const json_t *add = json_object_get(done, "add"), *remove = json_object_get(done, "remove");
    size_t count = 0, adds = json_array_size(add), all = adds + json_array_size(remove);
    ts_edit *edits = TS_NEW_ARRAY(call->arena, all, ts_edit);
    if (!edits) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < all; i++) {
        const char *tag =
            json_string_value(i < adds ? json_array_get(add, i) : json_array_get(remove, i - adds));
        if (tag && tag[0])
            edits[count++] = (ts_edit){.action = i < adds ? TS_EDIT_ADD : TS_EDIT_REMOVE, .tag = tag};
    }
    ts_ik_note_words(file->own, add);
    return count == 0 || ts_service_edit(call->service, &call->actor, file->picture.row.id, edits, count, -1,
                                         call->arena, &file->picture, &call->err);
}

static bool do_tasks(ts_call *call, ts_ik_file *file, const json_t *extension)
{
    ts_ik_facts facts = ts_ik_facts_of(call, file);
    json_t *done = ts_ik_do_tasks(&facts, json_object_get(extension, "tasks"), field_options, call);
    if (!ts_ik_keep(call, done)) return false;
    set_values(call, file, json_object_get(done, "set"));
    return edit_tags(call, file, done);
}

bool ts_ik_settle(ts_call *call, ts_ik_file *file)
{
    json_t *todo = json_object_get(file->own, "todo");
    ts_picture_patch patch = {0};
    if (file->picture.row.state == TS_PICTURE_PENDING || !json_array_size(todo)) return true;
    if (!json_object_get(file->own, "failed")) (void)json_object_set_new(file->own, "failed", json_object());
    bool failed = file->picture.row.state == TS_PICTURE_FAILED;
    for (size_t i = 0; !failed && i < json_array_size(todo); i++) {
        const json_t *extension = json_array_get(todo, i);
        if (is_named(extension, "ai-tasks") && !do_tasks(call, file, extension)) return false;
        if (is_named(extension, "ai-auto-description")) patch.description = describe(call, file);
    }
    if (patch.description && !patch.description[0]) patch.description = NULL;
    (void)json_object_del(file->own, "todo");
    return ts_ik_save(call, file, &patch);
}
