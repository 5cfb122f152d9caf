/* ontology: the names of things in files, and what may be in a text. Must not know any entry. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ontology/private.h"

#define SKOS(name) TS_SKOS_IRI name

const ts_words_doc ts_words_docs[TS_WORDS_KIND_COUNT] = {
    [TS_WORDS_NOTATION] = {"notation", SKOS("notation"), true, false, false},
    [TS_WORDS_LABEL] = {"label", SKOS("prefLabel"), false, true, true},
    [TS_WORDS_SYNONYM] = {"synonyms", SKOS("altLabel"), true, true, true},
    [TS_WORDS_MISSPELT] = {"hidden_labels", SKOS("hiddenLabel"), true, true, true},
    [TS_WORDS_DEFINITION] = {"definition", SKOS("definition"), true, true, false},
    [TS_WORDS_SCOPE_NOTE] = {"scope_note", SKOS("scopeNote"), true, true, false},
    [TS_WORDS_NOTE] = {"note", SKOS("note"), true, true, false},
    [TS_WORDS_RENAMED] = {"renamed", TS_TERM_IRI "renamed", false, true, true},
    [TS_WORDS_OWN_SYNONYM] = {"own_synonyms", TS_TERM_IRI "ownSynonym", true, true, true},
};

static const char *const relations[TS_MATCH_RELATION_COUNT] = {"exact", "close", "broader", "narrower"};
static const char *const states[TS_MATCH_STATE_COUNT] = {"confirmed", "proposed", "rejected"};

static bool find_name(const char *const *names, int count, const char *name, int *index)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], name) != 0) continue;
        *index = i;
        return true;
    }
    return false;
}

const char *ts_match_relation_name(ts_match_relation relation)
{
    return relations[relation];
}

bool ts_match_relation_find(const char *name, ts_match_relation *relation)
{
    int index;
    if (!find_name(relations, TS_MATCH_RELATION_COUNT, name, &index)) return false;
    *relation = (ts_match_relation)index;
    return true;
}

const char *ts_match_state_name(ts_match_state state)
{
    return states[state];
}

bool ts_match_state_find(const char *name, ts_match_state *state)
{
    int index;
    if (!find_name(states, TS_MATCH_STATE_COUNT, name, &index)) return false;
    *state = (ts_match_state)index;
    return true;
}

/* Letters, then parts of letters and digits, as Turtle has them. */
static bool is_language(const char *text, size_t length)
{
    bool first = true;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        bool between = i > 0 && i + 1 < length && text[i - 1] != '-';
        if (c == '-' && between) first = false;
        else if (!isalpha(c) && (first || !isdigit(c))) return false;
    }
    return length <= TS_SCHEME_LANGUAGE_MAX;
}

const char *ts_language_tag(ts_arena *arena, const char *text, size_t length, ts_error *err)
{
    if (!is_language(text, length)) {
        (void)ts_fail(err, TS_CONFIG, "\"%.*s\" is no language tag", (int)(length < 40 ? length : 40), text);
        (void)ts_hint(err, "write a language as en, de or pt-br");
        return NULL;
    }
    char *tag = ts_arena_strndup(arena, text, length);
    if (!tag) (void)ts_fail_memory(err);
    for (char *c = tag; c && *c; c++) *c = (char)tolower((unsigned char)*c);
    return tag;
}

bool ts_language_fits(const char *tag, const char *wanted)
{
    size_t length = strlen(wanted);
    if (length == 0) return tag[0] == '\0';
    return strncmp(tag, wanted, length) == 0 && (tag[length] == '\0' || tag[length] == '-');
}

bool ts_check_text(const char *text, size_t most, bool lines, const char *what, ts_error *err)
{
    size_t length = strlen(text);
    if (length == 0) return ts_fail(err, TS_CONFIG, "%s is empty", what);
    if (length > most) return ts_fail(err, TS_CONFIG, "%s has more than %zu bytes", what, most);
    if (!ts_utf8_valid(text, length)) return ts_fail(err, TS_CONFIG, "%s is no UTF-8", what);
    for (const char *c = text; *c; c++) {
        bool odd =
            ((unsigned char)*c < 0x20 && !(lines && (*c == '\n' || *c == '\t' || *c == '\r'))) || *c == 0x7F;
        if (odd)
            return ts_fail(err, TS_CONFIG, "%s holds the control character 0x%02x", what,
                           (unsigned)(unsigned char)*c);
    }
    return true;
}

void ts_put_share(float value, char text[TS_SHARE_SIZE])
{
    for (int digits = 1; digits <= 9; digits++) {
        (void)snprintf(text, TS_SHARE_SIZE, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) return;
    }
}
