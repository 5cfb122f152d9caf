/* blob: the front of every place: checks names, and the care that is the same everywhere: count, sweep, verify. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/wallclock.h"
#include "blob/private.h"

#define PIECE ((size_t)256 * 1024)

void ts_blobs_close(ts_blobs *blobs)
{
    if (blobs) blobs->place->close(blobs);
}

static bool is_name(const ts_blob_name *name)
{
    if (!ts_blob_is_hash(name->hash)) return false;
    return name->kind == TS_BLOB_ORIGINAL || (name->size > 0 && name->size <= 65535);
}

static bool check_name(const ts_blob_name *name, ts_error *err)
{
    return is_name(name) || ts_fail(err, TS_USAGE, "this names no original and no thumbnail");
}

int ts_blobs_open(ts_blobs *blobs, const ts_blob_name *name, uint64_t *length, ts_error *err)
{
    uint64_t unused;
    return check_name(name, err) ? blobs->place->open(blobs, name, length ? length : &unused, err) : -1;
}

bool ts_blobs_exists(ts_blobs *blobs, const ts_blob_name *name)
{
    return is_name(name) && blobs->place->exists(blobs, name);
}

bool ts_blob_is_same(int fd, const void *bytes, uint64_t length)
{
    char piece[16384];
    const char *wanted = bytes;
    uint64_t at = 0;
    ssize_t n;
    if (!bytes) return false;
    while ((n = pread(fd, piece, sizeof piece, (off_t)at)) > 0) {
        if ((uint64_t)n > length - at || memcmp(piece, wanted + at, (size_t)n) != 0) return false;
        at += (uint64_t)n;
    }
    return n == 0 && at == length;
}

bool ts_blobs_holds(ts_blobs *blobs, const char *hash, const void *bytes, size_t length)
{
    uint64_t there = 0;
    int fd = ts_blobs_open(blobs, &(ts_blob_name){.hash = hash}, &there, NULL);
    bool same = fd >= 0 && there == length && ts_blob_is_same(fd, bytes, length);
    if (fd >= 0) close(fd);
    return same;
}

bool ts_blobs_remove(ts_blobs *blobs, const ts_blob_name *name, ts_error *err)
{
    return check_name(name, err) && blobs->place->remove(blobs, name, err);
}

bool ts_blobs_remove_all(ts_blobs *blobs, const char *hash, ts_error *err)
{
    ts_blob_name name = {.hash = hash};
    return ts_blobs_remove(blobs, &name, err) && blobs->place->remove_thumbnails(blobs, hash, err);
}

/* ---- walking and counting ------------------------------------------------------------------------ */

typedef struct walk_call {
    ts_blob_each each;
    void *user;
} walk_call;

static bool show(void *user, const ts_blob_entry *entry, const char *stranger)
{
    const walk_call *call = user;
    (void)stranger;
    return !entry || call->each(call->user, entry);
}

bool ts_blobs_walk(ts_blobs *blobs, ts_blob_each each, void *user, ts_error *err)
{
    walk_call call = {each, user};
    return blobs->place->walk(blobs, show, &call, err);
}

static bool count(void *user, const ts_blob_entry *entry, const char *stranger)
{
    ts_blob_totals *totals = user;
    if (stranger) {
        totals->strangers++;
    } else if (entry->kind == TS_BLOB_ORIGINAL) {
        totals->originals++;
        totals->original_bytes += entry->length;
    } else {
        totals->thumbnails++;
        totals->thumbnail_bytes += entry->length;
    }
    return true;
}

bool ts_blobs_totals(ts_blobs *blobs, ts_blob_totals *totals, ts_error *err)
{
    *totals = (ts_blob_totals){0};
    return blobs->place->walk(blobs, count, totals, err);
}

/* ---- sweeping ------------------------------------------------------------------------------------ */

typedef struct sweep_call {
    ts_blobs *blobs;
    ts_blob_keep keep;
    void *user;
    uint32_t min_age_s;
    bool dry;
    ts_blob_sweep *result;
    int64_t now_ms;
    ts_error *err;
    bool failed;
} sweep_call;

