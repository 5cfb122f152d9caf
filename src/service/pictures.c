/* service: pictures one by one. Knows no dialect. */
#include "service/pictures.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/wishes.h"

static bool may_see(const ts_actor *actor, bool with_held, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           (!with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err));
}

/* Whoever reviews sees held pictures when touching one by its id. */
static bool sees_held(const ts_actor *actor)
{
    return ts_scopes_cover(actor->scopes, TS_SCOPE_REVIEW);
}

bool ts_service_picture(ts_service *service, const ts_actor *actor, const ts_picture_query *query,
                        ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    return may_see(actor, query->with_held, err) && ts_service_picture_of(service, query, arena, out, err);
}

/* ---- pages ------------------------------------------------------------------------------------------ */

static bool fill_page(ts_txn *txn, const ts_picture_row *rows, size_t count, ts_arena *arena,
                      ts_picture_page *out, ts_error *err)
{
    ts_picture_full *pictures = TS_NEW_ARRAY(arena, count, ts_picture_full);
    if (!pictures) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        pictures[i].row = rows[i];
        if (!ts_tags_list(txn, rows[i].number, false, true, arena, &pictures[i].tags, &pictures[i].tag_count,
                          err))
            return false;
    }
    out->pictures = pictures;
    out->count = count;
    return true;
}

bool ts_service_pictures(ts_service *service, const ts_actor *actor, const char *cursor, unsigned limit,
                         bool with_held, ts_arena *arena, ts_picture_page *out, ts_error *err)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    int64_t after = 0;
    ts_picture_filter filter = {.state = -1, .visibility = with_held ? -1 : TS_VISIBLE};
    *out = (ts_picture_page){0};
    if (!may_see(actor, with_held, err) || !ts_cursor_parse(cursor, &after, err)) return false;
    if (limit < 1 || limit > 200) limit = limit ? 200 : 50;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_pictures_list(txn, &filter, after, true, limit + 1, arena, &rows, &count, err) &&
              fill_page(txn, rows, count > limit ? limit : count, arena, out, err);
    ts_catalog_read_end(txn);
    if (ok && count > limit) out->next = ts_cursor_of(rows[limit - 1].number, arena);
    return ok;
}

/* ---- changing --------------------------------------------------------------------------------------- */

typedef struct change {
    ts_service *service;
    const ts_actor *actor;
    const char *id;
    const ts_picture_patch *patch;
    int64_t if_version;
    ts_visibility visibility;
    const char *reason;
    ts_arena *arena;
    ts_picture_full *out;
} change;

static bool patch_extra(const change *c, ts_picture_row *row, ts_error *err)
{
    if (!c->patch->extra) return true;
    const char *key;
    json_t *value;
    json_t *all = ts_json_of(row->extra);
    json_t *own = json_object_get(all, "extra");
    if (!own) (void)json_object_set_new(all, "extra", own = json_object());
    json_object_foreach ((json_t *)c->patch->extra, key, value) {
        if (json_is_null(value)) (void)json_object_del(own, key);
        else (void)json_object_set_new(own, key, json_deep_copy(value));
    }
    row->extra = ts_json_dump(all, c->arena, err);
    json_decref(all);
    return row->extra != NULL;
}

/* Wishes wait in the row; so does who hears of them, as long as the picture is not tagged. */
static bool patch_wishes(const change *c, ts_picture_row *row, ts_error *err)
{
    const ts_picture_patch *patch = c->patch;
    bool later = patch->callback_url && row->state == TS_PICTURE_PENDING;
    if (!patch->wishes && !later) return true;
    json_t *all = ts_json_of(row->extra);
    bool ok = !patch->wishes || ts_wishes_note(all, patch->wishes, c->actor, err);
    if (ok && later)
        ok = json_object_set_new(
                 all, TS_CALLBACK,
                 ts_callback_json(patch->callback_url, c->actor->key_id, patch->callback_dialect)) == 0 ||
             ts_fail_memory(err);
    row->extra = ok ? ts_json_dump(all, c->arena, err) : NULL;
    json_decref(all);
    return row->extra != NULL;
}

