/* catalog: numbers of pictures, each by one index. Knows no condition. */
#include "catalog/numbers.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/error.h"
#include "catalog/pictures.h"
#include "catalog/sql.h"

static bool visit_rows(ts_rows *rows, ts_number_visit visit, void *context)
{
    while (ts_sql_next(rows)) {
        int64_t number = ts_sql_int(rows);
        if (!visit(context, number, ts_sql_text(rows, NULL))) break;
    }
    return ts_sql_close(rows);
}

static bool visit_all(ts_txn *txn, const char *text, const ts_arg *args, size_t count, ts_number_visit visit,
                      void *context, ts_error *err)
{
    ts_rows rows;
    return ts_sql_open(&rows, txn, text, args, count, err) && visit_rows(&rows, visit, context);
}

bool ts_numbers_end(ts_txn *txn, int64_t *end, ts_error *err)
{
    int64_t last = 0;
    bool ok = ts_sql_value(txn, "SELECT coalesce(max(number), 0) FROM pictures", NO_ARGS, &last, NULL, err);
    *end = last + 1;
    return ok;
}

bool ts_numbers_all(ts_txn *txn, ts_number_visit visit, void *context, ts_error *err)
{
    return visit_all(txn,
                     "SELECT number, NULL FROM pictures INDEXED BY pictures_by_created WHERE created >= ?",
                     ARGS(I(INT64_MIN)), visit, context, err);
}

/* Above every text that begins so: no UTF-8 holds this byte. */
static bool end_of(const char *prefix, ts_arena **arena, const char **end, ts_error *err)
{
    *arena = ts_arena_new(0);
    *end = *arena ? ts_arena_printf(*arena, "%s\xFF", prefix) : NULL;
    return *end || ts_fail_memory(err);
}

/* Ids are in lower case. */
static const char *lower_of(const char *prefix, ts_arena *arena)
{
    char *out = ts_arena_strdup(arena, prefix);
    for (char *c = out; c && *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
    return out;
}

bool ts_numbers_named(ts_txn *txn, const char *space, const char *prefix, ts_number_visit visit,
                      void *context, ts_error *err)
{
    ts_arena *arena;
    const char *end, *low = NULL, *high = NULL;
    bool ok = end_of(prefix, &arena, &end, err);
    if (ok) low = lower_of(prefix, arena), high = low ? ts_arena_printf(arena, "%s\xFF", low) : NULL;
    ok = ok && (high || ts_fail_memory(err)) &&
         visit_all(txn,
                   "SELECT picture, name FROM picture_names INDEXED BY picture_names_folded WHERE space = ?1"
                   " AND name >= ?2 COLLATE NOCASE AND name < ?3 COLLATE NOCASE",
                   ARGS(T(space), T(prefix), T(end)), visit, context, err) &&
         visit_all(txn,
                   "SELECT number, id FROM pictures WHERE id >= ?2 AND id < ?3 AND NOT EXISTS"
                   " (SELECT 1 FROM picture_names n WHERE n.picture = number AND n.space = ?1)",
                   ARGS(T(space), T(low), T(high)), visit, context, err);
    ts_arena_free(arena);
    return ok;
}

bool ts_numbers_knows(const char *place)
{
    static const char *const roots[] = {"context", "metadata", "cloudinary"};
    static const char *const notes[] = {"cloudinary.base", "cloudinary.cloud", "cloudinary.request",
                                        "cloudinary.version"};
    bool known = !*place;
    for (const char *c = place; *c; c++)
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ') return false;
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
        size_t length = strlen(roots[i]);
        known = known ||
                (strncmp(place, roots[i], length) == 0 && (place[length] == '.' || place[length] == '\0'));
    }
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) known = known && strcmp(place, notes[i]) != 0;
    return known;
}

bool ts_numbers_kept(ts_txn *txn, const char *place, const char *prefix, ts_number_visit visit, void *context,
                     ts_error *err)
{
    ts_arena *arena;
    const char *end;
    bool ok = end_of(prefix, &arena, &end, err) &&
              visit_all(txn,
                        "SELECT picture, value FROM picture_kept WHERE path = ?1 AND value >= ?2"
                        " AND value < ?3",
                        ARGS(T(place), T(prefix), T(end)), visit, context, err);
    ts_arena_free(arena);
    return ok;
}

bool ts_numbers_created(ts_txn *txn, int64_t low, int64_t high, ts_number_visit visit, void *context,
                        ts_error *err)
{
    return visit_all(
        txn, "SELECT number, NULL FROM pictures INDEXED BY pictures_by_created WHERE created BETWEEN ? AND ?",
        ARGS(I(low), I(high)), visit, context, err);
}

bool ts_numbers_by_created(ts_txn *txn, int64_t at, int64_t number, bool down, ts_number_made visit,
                           void *context, ts_error *err)
{
    ts_rows rows;
    const char *text = down ? "SELECT number, created FROM pictures INDEXED BY pictures_by_created"
                              " WHERE created <= ?1 AND (created < ?1 OR number < ?2)"
                              " ORDER BY created DESC, number DESC"
                            : "SELECT number, created FROM pictures INDEXED BY pictures_by_created"
                              " WHERE created >= ?1 AND (created > ?1 OR number > ?2)"
                              " ORDER BY created, number";
    if (!ts_sql_open(&rows, txn, text, ARGS(I(at), I(number)), err)) return false;
    while (ts_sql_next(&rows)) {
        int64_t found = ts_sql_int(&rows);
        if (!visit(context, found, ts_sql_int(&rows))) break;
    }
    return ts_sql_close(&rows);
}

bool ts_numbers_apart(ts_txn *txn, ts_number_visit visit, void *context, ts_error *err)
{
    return visit_all(txn,
                     "SELECT number, CASE WHEN gone <> 0 THEN 'gone' WHEN visibility = 1 THEN 'held'"
                     " ELSE 'rejected' END"
                     " FROM pictures INDEXED BY pictures_apart WHERE visibility <> 0 OR gone <> 0",
                     NO_ARGS, visit, context, err);
}
