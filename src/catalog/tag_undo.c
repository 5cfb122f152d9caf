/* catalog: taking back what was done to tags: a batch, a line, or all that one model said. */
#include <string.h>

#include "base/error.h"
#include "catalog/ledger.h"

/* ---- undo ---------------------------------------------------------------------------------------- */

/* A tag that the batch touched. */
typedef struct undo_target {
    int64_t picture;
    const char *key;
} undo_target;

typedef struct undo_work {
    ts_txn *txn;
    const ts_tag_undo *undo;
    ts_tag_undone *out;
    ts_arena *lasting, *passing; /* for the whole call, for one tag */
} undo_work;

static void read_target(ts_rows *rows, ts_arena *arena, void *out)
{
    undo_target *target = out;
    target->picture = ts_sql_int(rows);
    target->key = ts_sql_text(rows, arena);
}

/* All targets are read before the first line is written: the undo writes into the table that it reads. */
static bool find_targets(undo_work *work, const undo_target **targets, size_t *count, ts_error *err)
{
    const ts_tag_undo *undo = work->undo;
    const void *found = NULL;
    bool ok;
    if (undo->batch)
        ok = ts_sql_all(work->txn,
                        "SELECT DISTINCT picture, key FROM ledger WHERE batch = (SELECT number FROM batches"
                        " WHERE id = ?) AND picture > ? ORDER BY picture, key",
                        ARGS(T(undo->batch), I(undo->after)), read_target, sizeof(undo_target), work->lasting,
                        &found, count, err);
    else
        ok = ts_sql_all(work->txn, "SELECT picture, key FROM ledger WHERE seq = ? AND picture > ?",
                        ARGS(I(undo->seq), I(undo->after)), read_target, sizeof(undo_target), work->lasting,
                        &found, count, err);
    *targets = found;
    if (!ok || *count > 0 || undo->after > 0) return ok;
    return ts_fail(err, TS_NOT_FOUND, "there is nothing to undo under that name");
}

static bool is_ours(const ts_tag_undo *undo, const ts_ledger_line *line)
{
    if (undo->batch) return line->batch && strcmp(line->batch, undo->batch) == 0;
    return line->seq == undo->seq;
}

/* Where our lines begin and end among the tag's lines. */
static void find_span(const ts_tag_undo *undo, const ts_ledger_line *lines, size_t count, size_t *first,
                      size_t *last)
{
    *first = count;
    *last = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_ours(undo, &lines[i])) continue;
        if (*first == count) *first = i;
        *last = i;
    }
}

static bool write_restore(undo_work *work, const ts_ledger_line *model, const ts_standing *back,
                          ts_error *err)
{
    ts_ledger_line line = {
        .picture = model->picture,
        .key = model->key,
        .facet = "",
        .action = TS_LEDGER_RESTORE,
        .author = *work->undo->author,
        .state = back->present ? back->row.state : TS_LEDGER_REJECTED,
        .confidence = back->row.confidence,
        .analyser = "",
        .model = "",
        .version = "",
        .batch = work->undo->new_batch,
        .restores = back->row.seq,
    };
    return ts_ledger_append(work->txn, &line, err) &&
           ts_tag_store(work->txn, model->picture, model->key, back, err);
}

static bool undo_tag(undo_work *work, const undo_target *target, bool *changed, ts_error *err)
{
    static const ts_standing nothing = {0};
    const ts_ledger_line *lines = NULL;
    size_t count = 0, first, last;
    ts_arena_reset(work->passing);
    if (!ts_ledger_lines(work->txn, target->picture, target->key, work->passing, &lines, &count, err))
        return false;
    ts_standing *standings = TS_NEW_ARRAY(work->passing, count + 1, ts_standing);
    if (!standings) return ts_fail_memory(err);
    ts_tag_fold(lines, count, standings);
    find_span(work->undo, lines, count, &first, &last);
    if (first == count) return true; /* the same picture's tag of another name: not reached */
    /* Does what we did still stand? Undone later changes count as never made: they restored this very standing. */
    if (standings[count - 1].row.seq != standings[last].row.seq) {
        work->out->skipped++;
        return true;
    }
    const ts_standing *back = first > 0 ? &standings[first - 1] : &nothing;
    work->out->undone++;
    *changed = true;
    return write_restore(work, &lines[last], back, err);
}

static bool touch(const undo_work *work, int64_t picture, ts_error *err)
{
    const ts_tag_undo *undo = work->undo;
    return ts_tags_touch(work->txn, picture, err) &&
           (!undo->touched || undo->touched(undo->context, work->txn, picture, err));
}

static bool undo_targets(undo_work *work, const undo_target *targets, size_t count, ts_error *err)
{
    size_t limit = work->undo->limit ? work->undo->limit : SIZE_MAX;
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        if (!undo_tag(work, &targets[i], &changed, err)) return false;
        if (i + 1 < count && targets[i + 1].picture == targets[i].picture) continue;
        if (changed && !touch(work, targets[i].picture, err)) return false;
        changed = false;
        if (i + 1 < count && i + 1 >= limit) {
            work->out->next = targets[i].picture;
            return true;
        }
    }
    return true;
}