static bool tell_now(const change *c, ts_txn *txn, ts_error *err)
{
    const ts_picture_patch *patch = c->patch;
    ts_picture_state state = c->out->row.state;
    if (!patch->callback_url || state == TS_PICTURE_PENDING) return true;
    return ts_picture_tell_to(
        c->service, txn, state == TS_PICTURE_FAILED ? "picture.failed" : ts_event_of(c->out->row.visibility),
        c->out, patch->callback_url, c->actor->key_id, patch->callback_dialect, err);
}

static bool commit_patch(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    ts_picture_row row;
    const ts_picture_patch *patch = c->patch;
    ts_picture_change what = {0};
    if (!ts_picture_find(txn, c->id, sees_held(c->actor), c->arena, &row, err)) return false;
    if (patch->title) row.title = patch->title;
    if (patch->description) row.description = patch->description;
    if (patch->alt) row.alt = patch->alt;
    if (patch->name) row.name = patch->name;
    json_t *before = patch->extra ? ts_json_of(row.extra) : NULL;
    what.before = json_object_get(before, "extra");
    bool ok = patch_extra(c, &row, err) && patch_wishes(c, &row, err) &&
              ts_pictures_update(txn, &row, patch->if_version, err) &&
              ts_wishes_grant(c->service, txn, row.number, c->arena, err) &&
              ts_picture_fill(txn, row.number, false, c->arena, c->out, err) &&
              ts_picture_tell_change(c->service, txn, c->out, &what, err) && tell_now(c, txn, err);
    json_decref(before);
    return ok;
}

bool ts_service_picture_patch(ts_service *service, const ts_actor *actor, const char *id,
                              const ts_picture_patch *patch, ts_arena *arena, ts_picture_full *out,
                              ts_error *err)
{
    change c = {.service = service, .actor = actor, .id = id, .patch = patch, .arena = arena, .out = out};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
           (!patch->callback_url || ts_net_check_url(service->net, patch->callback_url, err)) &&
           ts_catalog_write(service->catalog, commit_patch, &c, err);
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    if (!ts_picture_find(txn, c->id, sees_held(c->actor), c->arena, &c->out->row, err)) return false;
    return ts_picture_tell(c->service, txn, "picture.deleted", c->out, NULL, err) &&
           ts_pictures_delete(txn, c->out->row.number, c->if_version, err);
}

/* The files go after the commit: a crash between leaves an orphan for the sweep, never a record without its file. */
bool ts_service_picture_delete(ts_service *service, const ts_actor *actor, const char *id, int64_t if_version,
                               ts_error *err)
{
    ts_picture_full gone = {0};
    ts_arena *arena = ts_arena_new(0);
    change c = {
        .service = service, .actor = actor, .id = id, .if_version = if_version, .arena = arena, .out = &gone};
    bool ok = arena ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                          ts_catalog_write(service->catalog, commit_delete, &c, err)
                    : ts_fail_memory(err);
    if (ok) ts_keep_forget(service, gone.row.sha256);
    ts_arena_free(arena);
    return ok;
}

/* ---- moderation ------------------------------------------------------------------------------------- */

static const char *moderation_event(ts_visibility before, ts_visibility after)
{
    if (after == TS_VISIBLE) return before == TS_VISIBLE ? "picture.updated" : "picture.released";
    return after == TS_HELD ? "picture.held" : "picture.rejected";
}

/* So that no re-tagging changes it. */
static bool sign_verdict(const change *c, ts_picture_row *row, ts_error *err)
{
    json_t *all = ts_json_of(row->extra);
    bool ok = json_object_set_new(all, TS_JUDGED_BY, json_string(c->actor->id)) == 0;
    (void)json_object_del(all, TS_BLURRED);
    row->extra = ok ? ts_json_dump(all, c->arena, err) : NULL;
    json_decref(all);
    return row->extra || (!ok && ts_fail_memory(err));
}

