/* catalog: the outbox of webhooks. A delivery is written with the change that causes it, sent at least once, and in
 * order: of one webhook and one order key (a picture) the next waits until the one before is delivered or dead. */
#ifndef TS_CATALOG_DELIVERIES_H
#define TS_CATALOG_DELIVERIES_H

#include "catalog/catalog.h"

/* Stored as numbers: never renumber. */
typedef enum ts_delivery_state {
    TS_DELIVERY_WAITING = 0,
    TS_DELIVERY_DELIVERED = 1,
    TS_DELIVERY_DEAD = 2
} ts_delivery_state;
const char *ts_delivery_state_name(ts_delivery_state state); /* "waiting" */

typedef struct ts_delivery_row {
    int64_t number;        /* ascending with age */
    const char *id;        /* stable over attempts; what the receiver sees */
    const char *hook;      /* id of the webhook; "" for the address that a request brought */
    const char *url;       /* where to, as of then */
    const char *key_id;    /* whose secret signs, or "" */
    const char *dialect;   /* who renders and signs, or "" */
    const char *event;     /* "picture.tagged" */
    int64_t picture;       /* number or 0 */
    const char *order_key; /* "": no order */
    const char *body;      /* as it is sent */
    ts_delivery_state state;
    int64_t attempts;
    int64_t next_at;     /* when to try (again) */
    int64_t last_status; /* HTTP status of the last attempt; 0: no answer */
    const char *last_error;
    int64_t created, finished;
} ts_delivery_row;

/* Writes. Everything up to body counts; id is made when NULL (in the arena), number set; next_at 0: at once. */
bool ts_deliveries_enqueue(ts_txn *txn, ts_delivery_row *row, ts_arena *arena, ts_error *err);

/* Where nothing is to go just now. */
typedef struct ts_delivery_avoid {
    const char *const *targets; /* a webhook's id, else the URL */
    size_t count;
    bool addresses; /* to none that is no webhook's */
} ts_delivery_avoid;
/* The delivery that is to go next: due, its turn, and to none of those. 0: none. */
bool ts_deliveries_next(ts_txn *txn, const ts_delivery_avoid *avoid, int64_t *number, ts_error *err);
/* The first moment after `after` at which a delivery is due whose turn it is; 0: none. */
bool ts_deliveries_due_after(ts_txn *txn, int64_t after, int64_t *at, ts_error *err);
/* Writes. Up to limit deliveries that are due and whose turn it is, or only the one of this number; nobody else gets them
 * for lease_ms. */
bool ts_deliveries_claim(ts_txn *txn, int64_t number, int64_t lease_ms, size_t limit, ts_arena *arena,
                         const ts_delivery_row **rows, size_t *count, ts_error *err);
/* Writes. A claim given back: nothing was sent, it is due at once and does not count as an attempt. */
bool ts_deliveries_release(ts_txn *txn, int64_t number, ts_error *err);
/* Writes. At the start: what an earlier process had in hand when it died is due at once. It counts as an attempt: a delivery
 * that kills whoever sends it ends as a dead letter. */
bool ts_deliveries_recover(ts_txn *txn, size_t *recovered, ts_error *err);

/* Writes. What came of an attempt. state WAITING: again at retry_at. TS_NOT_FOUND: deleted or killed
 * meanwhile (fine to ignore); one that was killed and arrived all the same counts as delivered. */
typedef struct ts_delivery_outcome {
    ts_delivery_state state;
    int64_t status;
    const char *error; /* "" when delivered */
    int64_t retry_at;
} ts_delivery_outcome;
bool ts_deliveries_record(ts_txn *txn, int64_t number, const ts_delivery_outcome *outcome, ts_error *err);

/* Writes. Once more, at once, with the same id: a delivered or dead one; a waiting one is only made due. */
bool ts_deliveries_redeliver(ts_txn *txn, int64_t number, ts_error *err);
/* Writes. Those of a webhook that is gone: waiting ones die. */
bool ts_deliveries_kill(ts_txn *txn, const char *hook, size_t *killed, ts_error *err);
/* Writes. Forgets up to limit delivered ones that finished before that time. */
bool ts_deliveries_prune(ts_txn *txn, int64_t before, size_t limit, size_t *pruned, ts_error *err);

bool ts_deliveries_find(ts_txn *txn, const char *id, ts_arena *arena, ts_delivery_row *out, ts_error *err);
/* Newest first; hook NULL: of all; state -1: all; before: last number of the page before, 0 starts. */
bool ts_deliveries_list(ts_txn *txn, const char *hook, int state, int64_t before, size_t limit,
                        ts_arena *arena, const ts_delivery_row **rows, size_t *count, ts_error *err);
/* Waiting, delivered, dead. */
bool ts_deliveries_counts(ts_txn *txn, int64_t counts[3], ts_error *err);

#endif
