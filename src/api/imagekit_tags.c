/* api: tags and AI tags as ImageKit shows them. Only translation: which tags a picture has, others decided. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "api/imagekit.h"
#include "base/json.h"

#define TS_IK_AI_TAGS_MAX 30 /* maxTags goes no further */

/* ---- tags --------------------------------------------------------------------------------------- */

static bool names_concept(const ts_vocab *vocab, const char *word, const char *concept)
{
    ts_concepts named = vocab && concept ? ts_vocab_find_name(vocab, word) : (ts_concepts){0};
    return named.count && strcmp(ts_vocab_id(vocab, named.items[0]), concept) == 0;
}

static const char *word_for(const ts_ik_facts *facts, const ts_ik_tag *tag, const json_t *words)
{
    for (size_t i = 0; i < json_array_size(words); i++) {
        const char *word = json_string_value(json_array_get(words, i));
        if (!word) continue;
        if (strcasecmp(word, tag->label) == 0 || names_concept(facts->vocab, word, tag->concept)) return word;
    }
    return NULL;
}

/* The word that was given for it: "sneakers" stays so, whatever the concept is called. */
static const char *as_given(const ts_ik_facts *facts, const ts_ik_tag *tag)
{
    const char *word = word_for(facts, tag, json_object_get(facts->own, "words"));
    if (!word) word = word_for(facts, tag, json_object_get(facts->granted, "added"));
    return word ? word : tag->label;
}

json_t *ts_ik_tags_json(const ts_ik_facts *facts)
{
    json_t *tags = json_array();
    for (size_t i = 0; i < facts->tag_count; i++) {
        const ts_ik_tag *tag = &facts->tags[i];
        if (tag->machine || !tag->accepted) continue;
        (void)json_array_append_new(tags, ts_json_repaired(as_given(facts, tag)));
    }
    if (json_array_size(tags)) return tags;
    json_decref(tags);
    return json_null();
}

void ts_ik_note_words(json_t *own, const json_t *words)
{
    json_t *known = json_object_get(own, "words");
    if (!json_is_array(known)) {
        if (json_object_set_new(own, "words", json_array()) != 0) return;
        known = json_object_get(own, "words");
    }
    for (size_t i = 0; i < json_array_size(words); i++) {
        bool there = false;
        for (size_t k = 0; k < json_array_size(known); k++)
            there = there || json_equal(json_array_get(known, k), json_array_get(words, i));
        if (!there) (void)json_array_append(known, json_array_get(words, i));
    }
}

/* ---- AI tags ------------------------------------------------------------------------------------ */

/* "Dog", as the services write it that ImageKit asks. */
static json_t *capital(const char *label)
{
    json_t *name = ts_json_repaired(label);
    const char *text = json_string_value(name);
    if (!text || !islower((unsigned char)text[0])) return name;
    json_t *out = json_sprintf("%c%s", toupper((unsigned char)text[0]), text + 1);
    json_decref(name);
    return out;
}

static bool is_hidden(const ts_ik_facts *facts, const ts_ik_tag *tag)
{
    const json_t *hidden = json_object_get(facts->own, "hidden");
    for (size_t i = 0; i < json_array_size(hidden); i++) {
        const char *name = json_string_value(json_array_get(hidden, i));
        if (name && strcasecmp(name, tag->label) == 0) return true;
    }
    return false;
}

/* What the services that ImageKit asks would say: nothing about the file, nothing about safety. */
static bool tells_content(const ts_ik_tag *tag)
{
    const char *concept = tag->concept ? tag->concept : "";
    return strncmp(concept, "safety/", 7) != 0 && strncmp(concept, "quality/", 8) != 0;
}

static bool is_ai_tag(const ts_ik_facts *facts, const ts_ik_tag *tag, double least)
{
    return (tag->machine || tag->seen) && tag->confidence * 100 >= least && tells_content(tag) &&
           !is_hidden(facts, tag);
}

