/* api: the AI Image Tag API's dialect: one call. Only translation. */
#include <string.h>

#include "api/dialect.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "base/data_uri.h"
#include "service/upload.h"

#define MAX_PICTURE ((size_t)4 << 20)
#define MAX_BODY ((size_t)6 << 20) /* such a picture in base64, and all else */
#define RATE_PER_MINUTE 30
/* Clients add and compare credits as numbers: so many are enough for ever. */
#define UNLIMITED 999999999

/* ---- saying no ------------------------------------------------------------------------------------- */

/* Its numbers, and the names by which they are told from each other on the way to render_error. */
typedef struct refusal {
    const char *name; /* of a ts_code, of http, or ours */
    int code, status;
    const char *message;
} refusal;

static const refusal refusals[] = {
    {"unauthorized", 1002, 401, "Unauthorized"},      {"forbidden", 1002, 401, "Unauthorized"},
    {"invalid_key", 1003, 401, "Invalid API Key"},    {"rate_limited", 1004, 429, "Too Many Requests"},
    {"busy", 1004, 429, "Too Many Requests"},         {"usage", 1005, 400, "Invalid Parameters"},
    {"not_found", 1005, 404, "Invalid Parameters"},   {"method_not_allowed", 1005, 405, "Invalid Parameters"},
    {"no_credit", 2002, 402, "Insufficient Credits"}, {"refused", 2003, 422, "Content Blocked by Filter"},
    {"format", 2004, 415, "Invalid Image Format"},    {"not_picture", 2004, 415, "Invalid Image Format"},
    {"too_large", 2005, 400, "Image Upload Failed"},  {"corrupt", 2005, 400, "Image Upload Failed"},
    {"timeout", 2005, 400, "Image Upload Failed"},    {"decoder_died", 2005, 400, "Image Upload Failed"},
};
static const refusal any_request = {"", 1005, 400, "Invalid Parameters"};
static const refusal trouble = {"", 5050, 500, "Internal Server Error"};

static bool has_bearer(const ts_http_credentials *shown)
{
    return (shown->kind == TS_CREDENTIALS_BEARER || shown->kind == TS_CREDENTIALS_HEADER) && shown->secret[0];
}

/* A key that is shown and is none, is told from none. */
static const refusal *refusal_of(const ts_request *request, const ts_problem *problem)
{
    const char *name = problem->code_name;
    if (strcmp(name, "unauthorized") == 0 && has_bearer(ts_request_credentials(request)))
        name = "invalid_key";
    for (size_t i = 0; i < TS_COUNT_OF(refusals); i++)
        if (strcmp(refusals[i].name, name) == 0) return &refusals[i];
    return problem->status < 500 ? &any_request : &trouble;
}

static void render_error(void *context, const ts_request *request, const ts_problem *problem,
                         ts_response *response)
{
    (void)context;
    const refusal *as = refusal_of(request, problem);
    json_t *body = json_pack("{s:i, s:s, s:s}", "code", as->code, "message", as->message, "request_id",
                             problem->instance);
    (void)json_object_set_new(body, "detail", ts_json_of_text(problem->detail));
    if (problem->hint[0]) (void)json_object_set_new(body, "hint", ts_json_of_text(problem->hint));
    ts_respond_json(response, as->status, body);
}

/* Answers call->err by a name of the table that no ts_code has. */
static bool refuse(ts_call *call, const char *name)
{
    ts_respond_problem_as(call->response, ts_code_http_status(call->err.code), name, 0, &call->err);
    return true;
}

/* ---- who asks -------------------------------------------------------------------------------------- */

/* Who asks was seen before the body came; another way of showing it is none of this dialect's. */
static bool shows_key(ts_call *call)
{
    const ts_http_credentials *shown = ts_request_credentials(call->request);
    if (shown->kind == TS_CREDENTIALS_LOCAL || has_bearer(shown)) return true;
    (void)ts_fail(&call->err, TS_UNAUTHORIZED, "the header \"Authorization: Bearer KEY\" is missing");
    return ts_hint(&call->err, "tagsmith keys create makes a key");
}

/* ---- what is asked --------------------------------------------------------------------------------- */

typedef struct wish {
    ts_language language;
    ts_buf picture;
} wish;

static bool read_language(const json_t *body, wish *out, ts_error *err)
{
    const json_t *lang = json_object_get(body, "lang");
    const char *text = json_string_value(lang);
    out->language = TS_LANGUAGE_EN;
    if (!lang || json_is_null(lang)) return true;
    for (int i = 0; text && i < TS_LANGUAGE_COUNT; i++) {
        if (strcmp(text, ts_language_code((ts_language)i)) != 0) continue;
        out->language = (ts_language)i;
        return true;
    }
    (void)ts_fail(err, TS_USAGE, "\"lang\" is none of the languages that are spoken here");
    return ts_hint(err, "give one of en, zh, fr, de, es, ja, ko");
}

/* Bare base64 is taken as well; what cannot be decoded is a picture that did not arrive. */
static bool read_picture(ts_call *call, const json_t *body, wish *out, ts_error *err)
{
    char type[TS_DATA_URI_TYPE_MAX];
    const json_t *image = json_object_get(body, "image");
    const char *text = json_string_value(image);
    size_t length = json_string_length(image);
    if (length == 0) {
        (void)ts_fail(err, TS_USAGE, "\"image\" is missing");
        return ts_hint(err, "give it as a text: \"data:image/jpeg;base64,...\"");
    }
    bool is_uri = ts_is_data_uri(text, length);
    if (!is_uri) text = ts_arena_printf(call->arena, "data:;base64,%s", text);
    if (!text) return ts_fail_memory(err);
    if (ts_data_uri_parse(text, strlen(text), MAX_PICTURE, type, &out->picture, err)) {
        if (out->picture.length > 0) return true;
        return ts_fail(err, TS_CORRUPT, "\"image\" holds no bytes");
    }
    if (err->code == TS_USAGE) err->code = TS_CORRUPT;
    return false;
}

