/* service: vectors of concepts and questions. Knows no pictures. */
#include "service/meaning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { names_max = 5, named_max = 8, words_max = 64, phrase_max = 4, phrase_bytes = 256 };

/* ---- concepts ------------------------------------------------------------------------------------------------------- */

/* What a picture shows, not how or when it was taken: "blue" and "sharp" would be near to everything. */
static bool speaks(const ts_vocab *vocab, ts_concept concept)
{
    static const uint32_t silent = TS_FACET_BIT(TS_FACET_COLOUR) | TS_FACET_BIT(TS_FACET_STYLE) |
                                   TS_FACET_BIT(TS_FACET_QUALITY) | TS_FACET_BIT(TS_FACET_TIME) |
                                   TS_FACET_BIT(TS_FACET_SAFETY);
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

/* Each concept's vector is the mean of its names'. */
static void join_names(const ts_vocab *vocab, const float *rows, size_t dims, float *vectors)
{
    const char *names[names_max];
    for (size_t i = 0; i < ts_vocab_count(vocab); i++) {
        size_t count = names_of(vocab, (ts_concept)i, names);
        float *vector = vectors + i * dims;
        for (size_t k = 0; k < count && speaks(vocab, (ts_concept)i); k++) add(vector, rows + k * dims, dims);
        unit(vector, dims);
        rows += count * dims;
    }
}

static bool give(ts_text_encoder *encoder, const ts_vocab *vocab, const char **texts, size_t count,
                 ts_index *index, ts_error *err)
{
    size_t dims = ts_text_dims(encoder), concepts = ts_vocab_count(vocab);
    float *rows = calloc(count + 1, dims * sizeof *rows),
          *vectors = calloc(concepts + 1, dims * sizeof *vectors);
    bool ok = (rows && vectors) || ts_fail_memory(err);
    ok = ok && ts_text_encode_cached(encoder, texts, count, TS_TEXT_QUERY, rows, err);
    if (ok) join_names(vocab, rows, dims, vectors);
    ok = ok && ts_index_set_concept_vectors(index, vectors, dims, err);
    free(rows);
    free(vectors);
    return ok;
}

bool ts_meaning_give(ts_text_encoder *encoder, const ts_vocab *vocab, ts_index *index, ts_error *err)
{
    size_t concepts = ts_vocab_count(vocab), count = 0;
    const char **texts = calloc(concepts * names_max + 1, sizeof *texts);
    if (!texts) return ts_fail_memory(err);
    for (size_t i = 0; i < concepts; i++) count += names_of(vocab, (ts_concept)i, texts + count);
    bool ok = give(encoder, vocab, texts, count, index, err);
    free(texts);
    return ok;
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

const char *ts_meaning_named(const ts_vocab *vocab, const char *text, ts_arena *arena, ts_error *err)
{
    named found = {.count = 0};
    ts_buf query = {0};
    const char *words = without_marks(text, arena);
    if (!words) return (void)ts_fail_memory(err), NULL;
    find_named(vocab, words, &found);
    add_to_query(vocab, &found, &query);
    const char *copy = query.failed ? NULL : ts_arena_strdup(arena, query.data ? query.data : "");
    ts_buf_free(&query);
    if (!copy) (void)ts_fail_memory(err);
    return copy;
}

/* ---- a question ---------------------------------------------------------------------------------------------------------- */

static bool add_concept(ts_text_encoder *encoder, const ts_vocab *vocab, ts_concept concept, float *row,
                        float *sum, ts_error *err)
{
    const char *label = ts_vocab_label(vocab, concept);
    size_t dims = ts_text_dims(encoder);
    if (!ts_text_encode(encoder, &label, 1, TS_TEXT_QUERY, row, err)) return false;
    add(sum, row, dims);
    return true;
}

bool ts_meaning_of(ts_text_encoder *encoder, const ts_vocab *vocab, const char *text, ts_arena *arena,
                   float *out, ts_error *err)
{
    size_t dims = ts_text_dims(encoder);
    named found = {.count = 0};
    float *row = TS_NEW_ARRAY(arena, dims, float);
    if (!row) return ts_fail_memory(err);
    if (!ts_text_encode(encoder, &text, 1, TS_TEXT_QUERY, out, err)) return false;
    const char *words = without_marks(text, arena);
    if (!words) return ts_fail_memory(err);
    find_named(vocab, words, &found);
    for (size_t i = 0; i < found.count; i++)
        if (!add_concept(encoder, vocab, found.concepts[i], row, out, err)) return false;
    for (size_t k = 0; k < dims; k++) out[k] /= (float)(found.count + 1);
    return true;
}
