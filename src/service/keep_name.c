/* service: a new picture takes its name. Knows no dialect. */
#include "service/keep_name.h"
#include "service/revisions.h"

bool ts_keep_name_holder(ts_txn *txn, const ts_upload *ask, ts_arena *arena, const ts_picture_row **holder,
                         ts_error *err)
{
    ts_error missing = {0};
    int64_t number = 0;
    *holder = NULL;
    if (!ask->space) return true;
    if (!ts_names_find(txn, ask->space, ask->alias, &number, &missing)) {
        if (missing.code == TS_NOT_FOUND) return true;
        if (err) *err = missing;
        return false;
    }
    ts_picture_row *row = TS_NEW(arena, ts_picture_row);
    if (!row) return ts_fail_memory(err);
    *holder = row;
    return ts_pictures_get(txn, number, arena, row, err);
}

/* Whoever knew the old picture by its id knows the new one by it, and sees that it is another version. */
static bool overwrite(ts_keep *keep, ts_txn *txn, const ts_picture_row *old, ts_picture_row *row,
                      ts_error *err)
{
    row->id = old->id;
    row->created = old->created;
    row->version = old->version + 1;
    keep->replaced = old->sha256;
    return ts_pictures_delete(txn, old->number, -1, err);
}

bool ts_keep_take_name(ts_keep *keep, ts_txn *txn, ts_picture_row *row, ts_error *err)
{
    const ts_picture_row *holder = NULL;
    if (keep->ask->alias_rule == TS_ALIAS_MOVES) return true;
    if (!ts_keep_name_holder(txn, keep->ask, keep->arena, &holder, err)) return false;
    if (!holder) return true;
    if (keep->ask->alias_rule == TS_ALIAS_OVERWRITES) return overwrite(keep, txn, holder, row, err);
    if (keep->ask->alias_rule == TS_ALIAS_SUCCEEDS) {
        keep->older = holder->number;
        return ts_revision_begin(txn, holder, row, keep->arena, err);
    }
    keep->twin = holder;
    return ts_fail(err, TS_CONFLICT, "another picture is called %.200s already", keep->ask->alias);
}

bool ts_keep_put_name(const ts_keep *keep, ts_txn *txn, const ts_picture_row *row, ts_error *err)
{
    int64_t number = row->number;
    if (keep->older && !ts_revision_end(txn, keep->older, row, keep->arena, err)) return false;
    return !keep->ask->space || ts_names_put(txn, keep->ask->space, keep->ask->alias, number, true, err);
}
