/* service (private): the name that a new picture is to have, and what becomes of the picture that has it. */
#ifndef TS_SERVICE_KEEP_NAME_H
#define TS_SERVICE_KEEP_NAME_H

#include "service/keep_picture.h"

/* The picture that has the name now; NULL: none, or none was asked for. */
bool ts_keep_name_holder(ts_txn *txn, const ts_upload *ask, ts_arena *arena, const ts_picture_row **holder,
                         ts_error *err);

/* Within the commit, before the row is inserted: TS_ALIAS_OVERWRITES deletes the holder and gives its id, its time of birth
 * and its next version to the row; TS_ALIAS_SUCCEEDS makes the holder an older revision (keep->older); TS_ALIAS_STAYS is TS_CONFLICT with the holder as keep->twin. */
bool ts_keep_take_name(ts_keep *keep, ts_txn *txn, ts_picture_row *row, ts_error *err);
/* After it was inserted. */
bool ts_keep_put_name(const ts_keep *keep, ts_txn *txn, const ts_picture_row *row, ts_error *err);

#endif
