/* search: evaluates a query's tree over sets. Sets come first in each group, so that whatever must look at
 * single pictures looks at few. */
#include "search/eval.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/parallel.h"

#define PARALLEL_FROM 50000u /* pictures to look at one by one */

/* Everything here returns a new set within `within`, or NULL when memory is out. */
static ts_set *eval(const ts_question *q, const ts_node *node, const ts_set *within);

static ts_set *and_of(const ts_set *set, const ts_set *within)
{
    return set ? roaring_bitmap_and(set, within) : roaring_bitmap_create();
}

typedef bool (*fits)(const ts_question *q, const ts_node *node, const uint8_t *accepted, uint32_t number);

typedef struct sieve {
    const ts_question *q;
    const ts_node *node;
    const ts_set *within;
    fits fit;
    const uint8_t *accepted;
    ts_bits bits;
} sieve;

/* A stretch of numbers that begins and ends with a word of the bits, so that no two threads write to one. */
static void sift(void *context, unsigned part, unsigned parts)
{
    sieve *s = context;
    uint64_t last = (uint64_t)s->bits.count * (part + 1) / parts * 64;
    ts_walk walk;
    ts_walk_start(&walk, s->within);
    if (part && !roaring_move_uint32_iterator_equalorlarger(&walk.iterator,
                                                            (uint32_t)(s->bits.count * part / parts * 64)))
        return;
    for (uint32_t count; (count = ts_walk_next(&walk)) > 0;) {
        for (uint32_t i = 0; i < count; i++) {
            if (walk.numbers[i] >= last) return;
            if (s->fit(s->q, s->node, s->accepted, walk.numbers[i])) ts_bits_add(&s->bits, walk.numbers[i]);
        }
    }
}

/* Those of the set that fit one by one. */
static ts_set *filter(const ts_question *q, const ts_node *node, const ts_set *within, fits fit,
                      const uint8_t *accepted)
{
    sieve s = {.q = q, .node = node, .within = within, .fit = fit, .accepted = accepted};
    if (!ts_bits_make(&s.bits, q->index->end)) return NULL;
    bool many = roaring_bitmap_get_cardinality(within) >= PARALLEL_FROM;
    ts_parallel(many ? q->index->options.threads : 1, sift, &s);
    ts_set *set = ts_set_of_bits(&s.bits);
    ts_bits_free(&s.bits);
    return set;
}

static bool fits_row(const ts_question *q, const ts_node *node, const uint8_t *accepted, uint32_t number)
{
    (void)accepted;
    return ts_match_row(q, node, number);
}

/* Where every sixteenth picture or more is asked, whole columns are read at once. */
static ts_set *filter_rows(const ts_question *q, const ts_node *node, const ts_set *within)
{
    ts_bits bits;
    bool many = roaring_bitmap_get_cardinality(within) * 16 >= q->index->end;
    if (!many || !ts_range_is_plain(node)) return filter(q, node, within, fits_row, NULL);
    if (!ts_bits_of_set(&bits, within, q->index->end)) return NULL;
    ts_range_sift(q, node, &bits);
    ts_set *set = ts_set_of_bits(&bits);
    ts_bits_free(&bits);
    return set;
}

static bool fits_phrase(const ts_question *q, const ts_node *node, const uint8_t *accepted, uint32_t number)
{
    (void)accepted;
    return ts_match_phrase(q, node->wanted, number);
}

/* ---- tag terms ---- */

static ts_set *any_of(const ts_sets *sets, const uint32_t *which, size_t count)
{
    const ts_set *some[64];
    size_t used = 0;
    for (size_t i = 0; i < count && used < 64; i++) {
        const ts_set *set = ts_sets_get(sets, which[i]);
        if (set) some[used++] = set;
    }
    return used ? roaring_bitmap_or_many(used, some) : roaring_bitmap_create();
}

