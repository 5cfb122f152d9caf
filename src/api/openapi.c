/* api: the OpenAPI 3.1 document, written from the routes' descriptions and the schemas. Knows no route by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/internal.h"
#include "api/openapi.h"

#define SCHEMA_PREFIX "#/components/schemas/"

static const ts_family *const families[] = {
    &ts_family_upload, &ts_family_pictures, &ts_family_tags,    &ts_family_review,  &ts_family_search,
    &ts_family_layout, &ts_family_searches, &ts_family_presets, &ts_family_hooks,   &ts_family_keys,
    &ts_family_people, &ts_family_jobs,     &ts_family_keep,    &ts_family_schemes, &ts_family_system};

size_t ts_family_count(void)
{
    return TS_COUNT_OF(families);
}

const ts_family *ts_family_at(size_t index)
{
    return families[index];
}

/* ---- errors -------------------------------------------------------------------------------------- */

/* Each says when a route may answer it. */
typedef struct error_doc {
    int status;
    const char *name, *about;
    bool (*may)(const ts_route *route);
} error_doc;

static bool always(const ts_route *route)
{
    return route != NULL;
}

static bool is_guarded(const ts_route *route)
{
    return !(route->flags & TS_ROUTE_PUBLIC);
}

static bool may_be_nobody(const ts_route *route)
{
    return is_guarded(route) || (route->doc->errors & TS_SAYS_KEY);
}

static bool may_forbid(const ts_route *route)
{
    return is_guarded(route) || (route->doc->errors & TS_SAYS_FORBIDDEN);
}

static bool is_limited(const ts_route *route)
{
    return may_be_nobody(route) && !(route->flags & TS_ROUTE_UNLIMITED);
}

static bool has_body(const ts_route *route)
{
    return route->bodies != TS_BODY_NONE;
}

static bool writes(const ts_route *route)
{
    return strcmp(route->method, "GET") != 0;
}

static bool may_miss(const ts_route *route)
{
    return strchr(route->pattern, '{') || (route->doc->errors & TS_SAYS_NOT_FOUND);
}

static bool may_clash(const ts_route *route)
{
    return (route->doc->errors & TS_SAYS_CONFLICT) || (route->doc->headers & TS_TAKES_IDEMPOTENCY);
}

static bool may_lack_credit(const ts_route *route)
{
    return route->doc->errors & TS_SAYS_CREDIT;
}

static bool may_be_changed(const ts_route *route)
{
    return (route->doc->headers & TS_TAKES_IF_MATCH) || (route->doc->errors & TS_SAYS_CHANGED);
}

static bool may_refuse_picture(const ts_route *route)
{
    return (route->doc->errors & TS_SAYS_PICTURE) || (route->doc->headers & TS_TAKES_IDEMPOTENCY);
}

static bool may_refuse_type(const ts_route *route)
{
    return has_body(route) || (route->doc->errors & TS_SAYS_PICTURE);
}

static const error_doc errors[] = {
    {400, "BadRequest", "The request makes no sense: a parameter, a member of the body, the query language.",
     always},
    {401, "Unauthorized", "No key, or one that is not known, revoked or expired.", may_be_nobody},
    {402, "NoCredit", "The key's credits are spent.", may_lack_credit},
    {403, "Forbidden",
     "The key lacks the scope, the page's origin is not allowed, or it is meant for somebody else.",
     may_forbid},
    {404, "NotFound", "There is no such thing, or it is not for you to see.", may_miss},
    {408, "TooSlow", "The body came too slowly.", always},
    {409, "Conflict", "What is there already stands against it.", may_clash},
    {412, "Changed", "It was changed meanwhile: read it again first.", may_be_changed},
    {413, "TooLarge", "Over a limit on bytes or pixels.", always},
    {414, "TooLongAddress", "The address is longer than the server reads.", always},
    {415, "UnsupportedType", "A type of body or of picture that is not taken here.", may_refuse_type},
    {421, "WrongHost", "This server does not answer to that host name.", always},
    {422, "Unprocessable",
     "The picture cannot be read or its address is refused; or the idempotency key came with "
     "another request before.",
     may_refuse_picture},
    {429, "TooFast", "More requests than the key's rate allows: see Retry-After.", is_limited},
    {500, "ServerFault", "Something is broken on the server; the log knows the request's id.", always},
    {503, "Busy", "Too much in hand just now: try again after Retry-After seconds.", always},
    {507, "NoSpace", "The server's disk is full.", writes},
};

