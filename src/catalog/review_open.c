/* catalog: which tags wait for a person. Knows no order but that of doubt, which the index has. */
#include "catalog/reviews.h"

#include "catalog/sql.h"

/* ?1 now, ?2 reviewer, ?3 skipped ones too. 3 is TS_REVIEW_SKIP. */
#define FREE                                                                                                 \
    " AND p.visibility <> 2 AND p.gone = 0"                                                                  \
    " AND NOT EXISTS (SELECT 1 FROM review_leases l WHERE l.picture = t.picture AND l.key = t.key"           \
    "  AND l.until > ?1)"                                                                                    \
    " AND NOT EXISTS (SELECT 1 FROM review_answers r WHERE r.picture = t.picture AND r.key = t.key"          \
    "  AND r.reviewer = ?2 AND r.until > ?1 AND NOT (?3 AND r.answer = 3)) "
#define COLUMNS "SELECT t.picture, t.key, t.confidence, t.facet = 'safety', p.phash FROM tags t "
#define PICTURE " CROSS JOIN pictures p ON p.number = t.picture "
/* What machines accepted of the facet safety; the words are those of the index tags_sensitive. */
#define SENSITIVE "t.facet = 'safety' AND t.state = 1 AND t.key <> 'safety/safe'"
#define BY_MACHINE " CROSS JOIN authors a ON a.number = t.author AND a.kind <= 2 "

static void read_open(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_open_tag *tag = out;
    tag->picture = ts_sql_int(rows);
    tag->key = ts_sql_text(rows, arena);
    tag->confidence = ts_sql_real(rows);
    tag->sensitive = ts_sql_int(rows) != 0;
    tag->has_phash = !ts_sql_is_null(rows);
    tag->phash = (uint64_t)ts_sql_int(rows);
}

static bool read_all(ts_txn *txn, const char *text, const ts_open_ask *ask, ts_list *list, ts_arena *arena,
                     ts_error *err)
{
    ts_rows rows;
    if (!ts_sql_open(&rows, txn, text,
                     ARGS(I(txn->now), T(ask->reviewer), I(ask->with_skipped), I(ts_sql_limit(ask->limit)),
                          T(ask->key)),
                     err))
        return false;
    while (!rows.failed && ts_sql_next(&rows)) {
        ts_open_tag *tag = ts_list_add(list, sizeof *tag, arena);
        if (!tag) rows.failed = !ts_fail_memory(err);
        else read_open(&rows, arena, tag);
    }
    return ts_sql_close(&rows);
}

/* Sensitive ones stand in an index of their own, and so do suggestions; each has its own order. */
bool ts_open_tags(ts_txn *txn, const ts_open_ask *ask, ts_arena *arena, const ts_open_tag **tags,
                  size_t *count, ts_error *err)
{
    ts_list list = {0};
    bool ok =
        ask->key
            ? read_all(txn,
                       COLUMNS "INDEXED BY tags_sensitive" BY_MACHINE PICTURE "WHERE " SENSITIVE
                               " AND t.key = ?5" FREE "LIMIT ?4",
                       ask, &list, arena, err) &&
                  read_all(txn,
                           COLUMNS "INDEXED BY tags_waiting" PICTURE "WHERE t.state = 0 AND t.key = ?5" FREE
                                   "ORDER BY abs(t.confidence - 0.5) LIMIT ?4",
                           ask, &list, arena, err)
            : read_all(txn,
                       COLUMNS "INDEXED BY tags_sensitive" BY_MACHINE PICTURE "WHERE " SENSITIVE
                               " AND ?5 IS NULL" FREE "LIMIT ?4",
                       ask, &list, arena, err) &&
                  read_all(txn,
                           COLUMNS "INDEXED BY tags_doubtful" PICTURE "WHERE t.state = 0 AND ?5 IS NULL" FREE
                                   "ORDER BY abs(t.confidence - 0.5) LIMIT ?4",
                           ask, &list, arena, err);
    *tags = list.items;
    *count = list.count;
    return ok;
}

bool ts_open_tags_of(ts_txn *txn, const ts_open_ask *ask, int64_t picture, ts_arena *arena,
                     const ts_open_tag **tags, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn,
                         COLUMNS BY_MACHINE PICTURE "WHERE t.picture = ?4 AND (t.state = 0 OR (" SENSITIVE
                                                    "))" FREE "ORDER BY t.position, t.key",
                         ARGS(I(txn->now), T(ask->reviewer), I(ask->with_skipped), I(picture)), read_open,
                         sizeof(ts_open_tag), arena, &found, count, err);
    *tags = found;
    return ok;
}

bool ts_open_count(ts_txn *txn, const char *key, size_t most, int64_t *count, ts_error *err)
{
    return ts_sql_value(txn,
                        "SELECT count(*) FROM (SELECT 1 FROM tags INDEXED BY tags_waiting"
                        " WHERE state = 0 AND key = ? LIMIT ?)",
                        ARGS(T(key), I(most)), count, NULL, err);
}

bool ts_open_look(ts_txn *txn, int64_t picture, const char *key, ts_arena *arena, ts_open_standing *out,
                  ts_error *err)
{
    ts_rows rows;
    *out = (ts_open_standing){0};
    if (!ts_sql_open(&rows, txn,
                     "SELECT a.kind <= 2 AND (t.state = 0 OR (" SENSITIVE ")), t.label"
                     " FROM tags t JOIN authors a ON a.number = t.author WHERE t.picture = ? AND t.key = ?",
                     ARGS(I(picture), T(key)), err))
        return false;
    if (ts_sql_next(&rows)) {
        out->there = true;
        out->open = ts_sql_int(&rows) != 0;
        out->label = ts_sql_text(&rows, arena);
    }
    return ts_sql_close(&rows);
}

static void read_group(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_open_group *group = out;
    group->key = ts_sql_text(rows, arena);
    group->waiting = ts_sql_int(rows);
    group->sensitive = ts_sql_int(rows) != 0;
    group->label = ts_sql_text(rows, arena);
    group->facet = ts_sql_text(rows, arena);
}

/* Counted in the indexes alone; one tag of each group that is shown says what it is called. */
bool ts_open_groups(ts_txn *txn, size_t limit, ts_arena *arena, const ts_open_group **groups, size_t *count,
                    ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(
        txn,
        "SELECT g.key, g.waiting, g.sensitive, t.label, t.facet FROM"
        " (SELECT key, sum(n) AS waiting, max(s) AS sensitive FROM"
        "  (SELECT key, count(*) AS n, key GLOB 'safety/*' AS s FROM tags INDEXED BY tags_waiting WHERE "
        "state = 0"
        "   GROUP BY key UNION ALL"
        "   SELECT t.key, count(*), 1 FROM tags t INDEXED BY tags_sensitive" BY_MACHINE "WHERE " SENSITIVE
        "   GROUP BY t.key) GROUP BY key) g"
        " CROSS JOIN tags t ON t.key = g.key AND t.picture = coalesce("
        "  (SELECT picture FROM tags INDEXED BY tags_waiting WHERE state = 0 AND key = g.key LIMIT 1),"
        "  (SELECT picture FROM tags INDEXED BY tags_sensitive WHERE facet = 'safety' AND state = 1"
        "   AND key <> 'safety/safe' AND key = g.key LIMIT 1))"
        " ORDER BY g.waiting DESC, g.key LIMIT ?",
        ARGS(I(ts_sql_limit(limit))), read_group, sizeof(ts_open_group), arena, &found, count, err);
    *groups = found;
    return ok;
}
