/* service: older revisions of pictures. Knows no dialect and no uploads. */
#include "service/revisions.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/random.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"

#define SPACE "revisions" /* names "ID/00000001", ID the current one's */

/* ---- what a row says of itself ---------------------------------------------------------------------- */

ts_revision ts_revision_of(const json_t *extra, const char *picture)
{
    const json_t *said = json_object_get(extra, TS_REVISION);
    json_int_t number = json_integer_value(json_object_get(said, "number"));
    return (ts_revision){.of = ts_json_string_or(said, "of", picture),
                         .id = ts_json_string_or(said, "id", picture),
                         .number = number > 0 ? number : 1};
}

static void give_up(void *json)
{
    json_decref(json);
}

static bool read_revision(const ts_picture_row *row, ts_arena *arena, ts_revision *out, ts_error *err)
{
    json_t *extra = ts_json_of(row->extra);
    if (!ts_arena_defer(arena, give_up, extra)) {
        json_decref(extra);
        return ts_fail_memory(err);
    }
    *out = ts_revision_of(extra, row->id);
    return true;
}

static bool write_revision(ts_picture_row *row, const ts_revision *revision, ts_arena *arena, ts_error *err)
{
    json_t *extra = ts_json_of(row->extra);
    json_t *said = json_pack("{s:s, s:s, s:I}", "of", revision->of, "id", revision->id, "number",
                             (json_int_t)revision->number);
    bool ok = json_object_set_new(extra, TS_REVISION, said) == 0 || ts_fail_memory(err);
    if (ok) row->extra = ts_json_dump(extra, arena, err);
    json_decref(extra);
    return ok && row->extra;
}

static const char *new_id(ts_arena *arena, ts_error *err)
{
    char id[TS_ID_SIZE];
    ts_id_new(id);
    const char *copy = ts_arena_strdup(arena, id);
    if (!copy) (void)ts_fail_memory(err);
    return copy;
}

/* ---- their names ------------------------------------------------------------------------------------ */

static bool list(ts_txn *txn, const char *picture, ts_arena *arena, const ts_name_row **rows, size_t *count,
                 ts_error *err)
{
    ts_names_ask ask = {.space = SPACE, .after = "", .with_held = true};
    ask.prefix = ts_arena_printf(arena, "%s/", picture);
    return ask.prefix ? ts_names_list(txn, &ask, arena, rows, count, err) : ts_fail_memory(err);
}

static bool put_name(ts_txn *txn, const ts_revision *revision, int64_t picture, ts_arena *arena,
                     ts_error *err)
{
    const char *name = ts_arena_printf(arena, "%s/%08lld", revision->of, (long long)revision->number);
    return name ? ts_names_put(txn, SPACE, name, picture, true, err) : ts_fail_memory(err);
}

static int64_t number_of(const ts_name_row *row)
{
    const char *slash = strrchr(row->name, '/');
    return slash ? strtoll(slash + 1, NULL, 10) : 0;
}

/* ---- other bytes come ------------------------------------------------------------------------------- */

/* An older one answers to another id; what is kept in its row stays. */
static bool retire(ts_txn *txn, ts_picture_row *row, const char *id, const ts_revision *as, ts_arena *arena,
                   ts_error *err)
{
    row->id = id;
    return write_revision(row, as, arena, err) && ts_pictures_set_id(txn, row->number, id, err) &&
           ts_pictures_update(txn, row, -1, err);
}

bool ts_revision_begin(ts_txn *txn, const ts_picture_row *old, ts_picture_row *row, ts_arena *arena,
                       ts_error *err)
{
    const ts_name_row *rows = NULL;
    size_t count = 0;
    ts_revision was, is = {.of = old->id};
    ts_picture_row older = *old;
    const char *id = new_id(arena, err);
    is.id = id ? new_id(arena, err) : NULL;
    if (!is.id || !read_revision(old, arena, &was, err) || !list(txn, old->id, arena, &rows, &count, err))
        return false;
    if (count >= TS_REVISIONS_MAX) {
        (void)ts_fail(err, TS_USAGE, "A file can have a maximum of %d versions.", TS_REVISIONS_MAX);
        return ts_hint(err, "delete older ones first");
    }
    is.number = (count ? number_of(&rows[count - 1]) : was.number) + 1;
    row->id = old->id;
    row->created = old->created;
    row->version = old->version + 1;
    return retire(txn, &older, id, &was, arena, err) && write_revision(row, &is, arena, err);
}

bool ts_revision_end(ts_txn *txn, int64_t old, const ts_picture_row *row, ts_arena *arena, ts_error *err)
{
    ts_picture_row older;
    ts_revision was, is;
    return ts_pictures_get(txn, old, arena, &older, err) && read_revision(&older, arena, &was, err) &&
           read_revision(row, arena, &is, err) && ts_names_hand_over(txn, old, row->number, SPACE, err) &&
           put_name(txn, &was, old, arena, err) && put_name(txn, &is, row->number, arena, err);
}

/* ---- reading ---------------------------------------------------------------------------------------- */

static bool may_see(const ts_actor *actor, bool with_held, ts_error *err)
{
    return ts_actor_may(actor, TS_SCOPE_READ, err) &&
           (!with_held || ts_actor_may(actor, TS_SCOPE_REVIEW, err));
}

