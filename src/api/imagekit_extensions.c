/* api: ImageKit's extensions: read, checked, and done as far as our tags and texts do them. Only
 * translation. */
#include <stdlib.h>
#include <string.h>

#include "api/imagekit.h"
#include "base/json.h"

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
    else if (!is_named(extension, "ai-tasks") && !is_named(extension, "ai-auto-description"))
        put_named(list_member(own, "ai", false), extension);
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

/* ---- what is done with the tagging -------------------------------------------------------------- */

json_t *ts_ik_wishes(const json_t *own)
{
    const json_t *extensions = json_object_get(own, "extensions");
    json_t *wishes = json_object();
    for (size_t i = 0; i < json_array_size(extensions); i++) {
        const json_t *extension = json_array_get(extensions, i);
        if (is_named(extension, "ai-auto-description"))
            (void)json_object_set_new(wishes, "describe", json_true());
        if (is_named(extension, "ai-tasks"))
            (void)json_object_set(wishes, "tasks", json_object_get(extension, "tasks"));
    }
    if (json_object_size(wishes)) return wishes;
    json_decref(wishes);
    return NULL;
}

json_t *ts_ik_names(const json_t *own)
{
    const json_t *extensions = json_object_get(own, "extensions");
    json_t *names = json_array();
    for (size_t i = 0; i < json_array_size(extensions); i++)
        (void)json_array_append(names, json_object_get(json_array_get(extensions, i), "name"));
    return names;
}
