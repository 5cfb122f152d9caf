/* api: what happens to every request before and after its route's own few lines: checks, who asks, errors, answers.
 * Knows the descriptions of routes, none of the routes. */
#include "api/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/internal.h"
#include "base/wallclock.h"

#define ETAG_MAX 64
#define IDEMPOTENCY_KEY_MAX 200
#define QUERY_KEY "key"

/* ---- the query ----------------------------------------------------------------------------------- */

/* "de,fr", already checked against its pattern. */
static void read_languages(ts_call *call)
{
    const char *at = ts_member_text(call->query, "lang");
    while (at && *at) {
        size_t length = strcspn(at, ",");
        char code[8] = "";
        memcpy(code, at, length < sizeof code ? length : 0);
        ts_language language;
        if (call->languages.count < TS_LANGUAGE_COUNT && ts_language_find(code, &language)) {
            call->languages.items[call->languages.count++] = language;
        }
        at += length + (at[length] == ',');
    }
}

/* "museum,shop", likewise. */
static bool read_schemes(ts_call *call)
{
    const char *list = ts_member_text(call->query, "scheme");
    ts_language language = call->languages.count ? call->languages.items[0] : TS_LANGUAGE_EN;
    if (!list) return true;
    if (!ts_service_words_open(call->service, list, ts_language_code(language), false, &call->words,
                               &call->err))
        return false;
    call->words.how.only = ts_member_flag(call->query, "scheme_only");
    return true;
}

/* The key in it has been read by http. */
static ts_http_pairs query_without_key(ts_call *call)
{
    ts_http_pairs sent = ts_request_query_pairs(call->request), kept = {0};
    if (!(call->route->flags & TS_ROUTE_QUERY_KEY)) return sent;
    ts_http_pair *items = TS_NEW_ARRAY(call->arena, sent.count, ts_http_pair);
    for (size_t i = 0; items && i < sent.count; i++) {
        if (strcmp(sent.items[i].name, QUERY_KEY) != 0) items[kept.count++] = sent.items[i];
    }
    kept.items = items;
    return kept;
}

static bool read_query(ts_call *call, json_t **query)
{
    const ts_schemas *schemas = call->api->schemas;
    const ts_route_doc *doc = call->route->doc;
    const json_t *schema = doc->query ? ts_schema_named(schemas, doc->query) : NULL;
    ts_http_pairs pairs = query_without_key(call);
    *query = ts_schema_read_pairs(schemas, schema, pairs, &call->err);
    if (!*query) return false;
    call->query = *query;
    if (!schema) return true;
    if (!ts_schema_check(schemas, schema, *query, "the query", &call->err)) return false;
    if (!ts_schema_defaults(schemas, schema, *query)) return ts_fail_memory(&call->err);
    read_languages(call);
    return read_schemes(call);
}

/* ---- headers ------------------------------------------------------------------------------------- */

static bool check_headers(ts_call *call)
{
    const char *key = ts_request_idempotency_key(call->request);
    if (!key || !(call->route->doc->headers & TS_TAKES_IDEMPOTENCY)) return true;
    size_t length = strlen(key);
    if (length > 0 && length <= IDEMPOTENCY_KEY_MAX) return true;
    return ts_fail(&call->err, TS_USAGE, "Idempotency-Key must have 1 to %d characters", IDEMPOTENCY_KEY_MAX);
}

/* ---- the path ------------------------------------------------------------------------------------ */

/* What cannot be an id is the id of nothing. */
static bool check_path(ts_call *call)
{
    const ts_schemas *schemas = call->api->schemas;
    const json_t *known = ts_schema_named(schemas, TS_PATH_PARAMETERS);
    const char *name;
    const json_t *parameter;
    json_object_foreach ((json_t *)(uintptr_t)known, name, parameter) {
        const char *text = ts_request_param(call->request, name);
        if (!text) continue;
        json_t *value = json_string(text);
        bool ok = value && ts_schema_check(schemas, json_object_get(parameter, "schema"), value, name, NULL);
        json_decref(value);
        if (!ok) return ts_fail(&call->err, TS_NOT_FOUND, "nothing can have this %s", name);
    }
    return true;
}