/* Which terms a leaf accepts when tags are looked at one by one: those named and all narrower ones. */
static uint8_t *accepted_terms(const ts_question *q, const ts_node *node)
{
    const ts_index *index = q->index;
    size_t count = ts_term_count(index);
    uint8_t *accepted = ts_arena_alloc(q->arena, count + 1);
    if (!accepted) return NULL;
    if (node->kind == TS_NODE_FACET) {
        uint32_t facet =
            node->facet ? ts_dict_find(&index->facets, node->facet, strlen(node->facet)) : TS_DICT_NONE;
        for (uint32_t t = 0; t < count; t++) accepted[t] = !node->facet || ts_term_facet(index, t) == facet;
        return accepted;
    }
    for (size_t i = 0; i < node->wanted->term_count; i++) {
        uint32_t term = node->wanted->terms[i];
        accepted[term] = 1;
        for (ts_concept c = 0; term < index->concepts && c < index->concepts; c++)
            if (ts_vocab_is_ancestor(index->vocab, term, c)) accepted[c] = 1;
    }
    return accepted;
}

/* Pictures that may have a shown tag of the leaf. */
static ts_set *shown_candidates(const ts_question *q, const ts_node *node)
{
    const ts_index *index = q->index;
    if (node->kind != TS_NODE_FACET)
        return any_of(&index->by_term, node->wanted->terms, node->wanted->term_count);
    if (node->facet) {
        uint32_t facet = ts_dict_find(&index->facets, node->facet, strlen(node->facet));
        return ts_set_copy(facet == TS_DICT_NONE ? NULL : ts_sets_get(&index->by_facet, facet));
    }
    uint32_t sources[] = {TS_INDEX_BY_MODEL, TS_INDEX_BY_PERSON, TS_INDEX_BY_IMPORT}, wanted[3];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++)
        if (node->active.sources >> sources[i] & 1) wanted[count++] = sources[i];
    return any_of(&index->by_source, wanted, count);
}

static bool and_inplace(ts_set *set, const ts_set *within)
{
    if (set) roaring_bitmap_and_inplace(set, within);
    return set != NULL;
}

static ts_set *eval_tags(const ts_question *q, const ts_node *node, const ts_set *within)
{
    bool rejected = node->active.states >> TS_INDEX_REJECTED & 1;
    bool shown = (node->active.states & TS_SHOWN_STATES) != 0;
    ts_set *set = shown ? shown_candidates(q, node) : roaring_bitmap_create();
    const ts_set *more = rejected ? ts_sets_get(&q->index->by_state, TS_INDEX_REJECTED) : NULL;
    if (set && more) roaring_bitmap_or_inplace(set, more);
    if (!and_inplace(set, within)) return NULL;
    if (ts_qualifier_is_open(&node->active) && node->kind != TS_NODE_COUNT) return set;
    uint8_t *accepted = accepted_terms(q, node);
    ts_set *fitting = accepted ? filter(q, node, set, ts_match_tags, accepted) : NULL;
    roaring_bitmap_free(set);
    return fitting;
}

/* ---- words ---- */

static ts_set *eval_words(const ts_question *q, const ts_node *node, const ts_set *within)
{
    const ts_wanted *wanted = node->wanted;
    if (!wanted->stem_count) return roaring_bitmap_create();
    ts_set *set = ts_set_copy(within);
    for (size_t i = 0; i < wanted->stem_count && set; i++) {
        ts_sets_intersect(&q->index->by_stem, wanted->stems[i], set); /* an unknown stem's set is empty */
    }
    if (!set || wanted->stem_count == 1) return set;
    ts_set *fitting = filter(q, node, set, fits_phrase, NULL);
    roaring_bitmap_free(set);
    return fitting;
}

/* A word is a tag or a word of a text; where a qualifier speaks, only tags have a confidence, state and
 * source. */
static ts_set *eval_text(const ts_question *q, const ts_node *node, const ts_set *within)
{
    if (node->wanted->is_ignored) return ts_set_copy(within);
    ts_set *tags = eval_tags(q, node, within);
    if (!tags || !ts_qualifier_is_open(&node->active)) return tags;
    ts_set *words = eval_words(q, node, within);
    if (words) roaring_bitmap_or_inplace(tags, words);
    if (words) roaring_bitmap_free(words);
    else roaring_bitmap_free(tags), tags = NULL;
    return tags;
}

/* ---- names of files, folders, formats ---- */

