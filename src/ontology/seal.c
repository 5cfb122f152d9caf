/* ontology: checks a scheme as a whole and makes the indexes that questions need. Must not know any file format. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ontology/private.h"

static bool fail_at(const ts_entry *entry, ts_error *err, const char *what)
{
    if (entry->line) return ts_fail(err, TS_CONFIG, "line %zu: %.120s %s", entry->line, entry->id, what);
    return ts_fail(err, TS_CONFIG, "%.120s %s", entry->id, what);
}

/* ---- links ----------------------------------------------------------------------------------------- */

static void note_missing(ts_scheme *scheme, size_t count, const char *first, const char *what)
{
    if (count == 0) return;
    (void)ts_scheme_note(scheme, "%zu %s %s not in the scheme, the first is %.120s", count, what,
                         count == 1 ? "is" : "are", first);
}

/* The preferred path goes by the first broader entry that is there. */
static void link_up(ts_scheme *scheme)
{
    size_t missing = 0;
    const char *first = NULL;
    for (size_t i = 0; i < scheme->count; i++) {
        ts_entry *entry = scheme->entries[i];
        entry->up = NULL;
        for (size_t k = 0; k < entry->broader_count; k++) {
            const ts_entry *up = ts_scheme_find(scheme, entry->broader[k]);
            if (up && !entry->up) entry->up = up;
            if (up) continue;
            if (missing++ == 0) first = entry->broader[k];
        }
    }
    note_missing(scheme, missing, first, "broader concepts");
}

/* Depth-first over all broader links, without recursion: 0 not seen, 1 on the way, 2 done. */
typedef struct step {
    size_t entry, next; /* which of its broader links comes next */
} step;

static bool walk_from(const ts_scheme *scheme, size_t start, unsigned char *seen, step *steps, ts_error *err)
{
    size_t depth = 0;
    steps[depth++] = (step){start, 0};
    seen[start] = 1;
    while (depth > 0) {
        step *top = &steps[depth - 1];
        const ts_entry *entry = scheme->entries[top->entry];
        if (top->next == entry->broader_count) {
            seen[top->entry] = 2;
            depth--;
            continue;
        }
        size_t up = ts_map_find(&scheme->by_id, entry->broader[top->next++]);
        if (up == TS_MAP_NONE || seen[up] == 2) continue;
        if (seen[up] == 1) return fail_at(entry, err, "is broader than itself, by way of others");
        if (depth == TS_SCHEME_DEPTH_MAX) return fail_at(entry, err, "lies too deep (64 levels at most)");
        seen[up] = 1;
        steps[depth++] = (step){up, 0};
    }
    return true;
}

static bool check_cycles(ts_scheme *scheme, ts_error *err)
{
    unsigned char *seen = calloc(scheme->count + 1, 1);
    step steps[TS_SCHEME_DEPTH_MAX];
    if (!seen) return ts_fail_memory(err);
    bool ok = true;
    for (size_t i = 0; ok && i < scheme->count; i++)
        if (!seen[i]) ok = walk_from(scheme, i, seen, steps, err);
    free(seen);
    return ok;
}

/* The walk above shares what it has seen, so a long chain may hide in short ones. */
static bool check_depths(const ts_scheme *scheme, ts_error *err)
{
    for (size_t i = 0; i < scheme->count; i++) {
        size_t depth = 0;
        for (const ts_entry *e = scheme->entries[i]->up; e; e = e->up)
            if (++depth >= TS_SCHEME_DEPTH_MAX)
                return fail_at(scheme->entries[i], err, "lies too deep (64 levels at most)");
    }
    return true;
}

static bool check_merges(ts_scheme *scheme, ts_error *err)
{
    enum { most = 16 };
    size_t missing = 0;
    const char *first = NULL;
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i], *into = entry;
        int hops = 0;
        while (into && into->merged && hops++ < most) {
            const char *id = into->merged;
            into = ts_scheme_find(scheme, id);
            if (!into && missing++ == 0) first = id;
        }
        if (hops > most || (hops > 0 && into == entry))
            return fail_at(entry, err, "is merged in a circle, or by way of more than 16 others");
    }
    note_missing(scheme, missing, first, "concepts to merge into");
    return true;
}

/* ---- indexes --------------------------------------------------------------------------------------- */

