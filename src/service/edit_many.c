/* service: tags of many pictures changed by one wish, and taken back again. However many there are, what is known of one is
 * forgotten before the next; only the first few are kept as samples. */
#include <stdio.h>
#include <string.h>

#include "service/choose.h"
#include "service/edit_wish.h"
#include "service/keep_picture.h"
#include "service/picture_read.h"

enum { batch_size = 1000, samples_max = 20, undo_step = 5000 };

/* One wish for all that a query finds. */
typedef struct many {
    ts_edit_wish wish;
    ts_arena *lasting, *passing; /* the caller's; of one picture */
    const uint32_t *numbers;     /* of the step under way */
    size_t number_count;
    ts_edit_result *result;
    ts_tag_diff *samples;
} many;

/* ---- samples ------------------------------------------------------------------------------------------------ */

static const ts_tag_row *copy_row(const ts_tag_row *row, ts_arena *arena)
{
    ts_tag_row *copy = row ? TS_NEW(arena, ts_tag_row) : NULL;
    if (!copy) return NULL;
    *copy = *row;
    const char **texts[] = {&copy->key,       &copy->concept,     &copy->label,    &copy->facet,
                            &copy->author.id, &copy->author.name, &copy->analyser, &copy->model,
                            &copy->version,   &copy->payload};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i]) *texts[i] = ts_arena_strdup(arena, *texts[i]);
    return copy;
}

static bool copy_diff(const ts_tag_diff *diff, ts_arena *arena, ts_tag_diff *out, ts_error *err)
{
    ts_diff_entry *entries = TS_NEW_ARRAY(arena, diff->count, ts_diff_entry);
    for (size_t i = 0; entries && i < diff->count; i++)
        entries[i] = (ts_diff_entry){.kind = diff->entries[i].kind,
                                     .before = copy_row(diff->entries[i].before, arena),
                                     .after = copy_row(diff->entries[i].after, arena)};
    *out = *diff;
    out->entries = entries;
    return !ts_arena_failed(arena) || ts_fail_memory(err);
}

static bool differs(const ts_tag_diff *diff)
{
    return diff->added + diff->changed + diff->removed > 0;
}

static bool note_change(many *m, const ts_tag_diff *diff, ts_error *err)
{
    if (!differs(diff)) return true;
    m->result->changed++;
    if (m->result->sample_count == samples_max) return true;
    return copy_diff(diff, m->lasting, &m->samples[m->result->sample_count++], err);
}

/* ---- what would be done ------------------------------------------------------------------------------------- */

static bool plan_picture(many *m, ts_txn *txn, int64_t number, ts_error *err)
{
    const ts_tag_edit *edits = NULL;
    size_t count = 0;
    ts_tag_diff diff = {0};
    if (!ts_edit_translate(&m->wish, txn, number, m->passing, &edits, &count, err)) return false;
    if (count && !ts_tags_plan_edit(txn, number, edits, count, &m->wish.author, m->passing, &diff, err))
        return false;
    return note_change(m, &diff, err);
}

/* One that went away meanwhile is passed over. */
static bool each_picture(many *m, ts_txn *txn, bool (*act)(many *, ts_txn *, int64_t, ts_error *),
                         ts_error *err)
{
    for (size_t i = 0; i < m->number_count; i++) {
        ts_error gone = {0};
        ts_arena_reset(m->passing);
        if (act(m, txn, m->numbers[i], &gone) || gone.code == TS_NOT_FOUND) continue;
        if (err) *err = gone;
        return false;
    }
    return true;
}

static bool plan_step(many *m, ts_error *err)
{
    ts_txn *txn = ts_catalog_read_begin(m->wish.service->catalog, err);
    bool ok = txn && each_picture(m, txn, plan_picture, err);
    ts_catalog_read_end(txn);
    return ok;
}

/* ---- what is done ------------------------------------------------------------------------------------------- */

static bool tell_updated(ts_service *service, ts_txn *txn, int64_t number, const ts_tag_diff *diff,
                         ts_arena *arena, ts_error *err)
{
    ts_picture_full now;
    return ts_picture_fill(txn, number, false, arena, &now, err) &&
           ts_picture_tell_change(service, txn, &now, &(ts_picture_change){.tags = diff}, err);
}

static bool change_picture(many *m, ts_txn *txn, int64_t number, ts_error *err)
{
    ts_tag_diff diff;
    return ts_edit_picture(&m->wish, txn, number, m->passing, &diff, err) &&
           (!differs(&diff) || tell_updated(m->wish.service, txn, number, &diff, m->passing, err)) &&
           note_change(m, &diff, err);
}

static bool commit_step(ts_txn *txn, void *context, ts_error *err)
{
    return each_picture(context, txn, change_picture, err);
}

/* What a step that was not committed counted is none. */
static bool change_step(many *m, ts_error *err)
{
    ts_edit_result before = *m->result;
    if (ts_catalog_write(m->wish.service->catalog, commit_step, m, err)) return true;
    *m->result = before;
    return false;
}

/* Half-way there is no way on, but one back. */
static bool say_how_far(const many *m, ts_error *err)
{
    if (m->result->changed == 0) return false;
    (void)ts_fail_prefix(err, "after %zu pictures", m->result->changed);
    return ts_hint(err, "what was done can be taken back: POST /api/batches/%s/undo", m->wish.batch);
}

