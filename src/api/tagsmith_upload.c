/* api: pictures come in: to be kept, to be judged, or only to be tagged. Translation only. */
#include <stdio.h>
#include <string.h>

#include "api/call.h"
#include "api/internal.h"
#include "api/json_of.h"
#include "service/upload.h"

#define FILE_FIELD "file"
#define PENDING_REASON "not judged yet"

/* ---- from a request to an upload ----------------------------------------------------------------- */

static ts_duplicate_rule duplicate_rule(const char *name)
{
    if (name && strcmp(name, "keep") == 0) return TS_DUPLICATE_KEEP;
    if (name && strcmp(name, "refuse") == 0) return TS_DUPLICATE_REFUSE;
    return TS_DUPLICATE_RETURN;
}

/* A member of the body, else of the query. */
static const char *option(const ts_call *call, const char *name)
{
    const char *text = ts_member_text(call->body, name);
    return text ? text : ts_member_text(call->query, name);
}

/* A session changes nothing without its token, and programs have none: who shows one is the page. */
static const char *origin_of(const ts_call *call)
{
    return ts_request_header(call->request, "X-CSRF-Token") ? "page" : "api";
}

static bool read_options(ts_call *call, ts_upload *upload)
{
    const json_t *tags = json_object_get(call->body, "tags") ? call->body : call->query;
    upload->url = option(call, "url");
    upload->data_uri = option(call, "data_uri");
    upload->name = option(call, "name");
    upload->title = option(call, "title");
    upload->description = option(call, "description");
    upload->preset = option(call, "preset");
    upload->callback_url = option(call, "callback_url");
    upload->duplicates = duplicate_rule(option(call, "duplicates"));
    upload->extra = json_object_get(call->body, "extra");
    upload->async = ts_member_flag(call->body, "async") || ts_member_flag(call->query, "async");
    upload->idempotency_key = ts_request_idempotency_key(call->request);
    upload->origin = origin_of(call);
    return ts_member_texts(call->arena, tags, "tags", &upload->tags, &upload->tag_count, &call->err);
}

static void take_part(ts_upload *upload, const ts_http_part *part)
{
    upload->bytes = part->data;
    upload->length = part->length;
    if (!upload->name) upload->name = part->filename;
}

static bool is_file(const ts_http_part *part)
{
    return strcmp(part->name, FILE_FIELD) == 0 && (part->filename || part->type[0]);
}

static size_t count_files(const ts_call *call)
{
    size_t count = 0;
    for (size_t i = 0; i < ts_request_part_count(call->request); i++) {
        count += is_file(ts_request_part_at(call->request, i));
    }
    return count;
}

/* The body itself is the picture: then there is no JSON in call->body. */
static bool take_raw_body(ts_call *call, ts_upload *upload)
{
    const char *type = ts_request_body_type(call->request);
    if (call->body) return true;
    if (strncmp(type, "image/", 6) != 0 && strcmp(type, "application/octet-stream") != 0 && type[0]) {
        (void)ts_fail(&call->err, TS_UNSUPPORTED, "a body of type %.80s is not taken here", type);
        return ts_hint(&call->err, "send image/*, multipart/form-data with a file, JSON or a form");
    }
    upload->bytes = ts_request_body(call->request, &upload->length);
    return true;
}

static bool has_one_source(ts_call *call, const ts_upload *upload)
{
    int sources = (upload->length > 0) + (upload->url != NULL) + (upload->data_uri != NULL);
    if (sources == 1) return true;
    (void)ts_fail(&call->err, TS_USAGE, sources ? "more than one picture is given" : "no picture is given");
    return ts_hint(&call->err, "give one of url, data_uri and a file");
}

static bool refuse_other_files(ts_call *call)
{
    for (size_t i = 0; i < ts_request_part_count(call->request); i++) {
        const ts_http_part *part = ts_request_part_at(call->request, i);
        if (!part->filename || is_file(part)) continue;
        return ts_fail(&call->err, TS_USAGE, "the parameter \"%.80s\" is not known here (a file's is \"%s\")",
                       part->name, FILE_FIELD);
    }
    return true;
}

/* One picture from whatever the request brings. */
static bool read_upload(ts_call *call, ts_upload *upload)
{
    if (!read_options(call, upload) || !refuse_other_files(call)) return false;
    if (count_files(call) > 1) return ts_fail(&call->err, TS_USAGE, "only one file is taken here");
    for (size_t i = 0; i < ts_request_part_count(call->request); i++) {
        const ts_http_part *part = ts_request_part_at(call->request, i);
        if (is_file(part)) take_part(upload, part);
    }
    return take_raw_body(call, upload) && has_one_source(call, upload);
}

