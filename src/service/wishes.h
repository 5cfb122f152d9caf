/* service (private): what an uploader wants done once a picture is tagged: tasks that its tags decide, a description. Granted
 * in the change that tags it, so that whoever hears of that hears of all. */
#ifndef TS_SERVICE_WISHES_H
#define TS_SERVICE_WISHES_H

#include "service/core.h"
#include "service/pictures.h"

/* Members of a row's extra. Wishes as ts_upload.wishes has them, and who made them. Granted: {"added": [words],
 * "refused": why a field did not take its value, if one did not}; webhooks are told of it, too. */
#define TS_WISHES "wishes"
#define TS_GRANTED "granted"

/* Adds to those that the row waits with already. */
bool ts_wishes_note(json_t *extra, const json_t *wishes, const ts_actor *actor, ts_error *err);
/* Within a change: does what the row of a tagged picture still waits with; of any other it does nothing. */
bool ts_wishes_grant(ts_service *service, ts_txn *txn, int64_t number, ts_arena *arena, ts_error *err);

#endif
