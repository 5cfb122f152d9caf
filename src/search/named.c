/* search: concepts that a question in plain words names. A tag is surer than likeness: who shows what was
 * named is in the answer, and comes the earlier the more of it is shown. Knows no words: the caller has found
 * the concepts.
 *
 *     order = cosine of the meanings + NAMED_WEIGHT * share of what is named
 *
 * where rare names have the larger shares, and a name that no picture shows has none. The weight is such that
 * a single name decides ("dog" never puts a cat before a dog), while in a long sentence the meaning does. */
#include "search/named.h"

#include <math.h>

#include "base/error.h"
#include "search/meaning.h"

/* From 0.05 to 0.3 nothing changes on COCO captions but in the last place; more costs first places. */
#define NAMED_WEIGHT 0.2f
#define REFINED 1024u /* rows of a large library whose hunches are heard */

static size_t named_count(const ts_find *find)
{
    return find->named_count < TS_FIND_NAMED_MAX ? find->named_count : TS_FIND_NAMED_MAX;
}

/* ---- who is in the answer ---- */

static ts_set *pictures_of(const ts_question *q, const ts_find *find)
{
    ts_set *set = roaring_bitmap_create();
    size_t sure = find->named_sure < named_count(find) ? find->named_sure : named_count(find);
    for (size_t i = 0; i < sure && set; i++) ts_sets_unite(&q->index->by_term, find->named[i], set);
    return set;
}

/* Both lists go upwards. What chance left stays as it is. */
static size_t merge(const ts_candidates *c, const float *scores, const ts_set *shown, const ts_kept *kept,
                    size_t count, ts_kept *out)
{
    size_t used = 0, at = 0, k = 0;
    ts_walk walk;
    ts_walk_start(&walk, shown);
    for (uint32_t n; (n = ts_walk_next(&walk)) > 0;) {
        for (uint32_t i = 0; i < n; i++) {
            while (at < c->count && c->numbers[at] < walk.numbers[i]) at++;
            if (at == c->count || c->numbers[at] != walk.numbers[i]) continue;
            while (k < count && kept[k].position < at) out[used++] = kept[k++];
            bool is_kept = k < count && kept[k].position == at;
            out[used++] = is_kept ? kept[k++] : (ts_kept){(uint32_t)at, scores[at], 0};
        }
    }
    while (k < count) out[used++] = kept[k++];
    return used;
}

bool ts_named_join(const ts_question *q, const ts_find *find, const ts_candidates *c, const float *scores,
                   ts_kept **kept, size_t *count)
{
    if (!find->named_sure) return true;
    ts_set *shown = pictures_of(q, find);
    size_t most = shown ? *count + roaring_bitmap_get_cardinality(shown) : 0;
    ts_kept *joined = shown ? ts_arena_array(q->arena, most + 1, sizeof *joined) : NULL;
    if (joined) *count = merge(c, scores, shown, *kept, *count, joined);
    if (shown) roaring_bitmap_free(shown);
    if (!joined) return ts_fail_memory(q->err);
    *kept = joined;
    return true;
}

/* ---- who comes first ---- */

/* Each concept's share of what is named, 0 for all others. */
static float *shares_of(const ts_question *q, const ts_find *find)
{
    const ts_index *index = q->index;
    float *shares = ts_arena_array(q->arena, index->concepts + 1, sizeof *shares), sum = 0;
    double all = 1.0 + (double)roaring_bitmap_get_cardinality(index->live);
    if (!shares) return NULL;
    for (size_t i = 0; i < named_count(find); i++) {
        ts_concept concept = find->named[i];
        uint64_t size = concept < index->concepts ? ts_sets_size(&index->by_term, concept) : 0;
        if (!size || shares[concept] > 0) continue;
        shares[concept] = (float)log(1 + all / (1.0 + (double)size));
        sum += shares[concept];
    }
    for (size_t i = 0; i < index->concepts && sum > 0; i++) shares[i] /= sum;
    return shares;
}

/* How much of what is named the picture shows, and how surely it shows any. */
static float shown_of(const ts_question *q, const float *shares, uint32_t number, float *surest)
{
    ts_lists lists = ts_lists_of(q->index, number);
    float sum = 0;
    for (size_t i = 0; i < lists.shown_count; i++) {
        uint32_t term = TS_TAG_TERM(lists.tags[i]);
        if (term >= q->index->concepts || shares[term] <= 0) continue;
        float confidence = ts_level_to_confidence(TS_TAG_LEVEL(lists.tags[i]));
        sum += shares[term] * confidence;
        *surest = fmaxf(*surest, confidence);
    }
    return sum;
}

static bool weigh_named(const ts_question *q, const ts_find *find, ts_candidates *c)
{
    float *shares = shares_of(q, find);
    if (!shares) return ts_fail_memory(q->err);
    for (size_t i = 0; i < c->count; i++) {
        float surest = 0;
        ts_prefetch(q->index, c->numbers, i, c->count);
        c->order[i] += NAMED_WEIGHT * shown_of(q, shares, c->numbers[i], &surest);
        c->scores[i] = fmaxf(c->scores[i], surest);
    }
    return true;
}

/* ---- the first rows of a large library ---- */

/* Puts a value that exceeds the least into a heap whose least is on top. */
static void replace_least(float *heap, float value)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < REFINED; at = child) {
        if (child + 1 < REFINED && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= value) break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

/* What the last of the first REFINED rows has. */
static float line_of(const ts_candidates *c)
{
    float heap[REFINED];
    for (size_t i = 0; i < REFINED; i++) heap[i] = -INFINITY;
    for (size_t i = 0; i < c->count; i++)
        if (c->order[i] > heap[0]) replace_least(heap, c->order[i]);
    return heap[0];
}

/* The first rows stay before all others, so that pages end where they should. */
static void refine(const ts_question *q, const float *products, float middle, ts_candidates *c)
{
    float line = line_of(c);
    for (size_t i = 0; i < c->count; i++) {
        if (c->order[i] <= line) continue;
        float before = ts_meaning_score(q->index, products, c->numbers[i]);
        float whole = ts_meaning_whole_score(q->index, products, c->numbers[i]);
        float better = before > -1 && whole > -1 ? whole - fmaxf(before, middle) : 0;
        c->order[i] = fmaxf(c->order[i] + 2 + better, 1);
    }
}

bool ts_named_order(const ts_question *q, const ts_find *find, const float *products, float middle,
                    ts_candidates *c)
{
    if (find->named_count && !weigh_named(q, find, c)) return false;
    if (!ts_meaning_is_whole(q->index)) refine(q, products, middle, c);
    return true;
}
