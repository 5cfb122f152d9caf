/* base: reading and replacing files. Knows nothing of what is in them. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_regular(int fd, const char *path, size_t limit, size_t *size, ts_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0) return ts_fail_errno(err, "cannot look at %s", path);
    if (!S_ISREG(st.st_mode)) {
        (void)ts_fail(err, TS_IO, "%s is no regular file", path);
        return ts_hint(err, "give a file or a folder of files");
    }
    *size = (size_t)st.st_size;
    if (limit && *size > limit) {
        (void)ts_fail(err, TS_TOO_LARGE, "%s has %zu bytes, the limit is %zu", path, *size, limit);
        return ts_hint(err, "raise the limit on bytes if you trust the file");
    }
    return true;
}

static bool read_all(int fd, const char *path, size_t limit, ts_buf *buf, ts_error *err)
{
    size_t start = buf->length;
    for (;;) {
        if (buf->capacity - buf->length < 2 && !ts_buf_reserve(buf, 64 * 1024)) return ts_fail_memory(err);
        ssize_t n = read(fd, buf->data + buf->length, buf->capacity - buf->length - 1);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return ts_fail_errno(err, "cannot read %s", path);
        if (n == 0) break;
        buf->length += (size_t)n;
        /* The file may have grown since it was measured. */
        if (limit && buf->length - start > limit)
            return ts_fail(err, TS_TOO_LARGE, "%s is over the limit of %zu bytes", path, limit);
    }
    buf->data[buf->length] = '\0';
    return true;
}

bool ts_file_read(const char *path, size_t limit, ts_buf *buf, ts_error *err)
{
    /* O_NONBLOCK: opening a FIFO must not hang before it can be refused. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return ts_fail_errno(err, "cannot open %s", path);
    size_t size = 0;
    bool ok = check_regular(fd, path, limit, &size, err);
    if (ok && !ts_buf_reserve(buf, size + 1)) ok = ts_fail_memory(err);
    if (ok) ok = read_all(fd, path, limit, buf, err);
    close(fd);
    return ok;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

static void sync_parent(const char *path)
{
    char *copy = strdup(path);
    if (!copy) return;
    char *slash = strrchr(copy, '/');
    if (slash) slash[slash == copy ? 1 : 0] = '\0';
    int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems refuse to sync a folder; the rename is still atomic */
        close(fd);
    }
    free(copy);
}

/* A fresh file beside `path`, made with the user's umask (mkstemp would make it private). */
static int open_beside(const char *path, ts_buf *name)
{
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        ts_buf_clear(name);
        if (!ts_buf_printf(name, "%s.%ld-%u.tmp", path, (long)gettid(), attempt)) return -1;
        int fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) return fd;
    }
    return -1;
}

bool ts_file_write_atomic(const char *path, const void *bytes, size_t length, ts_error *err)
{
    ts_buf name = {0};
    bool ok = false;
    int fd = open_beside(path, &name);
    if (fd < 0) {
        (void)ts_fail_errno(err, "cannot write beside %s", path);
        goto done;
    }
    bool written = write_all(fd, bytes, length) && fsync(fd) == 0;
    int saved = errno;
    if (close(fd) != 0) written = false;
    else errno = saved;
    if (!written || rename(name.data, path) != 0) {
        (void)ts_fail_errno(err, "cannot write %s", path);
        (void)unlink(name.data);
        goto done;
    }
    sync_parent(path);
    ok = true;
done:
    ts_buf_free(&name);
    return ok;
}

bool ts_dir_make(const char *path, ts_error *err)
{
    if (path[0] == '\0') return ts_fail(err, TS_USAGE, "the name of a folder is empty");
    char *copy = strdup(path);
    if (!copy) return ts_fail_memory(err);
    bool ok = true;
    for (char *p = copy + 1; ok; p++) {
        if (*p != '/' && *p != '\0') continue;
        bool last = *p == '\0';
        *p = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) ok = ts_fail_errno(err, "cannot make folder %s", copy);
        if (last) break;
        *p = '/';
    }
    if (ok && !ts_dir_exists(path)) ok = ts_fail(err, TS_IO, "%s is no folder", path);
    free(copy);
    return ok;
}

bool ts_dir_make_for(const char *path, ts_error *err)
{
    char *parent = strdup(path);
    if (!parent) return ts_fail_memory(err);
    char *slash = strrchr(parent, '/');
    bool ok = true;
    if (slash && slash != parent) {
        *slash = '\0';
        ok = ts_dir_exists(parent) || ts_dir_make(parent, err);
    }
    free(parent);
    return ok;
}

bool ts_file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool ts_dir_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int64_t ts_file_size(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
}

char *ts_path_join(ts_arena *arena, const char *a, const char *b)
{
    if (b[0] == '/' || a[0] == '\0') return ts_arena_strdup(arena, b);
    size_t length = strlen(a);
    return ts_arena_printf(arena, "%s%s%s", a, a[length - 1] == '/' ? "" : "/", b);
}

const char *ts_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}
