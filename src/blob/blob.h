/* blob: originals and thumbnails, kept by what they contain. A blob's name is the SHA-256 of the original, so
 * the same picture is kept once, and damage shows.
 *
 *     ROOT/originals/ab/HEX              the bytes as they came
 *     ROOT/thumbnails/ab/HEX-SIZE.jpg    made from them; SIZE is the longer side in pixels
 *     ROOT/spool/                        on their way in, not yet whole or not yet on disk
 *
 * What lies under a final name is complete: it was written elsewhere, synced, named without replacing
 * anything, and the folder synced, before a put returns true. Names are only ever made of a hash and a
 * number; nothing of a client's gets into a path, and symbolic links are not followed.
 * Threads: one ts_blobs for the process; every function from any number of threads at once; a writer by one at
 * a time. One process at a time may have the folder open (the data folder's lock sees to that). */
#ifndef TS_BLOB_BLOB_H
#define TS_BLOB_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TS_BLOB_HASH 65 /* 64 hexadecimal digits, lower case, and a NUL */

typedef struct ts_blobs ts_blobs;

/* A store in a folder, which is made with what belongs into it. What an earlier process left in ROOT/spool is
 * thrown away. TS_IO, TS_NOT_FOUND, TS_NO_SPACE. */
ts_blobs *ts_blobs_open_folder(const char *root, ts_error *err);
void ts_blobs_close(ts_blobs *blobs); /* NULL is fine */

typedef enum ts_blob_kind { TS_BLOB_ORIGINAL = 0, TS_BLOB_THUMBNAIL } ts_blob_kind;

/* Which blob is meant. hash: borrowed, TS_USAGE unless it is 64 of [0-9a-f]. size: of thumbnails,
 * 1 to 65535. */
typedef struct ts_blob_name {
    ts_blob_kind kind;
    const char *hash;
    unsigned size;
} ts_blob_name;

/* The SHA-256 of bytes, as a name. */
bool ts_blob_hash(const void *bytes, size_t length, char hash[TS_BLOB_HASH], ts_error *err);

/* ---- putting ------------------------------------------------------------------------------------- */

typedef struct ts_blob_put {
    char hash[TS_BLOB_HASH];
    uint64_t length;
    bool was_there; /* the same bytes were kept before; their age starts anew, so that a sweep leaves them */
} ts_blob_put;

/* All of them: true when it is there and on disk. TS_NO_SPACE (disk or quota full), TS_TOO_LARGE,
 * TS_IO; nothing is left behind. What is there under this name is read and compared: if it is damaged it is replaced. result
 * may be NULL. */
bool ts_blobs_put(ts_blobs *blobs, const void *bytes, size_t length, ts_blob_put *result, ts_error *err);
/* From the place where fd stands to its end, at most `limit` bytes (0: no limit). fd stays the caller's. */
bool ts_blobs_put_fd(ts_blobs *blobs, int fd, uint64_t limit, ts_blob_put *result, ts_error *err);
/* Replaces one that is there: the same picture may be drawn anew. */
bool ts_blobs_put_thumbnail(ts_blobs *blobs, const char *hash, unsigned size, const void *bytes,
                            size_t length, ts_error *err);

/* An original that arrives piece by piece, hashed on the way. */
typedef struct ts_blob_writer ts_blob_writer;
ts_blob_writer *ts_blob_writer_new(ts_blobs *blobs, uint64_t limit, ts_error *err); /* limit 0: none */
bool ts_blob_writer_write(ts_blob_writer *writer, const void *bytes, size_t length, ts_error *err);
/* What was written so far, open for reading from its start by pread or mmap; the writer's, until it ends. */
int ts_blob_writer_fd(const ts_blob_writer *writer);
/* Keeps it. The writer is to be ended all the same. */
bool ts_blob_writer_commit(ts_blob_writer *writer, ts_blob_put *result, ts_error *err);
void ts_blob_writer_end(ts_blob_writer *writer); /* throws away what was not committed; NULL is fine */

/* ---- getting ------------------------------------------------------------------------------------- */

/* An open file that the caller closes, or -1: TS_NOT_FOUND, TS_IO. length may be NULL. */
int ts_blobs_open(ts_blobs *blobs, const ts_blob_name *name, uint64_t *length, ts_error *err);
bool ts_blobs_exists(ts_blobs *blobs, const ts_blob_name *name);
/* Is this original there, undamaged? Reads all of it. bytes: what it should be. */
bool ts_blobs_holds(ts_blobs *blobs, const char *hash, const void *bytes, size_t length);
/* Fine when it is not there. Removing an original leaves its thumbnails: see ts_blobs_remove_all. */
bool ts_blobs_remove(ts_blobs *blobs, const ts_blob_name *name, ts_error *err);
/* The original and every thumbnail of it. */
bool ts_blobs_remove_all(ts_blobs *blobs, const char *hash, ts_error *err);

/* ---- looking after ------------------------------------------------------------------------------- */

typedef struct ts_blob_entry {
    ts_blob_kind kind;
    char hash[TS_BLOB_HASH];
    unsigned size;       /* of a thumbnail */
    uint64_t length;     /* bytes */
    int64_t modified_ms; /* since 1970, UTC: when it was last put */
} ts_blob_entry;

/* Every blob, in no order; one that is put or removed meanwhile may or may not be seen. false from `each`
 * stops, and ts_blobs_walk returns true then as well. */
typedef bool (*ts_blob_each)(void *user, const ts_blob_entry *entry);
bool ts_blobs_walk(ts_blobs *blobs, ts_blob_each each, void *user, ts_error *err);

typedef struct ts_blob_totals {
    uint64_t originals, original_bytes;
    uint64_t thumbnails, thumbnail_bytes;
    uint64_t strangers; /* files under names that are none of ours; never touched */
} ts_blob_totals;
bool ts_blobs_totals(ts_blobs *blobs, ts_blob_totals *totals, ts_error *err);

/* Removes what nobody refers to. keep: does a record refer to this original (or have its thumbnails)? Asked
 * at any time, more than once a hash. min_age_s: younger blobs stay: longer than an upload takes from its put
 * to its commit, and than clocks jump (an hour or more). Safe beside puts: one that finds its bytes already
 * there makes them young again, or they are gone and written anew. dry: only count. */
typedef bool (*ts_blob_keep)(void *user, const char *hash);
typedef struct ts_blob_sweep {
    uint64_t seen, removed, removed_bytes;
} ts_blob_sweep;
bool ts_blobs_sweep(ts_blobs *blobs, ts_blob_keep keep, void *user, uint32_t min_age_s, bool dry,
                    ts_blob_sweep *result, ts_error *err);

typedef enum ts_blob_damage {
    TS_BLOB_CHANGED = 0, /* the bytes no longer have the hash of their name */
    TS_BLOB_UNREADABLE,
    TS_BLOB_EMPTY,   /* a thumbnail without a byte */
    TS_BLOB_STRANGER /* a name that is none of ours (path says which) */
} ts_blob_damage;
const char *ts_blob_damage_name(ts_blob_damage damage);

/* path: within the store; borrowed for the call. false stops. */
typedef bool (*ts_blob_damaged)(void *user, ts_blob_damage damage, const char *path);
typedef struct ts_blob_verify {
    uint64_t checked, checked_bytes, damaged;
} ts_blob_verify;
/* Reads and hashes every original. True when it could look at everything, damaged or not. */
bool ts_blobs_verify(ts_blobs *blobs, ts_blob_damaged damaged, void *user, ts_blob_verify *result,
                     ts_error *err);

#endif