/* ---- keep ---------------------------------------------------------------------------------------- */

/* A preset that tags in vocabularies answers in them, too. */
static void say_as_preset(ts_call *call)
{
    ts_preset preset;
    ts_error none = {0};
    const char *name = option(call, "preset");
    if (call->words.how.count ||
        !ts_service_preset(call->service, name, "api", call->arena, &preset, &none) || !preset.scheme)
        return;
    ts_language language = call->languages.count ? call->languages.items[0] : TS_LANGUAGE_EN;
    (void)ts_service_words_open(call->service, preset.scheme, ts_language_code(language), true, &call->words,
                                &none);
}

static json_t *json_of_upload(ts_call *call, const ts_upload_result *result)
{
    say_as_preset(call);
    ts_json_view view = ts_json_view_of(call);
    json_t *picture = ts_json_of_picture(&view, &result->picture);
    (void)json_object_set_new(picture, "duplicate", json_boolean(result->duplicate));
    (void)json_object_set_new(picture, "job", result->done ? json_null() : ts_json_of_text(result->job));
    return picture;
}

static int status_of(const ts_upload_result *result)
{
    if (!result->done) return 202;
    return result->duplicate ? 200 : 201;
}

static bool answer_one(ts_call *call, const ts_upload_result *result)
{
    const ts_picture_row *row = &result->picture.row;
    json_t *body = json_of_upload(call, result);
    int status = status_of(result);
    if (status == 200) return ts_answer_version(call, status, row->version, body);
    bool created = status == 201;
    const char *target = ts_arena_printf(call->arena, "%s/api/%s/%s", call->api->public_url,
                                         created ? "pictures" : "jobs", created ? row->id : result->job);
    if (created) return ts_answer_created(call, target, row->version, body);
    ts_response_header(call->response, "Location", target);
    return ts_answer(call, status, body);
}

/* The key of one of several pictures: the request's key and the picture's place. */
static const char *key_of_part(ts_call *call, const char *key, size_t index)
{
    return key ? ts_arena_printf(call->arena, "%s:%zu", key, index) : NULL;
}

static json_t *keep_part(ts_call *call, const ts_upload *options, const ts_http_part *part, size_t index)
{
    ts_error err = {0};
    ts_upload_result result = {0};
    ts_upload upload = *options;
    upload.name = NULL;
    take_part(&upload, part);
    upload.idempotency_key = key_of_part(call, options->idempotency_key, index);
    json_t *file = ts_json_of_text(part->filename ? part->filename : "");
    if (ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &err)) {
        return json_pack("{s:o, s:i, s:o}", "file", file, "status", status_of(&result), "picture",
                         json_of_upload(call, &result));
    }
    return json_pack("{s:o, s:i, s:o}", "file", file, "status", ts_code_http_status(err.code), "error",
                     ts_json_of_error(&err));
}

static bool keep_several(ts_call *call)
{
    ts_upload options = {0};
    if (!read_options(call, &options) || !refuse_other_files(call)) return false;
    json_t *results = json_array();
    for (size_t i = 0; i < ts_request_part_count(call->request); i++) {
        const ts_http_part *part = ts_request_part_at(call->request, i);
        if (is_file(part)) (void)json_array_append_new(results, keep_part(call, &options, part, i));
    }
    return ts_answer(call, 207, json_pack("{s:o}", "results", results));
}

static bool keep(ts_call *call)
{
    ts_upload upload = {0};
    ts_upload_result result = {0};
    if (count_files(call) > 1) return keep_several(call);
    if (!read_upload(call, &upload)) return false;
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &call->err))
        return false;
    return answer_one(call, &result);
}

/* ---- tag and forget ------------------------------------------------------------------------------ */

static bool tag(ts_call *call)
{
    ts_upload upload = {.without_store = true};
    ts_upload_result result = {0};
    if (!read_upload(call, &upload)) return false;
    upload.without_store = true;
    upload.async = false;
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &call->err))
        return false;
    ts_json_view view = ts_json_view_of(call);
    return ts_answer(call, 200, ts_json_of_picture(&view, &result.picture));
}

/* ---- judge --------------------------------------------------------------------------------------- */

