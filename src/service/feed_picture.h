/* service (private): a picture as the search index wants it, read from the catalogue. */
#ifndef TS_SERVICE_FEED_PICTURE_H
#define TS_SERVICE_FEED_PICTURE_H

#include "catalog/catalog.h"
#include "search/search.h"

/* *there false: deleted, or not to be found (failed, gone). Everything lives in the arena. */
bool ts_feed_picture(ts_txn *txn, int64_t number, ts_arena *arena, ts_index_picture *out, bool *there,
                     ts_error *err);
/* The next pictures after a number, at most `limit`, as changes (room for so many), removals where they are not to be
 * found. Tags are read together, not picture by picture. */
bool ts_feed_page(ts_txn *txn, int64_t after, size_t limit, ts_arena *arena, ts_index_change *changes,
                  size_t *count, ts_error *err);

#endif
