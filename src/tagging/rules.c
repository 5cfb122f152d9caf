/* tagging: the rules of a call, filled from words: lines, closed vocabulary, specificity. It must not know where the words
 * come from. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tagging/tagging.h"

/* ---- lines ---------------------------------------------------------------------------------------- */

static bool not_a_line(const char *text, ts_error *err)
{
    (void)ts_fail(err, TS_USAGE, "\"%.60s\" is no threshold", text);
    return ts_hint(err, "say default, a confidence from 0 to 1, or a precision from 1%% to 100%%");
}

/* Digits and one point only: no sign, no exponent, no "nan". */
static bool is_plain_number(const char *text, size_t length)
{
    return length > 0 && strspn(text, "0123456789.") == length &&
           memchr(text, '.', length) == strrchr(text, '.');
}

bool ts_line_parse(const char *text, ts_line *out, ts_error *err)
{
    *out = (ts_line){.kind = TS_LINE_DEFAULT};
    if (strcmp(text, "default") == 0) return true;
    size_t length = strlen(text);
    bool share = length > 0 && text[length - 1] == '%';
    if (share) length--;
    if (length > 20 || !is_plain_number(text, length)) return not_a_line(text, err);
    char *end = NULL;
    double value = strtod(text, &end);
    if (end != text + length) return not_a_line(text, err);
    if (share ? value < 1 || value > 100 : value > 1) return not_a_line(text, err);
    *out = share ? (ts_line){.kind = TS_LINE_PRECISION, .value = (float)(value / 100)}
                 : (ts_line){.kind = TS_LINE_AT, .value = (float)value};
    return true;
}

/* ---- names ---------------------------------------------------------------------------------------- */

static ts_concepts named(const ts_vocab *vocab, const char *name, ts_concept *id)
{
    *id = ts_vocab_find(vocab, name);
    if (*id != TS_CONCEPT_NONE) return (ts_concepts){.items = id, .count = 1};
    return ts_vocab_find_name(vocab, name);
}

/* Finds something like it: what begins so, or, of a longer word that is misspelt, what begins as it does. */
static bool hint_at(const ts_vocab *vocab, const char *name, ts_error *err)
{
    char start[64];
    ts_suggestion found[3];
    size_t count = 0;
    (void)snprintf(start, sizeof start, "%s", name);
    for (size_t length = strlen(start); length >= 3 && count == 0; length--) {
        start[length] = '\0';
        count = ts_vocab_prefix(vocab, TS_LANGUAGE_EN, start, 3, found);
    }
    if (count == 0)
        return ts_hint(err, "concepts stand in vocab/concepts.tsv, as ids (object/dog) or by their names");
    return ts_hint(err, "did you mean %s (%s)?", found[0].name, ts_vocab_id(vocab, found[0].concept));
}

static ts_line *own_line(ts_tag_rules *rules, ts_concept concept, ts_arena *arena)
{
    ts_concept_line *lines = TS_NEW_ARRAY(arena, rules->concept_line_count + 1, ts_concept_line);
    if (!lines) return NULL;
    for (size_t i = 0; i < rules->concept_line_count; i++) lines[i] = rules->concept_lines[i];
    rules->concept_lines = lines;
    for (size_t i = 0; i < rules->concept_line_count; i++)
        if (lines[i].concept == concept) return &lines[i].line;
    lines[rules->concept_line_count].concept = concept;
    return &lines[rules->concept_line_count++].line;
}

bool ts_tag_rules_set_line(ts_tag_rules *rules, const ts_vocab *vocab, const char *name, ts_line line,
                           ts_arena *arena, ts_error *err)
{
    ts_facet facet;
    ts_concept id;
    if (ts_facet_find(name, &facet)) {
        rules->facet_lines[facet] = line;
        return true;
    }
    ts_concepts all = named(vocab, name, &id);
    if (all.count == 0) {
        (void)ts_fail(err, TS_USAGE, "there is no facet and no concept \"%.60s\"", name);
        return hint_at(vocab, name, err);
    }
    for (size_t i = 0; i < all.count; i++) {
        ts_line *own = own_line(rules, all.items[i], arena);
        if (!own) return ts_fail_memory(err);
        *own = line;
    }
    return true;
}

