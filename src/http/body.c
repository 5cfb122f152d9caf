/* http: the body as it comes in: counted, spooled, cut into parts; and the accessors for handlers. Knows nothing of
 * connections. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "http/internal.h"

#define JSON_DEPTH_MAX 64

static const char *const kind_names[] = {"application/json", "application/x-www-form-urlencoded",
                                         "multipart/form-data"};

static bool has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t tail = strlen(suffix);
    return length > tail && strcmp(text + length - tail, suffix) == 0;
}

/* The kind that a media type is, if it is one of ours. */
static unsigned kind_of(const char *type)
{
    if (strcmp(type, "application/json") == 0 || has_suffix(type, "+json")) return TS_BODY_JSON;
    if (strcmp(type, "application/x-www-form-urlencoded") == 0) return TS_BODY_FORM;
    return strcmp(type, "multipart/form-data") == 0 ? TS_BODY_MULTIPART : 0;
}

static unsigned only_kind(unsigned kinds)
{
    return kinds & (kinds - 1) ? 0 : kinds;
}

static bool unsupported(unsigned kinds, ts_error *err)
{
    (void)ts_fail(err, TS_UNSUPPORTED, "this path does not take a body of that Content-Type");
    for (unsigned i = 0; i < 3; i++)
        if (kinds & (1u << i)) return ts_hint(err, "send %s", kind_names[i]);
    return false;
}

static bool choose_kind(ts_request *request, ts_error *err)
{
    ts_body *body = &request->body;
    const char *type = ts_request_header(request, "Content-Type");
    unsigned kinds =
        request->match.route->bodies & (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART | TS_BODY_RAW);
    if (kinds == 0) return true;
    if (type && !ts_parse_media_type(request->arena, type, &body->type))
        return ts_fail(err, TS_USAGE, "the Content-Type header cannot be read");
    unsigned kind = type ? kind_of(body->type.value) : only_kind(kinds);
    body->kind = kinds & kind ? kind : kinds & TS_BODY_RAW;
    return body->kind != 0 || unsupported(kinds, err);
}

static bool sink_begin(void *context, const ts_http_part *head, ts_error *err)
{
    ts_request *request = context;
    ts_body *body = &request->body;
    if (body->part_count == body->part_room) {
        size_t room = body->part_room ? body->part_room * 2 : 16;
        ts_http_part *parts = TS_NEW_ARRAY(request->arena, room, ts_http_part);
        ts_spool_item *items = TS_NEW_ARRAY(request->arena, room, ts_spool_item);
        if (!parts || !items) return ts_fail_memory(err);
        if (body->part_count) {
            memcpy(parts, body->parts, body->part_count * sizeof *parts);
            memcpy(items, body->items, body->part_count * sizeof *items);
        }
        body->parts = parts;
        body->items = items;
        body->part_room = room;
    }
    body->parts[body->part_count] = *head;
    ts_spool_begin(&body->spool);
    return true;
}

static bool sink_data(void *context, const void *bytes, size_t length, ts_error *err)
{
    ts_request *request = context;
    return ts_spool_write(&request->body.spool, bytes, length, err);
}

static bool sink_end(void *context, ts_error *err)
{
    ts_request *request = context;
    ts_body *body = &request->body;
    (void)err;
    body->items[body->part_count++] = ts_spool_end(&body->spool);
    return true;
}

static bool begin_multipart(ts_request *request, ts_error *err)
{
    ts_body *body = &request->body;
    const ts_http_options *o = &request->core->options;
    const ts_http_pair *boundary = ts_media_param(&body->type, "boundary");
    if (!boundary || !ts_boundary_valid(boundary->value, boundary->length)) {
        (void)ts_fail(err, TS_USAGE, "the multipart Content-Type has no valid boundary");
        return ts_hint(err, "let the HTTP client set Content-Type itself");
    }
    ts_multipart_limits limits = {o->max_parts, o->max_files, TS_PART_HEADER_MAX};
    ts_multipart_sink sink = {request, sink_begin, sink_data, sink_end};
    body->multipart = ts_multipart_new(request->arena, boundary->value, &limits, &sink);
    return body->multipart || ts_fail_memory(err);
}

static bool too_large(const ts_body *body, ts_error *err)
{
    (void)ts_fail(err, TS_TOO_LARGE, "the body is larger than %llu bytes", (unsigned long long)body->limit);
    return ts_hint(err, "send a smaller file, or raise the server's limit");
}

bool ts_body_begin(ts_request *request, ts_error *err)
{
    ts_body *body = &request->body;
    const ts_http_options *o = &request->core->options;
    const ts_route *route = request->match.route;
    bool any = body->chunked || (body->declared && body->length > 0);
    body->limit = route->max_body ? route->max_body : o->max_body;
    if (!any) return true;
    if (!choose_kind(request, err)) return false;
    if (body->kind == 0 && body->limit > TS_NO_BODY_MAX) body->limit = TS_NO_BODY_MAX;
    if (body->declared && body->length > body->limit) return too_large(body, err);
    ts_spool_init(&body->spool, o->spool_dir, o->memory_part);
    ts_spool_begin(&body->spool);
    return body->kind != TS_BODY_MULTIPART || begin_multipart(request, err);
}

