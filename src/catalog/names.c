/* catalog: the names that dialects give to pictures. */
#include "base/error.h"
#include "catalog/pictures.h"
#include "catalog/sql.h"

bool ts_names_find(ts_txn *txn, const char *space, const char *name, int64_t *picture, ts_error *err)
{
    bool found;
    if (!ts_sql_value(txn, "SELECT picture FROM picture_names WHERE space = ? AND name = ?",
                      ARGS(T(space), T(name)), picture, &found, err))
        return false;
    return found || ts_fail(err, TS_NOT_FOUND, "there is no picture \"%s\"", name);
}

bool ts_names_put(ts_txn *txn, const char *space, const char *name, int64_t picture, bool replace,
                  ts_error *err)
{
    ts_check_writes(txn);
    int64_t holder = picture;
    bool found;
    if (!ts_sql_value(txn, "SELECT picture FROM picture_names WHERE space = ? AND name = ?",
                      ARGS(T(space), T(name)), &holder, &found, err))
        return false;
    if (found && holder != picture && !replace)
        return ts_fail(err, TS_CONFLICT, "another picture has the name \"%s\" already", name);
    return ts_sql_run(txn, "INSERT OR REPLACE INTO picture_names VALUES (?, ?, ?)",
                      ARGS(T(space), T(name), I(picture)), err);
}

static void read_name(ts_rows *rows, ts_arena *arena, void *out)
{
    *(const char **)out = ts_sql_text(rows, arena);
}

bool ts_names_of(ts_txn *txn, const char *space, int64_t picture, ts_arena *arena, const char **name,
                 ts_error *err)
{
    return ts_sql_one(txn,
                      "SELECT name FROM picture_names WHERE picture = ? AND space = ? ORDER BY name LIMIT 1",
                      ARGS(I(picture), T(space)), read_name, arena, (void *)name, "name", err);
}

bool ts_names_drop(ts_txn *txn, const char *space, const char *name, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM picture_names WHERE space = ? AND name = ?", ARGS(T(space), T(name)),
                      err);
}

bool ts_names_hand_over(ts_txn *txn, int64_t from, int64_t to, const char *but, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "UPDATE picture_names SET picture = ? WHERE picture = ? AND space <> ?",
                      ARGS(I(to), I(from), T(but)), err);
}

/* ---- lists ------------------------------------------------------------------------------------------- */

static void read_row(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_name_row *row = out;
    row->name = ts_sql_text(rows, arena);
    row->picture = ts_sql_int(rows);
}

/* Above every name that begins so: no UTF-8 holds this byte. NULL: no memory. */
static const char *end_of(const char *prefix, ts_arena *arena)
{
    return ts_arena_printf(arena, "%s\xFF", prefix);
}

bool ts_names_list(ts_txn *txn, const ts_names_ask *ask, ts_arena *arena, const ts_name_row **rows,
                   size_t *count, ts_error *err)
{
    const char *end = end_of(ask->prefix, arena);
    if (!end) return ts_fail_memory(err);
    return ts_sql_all(txn,
                      "SELECT n.name, n.picture FROM picture_names n JOIN pictures p ON p.number = n.picture"
                      " WHERE n.space = ?1 AND n.name >= ?2 AND n.name < ?3 AND n.name > ?4"
                      " AND (?5 = 0 OR instr(substr(n.name, length(?2) + 1), '/') = 0)"
                      " AND (?6 = 1 OR p.visibility = 0) ORDER BY n.name LIMIT ?7",
                      ARGS(T(ask->space), T(ask->prefix), T(end), T(ask->after), I(ask->direct),
                           I(ask->with_held), I(ts_sql_limit(ask->limit))),
                      read_row, sizeof **rows, arena, (const void **)rows, count, err);
}

bool ts_names_folders(ts_txn *txn, const char *space, const char *prefix, ts_arena *arena,
                      const char *const **folders, size_t *count, ts_error *err)
{
    const char *end = end_of(prefix, arena);
    if (!end) return ts_fail_memory(err);
    return ts_sql_all(txn,
                      "SELECT DISTINCT substr(rest, 1, instr(rest, '/') - 1) AS folder FROM"
                      " (SELECT substr(name, length(?2) + 1) AS rest FROM picture_names"
                      " WHERE space = ?1 AND name >= ?2 AND name < ?3) WHERE instr(rest, '/') > 1"
                      " ORDER BY folder",
                      ARGS(T(space), T(prefix), T(end)), read_name, sizeof **folders, arena,
                      (const void **)folders, count, err);
}