static ts_node *fold_text(const ts_question *q, const ts_node *node)
{
    ts_buf folded = {0};
    ts_node *copy = TS_NEW(q->arena, ts_node);
    if (copy && ts_text_fold(node->text, &folded)) {
        *copy = *node;
        copy->text = ts_arena_strdup(q->arena, folded.data ? folded.data : "");
        if (!copy->text) copy = NULL;
    }
    ts_buf_free(&folded);
    return copy;
}

/* The folder itself, all in it, and any folder path that holds these steps: "paris" finds
 * "2024/paris/louvre". */
static bool is_in_folder(const char *folder, const char *wanted)
{
    size_t length = strlen(wanted);
    while (length && wanted[length - 1] == '/') length--;
    bool open = length && wanted[length - 1] == '*';
    length -= open;
    for (const char *at = folder; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
        if (!strncmp(at, wanted, length) && (open || at[length] == '/' || !at[length])) return true;
    return false;
}

static ts_set *eval_folder(const ts_question *q, const ts_node *plain, const ts_set *within)
{
    const ts_node *node = fold_text(q, plain);
    ts_set *all = node ? roaring_bitmap_create() : NULL;
    for (size_t i = 0; all && i < q->index->folders.count; i++) {
        const ts_set *set = ts_sets_get(&q->index->by_folder, i);
        if (set && is_in_folder(q->index->folders.entries[i].text, node->text))
            roaring_bitmap_or_inplace(all, set);
    }
    if (all) roaring_bitmap_and_inplace(all, within);
    return all;
}

/* ---- what files say of themselves ---- */

/* "eos 5d" stands in "canon eos 5d", and in "canon eos 5d mark ii"; not in "canon eos 5ds". Both are folded. */
static bool has_words(const char *text, size_t length, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t at = 0; at + size <= length; at++) {
        if (at > 0 && text[at - 1] != ' ' && text[at - 1] != '/') continue;
        bool ends = at + size == length || text[at + size] == ' ' || text[at + size] == '/';
        if (ends && !memcmp(text + at, wanted, size)) return true;
    }
    return false;
}

static bool is_of_facet(const ts_dict_entry *word, const char *suffix, size_t length)
{
    return word->length > length && !memcmp(word->text + word->length - length, suffix, length);
}

/* Who gives the whole name means that one; else every name that has these words. */
static ts_set *eval_fact(const ts_question *q, const ts_node *node, const ts_set *within)
{
    const ts_index *index = q->index;
    ts_buf wanted = {0};
    uint32_t facet = ts_dict_find(&index->facets, node->facet, strlen(node->facet));
    if (facet == TS_DICT_NONE) return roaring_bitmap_create();
    uint32_t exact = ts_free_find(index, node->text, facet);
    if (exact != TS_NONE && ts_sets_size(&index->by_term, exact))
        return and_of(ts_sets_get(&index->by_term, exact), within);
    char *suffix = ts_arena_printf(q->arena, "\x1f%s", node->facet);
    bool all = !strcmp(node->text, "*");
    ts_set *set = suffix && ts_text_fold_plain(node->text, &wanted) ? roaring_bitmap_create() : NULL;
    size_t length = suffix ? strlen(suffix) : 0;
    for (uint32_t i = 0; set && i < index->free_words.count; i++) {
        const ts_dict_entry *word = &index->free_words.entries[i];
        const ts_set *those = ts_sets_get(&index->by_term, index->concepts + i);
        if (!those || word->value != facet || !is_of_facet(word, suffix, length)) continue;
        if (all || has_words(word->text, word->length - length, wanted.data ? wanted.data : ""))
            roaring_bitmap_or_inplace(set, those);
    }
    ts_buf_free(&wanted);
    if (set) roaring_bitmap_and_inplace(set, within);
    return set;
}

static ts_set *eval_format(const ts_question *q, const ts_node *plain, const ts_set *within)
{
    const ts_node *node = fold_text(q, plain);
    if (!node) return NULL;
    const char *name = strcmp(node->text, "jpg") != 0 ? node->text : "jpeg";
    uint32_t format = ts_dict_find(&q->index->formats, name, strlen(name));
    return and_of(format == TS_DICT_NONE ? NULL : ts_sets_get(&q->index->by_format, format), within);
}

