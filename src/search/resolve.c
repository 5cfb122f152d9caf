/* search: what the words of a query mean in this index: concepts, free words, stems. Changes the tree only
 * where neighbouring words are one name ("hot dog"). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/eval.h"

#define TERMS_MAX 64u
#define NAME_WORDS_MAX 4

/* ---- names to terms ---- */

static unsigned facet_number(const ts_index *index, const char *facet)
{
    return ts_dict_find(&index->facets, facet, strlen(facet));
}

static void add_term(const ts_question *q, ts_wanted *wanted, const ts_node *node, uint32_t term)
{
    if (node->facet && ts_term_facet(q->index, term) != facet_number(q->index, node->facet)) return;
    for (size_t i = 0; i < wanted->term_count; i++)
        if (wanted->terms[i] == term) return;
    if (wanted->term_count < TERMS_MAX) wanted->terms[wanted->term_count++] = term;
}

/* What the user's own vocabularies mean by a name. */
typedef struct own_name {
    const ts_question *q;
    ts_wanted *wanted; /* NULL: only counted */
    const ts_node *node;
    size_t count;
} own_name;

/* "place/Germany": the free word "Germany" of that facet. */
static uint32_t term_of_path(const ts_index *index, const char *path)
{
    const char *slash = strchr(path, '/');
    if (!slash) return TS_NONE;
    uint32_t facet = ts_dict_find(&index->facets, path, (size_t)(slash - path));
    return facet == TS_DICT_NONE ? TS_NONE : ts_free_find(index, slash + 1, facet);
}

static void take_own(void *sink, const char *concept)
{
    own_name *own = sink;
    const ts_index *index = own->q->index;
    ts_concept known = ts_vocab_find(index->vocab, concept);
    uint32_t term = known != TS_CONCEPT_NONE ? known : term_of_path(index, concept);
    if (term == TS_NONE) return;
    own->count++;
    if (own->wanted) add_term(own->q, own->wanted, own->node, term);
}

static size_t find_own(const ts_question *q, const char *name, ts_wanted *wanted, const ts_node *node)
{
    const ts_index_options *options = &q->index->options;
    own_name own = {q, wanted, node, 0};
    if (options->names) options->names(options->context, name, take_own, &own);
    return own.count;
}

/* Free words of that name, in any facet of tags. wanted NULL: they are only counted. */
static size_t find_free(const ts_question *q, const char *name, ts_wanted *wanted, const ts_node *node)
{
    const ts_index *index = q->index;
    size_t count = 0;
    for (unsigned facet = 0; facet < index->facets.count; facet++) {
        if (ts_facet_is_fact(index->facets.entries[facet].text)) continue;
        uint32_t term = ts_free_find(index, name, facet);
        if (term == TS_NONE) continue;
        count++;
        if (wanted) add_term(q, wanted, node, term);
    }
    return count;
}

static void find_terms(const ts_question *q, ts_wanted *wanted, const ts_node *node)
{
    ts_concept exact = ts_vocab_find(q->index->vocab, node->text);
    if (exact != TS_CONCEPT_NONE) add_term(q, wanted, node, exact);
    ts_concepts named = ts_vocab_find_name(q->index->vocab, node->text);
    for (size_t i = 0; i < named.count; i++) add_term(q, wanted, node, named.items[i]);
    (void)find_own(q, node->text, wanted, node);
    (void)find_free(q, node->text, wanted, node);
}

/* ---- texts to stems ---- */

static bool find_stems(const ts_question *q, ts_wanted *wanted, const char *text)
{
    ts_buf folded = {0};
    ts_word word;
    ts_stemmer *stemmer = ts_stemmer_new();
    bool good = stemmer && ts_text_fold(text, &folded);
    wanted->stems = ts_arena_array(q->arena, strlen(text) + 1, sizeof *wanted->stems);
    const char *cursor = folded.data ? folded.data : "";
    while (good && wanted->stems && ts_text_next_word(&cursor, &word)) {
        if (wanted->stem_count > strlen(text)) break; /* folding can make a text longer */
        size_t length;
        const char *stem = ts_stemmer_stem(stemmer, word.text, word.length, &length);
        wanted->stems[wanted->stem_count++] = ts_dict_find(&q->index->stems, stem, length);
    }
    good = good && wanted->stems;
    ts_buf_free(&folded);
    ts_stemmer_free(stemmer);
    return good || ts_fail_memory(q->err);
}

static bool stems_exist(const ts_index *index, const ts_wanted *wanted)
{
    for (size_t i = 0; i < wanted->stem_count; i++)
        if (wanted->stems[i] == TS_DICT_NONE || ts_sets_size(&index->by_stem, wanted->stems[i]) == 0)
            return false;
    return wanted->stem_count > 0;
}

/* ---- hints ---- */

static void consider(const char *wanted, const char *name, size_t *best, const char **nearest)
{
    size_t distance = ts_text_distance(wanted, name, *best);
    if (distance >= *best) return;
    *best = distance;
    *nearest = name;
}

