/* service: reads and checks the JSON of a preset. Knows no catalogue. */
#include "service/preset_parse.h"

#include <math.h>
#include <string.h>

/* ---- what may be in it ----------------------------------------------------------------------------- */

static bool bad(ts_error *err, const char *member, const char *wanted)
{
    return ts_fail(err, TS_USAGE, "preset: \"%.60s\" must be %s", member, wanted);
}

static bool parse_share(const json_t *value, const char *member, float *out, ts_error *err)
{
    double number = json_number_value(value);
    if (!json_is_number(value) || !(number >= 0 && number <= 1))
        return bad(err, member, "a number from 0 to 1");
    *out = (float)number;
    return true;
}

static bool parse_count(const json_t *value, const char *member, unsigned most, unsigned *out, ts_error *err)
{
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > (json_int_t)most)
        return ts_fail(err, TS_USAGE, "preset: \"%.60s\" must be a whole number from 0 to %u", member, most);
    *out = (unsigned)number;
    return true;
}

static bool facet_of(const char *name, ts_facet *facet, ts_error *err)
{
    if (ts_facet_find(name, facet)) return true;
    (void)ts_fail(err, TS_USAGE, "preset: there is no facet \"%.60s\"", name);
    return ts_hint(
        err, "facets are object, scene, people, colour, style, mood, quality, safety, text, place, time, "
             "activity, event, composition, material, pattern");
}

/* An array of facet names as bits. */
static bool parse_facets(const json_t *value, const char *member, uint32_t *bits, ts_error *err)
{
    size_t i;
    json_t *name;
    ts_facet facet;
    if (!json_is_array(value)) return bad(err, member, "an array of facets");
    *bits = 0;
    json_array_foreach (value, i, name) {
        if (!json_is_string(name)) return bad(err, member, "an array of facets");
        if (!facet_of(json_string_value(name), &facet, err)) return false;
        *bits |= TS_FACET_BIT(facet);
    }
    return true;
}

static bool parse_states(const json_t *value, uint32_t *bits, ts_error *err)
{
    size_t i;
    json_t *name;
    if (!json_is_array(value)) return bad(err, "states", "an array of \"accepted\" and \"suggested\"");
    *bits = 0;
    json_array_foreach (value, i, name) {
        const char *text = json_string_value(name);
        bool accepted = text && strcmp(text, "accepted") == 0,
             suggested = text && strcmp(text, "suggested") == 0;
        if (!accepted && !suggested) return bad(err, "states", "an array of \"accepted\" and \"suggested\"");
        *bits |= UINT32_C(1) << (accepted ? TS_TAG_ACCEPTED : TS_TAG_SUGGESTED);
    }
    return true;
}

static bool parse_line(const json_t *value, const char *member, ts_line *line, ts_error *err)
{
    const char *text = json_string_value(value);
    double number = json_number_value(value);
    if (text && ts_line_parse(text, line, NULL)) return true;
    if (!json_is_number(value) || !(number >= 0 && number <= 1))
        return bad(err, member, "\"default\", a number from 0 to 1, or a precision such as \"95%\"");
    *line = (ts_line){.kind = TS_LINE_AT, .value = (float)number};
    return true;
}

/* Lines of facets; whether the other names are concepts, the vocabulary knows. */
static bool parse_thresholds(const json_t *value, ts_preset *out, ts_error *err)
{
    const char *name;
    json_t *member;
    ts_facet facet;
    ts_line line;
    if (!json_is_object(value))
        return bad(err, "thresholds", "an object of facets or concepts and thresholds");
    json_object_foreach ((json_t *)value, name, member) {
        if (!parse_line(member, name, &line, err)) return false;
        if (ts_facet_find(name, &facet)) out->rules.facet_lines[facet] = line;
    }
    out->thresholds = value;
    return true;
}

static bool parse_counts(const json_t *value, const char *member, unsigned *counts, ts_error *err)
{
    const char *name;
    json_t *number;
    ts_facet facet;
    if (!json_is_object(value)) return bad(err, member, "an object of facets and whole numbers");
    json_object_foreach ((json_t *)value, name, number) {
        if (!facet_of(name, &facet, err) || !parse_count(number, name, 1000, &counts[facet], err))
            return false;
    }
    return true;
}

static bool parse_specificity(const json_t *value, ts_preset *out, ts_error *err)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    return ts_specificity_find(text, &out->rules.specificity) ||
           bad(err, "specificity", "\"leaf\", \"natural\" or \"all\"");
}

