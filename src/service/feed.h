/* service (private): carries the catalogue's change log into the search index, on a thread of its own. */
#ifndef TS_SERVICE_FEED_H
#define TS_SERVICE_FEED_H

#include "base/log.h"
#include "catalog/catalog.h"
#include "search/search.h"
#include "vocab/vocab.h"

typedef struct ts_feed ts_feed;

typedef struct ts_feed_options {
    ts_catalog *catalog;
    ts_index *index;
    const char *snapshot_dir; /* where the index is saved now and then, and loaded from */
    ts_log *log;
} ts_feed_options;

/* Loads the snapshot (or starts empty) and follows the change log from there on. */
ts_feed *ts_feed_open(const ts_feed_options *options, ts_error *err);
void ts_feed_close(ts_feed *feed); /* saves a snapshot; NULL is fine */

/* Waits until the index knows everything up to seq, at most ms. */
bool ts_feed_wait(ts_feed *feed, int64_t seq, uint32_t ms);
/* The same for whoever only waits for something to happen: ends at once when ts_feed_hush has been called. */
bool ts_feed_wait_news(ts_feed *feed, int64_t seq, uint32_t ms);
void ts_feed_hush(ts_feed *feed);
/* How many changes the index is behind. */
int64_t ts_feed_lag(ts_feed *feed);

#endif
