/* catalog (private): connections, transactions, and the writer, as the files of this room share them. */
#ifndef TS_CATALOG_PRIVATE_H
#define TS_CATALOG_PRIVATE_H

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "catalog/catalog.h"

#define TS_MAX_LISTENERS 16
#define TS_MAX_READERS 64

/* ---- connection.c: one connection and its prepared statements ------------------------------------- */

/* Statements are known by the address of their text, which is always a literal. */
typedef struct ts_statement {
    const char *text;
    sqlite3_stmt *handle;
    bool in_use;
} ts_statement;

typedef struct ts_connection {
    sqlite3 *db;
    ts_statement *statements; /* open addressing; capacity is a power of two */
    size_t count, capacity;
} ts_connection;

/* flags: of sqlite3_open_v2. The connection is safe for one thread at a time. */
bool ts_connection_open(ts_connection *connection, const char *path, int flags, ts_error *err);
void ts_connection_close(ts_connection *connection); /* safe on zeroed memory and twice */
/* SQL without rows or parameters, run once (schema, pragmas). */
bool ts_connection_run(ts_connection *connection, const char *text, ts_error *err);
/* The first column of the first row, 0 when there is none. */
bool ts_connection_int(ts_connection *connection, const char *text, int64_t *value, ts_error *err);
/* Borrows the prepared statement for this text; a second user at the same time gets one of his own. */
sqlite3_stmt *ts_connection_borrow(ts_connection *connection, const char *text, ts_error *err);
void ts_connection_give_back(ts_connection *connection, const char *text, sqlite3_stmt *statement);

/* Fills err from what went wrong last on this connection. Always false. */
bool ts_connection_fail(const ts_connection *connection, int rc, ts_error *err);

/* ---- transactions -------------------------------------------------------------------------------- */

/* The row that a repeated text was found in last: the tags of a run share their author and mostly their origin. */
typedef struct ts_memo {
    char key[192]; /* "" : none */
    int64_t number;
} ts_memo;

struct ts_txn {
    ts_catalog *catalog;
    ts_connection *connection;
    bool writes;
    int64_t now;
    int64_t seq; /* writer: of the last line of the change log, uncommitted ones included */
    /* The last line that the running change logged: the same again is not logged twice. */
    int last_kind, last_sight;
    int64_t last_number;
    char last_id[80];
    ts_memo author, origin; /* good for the running change alone: it may be rolled back */
    bool erases;            /* something was deleted that must leave the write-ahead log too */
};

/* ---- migrate.c ----------------------------------------------------------------------------------- */

bool ts_migrate(ts_connection *connection, ts_error *err);
/* The schema that this program writes. */
int ts_schema_version(void);

/* ---- writer.c ------------------------------------------------------------------------------------ */

/* One change in the queue; lives on its caller's stack until it is done. */
typedef struct ts_pending {
    ts_catalog_change change;
    void *context;
    bool ok, done;
    ts_error err;
    struct ts_pending *next;
} ts_pending;

typedef struct ts_listener {
    ts_catalog_listener call;
    void *context;
} ts_listener;

typedef struct ts_writer {
    ts_connection connection;
    ts_txn txn;
    pthread_t thread;
    bool started;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t work, room, finished;
    ts_pending *first, *last;
    size_t waiting, max_waiting;
    bool closing;
    ts_listener listeners[TS_MAX_LISTENERS];
    size_t listener_count;
    uint64_t changes, failed, commits;
} ts_writer;

bool ts_writer_start(ts_catalog *catalog, size_t max_waiting, ts_error *err);
/* Finishes what is queued, checkpoints, closes the connection. */
void ts_writer_stop(ts_catalog *catalog);

/* ---- readers.c ----------------------------------------------------------------------------------- */

typedef struct ts_readers {
    ts_connection *connections;
    ts_txn *txns;
    ts_txn *free[TS_MAX_READERS];
    unsigned count, free_count;
    pthread_mutex_t lock;
    pthread_cond_t freed;
} ts_readers;

bool ts_readers_open(ts_catalog *catalog, unsigned count, ts_error *err);
void ts_readers_close(ts_catalog *catalog);

/* ---- the catalogue ------------------------------------------------------------------------------- */

struct ts_catalog {
    char *db_path;
    int lock_fd;
    bool wants_verify;
    char uuid[33];
    int64_t (*now)(void *);
    void *now_context;
    _Atomic int64_t last_seq;
    ts_writer writer;
    ts_readers readers;
};

int64_t ts_catalog_now(const ts_catalog *catalog);
/* lock.c: DATA/lock, held by flock while *fd is open. */
bool ts_lock_take(const char *data_dir, int *fd, ts_error *err);

#endif
