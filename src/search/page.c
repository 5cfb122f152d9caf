/* search: sort orders, pages and cursors. A page begins after a (key, number) pair, not after a count, so
 * pictures that come or go between two pages neither repeat nor hide others. */
#include "search/page.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/parallel.h"

#define PARALLEL_FROM 20000u

/* What rows are sorted by: the larger key first, then the larger number. */
typedef struct ranked {
    uint64_t key;
    uint32_t number;
    float score;
} ranked;

typedef struct pager {
    const ts_question *q;
    const ts_find *find;
    const ts_candidates *candidates;
    ts_find_sort sort;
    size_t top;       /* rows wanted, one more than shown */
    uint64_t ceiling; /* no key is higher */
    bool has_start,
        is_whole; /* whole: all candidates are wanted, so none need be chosen before they are sorted */
    ranked start;
    ranked *rows[TS_PARALLEL_MAX]; /* per part: a heap with the last row on top */
    size_t counts[TS_PARALLEL_MAX];
} pager;

static const char *const sort_names[] = {"fitting",    "relevance", "taken", "created",
                                         "confidence", "size",      "random"};

bool ts_find_sort_of(const char *name, ts_find_sort *sort)
{
    for (unsigned i = 0; i < sizeof sort_names / sizeof sort_names[0]; i++) {
        if (strcmp(name, sort_names[i]) != 0) continue;
        *sort = (ts_find_sort)i;
        return true;
    }
    return false;
}

/* ---- keys ---- */

static uint64_t key_of_time(int64_t ms)
{
    return (uint64_t)ms ^ UINT64_C(1) << 63; /* unknown times are the smallest, so they come last */
}

static uint64_t key_of_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return value > 0 ? bits : 0; /* the bits of positive floats are in their order */
}

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static float score_of(const pager *p, size_t i)
{
    if (p->candidates->scores) return p->candidates->scores[i];
    return ts_question_score(p->q, p->candidates->numbers[i]);
}

static ranked rank_of(const pager *p, size_t i)
{
    uint32_t number = p->candidates->numbers[i];
    const ts_block *block = ts_block_of(p->q->index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    ranked r = {.number = number, .score = -1};
    switch (p->sort) {
    case TS_SORT_TAKEN:
        r.key = key_of_time(block->taken[row]);
        break;
    case TS_SORT_CREATED:
        r.key = key_of_time(block->created[row]);
        break;
    case TS_SORT_CONFIDENCE:
        r.key = key_of_float(ts_question_confidence(p->q, number));
        break;
    case TS_SORT_SIZE:
        r.key = block->bytes[row];
        break;
    case TS_SORT_RANDOM:
        r.key = mix(p->find->seed * UINT64_C(0x9e3779b97f4a7c15) + number);
        break;
    default:
        r.score = score_of(p, i);
        r.key = key_of_float(p->candidates->order ? p->candidates->order[i] : r.score);
    }
    if (p->find->reverse) {
        bool unknown = p->sort == TS_SORT_TAKEN && r.key == 0; /* last in either direction */
        r.key = unknown ? 0 : ~r.key;
    }
    return r;
}

/* ---- the best rows ---- */

static bool is_before(const ranked *a, const ranked *b)
{
    return a->key != b->key ? a->key > b->key : a->number > b->number;
}

static void sift_down(ranked *rows, size_t count)
{
    for (size_t i = 0, child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && is_before(&rows[child], &rows[child + 1])) child++;
        if (!is_before(&rows[i], &rows[child])) return;
        ranked swap = rows[i];
        rows[i] = rows[child];
        rows[child] = swap;
    }
}

static void offer(ranked *rows, size_t *count, size_t top, ranked r)
{
    if (*count == top) {
        if (!is_before(&r, &rows[0])) return;
        rows[0] = r;
        sift_down(rows, top);
        return;
    }
    size_t i = (*count)++;
    rows[i] = r;
    for (; i > 0 && is_before(&rows[(i - 1) / 2], &rows[i]); i = (i - 1) / 2) {
        ranked swap = rows[i];
        rows[i] = rows[(i - 1) / 2];
        rows[(i - 1) / 2] = swap;
    }
}

