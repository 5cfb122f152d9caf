/* service: tags changed by people. A wish becomes edits of the ledger; the ledger decides what they come to. */
#include "service/edit.h"

#include <stdio.h>
#include <string.h>

#include "service/keep_picture.h"
#include "service/picture_read.h"

enum { batch_size = 1000, samples_max = 20, edits_max = 500, undo_step = 5000 };

const char *ts_edit_action_name(ts_edit_action action)
{
    static const char *const names[TS_EDIT_ACTION_COUNT] = {"add", "remove", "accept", "reject", "replace"};
    return (unsigned)action < TS_EDIT_ACTION_COUNT ? names[action] : "unknown";
}

/* One wish of one actor, and the picture that it is being done to. */
typedef struct wish {
    ts_service *service;
    const ts_actor *actor;
    ts_author author;
    const ts_edit *edits;
    size_t count;
    const char *batch;
    ts_arena *arena;
    /* one picture */
    const char *id;
    int64_t if_version;
    ts_picture_full *out;
    /* many */
    const uint32_t *numbers;
    size_t number_count;
    ts_edit_result *result;
    ts_tag_diff *samples;
} wish;

/* ---- from wishes to edits of the ledger ----------------------------------------------------------------- */

static const ts_ledger_action plain_actions[] = {[TS_EDIT_ADD] = TS_LEDGER_ADD,
                                                 [TS_EDIT_REMOVE] = TS_LEDGER_REMOVE,
                                                 [TS_EDIT_ACCEPT] = TS_LEDGER_ACCEPT,
                                                 [TS_EDIT_REJECT] = TS_LEDGER_REJECT};

static bool add_edit(const wish *w, ts_ledger_action action, const char *tag, ts_arena *arena,
                     ts_tag_edit *list, size_t *count, ts_error *err)
{
    ts_tag_edit *edit = &list[(*count)++];
    edit->action = action;
    return ts_tag_of_word(w->service->vocab, tag, arena, &edit->tag, err);
}

static bool is_among(const ts_tag_row *row, const ts_tag_edit *edits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const ts_tag_input *tag = &edits[i].tag;
        if (edits[i].action != TS_LEDGER_ADD) continue;
        if (tag->concept ? row->concept && strcmp(row->concept, tag->concept) == 0
                         : !row->concept && strcmp(row->key + strlen("word/"), tag->folded) == 0)
            return true;
    }
    return false;
}

/* "Replace all by these": whatever else stands there is removed. */
static bool remove_others(ts_txn *txn, int64_t picture, ts_arena *arena, ts_tag_edit *list, size_t room,
                          size_t *count, ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t n = 0, wanted = *count;
    if (!ts_tags_list(txn, picture, false, false, arena, &rows, &n, err)) return false;
    for (size_t i = 0; i < n && *count < room; i++) {
        if (is_among(&rows[i], list, wanted)) continue;
        list[(*count)++] =
            (ts_tag_edit){.action = TS_LEDGER_REMOVE,
                          .tag = {.concept = rows[i].concept,
                                  .label = rows[i].label,
                                  .folded = rows[i].concept ? NULL : rows[i].key + strlen("word/"),
                                  .facet = rows[i].facet}};
    }
    return true;
}

static bool has_replace_all(const wish *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->edits[i].action == TS_EDIT_REPLACE && !w->edits[i].with) return true;
    return false;
}

/* The picture has the tag that is to be replaced by another. */
static bool has_tag(ts_txn *txn, int64_t picture, const ts_tag_input *tag, ts_arena *arena, bool *has,
                    ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    ts_tag_edit edit = {.action = TS_LEDGER_ADD, .tag = *tag};
    *has = false;
    if (!ts_tags_list(txn, picture, false, false, arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) *has = *has || is_among(&rows[i], &edit, 1);
    return true;
}

static bool replace_one(const wish *w, ts_txn *txn, int64_t picture, const ts_edit *edit, ts_arena *arena,
                        ts_tag_edit *list, size_t *count, ts_error *err)
{
    bool has = false;
    ts_tag_input old;
    if (!ts_tag_of_word(w->service->vocab, edit->tag, arena, &old, err)) return false;
    if (!has_tag(txn, picture, &old, arena, &has, err)) return false;
    if (!has) return true;
    list[(*count)++] = (ts_tag_edit){.action = TS_LEDGER_REMOVE, .tag = old};
    return add_edit(w, TS_LEDGER_ADD, edit->with, arena, list, count, err);
}

static bool translate(const wish *w, ts_txn *txn, int64_t picture, ts_arena *arena, const ts_tag_edit **edits,
                      size_t *count, ts_error *err)
{
    enum { others_max = 1000 };
    size_t room = w->count * 2 + others_max, n = 0;
    ts_tag_edit *list = TS_NEW_ARRAY(arena, room, ts_tag_edit);
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < w->count; i++) {
        const ts_edit *edit = &w->edits[i];
        bool ok = edit->action != TS_EDIT_REPLACE
                      ? add_edit(w, plain_actions[edit->action], edit->tag, arena, list, &n, err)
                  : edit->with ? replace_one(w, txn, picture, edit, arena, list, &n, err)
                  : edit->tag  ? add_edit(w, TS_LEDGER_ADD, edit->tag, arena, list, &n, err)
                               : true; /* by none */
        if (!ok) return false;
    }
    if (has_replace_all(w) && !remove_others(txn, picture, arena, list, room, &n, err)) return false;
    *edits = list;
    *count = n;
    return true;
}

