/* service: what pictures were before other bytes came under their name. The picture that is there keeps the id by which all
 * know it; each older revision is a picture of its own, with an id of its own and no name. Order and number stand in a
 * space of names that is theirs alone, so that whoever comes next in one transaction finds all that came before. */
#ifndef TS_SERVICE_REVISIONS_H
#define TS_SERVICE_REVISIONS_H

#include <jansson.h>

#include "service/pictures.h"

/* Member of a row's extra, and of what webhooks are told: {"of", "id", "number"}. */
#define TS_REVISION "revision"
enum { TS_REVISIONS_MAX = 100 };

typedef struct ts_revision {
    const char *of; /* id of the picture that is there now; its own: it is that one */
    const char *id; /* stays the same whichever is the current one; of the first the picture's id */
    int64_t number; /* from 1; never used again while there is a later one */
} ts_revision;
/* Of a row's extra, or of a payload, which it borrows from; picture: the row's id. A picture that nothing came after is its
 * own first. */
ts_revision ts_revision_of(const json_t *extra, const char *picture);

/* The older ones, latest first. TS_NOT_FOUND for a picture that is not there. Scope: read. */
bool ts_service_revisions(ts_service *service, const ts_actor *actor, const char *picture, bool with_held,
                          ts_arena *arena, const ts_picture_full **out, size_t *count, ts_error *err);
/* Makes an older revision the current one: id and names are its own from then on, and those of the one that was current
 * until now are an older revision's. Tells picture.updated. TS_NOT_FOUND. Scope: write. */
bool ts_service_revision_restore(ts_service *service, const ts_actor *actor, const char *picture,
                                 const char *revision, ts_arena *arena, ts_picture_full *out, ts_error *err);
/* Deletes all older ones; of a picture that is gone, too. Scope: write. */
bool ts_service_revisions_delete(ts_service *service, const ts_actor *actor, const char *picture,
                                 ts_error *err);

/* Within a change. begin: before the new row is inserted: it gets the old one's id, time of birth, next version and next
 * revision, the old one an id of its own. TS_USAGE when there are TS_REVISIONS_MAX already. end: after it was inserted. */
bool ts_revision_begin(ts_txn *txn, const ts_picture_row *old, ts_picture_row *row, ts_arena *arena,
                       ts_error *err);
bool ts_revision_end(ts_txn *txn, int64_t old, const ts_picture_row *row, ts_arena *arena, ts_error *err);

#endif
