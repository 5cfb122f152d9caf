/* blob: blobs in a folder of the file system: spool, sync, name, sync. Knows not who refers to them.
 *
 * A name is given with RENAME_NOREPLACE under one lock, so that of two puts of the same bytes one names its file and the
 * other finds it; the lock also stands between "this one is old and nobody's" and its removal, and a put that would rely
 * on it. Reading needs no lock: what has a name never changes. */
#include "blob/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/wallclock.h"
#include "blob/beneath.h"

static ts_blob_folder *as_folder(ts_blobs *blobs)
{
    return (ts_blob_folder *)(void *)blobs;
}

/* ---- the spool ----------------------------------------------------------------------------------- */

static int spool_file(ts_blobs *blobs, char file[64], ts_error *err)
{
    ts_blob_folder *folder = as_folder(blobs);
    unsigned number = atomic_fetch_add(&folder->spooled, 1);
    (void)snprintf(file, 64, "put-%ld-%u", (long)getpid(), number);
    int fd = ts_open_beneath(folder->spool, file, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd >= 0) return fd;
    file[0] = '\0';
    if (errno == ENOSPC || errno == EDQUOT)
        (void)ts_fail(err, TS_NO_SPACE, "there is no space left for the picture");
    else (void)ts_fail_errno(err, "cannot make a file in the data folder's spool");
    return -1;
}

static void unspool_file(ts_blobs *blobs, const char *file)
{
    (void)unlinkat(as_folder(blobs)->spool, file, 0);
}

/* ---- naming -------------------------------------------------------------------------------------- */

/* To make one, under the lock: that a new shard is on disk must be sure before anybody relies on it. */
int ts_blob_shard(const ts_blob_folder *folder, ts_blob_kind kind, const char *hash, bool make)
{
    char name[3] = {hash[0], hash[1], '\0'};
    int parent = folder->kinds[kind];
    int fd = ts_open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd >= 0 || errno != ENOENT || !make) return fd;
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST) return -1;
    if (fsync(parent) != 0) return -1;
    return ts_open_beneath(parent, name, O_RDONLY | O_DIRECTORY, 0);
}