bool ts_body_feed(ts_request *request, const void *bytes, size_t length, ts_error *err)
{
    ts_body *body = &request->body;
    body->received += length;
    if (body->received > body->limit) return too_large(body, err);
    if (body->kind == 0) return true;
    if (body->multipart) return ts_multipart_feed(body->multipart, bytes, length, err);
    return ts_spool_write(&body->spool, bytes, length, err);
}

static bool is_text(const ts_http_part *part)
{
    return !memchr(part->data, '\0', part->length) && ts_utf8_valid(part->data, part->length);
}

static bool collect_parts(ts_request *request, ts_error *err)
{
    ts_body *body = &request->body;
    ts_http_pair *fields = TS_NEW_ARRAY(request->arena, body->part_count, ts_http_pair);
    size_t count = 0;
    if (!fields) return ts_fail_memory(err);
    for (size_t i = 0; i < body->part_count; i++) {
        ts_http_part *part = &body->parts[i];
        part->data = ts_spool_data(&body->spool, body->items[i]);
        part->length = body->items[i].length;
        if (part->filename || !is_text(part)) continue;
        const char *value = ts_arena_strndup(request->arena, part->data, part->length);
        if (!value) return ts_fail_memory(err);
        fields[count++] = (ts_http_pair){part->name, value, part->length};
    }
    body->fields = (ts_http_pairs){fields, count};
    return true;
}

bool ts_body_end(ts_request *request, ts_error *err)
{
    ts_body *body = &request->body;
    if (body->declared && body->received != body->length)
        return ts_fail(err, TS_USAGE, "the body is shorter than its Content-Length");
    if (body->kind == 0) return true;
    if (body->multipart && !ts_multipart_finish(body->multipart, err)) return false;
    body->whole = ts_spool_end(&body->spool);
    if (!ts_spool_map(&body->spool, err)) return false;
    if (body->multipart) return collect_parts(request, err);
    if (body->kind != TS_BODY_FORM) return true;
    return ts_parse_form(request->arena, ts_spool_data(&body->spool, body->whole), body->whole.length,
                         &body->fields) ||
           ts_fail(err, TS_USAGE, "the form holds a NUL, no UTF-8, or more than %d fields", TS_PAIRS_MAX);
}

void ts_body_free(ts_body *body)
{
    json_decref(body->json);
    ts_spool_free(&body->spool);
}

const void *ts_request_body(const ts_request *request, size_t *length)
{
    const ts_body *body = &request->body;
    bool any = body->kind != 0 && !body->multipart && body->whole.length > 0;
    *length = any ? body->whole.length : 0;
    return any ? ts_spool_data(&body->spool, body->whole) : NULL;
}

const char *ts_request_body_type(const ts_request *request)
{
    return request->body.type.value ? request->body.type.value : "";
}

/* Deep nesting is refused before the reader recurses into it. */
static bool depth_fits(const char *text, size_t length)
{
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (quoted && c == '\\') i++;
        else if (c == '"') quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{') && ++depth > JSON_DEPTH_MAX) return false;
        else if (!quoted && (c == ']' || c == '}') && depth > 0) depth--;
    }
    return true;
}

const json_t *ts_request_json(ts_request *request, ts_error *err)
{
    size_t length = 0;
    const char *text = ts_request_body(request, &length);
    if (request->body.json) return request->body.json;
    if (!text || request->body.kind != TS_BODY_JSON) {
        (void)ts_fail(err, TS_USAGE, "this needs a JSON body");
        (void)ts_hint(err, "send JSON with Content-Type: application/json");
        return NULL;
    }
    if (!depth_fits(text, length)) {
        (void)ts_fail(err, TS_USAGE, "the JSON body is nested more than %d levels deep", JSON_DEPTH_MAX);
        return NULL;
    }
    ts_error inner = {0};
    request->body.json = ts_json_parse(text, length, "body", &inner);
    /* A client's mistake, not one of our tables. */
    if (!request->body.json) {
        (void)ts_fail(err, inner.code == TS_NO_MEMORY ? TS_NO_MEMORY : TS_USAGE, "%s", inner.message);
        (void)ts_hint(err, "%s", inner.hint);
    }
    return request->body.json;
}

ts_http_pairs ts_request_fields(const ts_request *request)
{
    return request->body.fields;
}

const char *ts_request_field(const ts_request *request, const char *name)
{
    return ts_pair_value(request->body.fields, name);
}

size_t ts_request_part_count(const ts_request *request)
{
    return request->body.part_count;
}

const ts_http_part *ts_request_part_at(const ts_request *request, size_t index)
{
    return index < request->body.part_count ? &request->body.parts[index] : NULL;
}

const ts_http_part *ts_request_part(const ts_request *request, const char *name)
{
    for (size_t i = 0; i < request->body.part_count; i++)
        if (strcmp(request->body.parts[i].name, name) == 0) return &request->body.parts[i];
    return NULL;
}
