/* blob: the folder that is a place for blobs; private to the files that make it up. */
#ifndef TS_BLOB_FOLDER_H
#define TS_BLOB_FOLDER_H

#include <pthread.h>
#include <stdatomic.h>

#include "blob/private.h"

typedef struct ts_blob_folder {
    ts_blobs blobs;         /* first: this is one */
    int kinds[2];           /* ROOT/originals, ROOT/thumbnails */
    int spool;              /* ROOT/spool */
    atomic_uint spooled;    /* files made there by this process */
    pthread_mutex_t naming; /* held while a name is given, made young or taken away */
} ts_blob_folder;

/* ROOT/KIND/ab. make: where it is not there. -1 with errno. */
int ts_blob_shard(const ts_blob_folder *folder, ts_blob_kind kind, const char *hash, bool make);

bool ts_blob_folder_walk(ts_blobs *blobs, ts_blob_seen seen, void *user, ts_error *err);
bool ts_blob_folder_remove_thumbnails(ts_blobs *blobs, const char *hash, ts_error *err);

#endif