static json_t *ref_to(const char *prefix, const char *name)
{
    char text[160];
    (void)snprintf(text, sizeof text, "%s%s", prefix, name);
    return json_pack("{s:s}", "$ref", text);
}

/* One more type under "content" of a body or an answer. */
static void add_content(json_t *to, const char *type, json_t *schema)
{
    json_t *content = json_object_get(to, "content");
    if (!content) {
        content = json_object();
        if (json_object_set_new(to, "content", content) != 0) return;
    }
    (void)json_object_set_new(content, type, json_pack("{s:o}", "schema", schema));
}

static json_t *write_error_responses(void)
{
    json_t *all = json_object();
    for (size_t i = 0; i < TS_COUNT_OF(errors); i++) {
        json_t *response = json_pack("{s:s}", "description", errors[i].about);
        /* An address that is far too long is refused before anything can be said about it. */
        if (errors[i].status != 414) {
            add_content(response, "application/problem+json", ref_to(SCHEMA_PREFIX, "Problem"));
        }
        if (errors[i].status == 429 || errors[i].status == 503) {
            (void)json_object_set_new(response, "headers",
                                      json_pack("{s:{s:s, s:{s:s}}}", "Retry-After", "description",
                                                "Seconds to wait.", "schema", "type", "string"));
        }
        (void)json_object_set_new(all, errors[i].name, response);
    }
    return all;
}

/* ---- parameters ---------------------------------------------------------------------------------- */

static void add_path_parameters(const ts_api *api, json_t *list, const char *pattern)
{
    const json_t *known = ts_schema_named(api->schemas, TS_PATH_PARAMETERS);
    for (const char *open = strchr(pattern, '{'); open; open = strchr(open + 1, '{')) {
        size_t length = strcspn(open + 1, "}");
        json_t *doc = json_object_getn(known, open + 1, length);
        json_t *parameter = doc ? json_copy(doc) : json_object();
        (void)json_object_set_new(parameter, "name", json_stringn(open + 1, length));
        (void)json_object_set_new(parameter, "in", json_string("path"));
        (void)json_object_set_new(parameter, "required", json_true());
        (void)json_array_append_new(list, parameter);
    }
}

static bool is_required(const json_t *schema, const char *name)
{
    const json_t *required = json_object_get(schema, "required");
    for (size_t i = 0; i < json_array_size(required); i++) {
        if (strcmp(json_string_value(json_array_get(required, i)), name) == 0) return true;
    }
    return false;
}

static void add_query_parameters(const ts_api *api, json_t *list, const char *schema_name)
{
    const json_t *schema = schema_name ? ts_schema_named(api->schemas, schema_name) : NULL;
    const char *name;
    json_t *property;
    json_object_foreach (json_object_get(schema, "properties"), name, property) {
        const json_t *about = json_object_get(property, "description");
        if (!about) about = json_object_get(ts_schema_resolve(api->schemas, property), "description");
        json_t *parameter = json_pack("{s:s, s:s, s:b, s:O}", "name", name, "in", "query", "required",
                                      (int)is_required(schema, name), "schema", property);
        if (about) (void)json_object_set(parameter, "description", (json_t *)(uintptr_t)about);
        (void)json_array_append_new(list, parameter);
    }
}

