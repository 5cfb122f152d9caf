/* catalog: rows of accounts, sessions and invitations. Knows no password, no role. */
#include "catalog/people.h"

#include "base/error.h"
#include "base/random.h"
#include "catalog/changes.h"
#include "catalog/sql.h"

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- accounts ------------------------------------------------------------------------------------ */

static bool address_taken(bool ok, ts_error *err)
{
    if (!ok && err && err->code == TS_CONFLICT)
        (void)ts_fail(err, TS_CONFLICT, "somebody with this e-mail address is there already");
    return ok;
}

bool ts_people_insert(ts_txn *txn, ts_person_row *row, ts_arena *arena, ts_error *err)
{
    ts_check_writes(txn);
    if (!row->id || !*row->id) {
        char id[TS_ID_SIZE];
        ts_id_new_at(txn->now, id);
        row->id = ts_arena_strdup(arena, id);
        if (!row->id) return ts_fail_memory(err);
    }
    if (row->created == 0) row->created = txn->now;
    bool ok =
        ts_sql_run(txn, "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?)",
                   ARGS(T(row->id), T(or_empty(row->name)), T(row->email), T(or_empty(row->password_hash)),
                        T(or_empty(row->role)), I(row->created), I(row->disabled)),
                   err);
    return address_taken(ok, err) && ts_changes_add(txn, TS_CHANGE_PERSON, 0, row->id, err);
}

bool ts_people_update(ts_txn *txn, const ts_person_row *row, ts_error *err)
{
    ts_check_writes(txn);
    bool ok = ts_sql_run(txn,
                         "UPDATE people SET name = ?, email = ?, password_hash = ?, role = ?, disabled = ?"
                         " WHERE id = ?",
                         ARGS(T(or_empty(row->name)), T(row->email), T(or_empty(row->password_hash)),
                              T(or_empty(row->role)), I(row->disabled), T(row->id)),
                         err);
    if (!address_taken(ok, err)) return false;
    if (ts_sql_changed(txn) == 0) return ts_fail(err, TS_NOT_FOUND, "there is no such person");
    return ts_changes_add(txn, TS_CHANGE_PERSON, 0, row->id, err);
}

bool ts_people_delete(ts_txn *txn, const char *id, ts_error *err)
{
    ts_check_writes(txn);
    if (!ts_sql_run(txn, "DELETE FROM people WHERE id = ?", ARGS(T(id)), err)) return false;
    if (ts_sql_changed(txn) == 0) return ts_fail(err, TS_NOT_FOUND, "there is no such person");
    txn->erases = true;
    return ts_sql_run(txn, "UPDATE authors SET name = '' WHERE kind = 4 AND id = ?", ARGS(T(id)), err) &&
           ts_changes_add(txn, TS_CHANGE_PERSON, 0, id, err);
}

#define SELECT_PERSON "SELECT id, name, email, password_hash, role, created, disabled FROM people "

static void read_person(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_person_row *row = out;
    row->id = ts_sql_text(rows, arena);
    row->name = ts_sql_text(rows, arena);
    row->email = ts_sql_text(rows, arena);
    row->password_hash = ts_sql_text(rows, arena);
    row->role = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->disabled = ts_sql_int(rows);
}

bool ts_people_get(ts_txn *txn, const char *id, ts_arena *arena, ts_person_row *out, ts_error *err)
{
    return ts_sql_one(txn, SELECT_PERSON "WHERE id = ?", ARGS(T(id)), read_person, arena, out, "person", err);
}

bool ts_people_find_email(ts_txn *txn, const char *email, ts_arena *arena, ts_person_row *out, ts_error *err)
{
    return ts_sql_one(txn, SELECT_PERSON "WHERE email = ?", ARGS(T(email)), read_person, arena, out, "person",
                      err);
}

bool ts_people_list(ts_txn *txn, ts_arena *arena, const ts_person_row **rows, size_t *count, ts_error *err)
{
    const void *found = NULL;
    bool ok = ts_sql_all(txn, SELECT_PERSON "ORDER BY created, id", NO_ARGS, read_person,
                         sizeof(ts_person_row), arena, &found, count, err);
    *rows = found;
    return ok;
}

/* ---- sessions ------------------------------------------------------------------------------------ */

