/* service: tags of one picture changed by people. A wish becomes edits of the ledger; the ledger decides what they come
 * to. Many pictures at once are edit_many.c's. */
#include "service/edit_wish.h"

#include <string.h>

#include "service/keep_picture.h"
#include "service/picture_read.h"

enum { edits_max = 500 };

const char *ts_edit_action_name(ts_edit_action action)
{
    static const char *const names[TS_EDIT_ACTION_COUNT] = {"add", "remove", "accept", "reject", "replace"};
    return (unsigned)action < TS_EDIT_ACTION_COUNT ? names[action] : "unknown";
}

/* ---- from wishes to edits of the ledger ----------------------------------------------------------------- */

static const ts_ledger_action plain_actions[] = {[TS_EDIT_ADD] = TS_LEDGER_ADD,
                                                 [TS_EDIT_REMOVE] = TS_LEDGER_REMOVE,
                                                 [TS_EDIT_ACCEPT] = TS_LEDGER_ACCEPT,
                                                 [TS_EDIT_REJECT] = TS_LEDGER_REJECT};

static bool read_word(const ts_edit_wish *w, const ts_edit *wish, const char *word, ts_arena *arena,
                      ts_tag_input *out, ts_error *err)
{
    const ts_vocab *vocab = w->service->vocab;
    return wish->as_given ? ts_tag_as_given(vocab, word, arena, out, err)
                          : ts_tag_of_word(vocab, word, arena, out, err);
}

/* What a person or program sees as the tag's key names it, too: places, and free words as they are kept. */
static bool read_key(ts_txn *txn, int64_t picture, const char *word, ts_arena *arena, ts_tag_input *out,
                     ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    if (out->concept || !strchr(word, '/')) return true;
    if (!ts_tags_list(txn, picture, true, false, arena, &rows, &count, err)) return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].key, word) != 0) continue;
        *out = (ts_tag_input){.concept = rows[i].concept,
                              .label = rows[i].label,
                              .folded = rows[i].concept ? NULL : rows[i].key + strlen("word/"),
                              .facet = rows[i].facet};
    }
    return true;
}

