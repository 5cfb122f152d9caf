/* service (private): a request that may come twice and takes effect once. */
#ifndef TS_SERVICE_IDEMPOTENT_H
#define TS_SERVICE_IDEMPOTENT_H

#include "service/core.h"
#include "service/upload.h"

/* One claim. Zeroed: the request named no key, and everything below does nothing. */
typedef struct ts_idempotent {
    const char *key_id, *key;
    const char *picture, *job; /* of the first answer, when it came again */
    bool stored;               /* the answer went in with the effect */
} ts_idempotent;

/* *again: it was done before; picture and job say what came of it. TS_CONFLICT while the first is under way,
 * TS_REFUSED when the key was used for something else. */
bool ts_idempotent_claim(ts_service *service, const ts_actor *actor, const ts_upload *ask, ts_arena *arena,
                         ts_idempotent *claim, bool *again, ts_error *err);
/* Within the change that has the effect. */
bool ts_idempotent_store(ts_idempotent *claim, ts_txn *txn, const char *picture, const char *job,
                         ts_error *err);
/* After the change: a claim that came to nothing is given up, so that the client may try again. */
void ts_idempotent_release(ts_service *service, ts_idempotent *claim, bool done);

#endif
