/* service: tasks decided by the tags that a picture has: words are looked up in the vocabulary, and a tag answers for
 * itself and for what it is a kind of. Pure. What tags cannot decide is unknown, never guessed. */
#include "service/tasks.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"

enum { WORDS_MAX = 64, PHRASE_MAX = 3, WORD_BYTES = 64 };

/* ---- how sure a picture is of a word ------------------------------------------------------------ */

static bool is_kind_of(const ts_vocab *vocab, const char *concept, ts_concept wanted)
{
    ts_concept is = concept ? ts_vocab_find(vocab, concept) : TS_CONCEPT_NONE;
    return is != TS_CONCEPT_NONE && (is == wanted || ts_vocab_is_ancestor(vocab, wanted, is));
}

static bool tag_says(const ts_task_facts *facts, const ts_task_tag *tag, const char *word, ts_concepts named)
{
    if (strcasecmp(tag->label, word) == 0) return true;
    for (size_t i = 0; i < named.count; i++)
        if (is_kind_of(facts->vocab, tag->concept, named.items[i])) return true;
    return false;
}

/* Of accepted tags 1 and more, of suggested ones less than 1; 0: nothing speaks for it. */
static double sureness(const ts_task_facts *facts, const char *word)
{
    double best = 0;
    ts_concepts named = facts->vocab ? ts_vocab_find_name(facts->vocab, word) : (ts_concepts){0};
    for (size_t i = 0; i < facts->tag_count; i++) {
        const ts_task_tag *tag = &facts->tags[i];
        double is = tag->accepted ? 1 + tag->confidence : tag->confidence * 0.999;
        if (is > best && tag_says(facts, tag, word, named)) best = is;
    }
    return best;
}

/* ---- select ------------------------------------------------------------------------------------- */

static json_t *accepted_labels(const ts_task_facts *facts)
{
    json_t *labels = json_array();
    for (size_t i = 0; i < facts->tag_count; i++)
        if (facts->tags[i].accepted && facts->tags[i].machine)
            (void)json_array_append_new(labels, ts_json_repaired(facts->tags[i].label));
    return labels;
}

static const json_t *surest_left(const ts_task_facts *facts, const json_t *vocabulary, const json_t *taken,
                                 double *sure)
{
    const json_t *best = NULL;
    *sure = 0;
    for (size_t i = 0; i < json_array_size(vocabulary); i++) {
        const json_t *value = json_array_get(vocabulary, i);
        const char *word = json_string_value(value);
        double is = word ? sureness(facts, word) : 0;
        for (size_t k = 0; is > *sure && k < json_array_size(taken); k++)
            if (json_equal(json_array_get(taken, k), value)) is = 0;
        if (is > *sure) best = value, *sure = is;
    }
    return best;
}

json_t *ts_task_select(const ts_task_facts *facts, const json_t *task, const json_t *vocabulary)
{
    double most = ts_json_number_or(task, "max_selections", 1000),
           least = ts_json_number_or(task, "min_selections", 0);
    json_t *own = json_array_size(vocabulary) ? NULL : accepted_labels(facts), *taken = json_array();
    for (size_t i = 0; (double)i < most && taken; i++) {
        double sure = 0;
        const json_t *value = surest_left(facts, own ? own : vocabulary, taken, &sure);
        if (!value || (sure < 1 && (double)i >= least)) break;
        (void)json_array_append(taken, (json_t *)(uintptr_t)value);
    }
    json_decref(own);
    return taken;
}

/* ---- yes or no ---------------------------------------------------------------------------------- */

typedef struct words {
    char items[WORDS_MAX][WORD_BYTES];
    size_t count;
} words;

static void split(const char *text, words *out)
{
    out->count = 0;
    while (*text && out->count < WORDS_MAX) {
        size_t length = 0;
        while (*text && !isalnum((unsigned char)*text) && (unsigned char)*text < 0x80) text++;
        while (isalnum((unsigned char)text[length]) || (unsigned char)text[length] >= 0x80 ||
               text[length] == '-')
            length++;
        if (length && length < WORD_BYTES) {
            memcpy(out->items[out->count], text, length);
            out->items[out->count++][length] = '\0';
        }
        text += length;
    }
}

static bool is_among(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(word, list[i]) == 0) return true;
    return false;
}

/* Words about the picture, not in it. */
static bool says_nothing(const char *word)
{
    static const char *const plain[] = {
        "a",      "an",   "the",     "is",   "are", "there", "this", "that",      "image",   "picture",
        "photo",  "show", "shows",   "does", "do",  "in",    "on",   "of",        "contain", "contains",
        "any",    "it",   "visible", "see",  "you", "can",   "have", "has",       "with",    "please",
        "answer", "yes",  "some",    "one",  "or",  "to",    "at",   "photograph"};
    return is_among(word, plain, sizeof plain / sizeof *plain);
}

static bool turns_round(const char *word)
{
    static const char *const turns[] = {"not",  "no",   "without", "never", "isn", "doesn",
                                        "none", "only", "more",    "than",  "and"};
    return is_among(word, turns, sizeof turns / sizeof *turns);
}

/* Models look for these everywhere, so that their silence says something; moods, styles and the like they
 * may miss. */
