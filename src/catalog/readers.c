/* catalog: the snapshots: a fixed set of connections that only read. Knows no record. */
#include <stdlib.h>

#include "base/error.h"
#include "catalog/sql.h"

static bool open_one(ts_catalog *catalog, ts_connection *connection, ts_error *err)
{
    return ts_connection_open(connection, catalog->db_path, SQLITE_OPEN_READONLY, err) &&
           ts_connection_run(
               connection,
               "PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0; PRAGMA query_only = 1;"
               "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA busy_timeout = 5000",
               err);
}

bool ts_readers_open(ts_catalog *catalog, unsigned count, ts_error *err)
{
    ts_readers *readers = &catalog->readers;
    readers->connections = calloc(count, sizeof *readers->connections);
    readers->txns = calloc(count, sizeof *readers->txns);
    if (!readers->connections || !readers->txns) return ts_fail_memory(err);
    (void)pthread_mutex_init(&readers->lock, NULL);
    (void)pthread_cond_init(&readers->freed, NULL);
    for (readers->count = 0; readers->count < count; readers->count++) {
        unsigned i = readers->count;
        if (!open_one(catalog, &readers->connections[i], err)) return false;
        readers->txns[i] = (ts_txn){.catalog = catalog, .connection = &readers->connections[i]};
        readers->free[readers->free_count++] = &readers->txns[i];
    }
    return true;
}

void ts_readers_close(ts_catalog *catalog)
{
    ts_readers *readers = &catalog->readers;
    if (readers->connections)
        for (unsigned i = 0; i < readers->count; i++) ts_connection_close(&readers->connections[i]);
    free(readers->connections);
    free(readers->txns);
    *readers = (ts_readers){0};
}

static void put_back(ts_readers *readers, ts_txn *txn)
{
    (void)pthread_mutex_lock(&readers->lock);
    readers->free[readers->free_count++] = txn;
    (void)pthread_cond_signal(&readers->freed);
    (void)pthread_mutex_unlock(&readers->lock);
}

ts_txn *ts_catalog_read_begin(ts_catalog *catalog, ts_error *err)
{
    ts_readers *readers = &catalog->readers;
    (void)pthread_mutex_lock(&readers->lock);
    while (readers->free_count == 0) (void)pthread_cond_wait(&readers->freed, &readers->lock);
    ts_txn *txn = readers->free[--readers->free_count];
    (void)pthread_mutex_unlock(&readers->lock);
    txn->now = ts_catalog_now(catalog);
    int64_t any;
    /* BEGIN alone takes no snapshot: only the first read does. */
    if (ts_sql_run(txn, "BEGIN", NO_ARGS, err)) {
        if (ts_sql_value(txn, "SELECT 1 FROM meta LIMIT 1", NO_ARGS, &any, NULL, err)) return txn;
        (void)ts_sql_run(txn, "ROLLBACK", NO_ARGS, NULL);
    }
    put_back(readers, txn);
    return NULL;
}

void ts_catalog_read_end(ts_txn *txn)
{
    if (!txn) return;
    (void)ts_sql_run(txn, "ROLLBACK", NO_ARGS, NULL);
    put_back(&txn->catalog->readers, txn);
}