/* No picture of this one's block can come onto a page that holds these rows already. */
static bool is_late(const pager *p, unsigned part, uint32_t number)
{
    if (p->find->reverse || p->counts[part] < p->top) return false;
    const ts_block *block = ts_block_of(p->q->index, number);
    if (p->sort == TS_SORT_CREATED) return key_of_time(block->latest_created) < p->rows[part][0].key;
    return p->sort == TS_SORT_TAKEN && key_of_time(block->latest_taken) < p->rows[part][0].key;
}

/* From the highest number down, since the newest are wanted most. */
/* The page is full of rows that fit as well as any can; among equals the higher numbers come first, and those
 * have been seen. */
static bool cannot_improve(const pager *p, unsigned part)
{
    return p->counts[part] == p->top && p->rows[part][0].key >= p->ceiling;
}

static void rank_part(void *context, unsigned part, unsigned parts)
{
    pager *p = context;
    const uint32_t *numbers = p->candidates->numbers;
    size_t from = p->candidates->count * part / parts, to = p->candidates->count * (part + 1) / parts;
    uint32_t late = UINT32_MAX; /* block */
    bool reads_lists =
        p->sort == TS_SORT_CONFIDENCE || (p->sort == TS_SORT_RELEVANCE && !p->candidates->scores);
    for (size_t i = to; i-- > from;) {
        if (numbers[i] / TS_BLOCK_ROWS == late) continue;
        if (reads_lists) ts_prefetch_down(p->q->index, numbers, i, from);
        if (is_late(p, part, numbers[i])) {
            late = numbers[i] / TS_BLOCK_ROWS;
            continue;
        }
        ranked r = rank_of(p, i);
        if (p->has_start && !is_before(&p->start, &r)) continue;
        if (r.score < 0 && p->candidates->scores) r.score = p->candidates->scores[i];
        if (p->is_whole) p->rows[part][p->counts[part]++] = r;
        else offer(p->rows[part], &p->counts[part], p->top, r);
        if (cannot_improve(p, part)) return;
    }
}

static int by_rank(const void *a, const void *b)
{
    return is_before(a, b) ? -1 : is_before(b, a) ? 1 : 0;
}

/* ---- cursors ---- */

static uint64_t fold_in(uint64_t hash, const void *bytes, size_t length)
{
    return mix(hash ^ (bytes && length ? ts_text_hash(bytes, length) : 1));
}

/* Of everything that the question consists of: a cursor of another one is refused. */
static uint64_t question_hash(const ts_find *f)
{
    uint64_t hash = fold_in(17, f->query, f->query ? strlen(f->query) : 0);
    hash = fold_in(hash, f->owner, f->owner ? strlen(f->owner) : 0);
    hash = fold_in(hash, f->text_vector, f->text_vector ? f->text_dims * sizeof(float) : 0);
    hash = fold_in(hash, f->similar_vector, f->similar_vector ? f->similar_dims * sizeof(float) : 0);
    hash = fold_in(hash, f->palette, f->palette_count * sizeof *f->palette);
    hash = fold_in(hash, &f->min_score, sizeof f->min_score);
    hash = mix(hash ^ f->similar_number);
    hash = mix(hash ^ f->seed);
    return mix(hash ^ (uint64_t)f->sort << 2 ^ (uint64_t)f->reverse << 1 ^ (uint64_t)f->with_held) &
           0xffffffff;
}

static bool read_cursor(pager *p)
{
    unsigned long long hash, key;
    unsigned number;
    int end = 0;
    if (!p->find->cursor) return true;
    if (sscanf(p->find->cursor, "%8llx.%16llx.%8x%n", &hash, &key, &number, &end) != 3 ||
        p->find->cursor[end])
        return ts_fail(p->q->err, TS_USAGE, "the cursor is malformed");
    if (hash != question_hash(p->find))
        return ts_fail(p->q->err, TS_USAGE, "the cursor belongs to another question");
    p->start = (ranked){.key = key, .number = number};
    p->has_start = true;
    return true;
}