static bool all_steps(many *m, bool (*step)(many *, ts_error *), ts_error *err)
{
    const uint32_t *numbers = m->numbers;
    size_t left = m->number_count;
    while (left > 0) {
        m->numbers = numbers;
        m->number_count = left < batch_size ? left : batch_size;
        numbers += m->number_count;
        left -= m->number_count;
        if (!step(m, err)) return false;
    }
    return true;
}

/* ---- to what ------------------------------------------------------------------------------------------------- */

static bool select_pictures(many *m, const ts_bulk_edit *bulk, ts_error *err)
{
    ts_choice which = bulk->which;
    which.with_held = ts_scopes_cover(m->wish.actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_choice_is_made(&which))
        return ts_fail(err, TS_USAGE, "a bulk edit needs a query (\"*\" or \"width>0\" for everything)");
    if (!ts_service_choose(m->wish.service, &which, m->lasting, &m->numbers, &m->number_count, err))
        return false;
    m->result->matched = m->number_count;
    if (bulk->expect < 0 || (uint64_t)bulk->expect == m->number_count) return true;
    (void)ts_fail(err, TS_CHANGED, "%zu pictures match now, not %lld", m->number_count,
                  (long long)bulk->expect);
    return ts_hint(err, "look at the preview again");
}

static bool run_many(many *m, const ts_bulk_edit *bulk, ts_error *err)
{
    if (!select_pictures(m, bulk, err)) return false;
    m->passing = ts_arena_new(0);
    if (!m->passing) return ts_fail_memory(err);
    bool ok = all_steps(m, bulk->dry ? plan_step : change_step, err);
    ts_arena_free(m->passing);
    return ok || (!bulk->dry && say_how_far(m, err));
}

bool ts_service_bulk_edit(ts_service *service, const ts_actor *actor, const ts_bulk_edit *bulk,
                          ts_arena *arena, ts_edit_result *result, ts_error *err)
{
    many m = {.wish = {.service = service,
                       .actor = actor,
                       .author = ts_author_of(actor),
                       .edits = bulk->edits,
                       .count = bulk->count,
                       .batch = ts_new_id(arena)},
              .lasting = arena,
              .result = result};
    *result = (ts_edit_result){.batch = bulk->dry ? "" : m.wish.batch};
    m.samples = TS_NEW_ARRAY(arena, samples_max, ts_tag_diff);
    if (!m.samples || !m.wish.batch) return ts_fail_memory(err);
    result->samples = m.samples;
    for (size_t i = 0; i < bulk->count; i++)
        if (bulk->edits[i].boxes) return ts_fail(err, TS_USAGE, "boxes belong to one picture");
    return ts_edit_check(actor, bulk->edits, bulk->count, err) && run_many(&m, bulk, err);
}

/* ---- taking back --------------------------------------------------------------------------------------------- */

typedef struct undo_wish {
    ts_service *service;
    const ts_actor *actor;
    ts_tag_undo undo;
    ts_tag_undone out;
    ts_author author;
    ts_arena *passing;
} undo_wish;

static bool tell_undone(void *context, ts_txn *txn, int64_t picture, ts_error *err)
{
    const undo_wish *w = context;
    ts_arena_reset(w->passing);
    return tell_updated(w->service, txn, picture, NULL, w->passing, err);
}

/* Who may only accept and reject takes back what was their own doing. */
static bool may_undo(const undo_wish *w, ts_txn *txn, ts_error *err)
{
    bool own = true, begun = w->undo.after > 0;
    if (begun || ts_scopes_cover(w->actor->scopes, TS_SCOPE_WRITE)) return true;
    if (!ts_tags_batch_is_of(txn, w->undo.batch, &w->author, &own, err)) return false;
    if (own) return true;
    (void)ts_fail(err, TS_FORBIDDEN, "this batch is somebody else's, and yours is not the scope \"write\"");
    return ts_hint(err, "with the scope review you can undo what was done with the same key");
}

static bool undo_some(ts_txn *txn, void *context, ts_error *err)
{
    undo_wish *w = context;
    return may_undo(w, txn, err) && ts_tags_undo(txn, &w->undo, &w->out, err);
}

static bool undo_all(undo_wish *w, ts_undo_result *result, ts_error *err)
{
    do {
        if (!ts_catalog_write(w->service->catalog, undo_some, w, err)) return false;
        result->undone += w->out.undone;
        result->skipped += w->out.skipped;
        w->undo.after = w->out.next;
    } while (w->out.next);
    return true;
}

bool ts_service_undo(ts_service *service, const ts_actor *actor, const char *batch, ts_undo_result *result,
                     ts_error *err)
{
    char new_batch[64];
    undo_wish w = {.service = service, .actor = actor, .author = ts_author_of(actor)};
    *result = (ts_undo_result){0};
    if (!ts_actor_may_any(actor, TS_SCOPE_WRITE | TS_SCOPE_REVIEW, err)) return false;
    (void)snprintf(new_batch, sizeof new_batch, "undo-%.50s", batch);
    w.undo = (ts_tag_undo){.batch = batch,
                           .author = &w.author,
                           .new_batch = new_batch,
                           .limit = undo_step,
                           .touched = tell_undone,
                           .context = &w};
    w.passing = ts_arena_new(0);
    bool ok = w.passing ? undo_all(&w, result, err) : ts_fail_memory(err);
    ts_arena_free(w.passing);
    return ok;
}
