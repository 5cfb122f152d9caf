/* ontology: a scheme and its entries while they are put together. Must not know any file format.
 *
 * A scheme is plain data in one arena: entries in the order in which they were first spoken of, each with its words, its
 * links by id and its matches by core concept. Whoever reads a file only calls the adders below, which hold every limit and
 * check every text, so that no format can bring in more than another. seal.c then checks the whole and makes the indexes
 * that questions need. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ontology/private.h"

bool ts_scheme_name_is_fine(const char *name, ts_error *err)
{
    static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    bool ok = strspn(name, first) > 0 && strlen(name) <= 64 && strspn(name, rest) == strlen(name);
    return ok || ts_fail(err, TS_USAGE,
                         "a scheme's name has 1 to 64 small letters, digits, dashes and underscores");
}

ts_scheme *ts_scheme_new(const char *name, ts_error *err)
{
    if (!ts_scheme_name_is_fine(name, err)) return NULL;
    ts_scheme *scheme = calloc(1, sizeof *scheme);
    if (scheme) scheme->arena = ts_arena_new(0);
    if (scheme && scheme->arena) {
        scheme->name = ts_arena_strdup(scheme->arena, name);
        scheme->uri = scheme->version = "";
        if (scheme->name) return scheme;
    }
    ts_scheme_free(scheme);
    (void)ts_fail_memory(err);
    return NULL;
}

void ts_scheme_free(ts_scheme *scheme)
{
    if (!scheme) return;
    ts_arena_free(scheme->arena);
    free(scheme);
}

/* ---- about the whole ------------------------------------------------------------------------------- */

static bool copy_text(ts_scheme *scheme, const char *text, const char **out, ts_error *err)
{
    *out = ts_arena_strdup(scheme->arena, text);
    return *out || ts_fail_memory(err);
}

bool ts_scheme_set_uri(ts_scheme *scheme, const char *uri, ts_error *err)
{
    return ts_check_text(uri, TS_SCHEME_ID_MAX, false, "the scheme's address", err) &&
           copy_text(scheme, uri, &scheme->uri, err);
}

bool ts_scheme_set_version(ts_scheme *scheme, const char *version, ts_error *err)
{
    return ts_check_text(version, TS_SCHEME_ID_MAX, false, "the scheme's version", err) &&
           copy_text(scheme, version, &scheme->version, err);
}

/* Blanks at the ends mean nothing to anybody, nor do line ends within a label. In the arena, or NULL. */
static char *tidied(ts_scheme *scheme, const char *text, bool lines)
{
    static const char blanks[] = " \t\r\n";
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1])) length--;
    char *copy = ts_arena_strndup(scheme->arena, text, length);
    for (char *c = copy; c && !lines && *c; c++)
        if (strchr("\t\r\n", *c)) *c = ' ';
    return copy;
}

static bool add_words(ts_scheme *scheme, ts_words **list, size_t *count, const ts_words *words, ts_error *err)
{
    ts_words *larger = ts_grow(scheme->arena, *list, *count, sizeof **list);
    if (!larger) return ts_fail_memory(err);
    larger[(*count)++] = *words;
    *list = larger;
    scheme->sealed = false;
    return true;
}

bool ts_scheme_add_title(ts_scheme *scheme, const char *language, const char *text, ts_error *err)
{
    const char *tag = ts_language_tag(scheme->arena, language, strlen(language), err);
    text = tidied(scheme, text, false);
    if (!text) return ts_fail_memory(err);
    if (!tag || !ts_check_text(text, TS_SCHEME_TEXT_MAX, false, "the scheme's title", err)) return false;
    for (size_t i = 0; i < scheme->title_count; i++)
        if (strcmp(scheme->titles[i].language, tag) == 0) return true;
    if (scheme->title_count == TS_SCHEME_LINKS_MAX)
        return ts_fail(err, TS_CONFIG, "the scheme has too many titles");
    return add_words(scheme, &scheme->titles, &scheme->title_count,
                     &(ts_words){.language = tag, .text = text}, err);
}

bool ts_scheme_note(ts_scheme *scheme, const char *format, ...)
{
    char text[TS_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char **larger = ts_grow(scheme->arena, scheme->notes, scheme->note_count, sizeof *larger);
    char *copy = ts_arena_strdup(scheme->arena, text);
    if (!larger || !copy) return false;
    larger[scheme->note_count++] = copy;
    scheme->notes = larger;
    return true;
}

/* ---- entries --------------------------------------------------------------------------------------- */

static bool check_id(const char *id, ts_error *err)
{
    if (!ts_check_text(id, TS_SCHEME_ID_MAX, false, "a concept's id", err)) return false;
    bool blank = id[0] == ' ' || id[strlen(id) - 1] == ' ';
    return !blank || ts_fail(err, TS_CONFIG, "the id \"%.60s\" has a blank at its end", id);
}

ts_entry *ts_scheme_add(ts_scheme *scheme, const char *id, ts_error *err)
{
    ts_entry *entry = ts_scheme_find(scheme, id);
    if (entry) return entry;
    if (!check_id(id, err)) return NULL;
    if (scheme->count == TS_SCHEME_ENTRIES_MAX) {
        (void)ts_fail(err, TS_TOO_LARGE, "the scheme has more than %d concepts", TS_SCHEME_ENTRIES_MAX);
        return NULL;
    }
    ts_entry **larger = ts_grow(scheme->arena, scheme->entries, scheme->count, sizeof *larger);
    entry = TS_NEW(scheme->arena, ts_entry);
    char *copy = ts_arena_strdup(scheme->arena, id);
    if (!larger || !entry || !copy || !ts_map_put(&scheme->by_id, scheme->arena, copy, scheme->count)) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    *entry = (ts_entry){.id = copy, .threshold = -1};
    larger[scheme->count++] = entry;
    scheme->entries = larger;
    scheme->sealed = false;
    return entry;
}

/* A language has one label; which of two is meant nobody can tell but the file's author. */
static bool check_single(const ts_entry *entry, const ts_words *words, ts_error *err)
{
    if (ts_words_docs[words->kind].listed) return true;
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *old = &entry->words[i];
        if (old->kind == words->kind && strcmp(old->language, words->language) == 0)
            return ts_fail(err, TS_CONFIG,
                           "%.100s has two labels in the language \"%s\": \"%.60s\" and \"%.60s\"", entry->id,
                           words->language, old->text, words->text);
    }
    return true;
}

