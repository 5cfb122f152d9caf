/* catalog: the change log: one line for each record that changed, in commit order. Whatever is derived from the
 * catalogue (search index, event streams, exports) reads it from where it stopped and looks the record up. */
#ifndef TS_CATALOG_CHANGES_H
#define TS_CATALOG_CHANGES_H

#include "catalog/catalog.h"

/* Stored as numbers: never renumber. */
typedef enum ts_change_kind {
    TS_CHANGE_PICTURE = 1,          /* added or changed; number and id */
    TS_CHANGE_PICTURE_DELETED = 2,  /* number and id */
    TS_CHANGE_TAGS = 3,             /* of the picture `number`; its row's version has grown too */
    TS_CHANGE_DOCUMENT = 4,         /* id is "KIND/ID" */
    TS_CHANGE_DOCUMENT_DELETED = 5, /* id is "KIND/ID" */
    TS_CHANGE_JOB = 6,              /* number and id */
    TS_CHANGE_KEY = 7,              /* id */
    TS_CHANGE_PERSON = 8,           /* id */
    TS_CHANGE_VECTOR = 9            /* of the picture `number` */
} ts_change_kind;
/* "picture", "picture_deleted", …; "unknown" outside the table. */
const char *ts_change_kind_name(ts_change_kind kind);

/* Whom a change of a picture is for. Stored as numbers: never renumber. */
typedef enum ts_change_sight {
    TS_CHANGE_FOR_ALL = 0,
    TS_CHANGE_HIDDEN = 1,   /* the picture is held or rejected, and was before or is new */
    TS_CHANGE_WITHDRAWN = 2 /* it was visible up to this change */
} ts_change_sight;

typedef struct ts_change {
    int64_t seq; /* from 1, without gaps */
    ts_change_kind kind;
    int64_t number; /* 0 where the kind has none */
    const char *id; /* "" where the kind has none */
    int64_t at;
    ts_change_sight sight; /* of PICTURE and PICTURE_DELETED; else FOR_ALL */
} ts_change;

typedef struct ts_change_page {
    const ts_change *changes; /* ascending */
    size_t count;
    int64_t last; /* go on after this one; equals `after` when there is nothing */
    bool lost;    /* lines after `after` were pruned: what is derived must be read anew, from `last` on */
} ts_change_page;

/* Up to limit lines with seq > after. */
bool ts_changes_read(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, ts_change_page *page,
                     ts_error *err);

/* The newest seq in this snapshot; 0 in an empty log. */
bool ts_changes_last(ts_txn *txn, int64_t *seq, ts_error *err);

/* Writes. Forgets up to limit lines older than `before` (ms since 1970), but never the newest one. *pruned counts. */
bool ts_changes_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err);

/* Writes. For the family of pictures: the same with whom it is for. */
bool ts_changes_add_sight(ts_txn *txn, ts_change_kind kind, int64_t number, const char *id,
                          ts_change_sight sight, ts_error *err);

/* Writes. For the families of this room: logs a change; the same one twice in a row within a change is one line. */
bool ts_changes_add(ts_txn *txn, ts_change_kind kind, int64_t number, const char *id, ts_error *err);

#endif
