/* search: keeps the sets of numbers for each term, stem, facet, state and so on in step with the blocks.
 * Under the write lock. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "search/parallel.h"
#include "search/store.h"

_Static_assert(TS_BLOCK_ROWS <= TS_INDEX_BATCH, "a block of a snapshot is posted at once");

const unsigned ts_levels[TS_LEVELS] = {250, 225};

/* What the picture's own tags have: facets and sources of shown ones, states, as masks; and how many they are. */
typedef struct traits {
    uint32_t facets, sources, states, own;
} traits;

typedef struct poster {
    ts_index *index;
    const uint32_t *numbers;
    size_t count;
    traits *traits[TS_PARALLEL_MAX]; /* per part, of all pictures: cheaper than waiting for one another */
    bool failed[TS_PARALLEL_MAX];
} poster;

static traits traits_of(const ts_index *index, const ts_lists *lists)
{
    traits t = {0};
    for (size_t i = 0; i < lists->tag_count; i++) {
        uint32_t tag = lists->tags[i], source = TS_TAG_SOURCE(tag);
        if (source == TS_SOURCE_IMPLIED) continue;
        t.facets |= TS_TAG_IS_SHOWN(tag) ? 1u << ts_term_facet(index, TS_TAG_TERM(tag)) : 0;
        t.sources |= TS_TAG_IS_SHOWN(tag) ? 1u << source : 0;
        t.states |= 1u << TS_TAG_STATE(tag);
        t.own++;
    }
    return t;
}

/* ---- what is shared out: sets of all kinds, by their numbers ----
 *
 * A batch is brought into the order of terms first: each set is then visited once and not once a picture,
 * which is what filling a large index otherwise spends its time on. */

/* A set, and a number that goes into it; numbers of one set ascend. reach: of tags, how many of ts_levels they
 * reach. */
typedef struct pair {
    uint32_t key;
    uint32_t number : 28, reach : 4;
} pair;

typedef struct pairs {
    pair *items, *spare;
    size_t count, capacity;
    uint32_t largest; /* key */
} pairs;

static bool push(pairs *p, pair item)
{
    if (p->count == p->capacity) {
        size_t capacity = p->capacity ? p->capacity * 2 : 4096;
        pair *items = reallocarray(p->items, capacity, sizeof *items);
        if (items) p->items = items;
        pair *spare = items ? reallocarray(p->spare, capacity, sizeof *spare) : NULL;
        if (!spare) return false;
        p->spare = spare;
        p->capacity = capacity;
    }
    p->items[p->count++] = item;
    p->largest = item.key > p->largest ? item.key : p->largest;
    return true;
}

/* By key, stable: passes of eleven bits, as many as the largest key has. */
static void sort_pairs(pairs *p)
{
    for (unsigned shift = 0; shift < 32 && p->largest >> shift; shift += 11) {
        uint32_t starts[2049] = {0};
        for (size_t i = 0; i < p->count; i++) starts[(p->items[i].key >> shift & 2047) + 1]++;
        for (size_t i = 1; i < 2049; i++) starts[i] += starts[i - 1];
        for (size_t i = 0; i < p->count; i++)
            p->spare[starts[p->items[i].key >> shift & 2047]++] = p->items[i];
        pair *swap = p->items;
        p->items = p->spare;
        p->spare = swap;
    }
}

/* Of a run those that reach a level. */
static bool add_level(ts_sets *sets, const pair *run, size_t count, unsigned reach)
{
    uint32_t numbers[TS_INDEX_BATCH]; /* no call adds more pictures */
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        if (run[i].reach >= reach) numbers[used++] = run[i].number;
    return ts_sets_add_many(sets, run->key, numbers, used);
}

/* Where the run of one key ends. A word that stands twice in a picture is in it once. */
static size_t shorten_run(pair *items, size_t count, size_t *kept)
{
    size_t i = 1;
    *kept = 1;
    for (; i < count && items[i].key == items[0].key; i++)
        if (items[i].number != items[*kept - 1].number) items[(*kept)++] = items[i];
    return i;
}

