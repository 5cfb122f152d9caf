/* search: scores candidates by meaning, likeness or colour, and keeps those that chance does not explain. */
#include "search/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/meaning.h"
#include "search/named.h"
#include "search/parallel.h"

#define PARALLEL_FROM 20000u /* candidates; fewer are done before a thread has started */

/* The same numbers in the same order for each call: pages of one answer must agree. */
static uint64_t scatter(uint64_t x)
{
    x = (x + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 27;
}

/* ---- scoring many pictures ---- */

typedef struct scorer scorer;
struct scorer {
    const ts_index *index;
    float (*score)(const scorer *s, uint32_t number); /* below -1: nothing to compare */
    const float *products;                            /* meaning */
    ts_vector_query query;                            /* likeness */
    ts_dot dot;
    const ts_find *find; /* palette */
    const uint32_t *numbers;
    float *scores;
    size_t count;
};

static float score_meaning(const scorer *s, uint32_t number)
{
    return ts_meaning_score(s->index, s->products, number);
}

static float score_likeness(const scorer *s, uint32_t number)
{
    const ts_block *block = ts_block_of(s->index, number);
    uint32_t row = number % TS_BLOCK_ROWS;
    float scale = block->vector_scale[row];
    if (!(scale > 0)) return -2;
    int32_t dot = s->dot(s->query.values, block->vectors + (size_t)row * TS_INDEX_DIMS);
    return (float)dot * scale * s->query.scale;
}

static void score_part(void *context, unsigned part, unsigned parts)
{
    const scorer *s = context;
    size_t from = s->count * part / parts, to = s->count * (part + 1) / parts;
    if (s->products) ts_meaning_scores(s->index, s->products, s->numbers + from, to - from, s->scores + from);
    else
        for (size_t i = from; i < to; i++) s->scores[i] = s->score(s, s->numbers[i]);
}

static void score_all(scorer *s)
{
    unsigned threads = s->count >= PARALLEL_FROM ? s->index->options.threads : 1;
    ts_parallel(threads, score_part, s);
}

/* Scores of pictures from all over the index. */
static size_t sample(const scorer *s, float *scores, size_t limit, uint64_t seed)
{
    size_t count = 0;
    for (uint64_t i = 0; i < limit * 2 && count < limit; i++) {
        uint32_t number = (uint32_t)(scatter(seed + i) % s->index->end);
        if (!ts_index_has(s->index, number)) continue;
        float score = s->score(s, number);
        if (score >= -1) scores[count++] = score;
    }
    return count;
}

/* A small index is asked whole. */
static void measure(const scorer *s, ts_chance *chance, float *space)
{
    size_t count = 0;
    if (s->index->end > 2 * TS_SAMPLE) {
        count = sample(s, space, TS_SAMPLE, 0);
    } else {
        for (uint32_t number = 1; number < s->index->end && count < TS_SAMPLE; number++) {
            float score = ts_index_has(s->index, number) ? s->score(s, number) : -2;
            if (score >= -1) space[count++] = score;
        }
    }
    ts_chance_measure(chance, space, count);
}

/* ---- the tail of chance, once for each state of the index ---- */

static bool recall_tail(const ts_index *index, ts_tail_kind kind, ts_chance *chance)
{
    (void)pthread_mutex_lock(&index->tails->lock);
    ts_tail tail = index->tails->kinds[kind];
    (void)pthread_mutex_unlock(&index->tails->lock);
    if (tail.generation != index->generation) return false;
    chance->tail_at = tail.at;
    chance->tail_scale = tail.scale;
    return true;
}

static void keep_tail(const ts_index *index, ts_tail_kind kind, const ts_chance *chance)
{
    (void)pthread_mutex_lock(&index->tails->lock);
    index->tails->kinds[kind] = (ts_tail){index->generation, chance->tail_at, chance->tail_scale};
    (void)pthread_mutex_unlock(&index->tails->lock);
}

/* ---- candidates ---- */

/* Leaves only those that were kept, and takes their scores in: strength(score) times certainty. */
static bool narrow(ts_question *q, ts_candidates *c, const ts_kept *kept, size_t count, float middle,
                   float (*strength)(float score))
{
    float *scores = ts_arena_array(q->arena, count + 1, sizeof *scores);
    float *order = ts_arena_array(q->arena, count + 1, sizeof *order);
    if (!scores || !order) return ts_fail_memory(q->err);
    for (size_t i = 0; i < count; i++) {
        const ts_kept *k = &kept[i];
        scores[i] = (c->scores ? c->scores[k->position] : 1) * strength(k->score) * k->sure;
        order[i] = (c->order ? c->order[k->position] : 1) * fmaxf(k->score - middle, 1e-6f);
        c->numbers[i] = c->numbers[k->position];
    }
    c->scores = scores;
    c->order = order;
    c->count = count;
    return true;
}

static float middle_of(const ts_chance *chance)
{
    return chance->known ? (float)chance->middle : 0;
}

/* Runs the scorer over the candidates and cuts; a question in plain words then keeps what it names, too. */
static bool rank(ts_question *q, const ts_find *find, scorer *s, const ts_chance *chance, ts_candidates *c,
                 float (*strength)(float score))
{
    ts_kept *kept;
    size_t count;
    float *scores = malloc((c->count + 1) * sizeof *scores);
    if (!scores) return ts_fail_memory(q->err);
    s->numbers = c->numbers;
    s->scores = scores;
    s->count = c->count;
    score_all(s);
    bool good = ts_chance_cut(chance, scores, c->count, find->min_score, q->arena, &kept, &count) ||
                ts_fail_memory(q->err);
    if (good && s->products) good = ts_named_join(q, find, c, scores, &kept, &count);
    free(scores);
    return good && narrow(q, c, kept, count, middle_of(chance), strength);
}

/* ---- by likeness ---- */

static float likeness_strength(float cosine)
{
    return fminf(fmaxf(cosine, 0), 1);
}

/* Standardised scores of pairs of pictures that were drawn at random. */
static void measure_likeness_tail(const scorer *like, ts_chance *chance, float *space)
{
    enum { QUERIES = 16, EACH = TS_SAMPLE / QUERIES };
    if (recall_tail(like->index, TS_TAIL_LIKENESS, chance)) return;
    scorer *s = malloc(sizeof *s);
    size_t count = 0;
    if (!s) return;
    *s = *like;
    for (uint64_t i = 0, used = 0; i < 4 * QUERIES && used < QUERIES; i++) {
        uint32_t number = (uint32_t)(scatter(1000 + i) % s->index->end);
        if (!ts_index_has(s->index, number)) continue;
        const ts_block *block = ts_block_of(s->index, number);
        if (!(block->vector_scale[number % TS_BLOCK_ROWS] > 0)) continue;
        ts_vector_query_make(&s->query, block->vectors + (size_t)(number % TS_BLOCK_ROWS) * TS_INDEX_DIMS,
                             block->vector_scale[number % TS_BLOCK_ROWS]);
        ts_chance own = {0};
        size_t from = count;
        count += sample(s, space + from, EACH - 1, i * 7919 + 17);
        ts_chance_measure(&own, space + from, count - from);
        if (!own.known) {
            count = from;
            continue;
        }
        for (size_t k = from; k < count; k++)
            space[k] = (float)(((double)space[k] - own.middle) / own.spread);
        used++;
    }
    ts_chance_measure_tail(chance, space, count);
    keep_tail(like->index, TS_TAIL_LIKENESS, chance);
    free(s);
}

static bool likeness_query(ts_question *q, const ts_find *find, scorer *s)
{
    const ts_index *index = q->index;
    uint32_t number = find->similar_number ? find->similar_number : q->similar;
    if (number) {
        const ts_block *block = ts_index_has(index, number) ? ts_block_of(index, number) : NULL;
        uint32_t row = number % TS_BLOCK_ROWS;
        if (!block) return ts_fail(q->err, TS_NOT_FOUND, "there is no picture %u", number);
        if (!(block->vector_scale[row] > 0))
            return ts_fail(q->err, TS_USAGE, "picture %u has no vector to compare", number);
        ts_vector_query_make(&s->query, block->vectors + (size_t)row * TS_INDEX_DIMS,
                             block->vector_scale[row]);
        return true;
    }
    if (index->vector_dims && index->vector_dims != find->similar_dims)
        return ts_fail(q->err, TS_USAGE, "the vector has %zu dimensions, those of the index have %zu",
                       find->similar_dims, index->vector_dims);
    float *space = ts_projection_space(find->similar_dims);
    int8_t bytes[TS_INDEX_DIMS];
    if (!space) return ts_fail_memory(q->err);
    float scale = ts_vector_store(find->similar_vector, find->similar_dims, space, bytes);
    free(space);
    if (!(scale > 0)) return ts_fail(q->err, TS_USAGE, "the vector is zero or not finite");
    ts_vector_query_make(&s->query, bytes, scale);
    return true;
}

static void leave_out(ts_candidates *c, uint32_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (c->numbers[i] == number) continue;
        c->numbers[kept] = c->numbers[i];
        if (c->scores) c->scores[kept] = c->scores[i];
        if (c->order) c->order[kept] = c->order[i];
        kept++;
    }
    c->count = kept;
}

