/* search: concepts that a question in plain words names. A tag is surer than likeness: who shows what was
 * named is in the answer, and comes the earlier the more of it is shown. Knows no words: the caller has found
 * the concepts.
 *
 *     order = cosine of the meanings + weight * sum over the names of log(1 + evidence / EVIDENCE_EVEN)
 *
 * The evidence of a name is the confidence of the surest tag that is it or a kind of it; a broader tag speaks for
 * it less ("person" for "woman"). The logarithm is what evidence adds to log-odds where a part of all that is shown is
 * not seen: two things half seen say more than one that is sure. The weight is such that a single name decides ("dog"
 * never puts a cat before a dog), while in a long sentence the meaning does.
 *
 * The first rows are then looked at more closely: hunches speak for names, too, amounts are compared with what was
 * counted, and what lies near to everything (crowd.c) steps back.
 *
 * Who describes a picture hardly ever leaves out the people who fill a good part of it. So where a description names
 * things and no people, rows step back by
 *
 *     weight * min(1, log(1 + share of the picture that people fill / PEOPLE_EVEN))
 *
 * A single word is no description: "dog" says nothing about who walks it. */
#include "search/named.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "search/meaning.h"

/* Picked on a coarse grid over COCO captions (docs/performance.md); a third more or less of each changes little. */
#define NAME_WEIGHT 0.03F /* of each of NAMES_FULL or more; fewer share what these have */
#define NAMES_FULL 3u
#define EVIDENCE_EVEN 0.1F
#define BROADER 0.7F
#define HUNCH_EVIDENCE 0.5F /* of what a hunch weighs in meaning */
#define AMOUNT_WEIGHT 0.05F
#define AMOUNT_RIGHT 0.4F
#define AMOUNT_BARE 0.7F /* of what a number that was said is worth */
#define CROWD_WEIGHT 0.6F
#define PEOPLE_WEIGHT 0.12F
#define PEOPLE_EVEN 0.05F /* of the picture's area */

#define REFINED 1024u /* rows whose hunches and amounts are heard */
#define UNCROWDED 128u
#define LEAST 1e-6F /* of what orders: it may yet be multiplied */

typedef struct names {
    size_t count; /* each once, at most TS_FIND_NAMED_MAX */
    uint8_t amounts[TS_FIND_NAMED_MAX];
    size_t concepts;
    uint32_t *signs; /* for each concept: the names it shows (low half) and those it is broader than (high) */
    float gains[256];       /* of a name's evidence, by level */
    bool leaves_people_out; /* a description without people */
} names;

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

/* ---- what was named ---- */

/* Marks the names themselves in the low half, what is broader in the high half. */
static void mark_names(const ts_index *index, const ts_find *find, names *n)
{
    for (size_t i = 0; i < named_count(find); i++) {
        ts_concept concept = find->named[i];
        if (concept >= index->concepts || n->signs[concept] & 0xffff) continue;
        uint32_t bit = 1U << n->count;
        n->amounts[n->count++] = find->named_amounts ? find->named_amounts[i] : TS_AMOUNT_ANY;
        n->signs[concept] |= bit;
        ts_concepts up = ts_vocab_ancestors(index->vocab, concept);
        for (size_t k = 0; k < up.count; k++) n->signs[up.items[k]] |= bit << 16;
    }
}

/* What is a kind of a named concept shows it. */
static void mark_kinds(const ts_index *index, const uint32_t *marks, uint32_t *signs)
{
    for (ts_concept concept = 0; concept < index->concepts; concept ++) {
        ts_concepts up = ts_vocab_ancestors(index->vocab, concept);
        signs[concept] = marks[concept];
        for (size_t k = 0; k < up.count; k++) signs[concept] |= marks[up.items[k]] & 0xffff;
    }
}

static bool is_people(const ts_vocab *vocab, ts_concept concept)
{
    ts_concept person = ts_vocab_find(vocab, "people/person");
    ts_concepts up = ts_vocab_ancestors(vocab, concept);
    bool found = ts_vocab_facet(vocab, concept) == TS_FACET_PEOPLE;
    for (size_t k = 0; k < up.count && !found; k++) found = up.items[k] == person;
    return found;
}

static bool leaves_people_out(const ts_index *index, const ts_find *find, const names *n)
{
    bool describes = n->count > 1;
    for (size_t i = 0; i < n->count; i++) describes = describes || n->amounts[i] != TS_AMOUNT_ANY;
    for (size_t i = 0; i < named_count(find) && describes; i++)
        if (find->named[i] < index->concepts && is_people(index->vocab, find->named[i])) return false;
    return describes;
}

