/* service: one file of an import. Knows no folders and no threads. */
#include "service/import_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/wallclock.h"
#include "image/phash.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"

static const char space[] = "import"; /* of names: path, size and time of files whose bytes were copied */

/* One file under way. */
typedef struct one {
    const ts_import_job *job;
    const char *path;
    int64_t size, mtime;
    ts_arena *arena;
    ts_buf bytes;
    char hash[TS_BLOB_HASH];
    ts_picture_row row; /* of the picture that the path was, with known */
    bool known;
    ts_import_outcome *out;
} one;

static int64_t mtime_of(const struct stat *facts)
{
    return (int64_t)facts->st_mtim.tv_sec * 1000000000 + facts->st_mtim.tv_nsec;
}

static bool look_at_file(one *o, ts_error *err)
{
    struct stat facts;
    if (stat(o->path, &facts) != 0) return ts_fail_errno(err, "cannot look at the file");
    o->size = (int64_t)facts.st_size;
    o->mtime = mtime_of(&facts);
    return true;
}

/* What a copied file is remembered by: the same path, size and time is the same file. */
static const char *alias_of(const one *o)
{
    return ts_arena_printf(o->arena, "%s|%lld|%lld", o->path, (long long)o->size, (long long)o->mtime);
}

/* ---- known already? ----------------------------------------------------------------------------------------- */

static bool found(bool ok, const ts_error *trouble, bool *is, ts_error *err)
{
    *is = ok;
    if (ok || trouble->code == TS_NOT_FOUND) return true;
    if (err) *err = *trouble;
    return false;
}

static bool check_known(one *o, ts_txn *txn, bool *unchanged, ts_error *err)
{
    int64_t number = 0;
    ts_error trouble = {0};
    *unchanged = false;
    if (o->job->import->in_place) {
        bool ok = ts_pictures_find_path(txn, o->path, o->arena, &o->row, &trouble);
        if (!found(ok, &trouble, &o->known, err)) return false;
        *unchanged = o->known && !o->row.gone && o->row.bytes == o->size && o->row.file_mtime == o->mtime;
        return true;
    }
    bool ok = ts_names_find(txn, space, alias_of(o), &number, &trouble);
    return found(ok, &trouble, unchanged, err);
}

