/* catalog: JSON documents with a version: presets, webhooks, policies, settings, libraries (import roots), …
 * What the body means is their owner's business. */
#ifndef TS_CATALOG_DOCUMENTS_H
#define TS_CATALOG_DOCUMENTS_H

#include "catalog/catalog.h"

typedef struct ts_document_row {
    const char *kind; /* "preset" */
    const char *id;   /* unique within the kind */
    int64_t version;  /* from 1 */
    int64_t created, updated;
    const char *body; /* JSON */
} ts_document_row;

#define TS_VERSION_ANY (-1) /* whatever is there, or nothing */
#define TS_VERSION_NEW 0    /* nothing may be there: TS_CONFLICT */

/* Writes. expected: a version (TS_CHANGED when it is another, TS_NOT_FOUND when there is none), or one of the above.
 * *version, if not NULL, is the new one. */
bool ts_documents_put(ts_txn *txn, const char *kind, const char *id, const char *body, int64_t expected,
                      int64_t *version, ts_error *err);
bool ts_documents_get(ts_txn *txn, const char *kind, const char *id, ts_arena *arena, ts_document_row *out,
                      ts_error *err);
/* All of a kind, by id. */
bool ts_documents_list(ts_txn *txn, const char *kind, ts_arena *arena, const ts_document_row **rows,
                       size_t *count, ts_error *err);
/* Writes. expected as above (not NEW). TS_NOT_FOUND when there is none. */
bool ts_documents_delete(ts_txn *txn, const char *kind, const char *id, int64_t expected, ts_error *err);

#endif
