/* service: pictures by the names of a dialect. Knows none of the dialects. */
#include "service/named.h"

#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"
#include "service/revisions.h"

/* ---- one picture ------------------------------------------------------------------------------------- */

/* A name that nobody has may still be an id. */
static bool find_row(ts_txn *txn, const char *space, const char *name, bool with_held, ts_arena *arena,
                     ts_picture_row *row, ts_error *err)
{
    ts_error missing = {0};
    int64_t number = 0;
    if (!ts_names_find(txn, space, name, &number, &missing)) {
        if (missing.code == TS_NOT_FOUND) return ts_picture_find(txn, name, with_held, arena, row, err);
        if (err) *err = missing;
        return false;
    }
    if (!ts_pictures_get(txn, number, arena, row, err)) return false;
    if (with_held || row->visibility == TS_VISIBLE) return true;
    return ts_fail(err, TS_NOT_FOUND, "there is no picture %.200s", name);
}

bool ts_named_of(ts_txn *txn, const char *space, const ts_picture_row *picture, ts_arena *arena,
                 const char **name, ts_error *err)
{
    ts_error missing = {0};
    if (ts_names_of(txn, space, picture->number, arena, name, &missing)) return true;
    *name = picture->id;
    if (missing.code == TS_NOT_FOUND) return true;
    if (err) *err = missing;
    return false;
}

static bool may_see(const ts_actor *actor, bool with_held, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           (!with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err));
}

