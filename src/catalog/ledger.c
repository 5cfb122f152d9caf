/* catalog: ledger lines and tags in and out of their tables. The rules are in ledger_rules.c. */
#include "catalog/ledger.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "catalog/changes.h"

/* ---- texts that repeat on every line are kept once ------------------------------------------------ */

/* False when the texts are too long to be remembered. */
static bool make_key(char *key, size_t size, const char *a, const char *b, const char *c)
{
    int length = snprintf(key, size, "%s\x1f%s\x1f%s", a, b, c);
    return length > 0 && (size_t)length < size;
}

/* Finds the row of three texts, or makes it. */
static bool intern(ts_txn *txn, ts_memo *memo, const char *find, const char *make, const ts_arg args[3],
                   const char *key, int64_t *number, ts_error *err)
{
    if (*key && strcmp(memo->key, key) == 0) {
        *number = memo->number;
        return true;
    }
    bool found;
    if (!ts_sql_value(txn, find, args, 3, number, &found, err)) return false;
    if (!found) {
        if (!ts_sql_run(txn, make, args, 3, err)) return false;
        *number = ts_sql_last_number(txn);
    }
    (void)snprintf(memo->key, sizeof memo->key, "%s", key);
    memo->number = *number;
    return true;
}

static bool intern_author(ts_txn *txn, const ts_author *author, int64_t *number, ts_error *err)
{
    char key[sizeof txn->author.key];
    if (!make_key(key, sizeof key, ts_author_kind_name(author->kind), author->id, author->name))
        key[0] = '\0';
    const ts_arg args[3] = {I(author->kind), T(author->id), T(author->name)};
    return intern(txn, &txn->author, "SELECT number FROM authors WHERE kind = ? AND id = ? AND name = ?",
                  "INSERT INTO authors (kind, id, name) VALUES (?, ?, ?)", args, key, number, err);
}

static bool intern_origin(ts_txn *txn, const ts_ledger_line *line, int64_t *number, ts_error *err)
{
    char key[sizeof txn->origin.key];
    if (!make_key(key, sizeof key, line->analyser, line->model, line->version)) key[0] = '\0';
    const ts_arg args[3] = {T(line->analyser), T(line->model), T(line->version)};
    return intern(txn, &txn->origin,
                  "SELECT number FROM origins WHERE analyser = ? AND model = ? AND version = ?",
                  "INSERT INTO origins (analyser, model, version) VALUES (?, ?, ?)", args, key, number, err);
}

static bool intern_batch(ts_txn *txn, const char *batch, int64_t *number, ts_error *err)
{
    bool found;
    *number = 0;
    if (!batch) return true;
    if (!ts_sql_value(txn, "SELECT number FROM batches WHERE id = ?", ARGS(T(batch)), number, &found, err))
        return false;
    if (found) return true;
    if (!ts_sql_run(txn, "INSERT INTO batches (id) VALUES (?)", ARGS(T(batch)), err)) return false;
    *number = ts_sql_last_number(txn);
    return true;
}

/* ---- writing ------------------------------------------------------------------------------------- */

bool ts_ledger_append(ts_txn *txn, ts_ledger_line *line, ts_error *err)
{
    int64_t author, origin, batch;
    line->at = txn->now;
    if (!intern_author(txn, &line->author, &author, err) || !intern_origin(txn, line, &origin, err) ||
        !intern_batch(txn, line->batch, &batch, err))
        return false;
    if (!ts_sql_run(
            txn,
            "INSERT INTO ledger (picture, key, label, facet, action, author, state, confidence, raw, "
            "position,"
            " origin, payload, batch, restores, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ARGS(I(line->picture), T(line->key), T(line->label), T(line->facet), I(line->action), I(author),
                 I(line->state), R(line->confidence), R(line->raw), I(line->position), I(origin),
                 T(line->payload), I_IF(batch != 0, batch),
                 I_IF(line->action == TS_LEDGER_RESTORE, line->restores), I(line->at)),
            err))
        return false;
    line->seq = ts_sql_last_number(txn);
    return true;
}

