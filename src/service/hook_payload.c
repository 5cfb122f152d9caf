/* service: what a webhook about a picture carries: the picture as it is now, without what only its owner should see; and who
 * hears of it: the hooks that want the event, and the address that came with the picture. */
#include "base/json.h"
#include "base/wallclock.h"
#include "service/hook_row.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/revisions.h"
#include "service/wishes.h"

static json_t *tag_json(const ts_tag_row *tag)
{
    return json_pack("{s:s?, s:o, s:s, s:o, s:s, s:s}", "concept", tag->concept, "label",
                     ts_json_repaired(tag->label), "facet", tag->facet, "confidence",
                     ts_json_rounded(tag->confidence, 4), "state", ts_ledger_state_name(tag->state), "source",
                     ts_author_kind_name(tag->author.kind));
}

static json_t *tags_json(const ts_picture_full *picture)
{
    json_t *tags = json_array();
    for (size_t i = 0; tags && i < picture->tag_count; i++) {
        if (json_array_append_new(tags, tag_json(&picture->tags[i])) == 0) continue;
        json_decref(tags);
        return NULL;
    }
    return tags;
}

static json_t *payload_of(const ts_picture_full *picture)
{
    const ts_picture_row *row = &picture->row;
    char created[TS_ISO8601_SIZE];
    ts_iso8601_format(row->created, created);
    json_t *tags = tags_json(picture);
    if (!tags) return NULL;
    return json_pack("{s:s, s:I, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:{s:I, s:I, s:s, s:I}, s:o}", "id",
                     row->id, "version", (json_int_t)row->version, "name", ts_json_repaired(row->name),
                     "created", created, "state", ts_picture_state_name(row->state), "visibility",
                     ts_visibility_name(row->visibility), "reason", ts_json_repaired(row->reason), "title",
                     ts_json_repaired(row->title), "description", ts_json_repaired(row->description),
                     "picture", "width", (json_int_t)row->width, "height", (json_int_t)row->height, "format",
                     row->format, "bytes", (json_int_t)row->bytes, "tags", tags);
}

static bool add_error(json_t *payload, const ts_error *error)
{
    return !error || json_object_set_new(payload, "error", ts_error_object(error)) == 0;
}

static bool add_member(json_t *payload, const char *name, json_t *value)
{
    return !value || json_object_set(payload, name, value) == 0;
}

/* What dialects keep with a picture and need to show it, for theirs alone to look at. */
static bool add_extra(json_t *payload, const json_t *extra)
{
    return add_member(payload, TS_HOOK_EXTRA, json_object_get(extra, "extra")) &&
           add_member(payload, TS_REVISION, json_object_get(extra, TS_REVISION)) &&
           add_member(payload, TS_GRANTED, json_object_get(extra, TS_GRANTED));
}

/* ---- what was changed -------------------------------------------------------------------------------- */

static bool is_tag(const ts_tag_row *row)
{
    return row && row->state == TS_LEDGER_ACCEPTED;
}

static json_t *labels_json(const ts_tag_diff *diff, bool added)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < diff->count; i++) {
        const ts_tag_row *before = diff->entries[i].before, *after = diff->entries[i].after;
        if (is_tag(before) == is_tag(after) || is_tag(after) != added) continue;
        const ts_tag_row *row = added ? after : before;
        (void)json_array_append_new(labels, ts_json_repaired(row->label ? row->label : row->key));
    }
    return labels;
}

static bool add_changes(json_t *payload, const ts_picture_change *change)
{
    if (!change) return true;
    json_t *changes = json_object();
    if (change->tags)
        (void)json_object_set_new(changes, "tags",
                                  json_pack("{s:o, s:o}", "added", labels_json(change->tags, true), "removed",
                                            labels_json(change->tags, false)));
    if (change->before) (void)json_object_set(changes, "before", (json_t *)(uintptr_t)change->before);
    if (change->renamed)
        (void)json_object_set_new(
            changes, "renamed",
            json_pack("{s:s, s:o}", "space", change->space, "from", ts_json_repaired(change->renamed)));
    return json_object_set_new(payload, TS_HOOK_CHANGES, changes) == 0;
}

/* ---- everybody ---------------------------------------------------------------------------------------- */

typedef struct story {
    const char *event;
    const ts_error *error;
    const ts_picture_change *change;
} story;

static bool tell_story(ts_service *service, ts_txn *txn, const story *what, const ts_picture_full *picture,
                       ts_error *err)
{
    json_t *payload = payload_of(picture);
    json_t *extra = ts_json_of(picture->row.extra);
    const json_t *callback = json_object_get(extra, TS_CALLBACK);
    bool ok = payload && add_error(payload, what->error) && add_extra(payload, extra) &&
                      add_changes(payload, what->change)
                  ? ts_hooks_emit_picture(service, txn, what->event, picture, what->error, payload,
                                          ts_json_string_or(callback, "url", NULL),
                                          ts_json_string_or(callback, "key", NULL),
                                          ts_json_string_or(callback, "dialect", NULL), err)
                  : ts_fail_memory(err);
    json_decref(extra);
    json_decref(payload);
    return ok;
}

bool ts_picture_tell(ts_service *service, ts_txn *txn, const char *event, const ts_picture_full *picture,
                     const ts_error *error, ts_error *err)
{
    return tell_story(service, txn, &(story){.event = event, .error = error}, picture, err);
}

bool ts_picture_tell_change(ts_service *service, ts_txn *txn, const ts_picture_full *picture,
                            const ts_picture_change *change, ts_error *err)
{
    return tell_story(service, txn, &(story){.event = "picture.updated", .change = change}, picture, err);
}

/* ---- one receiver ------------------------------------------------------------------------------------- */

bool ts_picture_tell_to(ts_service *service, ts_txn *txn, const char *event, const ts_picture_full *picture,
                        const char *url, const char *key_id, const char *dialect, ts_error *err)
{
    json_t *payload = payload_of(picture), *extra = ts_json_of(picture->row.extra);
    bool ok = payload && add_extra(payload, extra)
                  ? ts_hooks_emit_to(service, txn, event, picture, payload, url, key_id, dialect, err)
                  : ts_fail_memory(err);
    json_decref(extra);
    json_decref(payload);
    return ok;
}

typedef struct telling {
    ts_service *service;
    const ts_actor *actor;
    const char *picture, *event, *url, *dialect;
    ts_arena *arena;
} telling;

static bool tell_one(ts_txn *txn, void *context, ts_error *err)
{
    const telling *t = context;
    ts_picture_full picture;
    bool held = ts_scopes_cover(t->actor->scopes, TS_SCOPE_REVIEW);
    return ts_picture_find(txn, t->picture, held, t->arena, &picture.row, err) &&
           ts_picture_fill(txn, picture.row.number, false, t->arena, &picture, err) &&
           ts_picture_tell_to(t->service, txn, t->event, &picture, t->url, t->actor->key_id, t->dialect, err);
}

bool ts_service_tell_url(ts_service *service, const ts_actor *actor, const char *picture, const char *event,
                         const char *url, const char *dialect, ts_error *err)
{
    telling t = {service, actor, picture, event, url, dialect, ts_arena_new(0)};
    bool ok = t.arena
                  ? ts_actor_may(actor, TS_SCOPE_WRITE, err) && ts_net_check_url(service->net, url, err) &&
                        ts_catalog_write(service->catalog, tell_one, &t, err)
                  : ts_fail_memory(err);
    ts_arena_free(t.arena);
    return ok;
}