static json_t *nsfw_of(const char *extra)
{
    json_t *measures = extra ? json_loads(extra, 0, NULL) : NULL;
    json_t *nsfw = json_object_get(json_object_get(measures, "safety"), "nsfw");
    json_t *result = nsfw ? json_incref(nsfw) : json_null();
    json_decref(measures);
    return result;
}

static bool judge(ts_call *call)
{
    static const char *const words[] = {[TS_VISIBLE] = "allow", [TS_HELD] = "hold", [TS_REJECTED] = "reject"};
    ts_upload upload = {0};
    ts_upload_result result = {0};
    if (!read_upload(call, &upload)) return false;
    upload.without_store = !ts_member_flag(call->query, "store");
    upload.judge = true;
    upload.async = false;
    if (!ts_service_upload(call->service, &call->actor, &upload, call->arena, &result, &call->err))
        return false;
    const ts_picture_row *row = &result.picture.row;
    /* Who asks before showing a picture must never be told "allow" of one that nobody has looked at. */
    bool judged = result.done && row->state == TS_PICTURE_READY;
    const char *word = judged ? words[row->visibility] : "hold";
    json_t *job = result.done ? json_null() : ts_json_of_text(result.job);
    return ts_answer(call, judged ? 200 : 202,
                     json_pack("{s:s, s:o, s:o, s:o, s:o}", "verdict", word, "reason",
                               ts_json_of_text(judged ? (row->reason ? row->reason : "") : PENDING_REASON),
                               "nsfw", nsfw_of(row->extra), "picture",
                               row->id && row->id[0] ? ts_json_of_text(row->id) : json_null(), "job", job));
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define UPLOADS "Uploads"
#define ALL_BODIES (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART | TS_BODY_RAW)
#define PICTURE_ERRORS (TS_SAYS_NOT_FOUND | TS_SAYS_CREDIT | TS_SAYS_PICTURE)

static const ts_route_doc keep_doc = {
    .id = "uploadPicture",
    .family = UPLOADS,
    .summary = "Keep and tag a picture.",
    .about = "Send the picture as it is (image/*, options in the query), as multipart/form-data (parts named "
             "file, "
             "options as fields), or name it by url or data_uri in JSON or a form. Answers when it is "
             "tagged, or with "
             "202 and a job when that would take too long. Several files give one result each.",
    .query = "UploadQuery",
    .body = "Upload",
    .file = true,
    .headers = TS_TAKES_IDEMPOTENCY,
    .answers = {{201, "Uploaded", NULL, "Kept and tagged."},
                {200, "Uploaded", NULL, "The same bytes were there already."},
                {202, "Uploaded", NULL, "Kept; a job will tag it."},
                {207, "UploadResults", NULL, "Several files."}},
    .errors = PICTURE_ERRORS | TS_SAYS_CONFLICT,
    .run = keep,
};
static const ts_route_doc tag_doc = {
    .id = "tagPicture",
    .family = UPLOADS,
    .summary = "Tag a picture and forget it.",
    .about = "Nothing is kept. The same bodies as an upload.",
    .query = "UploadQuery",
    .body = "Upload",
    .file = true,
    .answers = {{200, "TaggedPicture", NULL, "What was seen."}},
    .errors = PICTURE_ERRORS,
    .run = tag,
};
static const ts_route_doc judge_doc = {
    .id = "judgePicture",
    .family = UPLOADS,
    .summary = "May this picture be shown?",
    .about =
        "Judges by the preset's moderation rules. A held picture stays invisible until a person releases it "
        "(webhook picture.released). Bytes that are there already are judged by the preset that is asked "
        "for, not by the "
        "one before; what a person decided about them stands.",
    .query = "VerdictQuery",
    .body = "Upload",
    .file = true,
    .answers = {{200, "Verdict", NULL, "Judged."},
                {202, "Verdict", NULL, "Kept, held until a job has judged it."}},
    .errors = PICTURE_ERRORS | TS_SAYS_CONFLICT,
    .run = judge,
};

static const ts_route routes[] = {
    {"POST", "/api/pictures", ts_call_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, ALL_BODIES, .doc = &keep_doc},
    {"POST", "/api/tag", ts_call_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, ALL_BODIES, .doc = &tag_doc},
    {"POST", "/api/verdict", ts_call_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, ALL_BODIES, .doc = &judge_doc},
};
const ts_family ts_family_upload = {routes, TS_COUNT_OF(routes)};
