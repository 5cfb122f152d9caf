/* search: counts facets, by lists or by sets, whichever is cheaper for this result. */
#include "search/facets.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/parallel.h"

#define PARALLEL_FROM_NS 400000.0

/* One facet's best values so far: a heap with the least on top. */
typedef struct value {
    uint32_t pictures, term;
} value;

typedef struct best {
    value *values;
    size_t count;
} best;

typedef struct counter {
    const ts_question *q;
    ts_candidates *result;
    size_t count, top, facets, terms;
    unsigned parts;
    uint32_t **tables;        /* per part: pictures per term, for counting by lists */
    best *bests;              /* per part and facet */
    ts_bits bits;             /* of the result, for counting by sets */
    _Atomic uint32_t *floors; /* per facet: the least that reaches its best values so far, in any part */
    uint32_t *order;          /* terms by size, largest first, for the same */
    size_t order_count;
} counter;

/* More pictures first, then the lower term: the same order whatever way was taken. */
static bool is_less(const value *a, const value *b)
{
    return a->pictures != b->pictures ? a->pictures < b->pictures : a->term > b->term;
}

static void sift_down(best *b, size_t i)
{
    for (size_t child; (child = 2 * i + 1) < b->count; i = child) {
        if (child + 1 < b->count && is_less(&b->values[child + 1], &b->values[child])) child++;
        if (!is_less(&b->values[child], &b->values[i])) return;
        value swap = b->values[i];
        b->values[i] = b->values[child];
        b->values[child] = swap;
    }
}

static void offer(best *b, size_t top, value candidate)
{
    if (b->count == top) {
        if (!is_less(&b->values[0], &candidate)) return;
        b->values[0] = candidate;
        sift_down(b, 0);
        return;
    }
    size_t i = b->count++;
    b->values[i] = candidate;
    for (; i > 0 && is_less(&b->values[i], &b->values[(i - 1) / 2]); i = (i - 1) / 2) {
        value swap = b->values[i];
        b->values[i] = b->values[(i - 1) / 2];
        b->values[(i - 1) / 2] = swap;
    }
}

/* ---- by lists ---- */

static void count_lists(void *context, unsigned part, unsigned parts)
{
    const counter *c = context;
    const ts_index *index = c->q->index;
    uint32_t *table = c->tables[part];
    size_t from = c->count * part / parts, to = c->count * (part + 1) / parts;
    for (size_t i = from; i < to; i++) {
        ts_prefetch(index, c->result->numbers, i, to);
        const ts_block *block = ts_block_of(index, c->result->numbers[i]);
        const ts_place *place = &block->places[c->result->numbers[i] % TS_BLOCK_ROWS];
        const uint32_t *tags = block->data + place->start;
        for (size_t k = 0; k < place->shown; k++) table[TS_TAG_TERM(tags[k])]++;
    }
}

static bool by_lists(counter *c)
{
    if (!ts_candidates_list(c->q, c->result)) return false;
    c->tables = ts_arena_array(c->q->arena, c->parts, sizeof *c->tables);
    if (!c->tables) return false;
    for (unsigned i = 0; i < c->parts; i++)
        if (!(c->tables[i] = ts_arena_array(c->q->arena, c->terms + 1, sizeof **c->tables))) return false;
    ts_parallel(c->parts, count_lists, c);
    for (uint32_t term = 0; term < c->terms; term++) {
        uint32_t pictures = 0;
        for (unsigned i = 0; i < c->parts; i++) pictures += c->tables[i][term];
        if (!pictures || ts_term_is_hidden(c->q->index, term)) continue;
        offer(&c->bests[ts_term_facet(c->q->index, term)], c->top, (value){pictures, term});
    }
    return true;
}

/* ---- by sets ---- */

/* Sizes to one part in eight: four bytes' length and the three bits below the highest. */
static unsigned bucket_of(uint32_t size)
{
    unsigned length = 31 - (unsigned)__builtin_clz(size);
    return length < 3 ? size - 1 : length * 8 + (size >> (length - 3) & 7);
}

/* Terms that some picture has, the largest first as far as their buckets tell. */
static bool make_order(counter *c)
{
    enum { BUCKETS = 256 };
    const ts_sets *sets = &c->q->index->by_term;
    size_t known = c->terms < sets->count ? c->terms : sets->count, starts[BUCKETS + 1] = {0};
    c->order = ts_arena_array(c->q->arena, known + 1, sizeof *c->order);
    if (!c->order) return false;
    for (size_t t = 0; t < known; t++)
        if (sets->sizes[t]) starts[BUCKETS - bucket_of(sets->sizes[t])]++;
    for (size_t i = 1; i <= BUCKETS; i++) starts[i] += starts[i - 1];
    c->order_count = starts[BUCKETS];
    for (size_t t = 0; t < known; t++)
        if (sets->sizes[t]) c->order[starts[BUCKETS - 1 - bucket_of(sets->sizes[t])]++] = (uint32_t)t;
    return true;
}

/* What is below the least of one part's best values is not among the best of all. */
static void raise_floor(_Atomic uint32_t *floor, uint32_t least)
{
    uint32_t seen = atomic_load_explicit(floor, memory_order_relaxed);
    while (seen < least && !atomic_compare_exchange_weak_explicit(floor, &seen, least, memory_order_relaxed,
                                                                  memory_order_relaxed))
        continue;
}

