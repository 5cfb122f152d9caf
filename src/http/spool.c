/* http: keeps a body in memory or in an unlinked file. Knows nothing of parts or forms. */
#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void ts_spool_init(ts_spool *spool, const char *folder, size_t memory_limit)
{
    *spool = (ts_spool){.folder = folder, .memory_limit = memory_limit, .fd = -1};
}

void ts_spool_free(ts_spool *spool)
{
    if (spool->map) (void)munmap(spool->map, (size_t)spool->file_length);
    if (spool->fd >= 0) (void)close(spool->fd);
    ts_buf_free(&spool->memory);
    spool->map = NULL;
    spool->fd = -1;
}

void ts_spool_begin(ts_spool *spool)
{
    bool full = spool->memory.length >= spool->memory_limit;
    spool->item = (ts_spool_item){full, full ? (size_t)spool->file_length : spool->memory.length, 0};
}

static bool trouble(ts_error *err)
{
    int number = errno;
    (void)ts_fail_errno(err, "cannot write the spool");
    if (err && (number == ENOSPC || number == EDQUOT)) err->code = TS_NO_SPACE;
    if (err && err->code == TS_NOT_FOUND) err->code = TS_IO;
    return ts_hint(err, "make room on the disk of the spool folder, or point it elsewhere");
}

/* A name that is gone before anyone can see it; O_TMPFILE where the file system has it. */
static bool open_file(ts_spool *spool, ts_error *err)
{
    if (spool->fd >= 0) return true;
    spool->fd = open(spool->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (spool->fd >= 0) return true;
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/upload-XXXXXX", spool->folder);
    if (n < 0 || (size_t)n >= sizeof path)
        return ts_fail(err, TS_IO, "the name of the spool folder is too long");
    spool->fd = mkostemp(path, O_CLOEXEC);
    if (spool->fd < 0) return trouble(err);
    (void)unlink(path);
    return true;
}

static bool write_all(ts_spool *spool, const char *bytes, size_t length, ts_error *err)
{
    if (!open_file(spool, err)) return false;
    while (length > 0) {
        ssize_t n = pwrite(spool->fd, bytes, length, (off_t)spool->file_length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return trouble(err);
        bytes += n;
        length -= (size_t)n;
        spool->file_length += (uint64_t)n;
    }
    return true;
}

/* The item outgrew the memory: what it has goes to the file first. */
static bool move_to_file(ts_spool *spool, ts_error *err)
{
    size_t start = spool->item.offset;
    uint64_t at = spool->file_length;
    if (spool->item.length && !write_all(spool, spool->memory.data + start, spool->item.length, err))
        return false;
    spool->memory.length = start;
    if (start == 0)
        ts_buf_free(&spool->memory); /* a large body holds no megabyte of memory besides its file */
    spool->item.in_file = true;
    spool->item.offset = (size_t)at;
    return true;
}

bool ts_spool_write(ts_spool *spool, const void *bytes, size_t length, ts_error *err)
{
    if (length == 0) return true;
    if (!spool->item.in_file && length > spool->memory_limit - spool->memory.length &&
        !move_to_file(spool, err))
        return false;
    if (spool->item.in_file) {
        if (!write_all(spool, bytes, length, err)) return false;
    } else if (!ts_buf_append(&spool->memory, bytes, length)) {
        return ts_fail_memory(err);
    }
    spool->item.length += length;
    return true;
}

ts_spool_item ts_spool_end(ts_spool *spool)
{
    return spool->item;
}

bool ts_spool_map(ts_spool *spool, ts_error *err)
{
    if (spool->file_length == 0 || spool->map) return true;
    void *map = mmap(NULL, (size_t)spool->file_length, PROT_READ, MAP_PRIVATE, spool->fd, 0);
    if (map == MAP_FAILED) return ts_fail_errno(err, "cannot map the spool");
    spool->map = map;
    return true;
}

const void *ts_spool_data(const ts_spool *spool, ts_spool_item item)
{
    if (item.length == 0) return "";
    return (const char *)(item.in_file ? spool->map : spool->memory.data) + item.offset;
}
