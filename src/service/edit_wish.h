/* service (private): what edit.c and edit_many.c share: one wish of one actor about tags, whatever picture it is done to. */
#ifndef TS_SERVICE_EDIT_WISH_H
#define TS_SERVICE_EDIT_WISH_H

#include "service/core.h"
#include "service/edit.h"

typedef struct ts_edit_wish {
    ts_service *service;
    const ts_actor *actor;
    ts_author author;
    const ts_edit *edits;
    size_t count;
    const char *batch; /* of the lines that it writes */
} ts_edit_wish;

/* Do the edits make sense, and may this actor ask for them? TS_USAGE, TS_FORBIDDEN. */
bool ts_edit_check(const ts_actor *actor, const ts_edit *edits, size_t count, ts_error *err);

/* What the wish means for this picture; what it makes lives in the arena. With any transaction. */
bool ts_edit_translate(const ts_edit_wish *w, ts_txn *txn, int64_t picture, ts_arena *arena,
                       const ts_tag_edit **edits, size_t *count, ts_error *err);

/* What edit->boxes says goes into the tag; what its models saw of it stays. TS_USAGE for a box that is nowhere in the
 * picture. */
bool ts_edit_put_boxes(ts_txn *txn, int64_t picture, const ts_edit *edit, ts_arena *arena, ts_tag_input *tag,
                       ts_error *err);

/* Within a change: translated and done. Tells nobody. */
bool ts_edit_picture(const ts_edit_wish *w, ts_txn *txn, int64_t number, ts_arena *arena, ts_tag_diff *diff,
                     ts_error *err);

#endif
