/* service: uploads in parts. One file each, named by whose it is; a lock on it makes two requests of one upload take turns. */
#include "service/parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "service/core.h"
#include "service/signing.h"

#define FOLDER "spool"
#define PREFIX "parts-"
enum { keep_s = 3600 };

static const char *folder_of(ts_service *service, ts_arena *arena, ts_error *err)
{
    const char *folder = ts_path_join(arena, service->options.data_dir, FOLDER);
    if (!folder) (void)ts_fail_memory(err);
    return folder && ts_dir_make(folder, err) ? folder : NULL;
}

static const char *file_of(const char *folder, const ts_actor *actor, const char *upload, ts_arena *arena,
                           ts_error *err)
{
    char hex[TS_DIGEST_HEX];
    const char *who = actor->key_id && actor->key_id[0] ? actor->key_id : actor->id;
    const char *text = ts_arena_printf(arena, "%s %s", who, upload);
    bool ok = text && ts_service_digest(TS_DIGEST_SHA256, text, strlen(text), hex);
    const char *path = ok ? ts_arena_printf(arena, "%s/" PREFIX "%s", folder, hex) : NULL;
    if (!path) (void)ts_fail_memory(err);
    return path;
}

/* Drops what was given up, counts the rest. */
static size_t sweep(const char *folder)
{
    size_t unfinished = 0;
    struct dirent *entry;
    struct stat facts;
    DIR *list = opendir(folder);
    while (list && (entry = readdir(list))) {
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0) continue;
        if (fstatat(dirfd(list), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (facts.st_mtime < time(NULL) - keep_s) (void)unlinkat(dirfd(list), entry->d_name, 0);
        else unfinished++;
    }
    if (list) (void)closedir(list);
    return unfinished;
}

static int open_file(const char *folder, const char *path, bool first, ts_error *err)
{
    if (first && !ts_file_exists(path) && sweep(folder) >= TS_PARTS_UNFINISHED_MAX) {
        (void)ts_fail(err, TS_BUSY, "too many uploads in parts are unfinished");
        return -1;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX) == 0) return fd;
    (void)ts_fail_errno(err, "cannot keep a part of an upload");
    if (fd >= 0) (void)close(fd);
    return -1;
}

static bool write_all(int fd, const ts_part *part, ts_error *err)
{
    size_t at = 0;
    while (at < part->length) {
        ssize_t n = pwrite(fd, (const char *)part->bytes + at, part->length - at, (off_t)(part->offset + at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return ts_fail_errno(err, "cannot keep a part of an upload");
        at += (size_t)n;
    }
    return true;
}

/* A part that is sent again after its answer got lost is written again over the same place. */
static bool fits(int fd, const ts_part *part, uint64_t limit, ts_error *err)
{
    struct stat facts;
    if (fstat(fd, &facts) != 0) return ts_fail_errno(err, "cannot look at an upload's parts");
    uint64_t size = (uint64_t)facts.st_size, end = part->offset + part->length;
    if (end < part->offset || end > limit || (part->total > 0 && (uint64_t)part->total > limit))
        return ts_fail(err, TS_TOO_LARGE, "the upload is larger than %llu bytes", (unsigned long long)limit);
    if (part->total >= 0 && end > (uint64_t)part->total)
        return ts_fail(err, TS_USAGE, "the part ends behind the end of the upload");
    if (part->offset == size || end == size || part->offset == 0) return true;
    return ts_fail(err, TS_USAGE, "the part begins at %llu, but %llu bytes have come so far",
                   (unsigned long long)part->offset, (unsigned long long)size);
}

static bool add(int fd, const ts_part *part, uint64_t limit, bool *done, ts_error *err)
{
    *done = part->total >= 0 && part->offset + part->length == (uint64_t)part->total;
    return fits(fd, part, limit, err) && write_all(fd, part, err) &&
           (ftruncate(fd, (off_t)(part->offset + part->length)) == 0 ||
            ts_fail_errno(err, "cannot keep a part of an upload"));
}

bool ts_service_part_add(ts_service *service, const ts_actor *actor, const ts_part *part, ts_buf *whole,
                         bool *done, ts_error *err)
{
    uint64_t limit = service->options.tagger.max_bytes ? service->options.tagger.max_bytes : UINT32_MAX;
    ts_arena *arena = ts_arena_new(0);
    *done = false;
    if (!arena) return ts_fail_memory(err);
    const char *folder = ts_actor_may(actor, TS_SCOPE_WRITE, err) ? folder_of(service, arena, err) : NULL;
    const char *path = folder ? file_of(folder, actor, part->upload, arena, err) : NULL;
    int fd = path ? open_file(folder, path, part->offset == 0, err) : -1;
    bool ok = fd >= 0 && add(fd, part, limit, done, err);
    if (ok && *done) {
        ok = ts_file_read(path, (size_t)limit, whole, err);
        (void)unlink(path);
    }
    if (fd >= 0) (void)close(fd);
    ts_arena_free(arena);
    return ok;
}
