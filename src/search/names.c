/* search: what a term is called, by the vocabulary or as a free word. */
#include "search/store.h"

const char *ts_term_label(const ts_index *index, uint32_t term)
{
    if (term < index->concepts) return ts_vocab_label(index->vocab, term);
    size_t word = term - index->concepts;
    const char *label = word < index->free_label_capacity ? index->free_labels[word] : NULL;
    return label ? label : index->free_words.entries[word].text;
}

const char *ts_term_concept(const ts_index *index, uint32_t term)
{
    return term < index->concepts ? ts_vocab_id(index->vocab, term) : NULL;
}

unsigned ts_term_facet(const ts_index *index, uint32_t term)
{
    if (term < index->concepts) return ts_vocab_facet(index->vocab, term);
    return index->free_words.entries[term - index->concepts].value;
}

bool ts_term_is_hidden(const ts_index *index, uint32_t term)
{
    return term < index->concepts && ts_vocab_flags(index->vocab, term) & TS_CONCEPT_HIDDEN;
}

size_t ts_term_count(const ts_index *index)
{
    return index->concepts + index->free_words.count;
}
