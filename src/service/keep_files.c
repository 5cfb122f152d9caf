/* service: files for backups. Knows no catalogue. */
#include "service/keep_files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static bool copy_bytes(int from, int to, ts_error *err)
{
    char piece[65536];
    for (;;) {
        ssize_t n = read(from, piece, sizeof piece);
        if (n == 0) return true;
        if (n < 0) return ts_fail_errno(err, "cannot read a file to copy");
        for (ssize_t at = 0; at < n;) {
            ssize_t written = write(to, piece + at, (size_t)(n - at));
            if (written <= 0) {
                if (errno != ENOSPC) return ts_fail_errno(err, "cannot write a copy");
                return ts_fail(err, TS_NO_SPACE, "the disk of the copy is full");
            }
            at += written;
        }
    }
}

bool ts_keep_copy(const char *from, const char *to, mode_t mode, ts_error *err)
{
    if (!ts_dir_make_for(to, err)) return false;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0) return ts_fail_errno(err, "cannot open %.200s", from);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool ok = out >= 0 ? copy_bytes(in, out, err) : ts_fail_errno(err, "cannot make %.200s", to);
    if (out >= 0 && close(out) != 0 && ok) ok = ts_fail_errno(err, "cannot write %.200s", to);
    (void)close(in);
    return ok;
}

void ts_keep_original_path(const char *dir, const char *hash, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/originals/%.2s/%s", dir, hash, hash);
}

bool ts_keep_link_or_copy(const char *from, const char *to, ts_error *err)
{
    if (!ts_dir_make_for(to, err)) return false;
    return link(from, to) == 0 || ts_keep_copy(from, to, 0600, err);
}

static int sync_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)where;
    if (kind == FTW_SL) return 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int failed = fd < 0 || fsync(fd) != 0;
    if (fd >= 0) (void)close(fd);
    return failed;
}

bool ts_keep_sync_tree(const char *path, ts_error *err)
{
    return nftw(path, sync_one, 32, FTW_PHYS | FTW_DEPTH) == 0 ||
           ts_fail_errno(err, "cannot bring the copy onto the disk");
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *where)
{
    (void)facts, (void)kind, (void)where;
    (void)remove(path);
    return 0;
}

void ts_keep_remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 32, FTW_PHYS | FTW_DEPTH);
}