/* ---- the closed vocabulary -------------------------------------------------------------------------- */

bool ts_tag_rules_allow(ts_tag_rules *rules, const ts_vocab *vocab, const char *name, ts_arena *arena,
                        ts_error *err)
{
    ts_concept id;
    ts_concepts all = named(vocab, name, &id);
    if (all.count == 0) {
        (void)ts_fail(err, TS_USAGE, "there is no concept \"%.60s\"", name);
        return hint_at(vocab, name, err);
    }
    /* The rules only borrow the array as constant; this function alone makes and fills it. */
    bool *only = (bool *)(uintptr_t)rules->only;
    if (!only) only = TS_NEW_ARRAY(arena, ts_vocab_count(vocab), bool);
    if (!only) return ts_fail_memory(err);
    for (size_t i = 0; i < all.count; i++) only[all.items[i]] = true;
    rules->only = only;
    return true;
}

static bool allow_line(ts_tag_rules *rules, const ts_vocab *vocab, const char *line, size_t length,
                       ts_arena *arena, ts_error *err)
{
    while (length > 0 && strchr(" \t\r", line[length - 1])) length--;
    while (length > 0 && strchr(" \t", line[0])) {
        line++;
        length--;
    }
    if (length == 0 || line[0] == '#') return true;
    const char *name = ts_arena_strndup(arena, line, length);
    if (!name) return ts_fail_memory(err);
    return ts_tag_rules_allow(rules, vocab, name, arena, err);
}

bool ts_tag_rules_allow_list(ts_tag_rules *rules, const ts_vocab *vocab, const char *text, ts_arena *arena,
                             ts_error *err)
{
    size_t number = 1;
    for (const char *line = text; *line; number++) {
        size_t length = strcspn(line, "\n");
        if (!allow_line(rules, vocab, line, length, arena, err))
            return ts_fail_prefix(err, "line %zu", number);
        line += length + (line[length] == '\n');
    }
    return rules->only || ts_fail(err, TS_USAGE, "the list of words is empty");
}

/* ---- what nobody here can answer -------------------------------------------------------------------- */

static bool is_age_or_sex(const ts_vocab *vocab, ts_concept concept)
{
    static const char *const tops[] = {"people/adult", "people/child", "people/teenager", "people/man",
                                       "people/woman"};
    for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
        ts_concept top = ts_vocab_find(vocab, tops[i]);
        if (top != TS_CONCEPT_NONE && (top == concept || ts_vocab_is_ancestor(vocab, top, concept)))
            return true;
    }
    return false;
}

const char *ts_tag_rules_unanswered(const ts_tag_rules *rules, const ts_vocab *vocab)
{
    bool asked = false;
    for (size_t i = 0; i < rules->concept_line_count; i++)
        asked |= is_age_or_sex(vocab, rules->concept_lines[i].concept);
    for (ts_concept c = 0; rules->only && !asked && c < ts_vocab_count(vocab); c++)
        asked = rules->only[c] && is_age_or_sex(vocab, c);
    return asked
               ? "no core model tells how old somebody is, or man from woman: people/child, people/adult and "
                 "what is below them are asked for and will not be said"
               : NULL;
}

/* ---- specificity ------------------------------------------------------------------------------------ */

static const char *const specificities[TS_SPECIFICITY_COUNT] = {
    [TS_SPECIFICITY_NATURAL] = "natural", [TS_SPECIFICITY_LEAF] = "leaf", [TS_SPECIFICITY_ALL] = "all"};

const char *ts_specificity_name(ts_specificity specificity)
{
    return specificities[specificity];
}

bool ts_specificity_find(const char *name, ts_specificity *out)
{
    for (int i = 0; i < TS_SPECIFICITY_COUNT; i++) {
        if (strcmp(specificities[i], name) != 0) continue;
        *out = (ts_specificity)i;
        return true;
    }
    return false;
}