static void add_header_parameters(json_t *list, unsigned headers)
{
    static const struct {
        unsigned bit;
        const char *name, *about, *pattern;
    } known[] = {
        {TS_TAKES_IF_MATCH, "If-Match",
         "The ETag that the thing had when you read it: refuses (412) if it has changed.",
         "^([*]|\"[^\"]{1,60}\")$"},
        {TS_TAKES_IDEMPOTENCY, "Idempotency-Key",
         "Any text of your choice: the same request with the same key is done once and answered alike for 24 "
         "hours.",
         "^.{1,200}$"},
        {TS_TAKES_LAST_EVENT, "Last-Event-ID", "Go on after this event.", "^[0-9]{1,18}$"},
    };
    for (size_t i = 0; i < TS_COUNT_OF(known); i++) {
        if (!(headers & known[i].bit)) continue;
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "name", known[i].name,
                                                    "in", "header", "description", known[i].about, "schema",
                                                    "type", "string", "pattern", known[i].pattern));
    }
}

/* ---- bodies -------------------------------------------------------------------------------------- */

/* A form has the members of the JSON body and, if the route takes one, the file. */
static json_t *multipart_schema(const ts_api *api, const ts_route_doc *doc)
{
    if (!doc->file) return ref_to(SCHEMA_PREFIX, doc->body);
    json_t *schema = json_deep_copy(ts_schema_named(api->schemas, doc->body));
    (void)json_object_set_new(json_object_get(schema, "properties"), "file",
                              json_pack("{s:s, s:s, s:s}", "type", "string", "contentMediaType",
                                        "application/octet-stream", "description",
                                        "The picture; several parts of this name are several pictures."));
    (void)json_object_del(schema, "examples");
    return schema;
}

static json_t *request_body(const ts_api *api, const ts_route *route)
{
    const ts_route_doc *doc = route->doc;
    json_t *body = json_pack("{s:b}", "required", !(route->bodies & TS_BODY_OPTIONAL));
    if (route->bodies & TS_BODY_JSON) add_content(body, "application/json", ref_to(SCHEMA_PREFIX, doc->body));
    if (route->bodies & TS_BODY_MULTIPART)
        add_content(body, "multipart/form-data", multipart_schema(api, doc));
    if (route->bodies & TS_BODY_FORM) {
        add_content(body, "application/x-www-form-urlencoded", ref_to(SCHEMA_PREFIX, doc->body));
    }
    if (route->bodies & TS_BODY_RAW) {
        add_content(body, doc->raw ? doc->raw : "image/*",
                    json_object()); /* bytes: nothing that a schema could say */
    }
    return body;
}

/* ---- answers ------------------------------------------------------------------------------------- */

static json_t *response_of(const ts_answer_doc *answer)
{
    json_t *response = json_pack("{s:s}", "description", answer->about);
    if (!answer->schema && !answer->type) return response;
    const char *type = answer->type ? answer->type : "application/json";
    json_t *media =
        answer->schema ? json_pack("{s:o}", "schema", ref_to(SCHEMA_PREFIX, answer->schema)) : json_object();
    (void)json_object_set_new(response, "content", json_pack("{s:o}", type, media));
    return response;
}

/* A status that comes with several media types has a line in the table for each; the first one describes it. */
static void put_response(json_t *all, const char *status, json_t *response)
{
    json_t *known = json_object_get(all, status);
    if (!known) {
        (void)json_object_set_new(all, status, response);
        return;
    }
    (void)json_object_update(json_object_get(known, "content"), json_object_get(response, "content"));
    json_decref(response);
}

static json_t *responses_of(const ts_route *route)
{
    char status[16];
    json_t *all = json_object();
    for (size_t i = 0; i < TS_ANSWERS_MAX && route->doc->answers[i].status; i++) {
        (void)snprintf(status, sizeof status, "%d", route->doc->answers[i].status);
        put_response(all, status, response_of(&route->doc->answers[i]));
    }
    for (size_t i = 0; i < TS_COUNT_OF(errors); i++) {
        if (!errors[i].may(route)) continue;
        (void)snprintf(status, sizeof status, "%d", errors[i].status);
        (void)json_object_set_new(all, status, ref_to("#/components/responses/", errors[i].name));
    }
    return all;
}

/* ---- the document -------------------------------------------------------------------------------- */

