/* ontology: the user's own settings: how they go over to a newer edition, and taking an entry apart. */
#include <string.h>

#include "ontology/private.h"

static bool is_own(ts_words_kind kind)
{
    return kind == TS_WORDS_RENAMED || kind == TS_WORDS_OWN_SYNONYM;
}

void ts_entry_drop_words(ts_entry *entry, ts_words_kind kind, const char *language)
{
    size_t kept = 0;
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *words = &entry->words[i];
        bool dropped = words->kind == kind && (!language || strcmp(words->language, language) == 0);
        if (!dropped) entry->words[kept++] = *words;
    }
    entry->word_count = kept;
}

static bool has_match(const ts_entry *entry, const char *core)
{
    for (size_t i = 0; i < entry->match_count; i++)
        if (strcmp(entry->matches[i].core, core) == 0) return true;
    return false;
}

static bool has_words(const ts_entry *entry, ts_words_kind kind, const char *language)
{
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == kind && strcmp(entry->words[i].language, language) == 0) return true;
    return false;
}

/* What the file itself says goes first: it may be an export that somebody has worked on. */
static bool take_entry(ts_scheme *fresh, ts_entry *to, const ts_entry *from, ts_error *err)
{
    for (size_t i = 0; i < from->word_count; i++) {
        const ts_words *words = &from->words[i];
        bool there = words->kind == TS_WORDS_RENAMED && has_words(to, words->kind, words->language);
        if (is_own(words->kind) && !there &&
            !ts_entry_add_words(fresh, to, words->kind, words->language, words->text, err))
            return false;
    }
    for (size_t i = 0; i < from->match_count; i++) {
        const ts_match *match = &from->matches[i];
        if (!has_match(to, match->core) &&
            !ts_entry_set_match(fresh, to, match->core, match->relation, match->state, NULL, err))
            return false;
    }
    to->hidden = to->hidden || from->hidden;
    to->never = to->never || from->never;
    if (to->threshold < 0) to->threshold = from->threshold;
    return to->merged || ts_entry_set_merged(fresh, to, from->merged, err);
}

static bool has_settings(const ts_entry *entry)
{
    bool any = entry->hidden || entry->never || entry->threshold >= 0 || entry->merged || entry->match_count;
    for (size_t i = 0; i < entry->word_count; i++) any = any || is_own(entry->words[i].kind);
    return any;
}

bool ts_scheme_take_over(ts_scheme *fresh, const ts_scheme *old, ts_error *err)
{
    size_t lost = 0;
    const char *first = NULL;
    for (size_t i = 0; i < old->count; i++) {
        const ts_entry *from = old->entries[i];
        ts_entry *to = ts_scheme_find(fresh, from->id);
        if (to && !take_entry(fresh, to, from, err)) return false;
        if (!to && has_settings(from) && lost++ == 0) first = from->id;
    }
    if (lost)
        (void)ts_scheme_note(fresh,
                             "%zu concepts with matches or settings of yours are gone, the first is %.120s",
                             lost, first);
    fresh->sealed = false;
    return true;
}

static bool move_match(ts_scheme *scheme, ts_entry *from, ts_entry *to, const char *core, ts_error *err)
{
    for (size_t i = 0; i < from->match_count; i++) {
        const ts_match match = from->matches[i];
        if (strcmp(match.core, core) != 0) continue;
        memmove(&from->matches[i], &from->matches[i + 1],
                (from->match_count - i - 1) * sizeof *from->matches);
        from->match_count--;
        return ts_entry_set_match(scheme, to, core, match.relation, match.state, NULL, err);
    }
    return ts_fail(err, TS_USAGE, "%.100s does not match %.80s", from->id, core);
}

bool ts_entry_split(ts_scheme *scheme, ts_entry *entry, const char *id, const char *label,
                    const char *const *core, size_t count, ts_error *err)
{
    if (count == 0) return ts_fail(err, TS_USAGE, "which core concepts go to the new one?");
    if (ts_scheme_find(scheme, id))
        return ts_fail(err, TS_CONFLICT, "there is a concept \"%.100s\" already", id);
    ts_entry *made = ts_scheme_add(scheme, id, err);
    bool ok = made && (!label || ts_entry_add_words(scheme, made, TS_WORDS_LABEL, "en", label, err));
    for (size_t i = 0; ok && i < entry->broader_count; i++)
        ok = ts_entry_add_broader(scheme, made, entry->broader[i], err);
    for (size_t i = 0; ok && i < count; i++) ok = move_match(scheme, entry, made, core[i], err);
    return ok;
}