static bool parse_languages(const json_t *value, ts_arena *arena, ts_preset *out, ts_error *err)
{
    size_t i;
    json_t *name;
    ts_language language;
    if (!json_is_array(value)) return bad(err, "languages", "an array such as [\"en\", \"de\"]");
    const char **names = TS_NEW_ARRAY(arena, json_array_size(value), const char *);
    if (!names) return ts_fail_memory(err);
    json_array_foreach (value, i, name) {
        if (!json_is_string(name) || !ts_language_find(json_string_value(name), &language))
            return bad(err, "languages", "an array of en, zh, fr, de, es, ja, ko");
        names[i] = ts_language_code(language);
    }
    out->languages = names;
    out->language_count = json_array_size(value);
    return true;
}

static bool parse_review(const json_t *value, ts_preset *out, ts_error *err)
{
    const char *name;
    json_t *member;
    if (!json_is_object(value)) return bad(err, "review", "an object with below and facets");
    json_object_foreach ((json_t *)value, name, member) {
        bool ok = strcmp(name, "below") == 0 ? parse_share(member, "review.below", &out->review_below, err)
                  : strcmp(name, "facets") == 0
                      ? parse_facets(member, "review.facets", &out->review_facets, err)
                      : bad(err, "review", "an object with below and facets");
        if (!ok) return false;
    }
    return true;
}

static bool parse_nsfw(const json_t *value, const char *member, float *out, ts_error *err)
{
    const json_t *nsfw = json_object_get(value, "nsfw");
    if (!json_is_object(value) || json_object_size(value) != 1 || !nsfw)
        return bad(err, member, "an object such as {\"nsfw\": 0.8}");
    return parse_share(nsfw, member, out, err);
}

static bool check_verdicts(const json_t *value, ts_error *err)
{
    const char *concept;
    json_t *verdict;
    if (!json_is_object(value))
        return bad(err, "moderation.concepts", "an object of concept ids and verdicts");
    json_object_foreach ((json_t *)value, concept, verdict) {
        const char *text = json_is_string(verdict) ? json_string_value(verdict) : "";
        if (strcmp(text, "hold") != 0 && strcmp(text, "reject") != 0)
            return bad(err, concept, "\"hold\" or \"reject\"");
    }
    return true;
}

static bool parse_level(const char *name, const json_t *value, ts_preset *out, ts_error *err)
{
    static const char *const words[] = {"allow", "blur", "review", "reject"};
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    for (unsigned level = 0; level < TS_SAFETY_LEVELS; level++) {
        if (strcmp(name, ts_safety_level_name((ts_safety_level)level)) != 0) continue;
        for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
            if (strcmp(text, words[i]) != 0) continue;
            out->levels[level] = (ts_policy)i;
            out->has_levels = out->has_levels || i != TS_POLICY_ALLOW;
            return true;
        }
        return bad(err, name, "\"allow\", \"blur\", \"review\" or \"reject\"");
    }
    return bad(err, name, "one of safe, suggestive, explicit");
}

static bool parse_levels(const json_t *value, ts_preset *out, ts_error *err)
{
    const char *name;
    json_t *policy;
    if (!json_is_object(value))
        return bad(err, "moderation.levels", "an object such as {\"explicit\": \"reject\"}");
    json_object_foreach ((json_t *)value, name, policy) {
        if (!parse_level(name, policy, out, err)) return false;
    }
    return true;
}

static bool parse_moderation(const json_t *value, ts_preset *out, ts_error *err)
{
    const char *name;
    json_t *member;
    if (!json_is_object(value))
        return bad(err, "moderation", "an object with hold, reject, levels and concepts");
    json_object_foreach ((json_t *)value, name, member) {
        bool ok = strcmp(name, "hold") == 0 ? parse_nsfw(member, "moderation.hold", &out->hold_nsfw, err)
                  : strcmp(name, "reject") == 0
                      ? parse_nsfw(member, "moderation.reject", &out->reject_nsfw, err)
                  : strcmp(name, "levels") == 0   ? parse_levels(member, out, err)
                  : strcmp(name, "concepts") == 0 ? check_verdicts(member, err)
                                                  : bad(err, name, "one of hold, reject, levels, concepts");
        if (!ok) return false;
        if (strcmp(name, "concepts") == 0) out->concept_verdicts = member;
        out->moderates = true;
    }
    return true;
}

static bool is_origin(const char *text)
{
    static const char *const origins[] = {"api", "page", "import", "cloudinary", "imagekit", "imagetag"};
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++)
        if (strcmp(text, origins[i]) == 0) return true;
    return false;
}

