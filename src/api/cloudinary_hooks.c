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
    {"picture.tagged", "upload", true},       {"picture.held", "upload", true},
    {"picture.failed", "upload", true},       {"picture.rejected", "moderation", true},
    {"picture.released", "moderation", true}, {TS_CLD_EXPLICIT, "explicit", true},
    {"picture.deleted", "delete", false},
};

/* Of a change only what was changed is told, and only that of which the vendor tells; a note each. */
#define UPDATED "picture.updated"
static const struct change {
    kind kind;
    const char *member, *inner; /* of what dialects keep; NULL: not there */
} changes[] = {
    {{UPDATED, "resource_tags_changed", false}, NULL, NULL},
    {{UPDATED, "rename", false}, NULL, NULL},
    {{UPDATED, "resource_context_changed", false}, "context", NULL},
    {{UPDATED, "resource_metadata_changed", false}, "metadata", NULL},
    {{UPDATED, "resource_display_name_changed", false}, TS_CLD_EXTRA, "display_name"},
};
enum { TAGS_CHANGED, RENAMED, CONTEXT_CHANGED, METADATA_CHANGED, DISPLAY_NAME_CHANGED };

static json_t *kept_at(const json_t *kept, const struct change *change)
{
    json_t *at = json_object_get(kept, change->member);
    return change->inner ? json_object_get(at, change->inner) : at;
}

static bool has_changed(const json_t *told, const json_t *now, size_t i)
{
    const json_t *tags = json_object_get(told, "tags"), *before = json_object_get(told, "before");
    if (i == TAGS_CHANGED)
        return json_array_size(json_object_get(tags, "added")) > 0 ||
               json_array_size(json_object_get(tags, "removed")) > 0;
    if (i == RENAMED)
        return strcmp(ts_json_string_or(json_object_get(told, "renamed"), "space", ""), TS_CLD_SPACE) == 0;
    const json_t *was = kept_at(before, &changes[i]), *is = kept_at(now, &changes[i]);
    return before && was != is && !(was && is && json_equal(was, is));
}

static size_t parts(const char *event, const json_t *payload)
{
    size_t count = 0;
    const json_t *told = json_object_get(payload, "changes"), *now = json_object_get(payload, "extra");
    if (strcmp(event, UPDATED) != 0) return 1;
    for (size_t i = 0; i < TS_COUNT_OF(changes); i++) count += has_changed(told, now, i);
    return count;
}

/* The part'th of what has changed; NULL where the trigger is for others. */
static const kind *change_of(const ts_hook_picture *news)
{
    size_t part = 0;
    const kind *found = NULL;
    const char *wants = news->note;
    json_t *extra = news->picture->row.extra ? json_loads(news->picture->row.extra, 0, NULL) : NULL;
    for (size_t i = 0; !news->own && !found && i < TS_COUNT_OF(changes); i++)
        if (has_changed(news->changes, json_object_get(extra, "extra"), i) && part++ == news->part)
            found = &changes[i].kind;
    json_decref(extra);
    bool all = !*wants || strcmp(wants, "all") == 0 || strcmp(wants, "info") == 0;
    return found && (all || strcmp(wants, found->type) == 0) ? found : NULL;
}

static const kind *kind_of(const ts_hook_picture *news)
{
    if (strcmp(news->event, UPDATED) == 0) return change_of(news);
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
    const json_t *all, *kept; /* by dialects; by this one */
    ts_cld_view view;
} note;

static json_t *resource_name(const note *n)
{
    return json_pack("{s:s, s:o, s:s, s:s}", "asset_id", n->news->picture->row.id, "public_id",
                     ts_json_repaired(n->public_id), "resource_type", "image", "type", "upload");
}

static json_t *deleted(const note *n)
{
    return json_pack("{s:[o]}", "resources", resource_name(n));
}

static json_t *named(const char *name, const char *member, const json_t *value)
{
    return json_pack("{s:s, s:O}", "name", name, member, (json_t *)(uintptr_t)value);
}