/* ---- the body ------------------------------------------------------------------------------------ */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static json_t *read_json(ts_call *call)
{
    const json_t *sent = ts_request_json(call->request, &call->err);
    if (!sent) return NULL;
    if (!json_is_object(sent)) {
        (void)ts_fail(&call->err, TS_USAGE, "the body must be a JSON object");
        return NULL;
    }
    json_t *body = json_copy((json_t *)(uintptr_t)sent);
    if (!body) (void)ts_fail_memory(&call->err);
    return body;
}

/* NULL with err->code TS_OK: there is none. */
static json_t *read_any_body(ts_call *call, const json_t *schema)
{
    size_t length = 0;
    const char *type = ts_request_body_type(call->request);
    (void)ts_request_body(call->request, &length);
    if (strcmp(type, "multipart/form-data") == 0 || strcmp(type, "application/x-www-form-urlencoded") == 0) {
        return ts_schema_read_pairs(call->api->schemas, schema, ts_request_fields(call->request), &call->err);
    }
    bool is_json = ends_with(type, "/json") || ends_with(type, "+json");
    if (length == 0 && (call->route->bodies & TS_BODY_OPTIONAL)) {
        json_t *empty = json_object();
        if (!empty) (void)ts_fail_memory(&call->err);
        return empty;
    }
    if (is_json || !(call->route->bodies & TS_BODY_RAW)) return read_json(call);
    return NULL;
}

static bool read_body(ts_call *call, json_t **body)
{
    const ts_schemas *schemas = call->api->schemas;
    const char *name = call->route->doc->body;
    if (!name) return true;
    const json_t *schema = ts_schema_named(schemas, name);
    *body = read_any_body(call, schema);
    call->body = *body;
    if (!*body) return call->err.code == TS_OK;
    if (!ts_schema_check(schemas, schema, *body, "the body", &call->err)) return false;
    return ts_schema_defaults(schemas, schema, *body) || ts_fail_memory(&call->err);
}

/* ---- the way through ----------------------------------------------------------------------------- */

ts_call ts_call_of(void *context, ts_request *request, ts_response *response)
{
    ts_api *api = context;
    return (ts_call){.api = api,
                     .service = api->service,
                     .route = ts_request_route(request),
                     .request = request,
                     .response = response,
                     .arena = ts_request_arena(request),
                     .actor = ts_who_actor(ts_request_identity(request))};
}

void ts_call_route(void *context, ts_request *request, ts_response *response)
{
    ts_call call = ts_call_of(context, request, response);
    json_t *query = NULL, *body = NULL;
    bool ok = check_path(&call) && check_headers(&call) && read_query(&call, &query) &&
              read_body(&call, &body) && call.route->doc->run(&call);
    if (!ok) ts_respond_problem(response, &call.err);
    ts_service_words_close(call.service, &call.words);
    json_decref(query);
    json_decref(body);
}

/* ---- what was asked ------------------------------------------------------------------------------ */

const char *ts_call_path(const ts_call *call, const char *name)
{
    const char *value = ts_request_param(call->request, name);
    return value ? value : "";
}

const char *ts_member_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

int64_t ts_member_int(const json_t *object, const char *name, int64_t fallback)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_integer(value)) return json_integer_value(value);
    return json_is_real(value) ? (int64_t)json_real_value(value) : fallback;
}

double ts_member_number(const json_t *object, const char *name, double fallback)
{
    const json_t *value = json_object_get(object, name);
    return json_is_number(value) ? json_number_value(value) : fallback;
}

bool ts_member_flag(const json_t *object, const char *name)
{
    return json_is_true(json_object_get(object, name));
}

bool ts_member_texts(ts_arena *arena, const json_t *object, const char *name, const char *const **texts,
                     size_t *count, ts_error *err)
{
    const json_t *list = json_object_get(object, name);
    *texts = NULL;
    *count = json_array_size(list);
    if (*count == 0) return true;
    const char **items = TS_NEW_ARRAY(arena, *count, const char *);
    if (!items) return ts_fail_memory(err);
    for (size_t i = 0; i < *count; i++) items[i] = json_string_value(json_array_get(list, i));
    *texts = items;
    return true;
}

