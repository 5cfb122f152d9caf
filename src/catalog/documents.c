/* catalog: documents with a version. Looks into no body. */
#include "catalog/documents.h"

#include "base/buf.h"
#include "base/error.h"
#include "catalog/changes.h"
#include "catalog/sql.h"

static bool log_document(ts_txn *txn, ts_change_kind change, const char *kind, const char *id, ts_error *err)
{
    ts_buf name = {0};
    bool ok = ts_buf_printf(&name, "%s/%s", kind, id) ? ts_changes_add(txn, change, 0, name.data, err)
                                                      : ts_fail_memory(err);
    ts_buf_free(&name);
    return ok;
}

/* *version: what is there, 0 when nothing is. */
static bool check_version(ts_txn *txn, const char *kind, const char *id, int64_t expected, int64_t *version,
                          ts_error *err)
{
    bool found;
    *version = 0;
    if (!ts_sql_value(txn, "SELECT version FROM documents WHERE kind = ? AND id = ?", ARGS(T(kind), T(id)),
                      version, &found, err))
        return false;
    if (expected == TS_VERSION_ANY || expected == *version) return true;
    if (expected == TS_VERSION_NEW)
        return ts_fail(err, TS_CONFLICT, "there is a %s \"%s\" already", kind, id);
    if (!found) return ts_fail(err, TS_NOT_FOUND, "there is no %s \"%s\"", kind, id);
    (void)ts_fail(err, TS_CHANGED, "the %s \"%s\" was changed meanwhile", kind, id);
    return ts_hint(err, "read it again, then repeat the change");
}

bool ts_documents_put(ts_txn *txn, const char *kind, const char *id, const char *body, int64_t expected,
                      int64_t *version, ts_error *err)
{
    ts_check_writes(txn);
    int64_t old = 0;
    if (!check_version(txn, kind, id, expected, &old, err)) return false;
    if (!ts_sql_run(
            txn,
            "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT (kind, id) DO UPDATE SET"
            " version = ?3, updated = ?4, body = ?5",
            ARGS(T(kind), T(id), I(old + 1), I(txn->now), T(body)), err))
        return false;
    if (version) *version = old + 1;
    return log_document(txn, TS_CHANGE_DOCUMENT, kind, id, err);
}

static void read_document(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_document_row *row = out;
    row->kind = ts_sql_text(rows, arena);
    row->id = ts_sql_text(rows, arena);
    row->version = ts_sql_int(rows);
    row->created = ts_sql_int(rows);
    row->updated = ts_sql_int(rows);
    row->body = ts_sql_text(rows, arena);
}

#define SELECT_DOCUMENT "SELECT kind, id, version, created, updated, body FROM documents "

bool ts_documents_get(ts_txn *txn, const char *kind, const char *id, ts_arena *arena, ts_document_row *out,
                      ts_error *err)
{
    return ts_sql_one(txn, SELECT_DOCUMENT "WHERE kind = ? AND id = ?", ARGS(T(kind), T(id)), read_document,
                      arena, out, kind, err);
}

bool ts_documents_list(ts_txn *txn, const char *kind, ts_arena *arena, const ts_document_row **rows,
                       size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, SELECT_DOCUMENT "WHERE kind = ? ORDER BY id", ARGS(T(kind)), read_document,
                         sizeof(ts_document_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

bool ts_documents_delete(ts_txn *txn, const char *kind, const char *id, int64_t expected, ts_error *err)
{
    ts_check_writes(txn);
    int64_t old = 0;
    if (!check_version(txn, kind, id, expected, &old, err)) return false;
    if (old == 0) return ts_fail(err, TS_NOT_FOUND, "there is no %s \"%s\"", kind, id);
    return ts_sql_run(txn, "DELETE FROM documents WHERE kind = ? AND id = ?", ARGS(T(kind), T(id)), err) &&
           log_document(txn, TS_CHANGE_DOCUMENT_DELETED, kind, id, err);
}
