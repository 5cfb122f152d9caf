/* catalog: a consistent copy of the database while it is in use. Knows no record. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "catalog/sql.h"

#define PAGES_AT_A_TIME 512

/* The open snapshot on the source keeps the copy of one moment: SQLite does not start over when the writer commits. */
static bool copy_pages(ts_txn *txn, ts_connection *target, ts_catalog_progress progress, void *context,
                       ts_error *err)
{
    sqlite3_backup *backup = sqlite3_backup_init(target->db, "main", txn->connection->db, "main");
    if (!backup) return ts_connection_fail(target, sqlite3_errcode(target->db), err);
    bool ok = true;
    int rc = SQLITE_OK;
    while (ok && (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)) {
        rc = sqlite3_backup_step(backup, PAGES_AT_A_TIME);
        uint64_t total = (uint64_t)sqlite3_backup_pagecount(backup);
        uint64_t left = (uint64_t)sqlite3_backup_remaining(backup);
        if (progress && !progress(context, total - left, total))
            ok = ts_fail(err, TS_INTERRUPTED, "the backup was stopped");
    }
    int end = sqlite3_backup_finish(backup);
    if (ok && (rc != SQLITE_DONE || end != SQLITE_OK))
        ok = ts_connection_fail(target, rc == SQLITE_DONE ? end : rc, err);
    return ok;
}

static bool write_copy(ts_txn *txn, const char *path, ts_catalog_progress progress, void *context,
                       ts_error *err)
{
    ts_connection target;
    int flags = SQLITE_OPEN_READWRITE;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return ts_fail_errno(err, "cannot write %s", path);
    bool ok =
        ts_connection_open(&target, path, flags, err) && copy_pages(txn, &target, progress, context, err);
    ts_connection_close(&target);
    if (ok && fsync(fd) != 0) ok = ts_fail_errno(err, "cannot write %s", path);
    close(fd);
    return ok;
}

static bool publish(const char *from, const char *to, ts_error *err)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) != 0) {
        /* Not every file system can refuse to replace by itself. */
        bool plain = errno == EINVAL && access(to, F_OK) != 0;
        if (!plain || rename(from, to) != 0) return ts_fail_errno(err, "cannot write %s", to);
    }
    ts_buf folder = {0};
    if (ts_buf_puts(&folder, to)) {
        char *slash = strrchr(folder.data, '/');
        if (slash) *slash = '\0';
        int fd = open(slash ? folder.data : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) {
            (void)fsync(fd);
            close(fd);
        }
    }
    ts_buf_free(&folder);
    return true;
}

bool ts_catalog_backup(ts_catalog *catalog, const char *path, ts_catalog_progress progress, void *context,
                       ts_error *err)
{
    ts_buf part = {0};
    if (access(path, F_OK) == 0) return ts_fail(err, TS_CONFLICT, "%s is there already", path);
    if (!ts_buf_printf(&part, "%s.%ld.part", path, (long)getpid())) return ts_fail_memory(err);
    (void)unlink(part.data);
    ts_txn *txn = ts_catalog_read_begin(catalog, err);
    bool ok = txn && write_copy(txn, part.data, progress, context, err);
    ts_catalog_read_end(txn);
    ok = ok && publish(part.data, path, err);
    if (!ok) (void)unlink(part.data);
    ts_buf_free(&part);
    return ok;
}