static bool read_names(const ts_question *q, const ts_find *find, names *n)
{
    const ts_index *index = q->index;
    uint32_t *signs = ts_arena_array(q->arena, index->concepts + 1, sizeof *signs);
    *n = (names){.concepts = index->concepts,
                 .signs = ts_arena_array(q->arena, index->concepts + 1, sizeof *n->signs)};
    if (!signs || !n->signs) return ts_fail_memory(q->err);
    memset(n->signs, 0, index->concepts * sizeof *n->signs);
    mark_names(index, find, n);
    if (n->count) mark_kinds(index, n->signs, signs);
    if (n->count) n->signs = signs;
    n->leaves_people_out = leaves_people_out(index, find, n);
    float share = n->count < NAMES_FULL ? (float)NAMES_FULL / fmaxf((float)n->count, 1) : 1;
    for (unsigned i = 0; i < 256; i++)
        n->gains[i] = NAME_WEIGHT * share * log1pf(ts_level_to_confidence(i) / EVIDENCE_EVEN);
    return true;
}

/* ---- how much of it a picture shows ---- */

typedef struct shown {
    uint8_t levels[TS_FIND_NAMED_MAX]; /* of each name's evidence */
    unsigned surest;                   /* of tags that are a name or a kind of one */
} shown;

static void hear(shown *s, uint32_t signs, unsigned level)
{
    for (uint32_t bits = signs & 0xffff; bits; bits &= bits - 1) {
        int i = __builtin_ctz(bits);
        if (level > s->levels[i]) s->levels[i] = (uint8_t)level;
    }
    unsigned less = (unsigned)((float)level * BROADER);
    for (uint32_t bits = signs >> 16; bits; bits &= bits - 1) {
        int i = __builtin_ctz(bits);
        if (less > s->levels[i]) s->levels[i] = (uint8_t)less;
    }
}

static void hear_tags(const names *n, const uint32_t *tags, size_t count, shown *s)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t signs = n->signs[TS_TAG_TERM(tags[i])];
        if (!signs) continue;
        unsigned level = TS_TAG_LEVEL(tags[i]);
        if (signs & 0xffff && level > s->surest) s->surest = level;
        hear(s, signs, level);
    }
}

/* Their levels are roots, since weights are squares of levels (record.c). */
static void hear_hunches(const names *n, const ts_lists *lists, shown *s)
{
    for (size_t i = 0; i < lists->hunch_count; i++) {
        unsigned level = TS_TAG_LEVEL(lists->hunches[i]);
        float evidence = HUNCH_EVIDENCE * (float)(level * level) / 255;
        hear(s, n->signs[TS_TAG_TERM(lists->hunches[i])], (unsigned)evidence);
    }
}

static float gain_of(const names *n, const shown *s)
{
    float sum = 0;
    for (size_t i = 0; i < n->count; i++) sum += n->gains[s->levels[i]];
    return sum;
}

static void weigh_names(const ts_question *q, const names *n, ts_candidates *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const ts_block *block = ts_block_of(q->index, c->numbers[i]);
        const ts_place *place = &block->places[c->numbers[i] % TS_BLOCK_ROWS];
        shown s = {.surest = 0};
        ts_prefetch(q->index, c->numbers, i, c->count);
        hear_tags(n, block->data + place->start, place->spoken, &s);
        c->order[i] += gain_of(n, &s);
        c->scores[i] = fmaxf(c->scores[i], ts_level_to_confidence(s.surest));
    }
}

/* ---- amounts ---- */

/* Nothing for what was not counted; else the less the farther off, by ratio. */
static float amount_fit(unsigned amount, unsigned counted)
{
    if (amount == TS_AMOUNT_ANY || !counted) return 0;
    if (amount == TS_AMOUNT_SEVERAL) return AMOUNT_RIGHT - (counted < 2 ? logf(2) : 0);
    if (amount == TS_AMOUNT_BARE) return AMOUNT_BARE * (AMOUNT_RIGHT - logf((float)counted));
    return AMOUNT_RIGHT - fabsf(logf((float)counted / (float)amount));
}