static bool check(const ts_actor *actor, const ts_edit *edits, size_t count, ts_error *err)
{
    bool writes = false;
    if (count == 0 || count > edits_max) return ts_fail(err, TS_USAGE, "1 to %d edits at once", edits_max);
    for (size_t i = 0; i < count; i++) {
        bool by_none = edits[i].action == TS_EDIT_REPLACE && !edits[i].with;
        if ((unsigned)edits[i].action >= TS_EDIT_ACTION_COUNT || (!edits[i].tag && !by_none))
            return ts_fail(err, TS_USAGE, "edit %zu: an action and a tag are needed", i + 1);
        writes = writes || (edits[i].action != TS_EDIT_ACCEPT && edits[i].action != TS_EDIT_REJECT);
    }
    bool reviewer = ts_scopes_cover(actor->scopes, TS_SCOPE_REVIEW);
    return (reviewer && !writes) || ts_actor_may(actor, TS_SCOPE_WRITE, err);
}

/* ---- one picture ----------------------------------------------------------------------------------------- */

static bool edit_picture(const wish *w, ts_txn *txn, int64_t number, ts_arena *arena, ts_tag_diff *diff,
                         ts_error *err)
{
    const ts_tag_edit *edits = NULL;
    size_t count = 0;
    *diff = (ts_tag_diff){0};
    return translate(w, txn, number, arena, &edits, &count, err) &&
           (count == 0 || ts_tags_edit(txn, number, edits, count, &w->author, w->batch, arena, diff, err));
}

static bool commit_one(ts_txn *txn, void *context, ts_error *err)
{
    wish *w = context;
    ts_picture_row row;
    ts_tag_diff diff;
    bool held = ts_scopes_cover(w->actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_picture_find(txn, w->id, held, w->arena, &row, err)) return false;
    if (w->if_version >= 0 && row.version != w->if_version)
        return ts_fail(err, TS_CHANGED, "the picture was changed meanwhile: it is at version %lld",
                       (long long)row.version);
    return edit_picture(w, txn, row.number, w->arena, &diff, err) &&
           ts_picture_fill(txn, row.number, false, w->arena, w->out, err) &&
           (diff.count == 0 || ts_picture_tell(w->service, txn, "picture.updated", w->out, NULL, err));
}

bool ts_service_edit(ts_service *service, const ts_actor *actor, const char *id, const ts_edit *edits,
                     size_t count, int64_t if_version, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    wish w = {.service = service,
              .actor = actor,
              .author = ts_author_of(actor),
              .edits = edits,
              .count = count,
              .batch = ts_new_id(arena),
              .arena = arena,
              .id = id,
              .if_version = if_version,
              .out = out};
    return check(actor, edits, count, err) && ts_catalog_write(service->catalog, commit_one, &w, err);
}

/* ---- all that a query finds ------------------------------------------------------------------------------- */

static bool differs(const ts_tag_diff *diff)
{
    return diff->added + diff->changed + diff->removed > 0;
}

static void note_sample(wish *w, const ts_tag_diff *diff)
{
    if (!differs(diff)) return;
    w->result->changed++;
    if (w->result->sample_count < samples_max) w->samples[w->result->sample_count++] = *diff;
}

static bool plan_picture(wish *w, ts_txn *txn, int64_t number, ts_error *err)
{
    const ts_tag_edit *edits = NULL;
    size_t count = 0;
    ts_tag_diff diff = {0};
    if (!translate(w, txn, number, w->arena, &edits, &count, err)) return false;
    if (count && !ts_tags_plan_edit(txn, number, edits, count, &w->author, w->arena, &diff, err))
        return false;
    note_sample(w, &diff);
    return true;
}

static bool plan_all(wish *w, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(w->service->catalog, err);
    bool ok = txn != NULL;
    for (size_t i = 0; ok && i < w->number_count; i++) {
        ts_error gone = {0};
        ok = plan_picture(w, txn, w->numbers[i], &gone) || gone.code == TS_NOT_FOUND;
        if (!ok && err) *err = gone;
    }
    ts_catalog_read_end(txn);
    return ok;
}