bool ts_tag_store(ts_txn *txn, int64_t picture, const char *key, const ts_standing *standing, ts_error *err)
{
    if (!standing->present)
        return ts_sql_run(txn, "DELETE FROM tags WHERE picture = ? AND key = ?", ARGS(I(picture), T(key)),
                          err);
    const ts_tag_row *row = &standing->row;
    int64_t author;
    if (!intern_author(txn, &row->author, &author, err)) return false;
    return ts_sql_run(
        txn,
        "INSERT OR REPLACE INTO tags (picture, key, label, facet, state, confidence, position, action,"
        " author, seq, evidence, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ARGS(I(picture), T(key), T(row->label), T(row->facet), I(row->state), R(row->confidence),
             I(row->position), I(row->action), I(author), I(row->seq), I(row->evidence), I(row->at)),
        err);
}

bool ts_tags_touch(ts_txn *txn, int64_t picture, ts_error *err)
{
    return ts_sql_run(txn, "UPDATE pictures SET version = version + 1, updated = ? WHERE number = ?",
                      ARGS(I(txn->now), I(picture)), err) &&
           ts_changes_add(txn, TS_CHANGE_TAGS, picture, "", err);
}

bool ts_tags_picture_exists(ts_txn *txn, int64_t picture, ts_error *err)
{
    int64_t one;
    bool found;
    if (!ts_sql_value(txn, "SELECT 1 FROM pictures WHERE number = ?", ARGS(I(picture)), &one, &found, err))
        return false;
    return found || ts_fail(err, TS_NOT_FOUND, "there is no such picture");
}

/* ---- reading ------------------------------------------------------------------------------------- */

static const char *concept_of(const char *key)
{
    return key && strncmp(key, TS_WORD_PREFIX, strlen(TS_WORD_PREFIX)) == 0 ? NULL : key;
}

static void read_author(ts_rows *rows, ts_arena *arena, ts_author *author)
{
    author->kind = (ts_author_kind)ts_sql_int(rows);
    author->id = ts_sql_text(rows, arena);
    author->name = ts_sql_text(rows, arena);
}

void ts_tag_row_read(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_tag_row *row = out;
    row->picture = ts_sql_int(rows);
    row->key = ts_sql_text(rows, arena);
    row->concept = concept_of(row->key);
    row->label = ts_sql_text(rows, arena);
    row->facet = ts_sql_text(rows, arena);
    row->state = (ts_ledger_state)ts_sql_int(rows);
    row->confidence = ts_sql_real(rows);
    row->position = ts_sql_int(rows);
    row->action = (ts_ledger_action)ts_sql_int(rows);
    read_author(rows, arena, &row->author);
    row->seq = ts_sql_int(rows);
    row->evidence = ts_sql_int(rows);
    row->at = ts_sql_int(rows);
    row->analyser = ts_sql_text(rows, arena);
    row->model = ts_sql_text(rows, arena);
    row->version = ts_sql_text(rows, arena);
    row->raw = ts_sql_real(rows);
    row->payload = ts_sql_text(rows, arena);
}

void ts_ledger_line_read(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_ledger_line *line = out;
    line->seq = ts_sql_int(rows);
    line->picture = ts_sql_int(rows);
    line->key = ts_sql_text(rows, arena);
    line->concept = concept_of(line->key);
    line->label = ts_sql_text(rows, arena);
    line->facet = ts_sql_text(rows, arena);
    line->action = (ts_ledger_action)ts_sql_int(rows);
    read_author(rows, arena, &line->author);
    line->state = (ts_ledger_state)ts_sql_int(rows);
    line->confidence = ts_sql_real(rows);
    line->raw = ts_sql_real(rows);
    line->position = ts_sql_int(rows);
    line->analyser = ts_sql_text(rows, arena);
    line->model = ts_sql_text(rows, arena);
    line->version = ts_sql_text(rows, arena);
    line->payload = ts_sql_text(rows, arena);
    line->batch = ts_sql_text(rows, arena);
    line->restores = ts_sql_int(rows);
    line->at = ts_sql_int(rows);
}

bool ts_ledger_lines(ts_txn *txn, int64_t picture, const char *key, ts_arena *arena,
                     const ts_ledger_line **lines, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(
        txn, TS_SELECT_LINE "WHERE l.picture = ?1 AND (?2 IS NULL OR l.key = ?2) ORDER BY l.key, l.seq",
        ARGS(I(picture), T(key)), ts_ledger_line_read, sizeof(ts_ledger_line), arena, &found, count, err);
    *lines = found;
    return ok;
}
