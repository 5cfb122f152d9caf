/* catalog: the one thread that writes and checkpoints. Knows no record.
 *
 * Callers put their change into a queue and wait. The writer takes what is there, runs each change in its own savepoint
 * inside one transaction, commits once, and wakes them all: while the disk works on one commit the next group gathers.
 * A change that fails is rolled back alone. A commit that fails fails the whole group, and nothing of it is there.
 *
 * No other connection checkpoints: SQLite before 3.51.3 can corrupt the database when a checkpoint resets the write-ahead
 * log while another connection commits. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/wait.h"
#include "catalog/sql.h"

#define GROUP_MAX 512         /* changes in one commit */
#define GROUP_MS 100.0        /* after so long no more join: the first ones wait for their answer */
#define CHECKPOINT_PAGES 1000 /* copy the log into the database when it has grown by so much */
#define TRUNCATE_PAGES 16000  /* and insist on starting it anew when it is this long */
#define INSIST_MS 20          /* how long readers may hold that up */
#define INSIST_EVERY_MS 1000.0
#define ERASE_EVERY_MS 5000.0 /* deleted data leaves the log at least this often under load */
#define IDLE_MS 500           /* nothing to do for so long: empty the log */

/* What the writer's thread alone knows. */
typedef struct ts_log_state {
    int pages;          /* in the write-ahead log */
    int copied_at;      /* pages when it was last copied */
    double insisted_at; /* ts_clock_ms */
} ts_log_state;

/* ---- the write-ahead log ------------------------------------------------------------------------- */

static int note_pages(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((ts_log_state *)context)->pages = pages;
    return SQLITE_OK;
}

/* True when the log is empty now. */
static bool truncate_log(ts_writer *writer, ts_log_state *log, int patience_ms)
{
    int pages = 0, copied = 0;
    log->insisted_at = ts_clock_ms();
    (void)sqlite3_busy_timeout(writer->connection.db, patience_ms);
    int rc =
        sqlite3_wal_checkpoint_v2(writer->connection.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, &pages, &copied);
    if (rc != SQLITE_OK) return false;
    *log = (ts_log_state){.insisted_at = log->insisted_at};
    writer->txn.erases = false;
    return true;
}