bool ts_sessions_insert(ts_txn *txn, const ts_session_row *row, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
                      ARGS(T(row->token_hash), T(row->person), T(or_empty(row->csrf)),
                           I(row->created ? row->created : txn->now), I(row->expires)),
                      err);
}

static void read_session(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_session_row *row = out;
    row->token_hash = ts_sql_text(rows, arena);
    row->person = ts_sql_text(rows, arena);
    row->csrf = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->expires = ts_sql_int(rows);
}

bool ts_sessions_find(ts_txn *txn, const char *token_hash, ts_arena *arena, ts_session_row *out,
                      ts_error *err)
{
    return ts_sql_one(txn,
                      "SELECT token_hash, person, csrf, created, expires FROM sessions"
                      " WHERE token_hash = ? AND expires > ?",
                      ARGS(T(token_hash), I(txn->now)), read_session, arena, out, "session", err);
}

bool ts_sessions_extend(ts_txn *txn, const char *token_hash, int64_t expires, ts_error *err)
{
    ts_check_writes(txn);
    if (!ts_sql_run(txn, "UPDATE sessions SET expires = ? WHERE token_hash = ?",
                    ARGS(I(expires), T(token_hash)), err))
        return false;
    return ts_sql_changed(txn) > 0 || ts_fail(err, TS_NOT_FOUND, "there is no such session");
}

bool ts_sessions_delete(ts_txn *txn, const char *token_hash, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM sessions WHERE token_hash = ?", ARGS(T(token_hash)), err);
}

bool ts_sessions_delete_of(ts_txn *txn, const char *person, const char *except, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM sessions WHERE person = ?1 AND (?2 IS NULL OR token_hash <> ?2)",
                      ARGS(T(person), T(except)), err);
}

bool ts_sessions_expire(ts_txn *txn, size_t *expired, ts_error *err)
{
    ts_check_writes(txn);
    bool ok = ts_sql_run(txn, "DELETE FROM sessions WHERE expires <= ?", ARGS(I(txn->now)), err);
    *expired = ok ? (size_t)ts_sql_changed(txn) : 0;
    return ok;
}

/* ---- invitations --------------------------------------------------------------------------------- */

bool ts_invitations_insert(ts_txn *txn, const ts_invitation_row *row, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "INSERT INTO invitations VALUES (?, ?, ?, ?, ?, ?)",
                      ARGS(T(row->token_hash), T(or_empty(row->email)), T(or_empty(row->role)),
                           T(or_empty(row->invited_by)), I(row->created ? row->created : txn->now),
                           I(row->expires)),
                      err);
}

static void read_invitation(ts_rows *rows, ts_arena *arena, void *out)
{
    ts_invitation_row *row = out;
    row->token_hash = ts_sql_text(rows, arena);
    row->email = ts_sql_text(rows, arena);
    row->role = ts_sql_text(rows, arena);
    row->invited_by = ts_sql_text(rows, arena);
    row->created = ts_sql_int(rows);
    row->expires = ts_sql_int(rows);
}

#define SELECT_INVITATION "SELECT token_hash, email, role, invited_by, created, expires FROM invitations "

bool ts_invitations_take(ts_txn *txn, const char *token_hash, ts_arena *arena, ts_invitation_row *out,
                         ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_one(txn, SELECT_INVITATION "WHERE token_hash = ? AND expires > ?",
                      ARGS(T(token_hash), I(txn->now)), read_invitation, arena, out, "invitation", err) &&
           ts_invitations_delete(txn, token_hash, err);
}

bool ts_invitations_delete(ts_txn *txn, const char *token_hash, ts_error *err)
{
    ts_check_writes(txn);
    return ts_sql_run(txn, "DELETE FROM invitations WHERE token_hash = ?", ARGS(T(token_hash)), err);
}

bool ts_invitations_list(ts_txn *txn, ts_arena *arena, const ts_invitation_row **rows, size_t *count,
                         ts_error *err)
{
    const void *found = NULL;
    bool ok =
        ts_sql_all(txn, SELECT_INVITATION "WHERE expires > ? ORDER BY created DESC, token_hash",
                   ARGS(I(txn->now)), read_invitation, sizeof(ts_invitation_row), arena, &found, count, err);
    *rows = found;
    return ok;
}
