/* caption: the grammar tables, and which noun stands for a concept. Must not know sentences. */
#include <stdio.h>
#include <string.h>

#include "caption/private.h"
#include "vocab/table.h"

static const char *const kind_names[TS_KIND_COUNT] = {
    [TS_KIND_THING] = "thing", [TS_KIND_PERSON] = "person",     [TS_KIND_ANIMAL] = "animal",
    [TS_KIND_HELD] = "held",   [TS_KIND_SCENE] = "scene",       [TS_KIND_TIME] = "time",
    [TS_KIND_STYLE] = "style", [TS_KIND_ACTIVITY] = "activity", [TS_KIND_NEVER] = "never",
};

static const struct {
    const char *name;
    uint32_t bit;
} trait_names[] = {
    {"m", TS_TRAIT_M},
    {"f", TS_TRAIT_F},
    {"n", TS_TRAIT_N},
    {"mass", TS_TRAIT_MASS},
    {"plural", TS_TRAIT_PLURAL},
    {"pair", TS_TRAIT_PAIR},
    {"weak", TS_TRAIT_WEAK},
    {"aspirate", TS_TRAIT_ASPIRATE},
    {"stressed", TS_TRAIT_STRESSED},
    {"a", TS_TRAIT_A},
    {"an", TS_TRAIT_AN},
    {"count", TS_TRAIT_COUNT},
};

/* ---- kinds ------------------------------------------------------------------------------------------- */

enum { KIND_NONE = 255 };

static bool read_kind(const ts_table *table, ts_captioner *captioner, char **fields, ts_error *err)
{
    ts_concept concept = ts_vocab_find(captioner->vocab, fields[0]);
    for (unsigned kind = 0; kind < TS_KIND_COUNT; kind++) {
        if (strcmp(fields[1], kind_names[kind]) != 0) continue;
        if (concept == TS_CONCEPT_NONE) return true;
        captioner->kinds[concept] = (uint8_t)kind;
        captioner->silent[concept] = strcmp(fields[2], "heading") == 0;
        captioner->names[concept] = ts_vocab_find(captioner->vocab, fields[3]);
        return true;
    }
    return ts_table_fail(table, table->line, err, "there is no kind \"%s\"", fields[1]);
}

/* What no row names follows its nearest ancestor; without one, its facet decides. Words for people are only said where
 * their own row says so: most of them guess age, sex or calling. */
static ts_kind kind_from_above(const ts_captioner *captioner, const uint8_t *given, ts_concept concept)
{
    if (ts_vocab_facet(captioner->vocab, concept) == TS_FACET_PEOPLE) return TS_KIND_NEVER;
    ts_concepts up = ts_vocab_ancestors(captioner->vocab, concept);
    for (size_t i = 0; i < up.count; i++)
        if (given[up.items[i]] != KIND_NONE) return (ts_kind)given[up.items[i]];
    switch (ts_vocab_facet(captioner->vocab, concept)) {
    case TS_FACET_OBJECT:
        return TS_KIND_THING;
    case TS_FACET_SCENE:
        return TS_KIND_SCENE;
    case TS_FACET_STYLE:
        return TS_KIND_STYLE;
    case TS_FACET_TIME:
        return TS_KIND_TIME;
    default:
        return TS_KIND_NEVER;
    }
}

static bool load_kinds(ts_captioner *captioner, const char *dir, ts_error *err)
{
    static const char *const columns[] = {"id", "kind", "spoken", "names"};
    size_t count = ts_vocab_count(captioner->vocab);
    uint8_t *given = TS_NEW_ARRAY(captioner->arena, count, uint8_t);
    captioner->kinds = TS_NEW_ARRAY(captioner->arena, count, uint8_t);
    captioner->silent = TS_NEW_ARRAY(captioner->arena, count, bool);
    captioner->names = TS_NEW_ARRAY(captioner->arena, count, ts_concept);
    if (!given || !captioner->kinds || !captioner->silent || !captioner->names) return ts_fail_memory(err);
    for (size_t i = 0; i < count; i++) captioner->names[i] = TS_CONCEPT_NONE;
    memset(captioner->kinds, KIND_NONE, count);
    ts_table table;
    if (!ts_table_open(&table, captioner->arena, dir, "grammar.tsv", columns, 4, err)) return false;
    char *fields[4];
    ts_table_row read;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!read_kind(&table, captioner, fields, err)) return false;
    if (read == TS_TABLE_ERROR) return false;
    memcpy(given, captioner->kinds, count);
    for (size_t i = 0; i < count; i++)
        if (given[i] == KIND_NONE)
            captioner->kinds[i] = (uint8_t)kind_from_above(captioner, given, (ts_concept)i);
    return true;
}

/* ---- words ------------------------------------------------------------------------------------------- */

enum { COL_ID, COL_WORD, COL_PLURAL, COL_CLASS, COL_PHRASE, COLUMNS };

static const char *or_null(const char *text)
{
    return text[0] ? text : NULL;
}

