/* blob: going through a folder's blobs, shard by shard. Changes nothing but thumbnails that it is told to remove. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "blob/beneath.h"
#include "blob/folder.h"

typedef struct walk {
    ts_blob_folder *folder;
    ts_blob_kind kind;
    const char *shard; /* "ab" */
    ts_blob_seen seen;
    void *user;
    bool stopped;
    ts_error *err;
} walk;

/* A listing of its own, which reads from the start and closes on its own. */
static DIR *list(int folder, const char *name)
{
    int fd = ts_open_beneath(folder, name, O_RDONLY | O_DIRECTORY, 0);
    DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
    if (!listing && fd >= 0) close(fd);
    return listing;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_shard(const char *name)
{
    return strspn(name, "0123456789abcdef") == 2 && name[2] == '\0';
}

static void show_stranger(walk *w, const char *name)
{
    char path[TS_MESSAGE_MAX];
    const char *kind = ts_blob_kind_folder(w->kind);
    if (w->shard) (void)snprintf(path, sizeof(path), "%s/%s/%.200s", kind, w->shard, name);
    else (void)snprintf(path, sizeof(path), "%s/%.200s", kind, name);
    w->stopped = !w->seen(w->user, NULL, path);
}

static void show_file(walk *w, int shard, const char *name)
{
    struct stat st;
    ts_blob_entry entry = {0};
    if (fstatat(shard, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return; /* removed meanwhile */
    bool ours = S_ISREG(st.st_mode) && ts_blob_file_parse(w->kind, name, &entry);
    if (!ours || strncmp(name, w->shard, 2) != 0) {
        show_stranger(w, name);
        return;
    }
    entry.length = (uint64_t)st.st_size;
    entry.modified_ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
    w->stopped = !w->seen(w->user, &entry, NULL);
}

/* readdir tells its end and its failure apart by errno alone. */
static struct dirent *next(DIR *listing)
{
    errno = 0;
    return readdir(listing);
}

static bool walk_shard(walk *w, const char *name)
{
    DIR *listing = list(w->folder->kinds[w->kind], name);
    if (!listing && (errno == ELOOP || errno == ENOTDIR)) {
        show_stranger(w, name);
        return true;
    }
    if (!listing) return errno == ENOENT || ts_fail_errno(w->err, "cannot look into the data folder");
    w->shard = name;
    struct dirent *entry;
    while (!w->stopped && (entry = next(listing)))
        if (!is_dots(entry->d_name)) show_file(w, dirfd(listing), entry->d_name);
    bool ok = w->stopped || errno == 0 || ts_fail_errno(w->err, "cannot look through the data folder");
    w->shard = NULL;
    closedir(listing);
    return ok;
}

static bool walk_kind(walk *w)
{
    DIR *listing = list(w->folder->kinds[w->kind], ".");
    if (!listing) return ts_fail_errno(w->err, "cannot look into the data folder");
    bool ok = true;
    struct dirent *entry = NULL;
    while (ok && !w->stopped && (entry = next(listing))) {
        if (is_dots(entry->d_name)) continue;
        if (is_shard(entry->d_name)) ok = walk_shard(w, entry->d_name);
        else show_stranger(w, entry->d_name);
    }
    if (ok && !w->stopped && errno != 0) ok = ts_fail_errno(w->err, "cannot look through the data folder");
    closedir(listing);
    return ok;
}

bool ts_blob_folder_walk(ts_blobs *blobs, ts_blob_seen seen, void *user, ts_error *err)
{
    walk w = {.folder = (ts_blob_folder *)(void *)blobs, .seen = seen, .user = user, .err = err};
    w.kind = TS_BLOB_ORIGINAL;
    if (!walk_kind(&w)) return false;
    w.kind = TS_BLOB_THUMBNAIL;
    return w.stopped || walk_kind(&w);
}

bool ts_blob_folder_remove_thumbnails(ts_blobs *blobs, const char *hash, ts_error *err)
{
    const ts_blob_folder *folder = (const ts_blob_folder *)(const void *)blobs;
    char shard[3] = {hash[0], hash[1], '\0'};
    DIR *listing = list(folder->kinds[TS_BLOB_THUMBNAIL], shard);
    if (!listing) return errno == ENOENT || ts_fail_errno(err, "cannot look into the data folder");
    bool ok = true;
    ts_blob_entry parsed;
    for (struct dirent *entry; ok && (entry = next(listing));) {
        if (!ts_blob_file_parse(TS_BLOB_THUMBNAIL, entry->d_name, &parsed) || strcmp(parsed.hash, hash) != 0)
            continue;
        ok = unlinkat(dirfd(listing), entry->d_name, 0) == 0 || errno == ENOENT ||
             ts_fail_errno(err, "cannot remove a thumbnail");
    }
    closedir(listing);
    return ok;
}