static bool has_words(const ts_entry *entry, const ts_words *words)
{
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *old = &entry->words[i];
        if (old->kind == words->kind && strcmp(old->language, words->language) == 0 &&
            strcmp(old->text, words->text) == 0)
            return true;
    }
    return false;
}

bool ts_entry_add_words(ts_scheme *scheme, ts_entry *entry, ts_words_kind kind, const char *language,
                        const char *text, ts_error *err)
{
    bool note = kind >= TS_WORDS_DEFINITION && kind <= TS_WORDS_NOTE;
    if (!ts_words_docs[kind].spoken) language = "";
    ts_words words = {.kind = kind, .text = tidied(scheme, text, note)};
    if (!words.text) return ts_fail_memory(err);
    words.language = ts_language_tag(scheme->arena, language, strlen(language), err);
    if (!words.language ||
        !ts_check_text(words.text, TS_SCHEME_TEXT_MAX, note, ts_words_docs[kind].column, err))
        return false;
    if (has_words(entry, &words)) return true;
    if (!check_single(entry, &words, err)) return false;
    if (entry->word_count == TS_SCHEME_WORDS_MAX)
        return ts_fail(err, TS_CONFIG, "%.100s has more than %d labels and notes", entry->id,
                       TS_SCHEME_WORDS_MAX);
    return add_words(scheme, &entry->words, &entry->word_count, &words, err);
}

/* ---- links ----------------------------------------------------------------------------------------- */

static bool add_link(ts_scheme *scheme, const ts_entry *entry, const char ***list, size_t *count,
                     const char *id, ts_error *err)
{
    if (!check_id(id, err)) return false;
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*list)[i], id) == 0) return true;
    if (*count == TS_SCHEME_LINKS_MAX)
        return ts_fail(err, TS_CONFIG, "%.100s has more than %d links", entry->id, TS_SCHEME_LINKS_MAX);
    const char **larger = ts_grow(scheme->arena, *list, *count, sizeof *larger);
    char *copy = ts_arena_strdup(scheme->arena, id);
    if (!larger || !copy) return ts_fail_memory(err);
    larger[(*count)++] = copy;
    *list = larger;
    scheme->sealed = false;
    return true;
}

bool ts_entry_add_broader(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err)
{
    return add_link(scheme, entry, &entry->broader, &entry->broader_count, id, err);
}

bool ts_entry_add_related(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err)
{
    return add_link(scheme, entry, &entry->related, &entry->related_count, id, err);
}

bool ts_entry_set_merged(ts_scheme *scheme, ts_entry *entry, const char *id, ts_error *err)
{
    entry->merged = NULL;
    scheme->sealed = false;
    return !id || (check_id(id, err) && copy_text(scheme, id, &entry->merged, err));
}

static ts_match *match_of(const ts_entry *entry, const char *core)
{
    for (size_t i = 0; i < entry->match_count; i++)
        if (strcmp(entry->matches[i].core, core) == 0) return &entry->matches[i];
    return NULL;
}

static ts_match *add_match(ts_scheme *scheme, ts_entry *entry, const char *core, ts_error *err)
{
    if (!check_id(core, err)) return NULL;
    if (entry->match_count == TS_SCHEME_LINKS_MAX) {
        (void)ts_fail(err, TS_CONFIG, "%.100s has more than %d matches", entry->id, TS_SCHEME_LINKS_MAX);
        return NULL;
    }
    ts_match *larger = ts_grow(scheme->arena, entry->matches, entry->match_count, sizeof *larger);
    char *copy = ts_arena_strdup(scheme->arena, core);
    if (!larger || !copy) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    entry->matches = larger;
    larger[entry->match_count] = (ts_match){.core = copy};
    return &larger[entry->match_count++];
}

bool ts_entry_set_match(ts_scheme *scheme, ts_entry *entry, const char *core, ts_match_relation relation,
                        ts_match_state state, const char *why, ts_error *err)
{
    ts_match *match = match_of(entry, core);
    if (!match) match = add_match(scheme, entry, core, err);
    if (!match) return false;
    match->relation = relation;
    match->state = state;
    match->why = why ? ts_arena_strdup(scheme->arena, why) : NULL;
    scheme->sealed = false;
    return !why || match->why || ts_fail_memory(err);
}