static bool silence_counts(const ts_vocab *vocab, ts_concept concept)
{
    ts_facet facet = ts_vocab_facet(vocab, concept);
    return facet == TS_FACET_OBJECT || facet == TS_FACET_PEOPLE || facet == TS_FACET_SCENE;
}

/* The longest phrase from here on that the vocabulary knows; its length in words, 0: none. */
static size_t phrase(const ts_vocab *vocab, const words *w, size_t at, char *text, size_t size)
{
    for (size_t n = PHRASE_MAX; n > 0; n--) {
        size_t length = 0;
        if (at + n > w->count) continue;
        for (size_t i = 0; i < n; i++) {
            size_t word = strlen(w->items[at + i]);
            if (length + word + 2 > size) return 0;
            if (i) text[length++] = ' ';
            memcpy(text + length, w->items[at + i], word);
            length += word;
        }
        text[length] = '\0';
        if (!(n == 1 && says_nothing(text)) && ts_vocab_find_name(vocab, text).count) return n;
    }
    return 0;
}

ts_task_answer ts_task_yes_no(const ts_task_facts *facts, const char *instruction)
{
    words w;
    char text[PHRASE_MAX * WORD_BYTES];
    ts_task_answer answer = TS_TASK_UNKNOWN;
    size_t asked = 0;
    if (!facts->vocab) return TS_TASK_UNKNOWN;
    split(instruction, &w);
    for (size_t i = 0; i < w.count; i++) {
        if (turns_round(w.items[i])) return TS_TASK_UNKNOWN;
        size_t n = phrase(facts->vocab, &w, i, text, sizeof text);
        if (!n && says_nothing(w.items[i])) continue;
        /* A question about two things, or about one and a word that nobody here knows, is none for tags. */
        if (!n || asked++) return TS_TASK_UNKNOWN;
        double sure = sureness(facts, text);
        bool quiet = silence_counts(facts->vocab, ts_vocab_find_name(facts->vocab, text).items[0]);
        answer = sure >= 1 ? TS_TASK_YES : sure <= 0 && quiet ? TS_TASK_NO : TS_TASK_UNKNOWN;
        i += n - 1;
    }
    return answer;
}

/* ---- all tasks ---------------------------------------------------------------------------------- */

static void append_all(json_t *list, const json_t *more)
{
    for (size_t i = 0; i < json_array_size(more); i++) (void)json_array_append(list, json_array_get(more, i));
}

static void act(const json_t *action, json_t *add, json_t *remove, json_t *set)
{
    const json_t *values = json_object_get(action, "set_metadata"),
                 *gone = json_object_get(action, "unset_metadata");
    append_all(add, json_object_get(action, "add_tags"));
    append_all(remove, json_object_get(action, "remove_tags"));
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *one = json_array_get(values, i);
        const char *field = ts_json_string_or(one, "field", NULL);
        if (field && json_object_get(one, "value"))
            (void)json_object_set(set, field, json_object_get(one, "value"));
    }
    for (size_t i = 0; i < json_array_size(gone); i++) {
        const char *field = ts_json_string_or(json_array_get(gone, i), "field", NULL);
        if (field) (void)json_object_set_new(set, field, json_null());
    }
}

static void select_value(const ts_task_facts *facts, const json_t *task,
                         json_t *(*options)(void *, const char *), void *context, json_t *set)
{
    const char *field = ts_json_string_or(task, "field", "");
    json_t *known = options(context, field);
    const json_t *vocabulary = json_object_get(task, "vocabulary");
    if (!known) return;
    if (!json_array_size(vocabulary)) vocabulary = known;
    json_t *values = json_array_size(vocabulary) ? ts_task_select(facts, task, vocabulary) : NULL;
    bool several = ts_json_number_or(task, "max_selections", 1) > 1;
    if (json_array_size(values))
        (void)json_object_set(set, field, several ? values : json_array_get(values, 0));
    json_decref(values);
    json_decref(known);
}

json_t *ts_tasks_decide(const ts_task_facts *facts, const json_t *tasks,
                        json_t *(*options)(void *, const char *), void *context)
{
    static const char *const actions[] = {
        [TS_TASK_NO] = "on_no", [TS_TASK_YES] = "on_yes", [TS_TASK_UNKNOWN] = "on_unknown"};
    json_t *add = json_array(), *remove = json_array(), *set = json_object();
    for (size_t i = 0; i < json_array_size(tasks); i++) {
        const json_t *task = json_array_get(tasks, i);
        const char *type = ts_json_string_or(task, "type", "");
        if (strcmp(type, "select_tags") == 0) {
            json_t *chosen = ts_task_select(facts, task, json_object_get(task, "vocabulary"));
            append_all(add, chosen);
            json_decref(chosen);
        } else if (strcmp(type, "select_metadata") == 0) {
            select_value(facts, task, options, context, set);
        } else {
            ts_task_answer answer = ts_task_yes_no(facts, ts_json_string_or(task, "instruction", ""));
            act(json_object_get(task, actions[answer]), add, remove, set);
        }
    }
    return json_pack("{s:o, s:o, s:o}", "add", add, "remove", remove, "set", set);
}
