/* api: Cloudinary's POST /v1_1/CLOUD/image/upload: a file, an address or a data URI, whole or in parts, becomes a picture.
 * Only translation. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cloudinary.h"
#include "api/internal.h"
#include "base/wallclock.h"
#include "service/parts.h"
#include "service/signing.h"
#include "service/upload.h"
#include "service/upload_presets.h"

enum { part_min = 5 * 1000 * 1000, delete_token_s = 600 };

typedef struct uploading {
    ts_call *call;
    const json_t *sent; /* by the client */
    json_t *params;     /* with the preset's */
    bool without_key;
    ts_cld_wish wish;
    ts_upload ask;
    const char *filename; /* or NULL */
    const char *public_id;
    ts_buf whole; /* of parts */
    json_t *extra;
} uploading;

/* ---- parameters with a preset's ------------------------------------------------------------------- */

static void give_up(void *json)
{
    json_decref(json);
}

static bool find_preset(uploading *u, ts_upload_preset *preset, bool *found)
{
    ts_call *call = u->call;
    const char *name = ts_cld_text(u->sent, "upload_preset");
    *found = name ? ts_service_upload_preset(call->service, name, call->arena, preset, &call->err)
                  : ts_service_upload_preset_default(call->service, "image", call->arena, preset, &call->err);
    if (*found || call->err.code == TS_OK) return true;
    return call->err.code == TS_NOT_FOUND ? ts_fail(&call->err, TS_USAGE, "Upload preset not found") : false;
}

/* Whoever signs has the last word; without a signature the preset has. */
static bool add_preset(uploading *u)
{
    ts_upload_preset preset;
    bool found = false;
    u->params = json_object();
    if (!u->params || !ts_arena_defer(u->call->arena, give_up, u->params)) {
        json_decref(u->params);
        return ts_fail_memory(&u->call->err);
    }
    if (!find_preset(u, &preset, &found)) return false;
    if (found && !u->without_key) ts_cld_put_params(u->params, preset.settings);
    (void)json_object_update(u->params, (json_t *)(uintptr_t)u->sent);
    if (found && u->without_key) ts_cld_put_params(u->params, preset.settings);
    if (found) (void)json_object_set_new(u->params, "upload_preset", json_string(preset.name));
    return true;
}

/* ---- where the picture comes from ----------------------------------------------------------------- */

static bool take_address(uploading *u, const char *text)
{
    ts_upload *ask = &u->ask;
    if (strncmp(text, "data:", 5) == 0) ask->data_uri = text;
    else if (strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0)
        ask->url = u->filename = text;
    else return ts_fail(&u->call->err, TS_USAGE, "Unsupported source URL: %.100s", text);
    return true;
}

static bool take_file(uploading *u)
{
    const ts_http_part *part = ts_request_part(u->call->request, "file");
    const char *text = ts_cld_text(u->sent, "file");
    if (part && (part->filename || !text)) {
        u->ask.bytes = part->data;
        u->ask.length = part->length;
        u->filename = part->filename;
        return part->length > 0 || ts_fail(&u->call->err, TS_USAGE, "Empty file");
    }
    return text ? take_address(u, text)
                : ts_fail(&u->call->err, TS_USAGE, "Missing required parameter - file");
}

/* ---- parts ---------------------------------------------------------------------------------------- */

/* "bytes 0-4/-1": the total is not known yet. */
static bool parse_range(const char *text, ts_part *part, ts_error *err)
{
    uint64_t first = 0, last = 0;
    int used = 0;
    bool ok = text && sscanf(text, "bytes %" SCNu64 "-%" SCNu64 "/%" SCNd64 "%n", &first, &last, &part->total,
                             &used) == 3;
    ok = ok && !text[used] && last >= first && last - first + 1 == part->length && part->total >= -1;
    part->offset = first;
    return ok || ts_fail(err, TS_USAGE, "Invalid Content-Range %.80s for a part of %zu bytes",
                         text ? text : "", part->length);
}

/* *waits: there are more to come, and this one was answered. */
static bool take_part(uploading *u, bool *waits)
{
    ts_call *call = u->call;
    const char *id = ts_request_header(call->request, "X-Unique-Upload-Id");
    const char *range = ts_request_header(call->request, "Content-Range");
    bool done = false;
    *waits = false;
    if (!id || !range || !u->ask.bytes) return true;
    ts_part part = {.upload = id, .bytes = u->ask.bytes, .length = u->ask.length};
    if (!parse_range(range, &part, &call->err)) return false;
    bool last = part.total >= 0 && part.offset + part.length == (uint64_t)part.total;
    if (!last && part.length < part_min)
        return ts_fail(&call->err, TS_USAGE, "All parts except EOF-chunk must be larger than 5mb");
    if (!ts_service_part_add(call->service, &call->actor, &part, &u->whole, &done, &call->err)) return false;
    u->ask.bytes = u->whole.data;
    u->ask.length = u->whole.length;
    *waits = !done;
    return true;
}

