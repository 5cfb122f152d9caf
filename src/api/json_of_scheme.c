/* api: schemes, their concepts and tags in them as JSON. Knows records, no route. */
#include <string.h>

#include "api/json_of.h"
#include "base/json.h"

json_t *ts_json_of_scheme(const ts_scheme_row *row)
{
    json_t *notes = json_array();
    for (size_t i = 0; i < row->note_count; i++)
        (void)json_array_append_new(notes, ts_json_of_text(row->notes[i]));
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:b, s:I, s:{s:I, s:I, s:I}, s:o, s:o}", "name", row->name,
                     "version", (json_int_t)row->version, "title", ts_json_of_text(row->title), "uri",
                     ts_json_of_text(row->uri), "edition", ts_json_of_text(row->edition), "built_in",
                     (int)row->built_in, "concepts", (json_int_t)row->concepts, "matches", "confirmed",
                     (json_int_t)row->confirmed, "proposed", (json_int_t)row->proposed, "rejected",
                     (json_int_t)row->rejected, "updated", ts_json_of_time(row->updated), "notes", notes);
}

/* {"de": "Hund"} or, where there may be several, {"de": ["Hund"]}; "" is the language of words without one. */
static json_t *json_of_words(const ts_entry *entry, ts_words_kind kind, bool several)
{
    json_t *all = json_object();
    for (size_t i = 0; i < entry->word_count; i++) {
        const ts_words *words = &entry->words[i];
        if (words->kind != kind) continue;
        json_t *list = json_object_get(all, words->language);
        if (!several) (void)json_object_set_new(all, words->language, json_string(words->text));
        else if (list) (void)json_array_append_new(list, json_string(words->text));
        else (void)json_object_set_new(all, words->language, json_pack("[s]", words->text));
    }
    return all;
}

static json_t *json_of_ids(const char *const *ids, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) (void)json_array_append_new(list, json_string(ids[i]));
    return list;
}

static json_t *json_of_matches(const ts_entry *entry)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entry->match_count; i++) {
        const ts_match *match = &entry->matches[i];
        (void)json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "core", match->core, "relation",
                                                    ts_match_relation_name(match->relation), "state",
                                                    ts_match_state_name(match->state)));
    }
    return list;
}

static json_t *json_of_notations(const ts_entry *entry)
{
    json_t *list = json_array();
    for (size_t i = 0; i < entry->word_count; i++)
        if (entry->words[i].kind == TS_WORDS_NOTATION)
            (void)json_array_append_new(list, json_string(entry->words[i].text));
    return list;
}

static json_t *json_of_path(const ts_scheme *scheme, const ts_entry *entry, const char *language)
{
    const ts_entry *path[TS_SCHEME_DEPTH_MAX];
    size_t count = ts_entry_path(scheme, entry, path);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        (void)json_array_append_new(list, json_string(ts_entry_label(scheme, path[i], language)));
    return list;
}

json_t *ts_json_of_entry(const ts_scheme *scheme, const ts_entry *entry, const char *language)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "scheme", ts_scheme_name(scheme),
        "id", entry->id, "notations", json_of_notations(entry), "label",
        ts_entry_label(scheme, entry, language), "path", json_of_path(scheme, entry, language), "labels",
        json_of_words(entry, TS_WORDS_LABEL, false), "synonyms", json_of_words(entry, TS_WORDS_SYNONYM, true),
        "definition", json_of_words(entry, TS_WORDS_DEFINITION, true), "scope_note",
        json_of_words(entry, TS_WORDS_SCOPE_NOTE, true), "broader",
        json_of_ids(entry->broader, entry->broader_count), "related",
        json_of_ids(entry->related, entry->related_count), "matches", json_of_matches(entry), "settings",
        json_pack("{s:b, s:b, s:o, s:o, s:o, s:o}", "hide", (int)entry->hidden, "never", (int)entry->never,
                  "threshold",
                  entry->threshold < 0 ? json_null() : ts_json_rounded((double)entry->threshold, 4),
                  "merge_into", ts_json_of_text(entry->merged), "rename",
                  json_of_words(entry, TS_WORDS_RENAMED, false), "synonyms",
                  json_of_words(entry, TS_WORDS_OWN_SYNONYM, true)));
    return json;
}