static void look_after_log(ts_writer *writer, ts_log_state *log)
{
    double since = ts_clock_ms() - log->insisted_at;
    if ((log->pages >= TRUNCATE_PAGES && since > INSIST_EVERY_MS) ||
        (writer->txn.erases && since > ERASE_EVERY_MS)) {
        if (truncate_log(writer, log, INSIST_MS)) return;
    }
    if (log->pages < log->copied_at) log->copied_at = 0; /* it began anew */
    if (log->pages - log->copied_at < CHECKPOINT_PAGES) return;
    (void)sqlite3_wal_checkpoint_v2(writer->connection.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    log->copied_at = log->pages;
}

/* ---- one group ----------------------------------------------------------------------------------- */

static bool begin(ts_writer *writer, ts_error *err)
{
    ts_txn *txn = &writer->txn;
    txn->seq = ts_catalog_last_seq(txn->catalog);
    return ts_sql_run(txn, "BEGIN IMMEDIATE", NO_ARGS, err);
}

static bool transaction_is_gone(const ts_writer *writer)
{
    return sqlite3_get_autocommit(writer->connection.db) != 0;
}

static void take_back(ts_txn *txn)
{
    (void)ts_sql_run(txn, "ROLLBACK TO change", NO_ARGS, NULL);
    (void)ts_sql_run(txn, "RELEASE change", NO_ARGS, NULL);
}

/* False when the whole transaction is lost (SQLite rolls back by itself when the disk is full, for example). */
static bool run_change(ts_writer *writer, ts_pending *pending)
{
    ts_txn *txn = &writer->txn;
    int64_t seq = txn->seq;
    txn->now = ts_catalog_now(txn->catalog);
    txn->last_kind = 0;
    txn->author.key[0] = txn->origin.key[0] = '\0';
    if (!ts_sql_run(txn, "SAVEPOINT change", NO_ARGS, &pending->err)) return !transaction_is_gone(writer);
    pending->ok = pending->change(txn, pending->context, &pending->err);
    if (!pending->ok && pending->err.code == TS_OK)
        (void)ts_fail(&pending->err, TS_INTERNAL, "a change failed without saying why");
    if (transaction_is_gone(writer)) return false;
    if (pending->ok) pending->ok = ts_sql_run(txn, "RELEASE change", NO_ARGS, &pending->err);
    if (!pending->ok && !transaction_is_gone(writer)) {
        take_back(txn);
        txn->seq = seq;
    }
    return !transaction_is_gone(writer);
}

static void fail_group(ts_pending *first, const ts_pending *end, const ts_error *err)
{
    for (ts_pending *p = first; p != end; p = p->next) {
        if (!p->ok && p->err.code != TS_OK) continue; /* it has an error of its own */
        p->ok = false;
        p->err = *err;
    }
}

/* Runs the changes of the list and commits; returns the first one that was left for the next group, or NULL. */
static ts_pending *run_group(ts_writer *writer, ts_pending *first)
{
    ts_error err = {0};
    if (!begin(writer, &err)) {
        fail_group(first, NULL, &err);
        return NULL;
    }
    double started = ts_clock_ms();
    ts_pending *next = first;
    bool whole = true;
    for (size_t n = 0; next && whole && n < GROUP_MAX && ts_clock_ms() - started < GROUP_MS; n++) {
        whole = run_change(writer, next);
        if (!whole) err = next->err;
        next = next->next;
    }
    if (whole) whole = ts_sql_run(&writer->txn, "COMMIT", NO_ARGS, &err);
    if (!whole) {
        if (!transaction_is_gone(writer)) (void)ts_sql_run(&writer->txn, "ROLLBACK", NO_ARGS, NULL);
        if (err.code == TS_OK) (void)ts_fail(&err, TS_IO, "the catalogue lost a transaction");
        fail_group(first, next, &err);
    }
    return next;
}

/* ---- the queue ----------------------------------------------------------------------------------- */

/* Takes everything that waits; NULL after a quiet while (*idle) or when it is time to end. */
static ts_pending *take_all(ts_writer *writer, bool doze, bool *idle)
{
    struct timespec until = ts_moment_in(IDLE_MS);
    *idle = false;
    (void)pthread_mutex_lock(&writer->lock);
    while (!writer->first && !writer->closing && !*idle) {
        if (!doze) (void)pthread_cond_wait(&writer->work, &writer->lock);
        else *idle = !ts_cond_wait_until(&writer->work, &writer->lock, &until);
    }
    ts_pending *first = writer->first;
    writer->first = writer->last = NULL;
    (void)pthread_mutex_unlock(&writer->lock);
    return first;
}

static void tell_listeners(ts_writer *writer, int64_t seq)
{
    ts_listener listeners[TS_MAX_LISTENERS];
    (void)pthread_mutex_lock(&writer->lock);
    size_t count = writer->listener_count;
    memcpy(listeners, writer->listeners, sizeof listeners);
    (void)pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < count; i++) listeners[i].call(listeners[i].context, seq);
}

static void publish(ts_writer *writer, const ts_pending *first, const ts_pending *end)
{
    bool any = false;
    for (const ts_pending *p = first; p != end; p = p->next) any |= p->ok;
    ts_catalog *catalog = writer->txn.catalog;
    if (!any || writer->txn.seq == ts_catalog_last_seq(catalog)) return;
    atomic_store(&catalog->last_seq, writer->txn.seq);
    tell_listeners(writer, writer->txn.seq);
}

/* Wakes the callers of a group. Their entries are gone once the lock is let go. */
static void answer(ts_writer *writer, ts_pending *first, const ts_pending *end)
{
    size_t ok = 0, count = 0;
    (void)pthread_mutex_lock(&writer->lock);
    for (ts_pending *p = first, *next; p != end; p = next) {
        next = p->next;
        ok += p->ok;
        count++;
        p->done = true;
    }
    writer->waiting -= count;
    writer->changes += ok;
    writer->failed += count - ok;
    writer->commits += ok > 0;
    (void)pthread_mutex_unlock(&writer->lock);
    /* With the lock held, each of them would wake only to wait for it. */
    (void)pthread_cond_broadcast(&writer->finished);
    (void)pthread_cond_broadcast(&writer->room);
}