/* ---- the wish ------------------------------------------------------------------------------------- */

static void set_kept(uploading *u, const char *name, const char *text)
{
    if (text) (void)json_object_set_new(u->wish.kept, name, json_string(text));
}

static bool keep_more(uploading *u)
{
    ts_cld_view view = ts_cld_view_of(u->call);
    json_t *kept = u->wish.kept;
    set_kept(u, "original_filename", ts_cld_stem(u->filename, u->call->arena));
    set_kept(u, "cloud", view.cloud);
    set_kept(u, "base", view.base);
    set_kept(u, "request", ts_request_id(u->call->request));
    (void)json_object_set_new(kept, "version", json_integer(ts_wallclock_ms() / 1000));
    u->extra = json_pack("{s:O}", TS_CLD_EXTRA, kept);
    if (!u->extra || !ts_arena_defer(u->call->arena, give_up, u->extra)) {
        json_decref(u->extra);
        return ts_fail_memory(&u->call->err);
    }
    json_t *twins = ts_cld_twins(ts_cld_text(u->params, "moderation"));
    if (twins) (void)json_object_set_new(u->extra, "twins", twins);
    if (u->wish.context) (void)json_object_set(u->extra, "context", u->wish.context);
    if (u->wish.metadata) (void)json_object_set(u->extra, "metadata", u->wish.metadata);
    u->ask.extra = u->extra;
    return true;
}

/* "jpg" is "jpeg" to us. */
static bool read_formats(uploading *u)
{
    ts_call *call = u->call;
    const char *const *names = NULL;
    size_t count = 0;
    if (!ts_cld_list(u->params, "allowed_formats", call->arena, &names, &count, &call->err)) return false;
    const char **formats = TS_NEW_ARRAY(call->arena, count, const char *);
    if (!formats) return ts_fail_memory(&call->err);
    for (size_t i = 0; i < count; i++) formats[i] = strcasecmp(names[i], "jpg") == 0 ? "jpeg" : names[i];
    if (count > 0) u->ask.formats = formats;
    u->ask.format_count = count;
    return true;
}

static bool make_ask(uploading *u)
{
    bool chosen = false;
    ts_upload *ask = &u->ask;
    if (!ts_cld_wish_read(u->call, u->params, &u->wish) || !read_formats(u) || !keep_more(u)) return false;
    if (!ts_cld_public_id(u->call, u->params, u->filename, &u->public_id, &chosen)) return false;
    bool overwrite = ts_cld_flag(u->params, "overwrite", true) && !u->without_key;
    ask->name = u->filename && !ask->url ? u->filename : NULL;
    ask->space = TS_CLD_SPACE;
    ask->alias = u->public_id;
    ask->alias_rule = overwrite || !chosen ? TS_ALIAS_OVERWRITES : TS_ALIAS_STAYS;
    ask->origin = "api";
    ask->tags = u->wish.tags;
    ask->tag_count = u->wish.tag_count;
    ask->tags_as_given = true;
    ask->accept_from = u->wish.line;
    ask->callback_url = u->wish.notification_url;
    ask->callback_dialect = TS_CLD_SPACE;
    ask->async = u->wish.async;
    return true;
}

/* ---- answers -------------------------------------------------------------------------------------- */

const char *ts_cld_secret(ts_call *call)
{
    const char *secret = NULL, *key = call->actor.key_id;
    ts_error none = {0};
    bool has = key && key[0] && ts_service_secret(call->service, key, call->arena, &secret, &none);
    return has ? secret : "";
}

/* Whoever has it may delete the picture for ten minutes. */
static void add_delete_token(uploading *u, const ts_picture_row *row, json_t *answer)
{
    char token[TS_LINK_TOKEN];
    ts_call *call = u->call;
    int64_t until = ts_wallclock_ms() / 1000 + delete_token_s;
    const char *said = ts_arena_printf(call->arena, "%s.%s.%" PRId64, row->id, call->actor.id, until);
    const char *bound = said ? ts_arena_printf(call->arena, "delete %s", said) : NULL;
    if (!bound || !ts_cld_flag(u->params, "return_delete_token", false)) return;
    ts_service_link_token(call->service, bound, token);
    (void)json_object_set_new(answer, "delete_token", json_sprintf("%s.%s", said, token));
}