static bool check_origins(const json_t *value, ts_error *err)
{
    static const char rule[] = "an array of api, page, import, cloudinary, imagekit, imagetag";
    size_t i;
    json_t *name;
    if (!json_is_array(value)) return bad(err, "default_for", rule);
    json_array_foreach (value, i, name) {
        if (!json_is_string(name) || !is_origin(json_string_value(name)))
            return bad(err, "default_for", rule);
    }
    return true;
}

static bool parse_duplicates(const json_t *value, ts_preset *out, ts_error *err)
{
    static const char *const names[] = {"return", "keep", "refuse"};
    for (unsigned i = 0; json_is_string(value) && i < 3; i++) {
        if (strcmp(json_string_value(value), names[i]) != 0) continue;
        out->duplicates = (int)i;
        return true;
    }
    return bad(err, "duplicates", "\"return\", \"keep\" or \"refuse\"");
}

static bool check_names(const json_t *value, const char *member, ts_error *err)
{
    size_t i;
    json_t *name;
    if (!json_is_array(value)) return bad(err, member, "an array of names");
    json_array_foreach (value, i, name) {
        if (!json_is_string(name)) return bad(err, member, "an array of names");
    }
    return true;
}

static bool parse_text(const json_t *value, const char *member, ts_error *err)
{
    return (json_is_string(value) && json_string_length(value) <= 1000) || bad(err, member, "a text");
}

static bool parse_scheme(const json_t *value, ts_preset *out, ts_error *err)
{
    if (!json_is_string(value)) return bad(err, "scheme", "names of vocabularies, such as \"museum,shop\"");
    out->scheme = json_string_value(value);
    return true;
}

static bool parse_flag(const json_t *value, const char *member, bool *out, ts_error *err)
{
    if (!json_is_boolean(value)) return bad(err, member, "true or false");
    *out = json_is_true(value);
    return true;
}

/* The analysers that there are and the list does not name; of a list without any that there is, all. */
static uint32_t others_than(const json_t *list)
{
    const char *names[TS_ANALYSERS_MAX], *helps[TS_ANALYSERS_MAX];
    bool on[TS_ANALYSERS_MAX];
    uint32_t chosen = 0, all = 0;
    size_t count = ts_tagger_analysers(names, helps, on);
    for (size_t i = 0; i < count; i++) all |= ts_tagger_analyser_bit(names[i]);
    for (size_t i = 0; i < json_array_size(list); i++)
        chosen |= ts_tagger_analyser_bit(json_string_value(json_array_get(list, i)));
    return json_array_size(list) ? all & ~chosen : 0;
}

/* ---- one member at a time -------------------------------------------------------------------------- */

static bool parse_member(const char *name, const json_t *value, ts_arena *arena, ts_preset *out,
                         ts_error *err)
{
    if (strcmp(name, "name") == 0 || strcmp(name, "about") == 0) return parse_text(value, name, err);
    if (strcmp(name, "version") == 0) return true; /* as it was read; If-Match is what counts */
    if (strcmp(name, "analysers") == 0) {
        if (!check_names(value, name, err)) return false;
        out->left_out = others_than(value);
        return true;
    }
    if (strcmp(name, "min_confidence") == 0)
        return json_is_null(value) || parse_share(value, name, &out->rules.min_confidence, err);
    if (strcmp(name, "threshold") == 0) return parse_line(value, name, &out->rules.line, err);
    if (strcmp(name, "thresholds") == 0) return parse_thresholds(value, out, err);
    if (strcmp(name, "specificity") == 0) return parse_specificity(value, out, err);
    if (strcmp(name, "only") == 0) {
        out->only = json_array_size(value) ? value : NULL;
        return check_names(value, name, err);
    }
    if (strcmp(name, "min_per_facet") == 0) return parse_counts(value, name, out->rules.min_per_facet, err);
    if (strcmp(name, "max_tags") == 0) return parse_count(value, name, 1000, &out->rules.max_tags, err);
    if (strcmp(name, "facets") == 0) return parse_facets(value, name, &out->rules.facets, err);
    if (strcmp(name, "max_per_facet") == 0) return parse_counts(value, name, out->rules.max_per_facet, err);
    if (strcmp(name, "languages") == 0) return parse_languages(value, arena, out, err);
    if (strcmp(name, "states") == 0) return parse_states(value, &out->rules.states, err);
    if (strcmp(name, "review") == 0) return parse_review(value, out, err);
    if (strcmp(name, "moderation") == 0) return parse_moderation(value, out, err);
    if (strcmp(name, "scheme") == 0) return parse_scheme(value, out, err);
    if (strcmp(name, "scheme_only") == 0) return parse_flag(value, name, &out->scheme_only, err);
    if (strcmp(name, "product") == 0) return parse_flag(value, name, &out->product, err);
    if (strcmp(name, "duplicates") == 0) return parse_duplicates(value, out, err);
    if (strcmp(name, "default_for") == 0) return check_origins(value, err);
    (void)ts_fail(err, TS_USAGE, "preset: there is no setting \"%.60s\"", name);
    return ts_hint(
        err,
        "settings are about, analysers, min_confidence, threshold, thresholds, specificity, only, max_tags, "
        "facets, max_per_facet, min_per_facet, languages, states, review, moderation, scheme, scheme_only, "
        "product, duplicates, "
        "default_for");
}

