/* api: Cloudinary's notifications: what an upload answers, with who and when; signed by a plain hash of body, time and
 * secret. Tags and texts of a picture go as they are in the change that is told of. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/cloudinary.h"
#include "base/json.h"
#include "base/wallclock.h"
#include "service/signing.h"

/* ---- which notification --------------------------------------------------------------------------- */

typedef struct kind {
    const char *event, *type;
    bool to_uploader; /* to the notification_url of the upload, too */
} kind;

static const kind kinds[] = {
    {"picture.tagged", "upload", true},
    {"picture.held", "upload", true},
    {"picture.failed", "upload", true},
    {"picture.rejected", "moderation", true},
    {"picture.released", "moderation", true},
    {TS_CLD_EXPLICIT, "explicit", true},
    {"picture.updated", "resource_updated", false},
    {"picture.deleted", "delete", false},
};

static const kind *kind_of(const ts_hook_picture *news)
{
    for (size_t i = 0; i < TS_COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].event, news->event) == 0 && (kinds[i].to_uploader || !news->own))
            return &kinds[i];
    return NULL;
}

/* ---- the body ------------------------------------------------------------------------------------- */

typedef struct note {
    const ts_hook_picture *news;
    const kind *kind;
    const char *public_id;
    const json_t *kept;
    ts_cld_view view;
} note;

static json_t *deleted(const note *n)
{
    return json_pack("{s:[{s:s, s:o, s:s, s:s}]}", "resources", "asset_id", n->news->picture->row.id,
                     "public_id", ts_json_repaired(n->public_id), "resource_type", "image", "type", "upload");
}

static json_t *content_of(const note *n)
{
    if (strcmp(n->kind->type, "delete") == 0) return deleted(n);
    json_t *content =
        ts_cld_resource(&n->view, n->public_id, n->news->picture, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD);
    if (n->news->error)
        (void)json_object_set_new(content, "error", json_pack("{s:s}", "message", n->news->error->message));
    return content;
}

static void add_head(const note *n, json_t *body)
{
    int64_t now = ts_wallclock_ms();
    json_t *by = json_pack("{s:s, s:s}", "source", "api", "id", n->news->key_id);
    (void)json_object_set_new(body, "notification_type", json_string(n->kind->type));
    (void)json_object_set_new(body, "timestamp", ts_cld_time(now));
    (void)json_object_set_new(body, "request_id", json_string(ts_json_string_or(n->kept, "request", "")));
    (void)json_object_set_new(body, "notification_context",
                              json_pack("{s:o, s:o}", "triggered_at", ts_cld_time(now), "triggered_by", by));
    (void)json_object_set_new(body, "signature_key", json_string(n->news->key_id));
    if (strcmp(n->kind->type, "moderation") == 0)
        (void)json_object_set_new(
            body, "moderation_status",
            json_string(n->news->picture->row.visibility == TS_REJECTED ? "rejected" : "approved"));
}

static bool put_note(const note *n, ts_buf *out)
{
    json_t *body = content_of(n);
    if (body) add_head(n, body);
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    bool ok = text && ts_buf_puts(out, text);
    free(text);
    json_decref(body);
    return ok;
}

static bool picture_note(const ts_hook_picture *news, ts_buf *out, ts_error *err)
{
    note n = {.news = news, .kind = kind_of(news)};
    if (!n.kind) return true;
    ts_arena *arena = ts_arena_new(0);
    const ts_picture_row *row = &news->picture->row;
    json_t *extra = row->extra ? json_loads(row->extra, 0, NULL) : NULL;
    n.kept = json_object_get(json_object_get(extra, "extra"), TS_CLD_EXTRA);
    n.view = (ts_cld_view){.service = news->service,
                           .arena = arena,
                           .base = ts_json_string_or(n.kept, "base", ""),
                           .cloud = ts_json_string_or(n.kept, "cloud", "tagsmith")};
    bool ok = arena && ts_named_of(news->txn, TS_CLD_SPACE, row, arena, &n.public_id, err) &&
              (put_note(&n, out) || ts_fail_memory(err));
    json_decref(extra);
    ts_arena_free(arena);
    return ok;
}

/* Events that are about no picture are none of the vendor's. */
static bool other_note(ts_service *service, const char *event, const json_t *payload, ts_buf *out,
                       ts_error *err)
{
    (void)service, (void)event, (void)payload, (void)out, (void)err;
    return true;
}

/* ---- the signature -------------------------------------------------------------------------------- */

static bool sign(const char *id, int64_t now_ms, const char *secret, const void *body, size_t length,
                 ts_buf *header_lines, ts_error *err)
{
    ts_buf all = {0};
    char hex[TS_DIGEST_HEX];
    int64_t now = now_ms / 1000;
    bool ok =
        ts_buf_append(&all, body, length) && ts_buf_printf(&all, "%" PRId64 "%s", now, secret) &&
        ts_service_digest(TS_DIGEST_SHA1, all.data, all.length, hex) &&
        ts_buf_printf(header_lines, "x-cld-timestamp: %" PRId64 "\nx-cld-signature: %s\nx-request-id: %s\n",
                      now, hex, id);
    if (all.data) explicit_bzero(all.data, all.length);
    ts_buf_free(&all);
    return ok || ts_fail_memory(err);
}

const ts_hook_dialect ts_cld_hooks = {
    .name = TS_CLD_SPACE, .body = other_note, .sign = sign, .picture = picture_note};
