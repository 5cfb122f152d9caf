/* vocab: finding concepts by a name in any language. Must not know how names are spelt or folded.
 *
 * The names of each language are sorted already, so one pass over all of them side by side yields all names
 * in order, and under each the languages in theirs: English first. */
#include <string.h>

#include "vocab/private.h"

typedef struct merge {
    size_t at[TS_LANGUAGE_COUNT]; /* the next name of each language */
    ts_meaning *meanings;
    size_t count;
    ts_concept *concepts; /* of all meanings, one run after the other */
    size_t concept_count;
} merge;

static int compare_spelling(const ts_name *a, const ts_name *b)
{
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    return strcmp(a->folded, b->folded);
}

static const ts_name *smallest_name(const ts_vocab *vocab, const merge *m)
{
    const ts_name *smallest = NULL;
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) {
        const ts_lexicon *lexicon = &vocab->lexicons[i];
        if (m->at[i] == lexicon->name_count) continue;
        const ts_name *name = &lexicon->names[m->at[i]];
        if (!smallest || compare_spelling(name, smallest) < 0) smallest = name;
    }
    return smallest;
}

static void add_concept(merge *m, size_t first, ts_concept concept)
{
    for (size_t i = first; i < m->concept_count; i++)
        if (m->concepts[i] == concept) return;
    m->concepts[m->concept_count++] = concept;
}

static void add_meaning(const ts_vocab *vocab, merge *m, const ts_name *spelt)
{
    size_t first = m->concept_count;
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) {
        const ts_lexicon *lexicon = &vocab->lexicons[i];
        for (; m->at[i] < lexicon->name_count; m->at[i]++) {
            const ts_name *name = &lexicon->names[m->at[i]];
            if (compare_spelling(name, spelt) != 0) break;
            add_concept(m, first, name->concept);
        }
    }
    m->meanings[m->count++] = (ts_meaning){spelt->folded, {m->concepts + first, m->concept_count - first}};
}

bool ts_vocab_index_meanings(ts_vocab *vocab, ts_error *err)
{
    size_t total = 0;
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) total += vocab->lexicons[i].name_count;
    merge m = {.meanings = TS_NEW_ARRAY(vocab->arena, total, ts_meaning),
               .concepts = TS_NEW_ARRAY(vocab->arena, total, ts_concept)};
    if (!m.meanings || !m.concepts) return ts_fail_memory(err);
    for (const ts_name *name; (name = smallest_name(vocab, &m)) != NULL;) add_meaning(vocab, &m, name);
    vocab->meanings = m.meanings;
    vocab->meaning_count = m.count;
    return true;
}

ts_concepts ts_vocab_find_name(const ts_vocab *vocab, const char *name)
{
    char folded[TS_VOCAB_FOLDED_MAX];
    size_t low = 0, high = ts_vocab_fold(name, folded, sizeof folded) ? vocab->meaning_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(folded, vocab->meanings[middle].folded);
        if (order == 0) return vocab->meanings[middle].concepts;
        if (order > 0) low = middle + 1;
        else high = middle;
    }
    return (ts_concepts){NULL, 0};
}
