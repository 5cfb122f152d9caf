/* vocab: what concepts are called in languages other than English. Must not know what the names are for. */
#include <string.h>

#include "base/file.h"
#include "vocab/private.h"

enum { COL_ID, COL_LABEL, COL_PLURAL, COL_SYNONYMS, LABEL_COLUMNS };
static const char *const label_columns[LABEL_COLUMNS] = {"id", "label", "plural", "synonyms"};

/* All tables are in the order of the ids, so the next row is nearly always the next concept. */
static ts_concept find_near(const ts_vocab *vocab, const char *id, ts_concept guess)
{
    if (guess < vocab->count && strcmp(vocab->concepts[guess].id, id) == 0) return guess;
    return ts_vocab_find(vocab, id);
}

static bool fill_term(ts_vocab *vocab, ts_lexicon *lexicon, const ts_table *table, char **fields,
                      ts_concept *guess, ts_error *err)
{
    ts_concept concept = find_near(vocab, fields[COL_ID], *guess);
    if (concept == TS_CONCEPT_NONE)
        return ts_table_fail(table, table->line, err, "there is no concept \"%s\"", fields[COL_ID]);
    *guess = concept + 1;
    ts_term *term = &lexicon->terms[concept];
    if (!term->fallback)
        return ts_table_fail(table, table->line, err, "%s stands in the table twice", fields[COL_ID]);
    if (fields[COL_LABEL][0] == '\0')
        return ts_table_fail(table, table->line, err, "%s has no label", fields[COL_ID]);
    *term = (ts_term){.label = fields[COL_LABEL], .line = table->line};
    if (fields[COL_PLURAL][0] != '\0') term->plural = fields[COL_PLURAL];
    return ts_vocab_parse_synonyms(vocab, table, fields[COL_SYNONYMS], term, err);
}

static bool start_with_english(ts_vocab *vocab, ts_lexicon *lexicon, ts_error *err)
{
    lexicon->terms = TS_NEW_ARRAY(vocab->arena, vocab->count, ts_term);
    if (!lexicon->terms) return ts_fail_memory(err);
    memcpy(lexicon->terms, vocab->lexicons[TS_LANGUAGE_EN].terms, vocab->count * sizeof *lexicon->terms);
    for (size_t i = 0; i < vocab->count; i++) lexicon->terms[i].fallback = true;
    return true;
}

static bool load_language(ts_vocab *vocab, const char *dir, ts_language language, ts_error *err)
{
    const char *name = ts_arena_printf(vocab->arena, TS_LABELS_TABLE, ts_language_code(language));
    const char *path = name ? ts_path_join(vocab->arena, dir, name) : NULL;
    if (!path) return ts_fail_memory(err);
    if (!ts_file_exists(path)) return true; /* a vocabulary need not speak every language */
    ts_lexicon *lexicon = &vocab->lexicons[language];
    lexicon->table = name;
    ts_table table;
    if (!ts_table_open(&table, vocab->arena, dir, name, label_columns, LABEL_COLUMNS, err) ||
        !start_with_english(vocab, lexicon, err))
        return false;
    char *fields[LABEL_COLUMNS];
    ts_table_row read;
    ts_concept guess = 0;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!fill_term(vocab, lexicon, &table, fields, &guess, err)) return false;
    return read == TS_TABLE_END;
}

bool ts_vocab_load_labels(ts_vocab *vocab, const char *dir, uint32_t languages, ts_error *err)
{
    for (unsigned i = 0; i < TS_LANGUAGE_COUNT; i++) {
        if (i == TS_LANGUAGE_EN || !(languages & TS_LANGUAGE_BIT(i))) continue;
        if (!load_language(vocab, dir, (ts_language)i, err)) return false;
    }
    return true;
}
