/* search: what someone who types may want to ask for: names of concepts in their language, free words, words
 * of titles; with how many pictures each would find. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "search/store.h"

#define CONCEPTS_MAX 256u
#define ROWS_MAX 2048u

typedef struct suggester {
    const ts_index *index;
    ts_arena *arena;
    const char *prefix; /* folded */
    ts_index_suggestion rows[ROWS_MAX];
    size_t count;
} suggester;

/* Some word of the text begins with the prefix; both are folded. */
static bool begins(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    for (const char *at = text; at; at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL)
        if (!strncmp(at, prefix, length)) return true;
    return false;
}

static uint64_t visible(const ts_index *index, const ts_sets *sets, size_t which)
{
    return ts_sets_size_without(sets, which, ts_sets_get(&index->by_flag, TS_FLAG_HELD));
}

static bool has_text(const suggester *s, const char *text)
{
    for (size_t i = 0; i < s->count; i++)
        if (!strcmp(s->rows[i].text, text)) return true;
    return false;
}

static void add(suggester *s, const char *text, const char *concept, uint64_t pictures)
{
    if (text && s->count < ROWS_MAX) s->rows[s->count++] = (ts_index_suggestion){text, concept, pictures};
}

static void add_concepts(suggester *s, ts_language language, const char *prefix)
{
    ts_suggestion found[CONCEPTS_MAX];
    size_t count = ts_vocab_prefix(s->index->vocab, language, prefix, CONCEPTS_MAX, found);
    for (size_t i = 0; i < count; i++)
        add(s, found[i].name, ts_vocab_id(s->index->vocab, found[i].concept),
            visible(s->index, &s->index->by_term, found[i].concept));
}

static void add_free_words(suggester *s)
{
    const ts_index *index = s->index;
    for (size_t i = 0; i < index->free_words.count; i++) {
        uint32_t term = (uint32_t)(index->concepts + i);
        if (!begins(index->free_words.entries[i].text, s->prefix) || has_text(s, ts_term_label(index, term)))
            continue;
        uint64_t pictures = visible(index, &index->by_term, term);
        if (pictures) add(s, ts_arena_strdup(s->arena, ts_term_label(index, term)), NULL, pictures);
    }
}

static bool has_word(const suggester *s, uint32_t stem)
{
    for (size_t i = 0; i < s->count; i++) {
        uint32_t other = ts_dict_find(&s->index->surfaces, s->rows[i].text, strlen(s->rows[i].text));
        if (other != TS_DICT_NONE && s->index->surfaces.entries[other].value == stem) return true;
    }
    return false;
}

/* Words of titles and names, once for each stem; one or two letters would bring too many. */
static void add_words(suggester *s)
{
    const ts_dict *surfaces = &s->index->surfaces;
    size_t length = strlen(s->prefix);
    for (size_t i = 0; length > 2 && i < surfaces->count && s->count < ROWS_MAX / 2; i++) {
        const ts_dict_entry *word = &surfaces->entries[i];
        if (strncmp(word->text, s->prefix, length) != 0 || has_text(s, word->text) ||
            has_word(s, word->value))
            continue;
        uint64_t pictures = visible(s->index, &s->index->by_stem, word->value);
        if (pictures) add(s, ts_arena_strdup(s->arena, word->text), NULL, pictures);
    }
}

/* Frequent first; of equals those that came first, which the vocabulary has sorted well. */
static int by_pictures(const void *a, const void *b)
{
    const ts_index_suggestion *x = *(const ts_index_suggestion *const *)a,
                              *y = *(const ts_index_suggestion *const *)b;
    if (x->pictures != y->pictures) return x->pictures > y->pictures ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool report(suggester *s, size_t limit, const ts_index_suggestion **rows, size_t *count)
{
    const ts_index_suggestion **order = ts_arena_array(s->arena, s->count + 1, sizeof *order);
    size_t shown = s->count < limit ? s->count : limit;
    ts_index_suggestion *out = ts_arena_array(s->arena, shown + 1, sizeof *out);
    if (!order || !out || ts_arena_failed(s->arena)) return false;
    for (size_t i = 0; i < s->count; i++) order[i] = &s->rows[i];
    qsort(order, s->count, sizeof *order, by_pictures);
    for (size_t i = 0; i < shown; i++) out[i] = *order[i];
    *rows = out;
    *count = shown;
    return true;
}

bool ts_index_suggest(ts_index *index, const char *prefix, ts_language language, size_t limit,
                      ts_arena *arena, const ts_index_suggestion **rows, size_t *count, ts_error *err)
{
    ts_buf folded = {0};
    suggester *s = calloc(1, sizeof *s);
    if (!s || !ts_text_fold(prefix, &folded)) {
        free(s);
        ts_buf_free(&folded);
        return ts_fail_memory(err);
    }
    s->index = index;
    s->arena = arena;
    s->prefix = folded.data ? folded.data : "";
    pthread_rwlock_rdlock(&index->lock);
    if (*s->prefix) {
        add_concepts(s, language, prefix);
        add_free_words(s);
        add_words(s);
    }
    bool good = report(s, limit, rows, count);
    pthread_rwlock_unlock(&index->lock);
    free(s);
    ts_buf_free(&folded);
    return good || ts_fail_memory(err);
}
