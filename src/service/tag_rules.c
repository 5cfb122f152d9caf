/* service: from the words of a tag request to rules of the judgement. Knows no pictures. */
#include "service/tag_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"

#define REPORT_THUMBNAIL 320 /* pixels; sharp at the card's width on a dense screen */

/* ---- lists of names -------------------------------------------------------------------------------- */

/* Calls `find` for each word of a comma-separated list and collects the bits. */
static bool parse_bits(const char *list, const char *what, bool (*find)(const char *, uint32_t *),
                       uint32_t *bits, ts_error *err)
{
    *bits = 0;
    while (list && *list) {
        char word[32];
        size_t length = strcspn(list, ",");
        uint32_t bit = 0;
        size_t kept = length < sizeof word ? length : sizeof word - 1;
        memcpy(word, list, kept);
        word[kept] = '\0';
        if (kept != length || !find(word, &bit))
            return ts_fail(err, TS_USAGE, "there is no %s \"%s\"", what, word);
        *bits |= bit;
        list += length + (list[length] == ',');
    }
    return true;
}

static bool find_facet(const char *word, uint32_t *bit)
{
    ts_facet facet;
    if (!ts_facet_find(word, &facet)) return false;
    *bit = TS_FACET_BIT(facet);
    return true;
}

static bool find_state(const char *word, uint32_t *bit)
{
    for (unsigned i = 0; i < TS_TAG_REJECTED; i++) {
        *bit = 1U << i;
        if (strcmp(word, ts_tag_state_name((ts_tag_state)i)) == 0) return true;
    }
    return false;
}

static bool hint_facets(ts_error *err)
{
    ts_buf list = {0};
    for (unsigned i = 0; i < TS_FACET_COUNT; i++)
        (void)ts_buf_printf(&list, "%s%s", i ? ", " : "", ts_facet_name((ts_facet)i));
    (void)ts_hint(err, "the facets are %s", list.data ? list.data : "");
    ts_buf_free(&list);
    return false;
}

/* ---- NAME=VALUE --------------------------------------------------------------------------------------- */

/* The name before the last "=" into `name` and what comes after it; NULL without one. */
static const char *split(const char *wish, char *name, size_t size)
{
    const char *mark = strrchr(wish, '=');
    if (!mark || (size_t)(mark - wish) >= size) return NULL;
    memcpy(name, wish, (size_t)(mark - wish));
    name[mark - wish] = '\0';
    return mark + 1;
}

static bool set_threshold(const char *wish, const ts_vocab *vocab, ts_arena *arena, ts_tag_rules *rules,
                          ts_error *err)
{
    char name[256];
    ts_line line;
    const char *value = split(wish, name, sizeof name);
    if (!ts_line_parse(value ? value : wish, &line, err)) return false;
    if (value) return !vocab || ts_tag_rules_set_line(rules, vocab, name, line, arena, err);
    rules->line = line;
    return true;
}

static bool set_thresholds(const ts_tag_request *request, const ts_vocab *vocab, ts_arena *arena,
                           ts_tag_rules *rules, ts_error *err)
{
    for (size_t i = 0; i < request->threshold_count; i++)
        if (!set_threshold(request->thresholds[i], vocab, arena, rules, err)) return false;
    return true;
}

static bool set_count(const char *wish, unsigned *counts, ts_error *err)
{
    enum { most = 1000 };
    char name[64];
    ts_facet facet;
    const char *value = split(wish, name, sizeof name);
    size_t digits = value ? strspn(value, "0123456789") : 0;
    if (!value || digits == 0 || digits > 4 || value[digits] || atoi(value) > most) {
        (void)ts_fail(err, TS_USAGE, "\"%.60s\" is no number of tags for a facet", wish);
        return ts_hint(err, "for example: colour=3");
    }
    if (!ts_facet_find(name, &facet)) {
        (void)ts_fail(err, TS_USAGE, "there is no facet \"%.60s\"", name);
        return hint_facets(err);
    }
    counts[facet] = (unsigned)atoi(value);
    return true;
}

static bool set_counts(const ts_tag_request *request, ts_tag_rules *rules, ts_error *err)
{
    for (size_t i = 0; i < request->max_per_facet_count; i++)
        if (!set_count(request->max_per_facet[i], rules->max_per_facet, err)) return false;
    for (size_t i = 0; i < request->min_per_facet_count; i++)
        if (!set_count(request->min_per_facet[i], rules->min_per_facet, err)) return false;
    return true;
}

/* ---- the rules ---------------------------------------------------------------------------------------- */

static bool set_plain(const ts_tag_request *request, ts_tag_rules *rules, ts_error *err)
{
    *rules = TS_TAG_RULES_DEFAULT;
    rules->min_confidence = request->min_confidence;
    rules->max_tags = request->max_tags;
    rules->embedding = request->embedding;
    rules->mesh = request->mesh;
    rules->thumbnail = request->report ? REPORT_THUMBNAIL : 0;
    if (request->min_confidence > 1) return ts_fail(err, TS_USAGE, "a confidence is at most 1");
    if (!parse_bits(request->facets, "facet", find_facet, &rules->facets, err)) return hint_facets(err);
    if (!parse_bits(request->states, "state", find_state, &rules->states, err))
        return ts_hint(err, "the states are accepted and suggested");
    if (request->specificity && !ts_specificity_find(request->specificity, &rules->specificity)) {
        (void)ts_fail(err, TS_USAGE, "there is no specificity \"%.60s\"", request->specificity);
        return ts_hint(err, "choose from leaf, natural, all");
    }
    return set_counts(request, rules, err);
}

static bool close_vocabulary(const char *path, const ts_vocab *vocab, ts_arena *arena, ts_tag_rules *rules,
                             ts_error *err)
{
    enum { list_max = 1 << 20 };
    ts_buf file = {0};
    bool ok = ts_file_read(path, list_max, &file, err);
    const char *text = ok ? ts_arena_strndup(arena, file.data ? file.data : "", file.length) : NULL;
    ts_buf_free(&file);
    if (!ok) return false;
    if (!text) return ts_fail_memory(err);
    return ts_tag_rules_allow_list(rules, vocab, text, arena, err) || ts_fail_prefix(err, "%s", path);
}

bool ts_tag_request_check(const ts_tag_request *request, ts_error *err)
{
    ts_tag_rules rules;
    return set_plain(request, &rules, err) && set_thresholds(request, NULL, NULL, &rules, err);
}

bool ts_tag_request_rules(const ts_tag_request *request, const ts_vocab *vocab, ts_arena *arena,
                          ts_tag_rules *rules, ts_error *err)
{
    return set_plain(request, rules, err) && set_thresholds(request, vocab, arena, rules, err) &&
           (!request->only || close_vocabulary(request->only, vocab, arena, rules, err));
}
