/* search: what a term is called, by the vocabulary or as a free word. */
#include <string.h>

#include "search/store.h"

static const char plain[] = "word"; /* the facet of free words that have none */

bool ts_facet_is_fact(const char *facet)
{
    return strcmp(facet, TS_FACET_CAMERA) == 0 || strcmp(facet, TS_FACET_LENS) == 0;
}

bool ts_free_key(const char *word, const char *facet, ts_buf *key)
{
    if (strcmp(facet, plain) == 0) return ts_text_fold(word, key);
    return ts_text_fold_plain(word, key) && ts_buf_printf(key, "\x1f%s", facet);
}

uint32_t ts_free_find(const ts_index *index, const char *word, unsigned facet)
{
    ts_buf key = {0};
    uint32_t found = TS_DICT_NONE;
    if (facet < index->facets.count && ts_free_key(word, index->facets.entries[facet].text, &key) && key.data)
        found = ts_dict_find(&index->free_words, key.data, key.length);
    ts_buf_free(&key);
    return found == TS_DICT_NONE ? TS_NONE : (uint32_t)index->concepts + found;
}

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
