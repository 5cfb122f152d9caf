/* search: one question from text to answer: parse, resolve, evaluate, rank, cut, count, page. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "search/facets.h"
#include "search/layout.h"
#include "search/page.h"

static int64_t wall_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What the asker may see at all. */
static bool keep_visible(const ts_question *q, const ts_find *find, ts_set *set)
{
    const ts_index *index = q->index;
    const ts_set *held = ts_sets_get(&index->by_flag, TS_FLAG_HELD);
    if (held && !find->with_held) roaring_bitmap_andnot_inplace(set, held);
    if (!find->owner) return true;
    uint32_t owner = ts_dict_find(&index->owners, find->owner, strlen(find->owner));
    const ts_set *own = owner == TS_DICT_NONE ? NULL : ts_sets_get(&index->by_owner, owner);
    if (own) roaring_bitmap_and_inplace(set, own);
    else roaring_bitmap_clear(set);
    return true;
}

static bool has_ranking(const ts_question *q, const ts_find *find)
{
    return find->text_vector || find->similar_vector || find->similar_number || q->similar ||
           find->palette_count;
}

static bool collect(const ts_question *q, const ts_find *find, ts_candidates *c)
{
    if (!(c->set = ts_question_eval(q))) return false;
    keep_visible(q, find, c->set);
    c->count = roaring_bitmap_get_cardinality(c->set);
    return true;
}

/* Rows are about to be left out: from here on the list counts. */
static bool drop_set(const ts_question *q, ts_candidates *c)
{
    if (!ts_candidates_list(q, c)) return false;
    roaring_bitmap_free(c->set);
    c->set = NULL;
    return true;
}

static bool rank(ts_question *q, const ts_find *find, ts_candidates *c)
{
    if (!drop_set(q, c)) return false;
    if (find->text_vector && !ts_rank_by_text(q, find, c)) return false;
    if ((find->similar_vector || find->similar_number || q->similar) && !ts_rank_by_likeness(q, find, c))
        return false;
    if (find->palette_count && !ts_rank_by_palette(q, find, c)) return false;
    for (size_t i = 0; i < c->count && q->leaf_count; i++) {
        float score = ts_question_score(q, c->numbers[i]);
        c->scores[i] *= score;
        c->order[i] *= score;
    }
    return true;
}

/* Where the asker says where relevance ends. */
static bool cut_below(const ts_question *q, const ts_find *find, ts_candidates *c)
{
    size_t kept = 0;
    if (!(find->min_score > 0) || (!c->scores && !q->leaf_count)) return true;
    if (c->set && !drop_set(q, c)) return false;
    for (size_t i = 0; i < c->count; i++) {
        float score = c->scores ? c->scores[i] : ts_question_score(q, c->numbers[i]);
        if (score < find->min_score) continue;
        c->numbers[kept] = c->numbers[i];
        if (c->scores) c->scores[kept] = c->scores[i];
        if (c->scores) c->order[kept] = c->order[i];
        kept++;
    }
    c->count = kept;
    return true;
}

/* Under the read lock: the pictures that the question finds. */
static bool gather(ts_question *q, const ts_find *find, ts_candidates *c)
{
    return ts_question_resolve(q) && collect(q, find, c) && (!has_ranking(q, find) || rank(q, find, c)) &&
           cut_below(q, find, c);
}

#define BEST_FROM 2000u /* rows; fewer are all looked at */

/* The page from the surest rows alone, where they suffice. */
static bool page_of_best(ts_question *q, const ts_find *find, const ts_candidates *all, bool *done,
                         ts_found *found)
{
    bool good = true;
    *done = false;
    for (unsigned level = 0; level < TS_LEVELS && good && !*done; level++) {
        float bound;
        ts_candidates best = {0};
        ts_question_best(q, all->set, level, &best.set, &bound);
        if (!best.set) return true;
        best.count = roaring_bitmap_get_cardinality(best.set);
        good = ts_candidates_list(q, &best) && ts_page_cut(q, find, &best, bound, done, found);
        roaring_bitmap_free(best.set);
    }
    return good;
}

static bool page(ts_question *q, const ts_find *find, ts_candidates *c, ts_found *found)
{
    bool done = false;
    if (c->set && c->count >= BEST_FROM && ts_page_is_by_score(q, find) &&
        !page_of_best(q, find, c, &done, found))
        return false;
    return done || (ts_candidates_list(q, c) && ts_page_cut(q, find, c, 0, &done, found));
}

static bool answer(ts_question *q, const ts_find *find, ts_candidates *c, ts_found *found)
{
    if (!gather(q, find, c)) return false;
    found->total = c->count;
    found->seq = ts_index_seq(q->index);
    found->hints = q->hints;
    found->hint_count = q->hint_count;
    return ts_facets_count(q, c, find->facet_values, TS_FACETS_CHOOSE, found) && page(q, find, c, found);
}

static void free_set(ts_candidates *c)
{
    if (c->set) roaring_bitmap_free(c->set);
}

