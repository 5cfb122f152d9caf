/* catalog: brings a database forward to the schema of this program, step by step. Knows no record. */
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "catalog/private.h"
#include "catalog/schema.h"

/* "TSMC" at the head of the file: ours, and not any other program's SQLite database. */
#define APPLICATION_ID 0x54534D43

static const char *const *const steps[] = {ts_schema_1, ts_schema_2, ts_schema_3, ts_schema_4, ts_schema_5};
#define STEP_COUNT ((int64_t)(sizeof steps / sizeof steps[0]))

int ts_schema_version(void)
{
    return (int)STEP_COUNT;
}

static bool run_step(ts_connection *connection, int64_t step, ts_error *err)
{
    char mark[96];
    (void)snprintf(mark, sizeof mark, "PRAGMA user_version = %lld; PRAGMA application_id = %d; COMMIT",
                   (long long)step + 1, APPLICATION_ID);
    bool ok = ts_connection_run(connection, "BEGIN IMMEDIATE", err);
    for (const char *const *text = steps[step]; ok && *text; text++)
        ok = ts_connection_run(connection, *text, err);
    ok = ok && ts_connection_run(connection, mark, err);
    if (!ok && !sqlite3_get_autocommit(connection->db)) (void)ts_connection_run(connection, "ROLLBACK", NULL);
    return ok;
}

static bool check_owner(ts_connection *connection, int64_t version, ts_error *err)
{
    int64_t owner = 0, tables = 0;
    if (!ts_connection_int(connection, "PRAGMA application_id", &owner, err) ||
        !ts_connection_int(connection, "SELECT count(*) FROM sqlite_schema", &tables, err))
        return false;
    if (owner == APPLICATION_ID || (owner == 0 && version == 0 && tables == 0)) return true;
    (void)ts_fail(err, TS_UNSUPPORTED, "catalog.db is the database of another program");
    return ts_hint(err, "choose another folder with --data");
}

bool ts_migrate(ts_connection *connection, ts_error *err)
{
    int64_t version = 0;
    if (!ts_connection_int(connection, "PRAGMA user_version", &version, err)) return false;
    if (!check_owner(connection, version, err)) return false;
    if (version > STEP_COUNT) {
        (void)ts_fail(err, TS_UNSUPPORTED, "the catalogue has schema %lld, this Tagsmith knows %lld",
                      (long long)version, (long long)STEP_COUNT);
        return ts_hint(err, "use the newer Tagsmith that wrote it, or restore a backup from before");
    }
    for (int64_t step = version; step < STEP_COUNT; step++)
        if (!run_step(connection, step, err)) return ts_fail_prefix(err, "schema %lld", (long long)step + 1);
    return true;
}
