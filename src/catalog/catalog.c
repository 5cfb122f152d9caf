/* catalog: opening and closing a data folder's records. Knows no record; the rules of the room are in catalog.h. */
#include "catalog/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/wallclock.h"
#include "catalog/meta.h"
#include "catalog/sql.h"

#define DEFAULT_READERS 8
#define DEFAULT_WAITING 4096
#define DEFAULT_CHECK_BYTES (UINT64_C(64) << 20)

int64_t ts_catalog_now(const ts_catalog *catalog)
{
    return catalog->now ? catalog->now(catalog->now_context) : ts_wallclock_ms();
}

int64_t ts_txn_now(const ts_txn *txn)
{
    return txn->now;
}

const char *ts_catalog_uuid(const ts_catalog *catalog)
{
    return catalog->uuid;
}

bool ts_catalog_wants_verify(const ts_catalog *catalog)
{
    return catalog->wants_verify;
}

int64_t ts_catalog_last_seq(const ts_catalog *catalog)
{
    return atomic_load(&catalog->last_seq);
}

static int64_t file_size(const char *path, const char *suffix)
{
    ts_buf name = {0};
    int64_t size = ts_buf_printf(&name, "%s%s", path, suffix) ? ts_file_size(name.data) : -1;
    ts_buf_free(&name);
    return size > 0 ? size : 0;
}

void ts_catalog_statistics(ts_catalog *catalog, ts_catalog_stats *out)
{
    ts_writer *writer = &catalog->writer;
    (void)pthread_mutex_lock(&writer->lock);
    *out = (ts_catalog_stats){.changes = writer->changes,
                              .failed = writer->failed,
                              .commits = writer->commits,
                              .waiting = writer->waiting};
    (void)pthread_mutex_unlock(&writer->lock);
    out->db_bytes = (uint64_t)file_size(catalog->db_path, "");
    out->wal_bytes = (uint64_t)file_size(catalog->db_path, "-wal");
}

/* ---- opening ------------------------------------------------------------------------------------- */

static bool make_folder(const char *path, ts_error *err)
{
    if (ts_dir_exists(path)) return true;
    /* Its parents may be as open as the user's umask says; what lies inside is for the owner alone. */
    if (!ts_dir_make_for(path, err)) return false;
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return true;
    return ts_fail_errno(err, "cannot make folder %s", path);
}

/* SQLite gives its -wal and -shm files the mode of the database. */
static bool make_private_file(const char *path, ts_error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return ts_fail_errno(err, "cannot open %s", path);
    close(fd);
    return true;
}

/* A new file is safe only once its folder is on the disk too. */
static void sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd);
    close(fd);
}

static bool quick_check(ts_connection *connection, ts_error *err)
{
    int64_t sound = 0;
    if (!ts_connection_int(connection, "SELECT quick_check = 'ok' FROM pragma_quick_check(1)", &sound, err))
        return false;
    if (sound) return true;
    (void)ts_fail(err, TS_IO, "the catalogue is damaged");
    return ts_hint(err, "restore the last backup; keep the damaged folder for a report");
}

/* The log is emptied on closing, so one with anything in it tells of a crash. */
static bool check_after_crash(ts_catalog *catalog, bool crashed, uint64_t limit, ts_error *err)
{
    if (!crashed) return true;
    catalog->wants_verify = (uint64_t)file_size(catalog->db_path, "") > limit;
    return catalog->wants_verify || quick_check(&catalog->writer.connection, err);
}

static bool read_state(ts_catalog *catalog, ts_error *err)
{
    ts_txn txn = {.catalog = catalog, .connection = &catalog->writer.connection, .writes = true};
    uint8_t random[16];
    char fresh[33];
    ts_random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) (void)snprintf(fresh + 2 * i, 3, "%02x", random[i]);
    if (!ts_sql_run(&txn, "INSERT OR IGNORE INTO meta VALUES ('uuid', ?)", ARGS(T(fresh)), err)) return false;
    ts_rows rows;
    if (!ts_sql_open(&rows, &txn, "SELECT value FROM meta WHERE name = 'uuid'", NO_ARGS, err)) return false;
    if (ts_sql_next(&rows))
        (void)snprintf(catalog->uuid, sizeof catalog->uuid, "%s", ts_sql_text(&rows, NULL));
    if (!ts_sql_close(&rows)) return false;
    int64_t seq = 0;
    if (!ts_sql_value(&txn, "SELECT max(seq) FROM changes", NO_ARGS, &seq, NULL, err)) return false;
    atomic_store(&catalog->last_seq, seq);
    return true;
}

static bool open_database(ts_catalog *catalog, uint64_t check_bytes, ts_error *err)
{
    ts_connection *connection = &catalog->writer.connection;
    bool crashed = file_size(catalog->db_path, "-wal") > 0;
    return make_private_file(catalog->db_path, err) &&
           ts_connection_open(connection, catalog->db_path, SQLITE_OPEN_READWRITE, err) &&
           ts_connection_run(
               connection,
               "PRAGMA busy_timeout = 5000; PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL;"
               "PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
               "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768",
               err) &&
           check_after_crash(catalog, crashed, check_bytes, err) && ts_migrate(connection, err) &&
           read_state(catalog, err);
}

static unsigned clamp_readers(unsigned wish)
{
    if (wish == 0) return DEFAULT_READERS;
    return wish > TS_MAX_READERS ? TS_MAX_READERS : wish;
}

ts_catalog *ts_catalog_open(const char *data_dir, const ts_catalog_options *options, ts_error *err)
{
    static const ts_catalog_options defaults = {0};
    const ts_catalog_options *wish = options ? options : &defaults;
    ts_catalog *catalog = calloc(1, sizeof *catalog);
    ts_buf path = {0};
    if (!catalog || !ts_buf_printf(&path, "%s/catalog.db", data_dir)) {
        (void)ts_fail_memory(err);
        free(catalog);
        return NULL;
    }
    *catalog =
        (ts_catalog){.db_path = path.data, .lock_fd = -1, .now = wish->now, .now_context = wish->now_context};
    if (make_folder(data_dir, err) && ts_lock_take(data_dir, &catalog->lock_fd, err) &&
        open_database(catalog, wish->check_bytes ? wish->check_bytes : DEFAULT_CHECK_BYTES, err) &&
        ts_readers_open(catalog, clamp_readers(wish->readers), err) &&
        ts_writer_start(catalog, wish->max_waiting ? wish->max_waiting : DEFAULT_WAITING, err)) {
        sync_folder(data_dir);
        return catalog;
    }
    ts_catalog_close(catalog);
    return NULL;
}

void ts_catalog_close(ts_catalog *catalog)
{
    if (!catalog) return;
    /* Readers first: whoever closes last checkpoints, and that is the writer. */
    ts_readers_close(catalog);
    ts_writer_stop(catalog);
    if (catalog->lock_fd >= 0) close(catalog->lock_fd);
    free(catalog->db_path);
    free(catalog);
}