static bool is_fact(const ts_index *index, uint32_t word)
{
    return ts_facet_is_fact(index->facets.entries[index->free_words.entries[word].value].text);
}

/* The name that is spelt most like the text, or NULL. */
static const char *nearest_name(const ts_index *index, const char *text)
{
    size_t length = strlen(text), best = length <= 3 ? 2 : 3;
    const char *nearest = NULL;
    for (ts_concept c = 0; c < index->concepts; c++) {
        const char *const *synonyms;
        size_t count = ts_vocab_synonyms(index->vocab, c, &synonyms);
        if (ts_term_is_hidden(index, c)) continue;
        consider(text, ts_vocab_label(index->vocab, c), &best, &nearest);
        for (size_t i = 0; i < count; i++) consider(text, synonyms[i], &best, &nearest);
    }
    for (size_t i = 0; i < index->free_words.count && i < 100000; i++)
        if (ts_sets_size(&index->by_term, index->concepts + i) && !is_fact(index, (uint32_t)i))
            consider(text, ts_term_label(index, (uint32_t)(index->concepts + i)), &best, &nearest);
    return nearest;
}

static bool add_hint(ts_question *q, const ts_node *node)
{
    if (q->hint_count >= 8) return true;
    const char *nearest = nearest_name(q->index, node->text);
    if (!nearest && node->kind != TS_NODE_TAG && node->kind != TS_NODE_COUNT) return true;
    if (!q->hints && !(q->hints = ts_arena_array(q->arena, 8, sizeof *q->hints)))
        return ts_fail_memory(q->err);
    char *hint = nearest ? ts_arena_printf(q->arena, "No tag is called \"%s\". Did you mean \"%s\"?",
                                           node->text, nearest)
                         : ts_arena_printf(q->arena, "No tag is called \"%s\".", node->text);
    if (!hint) return ts_fail_memory(q->err);
    q->hints[q->hint_count++] = hint;
    return true;
}

/* ---- leaves ---- */

static bool is_stop_word(const char *text)
{
    char lower[8] = {0};
    size_t length = strlen(text);
    if (length >= sizeof lower) return false;
    for (size_t i = 0; i < length; i++)
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    return ts_text_is_stop_word(lower);
}

static uint64_t size_of(const ts_index *index, const ts_wanted *wanted)
{
    uint64_t size = 0, words = stems_exist(index, wanted) ? UINT64_MAX : 0;
    for (size_t i = 0; i < wanted->term_count; i++) size += ts_sets_size(&index->by_term, wanted->terms[i]);
    for (size_t i = 0; i < wanted->stem_count && words; i++) {
        uint64_t more = ts_sets_size(&index->by_stem, wanted->stems[i]);
        if (more < words) words = more;
    }
    return size + words;
}

static bool resolve_text(ts_question *q, ts_node *node)
{
    ts_wanted *wanted = TS_NEW(q->arena, ts_wanted);
    if (wanted) wanted->terms = ts_arena_array(q->arena, TERMS_MAX, sizeof *wanted->terms);
    if (!wanted || !wanted->terms) return ts_fail_memory(q->err);
    bool has_words = node->kind == TS_NODE_WORD || node->kind == TS_NODE_PHRASE;
    node->wanted = wanted;
    wanted->leaf = -1;
    find_terms(q, wanted, node);
    if (has_words && !find_stems(q, wanted, node->text)) return false;
    wanted->is_ignored =
        has_words && wanted->term_count == 0 &&
        (wanted->stem_count == 0 || (node->kind == TS_NODE_WORD && is_stop_word(node->text)));
    double all = 1.0 + (double)roaring_bitmap_get_cardinality(q->index->live);
    wanted->rarity = (float)log(1 + all / (1.0 + (double)size_of(q->index, wanted)));
    if (!wanted->is_ignored && !wanted->term_count && !stems_exist(q->index, wanted))
        return add_hint(q, node);
    return true;
}

static bool resolve_similar(ts_question *q, const ts_node *node)
{
    const ts_index_options *options = &q->index->options;
    double number = 0;
    if (options->resolve) {
        if (!options->resolve(options->context, node->text, &q->similar)) q->similar = 0;
    } else if (ts_value_number(node->text, &number) && number >= 1 && number <= TS_INDEX_NUMBER_MAX) {
        q->similar = (uint32_t)number;
    }
    if (q->similar && ts_index_has(q->index, q->similar)) return true;
    return ts_fail(q->err, TS_NOT_FOUND, "column %zu: there is no picture \"%s\"", node->at + 1, node->text);
}

static void collect(ts_question *q, ts_node *node, bool positive)
{
    if (!positive || !node->wanted || node->wanted->is_ignored || q->leaf_count == TS_LEAVES_MAX) return;
    node->wanted->leaf = (int)q->leaf_count;
    q->leaves[q->leaf_count++] = node;
}

/* ---- names of several words ---- */

static ts_node *new_node(ts_question *q, ts_node_kind kind, const ts_node *like)
{
    ts_node *node = TS_NEW(q->arena, ts_node);
    if (!node) return ts_fail_memory(q->err), NULL;
    node->kind = kind;
    node->at = like->at;
    node->qualifier = TS_NO_QUALIFIER;
    return node;
}

