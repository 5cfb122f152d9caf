/* service (private): the schemes of a data folder, kept as documents and held in memory once they were asked for. Knows no
 * actor and no tag.
 *
 * A scheme is read by many at once and changed seldom, so it is immutable: a change makes the next edition from the kept text,
 * commits it, and puts it in the place of the one before, which goes when its last reader lets go. What comes with the program
 * is made anew by each program; only what the user has set on it is kept. Any thread. */
#ifndef TS_SERVICE_SCHEME_STORE_H
#define TS_SERVICE_SCHEME_STORE_H

#include "catalog/catalog.h"
#include "ontology/ontology.h"
#include "service/service.h"

typedef struct ts_scheme_store ts_scheme_store;

/* One edition; given back with ts_scheme_release. */
typedef struct ts_scheme_held {
    const ts_scheme *scheme;
    int64_t version; /* 0: as it came with the program */
    int64_t updated; /* 0 likewise */
} ts_scheme_held;

/* All are borrowed and must outlive the store; vocab_dir is copied. */
ts_scheme_store *ts_scheme_store_new(ts_catalog *catalog, const ts_vocab *vocab, const char *vocab_dir,
                                     ts_error *err);
void ts_scheme_store_free(ts_scheme_store *store); /* NULL is fine; nothing may be held */
const ts_vocab *ts_scheme_store_vocab(const ts_scheme_store *store);
const char *ts_scheme_store_vocab_dir(const ts_scheme_store *store);

/* The one of an open data folder. */
ts_scheme_store *ts_service_scheme_store(ts_service *service);

/* NULL with TS_NOT_FOUND where there is none of that name. */
const ts_scheme_held *ts_scheme_hold(ts_scheme_store *store, const char *name, ts_error *err);
void ts_scheme_release(ts_scheme_store *store, const ts_scheme_held *held); /* NULL is fine */

/* Reads all that is kept, so that ts_scheme_store_search knows it. What cannot be read is told to `trouble` and passed over. */
bool ts_scheme_store_load(ts_scheme_store *store, void (*trouble)(void *context, const ts_error *err),
                          void *context, ts_error *err);
/* The core concepts that a name stands for in any scheme that is kept (ts_scheme_search). Quick: nothing is read. */
void ts_scheme_store_search(ts_scheme_store *store, const char *name,
                            void (*found)(void *sink, const char *core), void *sink);

/* All names, those that come with the program first. In the arena. */
bool ts_scheme_names(ts_scheme_store *store, ts_arena *arena, const char *const **names, size_t *count,
                     ts_error *err);

/* Takes the scheme (whatever comes of it) and makes it the edition that counts. expected as in catalog/documents.h. */
bool ts_scheme_put(ts_scheme_store *store, ts_scheme *scheme, int64_t expected, ts_error *err);
/* What comes with the program loses the user's settings. */
bool ts_scheme_delete(ts_scheme_store *store, const char *name, int64_t expected, ts_error *err);

/* A copy to change and put again, and the version to expect there. NULL on failure; the caller frees it or puts it. */
ts_scheme *ts_scheme_edit(ts_scheme_store *store, const char *name, int64_t *version, ts_error *err);

#endif