/* Runs of one key go in together. levels: NULL for what has none. */
static bool add_runs(ts_sets *sets, ts_sets *levels, pairs *p)
{
    sort_pairs(p);
    for (size_t i = 0, kept; i < p->count;) {
        pair *run = p->items + i;
        i += shorten_run(run, p->count - i, &kept);
        if (!add_level(sets, run, kept, 0)) return false;
        for (unsigned k = 0; k < TS_LEVELS && levels; k++)
            if (!add_level(&levels[k], run, kept, TS_LEVELS - k)) return false;
    }
    p->count = 0;
    p->largest = 0;
    return true;
}

/* Whose a key is; without a division, of which there would be one a tag and thread. */
static bool is_mine(uint32_t key, unsigned part, unsigned parts)
{
    return (uint64_t)(key * UINT32_C(2654435761)) * parts >> 32 == part;
}

static unsigned reach_of(uint32_t tag)
{
    unsigned reach = 0;
    for (size_t i = 0; i < TS_LEVELS; i++) reach += TS_TAG_LEVEL(tag) >= ts_levels[i];
    return reach;
}

static bool collect_tags(const poster *work, unsigned part, unsigned parts, pairs *p)
{
    for (size_t i = 0; i < work->count; i++) {
        uint32_t number = work->numbers[i];
        ts_lists lists = ts_lists_of(work->index, number);
        work->traits[part][i] = traits_of(work->index, &lists);
        for (size_t k = 0; k < lists.shown_count; k++) {
            uint32_t tag = lists.tags[k], term = TS_TAG_TERM(tag);
            if (is_mine(term, part, parts) &&
                !push(p, (pair){term, number & TS_INDEX_NUMBER_MAX, reach_of(tag) & 15}))
                return false;
        }
    }
    return true;
}

static bool collect_words(const poster *work, unsigned part, unsigned parts, pairs *p)
{
    for (size_t i = 0; i < work->count; i++) {
        uint32_t number = work->numbers[i];
        ts_lists lists = ts_lists_of(work->index, number);
        for (size_t k = 0; k < lists.word_count; k++) {
            uint32_t word = lists.words[k], stem = TS_WORD_STEM(word);
            if (word == TS_WORD_GAP || !is_mine(stem, part, parts)) continue;
            if (!push(p, (pair){stem, number & TS_INDEX_NUMBER_MAX, 0})) return false;
        }
    }
    return true;
}

/* ---- sets that a picture is in for what it is, not for what it shows ---- */

typedef enum family { FACET, SOURCE, STATE, FLAG, FOLDER, OWNER, FORMAT, FAMILIES } family;

static ts_sets *sets_of(ts_index *index, family which)
{
    ts_sets *sets[FAMILIES] = {&index->by_facet,  &index->by_source, &index->by_state, &index->by_flag,
                               &index->by_folder, &index->by_owner,  &index->by_format};
    return sets[which];
}