static bool read_wish(ts_call *call, wish *out)
{
    const json_t *body = ts_request_json(call->request, &call->err);
    if (!body) return false;
    if (!json_is_object(body)) return ts_fail(&call->err, TS_USAGE, "the body is no JSON object");
    return read_language(body, out, &call->err) && read_picture(call, body, out, &call->err);
}

/* ---- what is answered ------------------------------------------------------------------------------ */

static const char *label_of(const ts_call *call, const ts_tag_row *tag, ts_language language)
{
    const ts_vocab *vocab = ts_service_vocab(call->service);
    ts_concept concept = tag->concept ? ts_vocab_find(vocab, tag->concept) : TS_CONCEPT_NONE;
    if (concept != TS_CONCEPT_NONE) return ts_vocab_label_in(vocab, concept, language, NULL);
    return tag->label ? tag->label : tag->key;
}

static bool holds(const json_t *list, const char *text)
{
    size_t i;
    json_t *item;
    json_array_foreach (list, i, item)
        if (strcmp(json_string_value(item), text) == 0) return true;
    return false;
}

/* What the picture shows; how safe and how sharp it is, nobody asked. */
static bool is_shown(const ts_tag_row *tag)
{
    bool judges = tag->facet && (strcmp(tag->facet, "safety") == 0 || strcmp(tag->facet, "quality") == 0);
    return tag->state == TS_LEDGER_ACCEPTED && !judges;
}

/* Two concepts may have one name in a language. */
static json_t *json_of_labels(const ts_call *call, const ts_picture_full *picture, ts_language language)
{
    json_t *list = json_array();
    for (size_t i = 0; i < picture->tag_count; i++) {
        const ts_tag_row *tag = &picture->tags[i];
        const char *label = label_of(call, tag, language);
        if (is_shown(tag) && !holds(list, label)) (void)json_array_append_new(list, ts_json_of_text(label));
    }
    return list;
}

static json_t *json_of_credits(const ts_upload_result *result)
{
    bool unlimited = result->credits_left == TS_CREDITS_UNLIMITED;
    bool free_of_charge = unlimited || result->duplicate;
    return json_pack("{s:i, s:I}", "amount", free_of_charge ? 0 : 1, "remaining",
                     (json_int_t)(unlimited ? UNLIMITED : result->credits_left));
}

static bool answer_tags(ts_call *call, const ts_upload_result *result, ts_language language)
{
    const ts_picture_full *picture = &result->picture;
    ts_picture_texts said = {0};
    if (!ts_service_picture_texts(call->service, picture, language, call->arena, &said, &call->err))
        return false;
    json_t *tags = json_pack("{s:o, s:o, s:o}", "tags", json_of_labels(call, picture, language), "title",
                             ts_json_of_text(said.title), "description", ts_json_of_text(said.description));
    return ts_answer(call, 200,
                     json_pack("{s:i, s:s, s:s, s:{s:o, s:o}}", "code", 0, "message", "success", "request_id",
                               ts_request_id(call->request), "data", "tags", tags, "credits",
                               json_of_credits(result)));
}

/* ---- the call -------------------------------------------------------------------------------------- */

static bool tag(ts_call *call, const wish *asked, ts_upload_result *result)
{
    static const char *const formats[] = {"jpeg", "png", "webp"};
    ts_upload upload = {.bytes = asked->picture.data,
                        .length = asked->picture.length,
                        .origin = "imagetag",
                        .formats = formats,
                        .format_count = TS_COUNT_OF(formats),
                        .visible_only = true,
                        .without_store = !call->api->imagetag_keeps};
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, result, &call->err))
        return false;
    const ts_picture_row *row = &result->picture.row;
    if (row->visibility != TS_VISIBLE)
        return ts_fail(&call->err, TS_REFUSED, "the safety policy does not allow this picture: %s",
                       row->reason);
    if (result->done && row->state == TS_PICTURE_READY) return true;
    return ts_fail(&call->err, TS_BUSY, "the picture waits for its turn: ask again in a moment");
}

static bool generate_tags(ts_call *call)
{
    wish asked = {0};
    ts_upload_result result = {0};
    bool ok = shows_key(call) && read_wish(call, &asked) && tag(call, &asked, &result) &&
              answer_tags(call, &result, asked.language);
    ts_buf_free(&asked.picture);
    if (!ok && call->err.code == TS_UNSUPPORTED) return refuse(call, "format");
    return ok;
}

static const ts_route routes[] = {
    {"POST", "/api/v1/generate_tags", ts_dialect_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, TS_BODY_JSON, MAX_BODY,
     0,
     &(const ts_route_doc){.id = "generateTags", .run = generate_tags, .rate_per_minute = RATE_PER_MINUTE}},
};

/* Paths of /api/v1 that no other dialect has are answered in this one's words, too. */
static const ts_dialect_group groups[] = {{"/api/v1", routes, TS_COUNT_OF(routes), 0}};

const ts_dialect ts_dialect_imagetag = {
    .name = "imagetag", .groups = groups, .count = TS_COUNT_OF(groups), .render_error = render_error};