static bool report(const pager *p, ts_found *found)
{
    size_t shown = p->counts[0] < p->top ? p->counts[0] : p->top - 1;
    ts_found_row *rows = ts_arena_array(p->q->arena, shown + 1, sizeof *rows);
    if (!rows) return false;
    for (size_t i = 0; i < shown; i++) {
        const ranked *r = &p->rows[0][i];
        rows[i].number = r->number;
        rows[i].score = r->score >= 0 ? r->score : ts_question_score(p->q, r->number);
    }
    found->rows = rows;
    found->count = shown;
    if (p->counts[0] < p->top || !shown) return true;
    const ranked *last = &p->rows[0][shown - 1];
    found->next =
        ts_arena_printf(p->q->arena, "%08llx.%016llx.%08x", (unsigned long long)question_hash(p->find),
                        (unsigned long long)last->key, last->number);
    return found->next != NULL;
}

static ts_find_sort fitting_sort(const ts_question *q, const ts_find *find, bool is_ranked)
{
    if (find->sort != TS_SORT_FITTING) return find->sort;
    return q->leaf_count || is_ranked ? TS_SORT_RELEVANCE : TS_SORT_CREATED;
}

bool ts_page_is_by_score(const ts_question *q, const ts_find *find)
{
    return q->leaf_count && !find->reverse && fitting_sort(q, find, false) == TS_SORT_RELEVANCE;
}

/* The page is full, and its last row is better than any that was not looked at. */
static bool is_complete(const pager *p, float bound)
{
    return bound <= 0 || (p->counts[0] == p->top && p->rows[0][p->top - 1].score >= bound);
}

/* The best p->top rows of all candidates, in order, in p->rows[0]. */
static bool rank_all(pager *p)
{
    const ts_candidates *candidates = p->candidates;
    unsigned parts = candidates->count >= PARALLEL_FROM ? p->q->index->options.threads : 1;
    bool own_scores = p->sort == TS_SORT_RELEVANCE && !candidates->scores && !p->find->reverse;
    p->ceiling = own_scores ? key_of_float(ts_question_ceiling(p->q)) : UINT64_MAX;
    for (unsigned i = 0; i < parts; i++)
        if (!(p->rows[i] = ts_arena_array(p->q->arena, p->top, sizeof(ranked))))
            return ts_fail_memory(p->q->err);
    ts_parallel(parts, rank_part, p);
    for (unsigned part = 1; part < parts; part++)
        for (size_t i = 0; i < p->counts[part]; i++)
            offer(p->rows[0], &p->counts[0], p->top, p->rows[part][i]);
    qsort(p->rows[0], p->counts[0], sizeof(ranked), by_rank);
    return true;
}

bool ts_page_cut(const ts_question *q, const ts_find *find, const ts_candidates *candidates, float bound,
                 bool *complete, ts_found *found)
{
    pager p = {.q = q, .find = find, .candidates = candidates};
    p.sort = fitting_sort(q, find, candidates->order != NULL);
    p.top = (find->limit < TS_FIND_LIMIT_MAX ? find->limit : TS_FIND_LIMIT_MAX) + 1;
    if (!read_cursor(&p) || !rank_all(&p)) return false;
    *complete = is_complete(&p, bound);
    return !*complete || report(&p, found) || ts_fail_memory(q->err);
}

bool ts_page_order(const ts_question *q, const ts_find *find, const ts_candidates *candidates, size_t limit,
                   uint32_t **numbers, size_t *count)
{
    pager p = {.q = q, .find = find, .candidates = candidates};
    p.is_whole = candidates->count <= limit;
    p.sort = fitting_sort(q, find, candidates->order != NULL);
    p.top = (p.is_whole ? candidates->count : limit) + 1;
    if (!rank_all(&p)) return false;
    *count = p.counts[0] < p.top ? p.counts[0] : p.top - 1;
    if (!(*numbers = ts_arena_array(q->arena, *count + 1, sizeof **numbers))) return ts_fail_memory(q->err);
    for (size_t i = 0; i < *count; i++) (*numbers)[i] = p.rows[0][i].number;
    return true;
}
