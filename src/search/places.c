/* search: where the pictures of a result were taken: the place names that stand together in pictures, with how many have them.
 * Knows no map: which of the names is the country is for others to say. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/layout.h"

typedef struct chain {
    uint32_t terms[TS_PLACE_NAMES]; /* as they stand in the picture; TS_NONE behind the last */
} chain;

static int by_terms(const void *a, const void *b)
{
    const chain *x = a, *y = b;
    for (size_t i = 0; i < TS_PLACE_NAMES; i++)
        if (x->terms[i] != y->terms[i]) return x->terms[i] < y->terms[i] ? -1 : 1;
    return 0;
}

static int by_pictures(const void *a, const void *b)
{
    const ts_place_count *x = a, *y = b;
    if (x->pictures != y->pictures) return x->pictures > y->pictures ? -1 : 1;
    for (size_t i = 0; i < x->depth && i < y->depth; i++) {
        int order = strcmp(x->names[i], y->names[i]);
        if (order) return order;
    }
    return x->depth < y->depth ? -1 : x->depth > y->depth;
}

/* False: the picture has no place, or more names than a place has. */
static bool read_chain(const ts_index *index, uint32_t number, chain *out)
{
    ts_lists lists = ts_lists_of(index, number);
    size_t depth = 0;
    memset(out, 0xff, sizeof *out);
    for (size_t i = 0; i < lists.shown_count; i++) {
        uint32_t term = TS_TAG_TERM(lists.tags[i]);
        if (term < index->concepts || ts_term_facet(index, term) != TS_FACET_PLACE) continue;
        if (depth == TS_PLACE_NAMES) return false;
        out->terms[depth++] = term;
    }
    return depth > 0;
}

static ts_place_count count_of(const ts_index *index, const chain *c, uint64_t pictures)
{
    ts_place_count count = {.pictures = pictures};
    while (count.depth < TS_PLACE_NAMES && c->terms[count.depth] != TS_NONE) {
        count.names[count.depth] = ts_term_label(index, c->terms[count.depth]);
        count.depth++;
    }
    return count;
}

bool ts_places_count(const ts_index *index, const uint32_t *numbers, size_t count, ts_arena *arena,
                     const ts_place_count **places, size_t *place_count)
{
    size_t chains = 0, found = 0;
    chain *all = TS_NEW_ARRAY(arena, count, chain);
    if (!all) return false;
    for (size_t i = 0; i < count; i++) {
        ts_prefetch(index, numbers, i, count);
        chains += read_chain(index, numbers[i], &all[chains]);
    }
    qsort(all, chains, sizeof *all, by_terms);
    ts_place_count *rows = TS_NEW_ARRAY(arena, chains, ts_place_count);
    if (!rows) return false;
    for (size_t i = 0, end; i < chains; i = end) {
        for (end = i + 1; end < chains && by_terms(&all[i], &all[end]) == 0;) end++;
        rows[found++] = count_of(index, &all[i], end - i);
    }
    qsort(rows, found, sizeof *rows, by_pictures);
    *places = rows;
    *place_count = found;
    return true;
}
