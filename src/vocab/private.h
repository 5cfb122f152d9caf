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
    const char *label;
    const char *plural; /* the label itself when it cannot be counted */
    const char *const *synonyms;
    size_t synonym_count;
    char *parents_text; /* the table's field, until graph.c resolves it */
    ts_concepts parents;
    ts_concepts ancestors;
    size_t line; /* in concepts.tsv, for messages */
    uint32_t flags;
    uint32_t depth;
    ts_facet facet;
} ts_concept_row;

/* One name of one concept. rank: 0 label, 1 plural, 2 synonym. */
typedef struct ts_name {
    const char *folded;
    ts_concept concept;
    uint32_t rank;
} ts_name;

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
    ts_concept *by_id;               /* all concepts in the order of their ids */
    const ts_name *names;            /* sorted by folded name, then rank, then concept; each pair once */
    const ts_concept *name_concepts; /* names[i].concept, so that a run of names is a run of concepts */
    size_t name_count;
    ts_mapping *mappings; /* sorted by scheme and key */
    size_t mapping_count;
};

/* load.c: the rows of concepts.tsv (without resolving parents), then by_id; then mappings.tsv. */
bool ts_vocab_load_concepts(ts_vocab *vocab, const char *dir, ts_error *err);
bool ts_vocab_load_mappings(ts_vocab *vocab, const char *dir, ts_error *err);
/* graph.c: parents, ancestors, depth. */
bool ts_vocab_link(ts_vocab *vocab, ts_error *err);
/* names.c: the name index; refuses a label that two concepts of a facet share without saying so. */
bool ts_vocab_index_names(ts_vocab *vocab, ts_error *err);

/* Fails with "concepts.tsv:LINE: " of that concept. */
bool ts_vocab_fail_at(const ts_vocab *vocab, ts_concept concept, ts_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#define TS_CONCEPTS_TABLE "concepts.tsv"
#define TS_MAPPINGS_TABLE "mappings.tsv"

#endif
