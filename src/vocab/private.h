/* vocab: how a vocabulary lies in memory, and the steps that build it. Private to the room. */
#ifndef TS_VOCAB_PRIVATE_H
#define TS_VOCAB_PRIVATE_H

#include "base/arena.h"
#include "vocab/table.h"
#include "vocab/vocab.h"

/* A field with lists in it holds at most this many items; far above any honest row. */
#define TS_VOCAB_PARENTS_MAX 8
#define TS_VOCAB_SYNONYMS_MAX 64
#define TS_VOCAB_ANCESTORS_MAX 64
#define TS_VOCAB_DEPTH_MAX 32

typedef struct ts_concept_row {
    const char *id;
    char *parents_text; /* the table's field, until graph.c resolves it */
    ts_concepts parents;
    ts_concepts ancestors;
    uint32_t flags;
    uint32_t depth;
    ts_facet facet;
} ts_concept_row;

/* How one concept is called in one language. */
typedef struct ts_term {
    const char *label;
    const char *plural; /* NULL when it has none, or none of its own */
    const char *const *synonyms;
    size_t synonym_count;
    size_t line;   /* in its table, for messages */
    bool fallback; /* a copy of the English term */
} ts_term;

typedef enum ts_rank { TS_RANK_LABEL, TS_RANK_PLURAL, TS_RANK_SYNONYM } ts_rank;

/* One name of one concept. */
typedef struct ts_name {
    uint64_t order; /* the first eight bytes of `folded`, first byte highest: decides most comparisons */
    const char *folded;
    const char *bare; /* folded without accents; NULL when it has none or is not Latin */
    const char *text; /* as the table writes it */
    ts_concept concept;
    ts_rank rank;
} ts_name;

/* All names of one language. */
typedef struct ts_lexicon {
    const char *table;    /* the file's name, for messages */
    ts_term *terms;       /* one for each concept; NULL when the language was not opened */
    const ts_name *names; /* sorted by folded name, then rank, then concept */
    size_t name_count;
    const ts_concept *name_concepts; /* names[i].concept, so that a run of names is a run of concepts */
} ts_lexicon;

/* Whatever is called by one name in any language. */
typedef struct ts_meaning {
    const char *folded;
    ts_concepts concepts;
} ts_meaning;

typedef struct ts_mapping {
    const char *scheme;
    const char *key;
    ts_concept concept;
    ts_relation relation;
    size_t line; /* in mappings.tsv, for messages */
} ts_mapping;

struct ts_vocab {
    ts_arena *arena;
    ts_concept_row *concepts;
    size_t count;
    ts_concept *by_id; /* all concepts in the order of their ids */
    ts_lexicon lexicons[TS_LANGUAGE_COUNT];
    const ts_meaning *meanings; /* sorted by folded name */
    size_t meaning_count;
    ts_mapping *mappings; /* sorted by scheme and key */
    size_t mapping_count;
    ts_cue *cues; /* in table order */
    size_t cue_count;
};

/* load.c: the rows of concepts.tsv (without resolving parents), then by_id; then mappings.tsv. */
bool ts_vocab_load_concepts(ts_vocab *vocab, const char *dir, ts_error *err);
bool ts_vocab_load_mappings(ts_vocab *vocab, const char *dir, ts_error *err);
/* graph.c: parents, ancestors, depth. */
bool ts_vocab_link(ts_vocab *vocab, ts_error *err);
/* load.c: a field of names joined by bars, cut in place, into the term. */
bool ts_vocab_parse_synonyms(ts_vocab *vocab, const ts_table *table, char *text, ts_term *term,
                             ts_error *err);
/* labels.c: the terms of the languages of the mask, English where a table has none. */
bool ts_vocab_load_labels(ts_vocab *vocab, const char *dir, uint32_t languages, ts_error *err);
/* cues.c: the rows of cues.tsv, if there is one. */
bool ts_vocab_load_cues(ts_vocab *vocab, const char *dir, ts_error *err);
/* names.c: the name index of each opened language; refuses an English label that two concepts of a facet
 * share without saying so. */
bool ts_vocab_index_names(ts_vocab *vocab, ts_error *err);
/* meanings.c: the index over all languages. */
bool ts_vocab_index_meanings(ts_vocab *vocab, ts_error *err);

/* The lexicon that speaks for a language: its own, or the English one where it was not opened. */
const ts_lexicon *ts_vocab_lexicon(const ts_vocab *vocab, ts_language language);
/* A name of the tables folds (fold.c) to at most so many bytes with its NUL. */
#define TS_VOCAB_FOLDED_MAX 512
/* fold.c: a folded Latin name without its accents; false when it has none, is in another script or too long. */
bool ts_vocab_bare(const char *folded, char *bare, size_t size);

/* Fails with "concepts.tsv:LINE: " of that concept. */
bool ts_vocab_fail_at(const ts_vocab *vocab, ts_concept concept, ts_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define TS_CONCEPTS_TABLE "concepts.tsv"
#define TS_MAPPINGS_TABLE "mappings.tsv"
#define TS_CUES_TABLE "cues.tsv"
#define TS_LABELS_TABLE "labels.%s.tsv" /* the language's code */

#endif
