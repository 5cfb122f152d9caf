/* vocab: turning table rows into concepts and mappings. Must not follow parents (graph.c does). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocab/private.h"

static const struct {
    const char *name;
    uint32_t bit;
} flag_names[] = {
    {"dull", TS_CONCEPT_DULL},     {"fine", TS_CONCEPT_FINE},       {"risky", TS_CONCEPT_RISKY},
    {"hidden", TS_CONCEPT_HIDDEN}, {"homonym", TS_CONCEPT_HOMONYM},
};

static const char *const relation_names[] = {"exact", "narrower", "broader"};

static bool is_slug_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* "facet/slug" with a known facet; the slug lower-case ASCII words joined by single hyphens. */
static bool parse_id(const char *id, ts_facet *facet)
{
    const char *slash = strchr(id, '/');
    char name[16];
    if (!slash || (size_t)(slash - id) >= sizeof name) return false;
    memcpy(name, id, (size_t)(slash - id));
    name[slash - id] = '\0';
    if (!ts_facet_find(name, facet)) return false;
    char previous = '-';
    for (const char *s = slash + 1; *s != '\0'; s++) {
        if (!is_slug_char(*s) || (*s == '-' && previous == '-')) return false;
        previous = *s;
    }
    return previous != '-';
}

static bool parse_flags(const ts_table *table, char *text, uint32_t *flags, ts_error *err)
{
    char *rest = text[0] != '\0' ? text : NULL;
    for (char *name; (name = strsep(&rest, ",")) != NULL;) {
        size_t i = 0;
        while (i < sizeof flag_names / sizeof *flag_names && strcmp(name, flag_names[i].name) != 0) i++;
        if (i == sizeof flag_names / sizeof *flag_names)
            return ts_table_fail(table, table->line, err, "unknown flag \"%s\"", name);
        *flags |= flag_names[i].bit;
    }
    return true;
}

bool ts_vocab_parse_synonyms(ts_vocab *vocab, const ts_table *table, char *text, ts_term *term, ts_error *err)
{
    const char *found[TS_VOCAB_SYNONYMS_MAX];
    size_t count = 0;
    char *rest = text[0] != '\0' ? text : NULL;
    for (char *name; (name = strsep(&rest, "|")) != NULL;) {
        if (*name == '\0') return ts_table_fail(table, table->line, err, "an empty synonym");
        if (count == TS_VOCAB_SYNONYMS_MAX)
            return ts_table_fail(table, table->line, err, "more than %d synonyms", TS_VOCAB_SYNONYMS_MAX);
        found[count++] = name;
    }
    if (count == 0) return true;
    const char **names = TS_NEW_ARRAY(vocab->arena, count, const char *);
    if (!names) return ts_fail_memory(err);
    memcpy(names, found, count * sizeof *names);
    term->synonyms = names;
    term->synonym_count = count;
    return true;
}

enum { COL_ID, COL_LABEL, COL_PLURAL, COL_PARENTS, COL_SYNONYMS, COL_FLAGS, CONCEPT_COLUMNS };
static const char *const concept_columns[CONCEPT_COLUMNS] = {"id",      "label",    "plural",
                                                             "parents", "synonyms", "flags"};

static bool fill_concept(ts_vocab *vocab, const ts_table *table, char **fields, ts_error *err)
{
    ts_concept_row *row = &vocab->concepts[vocab->count];
    ts_term *term = &vocab->lexicons[TS_LANGUAGE_EN].terms[vocab->count];
    *row = (ts_concept_row){.id = fields[COL_ID]};
    *term = (ts_term){.label = fields[COL_LABEL], .line = table->line};
    if (!parse_id(row->id, &row->facet))
        return ts_table_fail(table, table->line, err, "\"%s\" is no id of the form facet/slug", row->id);
    if (term->label[0] == '\0') return ts_table_fail(table, table->line, err, "%s has no label", row->id);
    if (fields[COL_PLURAL][0] != '\0') term->plural = fields[COL_PLURAL];
    row->parents_text = fields[COL_PARENTS];
    if (!ts_vocab_parse_synonyms(vocab, table, fields[COL_SYNONYMS], term, err)) return false;
    if (!parse_flags(table, fields[COL_FLAGS], &row->flags, err)) return false;
    vocab->count++;
    return true;
}

typedef struct id_entry {
    const char *id;
    ts_concept concept;
} id_entry;

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const id_entry *)a)->id, ((const id_entry *)b)->id);
}