static bool must_end(ts_writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    bool end = writer->closing && !writer->first;
    (void)pthread_mutex_unlock(&writer->lock);
    return end;
}

static void *write_thread(void *argument)
{
    ts_writer *writer = argument;
    ts_log_state log = {.pages = 1}; /* what a crash left behind is emptied at the first rest */
    (void)sqlite3_wal_hook(writer->connection.db, note_pages, &log);
    while (!must_end(writer)) {
        bool idle;
        ts_pending *list = take_all(writer, log.pages > 0, &idle);
        if (idle) (void)truncate_log(writer, &log, 0);
        while (list) {
            ts_pending *rest = run_group(writer, list);
            publish(writer, list, rest);
            answer(writer, list, rest);
            list = rest;
            look_after_log(writer, &log);
        }
    }
    (void)truncate_log(writer, &log, 1000);
    (void)sqlite3_wal_hook(writer->connection.db, NULL, NULL);
    return NULL;
}

/* ---- called by others ---------------------------------------------------------------------------- */

bool ts_catalog_write(ts_catalog *catalog, ts_catalog_change change, void *context, ts_error *err)
{
    ts_writer *writer = &catalog->writer;
    ts_pending pending = {.change = change, .context = context};
    (void)pthread_mutex_lock(&writer->lock);
    while (writer->waiting >= writer->max_waiting && !writer->closing)
        (void)pthread_cond_wait(&writer->room, &writer->lock);
    if (writer->closing) {
        (void)pthread_mutex_unlock(&writer->lock);
        return ts_fail(err, TS_INTERRUPTED, "the catalogue is closing");
    }
    if (writer->last) writer->last->next = &pending;
    else writer->first = &pending;
    writer->last = &pending;
    writer->waiting++;
    (void)pthread_cond_signal(&writer->work);
    while (!pending.done) (void)pthread_cond_wait(&writer->finished, &writer->lock);
    (void)pthread_mutex_unlock(&writer->lock);
    if (!pending.ok && err) *err = pending.err;
    return pending.ok;
}

bool ts_catalog_subscribe(ts_catalog *catalog, ts_catalog_listener listener, void *context)
{
    ts_writer *writer = &catalog->writer;
    (void)pthread_mutex_lock(&writer->lock);
    bool room = writer->listener_count < TS_MAX_LISTENERS;
    if (room)
        writer->listeners[writer->listener_count++] = (ts_listener){.call = listener, .context = context};
    (void)pthread_mutex_unlock(&writer->lock);
    return room;
}

bool ts_writer_start(ts_catalog *catalog, size_t max_waiting, ts_error *err)
{
    ts_writer *writer = &catalog->writer;
    (void)pthread_mutex_init(&writer->lock, NULL);
    (void)ts_cond_init(&writer->work);
    (void)pthread_cond_init(&writer->room, NULL);
    (void)pthread_cond_init(&writer->finished, NULL);
    writer->max_waiting = max_waiting;
    writer->txn = (ts_txn){.catalog = catalog, .connection = &writer->connection, .writes = true};
    errno = pthread_create(&writer->thread, NULL, write_thread, writer);
    writer->started = errno == 0;
    return writer->started || ts_fail_errno(err, "cannot start the catalogue's writer");
}

void ts_writer_stop(ts_catalog *catalog)
{
    ts_writer *writer = &catalog->writer;
    if (writer->started) {
        (void)pthread_mutex_lock(&writer->lock);
        writer->closing = true;
        (void)pthread_cond_signal(&writer->work);
        (void)pthread_cond_broadcast(&writer->room);
        (void)pthread_mutex_unlock(&writer->lock);
        (void)pthread_join(writer->thread, NULL);
        (void)pthread_cond_destroy(&writer->work);
        (void)pthread_cond_destroy(&writer->room);
        (void)pthread_cond_destroy(&writer->finished);
        (void)pthread_mutex_destroy(&writer->lock);
    }
    ts_connection_close(&writer->connection);
}