static bool add_edit(const ts_edit_wish *w, const ts_edit *wish, ts_ledger_action action, const char *tag,
                     ts_arena *arena, ts_tag_edit *list, size_t *count, ts_error *err)
{
    ts_tag_edit *edit = &list[(*count)++];
    edit->action = action;
    return read_word(w, wish, tag, arena, &edit->tag, err);
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

static bool has_replace_all(const ts_edit_wish *w)
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

static bool replace_one(const ts_edit_wish *w, ts_txn *txn, int64_t picture, const ts_edit *edit,
                        ts_arena *arena, ts_tag_edit *list, size_t *count, ts_error *err)
{
    bool has = false;
    ts_tag_input old;
    if (!read_word(w, edit, edit->tag, arena, &old, err)) return false;
    if (!has_tag(txn, picture, &old, arena, &has, err)) return false;
    if (!has) return true;
    list[(*count)++] = (ts_tag_edit){.action = TS_LEDGER_REMOVE, .tag = old};
    return add_edit(w, edit, TS_LEDGER_ADD, edit->with, arena, list, count, err);
}

bool ts_edit_translate(const ts_edit_wish *w, ts_txn *txn, int64_t picture, ts_arena *arena,
                       const ts_tag_edit **edits, size_t *count, ts_error *err)
{
    enum { others_max = 1000 };
    size_t room = w->count * 2 + (has_replace_all(w) ? others_max : 0), n = 0;
    ts_tag_edit *list = TS_NEW_ARRAY(arena, room, ts_tag_edit);
    if (!list) return ts_fail_memory(err);
    for (size_t i = 0; i < w->count; i++) {
        const ts_edit *edit = &w->edits[i];
        bool ok = edit->action != TS_EDIT_REPLACE
                      ? add_edit(w, edit, plain_actions[edit->action], edit->tag, arena, list, &n, err)
                  : edit->with ? replace_one(w, txn, picture, edit, arena, list, &n, err)
                  : edit->tag  ? add_edit(w, edit, TS_LEDGER_ADD, edit->tag, arena, list, &n, err)
                               : true; /* by none */
        if (ok && edit->action != TS_EDIT_REPLACE)
            ok = read_key(txn, picture, edit->tag, arena, &list[n - 1].tag, err);
        if (ok && edit->boxes) ok = ts_edit_put_boxes(txn, picture, edit, arena, &list[n - 1].tag, err);
        if (!ok) return false;
    }
    if (has_replace_all(w) && !remove_others(txn, picture, arena, list, room, &n, err)) return false;
    *edits = list;
    *count = n;
    return true;
}

bool ts_edit_check(const ts_actor *actor, const ts_edit *edits, size_t count, ts_error *err)
{
    bool writes = false;
    if (count == 0 || count > edits_max) return ts_fail(err, TS_USAGE, "1 to %d edits at once", edits_max);
    for (size_t i = 0; i < count; i++) {
        bool by_none = edits[i].action == TS_EDIT_REPLACE && !edits[i].with;
        if ((unsigned)edits[i].action >= TS_EDIT_ACTION_COUNT || (!edits[i].tag && !by_none))
            return ts_fail(err, TS_USAGE, "edit %zu: an action and a tag are needed", i + 1);
        if (edits[i].boxes && edits[i].action != TS_EDIT_ADD)
            return ts_fail(err, TS_USAGE, "edit %zu: boxes belong to add, and to nothing else", i + 1);
        writes = writes || (edits[i].action != TS_EDIT_ACCEPT && edits[i].action != TS_EDIT_REJECT);
    }
    return writes ? ts_actor_may(actor, TS_SCOPE_WRITE, err)
                  : ts_actor_may_any(actor, TS_SCOPE_WRITE | TS_SCOPE_REVIEW, err);
}

/* ---- one picture ----------------------------------------------------------------------------------------- */

bool ts_edit_picture(const ts_edit_wish *w, ts_txn *txn, int64_t number, ts_arena *arena, ts_tag_diff *diff,
                     ts_error *err)
{
    const ts_tag_edit *edits = NULL;
    size_t count = 0;
    *diff = (ts_tag_diff){0};
    return ts_edit_translate(w, txn, number, arena, &edits, &count, err) &&
           (count == 0 || ts_tags_edit(txn, number, edits, count, &w->author, w->batch, arena, diff, err));
}

/* One wish for one picture. */
typedef struct one_wish {
    ts_edit_wish wish;
    const char *id;
    int64_t if_version;
    ts_arena *arena;
    ts_picture_full *out;
} one_wish;

static bool commit_one(ts_txn *txn, void *context, ts_error *err)
{
    const one_wish *one = context;
    const ts_edit_wish *w = &one->wish;
    ts_picture_row row;
    ts_tag_diff diff;
    bool held = ts_scopes_cover(w->actor->scopes, TS_SCOPE_REVIEW);
    if (!ts_picture_find(txn, one->id, held, one->arena, &row, err)) return false;
    if (one->if_version >= 0 && row.version != one->if_version)
        return ts_fail(err, TS_CHANGED, "the picture was changed meanwhile: it is at version %lld",
                       (long long)row.version);
    return ts_edit_picture(w, txn, row.number, one->arena, &diff, err) &&
           ts_picture_fill(txn, row.number, false, one->arena, one->out, err) &&
           (diff.count == 0 ||
            ts_picture_tell_change(w->service, txn, one->out, &(ts_picture_change){.tags = &diff}, err));
}

bool ts_service_edit(ts_service *service, const ts_actor *actor, const char *id, const ts_edit *edits,
                     size_t count, int64_t if_version, ts_arena *arena, ts_picture_full *out, ts_error *err)
{
    one_wish one = {.wish = {.service = service,
                             .actor = actor,
                             .author = ts_author_of(actor),
                             .edits = edits,
                             .count = count,
                             .batch = ts_new_id(arena)},
                    .id = id,
                    .if_version = if_version,
                    .arena = arena,
                    .out = out};
    return ts_edit_check(actor, edits, count, err) &&
           ts_catalog_write(service->catalog, commit_one, &one, err);
}

/* ---- what was done -------------------------------------------------------------------------------------- */

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
