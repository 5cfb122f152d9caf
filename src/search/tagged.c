/* search: which pictures have a tag of a name that fits, from their lists. Knows no query. */
#include <string.h>

#include "search/search.h"
#include "search/store.h"

typedef struct asking {
    ts_index *index;
    const ts_tagged *ask;
    bool exact;
} asking;

static bool fits_any(const asking *a, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a->ask->fits(a->ask->context, names[i])) return true;
    return false;
}

/* By any name in any language: labels were others in the past. */
static bool concept_fits(asking *a, ts_concept concept)
{
    const ts_vocab *vocab = a->index->vocab;
    if (a->ask->fits(a->ask->context, ts_vocab_label(vocab, concept))) return true;
    for (ts_language language = 0; language < TS_LANGUAGE_COUNT; language++) {
        const char *const *names = NULL;
        size_t count = ts_vocab_synonyms_in(vocab, concept, language, &names);
        const char *label = ts_vocab_label_in(vocab, concept, language, NULL);
        if ((!label || !a->ask->fits(a->ask->context, label)) && !fits_any(a, names, count)) continue;
        a->exact = false;
        return true;
    }
    return false;
}

/* As first written, and folded: others may have written it otherwise. */
static bool word_fits(asking *a, uint32_t word)
{
    char folded[512];
    const ts_index *index = a->index;
    const char *key = index->free_words.entries[word].text;
    size_t length = strcspn(key, "\x1f");
    if (length >= sizeof folded) return a->exact = false, true;
    memcpy(folded, key, length);
    folded[length] = '\0';
    bool as_written = a->ask->fits(a->ask->context, ts_term_label(index, (uint32_t)index->concepts + word));
    bool as_folded = a->ask->fits(a->ask->context, folded);
    if (as_written != as_folded) a->exact = false;
    return as_written || as_folded;
}

static bool term_fits(asking *a, uint32_t term)
{
    return term < a->index->concepts ? concept_fits(a, term)
                                     : word_fits(a, term - (uint32_t)a->index->concepts);
}

/* Implied ones stand in the same set: the picture's own list says. */
static bool tell(uint32_t number, uint32_t term, const asking *a)
{
    ts_lists lists = ts_lists_of(a->index, number);
    for (size_t i = 0; i < lists.shown_count; i++) {
        uint32_t tag = lists.tags[i];
        if (TS_TAG_TERM(tag) != term || TS_TAG_SOURCE(tag) == TS_SOURCE_IMPLIED ||
            TS_TAG_STATE(tag) != TS_INDEX_ACCEPTED)
            continue;
        a->ask->found(a->ask->context, number, TS_TAG_SOURCE(tag) == TS_INDEX_BY_PERSON);
    }
    return true;
}

static bool tell_all(const asking *a, uint32_t term)
{
    ts_set *set = roaring_bitmap_create();
    if (!set) return false;
    ts_sets_unite(&a->index->by_term, term, set);
    roaring_uint32_iterator_t *at = roaring_create_iterator(set);
    for (; at && at->has_value; roaring_advance_uint32_iterator(at)) (void)tell(at->current_value, term, a);
    bool ok = at != NULL;
    roaring_free_uint32_iterator(at);
    roaring_bitmap_free(set);
    return ok;
}

bool ts_index_tagged(ts_index *index, const ts_tagged *ask, bool *exact, ts_error *err)
{
    bool ok = true;
    asking a = {.index = index, .ask = ask, .exact = true};
    pthread_rwlock_rdlock(&index->lock);
    size_t terms = ts_term_count(index);
    for (size_t term = 0; ok && term < terms; term++)
        if (ts_sets_size(&index->by_term, term) > 0 && term_fits(&a, (uint32_t)term))
            ok = tell_all(&a, (uint32_t)term);
    *exact = a.exact && index->lost_tags == 0;
    pthread_rwlock_unlock(&index->lock);
    return ok || ts_fail_memory(err);
}
