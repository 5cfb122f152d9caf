/* base: changed copies in the place of files. Knows nothing of what is in them. */
#include "base/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

/* "DIR/.NAME.tagsmith-new": hidden, so that no walk takes it for a picture. Names that are nearly as long as names may
 * be are cut. */
static bool copy_name(const char *path, ts_buf *out)
{
    enum { KEPT = 200 };
    const char *base = ts_path_base(path);
    return ts_buf_printf(out, "%.*s.%.*s.tagsmith-new", (int)(base - path), path, KEPT, base);
}

/* The copy's name may have become the file itself between opening and locking it. */
static bool is_still(int fd, const char *name)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && lstat(name, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static bool lock(int fd, bool *busy)
{
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    *busy = !locked && errno == EWOULDBLOCK;
    return locked;
}

/* What a run that was killed has left. *busy: it is not left at all. */
static void take_away(const char *name, bool *busy)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return;
    if (lock(fd, busy) && is_still(fd, name)) (void)unlink(name);
    close(fd);
}

static int open_locked(const char *name, mode_t mode, const char *path, ts_error *err)
{
    bool busy = false;
    for (int attempt = 0; attempt < 20 && !busy; attempt++) {
        int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (fd < 0 && errno != EEXIST) {
            (void)ts_fail_errno(err, "cannot write beside %s", path);
            return -1;
        }
        if (fd >= 0 && lock(fd, &busy) && is_still(fd, name)) return fd;
        if (fd >= 0) close(fd);
        else take_away(name, &busy);
    }
    (void)ts_fail(err, TS_BUSY, "another run of Tagsmith is writing %s", path);
    return -1;
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

static bool reads_back(int fd, const char *bytes, size_t length)
{
    char piece[65536];
    size_t at = 0;
    for (;;) {
        ssize_t n = pread(fd, piece, sizeof piece, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n == 0 && at == length;
        if ((size_t)n > length - at || memcmp(piece, bytes + at, (size_t)n) != 0) return false;
        at += (size_t)n;
    }
}

/* Access lists are extended attributes too. Whatever the system does not allow stays as it is for new files. */
static void copy_attributes(const char *from, int to)
{
    char names[4096], value[65536];
    ssize_t length = listxattr(from, names, sizeof names);
    for (const char *name = names; length > 0 && name < names + length; name += strlen(name) + 1) {
        ssize_t n = getxattr(from, name, value, sizeof value);
        if (n >= 0) (void)fsetxattr(to, name, value, (size_t)n, 0);
    }
}

static bool dress(const ts_replacement *r, int fd)
{
    if (!r->seen) return true; /* made with the user's umask */
    bool ours =
        fchown(fd, r->seen->st_uid, r->seen->st_gid) == 0 || fchown(fd, (uid_t)-1, r->seen->st_gid) == 0;
    copy_attributes(r->path, fd);
    /* Without the group, its rights and set-id bits would be another's. */
    mode_t mode = r->seen->st_mode & (ours ? 0777 : 0707);
    const struct timespec times[2] = {r->seen->st_atim, r->seen->st_mtim};
    return fchmod(fd, mode) == 0 && (!r->keep_times || futimens(fd, times) == 0);
}

static bool fill(const ts_replacement *r, int fd, ts_error *err)
{
    if (ftruncate(fd, 0) != 0 || lseek(fd, 0, SEEK_SET) != 0 || !write_all(fd, r->bytes, r->length) ||
        fsync(fd) != 0)
        return ts_fail_errno(err, "cannot write %s", r->path);
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* read from the disk, not from what we just wrote */
    if (!reads_back(fd, r->bytes, r->length))
        return ts_fail(err, TS_IO, "what was written for %s does not read back as it was written", r->path);
    if (!dress(r, fd) || fsync(fd) != 0) return ts_fail_errno(err, "cannot set the rights of %s", r->path);
    return true;
}

static bool is_unchanged(const ts_replacement *r, ts_error *err)
{
    struct stat now;
    bool there = lstat(r->path, &now) == 0;
    bool same = r->seen ? there && S_ISREG(now.st_mode) && now.st_ino == r->seen->st_ino &&
                              now.st_dev == r->seen->st_dev && now.st_size == r->seen->st_size &&
                              now.st_mtim.tv_sec == r->seen->st_mtim.tv_sec &&
                              now.st_mtim.tv_nsec == r->seen->st_mtim.tv_nsec
                        : !there;
    if (same) return true;
    (void)ts_fail(err, TS_CHANGED, "%s was changed by another program meanwhile", r->path);
    return ts_hint(err, "run the same command again");
}

static void sync_folder(const char *path)
{
    char *copy = strdup(path);
    char *slash = copy ? strrchr(copy, '/') : NULL;
    if (slash) slash[slash == copy ? 1 : 0] = '\0';
    int fd = copy ? open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd); /* some file systems refuse; the rename is still atomic */
        close(fd);
    }
    free(copy);
}

bool ts_file_replace(const ts_replacement *r, ts_error *err)
{
    ts_buf name = {0};
    if (!copy_name(r->path, &name)) return ts_fail_memory(err);
    int fd = open_locked(name.data, r->seen ? 0600 : 0666, r->path, err);
    bool ok = fd >= 0 && fill(r, fd, err) && is_unchanged(r, err);
    if (ok && rename(name.data, r->path) != 0) ok = ts_fail_errno(err, "cannot replace %s", r->path);
    if (ok) sync_folder(r->path);
    if (!ok && fd >= 0) (void)unlink(name.data);
    if (fd >= 0) close(fd);
    ts_buf_free(&name);
    return ok;
}

void ts_file_replace_tidy(const char *path)
{
    bool busy = false;
    ts_buf name = {0};
    if (copy_name(path, &name)) take_away(name.data, &busy);
    ts_buf_free(&name);
}
