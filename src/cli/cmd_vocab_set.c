/* cli: from the options of `tagsmith vocab set` to settings of a concept. */
#include <stdlib.h>
#include <string.h>

#include "cli/vocab.h"

/* "LANG=TEXT" cut in two; the language lives in `language`. NULL when it is none. */
static const char *cut(const char *pair, char language[40])
{
    const char *equals = strchr(pair, '=');
    size_t length = equals ? (size_t)(equals - pair) : 0;
    if (!equals || length >= 40) return NULL;
    memcpy(language, pair, length);
    language[length] = '\0';
    return equals + 1;
}

static bool bad(ts_error *err, const char *option, const char *wanted)
{
    return ts_fail(err, TS_USAGE, "--%s takes %s", option, wanted);
}

static bool add_renames(json_t *wish, const ts_option_list *list, ts_error *err)
{
    json_t *names = list->count ? json_object() : NULL;
    for (size_t i = 0; i < list->count; i++) {
        char language[40];
        const char *text = cut(list->items[i], language);
        bool ok = text && json_object_set_new(names, language, *text ? json_string(text) : json_null()) == 0;
        if (ok) continue;
        json_decref(names);
        return bad(err, "rename", "LANGUAGE=TEXT, such as de=Hund; de= gives the old name back");
    }
    return !names || json_object_set_new(wish, "rename", names) == 0 || ts_fail_memory(err);
}

static bool add_synonyms(json_t *wish, const ts_option_list *list, ts_error *err)
{
    json_t *words = list->count ? json_object() : NULL;
    for (size_t i = 0; i < list->count; i++) {
        char language[40];
        const char *text = cut(list->items[i], language);
        json_t *of_language = text ? json_object_get(words, language) : NULL;
        if (text && !of_language) {
            of_language = json_array();
            (void)json_object_set_new(words, language, of_language);
        }
        bool ok = text && (!*text || json_array_append_new(of_language, json_string(text)) == 0);
        if (ok) continue;
        json_decref(words);
        return bad(err, "synonym", "LANGUAGE=TEXT, such as de=Wauwau; de= takes yours away");
    }
    return !words || json_object_set_new(wish, "synonyms", words) == 0 || ts_fail_memory(err);
}

/* "object/dog=exact", "object/cat=rejected" */
static bool add_matches(json_t *wish, const ts_option_list *list, ts_error *err)
{
    json_t *matches = list->count ? json_array() : NULL;
    for (size_t i = 0; i < list->count; i++) {
        const char *equals = strrchr(list->items[i], '=');
        json_t *match = equals ? json_object() : NULL;
        bool rejected = equals && strcmp(equals + 1, "rejected") == 0;
        if (match)
            (void)json_object_set_new(match, "core",
                                      json_stringn(list->items[i], (size_t)(equals - list->items[i])));
        if (match) (void)json_object_set_new(match, rejected ? "state" : "relation", json_string(equals + 1));
        if (match && json_array_append_new(matches, match) == 0) continue;
        json_decref(matches);
        return bad(err, "match", "CORE=RELATION, such as object/dog=exact, or CORE=rejected");
    }
    return !matches || json_object_set_new(wish, "matches", matches) == 0 || ts_fail_memory(err);
}

/* "cats=object/cat,object/kitten" */
static bool add_split(json_t *wish, const ts_vocab_settings *s, ts_error *err)
{
    const char *equals = s->split ? strchr(s->split, '=') : NULL;
    if (!s->split) return true;
    if (!equals || equals == s->split || !equals[1])
        return bad(err, "split", "NEW=CORE,CORE: an id, and the core concepts that go there");
    json_t *split = json_object(), *cores = json_array();
    (void)json_object_set_new(split, "id", json_stringn(s->split, (size_t)(equals - s->split)));
    if (s->label) (void)json_object_set_new(split, "label", json_string(s->label));
    for (const char *at = equals + 1; *at;) {
        size_t length = strcspn(at, ",");
        if (length) (void)json_array_append_new(cores, json_stringn(at, length));
        at += length + (at[length] == ',');
    }
    (void)json_object_set_new(split, "core", cores);
    return json_object_set_new(wish, "split", split) == 0 || ts_fail_memory(err);
}

static bool add_threshold(json_t *wish, const char *text, ts_error *err)
{
    char *end = NULL;
    if (!text) return true;
    double value = strtod(text, &end);
    bool none = strcmp(text, "none") == 0;
    if (!none && (end == text || *end || !(value >= 0 && value <= 1)))
        return bad(err, "threshold", "a number from 0 to 1, or none");
    return json_object_set_new(wish, "threshold", none ? json_null() : json_real(value)) == 0 ||
           ts_fail_memory(err);
}

static bool add_plain(json_t *wish, const ts_vocab_settings *s, ts_error *err)
{
    bool ok = true;
    if (s->hide) ok = json_object_set_new(wish, "hide", json_boolean(s->hide == 1)) == 0;
    if (ok && s->never) ok = json_object_set_new(wish, "never", json_boolean(s->never == 1)) == 0;
    if (ok && s->merge) {
        bool none = strcmp(s->merge, "none") == 0;
        ok = json_object_set_new(wish, "merge_into", none ? json_null() : json_string(s->merge)) == 0;
    }
    return ok || bad(err, "merge-into", "a concept, or none");
}

json_t *ts_vocab_wish(const ts_vocab_settings *s, ts_error *err)
{
    json_t *wish = json_object();
    bool ok = (wish || ts_fail_memory(err)) && add_plain(wish, s, err) &&
              add_threshold(wish, s->threshold, err) && add_renames(wish, &s->renames, err) &&
              add_synonyms(wish, &s->synonyms, err) && add_matches(wish, &s->matches, err) &&
              add_split(wish, s, err);
    if (ok && json_object_size(wish) == 0) {
        ok = ts_fail(err, TS_USAGE, "what is to be set?");
        (void)ts_hint(err,
                      "such as --rename de=Hund, --hide yes, --threshold 0.7 or --match object/dog=exact");
    }
    if (ok) return wish;
    json_decref(wish);
    return NULL;
}
