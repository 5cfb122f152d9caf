/* blob: what the room's files share: the operations that a place for blobs offers, and how blobs are named. */
#ifndef TS_BLOB_PRIVATE_H
#define TS_BLOB_PRIVATE_H

#include <openssl/evp.h>

#include "blob/blob.h"

/* A file in the spool, synced, with a hash: ready to be named. */
typedef struct ts_blob_spooled {
    const char *file; /* in the spool */
    const void *bytes;
    uint64_t length;
} ts_blob_spooled;

/* Shows a blob (entry), or a name that is none of ours (stranger: its path; entry NULL). false stops. */
typedef bool (*ts_blob_seen)(void *user, const ts_blob_entry *entry, const char *stranger);

/* What a place for blobs does; names are valid when they get here. A place embeds ts_blobs as its first member. */
typedef struct ts_blob_place {
    /* Names a spooled file; it is gone from the spool afterwards, or still there on failure. was_there: it had the blob,
     * which is young again. Thumbnails are replaced. */
    bool (*keep)(ts_blobs *blobs, const ts_blob_name *name, const ts_blob_spooled *spooled, bool *was_there,
                 ts_error *err);
    /* Is this original there, with these very bytes, and on disk? Then it is young again. */
    bool (*refresh)(ts_blobs *blobs, const ts_blob_name *name, const ts_blob_spooled *spooled);
    int (*open)(ts_blobs *blobs, const ts_blob_name *name, uint64_t *length, ts_error *err);
    bool (*exists)(ts_blobs *blobs, const ts_blob_name *name);
    bool (*remove)(ts_blobs *blobs, const ts_blob_name *name, ts_error *err);
    bool (*remove_thumbnails)(ts_blobs *blobs, const char *hash, ts_error *err);
    /* Removes it unless it was put within the last min_age_s; whole against `keep` of the same blob. */
    bool (*remove_old)(ts_blobs *blobs, const ts_blob_name *name, uint32_t min_age_s, bool *removed,
                       ts_error *err);
    bool (*walk)(ts_blobs *blobs, ts_blob_seen seen, void *user, ts_error *err);
    /* A fresh file in the spool, open for reading and writing; its name in `file`. -1 on failure. */
    int (*spool)(ts_blobs *blobs, char file[64], ts_error *err);
    void (*unspool)(ts_blobs *blobs, const char *file);
    void (*close)(ts_blobs *blobs);
} ts_blob_place;

struct ts_blobs {
    const ts_blob_place *place;
};

#define TS_BLOB_FILE 80 /* room for a file's name: HEX or HEX-SIZE.jpg */

bool ts_blob_is_hash(const char *text);
const char *ts_blob_kind_folder(ts_blob_kind kind); /* "originals" */
/* The file's name within its folder. */
void ts_blob_file_name(const ts_blob_name *name, char file[TS_BLOB_FILE]);
/* The way back; false: none of ours. Leaves length and time alone. */
bool ts_blob_file_parse(ts_blob_kind kind, const char *file, ts_blob_entry *entry);

/* Does the file hold these bytes and no more? Not being sure is a no. */
bool ts_blob_is_same(int fd, const void *bytes, uint64_t length);

/* Ends a digest as a name; the context is freed. */
bool ts_blob_digest_end(EVP_MD_CTX *digest, char hash[TS_BLOB_HASH]);
EVP_MD_CTX *ts_blob_digest_new(void); /* NULL: out of memory */

#endif