static bool fill_older(ts_txn *txn, int64_t current, const ts_name_row *rows, size_t count, bool with_held,
                       ts_arena *arena, const ts_picture_full **out, size_t *filled, ts_error *err)
{
    ts_picture_full *older = TS_NEW_ARRAY(arena, count, ts_picture_full);
    if (!older) return ts_fail_memory(err);
    *filled = 0;
    for (size_t i = count; i-- > 0;) {
        if (rows[i].picture == current) continue;
        if (!ts_picture_fill(txn, rows[i].picture, false, arena, &older[*filled], err)) return false;
        *filled += with_held || older[*filled].row.visibility == TS_VISIBLE;
    }
    *out = older;
    return true;
}

bool ts_service_revisions(ts_service *service, const ts_actor *actor, const char *picture, bool with_held,
                          ts_arena *arena, const ts_picture_full **out, size_t *count, ts_error *err)
{
    const ts_name_row *rows = NULL;
    size_t all = 0;
    ts_picture_row row;
    if (!may_see(actor, with_held, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_picture_find(txn, picture, with_held, arena, &row, err) &&
              list(txn, picture, arena, &rows, &all, err) &&
              fill_older(txn, row.number, rows, all, with_held, arena, out, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- changing --------------------------------------------------------------------------------------- */

typedef struct change {
    ts_service *service;
    const char *picture, *revision;
    bool with_held;
    ts_arena *arena;
    ts_picture_full *out;
} change;

/* *found: its row; TS_NOT_FOUND. */
static bool find_revision(ts_txn *txn, const change *c, ts_picture_row *found, ts_revision *out,
                          ts_error *err)
{
    const ts_name_row *rows = NULL;
    size_t count = 0;
    if (!list(txn, c->picture, c->arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (!ts_pictures_get(txn, rows[i].picture, c->arena, found, err) ||
            !read_revision(found, c->arena, out, err))
            return false;
        if (strcmp(out->id, c->revision) != 0) continue;
        if (c->with_held || found->visibility == TS_VISIBLE) return true;
    }
    return ts_fail(err, TS_NOT_FOUND, "there is no revision %.80s of this picture", c->revision);
}

/* Two rows change places: ids, time of birth and names. Which bytes came when stays as it was. */
static bool commit_restore(ts_txn *txn, void *context, ts_error *err)
{
    change *c = context;
    ts_picture_row now, then = {0};
    ts_revision was, is;
    if (!ts_picture_find(txn, c->picture, c->with_held, c->arena, &now, err) ||
        !read_revision(&now, c->arena, &was, err))
        return false;
    if (strcmp(was.id, c->revision) == 0)
        return ts_picture_fill(txn, now.number, false, c->arena, c->out, err);
    if (!find_revision(txn, c, &then, &is, err)) return false;
    const char *id = now.id, *other = then.id, *aside = new_id(c->arena, err);
    if (!aside || !ts_pictures_set_id(txn, then.number, aside, err) ||
        !retire(txn, &now, other, &was, c->arena, err))
        return false;
    then.id = id;
    return ts_pictures_set_id(txn, then.number, id, err) && ts_pictures_update(txn, &then, -1, err) &&
           ts_names_hand_over(txn, now.number, then.number, SPACE, err) &&
           ts_picture_fill(txn, then.number, false, c->arena, c->out, err) &&
           ts_picture_tell(c->service, txn, "picture.updated", c->out, NULL, err);
}

bool ts_service_revision_restore(ts_service *service, const ts_actor *actor, const char *picture,
                                 const char *revision, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    change c = {.service = service,
                .picture = picture,
                .revision = revision,
                .with_held = ts_scopes_cover(actor->scopes, TS_SCOPE_REVIEW),
                .arena = arena,
                .out = out};
    return ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
           ts_catalog_write(service->catalog, commit_restore, &c, err);
}

typedef struct clearing {
    const char *picture;
    ts_arena *arena;
    const char **gone; /* originals */
    size_t count;
} clearing;

static bool commit_clear(ts_txn *txn, void *context, ts_error *err)
{
    clearing *c = context;
    const ts_name_row *rows = NULL;
    size_t count = 0;
    ts_picture_row row;
    if (!list(txn, c->picture, c->arena, &rows, &count, err)) return false;
    c->gone = TS_NEW_ARRAY(c->arena, count, const char *);
    if (!c->gone) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        if (!ts_pictures_get(txn, rows[i].picture, c->arena, &row, err)) return false;
        if (strcmp(row.id, c->picture) == 0) continue; /* the current one */
        if (!ts_pictures_delete(txn, row.number, -1, err)) return false;
        c->gone[c->count++] = row.sha256;
    }
    return true;
}

bool ts_service_revisions_delete(ts_service *service, const ts_actor *actor, const char *picture,
                                 ts_error *err)
{
    clearing c = {.picture = picture, .arena = ts_arena_new(0)};
    bool ok = c.arena ? ts_actor_may(actor, TS_SCOPE_WRITE, err) &&
                            ts_catalog_write(service->catalog, commit_clear, &c, err)
                      : ts_fail_memory(err);
    for (size_t i = 0; ok && i < c.count; i++) ts_keep_forget(service, c.gone[i]);
    ts_arena_free(c.arena);
    return ok;
}
