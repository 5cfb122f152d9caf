/* exchange: tags to keywords. The label in the asked language; the hierarchy along the preferred path. */
#include "exchange/keywords.h"

#include <stdint.h>
#include <string.h>

#include "base/json.h"

enum { LEVELS_MAX = 32 };

uint32_t ts_keyword_usual_facets(void)
{
    return TS_FACET_ALL &
           ~(TS_FACET_BIT(TS_FACET_COLOUR) | TS_FACET_BIT(TS_FACET_QUALITY) | TS_FACET_BIT(TS_FACET_SAFETY));
}

typedef struct builder {
    const ts_keyword_choice *choice;
    ts_arena *arena;
    const char **lists[TS_WISH_LIST_COUNT];
    size_t counts[TS_WISH_LIST_COUNT], capacity;
} builder;

static void add_once(builder *b, ts_wish_list list, const char *text)
{
    if (!text || !text[0] || b->counts[list] == b->capacity) return;
    for (size_t i = 0; i < b->counts[list]; i++)
        if (strcmp(b->lists[list][i], text) == 0) return;
    b->lists[list][b->counts[list]++] = text;
}

static const char *without_controls(ts_arena *arena, const char *text, const char *kept)
{
    char *copy = ts_arena_strdup(arena, text);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c < ' ' && !strchr(kept, *c)) *c = ' ';
    return copy;
}

/* Dividers would make two levels of one. */
static const char *level(ts_arena *arena, const char *text, char divider)
{
    char *copy = (char *)(uintptr_t)without_controls(arena, text, "");
    for (char *c = copy; c && *c; c++)
        if (*c == divider) *c = ' ';
    return copy;
}

static const char *joined(builder *b, const char *const *labels, size_t count, char divider)
{
    const char *path = "";
    for (size_t i = count; path && i-- > 0;) { /* the top comes last */
        const char *one = level(b->arena, labels[i], divider);
        char between[] = {path[0] ? divider : '\0', '\0'};
        path = one ? ts_arena_printf(b->arena, "%s%s%s", path, between, one) : NULL;
    }
    return path;
}

static void add_path(builder *b, const char *const *labels, size_t count)
{
    add_once(b, TS_WISH_KEYWORDS, level(b->arena, labels[0], '\n'));
    for (size_t i = 1; b->choice->with_ancestors && i < count; i++)
        add_once(b, TS_WISH_KEYWORDS, level(b->arena, labels[i], '\n'));
    add_once(b, TS_WISH_HIERARCHY, joined(b, labels, count, '|'));
    add_once(b, TS_WISH_TAGS_LIST, joined(b, labels, count, '/'));
}

/* The concept and, along the first parents, what it is a kind of. */
static void add_concept(builder *b, ts_concept concept)
{
    const ts_keyword_choice *c = b->choice;
    const char *labels[LEVELS_MAX];
    size_t count = 0;
    for (; concept != TS_CONCEPT_NONE && count < LEVELS_MAX;) {
        ts_concepts parents = ts_vocab_parents(c->vocab, concept);
        bool hidden = ts_vocab_flags(c->vocab, concept) & TS_CONCEPT_HIDDEN;
        if (!hidden || count == 0) labels[count++] = ts_vocab_label_in(c->vocab, concept, c->language, NULL);
        concept = parents.count ? parents.items[0] : TS_CONCEPT_NONE;
    }
    add_path(b, labels, count);
}

/* ---- which tags ------------------------------------------------------------------------------------- */

static bool is_chosen(const ts_keyword_choice *choice, const json_t *tag)
{
    const char *state = ts_json_string_or(tag, "state", "accepted");
    ts_facet facet;
    bool accepted = strcmp(state, "accepted") == 0;
    bool suggested = choice->with_suggested && strcmp(state, "suggested") == 0;
    if (!accepted && !suggested) return false;
    if (ts_facet_find(ts_json_string_or(tag, "facet", ""), &facet) && !(choice->facets & TS_FACET_BIT(facet)))
        return false;
    bool person = strcmp(ts_json_string_or(tag, "source", ""), "person") == 0;
    return (accepted && person) ||
           ts_json_number_or(tag, "confidence", 1) + 1e-6 >= (double)choice->min_confidence;
}