static json_t *operation_of(const ts_api *api, const ts_route *route)
{
    const ts_route_doc *doc = route->doc;
    char scopes[TS_SCOPES_TEXT] = "";
    json_t *parameters = json_array();
    add_path_parameters(api, parameters, route->pattern);
    add_query_parameters(api, parameters, doc->query);
    add_header_parameters(parameters, doc->headers);
    json_t *operation =
        json_pack("{s:s, s:s, s:[s], s:o, s:o}", "operationId", doc->id, "summary", doc->summary, "tags",
                  doc->family, "parameters", parameters, "responses", responses_of(route));
    if (doc->about) (void)json_object_set_new(operation, "description", json_string(doc->about));
    if (has_body(route)) (void)json_object_set_new(operation, "requestBody", request_body(api, route));
    if (route->flags & TS_ROUTE_PUBLIC) (void)json_object_set_new(operation, "security", json_array());
    if (doc->metrics && api->open_metrics) {
        (void)json_object_set_new(operation, "security",
                                  json_pack("[{s:[]}, {s:[]}, {s:[]}, {}]", "bearer", "basic", "header"));
    }
    if (route->flags & TS_ROUTE_QUERY_KEY) {
        (void)json_object_set_new(
            operation, "security",
            json_pack("[{s:[]}, {s:[]}, {s:[]}, {s:[]}]", "bearer", "basic", "header", "query"));
    }
    if (route->scope) {
        ts_scopes_print(route->scope, scopes);
        (void)json_object_set_new(operation, "x-scope", json_string(scopes));
    }
    return operation;
}

static json_t *paths_of(const ts_api *api)
{
    json_t *paths = json_object();
    for (size_t f = 0; f < ts_family_count(); f++) {
        for (size_t i = 0; i < families[f]->count; i++) {
            const ts_route *route = &families[f]->routes[i];
            if (route->flags & TS_ROUTE_LOCAL) continue;
            json_t *item = json_object_get(paths, route->pattern);
            if (!item) {
                item = json_object();
                if (json_object_set_new(paths, route->pattern, item) != 0) break;
            }
            char method[8] = "";
            for (size_t c = 0; route->method[c] && c < sizeof method - 1; c++)
                method[c] = (char)(route->method[c] | 0x20);
            (void)json_object_set_new(item, method, operation_of(api, route));
        }
    }
    return paths;
}

static json_t *security_schemes(void)
{
    return json_pack("{s:{s:s, s:s}, s:{s:s, s:s}, s:{s:s, s:s, s:s}, s:{s:s, s:s, s:s}}", "bearer", "type",
                     "http", "scheme", "bearer", "basic", "type", "http", "scheme", "basic", "header", "type",
                     "apiKey", "in", "header", "name", "X-API-Key", "query", "type", "apiKey", "in", "query",
                     "name", "key");
}

json_t *ts_openapi_json(const ts_api *api)
{
    json_t *schemas = json_copy((json_t *)(uintptr_t)ts_schemas_all(api->schemas));
    (void)json_object_del(schemas, TS_PATH_PARAMETERS);
    json_t *components = json_pack("{s:o, s:o, s:o}", "schemas", schemas, "responses",
                                   write_error_responses(), "securitySchemes", security_schemes());
    json_t *info = json_pack("{s:s, s:s, s:s, s:{s:s, s:s}}", "title", "Tagsmith", "version", TS_VERSION,
                             "description", "Tags pictures and finds them again.", "license", "name",
                             "Apache-2.0", "identifier", "Apache-2.0");
    return json_pack("{s:s, s:o, s:[{s:s}], s:[{s:[]}, {s:[]}, {s:[]}], s:o, s:o}", "openapi", "3.1.0",
                     "info", info, "servers", "url", api->public_url[0] ? api->public_url : "/", "security",
                     "bearer", "basic", "header", "paths", paths_of(api), "components", components);
}

bool ts_openapi_write(const ts_api *api, ts_buf *out, ts_error *err)
{
    json_t *document = ts_openapi_json(api);
    char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
    json_decref(document);
    if (!text) return ts_fail_memory(err);
    bool ok = ts_buf_puts(out, text);
    free(text);
    return ok || ts_fail_memory(err);
}
