/* catalog: requests that a client may send twice and that must take effect once.
 *
 * Claim before working; store the answer in the same change as the effect; drop when it failed and may be tried again. */
#ifndef TS_CATALOG_IDEMPOTENCY_H
#define TS_CATALOG_IDEMPOTENCY_H

#include "catalog/catalog.h"

typedef struct ts_idempotent_answer {
    int status; /* as stored */
    const char *body;
    int64_t created;
} ts_idempotent_answer;

/* Writes. fingerprint: of everything that makes two requests the same. *found false: it is new and now yours. *found
 * true: `answer` was given before. TS_CONFLICT: one with this key is being worked on. TS_REFUSED: the key was used for
 * another request. A claim that was never answered counts as dropped after claim_ms (the process died). */
bool ts_idempotency_claim(ts_txn *txn, const char *key_id, const char *key, const char *fingerprint,
                          int64_t claim_ms, ts_arena *arena, ts_idempotent_answer *answer, bool *found,
                          ts_error *err);
/* Writes. */
bool ts_idempotency_store(ts_txn *txn, const char *key_id, const char *key, int status, const char *body,
                          ts_error *err);
/* Writes. Forgets a claim that was not answered; none is fine. */
bool ts_idempotency_drop(ts_txn *txn, const char *key_id, const char *key, ts_error *err);
/* Writes. Forgets up to limit that are older than age_ms (usually 24 h). */
bool ts_idempotency_expire(ts_txn *txn, int64_t age_ms, size_t limit, size_t *expired, ts_error *err);

#endif