/* Members of an object that came, went, or became others. */
static void add_differences(const json_t *before, const json_t *now, json_t *out)
{
    const char *name;
    json_t *value, *added = json_array(), *removed = json_array(), *updated = json_array();
    json_object_foreach ((json_t *)(uintptr_t)now, name, value) {
        json_t *was = json_object_get(before, name);
        if (!was) (void)json_array_append_new(added, named(name, "value", value));
        if (!was || json_equal(was, value)) continue;
        json_t *other = named(name, "new_value", value);
        (void)json_object_set(other, "previous_value", was);
        (void)json_array_append_new(updated, other);
    }
    json_object_foreach ((json_t *)(uintptr_t)before, name, value)
        if (!json_object_get(now, name)) (void)json_array_append_new(removed, named(name, "value", value));
    (void)json_object_set_new(out, "added", added);
    (void)json_object_set_new(out, "removed", removed);
    (void)json_object_set_new(out, "updated", updated);
}

static json_t *renamed(const note *n)
{
    json_t *out = resource_name(n);
    (void)json_object_del(out, "public_id");
    (void)json_object_set(out, "from_public_id",
                          json_object_get(json_object_get(n->news->changes, "renamed"), "from"));
    (void)json_object_set_new(out, "to_public_id", ts_json_repaired(n->public_id));
    return out;
}

static json_t *changed(const note *n, const struct change *change)
{
    size_t i = (size_t)(change - changes);
    json_t *one = resource_name(n), *told = (json_t *)(uintptr_t)n->news->changes;
    json_t *before = kept_at(json_object_get(told, "before"), change), *now = kept_at(n->all, change);
    if (i == TAGS_CHANGED) (void)json_object_update(one, json_object_get(told, "tags"));
    else if (i != DISPLAY_NAME_CHANGED) add_differences(before, now, one);
    else {
        (void)json_object_set(one, "previous_display_name", before ? before : json_null());
        (void)json_object_set(one, "display_name", now ? now : json_null());
    }
    return json_pack("{s:s, s:[o]}", "source", "api", "resources", one);
}

static json_t *content_of(const note *n)
{
    for (size_t i = 0; i < TS_COUNT_OF(changes); i++)
        if (n->kind == &changes[i].kind) return i == RENAMED ? renamed(n) : changed(n, &changes[i]);

    if (strcmp(n->kind->type, "delete") == 0) return deleted(n);
    json_t *content =
        ts_cld_resource(&n->view, n->public_id, n->news->picture, TS_CLD_WITH_ALL | TS_CLD_WITH_UPLOAD);
    if (n->news->error)
        (void)json_object_set_new(content, "error", json_pack("{s:s}", "message", n->news->error->message));
    return content;
}

/* What was decided, and by the last of those who did. */
static void add_moderation(const note *n, json_t *body)
{
    size_t i;
    json_t *step, *last = NULL;
    bool rejected = n->news->picture->row.visibility == TS_REJECTED;
    (void)json_object_set_new(body, "moderation_status", json_string(rejected ? "rejected" : "approved"));
    json_array_foreach (json_object_get(body, "moderation"), i, step) {
        const char *status = ts_json_string_or(step, "status", "");
        if (strcmp(status, "approved") == 0 || strcmp(status, "rejected") == 0) last = step;
    }
    if (!last) return;
    (void)json_object_set(body, "moderation_kind", json_object_get(last, "kind"));
    (void)json_object_set(body, "moderation_updated_at", json_object_get(last, "updated_at"));
    json_t *response = json_object_get(last, "response");
    if (response) (void)json_object_set(body, "moderation_response", response);
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
    if (strcmp(n->kind->type, "moderation") == 0) add_moderation(n, body);
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
    n.all = json_object_get(extra, "extra");
    n.kept = json_object_get(n.all, TS_CLD_EXTRA);
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
    .name = TS_CLD_SPACE, .body = other_note, .sign = sign, .parts = parts, .picture = picture_note};