/* Values that have as many pictures as the floor may still be among the best, by their terms. */
static void count_sets(void *context, unsigned part, unsigned parts)
{
    const counter *c = context;
    const ts_index *index = c->q->index;
    bool whole = c->count == roaring_bitmap_get_cardinality(index->live);
    for (size_t i = part; i < c->order_count; i += parts) {
        uint32_t term = c->order[i], size = index->by_term.sizes[term];
        unsigned facet = ts_term_facet(index, term);
        best *b = &c->bests[part * c->facets + facet];
        uint32_t floor = atomic_load_explicit(&c->floors[facet], memory_order_relaxed);
        if (size < floor || ts_term_is_hidden(index, term)) continue;
        uint32_t pictures =
            whole ? size : (uint32_t)ts_sets_size_within(&index->by_term, term, &c->bits, floor);
        if (!pictures || pictures < floor) continue;
        offer(b, c->top, (value){pictures, term});
        if (b->count == c->top) raise_floor(&c->floors[facet], b->values[0].pictures);
    }
}

static bool by_sets(counter *c)
{
    c->floors = ts_arena_alloc(c->q->arena, c->facets * sizeof *c->floors);
    if (!c->floors || !ts_candidates_set(c->q, c->result)) return false;
    for (size_t f = 0; f < c->facets; f++) atomic_init(&c->floors[f], 0);
    if (!ts_bits_of_set(&c->bits, c->result->set, c->q->index->end)) return false;
    ts_parallel(c->parts, count_sets, c);
    ts_bits_free(&c->bits);
    for (unsigned part = 1; part < c->parts; part++)
        for (size_t f = 0; f < c->facets; f++)
            for (size_t i = 0; i < c->bests[part * c->facets + f].count; i++)
                offer(&c->bests[f], c->top, c->bests[part * c->facets + f].values[i]);
    return true;
}

/* ---- which way ---- */

/* Nanoseconds on one core of a 2024 server, measured by bench/search: it is their ratio that matters. A list
 * out of the order of the memory costs its five or six misses, which is nearly all of it. */
static double lists_cost(const counter *c)
{
    const ts_index *index = c->q->index;
    double live = 1 + (double)roaring_bitmap_get_cardinality(index->live);
    double tags = 1.3 * (double)index->tag_count / live;
    double density = (double)c->count / live;
    double misses = density > 0.2 ? 20 : live > 100000 ? 200 : 60;
    return (double)c->count * (misses + tags * 0.8) + (double)c->terms * 2;
}

static double set_cost(double size, double live)
{
    return size > live / 64 ? live / 250 /* columns */ : 150 + size * 0.6;
}

/* Touched are those sets alone that may reach the first `top`: which are at least as large as what the
 * top-th largest of their facet would keep if the result were drawn at random. */
static double sets_cost(const counter *c)
{
    const ts_index *index = c->q->index;
    double live = 1 + (double)roaring_bitmap_get_cardinality(index->live), share = (double)c->count / live;
    double cost = (double)c->terms * 5 + (double)c->count + (double)index->end / 40;
    size_t seen[TS_FACETS_MAX] = {0};
    double floors[TS_FACETS_MAX] = {0};
    if (c->count == roaring_bitmap_get_cardinality(index->live)) return (double)c->terms * 5;
    for (size_t i = 0; i < c->order_count; i++) {
        uint32_t term = c->order[i];
        unsigned facet = ts_term_facet(index, term);
        double size = index->by_term.sizes[term];
        if (++seen[facet] == c->top) floors[facet] = size * share;
        if (size >= floors[facet]) cost += set_cost(size, live);
    }
    return cost;
}

static bool choose(counter *c, ts_facet_way way)
{
    if (!make_order(c)) return false;
    double lists = lists_cost(c), sets = sets_cost(c);
    bool use_sets = way == TS_FACETS_CHOOSE ? sets < lists : way == TS_FACETS_BY_SETS;
    c->parts = (use_sets ? sets : lists) > PARALLEL_FROM_NS ? c->q->index->options.threads : 1;
    c->bests = ts_arena_array(c->q->arena, c->facets * c->parts, sizeof *c->bests);
    if (!c->bests) return false;
    for (size_t i = 0; i < c->facets * c->parts; i++)
        if (!(c->bests[i].values = ts_arena_array(c->q->arena, c->top, sizeof(value)))) return false;
    return use_sets ? by_sets(c) : by_lists(c);
}

static int by_pictures(const void *a, const void *b)
{
    return is_less(a, b) ? 1 : is_less(b, a) ? -1 : 0;
}

static bool report(const counter *c, ts_found *found)
{
    const ts_index *index = c->q->index;
    size_t total = 0;
    for (size_t f = 0; f < c->facets; f++) total += c->bests[f].count;
    ts_facet_count *counts = ts_arena_array(c->q->arena, total + 1, sizeof *counts), *out = counts;
    if (!counts) return false;
    for (size_t f = 0; f < c->facets; f++) {
        best *b = &c->bests[f];
        qsort(b->values, b->count, sizeof *b->values, by_pictures);
        const char *facet = b->count ? ts_arena_strdup(c->q->arena, index->facets.entries[f].text) : NULL;
        for (size_t i = 0; i < b->count; i++) {
            uint32_t term = b->values[i].term;
            const char *label = ts_term_label(index, term);
            if (term >= index->concepts) label = ts_arena_strdup(c->q->arena, label);
            if (!facet || !label) return false;
            *out++ = (ts_facet_count){facet, ts_term_concept(index, term), label, b->values[i].pictures};
        }
    }
    found->facets = counts;
    found->facet_count = total;
    return true;
}

bool ts_facets_count(const ts_question *q, ts_candidates *result, size_t top, ts_facet_way way,
                     ts_found *found)
{
    counter c = {.q = q, .result = result, .count = result->count, .top = top};
    c.facets = q->index->facets.count;
    c.terms = ts_term_count(q->index);
    if (top == 0 || (choose(&c, way) && report(&c, found))) return true;
    return ts_fail_memory(q->err);
}