/* "3,5,8", already checked against its pattern. */
static size_t numbers_of_text(const char *text, uint32_t *numbers)
{
    size_t count = 0;
    while (*text) {
        char *end;
        numbers[count++] = (uint32_t)strtoul(text, &end, 10);
        text = *end == ',' ? end + 1 : end + strlen(end);
    }
    return count;
}

bool ts_call_choice(ts_call *call, const json_t *object, const char *query_name, ts_choice *choice)
{
    const json_t *numbers = json_object_get(object, "numbers");
    const char *text = json_string_value(numbers);
    size_t room = text ? strlen(text) + 1 : json_array_size(numbers);
    *choice = (ts_choice){.query = ts_member_text(object, query_name),
                          .text = ts_member_text(object, "text"),
                          .similar = ts_member_text(object, "similar"),
                          .colour = ts_member_text(object, "colour"),
                          .with_held = ts_member_flag(object, "held"),
                          .by_number = numbers != NULL};
    if (!numbers) return true;
    uint32_t *list = TS_NEW_ARRAY(call->arena, room, uint32_t);
    if (!list) return ts_fail_memory(&call->err);
    choice->numbers = list;
    choice->number_count = text ? numbers_of_text(text, list) : room;
    for (size_t i = 0; !text && i < room; i++)
        list[i] = (uint32_t)json_integer_value(json_array_get(numbers, i));
    return true;
}

int64_t ts_member_time(const json_t *object, const char *name, int64_t fallback)
{
    const char *text = ts_member_text(object, name);
    int64_t ms;
    return text && ts_iso8601_parse(text, strlen(text), &ms) ? ms : fallback;
}

/* "3" and "3.de" (what ts_answer_version gave) both mean version 3. */
bool ts_call_if_version(ts_call *call, int64_t *version)
{
    const char *text = ts_request_if_match(call->request);
    *version = -1;
    if (!text || strcmp(text, "*") == 0) return true;
    const char *end = text[0] == '"' ? strchr(text + 1, '"') : NULL;
    if (!end || end[1] || end - text > ETAG_MAX) {
        (void)ts_fail(&call->err, TS_USAGE, "If-Match is no ETag");
        return ts_hint(&call->err, "send the ETag as it came, quotes included");
    }
    char *stop = NULL;
    long long number = text[1] >= '0' && text[1] <= '9' ? strtoll(text + 1, &stop, 10) : 0;
    if (number <= 0 || (stop != end && *stop != '.'))
        return ts_fail(&call->err, TS_CHANGED, "it has no such version");
    *version = number;
    return true;
}

/* ---- what is answered ---------------------------------------------------------------------------- */

bool ts_answer(ts_call *call, int status, json_t *root)
{
    ts_respond_json(call->response, status, root);
    return true;
}

/* What else than the version decides what the answer looks like goes into the ETag. */
static void set_etag(ts_call *call, int64_t version)
{
    char etag[ETAG_MAX];
    int n = snprintf(etag, sizeof etag, "%lld", (long long)version);
    for (size_t i = 0; i < call->languages.count && n > 0 && (size_t)n < sizeof etag; i++) {
        n += snprintf(etag + n, sizeof etag - (size_t)n, ".%s", ts_language_code(call->languages.items[i]));
    }
    if (ts_member_flag(call->query, "rejected") && n > 0 && (size_t)n < sizeof etag) {
        (void)snprintf(etag + n, sizeof etag - (size_t)n, ".rejected");
    }
    ts_response_etag(call->response, etag);
}

bool ts_answer_version(ts_call *call, int status, int64_t version, json_t *root)
{
    if (!call->words.how.count) set_etag(call, version); /* else it depends on the vocabularies, too */
    return ts_answer(call, status, root);
}

bool ts_answer_created(ts_call *call, const char *path, int64_t version, json_t *root)
{
    ts_respond_created(call->response, path, root);
    set_etag(call, version);
    return true;
}

bool ts_answer_nothing(ts_call *call)
{
    ts_respond_no_content(call->response);
    return true;
}
