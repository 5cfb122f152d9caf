/* service: vectors of concepts and questions. Knows no pictures. */
#include "service/meaning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { names_max = 5, named_max = 8, words_max = 64, phrase_max = 4, phrase_bytes = 256 };

struct ts_meanings {
    ts_text_encoder *encoder;
    const ts_vocab *vocab;
    size_t dims;
    float *labels; /* each concept's label as the encoder hears it: dims floats a concept */
};

/* ---- concepts ------------------------------------------------------------------------------------------------------- */

/* What a picture shows, not how or when it was taken: "blue" and "sharp" would be near to everything. */
static bool speaks(const ts_vocab *vocab, ts_concept concept)
{
    static const uint32_t silent = TS_FACET_BIT(TS_FACET_COLOUR) | TS_FACET_BIT(TS_FACET_STYLE) |
                                   TS_FACET_BIT(TS_FACET_QUALITY) | TS_FACET_BIT(TS_FACET_TIME) |
                                   TS_FACET_BIT(TS_FACET_SAFETY) | TS_FACET_BIT(TS_FACET_COMPOSITION);
    return !(TS_FACET_BIT(ts_vocab_facet(vocab, concept)) & silent);
}

/* The label and up to four synonyms. */
static size_t names_of(const ts_vocab *vocab, ts_concept concept, const char *names[names_max])
{
    const char *const *synonyms = NULL;
    size_t count = ts_vocab_synonyms(vocab, concept, &synonyms), n = 0;
    names[n++] = ts_vocab_label(vocab, concept);
    for (size_t i = 0; i < count && n < names_max; i++) names[n++] = synonyms[i];
    return n;
}

static void add(float *sum, const float *row, size_t dims)
{
    for (size_t k = 0; k < dims; k++) sum[k] += row[k];
}

static void unit(float *row, size_t dims)
{
    double square = 0;
    for (size_t k = 0; k < dims; k++) square += (double)row[k] * (double)row[k];
    float scale = square > 0 ? (float)(1 / sqrt(square)) : 0;
    for (size_t k = 0; k < dims; k++) row[k] *= scale;
}

/* Each concept's vector is the mean of its names', beginning with its label's. */
static void join_names(ts_meanings *m, const float *rows, float *vectors)
{
    const char *names[names_max];
    size_t dims = m->dims;
    for (size_t i = 0; i < ts_vocab_count(m->vocab); i++) {
        size_t count = names_of(m->vocab, (ts_concept)i, names);
        float *vector = vectors + i * dims;
        memcpy(m->labels + i * dims, rows, dims * sizeof *rows);
        for (size_t k = 0; k < count && speaks(m->vocab, (ts_concept)i); k++)
            add(vector, rows + k * dims, dims);
        unit(vector, dims);
        rows += count * dims;
    }
}

static bool give(ts_meanings *m, const char **texts, size_t count, ts_index *index, ts_error *err)
{
    float *rows = calloc(count + 1, m->dims * sizeof *rows),
          *vectors = calloc(ts_vocab_count(m->vocab) + 1, m->dims * sizeof *vectors);
    bool ok = rows && vectors;
    if (!ok) (void)ts_fail_memory(err);
    ok = ok && ts_text_encode_cached(m->encoder, texts, count, TS_TEXT_QUERY, rows, err);
    if (ok) join_names(m, rows, vectors);
    ok = ok && ts_index_set_concept_vectors(index, vectors, m->dims, err);
    free(rows);
    free(vectors);
    return ok;
}

static bool give_all(ts_meanings *m, ts_index *index, ts_error *err)
{
    size_t concepts = ts_vocab_count(m->vocab), count = 0;
    const char **texts = calloc(concepts * names_max + 1, sizeof *texts);
    m->labels = calloc(concepts + 1, m->dims * sizeof *m->labels);
    bool ok = texts && m->labels;
    if (!ok) (void)ts_fail_memory(err);
    for (size_t i = 0; ok && i < concepts; i++) count += names_of(m->vocab, (ts_concept)i, texts + count);
    ok = ok && give(m, texts, count, index, err);
    free(texts);
    return ok;
}

ts_meanings *ts_meanings_open(ts_text_encoder *encoder, const ts_vocab *vocab, ts_index *index, ts_error *err)
{
    ts_meanings *m = calloc(1, sizeof *m);
    if (!m) return (void)ts_fail_memory(err), NULL;
    m->encoder = encoder;
    m->vocab = vocab;
    m->dims = ts_text_dims(encoder);
    if (give_all(m, index, err)) return m;
    ts_meanings_close(m);
    return NULL;
}

