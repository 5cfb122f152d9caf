/* api: pictures one by one: list, look, change, delete, files, tag again, moderate. Translation only. */
#include <string.h>

#include "api/call.h"
#include "api/json_of.h"

#define THUMBNAIL_CACHE "private, max-age=3600"

static bool answer_picture(ts_call *call, const ts_picture_full *picture)
{
    ts_json_view view = ts_json_view_of(call);
    return ts_answer_version(call, 200, picture->row.version, ts_json_of_picture(&view, picture));
}

static bool list(ts_call *call)
{
    ts_picture_page page = {0};
    const char *cursor = ts_member_text(call->query, "cursor");
    if (!ts_service_pictures(call->service, &call->actor, cursor ? cursor : "",
                             (unsigned)ts_member_int(call->query, "limit", 0),
                             ts_member_flag(call->query, "held"), call->arena, &page, &call->err)) {
        return false;
    }
    ts_json_view view = ts_json_view_of(call);
    json_t *pictures = json_array();
    for (size_t i = 0; i < page.count; i++) {
        (void)json_array_append_new(pictures, ts_json_of_picture(&view, &page.pictures[i]));
    }
    return ts_answer(call, 200,
                     json_pack("{s:o, s:o}", "pictures", pictures, "next", ts_json_of_text(page.next)));
}

static bool get(ts_call *call)
{
    ts_picture_full picture = {0};
    ts_picture_query query = {.id = ts_call_path(call, "id"),
                              .with_rejected = ts_member_flag(call->query, "rejected"),
                              .with_held = ts_member_flag(call->query, "held")};
    return ts_service_picture(call->service, &call->actor, &query, call->arena, &picture, &call->err) &&
           answer_picture(call, &picture);
}

static bool patch(ts_call *call)
{
    ts_picture_full picture = {0};
    ts_picture_patch change = {.title = ts_member_text(call->body, "title"),
                               .description = ts_member_text(call->body, "description"),
                               .alt = ts_member_text(call->body, "alt"),
                               .name = ts_member_text(call->body, "name"),
                               .extra = json_object_get(call->body, "extra")};
    return ts_call_if_version(call, &change.if_version) &&
           ts_service_picture_patch(call->service, &call->actor, ts_call_path(call, "id"), &change,
                                    call->arena, &picture, &call->err) &&
           answer_picture(call, &picture);
}

static bool delete (ts_call *call)
{
    int64_t version;
    return ts_call_if_version(call, &version) &&
           ts_service_picture_delete(call->service, &call->actor, ts_call_path(call, "id"), version,
                                     &call->err) &&
           ts_answer_nothing(call);
}

/* ---- files --------------------------------------------------------------------------------------- */

static bool open_file(ts_call *call, ts_rendition rendition, ts_picture_file *file)
{
    return ts_service_picture_file(call->service, &call->actor, ts_call_path(call, "id"), rendition,
                                   ts_member_flag(call->query, "held"), call->arena, file, &call->err);
}

static bool original(ts_call *call)
{
    ts_picture_file file = {0};
    if (!open_file(call, TS_RENDITION_ORIGINAL, &file)) return false;
    ts_response_file(call->response, file.content_type, file.fd, 0, file.length);
    if (file.etag) ts_response_etag(call->response, file.etag);
    ts_response_user_file(call->response, file.name && file.name[0] ? file.name : ts_call_path(call, "id"));
    return true;
}

static bool thumbnail(ts_call *call)
{
    ts_picture_file file = {0};
    if (!open_file(call, TS_RENDITION_THUMBNAIL, &file)) return false;
    ts_response_file(call->response, file.content_type, file.fd, 0, file.length);
    if (file.etag) ts_response_etag(call->response, file.etag);
    ts_response_header(call->response, "Cache-Control", THUMBNAIL_CACHE);
    return true;
}

/* ---- the ledger, tagging anew, moderation --------------------------------------------------------- */

static bool history(ts_call *call)
{
    const ts_ledger_line *lines = NULL;
    size_t count = 0;
    if (!ts_service_history(call->service, &call->actor, ts_call_path(call, "id"), call->arena, &lines,
                            &count, &call->err)) {
        return false;
    }
    ts_json_view view = ts_json_view_of(call);
    json_t *list_of_lines = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list_of_lines, ts_json_of_line(&view, &lines[i]));
    return ts_answer(call, 200, json_pack("{s:o}", "lines", list_of_lines));
}

static bool retag(ts_call *call)
{
    ts_tag_diff diff = {0};
    ts_retag wish = {.preset = ts_member_text(call->body, "preset"),
                     .dry = ts_member_flag(call->body, "dry"),
                     .reset = ts_member_flag(call->body, "reset")};
    if (!ts_service_retag(call->service, &call->actor, ts_call_path(call, "id"), &wish, call->arena, &diff,
                          &call->err)) {
        return false;
    }
    ts_json_view view = ts_json_view_of(call);
    return ts_answer(call, 200, ts_json_of_diff(&view, &diff));
}