static ts_set *eval_name(const ts_question *q, const ts_node *plain, const ts_set *within)
{
    const ts_node *node = fold_text(q, plain);
    return node ? filter(q, node, within, fits_row, NULL) : NULL;
}

/* ---- groups ---- */

/* How much one picture costs: sets are nearly free, columns cheap, lists dear. */
static int cost_of(const ts_node *node)
{
    int cost = 0;
    switch (node->kind) {
    case TS_NODE_FLAG:
    case TS_NODE_FORMAT:
    case TS_NODE_FOLDER:
    case TS_NODE_FACT:
    case TS_NODE_ALL:
    case TS_NODE_SIMILAR:
        return 0;
    case TS_NODE_RANGE:
    case TS_NODE_NEAR:
        return 3;
    case TS_NODE_SHADE:
    case TS_NODE_NAME:
    case TS_NODE_PATH:
        return 5;
    case TS_NODE_COUNT:
        return 4;
    case TS_NODE_WORD:
    case TS_NODE_PHRASE:
    case TS_NODE_TAG:
    case TS_NODE_FACET:
        return ts_qualifier_is_open(&node->active) ? 1 : 4;
    default:
        break;
    }
    for (const ts_node *child = node->child; child; child = child->next)
        if (cost_of(child) > cost) cost = cost_of(child);
    return cost;
}

static ts_set *eval_and(const ts_question *q, const ts_node *node, const ts_set *within)
{
    ts_set *set = ts_set_copy(within);
    for (int cost = 0; cost <= 5; cost++) {
        for (const ts_node *child = node->child; child && set; child = child->next) {
            if (cost_of(child) != cost) continue;
            ts_set *fewer = eval(q, child, set);
            roaring_bitmap_free(set);
            set = fewer;
        }
    }
    return set;
}

static ts_set *eval_or(const ts_question *q, const ts_node *node, const ts_set *within)
{
    ts_set *set = roaring_bitmap_create();
    for (const ts_node *child = node->child; child && set; child = child->next) {
        ts_set *more = eval(q, child, within);
        if (more) {
            roaring_bitmap_or_inplace(set, more);
            roaring_bitmap_free(more);
        } else {
            roaring_bitmap_free(set);
            set = NULL;
        }
    }
    return set;
}

static bool is_ignored(const ts_node *node)
{
    return node->wanted && node->wanted->is_ignored;
}

static ts_set *eval_not(const ts_question *q, const ts_node *node, const ts_set *within)
{
    if (is_ignored(node->child)) return ts_set_copy(within);
    ts_set *out = eval(q, node->child, within);
    ts_set *set = out ? roaring_bitmap_andnot(within, out) : NULL;
    if (out) roaring_bitmap_free(out);
    return set;
}

static ts_set *eval(const ts_question *q, const ts_node *node, const ts_set *within)
{
    switch (node->kind) {
    case TS_NODE_AND:
        return eval_and(q, node, within);
    case TS_NODE_OR:
        return eval_or(q, node, within);
    case TS_NODE_NOT:
        return eval_not(q, node, within);
    case TS_NODE_WORD:
    case TS_NODE_PHRASE:
        return eval_text(q, node, within);
    case TS_NODE_TAG:
    case TS_NODE_FACET:
    case TS_NODE_COUNT:
        return eval_tags(q, node, within);
    case TS_NODE_FLAG:
        return and_of(ts_sets_get(&q->index->by_flag, node->flag), within);
    case TS_NODE_FORMAT:
        return eval_format(q, node, within);
    case TS_NODE_FOLDER:
        return eval_folder(q, node, within);
    case TS_NODE_FACT:
        return eval_fact(q, node, within);
    case TS_NODE_NAME:
    case TS_NODE_PATH:
        return eval_name(q, node, within);
    case TS_NODE_RANGE:
    case TS_NODE_NEAR:
    case TS_NODE_SHADE:
        return filter_rows(q, node, within);
    default:
        return ts_set_copy(within); /* all, similar */
    }
}

ts_set *ts_question_eval(const ts_question *q)
{
    ts_set *set = eval(q, q->root, q->index->live);
    if (!set) ts_fail_memory(q->err);
    return set;
}