bool ts_tags_undo(ts_txn *txn, const ts_tag_undo *undo, ts_tag_undone *out, ts_error *err)
{
    ts_check_writes(txn);
    const undo_target *targets = NULL;
    size_t count = 0;
    *out = (ts_tag_undone){0};
    undo_work work = {
        .txn = txn, .undo = undo, .out = out, .lasting = ts_arena_new(0), .passing = ts_arena_new(0)};
    bool ok = (work.lasting && work.passing) || ts_fail_memory(err);
    ok = ok && find_targets(&work, &targets, &count, err) && undo_targets(&work, targets, count, err);
    ts_arena_free(work.lasting);
    ts_arena_free(work.passing);
    return ok;
}

bool ts_tags_batch_is_of(ts_txn *txn, const char *batch, const ts_author *author, bool *is, ts_error *err)
{
    int64_t picture;
    bool others;
    if (!ts_sql_value(
            txn,
            "SELECT l.picture FROM ledger l JOIN authors a ON a.number = l.author"
            " WHERE l.batch = (SELECT number FROM batches WHERE id = ?) AND (a.kind <> ? OR a.id <> ?)"
            " LIMIT 1",
            ARGS(T(batch), I(author->kind), T(author->id)), &picture, &others, err))
        return false;
    *is = !others;
    return true;
}

/* ---- all of a source ----------------------------------------------------------------------------- */

typedef struct source_tag {
    int64_t picture;
    const char *key, *facet;
} source_tag;

static void read_source_tag(ts_rows *rows, ts_arena *arena, void *out)
{
    source_tag *tag = out;
    tag->picture = ts_sql_int(rows);
    tag->key = ts_sql_text(rows, arena);
    tag->facet = ts_sql_text(rows, arena);
}

/* The last picture of this step, and whether there are more. */
static bool find_end(ts_txn *txn, int64_t after, size_t pictures, int64_t *end, int64_t *next, ts_error *err)
{
    bool more;
    *next = 0;
    *end = INT64_MAX;
    if (pictures == 0) return true;
    if (!ts_sql_value(txn, "SELECT number FROM pictures WHERE number > ? ORDER BY number LIMIT 1 OFFSET ?",
                      ARGS(I(after), I(pictures - 1)), end, &more, err))
        return false;
    if (more) *next = *end;
    return true;
}

static bool drop_tag(ts_txn *txn, const source_tag *tag, const ts_author *author, const char *batch,
                     ts_error *err)
{
    static const ts_standing nothing = {0};
    ts_ledger_line line = {.picture = tag->picture,
                           .key = tag->key,
                           .facet = tag->facet,
                           .action = TS_LEDGER_DROP,
                           .author = *author,
                           .state = TS_LEDGER_REJECTED,
                           .analyser = "",
                           .model = "",
                           .version = "",
                           .batch = batch};
    return ts_ledger_append(txn, &line, err) && ts_tag_store(txn, tag->picture, tag->key, &nothing, err);
}

static bool drop_all(ts_txn *txn, const source_tag *tags, size_t count, const ts_author *author,
                     const char *batch, ts_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!drop_tag(txn, &tags[i], author, batch, err)) return false;
        if (i + 1 < count && tags[i + 1].picture == tags[i].picture) continue;
        if (!ts_tags_touch(txn, tags[i].picture, err)) return false;
    }
    return true;
}

bool ts_tags_drop_source(ts_txn *txn, const ts_tag_source *source, const ts_author *author, const char *batch,
                         int64_t after, size_t pictures, size_t *dropped, int64_t *next, ts_error *err)
{
    ts_check_writes(txn);
    const void *tags = NULL;
    int64_t end;
    *dropped = 0;
    if (!find_end(txn, after, pictures, &end, next, err)) return false;
    ts_arena *arena = ts_arena_new(0);
    bool ok = arena || ts_fail_memory(err);
    ok = ok &&
         ts_sql_all(
             txn,
             "SELECT t.picture, t.key, t.facet FROM tags t JOIN authors a ON a.number = t.author"
             " JOIN ledger l ON l.seq = t.evidence JOIN origins o ON o.number = l.origin"
             " WHERE t.picture > ?1 AND t.picture <= ?2 AND a.kind <= 2 AND (?3 IS NULL OR o.analyser = ?3)"
             " AND (?4 IS NULL OR o.model = ?4) AND (?5 IS NULL OR o.version = ?5) ORDER BY t.picture, t.key",
             ARGS(I(after), I(end), T(source->analyser), T(source->model), T(source->version)),
             read_source_tag, sizeof(source_tag), arena, &tags, dropped, err) &&
         drop_all(txn, tags, *dropped, author, batch, err);
    ts_arena_free(arena);
    return ok;
}
