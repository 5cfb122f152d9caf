/* catalog: one process at a time has a data folder open. Knows no database. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "catalog/private.h"

static bool held_by_another(int fd, const char *data_dir, ts_error *err)
{
    char text[24] = {0};
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    long pid = n > 0 ? strtol(text, NULL, 10) : 0;
    if (pid > 0) (void)ts_fail(err, TS_CONFLICT, "%s is in use by process %ld", data_dir, pid);
    else (void)ts_fail(err, TS_CONFLICT, "%s is in use by another process", data_dir);
    return ts_hint(err, "talk to that server, stop it first, or choose another folder with --data");
}

/* For people and for the message above only; what counts is the lock. */
static void write_pid(int fd)
{
    char text[24];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)length, 0) < 0) return;
}

bool ts_lock_take(const char *data_dir, int *fd, ts_error *err)
{
    ts_buf path = {0};
    if (!ts_buf_printf(&path, "%s/lock", data_dir)) return ts_fail_memory(err);
    bool ok = true;
    int file = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        ok = ts_fail_errno(err, "cannot open %s", path.data);
    } else if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        ok = errno == EWOULDBLOCK ? held_by_another(file, data_dir, err)
                                  : ts_fail_errno(err, "cannot lock %s", path.data);
        close(file);
    } else {
        write_pid(file);
        *fd = file;
    }
    ts_buf_free(&path);
    return ok;
}
