/* catalog: what runs and edits do to a picture's tags: planned on the tags as they stand, written as ledger lines. */
#include <string.h>

#include "base/error.h"
#include "catalog/ledger.h"

/* Rank of what people add: after all that a run has ranked. */
#define OWN_POSITION 100000

/* One tag under change. */
typedef struct tag_entry {
    const char *key;
    ts_standing before, now;
    bool given; /* by the run */
    bool kept;  /* the run would have it otherwise */
} tag_entry;

/* The tags of one picture while they change. */
typedef struct tag_change {
    ts_txn *txn;
    ts_arena *arena;
    int64_t picture;
    const ts_author *author;
    const char *batch;
    bool dry;
    bool changed;
    ts_list entries; /* tag_entry */
} tag_change;

static tag_entry *entries_of(const tag_change *change)
{
    return change->entries.items;
}

static tag_entry *find_entry(const tag_change *change, const char *key)
{
    for (size_t i = 0; i < change->entries.count; i++)
        if (strcmp(entries_of(change)[i].key, key) == 0) return &entries_of(change)[i];
    return NULL;
}

static tag_entry *find_or_add(tag_change *change, const char *key)
{
    tag_entry *entry = find_entry(change, key);
    if (entry) return entry;
    entry = ts_list_add(&change->entries, sizeof *entry, change->arena);
    if (entry) entry->key = key;
    return entry;
}

static bool load(tag_change *change, ts_error *err)
{
    const ts_tag_row *rows = NULL;
    size_t count = 0;
    if (!ts_tags_picture_exists(change->txn, change->picture, err) ||
        !ts_tags_list(change->txn, change->picture, true, true, change->arena, &rows, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        tag_entry *entry = ts_list_add(&change->entries, sizeof *entry, change->arena);
        if (!entry) return ts_fail_memory(err);
        entry->key = rows[i].key;
        entry->before = entry->now = (ts_standing){.present = true, .row = rows[i]};
    }
    return true;
}

/* ---- keys and lines ------------------------------------------------------------------------------ */

static char *lower_ascii(ts_arena *arena, const char *text)
{
    char *copy = ts_arena_strdup(arena, text);
    for (char *p = copy; p && *p; p++)
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p - 'A' + 'a');
    return copy;
}

