/* vocab: the tree above each concept. Resolves parents, refuses cycles, lists ancestors once and for all.
 *
 * Concepts are settled in passes: a pass settles those whose parents are all settled, so pass n settles what
 * lies n steps below the top. When a pass settles nothing, what is left goes round in a circle. Depth is
 * bounded, so the work is too, whatever the table holds, and nothing recurses. */
#include <stdlib.h>
#include <string.h>

#include "vocab/private.h"

static bool resolve_parents(ts_vocab *vocab, ts_concept concept, ts_error *err)
{
    ts_concept_row *row = &vocab->concepts[concept];
    ts_concept found[TS_VOCAB_PARENTS_MAX];
    size_t count = 0;
    char *rest = row->parents_text[0] != '\0' ? row->parents_text : NULL;
    for (char *id; (id = strsep(&rest, ",")) != NULL;) {
        ts_concept parent = ts_vocab_find(vocab, id);
        if (parent == TS_CONCEPT_NONE)
            return ts_vocab_fail_at(vocab, concept, err, "%s has the parent \"%s\", which does not exist",
                                    row->id, id);
        for (size_t i = 0; i < count; i++)
            if (found[i] == parent)
                return ts_vocab_fail_at(vocab, concept, err, "%s names its parent %s twice", row->id,
                                        vocab->concepts[parent].id);
        if (count == TS_VOCAB_PARENTS_MAX)
            return ts_vocab_fail_at(vocab, concept, err, "%s has more than %d parents", row->id,
                                    TS_VOCAB_PARENTS_MAX);
        found[count++] = parent;
    }
    row->parents_text = NULL;
    if (count == 0) return true;
    ts_concept *items = TS_NEW_ARRAY(vocab->arena, count, ts_concept);
    if (!items) return ts_fail_memory(err);
    memcpy(items, found, count * sizeof *items);
    row->parents = (ts_concepts){items, count};
    return true;
}

typedef struct ancestor_list {
    ts_concept items[TS_VOCAB_ANCESTORS_MAX];
    size_t count;
} ancestor_list;

static bool list_add(ancestor_list *list, ts_concept concept)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == concept) return true;
    if (list->count == TS_VOCAB_ANCESTORS_MAX) return false;
    list->items[list->count++] = concept;
    return true;
}

static bool collect_ancestors(const ts_vocab *vocab, const ts_concept_row *row, ancestor_list *list)
{
    for (size_t p = 0; p < row->parents.count; p++) {
        ts_concept parent = row->parents.items[p];
        if (!list_add(list, parent)) return false;
        ts_concepts above = vocab->concepts[parent].ancestors;
        for (size_t i = 0; i < above.count; i++)
            if (!list_add(list, above.items[i])) return false;
    }
    return true;
}

static bool settle(ts_vocab *vocab, ts_concept concept, ts_error *err)
{
    ts_concept_row *row = &vocab->concepts[concept];
    if (row->parents.count == 0) return true;
    ancestor_list list = {.count = 0};
    if (!collect_ancestors(vocab, row, &list))
        return ts_vocab_fail_at(vocab, concept, err, "%s has more than %d ancestors", row->id,
                                TS_VOCAB_ANCESTORS_MAX);
    ts_concept *items = TS_NEW_ARRAY(vocab->arena, list.count, ts_concept);
    if (!items) return ts_fail_memory(err);
    memcpy(items, list.items, list.count * sizeof *items);
    row->ancestors = (ts_concepts){items, list.count};
    row->depth = vocab->concepts[row->parents.items[0]].depth + 1;
    return true;
}

/* The first parent that is not settled, or TS_CONCEPT_NONE. */
static ts_concept unsettled_parent(const ts_vocab *vocab, const bool *settled, ts_concept concept)
{
    ts_concepts parents = vocab->concepts[concept].parents;
    for (size_t i = 0; i < parents.count; i++)
        if (!settled[parents.items[i]]) return parents.items[i];
    return TS_CONCEPT_NONE;
}

/* Climbing from any unsettled concept must enter the circle within as many steps as there are concepts. */
static bool fail_cycle(const ts_vocab *vocab, const bool *settled, ts_concept start, ts_error *err)
{
    ts_concept concept = start;
    for (size_t i = 0; i < vocab->count; i++) concept = unsettled_parent(vocab, settled, concept);
    ts_concept parent = unsettled_parent(vocab, settled, concept);
    return ts_vocab_fail_at(vocab, concept, err, "%s is its own ancestor through %s",
                            vocab->concepts[concept].id, vocab->concepts[parent].id);
}

/* One pass; settles into `next` so that a pass is exactly one level. False on failure. */
static bool settle_level(ts_vocab *vocab, const bool *settled, bool *next, size_t *newly, ts_error *err)
{
    *newly = 0;
    for (size_t i = 0; i < vocab->count; i++) {
        ts_concept concept = (ts_concept)i;
        if (settled[i] || unsettled_parent(vocab, settled, concept) != TS_CONCEPT_NONE) continue;
        if (!settle(vocab, concept, err)) return false;
        next[i] = true;
        (*newly)++;
    }
    return true;
}

static bool settle_all(ts_vocab *vocab, bool *settled, bool *next, ts_error *err)
{
    size_t left = vocab->count, newly = 0;
    for (unsigned level = 0; left > 0; level++) {
        size_t first = 0;
        while (settled[first]) first++;
        if (level > TS_VOCAB_DEPTH_MAX)
            return ts_vocab_fail_at(vocab, (ts_concept)first, err, "%s lies more than %d levels deep",
                                    vocab->concepts[first].id, TS_VOCAB_DEPTH_MAX);
        if (!settle_level(vocab, settled, next, &newly, err)) return false;
        if (newly == 0) return fail_cycle(vocab, settled, (ts_concept)first, err);
        memcpy(settled, next, vocab->count * sizeof *settled);
        left -= newly;
    }
    return true;
}

bool ts_vocab_link(ts_vocab *vocab, ts_error *err)
{
    for (size_t i = 0; i < vocab->count; i++)
        if (!resolve_parents(vocab, (ts_concept)i, err)) return false;
    bool *settled = calloc(vocab->count, sizeof *settled);
    bool *next = calloc(vocab->count, sizeof *next);
    bool ok = settled && next ? settle_all(vocab, settled, next, err) : ts_fail_memory(err);
    free(settled);
    free(next);
    return ok;
}
