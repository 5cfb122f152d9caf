/* service: what a person sets of one concept of a scheme. Knows no store. */
#include "service/scheme_set.h"

#include <string.h>

#define CORES_MAX 200

static bool bad(ts_error *err, const char *member, const char *wanted)
{
    return ts_fail(err, TS_USAGE, "\"%.60s\" must be %s", member, wanted);
}

/* What the ontology says of a text is about what somebody asked for, not about a table. */
static bool as_usage(bool ok, ts_error *err)
{
    if (!ok && err && err->code == TS_CONFIG) err->code = TS_USAGE;
    return ok;
}

static bool set_threshold(ts_entry *entry, const json_t *value, ts_error *err)
{
    double number = json_is_null(value) ? -1 : json_number_value(value);
    if (!json_is_null(value) && !(json_is_number(value) && number >= 0 && number <= 1))
        return bad(err, "threshold", "a number from 0 to 1, or null");
    entry->threshold = (float)number;
    return true;
}

static bool set_merge(ts_scheme *scheme, ts_entry *entry, const json_t *value, ts_error *err)
{
    if (json_is_null(value)) return ts_entry_set_merged(scheme, entry, NULL, err);
    if (!json_is_string(value)) return bad(err, "merge_into", "a concept, or null");
    const ts_entry *into = ts_scheme_resolve(scheme, json_string_value(value), err);
    if (!into) return false;
    if (into == entry) return bad(err, "merge_into", "another concept");
    return ts_entry_set_merged(scheme, entry, into->id, err);
}

static bool set_names(ts_scheme *scheme, ts_entry *entry, const json_t *value, ts_error *err)
{
    const char *language;
    json_t *name;
    if (!json_is_object(value)) return bad(err, "rename", "an object such as {\"de\": \"Hund\"}");
    json_object_foreach ((json_t *)(uintptr_t)value, language, name) {
        ts_entry_drop_words(entry, TS_WORDS_RENAMED, language);
        if (json_is_null(name)) continue;
        if (!json_is_string(name)) return bad(err, "rename", "texts by language");
        if (!as_usage(
                ts_entry_add_words(scheme, entry, TS_WORDS_RENAMED, language, json_string_value(name), err),
                err))
            return false;
    }
    return true;
}

static bool set_synonyms(ts_scheme *scheme, ts_entry *entry, const json_t *value, ts_error *err)
{
    const char *language;
    json_t *list, *word;
    size_t i;
    if (!json_is_object(value)) return bad(err, "synonyms", "an object such as {\"de\": [\"Wauwau\"]}");
    json_object_foreach ((json_t *)(uintptr_t)value, language, list) {
        ts_entry_drop_words(entry, TS_WORDS_OWN_SYNONYM, language);
        if (!json_is_array(list) && !json_is_null(list)) return bad(err, "synonyms", "lists by language");
        json_array_foreach (list, i, word) {
            if (!json_is_string(word)) return bad(err, "synonyms", "lists of texts");
            if (!as_usage(ts_entry_add_words(scheme, entry, TS_WORDS_OWN_SYNONYM, language,
                                             json_string_value(word), err),
                          err))
                return false;
        }
    }
    return true;
}

static bool set_match(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab, const json_t *value,
                      ts_error *err)
{
    ts_match_relation relation = TS_MATCH_EXACT;
    ts_match_state state = TS_MATCH_CONFIRMED;
    const char *core = json_string_value(json_object_get(value, "core"));
    const json_t *relation_name = json_object_get(value, "relation"),
                 *state_name = json_object_get(value, "state");
    if (!core) return bad(err, "matches", "objects with core, relation and state");
    if (ts_vocab_find(vocab, core) == TS_CONCEPT_NONE)
        return ts_fail(err, TS_USAGE, "the core vocabulary has no concept \"%.80s\"", core);
    if (relation_name && !(json_is_string(relation_name) &&
                           ts_match_relation_find(json_string_value(relation_name), &relation)))
        return bad(err, "matches.relation", "exact, close, broader or narrower");
    if (state_name &&
        !(json_is_string(state_name) && ts_match_state_find(json_string_value(state_name), &state)))
        return bad(err, "matches.state", "confirmed, proposed or rejected");
    return as_usage(ts_entry_set_match(scheme, entry, core, relation, state, NULL, err), err);
}

static bool set_matches(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab, const json_t *value,
                        ts_error *err)
{
    size_t i;
    json_t *match;
    if (!json_is_array(value)) return bad(err, "matches", "an array");
    json_array_foreach (value, i, match) {
        if (!set_match(scheme, entry, vocab, match, err)) return false;
    }
    return true;
}

static bool split(ts_scheme *scheme, ts_entry *entry, const json_t *value, ts_error *err)
{
    const char *cores[CORES_MAX];
    const json_t *list = json_object_get(value, "core");
    const char *id = json_string_value(json_object_get(value, "id"));
    size_t count = json_array_size(list);
    if (!id || count == 0 || count > CORES_MAX)
        return bad(err, "split", "an object with id, label and the core concepts that go to the new one");
    if (ts_scheme_is_built_in(ts_scheme_name(scheme)))
        return ts_fail(err, TS_CONFLICT, "what comes with Tagsmith cannot be split");
    for (size_t i = 0; i < count; i++)
        if (!(cores[i] = json_string_value(json_array_get(list, i)))) return bad(err, "split.core", "texts");
    const char *label = json_string_value(json_object_get(value, "label"));
    return as_usage(ts_entry_split(scheme, entry, id, label, cores, count, err), err);
}

static bool apply_member(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab, const char *name,
                         const json_t *value, ts_error *err)
{
    bool flag = strcmp(name, "hide") == 0 || strcmp(name, "never") == 0;
    if (flag && !json_is_boolean(value)) return bad(err, name, "true or false");
    if (strcmp(name, "hide") == 0) entry->hidden = json_is_true(value);
    else if (strcmp(name, "never") == 0) entry->never = json_is_true(value);
    else if (strcmp(name, "threshold") == 0) return set_threshold(entry, value, err);
    else if (strcmp(name, "merge_into") == 0) return set_merge(scheme, entry, value, err);
    else if (strcmp(name, "rename") == 0) return set_names(scheme, entry, value, err);
    else if (strcmp(name, "synonyms") == 0) return set_synonyms(scheme, entry, value, err);
    else if (strcmp(name, "matches") == 0) return set_matches(scheme, entry, vocab, value, err);
    else if (strcmp(name, "split") == 0) return split(scheme, entry, value, err);
    else return ts_fail(err, TS_USAGE, "there is no setting \"%.60s\" of a concept", name);
    return true;
}

bool ts_scheme_settings_apply(ts_scheme *scheme, ts_entry *entry, const ts_vocab *vocab,
                              const json_t *settings, ts_error *err)
{
    const char *name;
    json_t *value;
    if (!json_is_object(settings)) return ts_fail(err, TS_USAGE, "settings are a JSON object");
    json_object_foreach ((json_t *)(uintptr_t)settings, name, value) {
        if (!apply_member(scheme, entry, vocab, name, value, err)) return false;
    }
    return as_usage(ts_scheme_seal(scheme, err), err);
}