static bool key_of(const ts_tag_input *tag, ts_arena *arena, const char **key, ts_error *err)
{
    *key = "";
    if (tag->concept && *tag->concept) {
        *key = tag->concept;
        return strncmp(*key, TS_WORD_PREFIX, strlen(TS_WORD_PREFIX)) != 0 ||
               ts_fail(err, TS_USAGE, "\"%s\" is no concept", *key);
    }
    const char *folded = tag->folded && *tag->folded ? tag->folded : NULL;
    if (!folded && tag->label && *tag->label) folded = lower_ascii(arena, tag->label);
    if (!folded) return ts_fail(err, TS_USAGE, "a tag needs a concept or a word");
    *key = ts_arena_printf(arena, TS_WORD_PREFIX "%s", folded);
    return *key || ts_fail_memory(err);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* "object" of "object/dog". */
static const char *facet_of(const tag_change *change, const ts_tag_input *tag)
{
    if (tag->facet) return tag->facet;
    if (!tag->concept || !*tag->concept) return "word";
    const char *facet = ts_arena_strndup(change->arena, tag->concept, strcspn(tag->concept, "/"));
    return or_empty(facet);
}

static double within_one(double value)
{
    return value >= 0 ? (value <= 1 ? value : 1) : 0; /* NaN too becomes 0 */
}

static ts_ledger_line line_for(const tag_change *change, ts_ledger_action action, const char *key,
                               const ts_tag_input *tag)
{
    const char *label = tag->label ? tag->label : tag->concept ? NULL : tag->folded;
    bool sure = ts_author_level(change->author->kind) > 0 && !(tag->confidence > 0);
    return (ts_ledger_line){
        .picture = change->picture,
        .key = key,
        .concept = tag->concept && *tag->concept ? tag->concept : NULL,
        .label = label,
        .facet = facet_of(change, tag),
        .action = action,
        .author = *change->author,
        .state = tag->state,
        .confidence = sure ? 1 : within_one(tag->confidence),
        .raw = tag->raw == tag->raw ? tag->raw : 0,
        .position = OWN_POSITION,
        .analyser = or_empty(tag->analyser),
        .model = or_empty(tag->model),
        .version = or_empty(tag->version),
        .payload = tag->payload,
        .batch = change->batch,
        .at = change->txn->now,
    };
}

/* Writes the line if it changes anything. */
static bool apply(tag_change *change, tag_entry *entry, ts_ledger_line *line, ts_error *err)
{
    ts_standing next = ts_tag_next(&entry->now, line, NULL);
    if (ts_standing_same(&entry->now, &next)) return true;
    change->changed = true;
    if (!change->dry) {
        if (!ts_ledger_append(change->txn, line, err)) return false;
        next = ts_tag_next(&entry->now, line, NULL); /* now with its seq */
        if (!ts_tag_store(change->txn, change->picture, entry->key, &next, err)) return false;
    }
    entry->now = next;
    return true;
}

static bool finish(tag_change *change, ts_error *err)
{
    return change->dry || !change->changed || ts_tags_touch(change->txn, change->picture, err);
}

/* ---- the diff ------------------------------------------------------------------------------------ */

static void count_kind(ts_tag_diff *diff, ts_diff_kind kind)
{
    diff->added += kind == TS_DIFF_ADDED;
    diff->changed += kind == TS_DIFF_CHANGED;
    diff->removed += kind == TS_DIFF_REMOVED;
    diff->kept += kind == TS_DIFF_KEPT;
}

/* Entries do not move any more: the diff points into them. */
static bool make_diff(const tag_change *change, ts_tag_diff *diff, ts_error *err)
{
    ts_list list = {0};
    *diff = (ts_tag_diff){0};
    for (size_t i = 0; i < change->entries.count; i++) {
        const tag_entry *entry = &entries_of(change)[i];
        bool same = ts_standing_same(&entry->before, &entry->now);
        if (same && !entry->kept) continue;
        ts_diff_entry *item = ts_list_add(&list, sizeof *item, change->arena);
        if (!item) return ts_fail_memory(err);
        item->before = entry->before.present ? &entry->before.row : NULL;
        item->after = entry->now.present ? &entry->now.row : NULL;
        item->kind = same                     ? TS_DIFF_KEPT
                     : !entry->before.present ? TS_DIFF_ADDED
                     : !entry->now.present    ? TS_DIFF_REMOVED
                                              : TS_DIFF_CHANGED;
        count_kind(diff, item->kind);
    }
    diff->entries = list.items;
    diff->count = list.count;
    return true;
}

/* ---- runs ---------------------------------------------------------------------------------------- */

static bool machine_owns(const tag_entry *entry)
{
    return entry->now.present && ts_author_level(entry->now.row.author.kind) == 0;
}

static bool within_reach(const ts_tag_run_input *run, const ts_tag_row *row)
{
    if (run->reset || run->analyser_count == 0) return true;
    for (size_t i = 0; i < run->analyser_count; i++)
        if (row->analyser && strcmp(run->analysers[i], row->analyser) == 0) return true;
    return false;
}

static bool give_tag(tag_change *change, const ts_tag_run_input *run, size_t index, ts_error *err)
{
    const ts_tag_input *tag = &run->tags[index];
    const char *key;
    if (!key_of(tag, change->arena, &key, err)) return false;
    tag_entry *entry = find_or_add(change, key);
    if (!entry) return ts_fail_memory(err);
    if (entry->given) return ts_fail(err, TS_USAGE, "the run gives \"%s\" twice", key);
    entry->given = true;
    if (entry->now.present && !machine_owns(entry)) {
        entry->kept = entry->now.row.state != tag->state;
        return true;
    }
    ts_ledger_line line = line_for(change, entry->now.present ? TS_LEDGER_CHANGE : TS_LEDGER_ADD, key, tag);
    line.position = (int64_t)index;
    return apply(change, entry, &line, err);
}

static bool remove_the_rest(tag_change *change, const ts_tag_run_input *run, ts_error *err)
{
    for (size_t i = 0; i < change->entries.count; i++) {
        tag_entry *entry = &entries_of(change)[i];
        if (entry->given || !machine_owns(entry) || !within_reach(run, &entry->now.row)) continue;
        const ts_tag_row *row = &entry->now.row;
        ts_tag_input tag = {.concept = row->concept,
                            .label = row->label,
                            .facet = row->facet,
                            .state = row->state,
                            .confidence = row->confidence};
        ts_ledger_line line = line_for(change, TS_LEDGER_REMOVE, entry->key, &tag);
        if (!apply(change, entry, &line, err)) return false;
    }
    return true;
}

static bool do_run(ts_txn *txn, int64_t picture, const ts_tag_run_input *run, bool dry, ts_arena *arena,
                   ts_tag_diff *diff, ts_error *err)
{
    tag_change change = {.txn = txn,
                         .arena = arena,
                         .picture = picture,
                         .author = &run->author,
                         .batch = run->batch,
                         .dry = dry};
    if (ts_author_level(run->author.kind) != 0)
        return ts_fail(err, TS_USAGE, "a tagging run is written by a model or a rule");
    if (!load(&change, err)) return false;
    for (size_t i = 0; i < run->count; i++)
        if (!give_tag(&change, run, i, err)) return false;
    return remove_the_rest(&change, run, err) && finish(&change, err) && make_diff(&change, diff, err);
}

bool ts_tags_record_run(ts_txn *txn, int64_t picture, const ts_tag_run_input *run, ts_arena *arena,
                        ts_tag_diff *diff, ts_error *err)
{
    ts_check_writes(txn);
    return do_run(txn, picture, run, false, arena, diff, err);
}

bool ts_tags_plan_run(ts_txn *txn, int64_t picture, const ts_tag_run_input *run, ts_arena *arena,
                      ts_tag_diff *diff, ts_error *err)
{
    return do_run(txn, picture, run, true, arena, diff, err);
}

/* ---- edits --------------------------------------------------------------------------------------- */

static bool do_edit(tag_change *change, const ts_tag_edit *edit, ts_error *err)
{
    const char *key;
    if (edit->action == TS_LEDGER_RESTORE) return ts_fail(err, TS_USAGE, "restoring is done by undo");
    if (!key_of(&edit->tag, change->arena, &key, err)) return false;
    tag_entry *entry = find_or_add(change, key);
    if (!entry) return ts_fail_memory(err);
    ts_ledger_line line = line_for(change, edit->action, key, &edit->tag);
    return apply(change, entry, &line, err);
}

static bool do_edits(tag_change *change, const ts_tag_edit *edits, size_t count, ts_tag_diff *diff,
                     ts_error *err)
{
    if (!load(change, err)) return false;
    for (size_t i = 0; i < count; i++)
        if (!do_edit(change, &edits[i], err)) return false;
    return finish(change, err) && make_diff(change, diff, err);
}

bool ts_tags_edit(ts_txn *txn, int64_t picture, const ts_tag_edit *edits, size_t count,
                  const ts_author *author, const char *batch, ts_arena *arena, ts_tag_diff *diff,
                  ts_error *err)
{
    ts_check_writes(txn);
    tag_change change = {.txn = txn, .arena = arena, .picture = picture, .author = author, .batch = batch};
    return do_edits(&change, edits, count, diff, err);
}

bool ts_tags_plan_edit(ts_txn *txn, int64_t picture, const ts_tag_edit *edits, size_t count,
                       const ts_author *author, ts_arena *arena, ts_tag_diff *diff, ts_error *err)
{
    tag_change change = {.txn = txn, .arena = arena, .picture = picture, .author = author, .dry = true};
    return do_edits(&change, edits, count, diff, err);
}