static bool index_ids(ts_vocab *vocab, ts_error *err)
{
    bool ok = false;
    id_entry *entries = calloc(vocab->count, sizeof *entries);
    vocab->by_id = TS_NEW_ARRAY(vocab->arena, vocab->count, ts_concept);
    if (!entries || !vocab->by_id) {
        (void)ts_fail_memory(err);
        goto done;
    }
    for (size_t i = 0; i < vocab->count; i++) entries[i] = (id_entry){vocab->concepts[i].id, (ts_concept)i};
    qsort(entries, vocab->count, sizeof *entries, compare_ids);
    for (size_t i = 0; i < vocab->count; i++) {
        vocab->by_id[i] = entries[i].concept;
        if (i == 0 || strcmp(entries[i - 1].id, entries[i].id) != 0) continue;
        ts_concept a = entries[i - 1].concept, b = entries[i].concept;
        (void)ts_vocab_fail_at(vocab, a > b ? a : b, err, "%s stands in the table twice", entries[i].id);
        goto done;
    }
    ok = true;
done:
    free(entries);
    return ok;
}

bool ts_vocab_load_concepts(ts_vocab *vocab, const char *dir, ts_error *err)
{
    ts_table table;
    if (!ts_table_open(&table, vocab->arena, dir, TS_CONCEPTS_TABLE, concept_columns, CONCEPT_COLUMNS, err))
        return false;
    size_t rows = ts_table_rows_left(&table);
    vocab->concepts = TS_NEW_ARRAY(vocab->arena, rows, ts_concept_row);
    ts_lexicon *english = &vocab->lexicons[TS_LANGUAGE_EN];
    english->table = TS_CONCEPTS_TABLE;
    english->terms = TS_NEW_ARRAY(vocab->arena, rows, ts_term);
    if (!vocab->concepts || !english->terms) return ts_fail_memory(err);
    char *fields[CONCEPT_COLUMNS];
    ts_table_row read;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!fill_concept(vocab, &table, fields, err)) return false;
    if (read == TS_TABLE_ERROR) return false;
    if (vocab->count == 0) return ts_table_fail(&table, table.line, err, "no concept at all");
    return index_ids(vocab, err);
}

static int compare_mappings(const void *a, const void *b)
{
    const ts_mapping *x = a, *y = b;
    int order = strcmp(x->scheme, y->scheme);
    return order != 0 ? order : strcmp(x->key, y->key);
}

enum { COL_SCHEME, COL_KEY, COL_CONCEPT, COL_RELATION, MAPPING_COLUMNS };
static const char *const mapping_columns[MAPPING_COLUMNS] = {"scheme", "key", "concept", "relation"};

static bool fill_mapping(ts_vocab *vocab, const ts_table *table, char **fields, ts_error *err)
{
    ts_mapping *row = &vocab->mappings[vocab->mapping_count];
    *row = (ts_mapping){.scheme = fields[COL_SCHEME], .key = fields[COL_KEY], .line = table->line};
    if (row->scheme[0] == '\0' || row->key[0] == '\0')
        return ts_table_fail(table, table->line, err, "a mapping needs a scheme and a key");
    row->concept = ts_vocab_find(vocab, fields[COL_CONCEPT]);
    if (row->concept == TS_CONCEPT_NONE)
        return ts_table_fail(table, table->line, err, "there is no concept \"%s\"", fields[COL_CONCEPT]);
    size_t relation = 0;
    while (relation <= TS_RELATION_BROADER && strcmp(fields[COL_RELATION], relation_names[relation]) != 0)
        relation++;
    if (relation > TS_RELATION_BROADER)
        return ts_table_fail(table, table->line, err, "relation \"%s\" is none of exact, narrower, broader",
                             fields[COL_RELATION]);
    row->relation = (ts_relation)relation;
    vocab->mapping_count++;
    return true;
}

bool ts_vocab_load_mappings(ts_vocab *vocab, const char *dir, ts_error *err)
{
    ts_table table;
    if (!ts_table_open(&table, vocab->arena, dir, TS_MAPPINGS_TABLE, mapping_columns, MAPPING_COLUMNS, err))
        return false;
    vocab->mappings = TS_NEW_ARRAY(vocab->arena, ts_table_rows_left(&table), ts_mapping);
    if (!vocab->mappings) return ts_fail_memory(err);
    char *fields[MAPPING_COLUMNS];
    ts_table_row read;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!fill_mapping(vocab, &table, fields, err)) return false;
    if (read == TS_TABLE_ERROR) return false;
    qsort(vocab->mappings, vocab->mapping_count, sizeof *vocab->mappings, compare_mappings);
    for (size_t i = 1; i < vocab->mapping_count; i++) {
        const ts_mapping *a = &vocab->mappings[i - 1], *b = &vocab->mappings[i];
        if (compare_mappings(a, b) == 0)
            return ts_table_fail(&table, a->line > b->line ? a->line : b->line, err, "%s %s is mapped twice",
                                 b->scheme, b->key);
    }
    return true;
}
