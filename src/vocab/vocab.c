/* vocab: opening the vocabulary and reading it. Must not know models, pictures or judgement.
 *
 * What comes in: plain tables that people edit. What goes out: an immutable structure in one arena, where
 * everything a tagger asks per picture is an array access: names, flags, and the ancestors of each concept,
 * worked out once. What is promised: a vocabulary that opened is sound (ids unique, parents there, no cycle),
 * so no reader has to check again. The steps: load.c reads rows, graph.c links them, labels.c reads the other
 * languages, names.c and meanings.c index names in the form that fold.c gives them, suggest.c searches them.
 */
#include "vocab/vocab.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocab/private.h"

bool ts_vocab_fail_at(const ts_vocab *vocab, ts_concept concept, ts_error *err, const char *format, ...)
{
    char text[TS_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ts_table table = {.name = TS_CONCEPTS_TABLE};
    return ts_table_fail(&table, vocab->lexicons[TS_LANGUAGE_EN].terms[concept].line, err, "%s", text);
}

ts_vocab *ts_vocab_open(const char *dir, ts_error *err)
{
    return ts_vocab_open_with(dir, TS_LANGUAGE_ALL, err);
}

ts_vocab *ts_vocab_open_with(const char *dir, uint32_t languages, ts_error *err)
{
    ts_vocab *vocab = calloc(1, sizeof *vocab);
    ts_arena *arena = ts_arena_new(0);
    if (!vocab || !arena) {
        (void)ts_fail_memory(err);
        ts_arena_free(arena);
        free(vocab);
        return NULL;
    }
    vocab->arena = arena;
    if (ts_vocab_load_concepts(vocab, dir, err) && ts_vocab_link(vocab, err) &&
        ts_vocab_load_mappings(vocab, dir, err) && ts_vocab_load_cues(vocab, dir, err) &&
        ts_vocab_load_labels(vocab, dir, languages, err) && ts_vocab_index_names(vocab, err) &&
        ts_vocab_index_meanings(vocab, err))
        return vocab;
    ts_vocab_close(vocab);
    return NULL;
}

void ts_vocab_close(ts_vocab *vocab)
{
    if (!vocab) return;
    ts_arena_free(vocab->arena);
    free(vocab);
}

static const ts_concept_row *row_of(const ts_vocab *vocab, ts_concept concept)
{
    assert(concept < vocab->count);
    return &vocab->concepts[concept];
}

size_t ts_vocab_count(const ts_vocab *vocab)
{
    return vocab->count;
}

const char *ts_vocab_id(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->id;
}

const ts_lexicon *ts_vocab_lexicon(const ts_vocab *vocab, ts_language language)
{
    assert((unsigned)language < TS_LANGUAGE_COUNT);
    const ts_lexicon *lexicon = &vocab->lexicons[language];
    return lexicon->terms ? lexicon : &vocab->lexicons[TS_LANGUAGE_EN];
}

static const ts_term *term_of(const ts_vocab *vocab, ts_concept concept, ts_language language, bool *fallback)
{
    assert(concept < vocab->count);
    const ts_term *term = &ts_vocab_lexicon(vocab, language)->terms[concept];
    if (fallback)
        *fallback = language != TS_LANGUAGE_EN && (term->fallback || !vocab->lexicons[language].terms);
    return term;
}

const char *ts_vocab_label_in(const ts_vocab *vocab, ts_concept concept, ts_language language, bool *fallback)
{
    return term_of(vocab, concept, language, fallback)->label;
}

const char *ts_vocab_plural_in(const ts_vocab *vocab, ts_concept concept, ts_language language,
                               bool *fallback)
{
    const ts_term *term = term_of(vocab, concept, language, fallback);
    return term->plural ? term->plural : term->label;
}

size_t ts_vocab_synonyms_in(const ts_vocab *vocab, ts_concept concept, ts_language language,
                            const char *const **names)
{
    const ts_term *term = term_of(vocab, concept, language, NULL);
    *names = term->synonyms;
    return term->synonym_count;
}

const char *ts_vocab_label(const ts_vocab *vocab, ts_concept concept)
{
    return ts_vocab_label_in(vocab, concept, TS_LANGUAGE_EN, NULL);
}

const char *ts_vocab_plural(const ts_vocab *vocab, ts_concept concept)
{
    return ts_vocab_plural_in(vocab, concept, TS_LANGUAGE_EN, NULL);
}

size_t ts_vocab_synonyms(const ts_vocab *vocab, ts_concept concept, const char *const **names)
{
    return ts_vocab_synonyms_in(vocab, concept, TS_LANGUAGE_EN, names);
}

bool ts_vocab_is_countable(const ts_vocab *vocab, ts_concept concept)
{
    return term_of(vocab, concept, TS_LANGUAGE_EN, NULL)->plural != NULL;
}

ts_facet ts_vocab_facet(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->facet;
}

uint32_t ts_vocab_flags(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->flags;
}

ts_concepts ts_vocab_parents(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->parents;
}

ts_concepts ts_vocab_ancestors(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->ancestors;
}

unsigned ts_vocab_depth(const ts_vocab *vocab, ts_concept concept)
{
    return row_of(vocab, concept)->depth;
}

bool ts_vocab_is_ancestor(const ts_vocab *vocab, ts_concept ancestor, ts_concept concept)
{
    ts_concepts above = row_of(vocab, concept)->ancestors;
    for (size_t i = 0; i < above.count; i++)
        if (above.items[i] == ancestor) return true;
    return false;
}

ts_concept ts_vocab_find(const ts_vocab *vocab, const char *id)
{
    size_t low = 0, high = vocab->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(id, vocab->concepts[vocab->by_id[middle]].id);
        if (order == 0) return vocab->by_id[middle];
        if (order > 0) low = middle + 1;
        else high = middle;
    }
    return TS_CONCEPT_NONE;
}

ts_concept ts_vocab_map(const ts_vocab *vocab, const char *scheme, const char *key, ts_relation *relation)
{
    size_t low = 0, high = vocab->mapping_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const ts_mapping *mapping = &vocab->mappings[middle];
        int order = strcmp(scheme, mapping->scheme);
        if (order == 0) order = strcmp(key, mapping->key);
        if (order == 0) {
            if (relation) *relation = mapping->relation;
            return mapping->concept;
        }
        if (order > 0) low = middle + 1;
        else high = middle;
    }
    return TS_CONCEPT_NONE;
}

ts_concept ts_vocab_map_class(const ts_vocab *vocab, const char *scheme, size_t index, ts_relation *relation)
{
    char key[24];
    (void)snprintf(key, sizeof key, "%zu", index);
    return ts_vocab_map(vocab, scheme, key, relation);
}