bool ts_preset_parse(const char *name, const json_t *body, ts_arena *arena, ts_preset *out, ts_error *err)
{
    const char *member;
    json_t *value;
    *out = (ts_preset){.name = name,
                       .rules = TS_TAG_RULES_DEFAULT,
                       .hold_nsfw = 2,
                       .reject_nsfw = 2,
                       .duplicates = -1,
                       .body = body};
    if (!json_is_object(body)) return ts_fail(err, TS_USAGE, "preset: must be a JSON object");
    json_object_foreach ((json_t *)body, member, value) {
        if (!parse_member(member, value, arena, out, err)) return false;
    }
    out->rules.others = out->concept_verdicts != NULL;
    return true;
}

/* ---- with the vocabulary ----------------------------------------------------------------------------- */

static bool set_concept_lines(const ts_preset *preset, const ts_vocab *vocab, bool strict, ts_arena *arena,
                              ts_tag_rules *out, ts_error *err)
{
    const char *name;
    json_t *value;
    ts_line line = {0};
    ts_facet facet;
    json_object_foreach ((json_t *)preset->thresholds, name, value) {
        ts_error why = {0};
        if (ts_facet_find(name, &facet) || !parse_line(value, name, &line, NULL)) continue;
        if (ts_tag_rules_set_line(out, vocab, name, line, arena, &why) || (why.code == TS_USAGE && !strict))
            continue;
        if (err) *err = why;
        return false;
    }
    return true;
}

static bool close_vocabulary(const ts_preset *preset, const ts_vocab *vocab, bool strict, ts_arena *arena,
                             ts_tag_rules *out, ts_error *err)
{
    size_t i;
    json_t *name;
    out->only = TS_NEW_ARRAY(arena, ts_vocab_count(vocab), bool);
    if (!out->only) return ts_fail_memory(err);
    json_array_foreach (preset->only, i, name) {
        ts_error why = {0};
        if (ts_tag_rules_allow(out, vocab, json_string_value(name), arena, &why)) continue;
        if (why.code == TS_USAGE && !strict) continue;
        if (err) *err = why;
        return false;
    }
    return true;
}

static bool add_concepts(const ts_preset *preset, const ts_vocab *vocab, bool strict, ts_arena *arena,
                         ts_tag_rules *out, ts_error *err)
{
    *out = preset->rules;
    return set_concept_lines(preset, vocab, strict, arena, out, err) &&
           (!preset->only || close_vocabulary(preset, vocab, strict, arena, out, err));
}

bool ts_preset_rules(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_tag_rules *out,
                     ts_error *err)
{
    return add_concepts(preset, vocab, false, arena, out, err);
}

bool ts_preset_check_concepts(const ts_preset *preset, const ts_vocab *vocab, ts_arena *arena, ts_error *err)
{
    ts_tag_rules rules;
    return add_concepts(preset, vocab, true, arena, &rules, err) || ts_fail_prefix(err, "preset");
}

bool ts_preset_check_analysers(const json_t *body, ts_error *err)
{
    size_t i;
    json_t *name;
    json_array_foreach (json_object_get(body, "analysers"), i, name) {
        if (ts_tagger_analyser_bit(json_string_value(name))) continue;
        (void)ts_fail(err, TS_USAGE, "preset: there is no analyser \"%.60s\"", json_string_value(name));
        return ts_hint(err, "tagsmith doctor lists them");
    }
    return true;
}

bool ts_preset_is_default_for(const json_t *body, const char *origin)
{
    size_t i;
    json_t *name;
    json_array_foreach (json_object_get(body, "default_for"), i, name) {
        if (json_is_string(name) && strcmp(json_string_value(name), origin) == 0) return true;
    }
    return false;
}
