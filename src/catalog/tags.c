/* catalog: tags and their history as they are read. */
#include "catalog/tags.h"

#include "catalog/ledger.h"

static const char *const state_names[] = {"suggested", "accepted", "rejected"};
static const char *const author_names[] = {"model", "rule", "system", "import", "person"};
static const char *const action_names[] = {"add", "change", "accept", "reject", "remove", "restore", "drop"};
static const char *const diff_names[] = {"added", "changed", "removed", "kept"};

#define NAME_OF(names, value) ((size_t)(value) < sizeof(names) / sizeof *(names) ? (names)[value] : "unknown")

const char *ts_ledger_state_name(ts_ledger_state state)
{
    return NAME_OF(state_names, state);
}

const char *ts_author_kind_name(ts_author_kind kind)
{
    return NAME_OF(author_names, kind);
}

const char *ts_ledger_action_name(ts_ledger_action action)
{
    return NAME_OF(action_names, action);
}

const char *ts_diff_kind_name(ts_diff_kind kind)
{
    return NAME_OF(diff_names, kind);
}

#define SELECT_TAG_BARE                                                                                      \
    "SELECT t.picture, t.key, t.label, t.facet, t.state, t.confidence, t.position, t.action, a.kind, a.id, " \
    "a.name,"                                                                                                \
    " t.seq, t.evidence, t.at, o.analyser, o.model, o.version, l.raw, NULL FROM tags t"                      \
    " JOIN authors a ON a.number = t.author JOIN ledger l ON l.seq = t.evidence"                             \
    " JOIN origins o ON o.number = l.origin "
#define OF_PICTURE                                                                                           \
    "WHERE t.picture = ?1 AND (?2 OR t.state <> 2) ORDER BY t.position, t.confidence DESC, t.key"

bool ts_tags_list(ts_txn *txn, int64_t picture, bool rejected, bool payload, ts_arena *arena,
                  const ts_tag_row **rows, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, payload ? TS_SELECT_TAG OF_PICTURE : SELECT_TAG_BARE OF_PICTURE,
                         ARGS(I(picture), I(rejected)), ts_tag_row_read, sizeof(ts_tag_row), arena, &found,
                         count, err);
    *rows = found;
    return ok;
}

/* Without names of authors and origins; grounds only where they count something, which few do. The pictures are the
 * outer loop, whatever the planner thinks: they come in their order then, and only each one's tags are sorted. */
#define SELECT_TAG_BRIEF                                                                                     \
    "SELECT t.picture, t.key, t.label, t.facet, t.state, t.confidence, t.position, t.action, a.kind, '', "   \
    "'', t.seq, t.evidence, t.at, '', '', '', 0,"                                                            \
    " CASE WHEN instr(l.payload, '\"count\"') THEN l.payload END FROM tags t"                                \
    " CROSS JOIN authors a ON a.number = t.author CROSS JOIN ledger l ON l.seq = t.evidence "

bool ts_tags_between(ts_txn *txn, int64_t first, int64_t last, ts_arena *arena, const ts_tag_row **rows,
                     size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok =
        ts_sql_all(txn,
                   SELECT_TAG_BRIEF "WHERE t.picture BETWEEN ?1 AND ?2"
                                    " ORDER BY t.picture, t.position, t.confidence DESC, t.key",
                   ARGS(I(first), I(last)), ts_tag_row_read, sizeof(ts_tag_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

bool ts_tags_history(ts_txn *txn, int64_t picture, const char *key, int64_t before, size_t limit,
                     ts_arena *arena, const ts_ledger_line **lines, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn,
                         TS_SELECT_LINE "WHERE l.picture = ?1 AND (?2 IS NULL OR l.key = ?2) AND l.seq < ?3"
                                        " ORDER BY l.seq DESC LIMIT ?4",
                         ARGS(I(picture), T(key), I(before ? before : INT64_MAX), I(ts_sql_limit(limit))),
                         ts_ledger_line_read, sizeof(ts_ledger_line), arena, &found, count, err);
    *lines = found;
    return ok;
}

bool ts_tags_scan(ts_txn *txn, int64_t after, ts_tag_visit visit, void *context, ts_error *err)
{
    ts_rows rows;
    /* Whoever reads all tags (an index that is rebuilt) is in a hurry: no look-up in the ledger for each. */
    if (!ts_sql_open(
            &rows, txn,
            "SELECT t.picture, t.key, t.label, t.facet, t.state, t.confidence, t.position, t.action, a.kind,"
            " NULL, NULL, t.seq, t.evidence, t.at, NULL, NULL, NULL, 0.0, NULL"
            " FROM tags t JOIN authors a ON a.number = t.author"
            " WHERE t.picture > ? AND t.state <> 2 ORDER BY t.picture, t.key",
            ARGS(I(after)), err))
        return false;
    while (ts_sql_next(&rows)) {
        ts_tag_row row;
        ts_tag_row_read(&rows, NULL, &row);
        if (!visit(context, &row)) break;
    }
    return ts_sql_close(&rows);
}
