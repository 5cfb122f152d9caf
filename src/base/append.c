/* base: the append-only file. Knows nothing of what is written. */
#include "base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FLUSH_AT ((size_t)256 * 1024)

static bool cut(int fd, const char *path, uint64_t keep, ts_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) return ts_fail_errno(err, "cannot look at %s", path);
    if (!S_ISREG(st.st_mode)) return true; /* a pipe or terminal has no length to cut */
    if ((uint64_t)st.st_size < keep) {
        (void)ts_fail(err, TS_IO, "%s is shorter than what was written to it", path);
        return ts_hint(err, "it was changed since; start over with a new state file");
    }
    if (ftruncate(fd, (off_t)keep) != 0) return ts_fail_errno(err, "cannot cut %s", path);
    if (lseek(fd, (off_t)keep, SEEK_SET) < 0) return ts_fail_errno(err, "cannot seek in %s", path);
    return true;
}

bool ts_append_open(ts_append *file, const char *path, uint64_t keep, ts_error *err)
{
    *file = (ts_append){.fd = -1};
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return ts_fail_errno(err, "cannot write %s", path);
    if (!cut(fd, path, keep, err)) {
        close(fd);
        return false;
    }
    *file = (ts_append){.fd = fd, .open = true, .length = keep};
    return true;
}

bool ts_append_flush(ts_append *file, bool sync, ts_error *err)
{
    const char *at = file->pending.data;
    size_t left = file->pending.length;
    while (left > 0) {
        ssize_t n = write(file->fd, at, left);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return ts_fail_errno(err, "cannot write");
        at += n;
        left -= (size_t)n;
    }
    ts_buf_clear(&file->pending);
    if (sync && fdatasync(file->fd) != 0 && errno != EINVAL && errno != EROFS)
        return ts_fail_errno(err, "cannot write to the disk");
    return true;
}

bool ts_append_write(ts_append *file, const void *bytes, size_t length, ts_error *err)
{
    if (!ts_buf_append(&file->pending, bytes, length)) return ts_fail_memory(err);
    file->length += length;
    return file->pending.length < FLUSH_AT || ts_append_flush(file, false, err);
}

bool ts_append_close(ts_append *file, ts_error *err)
{
    if (!file->open) return true;
    bool ok = ts_append_flush(file, false, err);
    if (close(file->fd) != 0 && ok) ok = ts_fail_errno(err, "cannot close the file");
    ts_buf_free(&file->pending);
    *file = (ts_append){.fd = -1};
    return ok;
}