/* What counts a broader thing counts for a name where nothing counts the name itself. */
static float fit_amounts(const names *n, const ts_lists *lists)
{
    unsigned own[TS_FIND_NAMED_MAX] = {0}, broader[TS_FIND_NAMED_MAX] = {0};
    float sum = 0;
    for (size_t i = 0; i < lists->count_count; i++) {
        uint32_t term = TS_COUNT_TERM(lists->counts[i]), value = TS_COUNT_VALUE(lists->counts[i]);
        uint32_t signs = term < n->concepts ? n->signs[term] : 0;
        for (size_t k = 0; signs && k < n->count; k++) {
            if (signs >> k & 1 && value > own[k]) own[k] = value;
            if (signs >> 16 >> k & 1 && value > broader[k]) broader[k] = value;
        }
    }
    for (size_t k = 0; k < n->count; k++) sum += amount_fit(n->amounts[k], own[k] ? own[k] : broader[k]);
    return AMOUNT_WEIGHT * sum;
}

/* ---- the first rows ---- */

/* Puts a value that exceeds the least into a heap whose least is on top. */
static void replace_least(float *heap, size_t count, float value)
{
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child]) child++;
        if (heap[child] >= value) break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

/* What the last of the first rows has. */
static float line_of(const ts_candidates *c, size_t rows)
{
    float heap[REFINED];
    for (size_t i = 0; i < rows; i++) heap[i] = -INFINITY;
    for (size_t i = 0; i < c->count; i++)
        if (c->order[i] > heap[0]) replace_least(heap, rows, c->order[i]);
    return heap[0];
}

/* How much better a row is with its hunches. Small libraries have heard them in its meaning already. */
static float meaning_better(const ts_index *index, const float *products, float middle, uint32_t number)
{
    if (ts_meaning_is_whole(index)) return 0;
    float before = ts_meaning_score(index, products, number);
    float whole = ts_meaning_whole_score(index, products, number);
    return before > -1 && whole > -1 ? whole - fmaxf(before, middle) : 0;
}

static float names_better(const ts_index *index, const names *n, uint32_t number)
{
    shown s = {.surest = 0};
    ts_lists lists = ts_lists_of(index, number);
    size_t spoken = ts_block_of(index, number)->places[number % TS_BLOCK_ROWS].spoken;
    hear_tags(n, lists.tags, spoken, &s);
    float before = gain_of(n, &s);
    hear_hunches(n, &lists, &s);
    return gain_of(n, &s) - before + fit_amounts(n, &lists);
}

static float people_unnamed(const ts_index *index, const names *n, uint32_t number)
{
    if (!n->leaves_people_out) return 0;
    unsigned level = ts_block_of(index, number)->people[number % TS_BLOCK_ROWS];
    return PEOPLE_WEIGHT * fminf(log1pf(ts_level_to_confidence(level) / PEOPLE_EVEN), 1);
}

/* The first rows stay before all others, so that pages end where they should: none falls below the line. */
static void refine(const ts_question *q, const names *n, const float *products, float middle,
                   ts_candidates *c)
{
    float line = line_of(c, REFINED), least = fmaxf(line, LEAST);
    for (size_t i = 0; i < c->count; i++) {
        if (c->order[i] <= line) continue;
        float better = meaning_better(q->index, products, middle, c->numbers[i]);
        if (n->count) better += names_better(q->index, n, c->numbers[i]);
        better -= people_unnamed(q->index, n, c->numbers[i]);
        c->order[i] = fmaxf(c->order[i] + better, least);
    }
}

/* What all of the first rows have in common changes nothing. */
static bool leave_crowds(const ts_question *q, ts_candidates *c)
{
    float crowds[UNCROWDED], line = line_of(c, UNCROWDED), least = fmaxf(line, LEAST), sum = 0;
    size_t rows[UNCROWDED], count = 0;
    int32_t *space = ts_arena_array(q->arena, q->index->matrix.stride + 1, sizeof *space);
    if (!space) return ts_fail_memory(q->err);
    for (size_t i = 0; i < c->count && count < UNCROWDED; i++) {
        if (c->order[i] <= line) continue;
        crowds[count] = ts_meaning_crowd(q->index, c->numbers[i], space);
        sum += crowds[count];
        rows[count++] = i;
    }
    for (size_t k = 0; k < count; k++) {
        float more = crowds[k] - sum / (float)count;
        c->order[rows[k]] = fmaxf(c->order[rows[k]] - CROWD_WEIGHT * more, least);
    }
    return true;
}

bool ts_named_order(const ts_question *q, const ts_find *find, const float *products, float middle,
                    ts_candidates *c)
{
    names n;
    if (!read_names(q, find, &n)) return false;
    if (n.count) weigh_names(q, &n, c);
    refine(q, &n, products, middle, c);
    return leave_crowds(q, c);
}
