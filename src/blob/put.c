/* blob: putting: bytes go through the spool, are hashed on the way and get their name last. Knows no place. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "blob/private.h"

#define PIECE ((size_t)256 * 1024)

struct ts_blob_writer {
    ts_blobs *blobs;
    int fd;
    char file[64]; /* in the spool; "" once it has its name */
    EVP_MD_CTX *digest;
    uint64_t length, limit;
    bool failed;
};

static bool fail_write(int error, ts_error *err)
{
    if (error == ENOSPC || error == EDQUOT || error == EFBIG) {
        (void)ts_fail(err, TS_NO_SPACE, "there is no space left for the picture");
        return ts_hint(err, "make room on the disk of the data folder");
    }
    errno = error;
    return ts_fail_errno(err, "cannot write the picture to the data folder");
}

ts_blob_writer *ts_blob_writer_new(ts_blobs *blobs, uint64_t limit, ts_error *err)
{
    ts_blob_writer *writer = calloc(1, sizeof(*writer));
    if (writer) writer->digest = ts_blob_digest_new();
    if (!writer || !writer->digest) {
        free(writer);
        (void)ts_fail_memory(err);
        return NULL;
    }
    writer->blobs = blobs;
    writer->limit = limit;
    writer->fd = blobs->place->spool(blobs, writer->file, err);
    if (writer->fd >= 0) return writer;
    ts_blob_writer_end(writer);
    return NULL;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

bool ts_blob_writer_write(ts_blob_writer *writer, const void *bytes, size_t length, ts_error *err)
{
    if (writer->failed) return ts_fail(err, TS_INTERNAL, "writing goes on after it failed");
    writer->failed = true;
    if (writer->limit && length > writer->limit - writer->length) {
        (void)ts_fail(err, TS_TOO_LARGE, "the picture has more than %llu bytes",
                      (unsigned long long)writer->limit);
        return ts_hint(err, "raise the limit on bytes, or make the picture smaller");
    }
    if (!write_all(writer->fd, bytes, length)) return fail_write(errno, err);
    if (EVP_DigestUpdate(writer->digest, bytes, length) != 1)
        return ts_fail(err, TS_INTERNAL, "libcrypto computes no SHA-256");
    writer->length += length;
    writer->failed = false;
    return true;
}

int ts_blob_writer_fd(const ts_blob_writer *writer)
{
    return writer->fd;
}

/* Syncs what was spooled and gives it its name. */
static bool keep(ts_blob_writer *writer, const ts_blob_name *name, const ts_blob_spooled *spooled,
                 bool *was_there, ts_error *err)
{
    if (fsync(writer->fd) != 0) return fail_write(errno, err);
    if (!writer->blobs->place->keep(writer->blobs, name, spooled, was_there, err)) return false;
    writer->file[0] = '\0';
    return true;
}

/* Unless the same bytes are there already. */
static bool keep_original(ts_blob_writer *writer, const char *hash, bool *was_there, ts_error *err)
{
    ts_blob_name name = {.hash = hash};
    void *map =
        writer->length ? mmap(NULL, writer->length, PROT_READ, MAP_SHARED, writer->fd, 0) : MAP_FAILED;
    ts_blob_spooled spooled = {
        .file = writer->file, .bytes = map != MAP_FAILED ? map : NULL, .length = writer->length};
    if (!writer->length) spooled.bytes = "";
    *was_there = writer->blobs->place->refresh(writer->blobs, &name, &spooled);
    bool ok = *was_there || keep(writer, &name, &spooled, was_there, err);
    if (map != MAP_FAILED) (void)munmap(map, writer->length);
    return ok;
}

bool ts_blob_writer_commit(ts_blob_writer *writer, ts_blob_put *result, ts_error *err)
{
    ts_blob_put unused;
    if (!result) result = &unused;
    if (writer->failed || !writer->digest)
        return ts_fail(err, TS_INTERNAL, "there is nothing whole to commit");
    *result = (ts_blob_put){.length = writer->length};
    bool hashed = ts_blob_digest_end(writer->digest, result->hash);
    writer->digest = NULL;
    if (!hashed) return ts_fail(err, TS_INTERNAL, "libcrypto computes no SHA-256");
    return keep_original(writer, result->hash, &result->was_there, err);
}

void ts_blob_writer_end(ts_blob_writer *writer)
{
    if (!writer) return;
    if (writer->fd >= 0) close(writer->fd);
    if (writer->file[0] != '\0') writer->blobs->place->unspool(writer->blobs, writer->file);
    EVP_MD_CTX_free(writer->digest);
    free(writer);
}

bool ts_blobs_put(ts_blobs *blobs, const void *bytes, size_t length, ts_blob_put *result, ts_error *err)
{
    ts_blob_writer *writer = ts_blob_writer_new(blobs, 0, err);
    bool ok = writer && ts_blob_writer_write(writer, bytes, length, err) &&
              ts_blob_writer_commit(writer, result, err);
    ts_blob_writer_end(writer);
    return ok;
}

static bool copy_all(ts_blob_writer *writer, int fd, char *piece, ts_error *err)
{
    for (;;) {
        ssize_t n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return ts_fail_errno(err, "cannot read the picture");
        if (n == 0) return true;
        if (!ts_blob_writer_write(writer, piece, (size_t)n, err)) return false;
    }
}

bool ts_blobs_put_fd(ts_blobs *blobs, int fd, uint64_t limit, ts_blob_put *result, ts_error *err)
{
    char *piece = malloc(PIECE);
    if (!piece) return ts_fail_memory(err);
    ts_blob_writer *writer = ts_blob_writer_new(blobs, limit, err);
    bool ok = writer && copy_all(writer, fd, piece, err) && ts_blob_writer_commit(writer, result, err);
    ts_blob_writer_end(writer);
    free(piece);
    return ok;
}

bool ts_blobs_put_thumbnail(ts_blobs *blobs, const char *hash, unsigned size, const void *bytes,
                            size_t length, ts_error *err)
{
    ts_blob_name name = {.kind = TS_BLOB_THUMBNAIL, .hash = hash, .size = size};
    bool was_there;
    if (!ts_blob_is_hash(hash) || size == 0 || size > 65535)
        return ts_fail(err, TS_USAGE, "this names no thumbnail");
    ts_blob_writer *writer = ts_blob_writer_new(blobs, 0, err);
    ts_blob_spooled spooled = {.file = writer ? writer->file : "", .length = length};
    bool ok = writer && ts_blob_writer_write(writer, bytes, length, err) &&
              keep(writer, &name, &spooled, &was_there, err);
    ts_blob_writer_end(writer);
    return ok;
}