bool ts_rank_by_likeness(ts_question *q, const ts_find *find, ts_candidates *candidates)
{
    scorer s = {.index = q->index, .score = score_likeness, .dot = ts_dot_best()};
    ts_chance chance = {.least = 0.5f, .false_share = TS_FALSE_SHARE};
    float *space = ts_arena_array(q->arena, TS_SAMPLE, sizeof *space);
    if (!space) return ts_fail_memory(q->err);
    if (!likeness_query(q, find, &s)) return false;
    measure(&s, &chance, space);
    if (chance.known) chance.least = 0.2f;
    if (chance.known) measure_likeness_tail(&s, &chance, space);
    uint32_t itself = find->similar_number ? find->similar_number : q->similar;
    if (itself) leave_out(candidates, itself);
    return rank(q, find, &s, &chance, candidates, likeness_strength);
}

/* ---- by meaning ---- */

static float meaning_strength(float cosine)
{
    return fminf(fmaxf(cosine, 0) / 0.7f, 1);
}

/* Standardised scores of pictures for concepts that they do not show. */
static void measure_meaning_tail(ts_question *q, ts_chance *chance, float *space)
{
    enum { QUERIES = 16, EACH = TS_SAMPLE / QUERIES };
    const ts_index *index = q->index;
    size_t dims = index->matrix.dims, count = 0;
    if (recall_tail(index, TS_TAIL_MEANING, chance)) return;
    float *plain = ts_arena_array(q->arena, dims, sizeof *plain);
    for (uint64_t i = 0, used = 0; plain && i < 4 * QUERIES && used < QUERIES; i++) {
        uint32_t concept = (uint32_t)(scatter(77 + i) % index->concepts);
        const float *row = index->matrix.rows + concept * dims;
        for (size_t k = 0; k < dims; k++) plain[k] = row[k] + index->matrix.mean[k];
        scorer s = {.index = index, .score = score_meaning};
        s.products = ts_meaning_products(index, plain, dims, q->arena, NULL);
        if (!s.products) continue;
        ts_chance own = {0};
        size_t from = count;
        const ts_set *shown = ts_sets_get(&index->by_term, concept);
        for (uint64_t t = 0; t < 2 * EACH && count - from < EACH - 1; t++) {
            uint32_t number = (uint32_t)(scatter(i * 7919 + t) % index->end);
            if (!ts_index_has(index, number) || (shown && roaring_bitmap_contains(shown, number))) continue;
            float score = score_meaning(&s, number);
            if (score >= -1) space[count++] = score;
        }
        ts_chance_measure(&own, space + from, count - from);
        if (!own.known) {
            count = from;
            continue;
        }
        for (size_t k = from; k < count; k++)
            space[k] = (float)(((double)space[k] - own.middle) / own.spread);
        used++;
    }
    ts_chance_measure_tail(chance, space, count);
    if (plain) keep_tail(index, TS_TAIL_MEANING, chance);
}