/* Up to batch_size pictures in one transaction; one that went away meanwhile is passed over. */
static bool commit_many(ts_txn *txn, void *context, ts_error *err)
{
    wish *w = context;
    for (size_t i = 0; i < w->number_count; i++) {
        ts_error gone = {0};
        ts_tag_diff diff;
        ts_picture_full now;
        bool ok =
            edit_picture(w, txn, w->numbers[i], w->arena, &diff, &gone) &&
            (!differs(&diff) || (ts_picture_fill(txn, w->numbers[i], false, w->arena, &now, &gone) &&
                                 ts_picture_tell(w->service, txn, "picture.updated", &now, NULL, &gone)));
        if (ok) note_sample(w, &diff);
        else if (gone.code != TS_NOT_FOUND) {
            if (err) *err = gone;
            return false;
        }
    }
    return true;
}

static bool commit_all(wish *w, ts_error *err)
{
    const uint32_t *numbers = w->numbers;
    size_t left = w->number_count;
    bool ok = true;
    while (ok && left > 0) {
        w->numbers = numbers;
        w->number_count = left < batch_size ? left : batch_size;
        numbers += w->number_count;
        left -= w->number_count;
        ok = ts_catalog_write(w->service->catalog, commit_many, w, err);
    }
    return ok;
}

static bool select_pictures(wish *w, const ts_bulk_edit *bulk, ts_error *err)
{
    enum { wait_ms = 2000 };
    ts_find find = {.query = bulk->query,
                    .min_score = -1,
                    .with_held = ts_scopes_cover(w->actor->scopes, TS_SCOPE_REVIEW)};
    if (!bulk->query || !bulk->query[0])
        return ts_fail(err, TS_USAGE, "a bulk edit needs a query (\"*\" or \"width>0\" for everything)");
    (void)ts_feed_wait(w->service->feed, ts_catalog_last_seq(w->service->catalog), wait_ms);
    if (!ts_index_select(w->service->index, &find, w->arena, &w->numbers, &w->number_count, err))
        return false;
    w->result->matched = w->number_count;
    if (bulk->expect < 0 || (uint64_t)bulk->expect == w->number_count) return true;
    (void)ts_fail(err, TS_CHANGED, "%zu pictures match now, not %lld", w->number_count,
                  (long long)bulk->expect);
    return ts_hint(err, "look at the preview again");
}

bool ts_service_bulk_edit(ts_service *service, const ts_actor *actor, const ts_bulk_edit *bulk,
                          ts_arena *arena, ts_edit_result *result, ts_error *err)
{
    wish w = {.service = service,
              .actor = actor,
              .author = ts_author_of(actor),
              .edits = bulk->edits,
              .count = bulk->count,
              .batch = ts_new_id(arena),
              .arena = arena,
              .result = result};
    *result = (ts_edit_result){.batch = bulk->dry ? "" : w.batch};
    w.samples = TS_NEW_ARRAY(arena, samples_max, ts_tag_diff);
    if (!w.samples || !w.batch) return ts_fail_memory(err);
    result->samples = w.samples;
    if (!check(actor, bulk->edits, bulk->count, err) || !ts_actor_may(actor, TS_SCOPE_WRITE, err))
        return false;
    return select_pictures(&w, bulk, err) && (bulk->dry ? plan_all(&w, err) : commit_all(&w, err));
}

/* ---- taking back -------------------------------------------------------------------------------------------- */

typedef struct undo_wish {
    ts_tag_undo undo;
    ts_tag_undone out;
    ts_author author;
} undo_wish;

static bool undo_some(ts_txn *txn, void *context, ts_error *err)
{
    undo_wish *w = context;
    return ts_tags_undo(txn, &w->undo, &w->out, err);
}

bool ts_service_undo(ts_service *service, const ts_actor *actor, const char *batch, ts_undo_result *result,
                     ts_error *err)
{
    char new_batch[64];
    undo_wish w = {.author = ts_author_of(actor)};
    *result = (ts_undo_result){0};
    if (!ts_actor_may(actor, TS_SCOPE_WRITE, err)) return false;
    (void)snprintf(new_batch, sizeof new_batch, "undo-%.50s", batch);
    w.undo = (ts_tag_undo){.batch = batch, .author = &w.author, .new_batch = new_batch, .limit = undo_step};
    do {
        if (!ts_catalog_write(service->catalog, undo_some, &w, err)) return false;
        result->undone += w.out.undone;
        result->skipped += w.out.skipped;
        w.undo.after = w.out.next;
    } while (w.out.next);
    return true;
}

bool ts_service_history(ts_service *service, const ts_actor *actor, const char *id, ts_arena *arena,
                        const ts_ledger_line **lines, size_t *count, ts_error *err)
{
    enum { lines_max = 1000 };
    ts_picture_row row;
    bool held = ts_scopes_cover(actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_actor_may(actor, TS_SCOPE_READ, err)) return false;
    ts_txn *txn = ts_catalog_read_begin(service->catalog, err);
    bool ok = txn && ts_picture_find(txn, id, held, arena, &row, err) &&
              ts_tags_history(txn, row.number, NULL, 0, lines_max, arena, lines, count, err);
    ts_catalog_read_end(txn);
    return ok;
}