/* Is a regular file of this length there? Then it is young again. */
static bool refresh(int shard, const char *file, uint64_t length)
{
    struct stat st;
    if (fstatat(shard, file, &st, AT_SYMLINK_NOFOLLOW) != 0) return false;
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != length) return false;
    static const struct timespec now[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_NOW}};
    return utimensat(shard, file, now, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Not every file system can rename without replacing; under the lock, looking first says the same. */
static bool rename_new(int spool, const char *from, int shard, const char *file)
{
    if (renameat2(spool, from, shard, file, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    if (faccessat(shard, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return false;
    }
    return renameat(spool, from, shard, file) == 0;
}

static bool is_whole(int shard, const char *file, const ts_blob_spooled *spooled)
{
    int fd = ts_open_beneath(shard, file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    bool whole = fd >= 0 && ts_blob_is_same(fd, spooled->bytes, spooled->length);
    if (fd >= 0) close(fd);
    return whole;
}

/* What lies under the name already and is not what it should be (cut short, damaged, a link) gives way to the good bytes. */
static bool name_original(const ts_blob_folder *folder, int shard, const char *file,
                          const ts_blob_spooled *spooled, bool *was_there)
{
    if (rename_new(folder->spool, spooled->file, shard, file)) return true;
    if (errno != EEXIST) return false;
    *was_there = is_whole(shard, file, spooled) && refresh(shard, file, spooled->length);
    if (*was_there) return unlinkat(folder->spool, spooled->file, 0) == 0;
    return renameat(folder->spool, spooled->file, shard, file) == 0;
}

static bool name_it(ts_blob_folder *folder, int *shard, const ts_blob_name *name,
                    const ts_blob_spooled *spooled, bool *was_there)
{
    char file[TS_BLOB_FILE];
    ts_blob_file_name(name, file);
    *shard = ts_blob_shard(folder, name->kind, name->hash, true);
    if (*shard < 0) return false;
    if (name->kind == TS_BLOB_THUMBNAIL) return renameat(folder->spool, spooled->file, *shard, file) == 0;
    return name_original(folder, *shard, file, spooled, was_there);
}

static bool keep(ts_blobs *blobs, const ts_blob_name *name, const ts_blob_spooled *spooled, bool *was_there,
                 ts_error *err)
{
    ts_blob_folder *folder = as_folder(blobs);
    int shard = -1;
    *was_there = false;
    pthread_mutex_lock(&folder->naming);
    bool ok = name_it(folder, &shard, name, spooled, was_there);
    int error = errno;
    pthread_mutex_unlock(&folder->naming);
    /* A thumbnail whose name is lost is drawn anew; an original's must be on disk, whoever named it. */
    if (ok && name->kind == TS_BLOB_ORIGINAL && fsync(shard) != 0) {
        error = errno;
        ok = false;
    }
    if (shard >= 0) close(shard);
    if (ok) return true;
    if (error == ENOSPC || error == EDQUOT)
        return ts_fail(err, TS_NO_SPACE, "there is no space left for the picture");
    errno = error;
    return ts_fail_errno(err, "cannot name the picture in the data folder");
}

/* Saves syncing the new bytes when the old ones do; not being sure is a no. They are compared before the lock is taken:
 * what has a name only ever changes by going away, or by giving way to the same bytes undamaged. */
static bool refresh_original(ts_blobs *blobs, const ts_blob_name *name, const ts_blob_spooled *spooled)
{
    ts_blob_folder *folder = as_folder(blobs);
    char file[TS_BLOB_FILE];
    ts_blob_file_name(name, file);
    int shard = ts_blob_shard(folder, name->kind, name->hash, false);
    bool whole = shard >= 0 && is_whole(shard, file, spooled);
    pthread_mutex_lock(&folder->naming);
    bool there = whole && refresh(shard, file, spooled->length);
    pthread_mutex_unlock(&folder->naming);
    if (there) there = fsync(shard) == 0;
    if (shard >= 0) close(shard);
    return there;
}

/* ---- looking ------------------------------------------------------------------------------------- */

/* O_NONBLOCK: a FIFO under a blob's name must not hang us. */
static int open_file(const ts_blob_folder *folder, const ts_blob_name *name)
{
    char file[TS_BLOB_FILE];
    ts_blob_file_name(name, file);
    int shard = ts_blob_shard(folder, name->kind, name->hash, false);
    if (shard < 0) return -1;
    int fd = ts_open_beneath(shard, file, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    int error = errno;
    close(shard);
    errno = error;
    return fd;
}

static int open_blob(ts_blobs *blobs, const ts_blob_name *name, uint64_t *length, ts_error *err)
{
    struct stat st;
    const char *what = name->kind == TS_BLOB_ORIGINAL ? "original" : "thumbnail";
    int fd = open_file(as_folder(blobs), name);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        (void)ts_fail(err, TS_NOT_FOUND, "the %s %.12s is not in the data folder", what, name->hash);
        return -1;
    }
    if (fd < 0) {
        (void)ts_fail_errno(err, "cannot open the %s %.12s", what, name->hash);
        return -1;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *length = (uint64_t)st.st_size;
        return fd;
    }
    close(fd);
    (void)ts_fail(err, TS_IO, "the %s %.12s is no regular file", what, name->hash);
    return -1;
}

static bool exists(ts_blobs *blobs, const ts_blob_name *name)
{
    uint64_t length;
    int fd = open_blob(blobs, name, &length, NULL);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

/* ---- removing ------------------------------------------------------------------------------------ */

static bool is_young(int shard, const char *file, uint32_t min_age_s)
{
    struct stat st;
    if (min_age_s == 0 || fstatat(shard, file, &st, AT_SYMLINK_NOFOLLOW) != 0) return false;
    int64_t put_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    return ts_wallclock_ms() - put_ms < (int64_t)min_age_s * 1000;
}

static bool remove_old(ts_blobs *blobs, const ts_blob_name *name, uint32_t min_age_s, bool *removed,
                       ts_error *err)
{
    ts_blob_folder *folder = as_folder(blobs);
    char file[TS_BLOB_FILE];
    ts_blob_file_name(name, file);
    *removed = false;
    pthread_mutex_lock(&folder->naming);
    int shard = ts_blob_shard(folder, name->kind, name->hash, false);
    bool young = shard >= 0 && is_young(shard, file, min_age_s);
    if (shard >= 0 && !young) *removed = unlinkat(shard, file, 0) == 0;
    int error = errno;
    pthread_mutex_unlock(&folder->naming);
    if (shard >= 0) close(shard);
    errno = error;
    return *removed || young || error == ENOENT ||
           ts_fail_errno(err, "cannot remove a file of the data folder");
}

static bool remove_blob(ts_blobs *blobs, const ts_blob_name *name, ts_error *err)
{
    bool removed;
    return remove_old(blobs, name, 0, &removed, err);
}

/* ---- life ---------------------------------------------------------------------------------------- */

static void close_folder(ts_blobs *blobs)
{
    ts_blob_folder *folder = as_folder(blobs);
    for (unsigned i = 0; i < 2; i++)
        if (folder->kinds[i] >= 0) close(folder->kinds[i]);
    if (folder->spool >= 0) close(folder->spool);
    pthread_mutex_destroy(&folder->naming);
    free(folder);
}

static const ts_blob_place folder_place = {
    .keep = keep,
    .refresh = refresh_original,
    .open = open_blob,
    .exists = exists,
    .remove = remove_blob,
    .remove_thumbnails = ts_blob_folder_remove_thumbnails,
    .remove_old = remove_old,
    .walk = ts_blob_folder_walk,
    .spool = spool_file,
    .unspool = unspool_file,
    .close = close_folder,
};

static int open_part(int root, const char *name, ts_error *err)
{
    if (mkdirat(root, name, 0700) != 0 && errno != EEXIST) {
        (void)ts_fail_errno(err, "cannot make the folder %s in the data folder", name);
        return -1;
    }
    int fd = ts_open_beneath(root, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0) (void)ts_fail_errno(err, "cannot open the folder %s in the data folder", name);
    return fd;
}

/* What crashed before it got its name. Other files in the spool are not ours. */
static void clean_spool(int spool)
{
    int copy = openat(spool, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = copy >= 0 ? fdopendir(copy) : NULL;
    if (!listing) {
        if (copy >= 0) close(copy);
        return;
    }
    for (struct dirent *entry; (entry = readdir(listing));)
        if (strncmp(entry->d_name, "put-", 4) == 0) (void)unlinkat(spool, entry->d_name, 0);
    closedir(listing);
}

static bool open_parts(ts_blob_folder *folder, const char *path, ts_error *err)
{
    if (!ts_dir_make(path, err)) return false;
    int root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) return ts_fail_errno(err, "cannot open the data folder %s", path);
    bool ok = true;
    for (unsigned kind = 0; ok && kind < 2; kind++) {
        folder->kinds[kind] = open_part(root, ts_blob_kind_folder((ts_blob_kind)kind), err);
        ok = folder->kinds[kind] >= 0;
    }
    if (ok) folder->spool = open_part(root, "spool", err);
    ok = ok && folder->spool >= 0;
    if (ok && fsync(root) != 0) ok = ts_fail_errno(err, "cannot write the data folder %s", path);
    close(root);
    if (ok) clean_spool(folder->spool);
    return ok;
}

ts_blobs *ts_blobs_open_folder(const char *root, ts_error *err)
{
    ts_blob_folder *folder = calloc(1, sizeof(*folder));
    if (!folder) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    folder->blobs.place = &folder_place;
    folder->kinds[0] = folder->kinds[1] = folder->spool = -1;
    pthread_mutex_init(&folder->naming, NULL);
    if (open_parts(folder, root, err)) return &folder->blobs;
    close_folder(&folder->blobs);
    return NULL;
}
