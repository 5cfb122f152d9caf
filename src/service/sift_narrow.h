/* service (private): which pictures a question of sift.h can be about, by indexes alone: no picture is read. */
#ifndef TS_SERVICE_SIFT_NARROW_H
#define TS_SERVICE_SIFT_NARROW_H

#include "service/number_set.h"
#include "service/sift.h"

/* Pictures beyond these do not fit. */
typedef struct ts_narrowed {
    bool every; /* numbers says nothing: every picture may fit */
    bool exact; /* all of them fit */
    ts_number_set numbers;
} ts_narrowed;

/* Does a condition ask the search index? Whoever narrows waits for it first (ts_feed_wait). */
bool ts_sift_asks_index(const ts_sift *sift);
/* with_index: it is up to date. false: err. Free what comes out. */
bool ts_sift_narrow(const ts_service *service, ts_txn *txn, const ts_sift_ask *ask, bool with_index,
                    ts_narrowed *out, ts_error *err);
/* Every picture of the catalogue in place of "every". */
bool ts_narrowed_spell_out(ts_txn *txn, ts_narrowed *narrowed, ts_error *err);
/* Without those that no list shows: gone ones, and held and rejected ones unless with_held. Not of "every". */
bool ts_narrowed_drop_apart(ts_txn *txn, bool with_held, ts_narrowed *narrowed, ts_error *err);
void ts_narrowed_free(ts_narrowed *narrowed);

#endif
