/* catalog: one SQLite connection and its prepared statements. Knows no table. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "catalog/private.h"

static bool disk_is_full(const ts_connection *connection, int rc)
{
    if ((rc & 0xFF) == SQLITE_FULL) return true;
    if ((rc & 0xFF) != SQLITE_IOERR && (rc & 0xFF) != SQLITE_CANTOPEN) return false;
    int number = connection->db ? sqlite3_system_errno(connection->db) : 0;
    if (number == 0)
        number = errno; /* SQLite forgets it when COMMIT fails; sql.c cleared it before the call */
    return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

static ts_code code_of(int rc)
{
    switch (rc & 0xFF) {
    case SQLITE_NOMEM:
        return TS_NO_MEMORY;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return TS_BUSY;
    case SQLITE_INTERRUPT:
        return TS_INTERRUPTED;
    case SQLITE_TOOBIG:
        return TS_TOO_LARGE;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return TS_IO;
    case SQLITE_CONSTRAINT:
        return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ? TS_CONFLICT
                                                                                    : TS_INTERNAL;
    default:
        return TS_INTERNAL;
    }
}

static bool is_damaged(int rc)
{
    return (rc & 0xFF) == SQLITE_CORRUPT || (rc & 0xFF) == SQLITE_NOTADB;
}

bool ts_connection_fail(const ts_connection *connection, int rc, ts_error *err)
{
    if (disk_is_full(connection, rc)) {
        (void)ts_fail(err, TS_NO_SPACE, "the disk that holds the catalogue is full");
        return ts_hint(err, "make room on it; reading goes on meanwhile, and writing by itself afterwards");
    }
    ts_code code = code_of(rc);
    if (code == TS_NO_MEMORY) return ts_fail_memory(err);
    if (code == TS_CONFLICT) return ts_fail(err, code, "such a record is there already");
    if (is_damaged(rc)) {
        (void)ts_fail(err, code, "the catalogue is damaged (%s)", sqlite3_errstr(rc));
        return ts_hint(err, "stop the server and restore the last backup");
    }
    const char *text = connection->db ? sqlite3_errmsg(connection->db) : sqlite3_errstr(rc);
    return ts_fail(err, code, "the catalogue's database: %s (%d)", text, rc);
}

bool ts_connection_open(ts_connection *connection, const char *path, int flags, ts_error *err)
{
    *connection = (ts_connection){0};
    int rc = sqlite3_open_v2(path, &connection->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_extended_result_codes(connection->db, 1);
    if (rc == SQLITE_OK) rc = sqlite3_db_config(connection->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (rc == SQLITE_OK) return true;
    (void)ts_connection_fail(connection, rc, err);
    (void)ts_fail_prefix(err, "cannot open %s", path);
    ts_connection_close(connection);
    return false;
}

void ts_connection_close(ts_connection *connection)
{
    for (size_t i = 0; i < connection->capacity; i++)
        (void)sqlite3_finalize(connection->statements[i].handle);
    free(connection->statements);
    (void)sqlite3_close_v2(connection->db);
    *connection = (ts_connection){0};
}

bool ts_connection_run(ts_connection *connection, const char *text, ts_error *err)
{
    int rc = sqlite3_exec(connection->db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK || ts_connection_fail(connection, rc, err);
}

bool ts_connection_int(ts_connection *connection, const char *text, int64_t *value, ts_error *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(connection->db, text, -1, &statement, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    *value = rc == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
    bool ok = rc == SQLITE_ROW || rc == SQLITE_DONE || ts_connection_fail(connection, rc, err);
    (void)sqlite3_finalize(statement);
    return ok;
}

/* ---- the cache of statements --------------------------------------------------------------------- */

static size_t slot_of(const ts_statement *slots, size_t capacity, const char *text)
{
    size_t i = (size_t)(((uintptr_t)text * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (capacity - 1);
    while (slots[i].text && slots[i].text != text) i = (i + 1) & (capacity - 1);
    return i;
}

static bool grow(ts_connection *connection)
{
    size_t capacity = connection->capacity ? connection->capacity * 2 : 128;
    ts_statement *slots = calloc(capacity, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < connection->capacity; i++) {
        const ts_statement *old = &connection->statements[i];
        if (old->text) slots[slot_of(slots, capacity, old->text)] = *old;
    }
    free(connection->statements);
    connection->statements = slots;
    connection->capacity = capacity;
    return true;
}

static sqlite3_stmt *prepare(ts_connection *connection, const char *text, unsigned flags, ts_error *err)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v3(connection->db, text, -1, flags, &statement, NULL);
    if (rc != SQLITE_OK) (void)ts_connection_fail(connection, rc, err);
    return statement;
}

sqlite3_stmt *ts_connection_borrow(ts_connection *connection, const char *text, ts_error *err)
{
    if (connection->count * 2 >= connection->capacity && !grow(connection)) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    ts_statement *slot = &connection->statements[slot_of(connection->statements, connection->capacity, text)];
    if (slot->in_use) return prepare(connection, text, 0, err);
    if (!slot->handle) {
        slot->handle = prepare(connection, text, SQLITE_PREPARE_PERSISTENT, err);
        if (!slot->handle) return NULL;
        slot->text = text;
        connection->count++;
    }
    slot->in_use = true;
    return slot->handle;
}

void ts_connection_give_back(ts_connection *connection, const char *text, sqlite3_stmt *statement)
{
    if (!statement) return;
    ts_statement *slot = &connection->statements[slot_of(connection->statements, connection->capacity, text)];
    if (slot->handle != statement) {
        (void)sqlite3_finalize(statement);
        return;
    }
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
    slot->in_use = false;
}