/* The most telling ones, as many as are wanted, surest first. */
static size_t choose_ai_tags(const ts_ik_facts *facts, const json_t *extension,
                             const ts_ik_tag *chosen[TS_IK_AI_TAGS_MAX])
{
    double least = ts_json_number_or(extension, "minConfidence", 0);
    double most = ts_json_number_or(extension, "maxTags", 0);
    size_t count = 0;
    for (size_t i = 0; i < facts->tag_count && (double)count < most && count < TS_IK_AI_TAGS_MAX; i++) {
        const ts_ik_tag *tag = &facts->tags[i];
        if (!is_ai_tag(facts, tag, least)) continue;
        size_t at = count++;
        for (; at > 0 && chosen[at - 1]->confidence < tag->confidence; at--) chosen[at] = chosen[at - 1];
        chosen[at] = tag;
    }
    return count;
}

static void add_ai_tags(const ts_ik_facts *facts, const json_t *extension, json_t *out)
{
    const ts_ik_tag *chosen[TS_IK_AI_TAGS_MAX];
    size_t count = choose_ai_tags(facts, extension, chosen);
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(out,
                                    json_pack("{s:o, s:o, s:s}", "name", capital(chosen[i]->label),
                                              "confidence", ts_json_rounded(chosen[i]->confidence * 100, 2),
                                              "source", ts_json_string_or(extension, "name", "")));
    }
}

json_t *ts_ik_ai_tags_json(const ts_ik_facts *facts)
{
    const json_t *asked = json_object_get(facts->own, "ai");
    json_t *tags = json_array();
    for (size_t i = 0; i < json_array_size(asked); i++) add_ai_tags(facts, json_array_get(asked, i), tags);
    if (json_array_size(tags)) return tags;
    json_decref(tags);
    return json_null();
}

/* ---- how far extensions are --------------------------------------------------------------------- */

json_t *ts_ik_status_json(const ts_ik_facts *facts)
{
    const json_t *asked = json_object_get(facts->own, "extensions");
    const json_t *failed = json_object_get(facts->own, "failed");
    bool refused = json_object_get(facts->granted, "refused") != NULL;
    if (!json_array_size(asked)) return NULL;
    json_t *status = json_object();
    for (size_t i = 0; i < json_array_size(asked); i++) {
        const char *name = ts_json_string_or(json_array_get(asked, i), "name", "");
        bool lost = facts->failed || json_object_get(failed, name) ||
                    (refused && strcmp(name, "ai-tasks") == 0 && !facts->pending);
        (void)json_object_set_new(status, name,
                                  json_string(lost             ? "failed"
                                              : facts->pending ? "pending"
                                                               : "success"));
    }
    return status;
}

/* ---- tags that are given ------------------------------------------------------------------------ */

static json_t *split(const char *text)
{
    json_t *list = json_array();
    while (*text) {
        text += strspn(text, ", \t");
        size_t length = strcspn(text, ","), end = length;
        while (end && (text[end - 1] == ' ' || text[end - 1] == '\t')) end--;
        if (end) (void)json_array_append_new(list, json_stringn(text, end));
        text += length;
    }
    return list;
}

static bool check_tags(ts_call *call, const json_t *tags)
{
    size_t bytes = 0;
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *tag = json_string_value(json_array_get(tags, i));
        if (!tag || !tag[0]) return ts_ik_fail(call, TS_USAGE, "Invalid tags parameter", "tags are texts");
        if (strchr(tag, '%'))
            return ts_ik_fail(call, TS_USAGE, "Invalid tags parameter", "% is not allowed in tags");
        bytes += strlen(tag);
    }
    return bytes <= TS_IK_TAGS_BYTES ||
           ts_ik_fail(call, TS_USAGE, "Invalid tags parameter",
                      "The combined length of all tags must not exceed 500 characters.");
}

bool ts_ik_parse_tags(ts_call *call, const json_t *tags, json_t **out)
{
    const char *text = json_string_value(tags);
    json_t *list = text && text[0] == '[' ? json_loads(text, 0, NULL) : NULL;
    if (!list && text) list = split(text);
    if (!list && json_is_array(tags)) list = json_deep_copy(tags);
    if (!list) return ts_ik_fail(call, TS_USAGE, "Invalid tags parameter", "tags must be an array of texts");
    *out = ts_ik_keep(call, list);
    return *out && check_tags(call, *out);
}