static bool check(const ts_find *find, ts_error *err)
{
    if (find->limit > TS_FIND_LIMIT_MAX)
        return ts_fail(err, TS_USAGE, "a page holds at most %d pictures", TS_FIND_LIMIT_MAX);
    if ((unsigned)find->sort > TS_SORT_RANDOM) return ts_fail(err, TS_USAGE, "there is no such order");
    return true;
}

static bool begin(ts_question *q, ts_index *index, const ts_find *find, ts_arena *arena, ts_error *err)
{
    *q = (ts_question){.index = index, .arena = arena, .err = err};
    if (!check(find, err)) return false;
    q->root = ts_query_parse(find->query ? find->query : "", find->now_ms ? find->now_ms : wall_clock_ms(),
                             arena, err);
    return q->root != NULL;
}

bool ts_index_find(ts_index *index, const ts_find *find, ts_arena *arena, ts_found *found, ts_error *err)
{
    ts_question q;
    ts_candidates c = {0};
    *found = (ts_found){0};
    if (!begin(&q, index, find, arena, err)) return false;
    pthread_rwlock_rdlock(&index->lock);
    bool good = answer(&q, find, &c, found);
    pthread_rwlock_unlock(&index->lock);
    free_set(&c);
    return good;
}

bool ts_index_select(ts_index *index, const ts_find *find, ts_arena *arena, const uint32_t **numbers,
                     size_t *count, ts_error *err)
{
    ts_question q;
    ts_candidates c = {0};
    if (!begin(&q, index, find, arena, err)) return false;
    pthread_rwlock_rdlock(&index->lock);
    bool good = gather(&q, find, &c) && ts_candidates_list(&q, &c);
    pthread_rwlock_unlock(&index->lock);
    free_set(&c);
    if (!good) return false;
    *numbers = c.numbers;
    *count = c.count;
    return true;
}

static bool lay_out(ts_question *q, const ts_find *find, ts_candidates *c, ts_shapes *layout)
{
    uint32_t *numbers = NULL;
    size_t count = 0;
    if (!gather(q, find, c) || !ts_candidates_list(q, c)) return false;
    layout->total = c->count;
    return ts_page_order(q, find, c, TS_LAYOUT_MAX, &numbers, &count) &&
           (ts_shapes_make(q->index, numbers, count, q->arena, layout) || ts_fail_memory(q->err));
}

bool ts_index_shapes(ts_index *index, const ts_find *find, ts_arena *arena, ts_shapes *layout, ts_error *err)
{
    ts_question q;
    ts_candidates c = {0};
    *layout = (ts_shapes){0};
    if (!begin(&q, index, find, arena, err)) return false;
    pthread_rwlock_rdlock(&index->lock);
    bool good = lay_out(&q, find, &c, layout);
    pthread_rwlock_unlock(&index->lock);
    free_set(&c);
    return good;
}

bool ts_index_places(ts_index *index, const ts_find *find, ts_arena *arena, const ts_place_count **places,
                     size_t *count, ts_error *err)
{
    ts_question q;
    ts_candidates c = {0};
    if (!begin(&q, index, find, arena, err)) return false;
    pthread_rwlock_rdlock(&index->lock);
    bool good = gather(&q, find, &c) && ts_candidates_list(&q, &c) &&
                (ts_places_count(index, c.numbers, c.count, arena, places, count) || ts_fail_memory(err));
    pthread_rwlock_unlock(&index->lock);
    free_set(&c);
    return good;
}

/* ---- twins ---- */

static int by_distance(const void *a, const void *b)
{
    const ts_index_twin *x = a, *y = b;
    if (x->distance != y->distance) return x->distance < y->distance ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

static unsigned phash_distance(const ts_index *index, uint32_t number, uint64_t phash)
{
    uint64_t own =
        ts_index_has(index, number) ? ts_block_of(index, number)->phash[number % TS_BLOCK_ROWS] : 0;
    return own ? (unsigned)__builtin_popcountll(own ^ phash) : 65;
}

bool ts_index_twins(ts_index *index, uint64_t phash, unsigned max_distance, size_t limit, ts_arena *arena,
                    const ts_index_twin **twins, size_t *count, ts_error *err)
{
    size_t found = 0, space = 0;
    ts_index_twin *rows = NULL;
    pthread_rwlock_rdlock(&index->lock);
    for (uint32_t number = 1; number < index->end; number++)
        space += phash_distance(index, number, phash) <= max_distance;
    rows = ts_arena_array(arena, space + 1, sizeof *rows);
    for (uint32_t number = 1; rows && number < index->end; number++) {
        unsigned distance = phash_distance(index, number, phash);
        if (distance <= max_distance) rows[found++] = (ts_index_twin){number, distance};
    }
    pthread_rwlock_unlock(&index->lock);
    if (!rows) return ts_fail_memory(err);
    qsort(rows, found, sizeof *rows, by_distance);
    *twins = rows;
    *count = found < limit ? found : limit;
    return true;
}