/* Space-separated traits; a word that is none is the counter. */
static bool read_class(const ts_table *table, char *text, ts_grammar_row *row, ts_error *err)
{
    char *rest = text[0] ? text : NULL;
    for (char *name; (name = strsep(&rest, " ")) != NULL;) {
        size_t i = 0;
        while (i < sizeof trait_names / sizeof *trait_names && strcmp(name, trait_names[i].name) != 0) i++;
        if (i < sizeof trait_names / sizeof *trait_names) row->traits |= trait_names[i].bit;
        else if ((unsigned char)name[0] >= 0x80 && !row->counter) row->counter = name;
        else return ts_table_fail(table, table->line, err, "there is no class \"%s\"", name);
    }
    return true;
}

static bool read_row(const ts_table *table, ts_captioner *captioner, ts_grammar_row *rows, char **fields,
                     ts_error *err)
{
    ts_concept concept = ts_vocab_find(captioner->vocab, fields[COL_ID]);
    ts_grammar_row row = {.word = or_null(fields[COL_WORD]),
                          .plural = or_null(fields[COL_PLURAL]),
                          .phrase = or_null(fields[COL_PHRASE]),
                          .there = true};
    if (!read_class(table, fields[COL_CLASS], &row, err)) return false;
    if (concept == TS_CONCEPT_NONE) return true; /* the table is ahead of the vocabulary */
    if (rows[concept].there)
        return ts_table_fail(table, table->line, err, "%s stands in the table twice", fields[COL_ID]);
    rows[concept] = row;
    return true;
}

static bool load_language(ts_captioner *captioner, const char *dir, ts_language language, ts_error *err)
{
    static const char *const columns[COLUMNS] = {"id", "word", "plural", "class", "phrase"};
    const char *name = ts_arena_printf(captioner->arena, "grammar.%s.tsv", ts_language_code(language));
    ts_grammar_row *rows = TS_NEW_ARRAY(captioner->arena, ts_vocab_count(captioner->vocab), ts_grammar_row);
    if (!name || !rows) return ts_fail_memory(err);
    ts_table table;
    if (!ts_table_open(&table, captioner->arena, dir, name, columns, COLUMNS, err)) return false;
    char *fields[COLUMNS];
    ts_table_row read;
    while ((read = ts_table_next(&table, fields, err)) == TS_TABLE_ROW)
        if (!read_row(&table, captioner, rows, fields, err)) return false;
    captioner->rows[language] = rows;
    return read == TS_TABLE_END;
}

bool ts_grammar_load(ts_captioner *captioner, const char *dir, uint32_t languages, ts_error *err)
{
    if (!load_kinds(captioner, dir, err)) return false;
    for (unsigned language = 0; language < TS_LANGUAGE_COUNT; language++)
        if ((languages & TS_LANGUAGE_BIT(language)) &&
            !load_language(captioner, dir, (ts_language)language, err))
            return false;
    return true;
}

/* ---- looking up -------------------------------------------------------------------------------------- */

const ts_grammar_row *ts_grammar_row_of(const ts_captioner *captioner, ts_language language,
                                        ts_concept concept)
{
    const ts_grammar_row *row = &captioner->rows[language][concept];
    return row->there ? row : NULL;
}

/* The counter of the concept or of the nearest of those that it is a kind of. */
static const char *counter_of(const ts_captioner *captioner, ts_language language, ts_concept concept)
{
    const ts_grammar_row *rows = captioner->rows[language];
    if (rows[concept].counter) return rows[concept].counter;
    ts_concepts up = ts_vocab_ancestors(captioner->vocab, concept);
    for (size_t i = 0; i < up.count; i++)
        if (rows[up.items[i]].counter) return rows[up.items[i]].counter;
    return NULL;
}

/* With its own name; false when the language has no name, or no gender where it needs one. */
static bool own_noun(const ts_captioner *captioner, ts_language language, ts_concept concept, ts_noun *noun)
{
    const ts_grammar_row *row = &captioner->rows[language][concept];
    bool fallback = false;
    const char *label = ts_vocab_label_in(captioner->vocab, concept, language, &fallback);
    const char *plural = ts_vocab_plural_in(captioner->vocab, concept, language, NULL);
    if (fallback && !row->word) return false;
    if (ts_tongue_of(language)->gendered && !(row->traits & (TS_TRAIT_GENDERS | TS_TRAIT_PLURAL)))
        return false;
    *noun = (ts_noun){.concept = concept, .one = row->word ? row->word : label, .traits = row->traits};
    noun->many = row->plural ? row->plural : row->word ? row->word : plural;
    noun->counter = counter_of(captioner, language, concept);
    if (!ts_vocab_is_countable(captioner->vocab, concept) &&
        !(row->traits & (TS_TRAIT_COUNT | TS_TRAIT_PLURAL)) && !row->plural)
        noun->traits |= TS_TRAIT_MASS;
    return true;
}

bool ts_grammar_noun(const ts_captioner *captioner, ts_language language, ts_concept concept, ts_noun *noun)
{
    if (own_noun(captioner, language, concept, noun)) return true;
    ts_concepts up = ts_vocab_ancestors(captioner->vocab, concept);
    for (size_t i = 0; i < up.count; i++)
        if (own_noun(captioner, language, up.items[i], noun)) return true;
    return false;
}
