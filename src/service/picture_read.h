/* service (private): pictures read for other use cases, which have checked who asks. */
#ifndef TS_SERVICE_PICTURE_READ_H
#define TS_SERVICE_PICTURE_READ_H

#include "service/core.h"
#include "service/pictures.h"

/* By public id, in a snapshot of its own. TS_NOT_FOUND also for what is held, unless query says otherwise. */
bool ts_service_picture_of(ts_service *service, const ts_picture_query *query, ts_arena *arena,
                           ts_picture_full *out, ts_error *err);

/* Within a transaction. */
bool ts_picture_find(ts_txn *txn, const char *id, bool with_held, ts_arena *arena, ts_picture_row *row,
                     ts_error *err);
bool ts_picture_fill(ts_txn *txn, int64_t number, bool with_rejected, ts_arena *arena, ts_picture_full *out,
                     ts_error *err);

/* The bytes of a picture's original, from the blobs or from where it stays. Appended to out. */
bool ts_picture_bytes(ts_service *service, const ts_picture_row *row, ts_buf *out, ts_error *err);

#endif