bool ts_service_named(ts_service *service, const ts_actor *actor, const char *space, const char *name,
                      bool with_held, ts_arena *arena, ts_named *out, ts_error *err)
{
    ts_picture_full *full = &out->picture;
    if (!may_see(actor, with_held, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && find_row(txn, space, name, with_held, arena, &full->row, err) &&
              ts_tags_list(txn, full->row.number, false, true, arena, &full->tags, &full->tag_count, err) &&
              ts_named_of(txn, space, &full->row, arena, &out->name, err);
    ts_catalog_read_end(txn);
    return ok;
}

bool ts_service_names_of(ts_service *service, const char *space, const ts_picture_row *const *pictures,
                         size_t count, ts_arena *arena, const char **names, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn != NULL;
    for (size_t i = 0; ok && i < count; i++) ok = ts_named_of(txn, space, pictures[i], arena, &names[i], err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- pages ------------------------------------------------------------------------------------------- */

/* Opaque to clients, and safe in an address. */
static const char *cursor_of(const char *name, ts_arena *arena)
{
    ts_buf text = {0};
    const char *cursor = NULL;
    if (ts_base64_encode(name, strlen(name), TS_BASE64_URL, &text))
        cursor = ts_arena_strndup(arena, text.data, text.length);
    ts_buf_free(&text);
    return cursor;
}

static bool parse_cursor(const char *cursor, ts_arena *arena, const char **name, ts_error *err)
{
    ts_buf text = {0};
    *name = "";
    if (!cursor || !cursor[0]) return true;
    bool ok = ts_base64_decode(cursor, strlen(cursor), TS_BASE64_URL, &text) && text.length > 0 &&
              ts_utf8_valid(text.data, text.length) && !memchr(text.data, '\0', text.length);
    if (ok) *name = ts_arena_strndup(arena, text.data, text.length);
    ts_buf_free(&text);
    if (!ok) return ts_fail(err, TS_USAGE, "the cursor is none that this server gave");
    return *name || ts_fail_memory(err);
}

static bool fill_page(ts_txn *txn, const ts_name_row *names, size_t count, ts_arena *arena,
                      ts_named_page *out, ts_error *err)
{
    ts_named *rows = TS_NEW_ARRAY(arena, count, ts_named);
    if (!rows) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        rows[i].name = names[i].name;
        if (!ts_picture_fill(txn, names[i].picture, false, arena, &rows[i].picture, err)) return false;
    }
    out->rows = rows;
    out->count = count;
    return true;
}

bool ts_service_named_list(ts_service *service, const ts_actor *actor, const ts_named_ask *ask,
                           ts_arena *arena, ts_named_page *out, ts_error *err)
{
    const ts_name_row *names = NULL;
    size_t count = 0, limit = ask->limit == 0 ? 50 : ask->limit > 500 ? 500 : ask->limit;
    ts_names_ask wish = {.space = ask->space,
                         .prefix = ask->prefix,
                         .direct = ask->direct,
                         .with_held = ask->with_held,
                         .limit = limit + 1};
    *out = (ts_named_page){0};
    if (!may_see(actor, ask->with_held, err) || !parse_cursor(ask->cursor, arena, &wish.after, err))
        return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_names_list(txn, &wish, arena, &names, &count, err) &&
              fill_page(txn, names, count > limit ? limit : count, arena, out, err);
    ts_catalog_read_end(txn);
    if (!ok || count <= limit) return ok;
    out->next = cursor_of(names[limit - 1].name, arena);
    return out->next || ts_fail_memory(err);
}

bool ts_service_named_folders(ts_service *service, const ts_actor *actor, const char *space,
                              const char *prefix, ts_arena *arena, const char *const **folders, size_t *count,
                              ts_error *err)
{
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_names_folders(txn, space, prefix, arena, folders, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- changing ---------------------------------------------------------------------------------------- */

typedef struct change {
    ts_service *service;
    const ts_actor *actor;
    const ts_named_move *move;
    const char *space, *name; /* to delete */
    const char *gone;         /* the original whose picture was deleted, or NULL */
    const char *id;           /* of that picture */
    ts_arena *arena;
    ts_named *out;
} change;

static bool sees_held(const change *c)
{
    return ts_scopes_cover(c->actor->scopes, TS_SCOPE_REVIEW);
}

static bool erase(change *c, ts_txn *txn, ts_picture_full *full, ts_error *err)
{
    c->gone = full->row.sha256;
    c->id = full->row.id;
    return ts_picture_tell(c->service, txn, "picture.deleted", full, NULL, err) &&
           ts_pictures_delete(txn, full->row.number, -1, err);
}

/* Whoever has the new name is asked for it. */
static bool make_room(change *c, ts_txn *txn, int64_t number, ts_error *err)
{
    ts_error missing = {0};
    ts_picture_full other = {0};
    int64_t holder = 0;
    if (!ts_names_find(txn, c->move->space, c->move->to, &holder, &missing)) {
        if (missing.code == TS_NOT_FOUND) return true;
        if (err) *err = missing;
        return false;
    }
    if (holder == number) return true;
    if (!c->move->overwrite)
        return ts_fail(err, TS_CONFLICT, "another picture is called %.200s already", c->move->to);
    return ts_picture_fill(txn, holder, false, c->arena, &other, err) && erase(c, txn, &other, err);
}

static bool commit_rename(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    const ts_named_move *move = c->move;
    ts_picture_row row;
    if (!find_row(txn, move->space, move->from, sees_held(c), c->arena, &row, err)) return false;
    if (!make_room(c, txn, row.number, err)) return false;
    c->out->name = move->to;
    return ts_names_drop(txn, move->space, move->from, err) &&
           ts_names_put(txn, move->space, move->to, row.number, false, err) &&
           ts_pictures_update(txn, &row, -1, err) &&
           ts_picture_fill(txn, row.number, false, c->arena, &c->out->picture, err) &&
           ts_picture_tell_change(c->service, txn, &c->out->picture,
                                  &(ts_picture_change){.space = move->space, .renamed = move->from}, err);
}

static bool is_name(const char *name, ts_error *err)
{
    size_t length = strlen(name);
    if (length > 0 && length <= TS_NAMED_MAX && ts_utf8_valid(name, length)) return true;
    return ts_fail(err, TS_USAGE, "a name is a text of 1 to %d bytes of UTF-8", TS_NAMED_MAX);
}

bool ts_service_named_rename(ts_service *service, const ts_actor *actor, const ts_named_move *move,
                             ts_arena *arena, ts_named *out, ts_error *err)
{
    change c = {.service = service, .actor = actor, .move = move, .arena = arena, .out = out};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err) || !is_name(move->to, err)) return false;
    bool ok = ts_catalog_write(service->catalog, commit_rename, &c, err);
    if (ok && c.gone) ts_keep_forget(service, c.gone);
    return ok;
}

static bool commit_delete(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    ts_picture_full full = {0};
    return find_row(txn, c->space, c->name, sees_held(c), c->arena, &full.row, err) &&
           erase(c, txn, &full, err);
}

bool ts_service_named_delete(ts_service *service, const ts_actor *actor, const char *space, const char *name,
                             ts_error *err)
{
    change c = {.service = service, .actor = actor, .space = space, .name = name, .arena = ts_arena_new(0)};
    bool ok = c.arena ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                            ts_catalog_write(service->catalog, commit_delete, &c, err)
                      : ts_fail_memory(err);
    if (ok) ts_keep_forget(service, c.gone);
    ok = ok && ts_service_revisions_delete(service, actor, c.id, err);
    ts_arena_free(c.arena);
    return ok;
}