static bool sweep_one(void *user, const ts_blob_entry *entry, const char *stranger)
{
    sweep_call *call = user;
    bool removed = call->dry;
    if (stranger) return true;
    call->result->seen++;
    if (call->now_ms - entry->modified_ms < (int64_t)call->min_age_s * 1000) return true;
    if (call->keep(call->user, entry->hash)) return true;
    ts_blob_name name = {entry->kind, entry->hash, entry->size};
    /* Its age is asked once more, under the lock that puts take, too: it may have been put since. */
    if (!call->dry &&
        !call->blobs->place->remove_old(call->blobs, &name, call->min_age_s, &removed, call->err)) {
        call->failed = true;
        return false;
    }
    call->result->removed += removed;
    call->result->removed_bytes += removed ? entry->length : 0;
    return true;
}

bool ts_blobs_sweep(ts_blobs *blobs, ts_blob_keep keep, void *user, uint32_t min_age_s, bool dry,
                    ts_blob_sweep *result, ts_error *err)
{
    sweep_call call = {.blobs = blobs, .keep = keep, .user = user, .min_age_s = min_age_s, .dry = dry};
    ts_blob_sweep unused;
    call.result = result ? result : &unused;
    call.now_ms = ts_wallclock_ms();
    call.err = err;
    *call.result = (ts_blob_sweep){0};
    return blobs->place->walk(blobs, sweep_one, &call, err) && !call.failed;
}

/* ---- verifying ----------------------------------------------------------------------------------- */

typedef struct verify_call {
    ts_blobs *blobs;
    ts_blob_damaged damaged;
    void *user;
    ts_blob_verify *result;
    char *piece;
} verify_call;

const char *ts_blob_damage_name(ts_blob_damage damage)
{
    static const char *const names[] = {"changed", "unreadable", "empty", "stranger"};
    return (unsigned)damage < sizeof(names) / sizeof(names[0]) ? names[damage] : "unknown";
}

static bool tell(verify_call *call, ts_blob_damage damage, const char *path)
{
    if (damage != TS_BLOB_STRANGER) call->result->damaged++;
    return !call->damaged || call->damaged(call->user, damage, path);
}

/* The hash of what the file holds now; "" when it cannot be read. */
static void hash_file(verify_call *call, int fd, char hash[TS_BLOB_HASH])
{
    EVP_MD_CTX *digest = ts_blob_digest_new();
    ssize_t n = -1;
    hash[0] = '\0';
    while (digest && (n = read(fd, call->piece, PIECE)) > 0) {
        if (EVP_DigestUpdate(digest, call->piece, (size_t)n) != 1) break;
        call->result->checked_bytes += (uint64_t)n;
    }
    if (n == 0) (void)ts_blob_digest_end(digest, hash);
    else EVP_MD_CTX_free(digest);
}

static bool verify_original(verify_call *call, const ts_blob_entry *entry, const char *path)
{
    ts_blob_name name = {.hash = entry->hash};
    ts_error own = {0};
    char hash[TS_BLOB_HASH];
    int fd = ts_blobs_open(call->blobs, &name, NULL, &own);
    if (fd < 0 && own.code == TS_NOT_FOUND) return true; /* removed meanwhile */
    call->result->checked++;
    if (fd < 0) return tell(call, TS_BLOB_UNREADABLE, path);
    hash_file(call, fd, hash);
    close(fd);
    if (hash[0] == '\0') return tell(call, TS_BLOB_UNREADABLE, path);
    for (size_t i = 0; i < 64; i++)
        if (hash[i] != entry->hash[i]) return tell(call, TS_BLOB_CHANGED, path);
    return true;
}

static bool verify_one(void *user, const ts_blob_entry *entry, const char *stranger)
{
    verify_call *call = user;
    char file[TS_BLOB_FILE];
    char path[TS_BLOB_FILE + 32];
    if (stranger) return tell(call, TS_BLOB_STRANGER, stranger);
    ts_blob_file_name(&(ts_blob_name){entry->kind, entry->hash, entry->size}, file);
    (void)snprintf(path, sizeof(path), "%s/%.2s/%s", ts_blob_kind_folder(entry->kind), file, file);
    if (entry->kind == TS_BLOB_ORIGINAL) return verify_original(call, entry, path);
    return entry->length > 0 || tell(call, TS_BLOB_EMPTY, path);
}

bool ts_blobs_verify(ts_blobs *blobs, ts_blob_damaged damaged, void *user, ts_blob_verify *result,
                     ts_error *err)
{
    ts_blob_verify unused;
    verify_call call = {blobs, damaged, user, result ? result : &unused, malloc(PIECE)};
    if (!call.piece) return ts_fail_memory(err);
    *call.result = (ts_blob_verify){0};
    bool ok = blobs->place->walk(blobs, verify_one, &call, err);
    free(call.piece);
    return ok;
}
