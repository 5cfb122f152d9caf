/* The catalogue: every record of a data folder and the log of what changed, safe against crashes.
 *
 *     ts_catalog *catalog = ts_catalog_open("data", NULL, &err);
 *     bool ok = ts_catalog_write(catalog, rename_picture, &wish, &err);  // true: it is on the disk
 *     ts_txn *txn = ts_catalog_read_begin(catalog, &err);                // a snapshot
 *     ... ts_pictures_get(txn, number, arena, &row, &err) ...
 *     ts_catalog_read_end(txn);
 *     ts_catalog_close(catalog);
 *
 * The folder DATA (made 0700) gets DATA/catalog.db and DATA/lock. One process at a time has it open; inside it one
 * thread writes and alone checkpoints (docs/decisions/0006-one-writer.md). Changes that wait at the same time share one
 * commit and so one fsync. Readers see the last commit as of their begin and never wait for the writer.
 *
 * Each family of records has its header beside this one: pictures, tags, documents, keys, jobs, deliveries,
 * idempotency, people, meta, changes. All of them follow these rules:
 * - The first argument is a transaction. Functions marked "Writes" need the one that a ts_catalog_change gets (checked
 *   by assertion); the others take either kind.
 * - What is read lives in the caller's arena; what is given is borrowed for the call. Texts are UTF-8; a NULL text is
 *   stored and read as NULL unless a header says otherwise. JSON is handed over as text and not looked into.
 * - Times are ms since 1970 UTC; 0 means "none" where a field is optional.
 * - "_get" and "_find" answer TS_NOT_FOUND when there is no such record.
 * - Trouble with the file is TS_NO_SPACE (disk full), TS_NO_MEMORY or TS_IO (which a damaged file is too).
 */
#ifndef TS_CATALOG_CATALOG_H
#define TS_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

typedef struct ts_catalog ts_catalog;
typedef struct ts_txn ts_txn;

/* ---- life ---------------------------------------------------------------------------------------- */

/* 0 or NULL means the default in brackets. */
typedef struct ts_catalog_options {
    unsigned readers;       /* snapshots that can be open at once [8], at most 64 */
    size_t max_waiting;     /* changes in the queue before ts_catalog_write waits for room [4096] */
    uint64_t check_bytes;   /* after a crash a database up to this size is checked before use [64 MiB] */
    int64_t (*now)(void *); /* ms since 1970, for tests [the system's clock]; any thread */
    void *now_context;
} ts_catalog_options;

/* Opens or makes the catalogue and brings an older schema up to date. options may be NULL.
 * TS_CONFLICT: another process has the folder open (the message says its pid). TS_UNSUPPORTED: written by a newer
 * Tagsmith. TS_IO: damaged. NULL on failure. */
ts_catalog *ts_catalog_open(const char *data_dir, const ts_catalog_options *options, ts_error *err);

/* Finishes what is queued, checkpoints, lets the lock go. Every snapshot must have ended and no thread may be in a
 * call. NULL is fine. */
void ts_catalog_close(ts_catalog *catalog);

/* Names this catalogue (32 hex digits), made with it and kept by backup: a snapshot or cursor of another catalogue is
 * recognised by it. Lives as long as the catalogue. */
const char *ts_catalog_uuid(const ts_catalog *catalog);

/* True when the last process ended without closing and the database was too large to be checked while opening:
 * ts_catalog_verify should be run soon. */
bool ts_catalog_wants_verify(const ts_catalog *catalog);

/* ---- changing and reading ------------------------------------------------------------------------ */

/* Does its work on txn and returns true, or returns false with err set: then all that it did is taken back, and only
 * that. Runs on the writer's thread: quick, no waiting for other things, no ts_catalog_* call. It runs exactly once. */
typedef bool (*ts_catalog_change)(ts_txn *txn, void *context, ts_error *err);

/* Hands the change to the writer and waits for the commit. True: it is durable. False: nothing of it is there; the
 * error is the change's own, or TS_NO_SPACE / TS_IO of the commit, or TS_INTERRUPTED when the catalogue is closing.
 * Any thread but the writer's. */
bool ts_catalog_write(ts_catalog *catalog, ts_catalog_change change, void *context, ts_error *err);

/* A snapshot of the last commit; waits while all are taken. Used by one thread at a time; a thread that needs a second
 * one ends the first, else threads may wait for each other for ever. Keep it short: while it is
 * open the write-ahead log cannot be reset. NULL and err only when the database cannot be read. */
ts_txn *ts_catalog_read_begin(ts_catalog *catalog, ts_error *err);
void ts_catalog_read_end(ts_txn *txn); /* NULL is fine */

/* The time of this transaction, ms since 1970; the same for all that one change does. */
int64_t ts_txn_now(const ts_txn *txn);

/* Called on the writer's thread after each commit that logged changes, before the callers wake, with the highest
 * sequence number committed. Must be quick and call nothing of the catalogue. Subscribe before the first write that
 * matters; lasts until close. At most 16; false when there are more. */
typedef void (*ts_catalog_listener)(void *context, int64_t last_seq);
bool ts_catalog_subscribe(ts_catalog *catalog, ts_catalog_listener listener, void *context);

/* Highest committed sequence number of the change log. Any thread, does not touch the database. */
int64_t ts_catalog_last_seq(const ts_catalog *catalog);

/* ---- looking after it ---------------------------------------------------------------------------- */

typedef struct ts_catalog_stats {
    uint64_t changes; /* handed in since open and committed */
    uint64_t failed;  /* taken back */
    uint64_t commits; /* so many fsyncs */
    uint64_t waiting; /* in the queue now */
    uint64_t wal_bytes, db_bytes;
} ts_catalog_stats;
void ts_catalog_statistics(ts_catalog *catalog, ts_catalog_stats *out);

/* False stops the work (TS_INTERRUPTED). total may grow. */
typedef bool (*ts_catalog_progress)(void *context, uint64_t done, uint64_t total);

/* Writes a consistent copy, as of now, to `path` (which must not exist), complete and synced or not there at all.
 * Readers and the writer go on meanwhile. progress may be NULL. */
bool ts_catalog_backup(ts_catalog *catalog, const char *path, ts_catalog_progress progress, void *context,
                       ts_error *err);

/* Checks a snapshot: the file's structure, references, the change log's gaps, and that replaying the ledger gives the
 * tag table. Calls finding once for each fault with a sentence. True when the check ran to its end; *findings counts.
 * Takes seconds to minutes, holds one snapshot. */
typedef void (*ts_catalog_finding)(void *context, const char *text);
bool ts_catalog_verify(ts_catalog *catalog, ts_catalog_finding finding, ts_catalog_progress progress,
                       void *context, uint64_t *findings, ts_error *err);

#endif
