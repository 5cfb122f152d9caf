/* api: ImageKit's server side checks of an upload: what it is to hold, in the language of searches, over what was sent
 * ("request.folder") and what came ("file.mime", "mediaMetadata.width"). Only translation. */
#include <string.h>
#include <strings.h>

#include "api/imagekit.h"
#include "api/imagekit_query.h"
#include "base/json.h"
#include "base/wallclock.h"

typedef struct checks {
    const ts_ik_node *query;
    const char *text;
    json_t *request;
} checks;

/* ---- what was sent ------------------------------------------------------------------------------ */

/* What is not said counts as what ImageKit takes for it. */
static void put_flags(json_t *request)
{
    static const struct {
        const char *name;
        bool usual;
    } flags[] = {{"useUniqueFileName", true},      {"isPrivateFile", false},  {"isPublished", true},
                 {"overwriteFile", true},          {"overwriteAITags", true}, {"overwriteTags", true},
                 {"overwriteCustomMetadata", true}};
    for (size_t i = 0; i < TS_COUNT_OF(flags); i++) {
        const char *text = ts_json_string_or(request, flags[i].name, NULL);
        bool said = text && (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0);
        (void)json_object_set_new(request, flags[i].name,
                                  json_boolean(text && text[0] ? said : flags[i].usual));
    }
}

/* "customMetadata.NAME" for each value. */
static void put_metadata(json_t *request)
{
    const char *name, *text = ts_json_string_or(request, "customMetadata", NULL);
    json_t *value, *values = text ? ts_ik_lenient_json(text) : NULL;
    json_object_foreach (values, name, value) {
        json_t *flat = json_sprintf("customMetadata.%s", name);
        if (flat) (void)json_object_set(request, json_string_value(flat), value);
        json_decref(flat);
    }
    json_decref(values);
}

static bool put_tags(ts_call *call, json_t *request)
{
    json_t *tags = NULL, *given = json_object_get(request, "tags");
    const char *text = json_string_value(given);
    if (!text || !text[0]) return true;
    return ts_ik_parse_tags(call, given, &tags) && json_object_set(request, "tags", tags) == 0;
}

/* As the path of something in it, which is what the language compares folders with. */
static bool put_folder(ts_call *call, json_t *request)
{
    const char *folder = ts_ik_folder(call->arena, ts_json_string_or(request, "folder", "/"));
    if (!folder) return ts_fail_memory(&call->err);
    return json_object_set_new(request, "folder",
                               json_sprintf("%s/", strcmp(folder, "/") == 0 ? "" : folder)) == 0;
}

void *ts_ik_checks_read(ts_call *call, const char *text, const json_t *fields)
{
    ts_error why = {0};
    checks *made = TS_NEW(call->arena, checks);
    if (!made) return (void)ts_fail_memory(&call->err), NULL;
    *made = (checks){.text = text, .query = ts_ik_query_parse(text, ts_wallclock_ms(), call->arena, &why)};
    if (!made->query) {
        const char *column = strstr(why.message, "column ");
        (void)ts_ik_fail(call, TS_USAGE, "Your request contains invalid syntax for the checks parameter.",
                         column ? column
                                : "such as \"file.size\" < \"1mb\" AND \"request.folder\" : \"marketing/\"");
        return NULL;
    }
    made->request = ts_ik_keep(call, json_deep_copy(fields));
    if (!made->request) return NULL;
    put_flags(made->request);
    put_metadata(made->request);
    return put_tags(call, made->request) && put_folder(call, made->request) ? made : NULL;
}

/* ---- what came ---------------------------------------------------------------------------------- */

static json_t *facts_of(const checks *c, const ts_upload_facts *facts)
{
    /* ImageKit's own example writes "image/jpg". */
    bool jpeg = strcmp(facts->mime, "image/jpeg") == 0;
    json_t *mime = jpeg ? json_pack("[s, s]", "image/jpeg", "image/jpg") : json_string(facts->mime);
    json_t *media = json_object();
    if (facts->width) {
        (void)json_object_set_new(media, "width", json_integer(facts->width));
        (void)json_object_set_new(media, "height", json_integer(facts->height));
    }
    return json_pack("{s:{s:I, s:o}, s:o, s:O}", "file", "size", (json_int_t)facts->bytes, "mime", mime,
                     "mediaMetadata", media, "request", c->request);
}

bool ts_ik_checks_pass(void *context, const ts_upload_facts *facts, ts_error *err)
{
    const checks *c = context;
    json_t *known = facts_of(c, facts);
    if (!known) return ts_fail_memory(err);
    bool pass = ts_ik_query_matches(c->query, known);
    json_decref(known);
    if (pass) return true;
    (void)ts_fail(err, TS_USAGE, "Your request failed server side checks.");
    return ts_hint(err, "%.300s", c->text);
}
