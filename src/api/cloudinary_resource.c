/* api: a picture in Cloudinary's words. Only translation; what was seen in it is cloudinary_info.c's. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/cloudinary.h"
#include "api/internal.h"
#include "base/json.h"
#include "service/signing.h"

/* ---- small words ---------------------------------------------------------------------------------- */

json_t *ts_cld_time(int64_t ms)
{
    char text[32];
    struct tm parts;
    time_t seconds = (time_t)(ms / 1000);
    if (!gmtime_r(&seconds, &parts)) return json_null();
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

/* "jpg", "png", "webp" */
static const char *format_of(const ts_picture_row *row, char word[16])
{
    size_t length = 0;
    for (; row->format[length] && length < 15; length++)
        word[length] = (char)tolower((unsigned char)row->format[length]);
    word[length] = '\0';
    return strcmp(word, "jpeg") == 0 ? "jpg" : word;
}

static const char *last_segment(const char *public_id)
{
    const char *slash = strrchr(public_id, '/');
    return slash ? slash + 1 : public_id;
}

static const char *folder_of(const char *public_id, ts_arena *arena)
{
    const char *slash = strrchr(public_id, '/');
    return slash ? ts_arena_strndup(arena, public_id, (size_t)(slash - public_id)) : "";
}

/* ---- tags ----------------------------------------------------------------------------------------- */

/* Who uploads here asks for automatic tags or has none: what the machine accepted all the same is for search. Pictures that
 * came another way show all. */
static bool shows(const ts_tag_row *tag, const json_t *kept)
{
    if (tag->state != TS_LEDGER_ACCEPTED || !tag->label) return false;
    return tag->author.kind == TS_AUTHOR_PERSON || !kept || json_object_get(kept, "auto_tagging");
}

/* Words of the vocabulary in lower case; free words as they were given. */
static json_t *label_of(const ts_tag_row *tag)
{
    char text[256];
    size_t length = 0;
    if (!tag->concept) return ts_json_repaired(tag->label);
    for (; tag->label[length] && length < sizeof text - 1; length++)
        text[length] = (char)tolower((unsigned char)tag->label[length]);
    text[length] = '\0';
    return ts_json_repaired(text);
}

static json_t *tags_of(const ts_picture_full *picture, const json_t *kept)
{
    json_t *tags = json_array();
    for (size_t i = 0; i < picture->tag_count; i++)
        if (shows(&picture->tags[i], kept)) (void)json_array_append_new(tags, label_of(&picture->tags[i]));
    return tags;
}

static json_t *row_extra(const ts_picture_row *row)
{
    json_t *extra = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    return extra ? extra : json_object();
}

static const json_t *own_of(const json_t *extra, const char *member)
{
    return json_object_get(json_object_get(extra, "extra"), member);
}

json_t *ts_cld_tags(const ts_picture_full *picture)
{
    json_t *extra = row_extra(&picture->row);
    json_t *tags = tags_of(picture, own_of(extra, TS_CLD_EXTRA));
    json_decref(extra);
    return tags;
}

bool ts_cld_shows_machine(const ts_picture_row *row)
{
    json_t *extra = row_extra(row);
    const json_t *kept = own_of(extra, TS_CLD_EXTRA);
    bool shows_all = !kept || json_object_get(kept, "auto_tagging");
    json_decref(extra);
    return shows_all;
}

/* ---- addresses ------------------------------------------------------------------------------------ */

/* Each segment escaped; "/" stays. */
static void put_path(ts_buf *out, const char *path)
{
    for (; *path; path++) {
        bool plain = isalnum((unsigned char)*path) || strchr("/-_.~", *path);
        (void)(plain ? ts_buf_putc(out, *path) : ts_buf_printf(out, "%%%02X", (unsigned char)*path));
    }
}

/* The vendor's signed form: whoever has the address may fetch it, nobody can guess it. */
static json_t *url_of(const ts_cld_view *view, const char *public_id, const ts_picture_row *row,
                      int64_t version)
{
    ts_buf url = {0};
    char token[TS_LINK_TOKEN], format[16];
    ts_service_link_token(view->service, row->id, token);
    (void)ts_buf_puts(&url, view->base);
    (void)ts_buf_printf(&url, "/res/%s/image/upload/s--%s--/v%lld/", view->cloud, token, (long long)version);
    put_path(&url, public_id);
    (void)ts_buf_printf(&url, ".%s", format_of(row, format));
    json_t *text = url.failed ? NULL : json_stringn(url.data, url.length);
    ts_buf_free(&url);
    return text;
}

/* ---- the members ---------------------------------------------------------------------------------- */

static int64_t version_of(const ts_picture_row *row, const json_t *kept)
{
    const json_t *version = json_object_get(kept, "version");
    return json_is_integer(version) ? json_integer_value(version) : row->created / 1000;
}

static void set_text(json_t *object, const char *name, const char *text)
{
    (void)json_object_set_new(object, name, ts_json_repaired(text));
}

static json_t *basics_of(const ts_cld_view *view, const char *public_id, const ts_picture_row *row,
                         const json_t *kept)
{
    int64_t version = version_of(row, kept);
    char format[16];
    json_t *out =
        json_pack("{s:s, s:o, s:s, s:I, s:s, s:s, s:o, s:I, s:I, s:I, s:s, s:b}", "asset_id", row->id,
                  "public_id", ts_json_repaired(public_id), "format", format_of(row, format), "version",
                  (json_int_t)version, "resource_type", "image", "type", "upload", "created_at",
                  ts_cld_time(row->created), "bytes", (json_int_t)row->bytes, "width", (json_int_t)row->width,
                  "height", (json_int_t)row->height, "access_mode", "public", "placeholder", 0);
    const char *folder = ts_json_string_or(kept, "asset_folder", folder_of(public_id, view->arena));
    set_text(out, "asset_folder", folder);
    set_text(out, "folder", folder);
    set_text(out, "display_name", ts_json_string_or(kept, "display_name", last_segment(public_id)));
    /* One address: whether it is secure, public_url says. */
    json_t *url = url_of(view, public_id, row, version);
    (void)json_object_set(out, "url", url);
    (void)json_object_set_new(out, "secure_url", url);
    if (row->state == TS_PICTURE_PENDING) set_text(out, "status", "pending");
    return out;
}

static void add_upload(const ts_cld_view *view, const char *public_id, const ts_picture_row *row,
                       const json_t *kept, json_t *out)
{
    char hash[TS_DIGEST_HEX];
    int64_t version = version_of(row, kept);
    const char *signed_text = ts_arena_printf(view->arena, "public_id=%s&version=%lld%s", public_id,
                                              (long long)version, view->secret ? view->secret : "");
    bool signs = signed_text && view->secret && view->secret[0] &&
                 ts_service_digest(TS_DIGEST_SHA1, signed_text, strlen(signed_text), hash);
    if (signs) set_text(out, "signature", hash);
    const char *version_id =
        ts_arena_printf(view->arena, "%.24s%08llx", row->sha256, (unsigned long long)version);
    set_text(out, "version_id", version_id ? version_id : "");
    (void)json_object_set_new(out, "etag", json_stringn(row->sha256, 32));
    (void)json_object_set_new(out, "pages", json_integer(1));
    set_text(out, "original_filename", ts_json_string_or(kept, "original_filename", last_segment(public_id)));
}

/* One status stands for the pipe where it has one step. */
static void add_moderation(const ts_picture_row *row, const json_t *extra, json_t *out)
{
    json_t *steps = ts_cld_moderation(row, extra);
    if (json_array_size(steps) > 0) (void)json_object_set(out, "moderation", steps);
    json_decref(steps);
}

static void add_custom(const json_t *extra, unsigned with, json_t *out)
{
    const json_t *context = own_of(extra, "context"), *metadata = own_of(extra, "metadata");
    if ((with & TS_CLD_WITH_CONTEXT) && json_object_size(context) > 0)
        (void)json_object_set_new(out, "context", json_pack("{s:O}", "custom", (json_t *)(uintptr_t)context));
    if ((with & TS_CLD_WITH_METADATA) && json_object_size(metadata) > 0)
        (void)json_object_set(out, "metadata", (json_t *)(uintptr_t)metadata);
}

json_t *ts_cld_resource(const ts_cld_view *view, const char *public_id, const ts_picture_full *picture,
                        unsigned with)
{
    const ts_picture_row *row = &picture->row;
    json_t *extra = row_extra(row);
    const json_t *kept = own_of(extra, TS_CLD_EXTRA);
    json_t *out = basics_of(view, public_id, row, kept);
    if (with & TS_CLD_WITH_UPLOAD) add_upload(view, public_id, row, kept, out);
    if (with & TS_CLD_WITH_TAGS) (void)json_object_set_new(out, "tags", tags_of(picture, kept));
    add_custom(extra, with, out);
    if (with & TS_CLD_WITH_MODERATION) add_moderation(row, extra, out);
    bool ok = !(with & TS_CLD_WITH_DETAILS) || ts_cld_add_details(view, picture, extra, out);
    json_decref(extra);
    if (ok) return out;
    json_decref(out);
    return NULL;
}

ts_cld_view ts_cld_view_of(ts_call *call)
{
    const char *base = call->api->public_url;
    if (!base || !base[0])
        base = ts_arena_printf(call->arena, "%s://%s", ts_request_scheme(call->request),
                               ts_request_host(call->request));
    const char *cloud = ts_request_param(call->request, "cloud");
    return (ts_cld_view){.service = call->service,
                         .arena = call->arena,
                         .base = base ? base : "",
                         .cloud = cloud ? cloud : "tagsmith"};
}