/* The words first .. last, with blanks between them. */
static char *join(ts_question *q, const ts_node *first, size_t count)
{
    char *text = ts_arena_strdup(q->arena, first->text);
    for (; text && count > 1; count--) {
        first = first->next;
        text = ts_arena_printf(q->arena, "%s %s", text, first->text);
    }
    return text;
}

/* How many words from here on are one name; 0: none. */
static size_t name_length(ts_question *q, const ts_node *first, char **name)
{
    size_t run = 0;
    for (const ts_node *n = first; n && n->kind == TS_NODE_WORD && run < NAME_WORDS_MAX; n = n->next) run++;
    for (; run > 1; run--) {
        if (!(*name = join(q, first, run))) return 0;
        if (ts_vocab_find_name(q->index->vocab, *name).count || find_own(q, *name, NULL, first) ||
            find_free(q, *name, NULL, first))
            return run;
    }
    return 0;
}

/* hot dog -> (tag:"hot dog" OR (hot AND dog)) */
static bool join_names(ts_question *q, ts_node *group)
{
    char *name = NULL;
    for (ts_node **at = &group->child; *at; at = &(*at)->next) {
        size_t count = name_length(q, *at, &name);
        if (!count) continue;
        ts_node *first = *at, *last = first;
        for (size_t i = 1; i < count; i++) last = last->next;
        ts_node *either = new_node(q, TS_NODE_OR, first), *tag = new_node(q, TS_NODE_TAG, first);
        ts_node *words = new_node(q, TS_NODE_AND, first);
        if (!either || !tag || !words) return false;
        either->next = last->next;
        last->next = NULL;
        tag->text = name;
        tag->next = words;
        words->child = first;
        words->is_name = true;
        either->child = tag;
        *at = either;
    }
    return true;
}

/* ---- the tree ---- */

static bool has_tag_term(const ts_node *node)
{
    if (ts_term_is_tag(node->kind)) return true;
    for (const ts_node *child = node->child; child; child = child->next)
        if (has_tag_term(child)) return true;
    return false;
}

static ts_qualifier both(const ts_qualifier *outer, const ts_qualifier *inner)
{
    unsigned states = inner->states == TS_SHOWN_STATES   ? outer->states
                      : outer->states == TS_SHOWN_STATES ? inner->states
                                                         : outer->states & inner->states;
    return (ts_qualifier){.low = outer->low > inner->low ? outer->low : inner->low,
                          .high = outer->high < inner->high ? outer->high : inner->high,
                          .states = states,
                          .sources = outer->sources & inner->sources};
}

static bool resolve_node(ts_question *q, ts_node *node, const ts_qualifier *outer, bool positive);

static bool resolve_children(ts_question *q, ts_node *node, const ts_qualifier *outer, bool positive)
{
    for (ts_node *child = node->child; child; child = child->next)
        if (!resolve_node(q, child, outer, positive)) return false;
    return true;
}

/* Qualifiers of a group without tag terms speak of any tag: they become a term of their own. */
static bool resolve_group(ts_question *q, ts_node *node, const ts_qualifier *outer, bool positive)
{
    node->active = both(outer, &node->qualifier);
    if (node->qualified && !has_tag_term(node)) {
        ts_node *any = new_node(q, TS_NODE_FACET, node);
        if (!any) return false;
        any->next = node->child;
        node->child = any;
    }
    return (node->is_name || join_names(q, node)) && resolve_children(q, node, &node->active, positive);
}

static bool resolve_node(ts_question *q, ts_node *node, const ts_qualifier *outer, bool positive)
{
    node->active = *outer;
    switch (node->kind) {
    case TS_NODE_AND:
        return resolve_group(q, node, outer, positive);
    case TS_NODE_OR:
        return resolve_children(q, node, outer, positive);
    case TS_NODE_NOT:
        return resolve_children(q, node, outer, !positive);
    case TS_NODE_SIMILAR:
        return resolve_similar(q, node);
    case TS_NODE_WORD:
    case TS_NODE_PHRASE:
    case TS_NODE_TAG:
    case TS_NODE_COUNT:
        if (!resolve_text(q, node)) return false;
        collect(q, node, positive);
        return true;
    default:
        return true;
    }
}

static bool make_masks(ts_question *q)
{
    if (!q->leaf_count) return true;
    q->leaf_masks = ts_arena_array(q->arena, ts_term_count(q->index) + 1, sizeof *q->leaf_masks);
    if (!q->leaf_masks) return ts_fail_memory(q->err);
    for (size_t i = 0; i < q->leaf_count; i++) {
        const ts_wanted *wanted = q->leaves[i]->wanted;
        for (size_t k = 0; k < wanted->term_count; k++) q->leaf_masks[wanted->terms[k]] |= 1u << i;
    }
    return true;
}

bool ts_question_resolve(ts_question *q)
{
    ts_qualifier none = TS_NO_QUALIFIER;
    return resolve_node(q, q->root, &none, true) && make_masks(q);
}