static void add_tags(builder *b, const json_t *tags)
{
    size_t i;
    json_t *tag;
    json_array_foreach (tags, i, tag) {
        if (!is_chosen(b->choice, tag)) continue;
        const char *label = ts_json_string_or(tag, "label", "");
        ts_concept concept = ts_vocab_find(b->choice->vocab, ts_json_string_or(tag, "concept", ""));
        if (concept != TS_CONCEPT_NONE) add_concept(b, concept);
        else if (label[0]) add_path(b, &label, 1); /* a free word, or a concept of another vocabulary */
    }
}

/* ---- texts ------------------------------------------------------------------------------------------ */

static const char *default_of(const json_t *languages, ts_language asked)
{
    const char *text = ts_json_string_or(languages, ts_language_code(asked), NULL);
    if (!text) text = ts_json_string_or(languages, "en", NULL);
    const char *any =
        json_string_value(json_object_iter_value(json_object_iter((json_t *)(uintptr_t)languages)));
    return text ? text : any;
}

/* A text, or {"en": text, "de": text ...}; empty ones say nothing. */
static bool read_text(const json_t *value, const ts_keyword_choice *choice, ts_arena *arena,
                      const ts_language_text **items, size_t *count)
{
    const char *language,
        *first = json_is_object(value) ? default_of(value, choice->language) : json_string_value(value);
    ts_language_text *list = TS_NEW_ARRAY(arena, json_object_size(value) + 1, ts_language_text);
    json_t *text;
    *count = 0;
    *items = list;
    if (!list) return false;
    if (first && first[0])
        list[(*count)++] = (ts_language_text){"x-default", without_controls(arena, first, "\n\t")};
    if (*count == 0 || !json_is_object(value)) return true;
    json_object_foreach ((json_t *)(uintptr_t)value, language, text) {
        const char *words = json_string_value(text);
        if (words && words[0] && language[0])
            list[(*count)++] = (ts_language_text){language, without_controls(arena, words, "\n\t")};
    }
    return true;
}

static bool add_texts(const json_t *record, const ts_keyword_choice *choice, ts_arena *arena,
                      ts_metadata_wish *wish)
{
    static const char *const names[TS_WISH_TEXT_COUNT] = {"title", "description", "alt"};
    bool ok = true;
    for (size_t i = 0; ok && !choice->without_texts && i < TS_WISH_TEXT_COUNT; i++)
        ok = read_text(json_object_get(record, names[i]), choice, arena, &wish->texts[i].items,
                       &wish->texts[i].count);
    return ok;
}

bool ts_keywords_of(const json_t *record, const ts_keyword_choice *choice, ts_arena *arena,
                    ts_metadata_wish *wish, ts_error *err)
{
    const json_t *tags = json_object_get(record, "tags");
    builder b = {.choice = choice, .arena = arena, .capacity = json_array_size(tags) * LEVELS_MAX};
    *wish = (ts_metadata_wish){.again = false};
    for (size_t i = 0; i < TS_WISH_LIST_COUNT; i++)
        b.lists[i] = TS_NEW_ARRAY(arena, b.capacity + 1, const char *);
    if (ts_arena_failed(arena)) return ts_fail_memory(err);
    add_tags(&b, tags);
    for (size_t i = 0; i < TS_WISH_LIST_COUNT; i++) {
        wish->lists[i].items = b.lists[i];
        wish->lists[i].count = b.counts[i];
    }
    return (add_texts(record, choice, arena, wish) && !ts_arena_failed(arena)) || ts_fail_memory(err);
}