static json_t *answer_done(uploading *u, const ts_upload_result *result)
{
    ts_cld_view view = ts_cld_view_of(u->call);
    view.secret = ts_cld_secret(u->call);
    json_t *answer =
        ts_cld_resource(&view, u->public_id, &result->picture, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD);
    if (view.secret[0]) explicit_bzero((char *)(uintptr_t)view.secret, strlen(view.secret));
    if (!answer) return NULL;
    (void)json_object_set_new(answer, "api_key", json_string(u->call->actor.id));
    if (result->duplicate) (void)json_object_set_new(answer, "existing", json_true());
    add_delete_token(u, &result->picture.row, answer);
    ts_cld_say_ignored(u->params, answer);
    return answer;
}

static json_t *answer_pending(uploading *u, const ts_upload_result *result)
{
    const ts_picture_row *row = &result->picture.row;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "status", "pending", "resource_type", "image", "type",
                     "upload", "public_id", u->public_id, "asset_id", row->id, "batch_id",
                     result->job ? result->job : row->id);
}

/* What the vendor's clients look for in messages. */
static bool say_as_vendor(const uploading *u)
{
    ts_error *err = &u->call->err;
    ts_error was = *err;
    switch (was.code) {
    case TS_UNSUPPORTED:
        if (u->ask.formats)
            return ts_fail(err, TS_USAGE, "Image file format not allowed: %.200s", was.message);
        return ts_fail(err, TS_NOT_PICTURE, "Invalid image file");
    case TS_NOT_PICTURE:
    case TS_CORRUPT:
        return ts_fail(err, TS_NOT_PICTURE, "Invalid image file");
    case TS_TOO_LARGE:
        return ts_fail(err, TS_TOO_LARGE, "File size too large. %.200s", was.message);
    case TS_REFUSED:
        if (u->ask.url)
            return ts_fail(err, TS_USAGE, "Error in loading %.100s - %.200s", u->ask.url, was.message);
        return false;
    default:
        return false;
    }
}

static bool keep(uploading *u)
{
    ts_upload_result result = {0};
    ts_call *call = u->call;
    if (!ts_service_upload(call->service, &call->actor, &u->ask, call->arena, &result, &call->err))
        return say_as_vendor(u);
    bool pending = u->wish.async && !result.done;
    return ts_cld_answer(call, 200, pending ? answer_pending(u, &result) : answer_done(u, &result));
}

/* ---- the route ------------------------------------------------------------------------------------ */

bool ts_cld_check_type(ts_call *call, const json_t *params)
{
    const char *type = ts_request_param(call->request, "type");
    const char *wish = ts_cld_text(params, "resource_type");
    if (!type) type = "image";
    if (strcmp(type, "auto") == 0 && wish) type = wish;
    if (strcmp(type, "image") == 0 || strcmp(type, "auto") == 0) return true;
    bool known = strcmp(type, "raw") == 0 || strcmp(type, "video") == 0;
    return ts_fail(&call->err, TS_USAGE,
                   known ? "Resource type %.20s is not supported: only pictures are kept here"
                         : "Invalid resource type %.20s",
                   type);
}

/* The Python SDK takes the name for the next part from here: it gets its own back, or none. */
static bool answer_part(const uploading *u)
{
    json_t *answer = json_pack("{s:b, s:s}", "done", 0, "resource_type", "image");
    const char *named = ts_cld_text(u->sent, "public_id");
    if (named) (void)json_object_set_new(answer, "public_id", json_string(named));
    return ts_cld_answer(u->call, 200, answer);
}

static bool run(uploading *u)
{
    bool waits = false;
    ts_call *call = u->call;
    if (!ts_cld_check_type(call, u->sent) || !ts_cld_sign_in(call, u->sent, &u->without_key)) return false;
    if (!add_preset(u) || !take_file(u) || !take_part(u, &waits)) return false;
    if (waits) return answer_part(u);
    return make_ask(u) && keep(u);
}

static bool upload(ts_call *call)
{
    uploading u = {.call = call};
    bool ok = ts_cld_params(call, &u.sent) && run(&u);
    ts_buf_free(&u.whole);
    return ok;
}

#define BODIES (TS_BODY_JSON | TS_BODY_FORM | TS_BODY_MULTIPART)

static const ts_route routes[] = {
    {"POST", "/v1_1/{cloud}/{type}/upload", ts_dialect_route, 0, TS_ROUTE_PUBLIC | TS_ROUTE_LONG, BODIES,
     .doc = &(const ts_route_doc){.id = "cloudinaryUpload", .run = upload}},
    {"POST", "/v1_1/{cloud}/upload", ts_dialect_route, 0, TS_ROUTE_PUBLIC | TS_ROUTE_LONG, BODIES,
     .doc = &(const ts_route_doc){.id = "cloudinaryUploadAuto", .run = upload}},
};
const ts_family ts_cld_upload_family = {routes, TS_COUNT_OF(routes)};