void ts_meanings_close(ts_meanings *meanings)
{
    if (meanings) free(meanings->labels);
    free(meanings);
}

/* ---- the concepts that a question names -------------------------------------------------------------------------------- */

typedef struct named {
    ts_concept concepts[named_max];
    size_t count;
} named;

static bool take_name(const ts_vocab *vocab, const char *text, size_t length, named *found)
{
    char name[phrase_bytes];
    if (length == 0 || length >= sizeof name || found->count == named_max) return false;
    memcpy(name, text, length);
    name[length] = '\0';
    ts_concepts meant = ts_vocab_find_name(vocab, name);
    if (!meant.count || !speaks(vocab, meant.items[0])) return false;
    found->concepts[found->count++] = meant.items[0];
    return true;
}

static bool is_wide(const char *at, size_t length)
{
    return length == 3 && (unsigned char)*at >= 0xE3; /* kana, Han, Hangul: written without blanks */
}

/* The longest name that begins here: words up to four for scripts with blanks, else characters. Returns its bytes, or 0. */
static size_t take_longest(const ts_vocab *vocab, const char *at, size_t left, bool wide, named *found)
{
    size_t ends[words_max], count = 0, most = wide ? 8 : phrase_max;
    for (size_t i = 0; i < left && count < most;) {
        size_t step = ts_utf8_sequence(at + i, left - i);
        if (step == 0) break;
        bool blank = at[i] == ' ';
        if (blank) ends[count++] = i;
        i += step;
        if (wide) ends[count++] = i;
        if (!wide && i == left && count < most) ends[count++] = i;
    }
    while (count > 0)
        if (take_name(vocab, at, ends[--count], found)) return ends[count];
    return 0;
}

static size_t skip_word(const char *at, size_t left, bool wide)
{
    size_t i = ts_utf8_sequence(at, left);
    while (!wide && i < left && at[i] != ' ') i++;
    return i ? i : 1;
}

static void find_named(const ts_vocab *vocab, const char *text, named *found)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length && found->count < named_max;) {
        size_t left = length - at, step = ts_utf8_sequence(text + at, left);
        bool wide = step && is_wide(text + at, step);
        if (text[at] == ' ') {
            at++;
            continue;
        }
        size_t taken = take_longest(vocab, text + at, left, wide, found);
        at += taken ? taken : skip_word(text + at, left, wide);
    }
}

/* Commas and the like part words as blanks do. */
static const char *without_marks(const char *text, ts_arena *arena)
{
    char *copy = ts_arena_strdup(arena, text);
    for (char *at = copy; at && *at; at++)
        if (strchr(",.;:!?()[]\"/", *at)) *at = ' ';
    return copy;
}

static void add_to_query(const ts_vocab *vocab, const named *found, ts_buf *query)
{
    for (size_t i = 0; i < found->count; i++)
        (void)ts_buf_printf(query, "%stag:\"%s\"", i ? " OR " : "", ts_vocab_id(vocab, found->concepts[i]));
}

static const char *query_of(const ts_vocab *vocab, const named *found, ts_arena *arena)
{
    ts_buf query = {0};
    add_to_query(vocab, found, &query);
    const char *copy = query.failed ? NULL : ts_arena_strdup(arena, query.data ? query.data : "");
    ts_buf_free(&query);
    return copy;
}

/* ---- a question ---------------------------------------------------------------------------------------------------------- */

static void mix_in(const ts_meanings *m, const named *found, float *vector)
{
    for (size_t i = 0; i < found->count; i++) add(vector, m->labels + found->concepts[i] * m->dims, m->dims);
    for (size_t k = 0; k < m->dims; k++) vector[k] /= (float)(found->count + 1);
}

bool ts_meanings_ask(const ts_meanings *m, const char *text, ts_arena *arena, ts_question *out, ts_error *err)
{
    named found = {.count = 0};
    const char *words = without_marks(text, arena);
    if (!words) return ts_fail_memory(err);
    find_named(m->vocab, words, &found);
    *out = (ts_question){.vector = TS_NEW_ARRAY(arena, m->dims, float),
                         .dims = m->dims,
                         .named = query_of(m->vocab, &found, arena)};
    if (!out->vector || !out->named) return ts_fail_memory(err);
    if (!ts_text_encode(m->encoder, &text, 1, TS_TEXT_QUERY, out->vector, err)) return false;
    mix_in(m, &found, out->vector);
    return true;
}
