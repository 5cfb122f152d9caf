/* catalog: the rows of pictures. Knows nothing of their tags but that they go with them. */
#include "catalog/pictures.h"

#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "catalog/bands.h"
#include "catalog/changes.h"
#include "catalog/picture_row.h"

static const char *const state_names[] = {"pending", "ready", "failed"};
static const char *const visibility_names[] = {"visible", "held", "rejected"};

const char *ts_picture_state_name(ts_picture_state state)
{
    return (unsigned)state < 3 ? state_names[state] : "unknown";
}

const char *ts_visibility_name(ts_visibility visibility)
{
    return (unsigned)visibility < 3 ? visibility_names[visibility] : "unknown";
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* Every column that may change, in the order of the statements below. */
#define PICTURE_ARGS(row)                                                                                    \
    T((row)->sha256), I((row)->bytes), T(or_empty((row)->format)), I((row)->width), I((row)->height),        \
        I((row)->orientation), T(or_empty((row)->name)), T((row)->path), I((row)->file_mtime),               \
        T((row)->library), T(or_empty((row)->title)), T(or_empty((row)->description)),                       \
        T(or_empty((row)->alt)), I((row)->updated), I_IF((row)->has_taken, (row)->taken),                    \
        R_IF((row)->has_place, (row)->latitude), R_IF((row)->has_place, (row)->longitude),                   \
        T(or_empty((row)->owner)), T(or_empty((row)->preset)), I((row)->state), I((row)->visibility),        \
        T(or_empty((row)->reason)), I((row)->gone), I_IF((row)->has_phash, (row)->phash), T((row)->extra),   \
        T((row)->error), I((row)->version)

static bool check_row(const ts_picture_row *row, ts_error *err)
{
    if (!row->sha256 || strlen(row->sha256) != 64)
        return ts_fail(err, TS_USAGE, "a picture needs its SHA-256 in hex");
    return true;
}

static bool fill_in(ts_txn *txn, ts_picture_row *row, ts_arena *arena, ts_error *err)
{
    if (!row->id || !*row->id) {
        char id[TS_ID_SIZE];
        ts_id_new_at(txn->now, id);
        row->id = ts_arena_strdup(arena, id);
        if (!row->id) return ts_fail_memory(err);
    }
    if (row->created == 0) row->created = txn->now;
    row->updated = txn->now;
    if (row->version <= 0) row->version = 1;
    return true;
}

/* Whom a change is for, by what the picture was before and is now. */
static ts_change_sight sight_of(bool was_visible, ts_visibility now)
{
    if (now == TS_VISIBLE) return TS_CHANGE_FOR_ALL;
    return was_visible ? TS_CHANGE_WITHDRAWN : TS_CHANGE_HIDDEN;
}

bool ts_pictures_insert(ts_txn *txn, ts_picture_row *row, ts_arena *arena, ts_error *err)
{
    ts_check_writes(txn);
    if (!check_row(row, err) || !fill_in(txn, row, arena, err)) return false;
    if (!ts_sql_run(
            txn,
            "INSERT INTO pictures (sha256, bytes, format, width, height, orientation, name, path,"
            " file_mtime, library, title, description, alt, updated, taken, latitude, longitude, owner,"
            " preset, state, visibility, reason, gone, phash, extra, error, version, id, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ARGS(PICTURE_ARGS(row), T(row->id), I(row->created)), err)) {
        if (err && err->code == TS_CONFLICT)
            (void)ts_fail(err, TS_CONFLICT, "a picture with this %s is there already",
                          row->path ? "path" : "id");
        return false;
    }
    row->number = ts_sql_last_number(txn);
    if (row->number > UINT32_MAX)
        return ts_fail(err, TS_TOO_LARGE, "the catalogue has run out of picture numbers");
    return ts_bands_set(txn, row->number, false, 0, row->has_phash, row->phash, err) &&
           ts_changes_add_sight(txn, TS_CHANGE_PICTURE, row->number, row->id,
                                sight_of(false, row->visibility), err);
}

/* What update and delete need to know of the row before. */
typedef struct old_row {
    int64_t version;
    char id[TS_ID_SIZE];
    bool has_phash;
    uint64_t phash;
    ts_visibility visibility;
} old_row;

static void read_old(ts_rows *rows, ts_arena *arena, void *out)
{
    (void)arena;
    old_row *old = out;
    old->version = ts_sql_int(rows);
    const char *id = ts_sql_text(rows, NULL);
    if (id) strncpy(old->id, id, sizeof old->id - 1);
    old->has_phash = !ts_sql_is_null(rows);
    old->phash = (uint64_t)ts_sql_int(rows);
    old->visibility = (ts_visibility)ts_sql_int(rows);
}

static bool check_version(ts_txn *txn, int64_t number, int64_t expected, old_row *old, ts_error *err)
{
    *old = (old_row){0};
    if (!ts_sql_one(txn, "SELECT version, id, phash, visibility FROM pictures WHERE number = ?",
                    ARGS(I(number)), read_old, NULL, old, "picture", err))
        return false;
    if (expected < 0 || expected == old->version) return true;
    (void)ts_fail(err, TS_CHANGED, "the picture was changed meanwhile (version %lld, not %lld)",
                  (long long)old->version, (long long)expected);
    return ts_hint(err, "read it again, then repeat the change");
}

bool ts_pictures_update(ts_txn *txn, ts_picture_row *row, int64_t expected, ts_error *err)
{
    ts_check_writes(txn);
    old_row old;
    if (!check_row(row, err) || !check_version(txn, row->number, expected, &old, err)) return false;
    row->version = old.version + 1;
    row->updated = txn->now;
    if (!ts_sql_run(
            txn,
            "UPDATE pictures SET sha256 = ?, bytes = ?, format = ?, width = ?, height = ?, orientation = ?,"
            " name = ?, path = ?, file_mtime = ?, library = ?, title = ?, description = ?, alt = ?,"
            " updated = ?, taken = ?, latitude = ?, longitude = ?, owner = ?, preset = ?, state = ?,"
            " visibility = ?, reason = ?, gone = ?, phash = ?, extra = ?, error = ?, version = ?"
            " WHERE number = ?",
            ARGS(PICTURE_ARGS(row), I(row->number)), err))
        return false;
    return ts_bands_set(txn, row->number, old.has_phash, old.phash, row->has_phash, row->phash, err) &&
           ts_changes_add_sight(txn, TS_CHANGE_PICTURE, row->number, old.id,
                                sight_of(old.visibility == TS_VISIBLE, row->visibility), err);
}

bool ts_pictures_set_id(ts_txn *txn, int64_t number, const char *id, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "UPDATE pictures SET id = ? WHERE number = ?", ARGS(T(id), I(number)), err);
}

/* Jobs keep their row and deliveries that wait are still sent; nothing else may tell of the picture. */
static bool forget_elsewhere(ts_txn *txn, int64_t number, ts_error *err)
{
    return ts_sql_run(txn,
                      "UPDATE jobs SET picture = 0, error = NULL, result = NULL,"
                      " payload = CASE WHEN state IN (0, 1) THEN payload ELSE '{}' END"
                      " WHERE picture = ? AND picture <> 0",
                      ARGS(I(number)), err) &&
           ts_sql_run(txn, "DELETE FROM deliveries WHERE picture = ? AND picture <> 0 AND state <> 0",
                      ARGS(I(number)), err);
}

bool ts_pictures_delete(ts_txn *txn, int64_t number, int64_t expected, ts_error *err)
{
    ts_check_writes(txn);
    old_row old;
    if (!check_version(txn, number, expected, &old, err)) return false;
    txn->erases = true; /* secure_delete has zeroed the pages; the log still holds older ones */
    return ts_bands_set(txn, number, old.has_phash, old.phash, false, 0, err) &&
           forget_elsewhere(txn, number, err) &&
           ts_sql_run(txn, "DELETE FROM pictures WHERE number = ?", ARGS(I(number)), err) &&
           ts_changes_add_sight(txn, TS_CHANGE_PICTURE_DELETED, number, old.id,
                                sight_of(false, old.visibility), err);
}

/* ---- reading ------------------------------------------------------------------------------------- */

void ts_picture_row_read(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_picture_row *row = out;
    row->number = ts_sql_int(rows);
    row->id = ts_sql_text(rows, arena);
    row->version = ts_sql_int(rows);
    row->sha256 = ts_sql_text(rows, arena);
    row->bytes = ts_sql_int(rows);
    row->format = ts_sql_text(rows, arena);
    row->width = ts_sql_int(rows);
    row->height = ts_sql_int(rows);
    row->orientation = ts_sql_int(rows);
    row->name = ts_sql_text(rows, arena);
    row->path = ts_sql_text(rows, arena);
    row->file_mtime = ts_sql_int(rows);
    row->library = ts_sql_text(rows, arena);
    row->title = ts_sql_text(rows, arena);
    row->description = ts_sql_text(rows, arena);
    row->alt = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->updated = ts_sql_int(rows);
    row->has_taken = !ts_sql_is_null(rows);
    row->taken = ts_sql_int(rows);
    row->has_place = !ts_sql_is_null(rows);
    row->latitude = ts_sql_real(rows);
    row->longitude = ts_sql_real(rows);
    row->owner = ts_sql_text(rows, arena);
    row->preset = ts_sql_text(rows, arena);
    row->state = (ts_picture_state)ts_sql_int(rows);
    row->visibility = (ts_visibility)ts_sql_int(rows);
    row->reason = ts_sql_text(rows, arena);
    row->gone = ts_sql_int(rows);
    row->has_phash = !ts_sql_is_null(rows);
    row->phash = (uint64_t)ts_sql_int(rows);
    row->extra = ts_sql_text(rows, arena);
    row->error = ts_sql_text(rows, arena);
}

bool ts_pictures_get(ts_txn *txn, int64_t number, ts_arena *arena, ts_picture_row *out, ts_error *err)
{
    return ts_sql_one(txn, TS_SELECT_PICTURE "WHERE number = ?", ARGS(I(number)), ts_picture_row_read, arena,
                      out, "picture", err);
}

bool ts_pictures_find(ts_txn *txn, const char *id, ts_arena *arena, ts_picture_row *out, ts_error *err)
{
    return ts_sql_one(txn, TS_SELECT_PICTURE "WHERE id = ?", ARGS(T(id)), ts_picture_row_read, arena, out,
                      "picture", err);
}

bool ts_pictures_find_path(ts_txn *txn, const char *path, ts_arena *arena, ts_picture_row *out, ts_error *err)
{
    return ts_sql_one(txn, TS_SELECT_PICTURE "WHERE path = ?", ARGS(T(path)), ts_picture_row_read, arena, out,
                      "picture", err);
}