/* The sets of the family that the picture is in: as a mask, or as the number of the only one. */
static uint32_t place_in(const ts_index *index, uint32_t number, const traits *t, family which)
{
    const ts_block *block = ts_block_of(index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    uint32_t places[FAMILIES] = {
        t->facets,          t->sources,        t->states,         block->flags[row] & (TS_ROW_LIVE - 1u),
        block->folder[row], block->owner[row], block->format[row]};
    return places[which];
}

static bool is_mask(family which)
{
    return which <= FLAG;
}

static bool collect_family(const poster *work, unsigned part, unsigned parts, family which, pairs *p)
{
    for (size_t i = 0; i < work->count; i++) {
        uint32_t number = work->numbers[i];
        uint32_t place = place_in(work->index, number, &work->traits[part][i], which);
        uint32_t mask = is_mask(which) ? place : 1;
        for (; mask; mask &= mask - 1) {
            uint32_t key = is_mask(which) ? (uint32_t)__builtin_ctz(mask) : place;
            if (is_mine(key * FAMILIES + which, part, parts) &&
                !push(p, (pair){key, number & TS_INDEX_NUMBER_MAX, 0}))
                return false;
        }
    }
    return true;
}

static bool add_families(const poster *work, unsigned part, unsigned parts, pairs *p)
{
    for (family which = FACET; which < FAMILIES; which++)
        if (!collect_family(work, part, parts, which, p) || !add_runs(sets_of(work->index, which), NULL, p))
            return false;
    return true;
}

static void add_part(void *context, unsigned part, unsigned parts)
{
    poster *work = context;
    ts_index *index = work->index;
    pairs p = {0};
    work->traits[part] = reallocarray(NULL, work->count, sizeof *work->traits[part]);
    bool good = work->traits[part] && collect_tags(work, part, parts, &p) &&
                add_runs(&index->by_term, index->by_level, &p) && collect_words(work, part, parts, &p) &&
                add_runs(&index->by_stem, NULL, &p) && add_families(work, part, parts, &p);
    free(p.items);
    free(p.spare);
    work->failed[part] = !good;
}

/* ---- one picture out ---- */

static void remove_lists(ts_index *index, uint32_t number)
{
    ts_lists lists = ts_lists_of(index, number);
    for (size_t i = 0; i < lists.shown_count; i++) {
        ts_sets_remove(&index->by_term, TS_TAG_TERM(lists.tags[i]), number);
        for (size_t k = 0; k < TS_LEVELS; k++)
            ts_sets_remove(&index->by_level[k], TS_TAG_TERM(lists.tags[i]), number);
    }
    for (size_t i = 0; i < lists.word_count; i++)
        if (lists.words[i] != TS_WORD_GAP)
            ts_sets_remove(&index->by_stem, TS_WORD_STEM(lists.words[i]), number);
}

static void remove_families(ts_index *index, uint32_t number)
{
    ts_lists lists = ts_lists_of(index, number);
    traits t = traits_of(index, &lists);
    for (family which = FACET; which < FAMILIES; which++) {
        uint32_t place = place_in(index, number, &t, which);
        if (!is_mask(which)) ts_sets_remove(sets_of(index, which), place, number);
        for (uint32_t mask = is_mask(which) ? place : 0; mask; mask &= mask - 1)
            ts_sets_remove(sets_of(index, which), (size_t)__builtin_ctz(mask), number);
    }
    index->tag_count -= t.own;
    roaring_bitmap_remove(index->live, number);
}

void ts_postings_remove(ts_index *index, uint32_t number)
{
    remove_lists(index, number);
    remove_families(index, number);
}

/* ---- many in ---- */

static bool make_room(ts_index *index)
{
    size_t terms = ts_term_count(index);
    for (size_t i = 0; i < TS_LEVELS; i++)
        if (!ts_sets_grow(&index->by_level[i], terms)) return false;
    for (family which = FACET; which < FOLDER; which++)
        if (!ts_sets_grow(sets_of(index, which), 32)) return false;
    return ts_sets_grow(&index->by_term, terms) && ts_sets_grow(&index->by_stem, index->stems.count) &&
           ts_sets_grow(&index->by_folder, index->folders.count) &&
           ts_sets_grow(&index->by_owner, index->owners.count) && ts_sets_grow(&index->by_format, 256);
}

bool ts_postings_add(ts_index *index, const uint32_t *numbers, size_t count)
{
    poster p = {.index = index, .numbers = numbers, .count = count};
    unsigned parts = count >= 64 ? index->options.threads : 1;
    bool good = true;
    assert(count <= TS_INDEX_BATCH);
    if (!count) return true;
    if (!make_room(index)) return false;
    ts_parallel(parts, add_part, &p);
    for (size_t i = 0; i < count && p.traits[0]; i++) index->tag_count += p.traits[0][i].own;
    roaring_bitmap_add_many(index->live, count, numbers);
    for (unsigned i = 0; i < parts; i++) {
        free(p.traits[i]);
        good = good && !p.failed[i];
    }
    return good;
}