bool ts_rank_by_text(ts_question *q, const ts_find *find, ts_candidates *candidates)
{
    scorer s = {.index = q->index, .score = score_meaning};
    ts_chance chance = {.least = 0.3f, .false_share = TS_FALSE_SHARE_TEXT};
    float *space = ts_arena_array(q->arena, TS_SAMPLE, sizeof *space);
    if (!space) return ts_fail_memory(q->err);
    s.products = ts_meaning_products(q->index, find->text_vector, find->text_dims, q->arena, q->err);
    if (!s.products) return false;
    measure(&s, &chance, space);
    if (chance.known) chance.least = 0.1f;
    if (chance.known) measure_meaning_tail(q, &chance, space);
    return rank(q, find, &s, &chance, candidates, meaning_strength) &&
           ts_named_order(q, find, s.products, middle_of(&chance), candidates);
}

/* ---- by colour ---- */

/* How much of the wished colour the picture has: near in Lab and wide enough. */
static float colour_score(const ts_lists *lists, const ts_index_colour *wish, float share)
{
    float best = 0;
    for (size_t i = 0; i < lists->colour_count; i++) {
        uint32_t c = lists->colours[i];
        float l = (float)(int8_t)(c & 0xff) - wish->l, a = (float)(int8_t)(c >> 8 & 0xff) - wish->a;
        float b = (float)(int8_t)(c >> 16 & 0xff) - wish->b;
        float near = expf(-(l * l + a * a + b * b) / (2 * 14 * 14));
        best = fmaxf(best, near * sqrtf(fminf(1, (float)(c >> 24) / 255 / share)));
    }
    return best;
}

static float score_palette(const scorer *s, uint32_t number)
{
    ts_lists lists = ts_lists_of(s->index, number);
    float sum = 0, weights = 0;
    if (!lists.colour_count) return -2;
    for (size_t i = 0; i < s->find->palette_count; i++) {
        const ts_index_colour *wish = &s->find->palette[i];
        float weight = wish->share > 0 ? wish->share : 1;
        float enough = wish->share > 0 ? fminf(fmaxf(wish->share, 0.02f), 1) : 0.3f;
        sum += weight * colour_score(&lists, wish, enough);
        weights += weight;
    }
    return weights > 0 ? sum / weights : -2;
}

bool ts_rank_by_palette(ts_question *q, const ts_find *find, ts_candidates *candidates)
{
    scorer s = {.index = q->index, .score = score_palette, .find = find};
    ts_chance chance = {.least = 0.35f}; /* colours are compared with the eye's measure, not with chance */
    return rank(q, find, &s, &chance, candidates, likeness_strength);
}
