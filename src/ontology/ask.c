/* ontology: looking things up in a scheme. Must not know how it was made. */
#include <string.h>

#include "ontology/private.h"

const char *ts_scheme_name(const ts_scheme *scheme)
{
    return scheme->name;
}

const char *ts_scheme_uri(const ts_scheme *scheme)
{
    return scheme->uri;
}

const char *ts_scheme_version(const ts_scheme *scheme)
{
    return scheme->version;
}

const char *ts_scheme_title(const ts_scheme *scheme, const char *language)
{
    for (size_t i = 0; i < scheme->title_count; i++)
        if (ts_language_fits(scheme->titles[i].language, language)) return scheme->titles[i].text;
    return scheme->title_count ? scheme->titles[0].text : scheme->name;
}

size_t ts_scheme_count(const ts_scheme *scheme)
{
    return scheme->count;
}

ts_entry *ts_scheme_at(const ts_scheme *scheme, size_t index)
{
    return scheme->entries[index];
}

size_t ts_scheme_notes(const ts_scheme *scheme, const char *const **notes)
{
    *notes = scheme->notes;
    return scheme->note_count;
}

ts_entry *ts_scheme_find(const ts_scheme *scheme, const char *id)
{
    size_t at = ts_map_find(&scheme->by_id, id);
    return at == TS_MAP_NONE ? NULL : scheme->entries[at];
}

/* ---- by what a person types ------------------------------------------------------------------------ */

typedef struct search {
    ts_entry *found;
    const ts_entry *other; /* a second one */
} search;

static void take(search *s, ts_entry *entry)
{
    if (!s->found) s->found = entry;
    else if (s->found != entry) s->other = entry;
}

static void by_notation(const ts_scheme *scheme, const char *text, search *s)
{
    for (size_t i = 0; i < scheme->count; i++) {
        ts_entry *entry = scheme->entries[i];
        for (size_t k = 0; k < entry->word_count; k++)
            if (entry->words[k].kind == TS_WORDS_NOTATION && strcmp(entry->words[k].text, text) == 0)
                take(s, entry);
    }
}

/* The first of the names that are not before `folded`. */
static size_t first_name(const ts_scheme *scheme, const char *folded)
{
    size_t low = 0, high = scheme->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(scheme->names[middle].folded, folded) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static void by_name(const ts_scheme *scheme, const char *text, search *s)
{
    char folded[512];
    if (!ts_vocab_fold(text, folded, sizeof folded)) return;
    for (size_t i = first_name(scheme, folded); i < scheme->name_count; i++) {
        if (strcmp(scheme->names[i].folded, folded) != 0) break;
        take(s, scheme->names[i].entry);
    }
}

ts_entry *ts_scheme_resolve(const ts_scheme *scheme, const char *text, ts_error *err)
{
    search s = {.found = ts_scheme_find(scheme, text)};
    if (!s.found) by_notation(scheme, text, &s);
    if (!s.found) by_name(scheme, text, &s);
    if (s.found && !s.other) return s.found;
    if (s.found) {
        (void)ts_fail(err, TS_CONFLICT, "several concepts of %s are called \"%.80s\"", scheme->name, text);
        (void)ts_hint(err, "name it by its id, such as %.150s", s.found->id);
    } else {
        (void)ts_fail(err, TS_NOT_FOUND, "%s has no concept \"%.100s\"", scheme->name, text);
        (void)ts_hint(err, "tagsmith vocab export %s lists them", scheme->name);
    }
    return NULL;
}

/* ---- labels ---------------------------------------------------------------------------------------- */

const char *ts_entry_first(const ts_entry *entry, ts_words_kind kind)
{
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == kind) return entry->words[i].text;
    return NULL;
}

static const char *label_in(const ts_entry *entry, ts_words_kind kind, const char *language)
{
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == kind && ts_language_fits(entry->words[i].language, language))
            return entry->words[i].text;
    return NULL;
}

const char *ts_entry_label(const ts_scheme *scheme, const ts_entry *entry, const char *language)
{
    (void)scheme;
    const char *const languages[] = {language, "en", ""};
    for (size_t i = 0; i < 3; i++) {
        const char *label = label_in(entry, TS_WORDS_RENAMED, languages[i]);
        if (!label) label = label_in(entry, TS_WORDS_LABEL, languages[i]);
        if (label) return label;
    }
    static const ts_words_kind rest[] = {TS_WORDS_RENAMED, TS_WORDS_LABEL, TS_WORDS_NOTATION};
    for (size_t i = 0; i < 3; i++)
        if (ts_entry_first(entry, rest[i])) return ts_entry_first(entry, rest[i]);
    return entry->id;
}

size_t ts_entry_path(const ts_scheme *scheme, const ts_entry *entry,
                     const ts_entry *path[TS_SCHEME_DEPTH_MAX])
{
    (void)scheme;
    size_t count = 0;
    for (const ts_entry *e = entry->up; e && count < TS_SCHEME_DEPTH_MAX; e = e->up)
        if (!e->hidden) path[count++] = e;
    for (size_t i = 0; i < count / 2; i++) {
        const ts_entry *swap = path[i];
        path[i] = path[count - 1 - i];
        path[count - 1 - i] = swap;
    }
    return count;
}

/* ---- from names to core concepts -------------------------------------------------------------------- */

typedef struct gather {
    const ts_scheme *scheme;
    void (*found)(void *context, const char *core);
    void *context;
    unsigned depth;
} gather;

size_t ts_scheme_first_below(const ts_scheme *scheme, const ts_entry *up)
{
    size_t low = 0, high = scheme->below_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scheme->below[middle]->up < up) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* No deeper than TS_SCHEME_DEPTH_MAX, which sealing has seen to. */
static void gather_entry(gather *g, const ts_entry *entry)
{
    if (entry->never) return;
    for (size_t i = 0; i < entry->match_count; i++)
        if (entry->matches[i].state == TS_MATCH_CONFIRMED) g->found(g->context, entry->matches[i].core);
    for (size_t i = ts_scheme_first_below(g->scheme, entry); i < g->scheme->below_count; i++) {
        if (g->scheme->below[i]->up != entry) break;
        gather_entry(g, g->scheme->below[i]);
    }
}

void ts_scheme_search(const ts_scheme *scheme, const char *name,
                      void (*found)(void *context, const char *core), void *context)
{
    gather g = {scheme, found, context, 0};
    char folded[512];
    if (!ts_vocab_fold(name, folded, sizeof folded)) return;
    for (size_t i = first_name(scheme, folded); i < scheme->name_count; i++) {
        if (strcmp(scheme->names[i].folded, folded) != 0) break;
        if (i > 0 && scheme->names[i - 1].entry == scheme->names[i].entry &&
            strcmp(scheme->names[i - 1].folded, folded) == 0)
            continue;
        gather_entry(&g, scheme->names[i].entry);
    }
}