static bool moderate(ts_call *call)
{
    ts_picture_full picture = {0};
    const char *verdict = ts_member_text(call->body, "verdict");
    ts_visibility visibility = TS_REJECTED;
    if (strcmp(verdict, "release") == 0) visibility = TS_VISIBLE;
    if (strcmp(verdict, "hold") == 0) visibility = TS_HELD;
    return ts_service_moderate(call->service, &call->actor, ts_call_path(call, "id"), visibility,
                               ts_member_text(call->body, "reason"), call->arena, &picture, &call->err) &&
           answer_picture(call, &picture);
}

/* ---- the table ----------------------------------------------------------------------------------- */

#define PICTURES "Pictures"
#define NOT_CHANGED                                                                                          \
    {                                                                                                        \
        304, NULL, NULL, "You have it already (If-None-Match)."                                              \
    }

static const ts_route_doc list_doc = {
    .id = "listPictures",
    .family = PICTURES,
    .summary = "All pictures, newest first.",
    .query = "PictureListQuery",
    .answers = {{200, "PictureList", NULL, "A page."}},
    .errors = TS_SAYS_NOT_FOUND,
    .run = list,
};
static const ts_route_doc get_doc = {
    .id = "getPicture",
    .family = PICTURES,
    .summary = "One picture with its tags.",
    .query = "PictureQuery",
    .answers = {{200, "Picture", NULL, "The picture; its ETag serves If-Match."}, NOT_CHANGED},
    .run = get,
};
static const ts_route_doc patch_doc = {
    .id = "changePicture",
    .family = PICTURES,
    .summary = "Change its texts.",
    .query = "LanguageQuery",
    .body = "PicturePatch",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{200, "Picture", NULL, "As it is now."}},
    .run = patch,
};
static const ts_route_doc delete_doc = {
    .id = "deletePicture",
    .family = PICTURES,
    .summary = "Delete the picture, its tags and its original.",
    .about = "A file that stays in its own folder is never deleted.",
    .headers = TS_TAKES_IF_MATCH,
    .answers = {{204, NULL, NULL, "Gone."}},
    .run = delete,
};
static const ts_route_doc original_doc = {
    .id = "getOriginal",
    .family = PICTURES,
    .summary = "The file as it came in.",
    .query = "HeldQuery",
    .answers = {{200, NULL, "image/*", "The bytes."},
                {206, NULL, "image/*", "A part of them (Range)."},
                NOT_CHANGED,
                {416, NULL, "application/problem+json", "No such part."}},
    .run = original,
};
static const ts_route_doc thumbnail_doc = {
    .id = "getThumbnail",
    .family = PICTURES,
    .summary = "A small JPEG.",
    .query = "HeldQuery",
    .answers = {{200, NULL, "image/jpeg", "The bytes."},
                {206, NULL, "image/jpeg", "A part of them (Range)."},
                NOT_CHANGED,
                {416, NULL, "application/problem+json", "No such part."}},
    .run = thumbnail,
};
static const ts_route_doc history_doc = {
    .id = "getHistory",
    .family = PICTURES,
    .summary = "Everything that was ever done to its tags, and by whom.",
    .query = "LanguageQuery",
    .answers = {{200, "History", NULL, "The ledger's lines."}},
    .run = history,
};
static const ts_route_doc retag_doc = {
    .id = "retagPicture",
    .family = PICTURES,
    .summary = "Tag it anew, or (dry) see what that would change.",
    .about = "What a person or an import said stays.",
    .query = "LanguageQuery",
    .body = "Retag",
    .answers = {{200, "Diff", NULL, "What changed or would."}},
    .errors = TS_SAYS_PICTURE | TS_SAYS_CONFLICT | TS_SAYS_CREDIT,
    .run = retag,
};
static const ts_route_doc moderate_doc = {
    .id = "moderatePicture",
    .family = PICTURES,
    .summary = "Release, hold or reject a picture.",
    .query = "LanguageQuery",
    .body = "Moderation",
    .answers = {{200, "Picture", NULL, "As it is now."}},
    .errors = TS_SAYS_CONFLICT,
    .run = moderate,
};

#define ONE "/api/pictures/{id}"
static const ts_route routes[] = {
    {"GET", "/api/pictures", ts_call_route, TS_SCOPE_READ, .doc = &list_doc},
    {"GET", ONE, ts_call_route, TS_SCOPE_READ, .doc = &get_doc},
    {"PATCH", ONE, ts_call_route, TS_SCOPE_WRITE, 0, TS_BODY_JSON, .doc = &patch_doc},
    {"DELETE", ONE, ts_call_route, TS_SCOPE_WRITE, .doc = &delete_doc},
    {"GET", ONE "/original", ts_call_route, TS_SCOPE_READ, TS_ROUTE_QUERY_KEY, .doc = &original_doc},
    {"GET", ONE "/thumbnail", ts_call_route, TS_SCOPE_READ, TS_ROUTE_QUERY_KEY, .doc = &thumbnail_doc},
    {"GET", ONE "/history", ts_call_route, TS_SCOPE_READ, .doc = &history_doc},
    {"POST", ONE "/retag", ts_call_route, TS_SCOPE_WRITE, TS_ROUTE_LONG, TS_BODY_JSON | TS_BODY_OPTIONAL,
     .doc = &retag_doc},
    {"POST", ONE "/verdict", ts_call_route, TS_SCOPE_REVIEW, 0, TS_BODY_JSON, .doc = &moderate_doc},
};
const ts_family ts_family_pictures = {routes, TS_COUNT_OF(routes)};