static int compare_matches(const void *a, const void *b)
{
    const ts_core_match *x = a, *y = b;
    int order = strcmp(x->core, y->core);
    if (order != 0) return order;
    if (x->relation != y->relation) return x->relation < y->relation ? -1 : 1;
    return strcmp(x->entry->id, y->entry->id);
}

static bool index_matches(ts_scheme *scheme, ts_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < scheme->count; i++) count += scheme->entries[i]->match_count;
    scheme->matches = TS_NEW_ARRAY(scheme->arena, count, ts_core_match);
    if (!scheme->matches) return ts_fail_memory(err);
    scheme->match_count = 0;
    for (size_t i = 0; i < scheme->count; i++) {
        const ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->match_count; k++)
            if (entry->matches[k].state == TS_MATCH_CONFIRMED)
                scheme->matches[scheme->match_count++] =
                    (ts_core_match){entry->matches[k].core, entry, entry->matches[k].relation};
    }
    qsort(scheme->matches, scheme->match_count, sizeof *scheme->matches, compare_matches);
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const ts_entry_name *x = a, *y = b;
    int order = strcmp(x->folded, y->folded);
    return order != 0 ? order : strcmp(x->entry->id, y->entry->id);
}

static bool index_name(ts_scheme *scheme, ts_entry *entry, const char *text, ts_error *err)
{
    char folded[512];
    if (!ts_vocab_fold(text, folded, sizeof folded) || !folded[0]) return true; /* nobody will type that */
    ts_entry_name *name = &scheme->names[scheme->name_count++];
    *name = (ts_entry_name){ts_arena_strdup(scheme->arena, folded), entry};
    return name->folded || ts_fail_memory(err);
}

static bool index_names(ts_scheme *scheme, ts_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < scheme->count; i++) count += scheme->entries[i]->word_count;
    scheme->names = TS_NEW_ARRAY(scheme->arena, count, ts_entry_name);
    if (!scheme->names) return ts_fail_memory(err);
    scheme->name_count = 0;
    for (size_t i = 0; i < scheme->count; i++) {
        ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->word_count; k++)
            if (ts_words_docs[entry->words[k].kind].found &&
                !index_name(scheme, entry, entry->words[k].text, err))
                return false;
    }
    qsort(scheme->names, scheme->name_count, sizeof *scheme->names, compare_names);
    return true;
}

static int compare_up(const void *a, const void *b)
{
    const ts_entry *x = *(const ts_entry *const *)a, *y = *(const ts_entry *const *)b;
    if (x->up != y->up) return x->up < y->up ? -1 : 1;
    return strcmp(x->id, y->id);
}

static bool index_below(ts_scheme *scheme, ts_error *err)
{
    scheme->below = TS_NEW_ARRAY(scheme->arena, scheme->count, const ts_entry *);
    if (!scheme->below) return ts_fail_memory(err);
    scheme->below_count = 0;
    for (size_t i = 0; i < scheme->count; i++)
        if (scheme->entries[i]->up) scheme->below[scheme->below_count++] = scheme->entries[i];
    qsort(scheme->below, scheme->below_count, sizeof(const ts_entry *), compare_up);
    return true;
}

static bool is_before(const ts_words *a, const ts_words *b)
{
    if (a->kind != b->kind) return a->kind < b->kind;
    return strcmp(a->language, b->language) < 0;
}

/* One order, whatever file they came from; within a kind and language that of the file. Most are in order already. */
static void sort_words(ts_entry *entry)
{
    for (size_t i = 1; i < entry->word_count; i++) {
        ts_words words = entry->words[i];
        size_t k = i;
        for (; k > 0 && is_before(&words, &entry->words[k - 1]); k--) entry->words[k] = entry->words[k - 1];
        entry->words[k] = words;
    }
}

bool ts_scheme_seal(ts_scheme *scheme, ts_error *err)
{
    if (scheme->sealed) return true;
    if (!check_cycles(scheme, err)) return false;
    for (size_t i = 0; i < scheme->count; i++) sort_words(scheme->entries[i]);
    link_up(scheme);
    if (!check_depths(scheme, err) || !check_merges(scheme, err) || !index_matches(scheme, err) ||
        !index_names(scheme, err) || !index_below(scheme, err))
        return false;
    scheme->sealed = true;
    return true;
}
