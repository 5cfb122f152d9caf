/* catalog: the tag table made anew from the ledger, or compared with it. */
#include <string.h>

#include "base/error.h"
#include "catalog/ledger.h"

/* What the ledger says of one picture: standings of its tags that are there, by key. */
typedef struct replayed {
    const ts_standing *standings; /* row.key is set */
    size_t count;
} replayed;

static bool replay_picture(ts_txn *txn, int64_t picture, ts_arena *arena, replayed *out, ts_error *err)
{
    const ts_ledger_line *lines = NULL;
    size_t count = 0;
    ts_list list = {0};
    if (!ts_ledger_lines(txn, picture, NULL, arena, &lines, &count, err)) return false;
    ts_standing *standings = TS_NEW_ARRAY(arena, count + 1, ts_standing);
    if (!standings) return ts_fail_memory(err);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && strcmp(lines[end].key, lines[start].key) == 0;) end++;
        ts_tag_fold(lines + start, end - start, standings + start);
        if (!standings[end - 1].present) continue;
        ts_standing *last = ts_list_add(&list, sizeof *last, arena);
        if (!last) return ts_fail_memory(err);
        *last = standings[end - 1];
    }
    *out = (replayed){.standings = list.items, .count = list.count};
    return true;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_bits(double a, double b)
{
    uint64_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x == y;
}

static bool same_row(const ts_tag_row *a, const ts_tag_row *b)
{
    return same_text(a->key, b->key) && same_text(a->label, b->label) && same_text(a->facet, b->facet) &&
           a->state == b->state && same_bits(a->confidence, b->confidence) && a->position == b->position &&
           a->action == b->action && a->author.kind == b->author.kind &&
           same_text(a->author.id, b->author.id) && same_text(a->author.name, b->author.name) &&
           a->seq == b->seq && a->evidence == b->evidence && a->at == b->at && same_bits(a->raw, b->raw) &&
           same_text(a->payload, b->payload);
}

bool ts_tags_replay_equal(ts_txn *txn, int64_t picture, bool *equal, ts_error *err)
{
    const void *found = NULL;
    size_t count = 0;
    replayed ledger = {0};
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    /* Bytes decide the order here as in the ledger. */
    bool ok = replay_picture(txn, picture, arena, &ledger, err) &&
              ts_sql_all(txn, TS_SELECT_TAG "WHERE t.picture = ? ORDER BY t.key", ARGS(I(picture)),
                         ts_tag_row_read, sizeof(ts_tag_row), arena, &found, &count, err);
    const ts_tag_row *rows = found;
    *equal = ok && count == ledger.count;
    for (size_t i = 0; *equal && i < count; i++) *equal = same_row(&rows[i], &ledger.standings[i].row);
    ts_arena_free(arena);
    return ok;
}

static bool rebuild(ts_txn *txn, int64_t picture, ts_arena *arena, ts_error *err)
{
    replayed ledger = {0};
    if (!replay_picture(txn, picture, arena, &ledger, err)) return false;
    if (!ts_sql_run(txn, "DELETE FROM tags WHERE picture = ?", ARGS(I(picture)), err)) return false;
    for (size_t i = 0; i < ledger.count; i++)
        if (!ts_tag_store(txn, picture, ledger.standings[i].row.key, &ledger.standings[i], err)) return false;
    return true;
}

static bool next_picture(ts_txn *txn, int64_t after, int64_t *picture, bool *found, ts_error *err)
{
    return ts_sql_value(txn, "SELECT number FROM pictures WHERE number > ? ORDER BY number LIMIT 1",
                        ARGS(I(after)), picture, found, err);
}

bool ts_tags_replay(ts_txn *txn, int64_t picture, ts_error *err)
{
    ts_check_writes(txn);
    ts_arena *arena = ts_arena_new(0);
    if (!arena) return ts_fail_memory(err);
    int64_t number = picture;
    bool found = picture != 0, ok = true;
    if (!found) ok = next_picture(txn, 0, &number, &found, err);
    while (ok && found) {
        ts_arena_reset(arena);
        ok = rebuild(txn, number, arena, err) && ts_tags_touch(txn, number, err);
        found = false;
        if (ok && picture == 0) ok = next_picture(txn, number, &number, &found, err);
    }
    ts_arena_free(arena);
    return ok;
}
