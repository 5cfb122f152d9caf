/* service: pictures read. Knows no actors. */
#include "service/picture_read.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"

bool ts_picture_find(ts_txn *txn, const char *id, bool with_held, ts_arena *arena, ts_picture_row *row,
                     ts_error *err)
{
    ts_error missing = {0};
    bool found = strlen(id) < TS_ID_SIZE && ts_pictures_find(txn, id, arena, row, &missing);
    if (found && (with_held || row->visibility == TS_VISIBLE)) return true;
    if (!found && missing.code != TS_OK && missing.code != TS_NOT_FOUND) {
        if (err) *err = missing;
        return false;
    }
    return ts_fail(err, TS_NOT_FOUND, "there is no picture %.40s", id);
}

bool ts_picture_fill(ts_txn *txn, int64_t number, bool with_rejected, ts_arena *arena, ts_picture_full *out,
                     ts_error *err)
{
    return ts_pictures_get(txn, number, arena, &out->row, err) &&
           ts_tags_list(txn, number, with_rejected, true, arena, &out->tags, &out->tag_count, err);
}

bool ts_service_picture_of(ts_service *service, const ts_picture_query *query, ts_arena *arena,
                           ts_picture_full *out, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_picture_find(txn, query->id, query->with_held, arena, &out->row, err) &&
              ts_tags_list(txn, out->row.number, query->with_rejected, true, arena, &out->tags,
                           &out->tag_count, err);
    ts_catalog_read_end(txn);
    return ok;
}

static bool read_whole(int fd, uint64_t length, ts_buf *out, ts_error *err)
{
    if (length > SIZE_MAX / 2 || !ts_buf_reserve(out, (size_t)length)) return ts_fail_memory(err);
    while (length > 0) {
        char piece[65536];
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0) return ts_fail_errno(err, "cannot read the original");
        if (n == 0) return ts_fail(err, TS_CORRUPT, "the original is shorter than it was");
        if (!ts_buf_append(out, piece, (size_t)n)) return ts_fail_memory(err);
        length -= (uint64_t)n < length ? (uint64_t)n : length;
    }
    return true;
}

bool ts_picture_bytes(ts_service *service, const ts_picture_row *row, ts_buf *out, ts_error *err)
{
    uint64_t length = 0;
    if (row->path) return ts_file_read(row->path, (size_t)service->options.tagger.max_bytes, out, err);
    int fd = ts_blobs_open(service->blobs, &(ts_blob_name){.kind = TS_BLOB_ORIGINAL, .hash = row->sha256},
                           &length, err);
    if (fd < 0) return false;
    bool ok = read_whole(fd, length, out, err);
    (void)close(fd);
    return ok;
}