static bool is_unchanged(one *o, bool *unchanged, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(o->job->service->catalog, err);
    bool ok = txn && check_known(o, txn, unchanged, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- the same content elsewhere ------------------------------------------------------------------------------ */

static bool read_same(one *o, const ts_picture_row **rows, size_t *count, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(o->job->service->catalog, err);
    bool ok = txn && ts_pictures_find_sha256(txn, o->hash, o->arena, rows, count, err);
    ts_catalog_read_end(txn);
    return ok;
}

typedef struct move {
    one *o;
    int64_t number;
    const char *from;   /* where the picture's file was */
    const char *winner; /* another file of the same content that was faster: it is the picture's file now */
} move;

static bool commit_move(ts_txn *txn, void *context, ts_error *err)
{
    move *m = context;
    ts_picture_row row;
    if (!ts_pictures_get(txn, m->number, m->o->arena, &row, err)) return false;
    if (row.path && strcmp(row.path, m->from) != 0 && strcmp(row.path, m->o->path) != 0) {
        m->winner = row.path;
        return true;
    }
    row.path = m->o->path;
    row.file_mtime = m->o->mtime;
    row.library = m->o->job->root;
    row.name = ts_path_base(m->o->path);
    row.gone = 0;
    return ts_pictures_update(txn, &row, -1, err);
}

/* In place, a picture whose path vanished while its content turned up here has moved. Else `other` stays NULL. */
static bool try_move(one *o, const ts_picture_row *row, ts_error *err)
{
    bool left = row->path && strcmp(row->path, o->path) != 0 && !ts_file_exists(row->path);
    if (!o->job->import->in_place || !left) return true;
    move m = {.o = o, .number = row->number, .from = row->path};
    if (!o->job->import->dry && !ts_catalog_write(o->job->service->catalog, commit_move, &m, err))
        return false;
    o->out->kind = m.winner ? TS_IMPORT_DUPLICATE : TS_IMPORT_MOVED;
    o->out->other = m.winner ? m.winner : row->path;
    return true;
}

/* The picture of the same content that moved here, else the one that this is a duplicate of. */
static bool settle_same(one *o, const ts_picture_row *rows, size_t count, bool *settled, ts_error *err)
{
    for (size_t i = 0; i < count && !o->out->other; i++)
        if (!try_move(o, &rows[i], err)) return false;
    for (size_t i = 0; i < count && !o->out->other; i++) {
        if (rows[i].path && strcmp(rows[i].path, o->path) == 0) continue; /* it is itself */
        o->out->kind = TS_IMPORT_DUPLICATE;
        o->out->other = rows[i].path ? rows[i].path : rows[i].id;
    }
    *settled = o->out->other != NULL;
    return true;
}

static bool remember_alias(ts_txn *txn, void *context, ts_error *err)
{
    const move *m = context;
    return ts_names_put(txn, space, alias_of(m->o), m->number, true, err);
}

/* A copied duplicate needs no second look next time. */
static bool note_duplicate(one *o, const ts_picture_row *rows, ts_error *err)
{
    move m = {.o = o, .number = rows[0].number};
    bool note = o->out->kind == TS_IMPORT_DUPLICATE && !o->job->import->in_place && !o->job->import->dry;
    return !note || ts_catalog_write(o->job->service->catalog, remember_alias, &m, err);
}

/* ---- new or changed -------------------------------------------------------------------------------------------- */

static bool see(one *o, ts_sight *sight, ts_error *err)
{
    bool with_metadata = o->job->import->with_metadata;
    ts_look look = {.bytes = o->bytes.data,
                    .length = o->bytes.length,
                    .sha256 = o->hash,
                    .beside = with_metadata ? o->path : NULL,
                    .turn = TS_TURN_BACKGROUND,
                    .ms = 600000};
    if (!ts_service_see(o->job->service, &o->job->preset, &look, o->arena, sight, err)) return false;
    if (!with_metadata) sight->metadata.keyword_count = 0;
    return true;
}

typedef struct rewrite {
    one *o;
    const ts_sight *sight;
} rewrite;

static bool commit_changed(ts_txn *txn, void *context, ts_error *err)
{
    const rewrite *r = context;
    one *o = r->o;
    ts_tag_diff diff;
    if (!ts_pictures_get(txn, o->row.number, o->arena, &o->row, err)) return false;
    o->row.file_mtime = o->mtime;
    o->row.gone = 0;
    return ts_keep_again(o->job->service, txn, &o->job->preset, r->sight, false, "picture.updated", &o->row,
                         o->arena, &diff, err);
}

static bool take_changed(one *o, ts_error *err)
{
    ts_sight *sight = TS_NEW(o->arena, ts_sight);
    rewrite r = {o, sight};
    o->out->kind = TS_IMPORT_CHANGED;
    if (!sight) return ts_fail_memory(err);
    if (o->job->import->dry) return true;
    return see(o, sight, err) && ts_sight_put_thumbnail(o->job->service, sight, err) &&
           ts_catalog_write(o->job->service->catalog, commit_changed, &r, err);
}

static bool check_near(one *o, const ts_picture_full *picture, ts_error *err)
{
    const ts_picture_near *near = NULL;
    ts_picture_row other;
    size_t count = 0;
    if (!picture->row.has_phash || picture->row.phash == 0) return true;
    ts_txn *txn = ts_catalog_read_begin(o->job->service->catalog, err);
    bool ok = txn && ts_pictures_near(txn, picture->row.phash, TS_PHASH_NEAR, o->arena, &near, &count, err);
    for (size_t i = 0; ok && i < count && o->out->kind != TS_IMPORT_NEAR; i++) {
        if (near[i].number == picture->row.number) continue;
        if (!ts_pictures_get(txn, near[i].number, o->arena, &other, NULL)) continue;
        o->out->kind = TS_IMPORT_NEAR;
        o->out->other = other.path ? other.path : other.id;
    }
    ts_catalog_read_end(txn);
    return ok;
}

/* Another thread took in the same content meanwhile. */
static bool is_twin(one *o, const ts_keep *keep)
{
    if (!keep->twin) return false;
    o->out->error = (ts_error){0};
    o->out->kind = TS_IMPORT_DUPLICATE;
    o->out->other = keep->twin->path ? keep->twin->path : keep->twin->id;
    return true;
}

static bool take_new(one *o, ts_error *err)
{
    ts_idempotent none = {0};
    ts_picture_full picture;
    bool here = o->job->import->in_place;
    ts_sight *sight = TS_NEW(o->arena, ts_sight);
    o->out->kind = TS_IMPORT_ADDED;
    if (!sight) return ts_fail_memory(err);
    if (o->job->import->dry) return true;
    ts_upload ask = {.path = here ? o->path : NULL,
                     .library = o->job->root,
                     .file_mtime = o->mtime,
                     .space = here ? NULL : space,
                     .alias = here ? NULL : alias_of(o)};
    ts_keep keep = {.service = o->job->service,
                    .actor = o->job->actor,
                    .ask = &ask,
                    .preset = &o->job->preset,
                    .sight = sight,
                    .bytes = o->bytes.data,
                    .length = o->bytes.length,
                    .hash = o->hash,
                    .name = ts_path_base(o->path),
                    .idempotent = &none,
                    .once = true,
                    .arena = o->arena};
    if (!see(o, sight, err)) return false;
    if (!ts_keep_tagged(&keep, &picture, err)) return is_twin(o, &keep);
    return check_near(o, &picture, err);
}

/* ---- the whole of it ---------------------------------------------------------------------------------------------- */

static bool settle(one *o, ts_error *err)
{
    const ts_picture_row *rows = NULL;
    size_t count = 0;
    bool done = false;
    if (!look_at_file(o, err) || !is_unchanged(o, &done, err)) return false;
    o->out->kind = TS_IMPORT_KNOWN;
    if (done) return true;
    if (!ts_file_read(o->path, (size_t)o->job->service->options.tagger.max_bytes, &o->bytes, err))
        return false;
    if (!ts_blob_hash(o->bytes.data, o->bytes.length, o->hash, err)) return false;
    if (!read_same(o, &rows, &count, err) || !settle_same(o, rows, count, &done, err)) return false;
    if (done) return note_duplicate(o, rows, err);
    return o->known ? take_changed(o, err) : take_new(o, err);
}

void ts_import_file(const ts_import_job *job, const char *path, ts_arena *arena, ts_import_outcome *out)
{
    *out = (ts_import_outcome){.kind = TS_IMPORT_FAILED};
    one o = {.job = job, .path = path, .arena = arena, .out = out};
    if (!settle(&o, &out->error)) out->kind = TS_IMPORT_FAILED;
    ts_buf_free(&o.bytes);
}

/* ---- gone ----------------------------------------------------------------------------------------------------------- */

typedef struct gone_wish {
    const char *path;
    ts_arena *arena;
    bool gone;
} gone_wish;

static bool commit_gone(ts_txn *txn, void *context, ts_error *err)
{
    gone_wish *wish = context;
    ts_picture_row row;
    ts_error trouble = {0};
    bool there = ts_pictures_find_path(txn, wish->path, wish->arena, &row, &trouble);
    if (!found(there, &trouble, &there, err)) return false;
    if (!there || row.gone) return true;
    row.gone = ts_txn_now(txn);
    wish->gone = true;
    return ts_pictures_update(txn, &row, -1, err);
}

bool ts_import_mark_gone(ts_service *service, const char *path, bool *gone, ts_error *err)
{
    gone_wish wish = {.path = path, .arena = ts_arena_new(0)};
    bool ok = wish.arena ? ts_catalog_write(service->catalog, commit_gone, &wish, err) : ts_fail_memory(err);
    ts_arena_free(wish.arena);
    *gone = wish.gone;
    return ok;
}