static bool commit_verdict(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    ts_picture_row row;
    if (!ts_picture_find(txn, c->id, true, c->arena, &row, err)) return false;
    const char *event = moderation_event(row.visibility, c->visibility);
    row.visibility = c->visibility;
    row.reason = c->reason ? c->reason : "";
    return sign_verdict(c, &row, err) && ts_pictures_update(txn, &row, -1, err) &&
           ts_picture_fill(txn, row.number, false, c->arena, c->out, err) &&
           ts_picture_tell(c->service, txn, event, c->out, NULL, err);
}

bool ts_service_moderate(ts_service *service, const ts_actor *actor, const char *id, ts_visibility visibility,
                         const char *reason, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    change c = {.service = service,
                .actor = actor,
                .id = id,
                .visibility = visibility,
                .reason = reason,
                .arena = arena,
                .out = out};
    return ts_actor_may(actor, TS_SCOPE_REVIEW, err) &&
           ts_catalog_write(service->catalog, commit_verdict, &c, err);
}

/* ---- files ------------------------------------------------------------------------------------------ */

static int open_in_place(const char *path, uint64_t *length, ts_error *err)
{
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode)) {
        *length = (uint64_t)facts.st_size;
        return fd;
    }
    if (fd >= 0) (void)close(fd);
    (void)ts_fail(err, TS_NOT_FOUND, "the picture's file is no longer where it was");
    return -1;
}

static int open_rendition(ts_service *service, const ts_picture_row *row, ts_rendition rendition,
                          unsigned side, uint64_t *length, ts_error *err)
{
    ts_blob_name name = {.kind = TS_BLOB_ORIGINAL, .hash = row->sha256};
    if (rendition == TS_RENDITION_THUMBNAIL) name.kind = TS_BLOB_THUMBNAIL, name.size = side;
    else if (row->path) return open_in_place(row->path, length, err);
    return ts_blobs_open(service->blobs, &name, length, err);
}

/* Reviewers see what they judge. */
static bool is_veiled(const ts_actor *actor, const ts_picture_row *row)
{
    if (ts_actor_may(actor, TS_SCOPE_REVIEW, NULL)) return false;
    json_t *extra = ts_json_of(row->extra);
    bool blurred = json_is_true(json_object_get(extra, TS_BLURRED));
    json_decref(extra);
    return blurred;
}

static const char *type_of(const char *format)
{
    for (int i = 0; i < TS_FORMAT_COUNT; i++)
        if (strcmp(ts_format_name((ts_format)i), format) == 0) return ts_format_mime((ts_format)i);
    return "application/octet-stream";
}

bool ts_service_picture_file(ts_service *service, const ts_actor *actor, const char *id,
                             ts_rendition rendition, bool with_held, ts_arena *arena, ts_picture_file *out,
                             ts_error *err)
{
    ts_picture_row row;
    if (!may_see(actor, with_held, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_picture_find(txn, id, with_held, arena, &row, err);
    ts_catalog_read_end(txn);
    if (!ok) return false;
    bool small = rendition == TS_RENDITION_THUMBNAIL, veiled = small && is_veiled(actor, &row);
    *out = (ts_picture_file){.name = row.name,
                             .content_type = small ? "image/jpeg" : type_of(row.format),
                             .etag = ts_arena_printf(arena, "%.32s%s", row.sha256,
                                                     veiled  ? "-v"
                                                     : small ? "-t"
                                                             : "")};
    if (!out->etag) return ts_fail_memory(err);
    out->fd = open_rendition(service, &row, rendition, veiled ? TS_VEIL_SIDE : TS_THUMBNAIL_SIDE,
                             &out->length, err);
    return out->fd >= 0;
}
