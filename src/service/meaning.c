/* service: vectors of concepts and questions. Knows no pictures. */
#include "service/meaning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "service/amounts.h"
#include "service/counters.h"
#include "service/word_forms.h"

enum { names_max = 5, words_max = 64, phrase_max = 4, phrase_bytes = 256 };

/* Of what is named, beside the sentence as a whole: the encoder understands sentences but is weak at single words of
 * other languages, most of all at those that are not written in Latin letters. Chosen on a coarse grid (0.5, 1, 1.5, 2.5)
 * on COCO captions in seven languages. */
#define NAMED_PART 0.5F
#define NAMED_PART_WIDE 1.0F

struct ts_meanings {
    ts_text_encoder *encoder;
    const ts_vocab *vocab;
    size_t dims;
    float *vectors; /* each concept's, of length 1, or zeros: dims floats a concept */
    float *mean;    /* of those; sentence encoders crowd all texts into one corner */
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
static void join_names(ts_meanings *m, const float *rows)
{
    const char *names[names_max];
    size_t dims = m->dims, used = 0;
    for (size_t i = 0; i < ts_vocab_count(m->vocab); i++) {
        size_t count = names_of(m->vocab, (ts_concept)i, names);
        float *vector = m->vectors + i * dims;
        for (size_t k = 0; k < count && speaks(m->vocab, (ts_concept)i); k++)
            add(vector, rows + k * dims, dims);
        unit(vector, dims);
        add(m->mean, vector, dims);
        used += speaks(m->vocab, (ts_concept)i);
        rows += count * dims;
    }
    for (size_t k = 0; k < dims && used; k++) m->mean[k] /= (float)used;
}

static bool give(ts_meanings *m, const char **texts, size_t count, ts_index *index, ts_error *err)
{
    float *rows = calloc(count + 1, m->dims * sizeof *rows);
    bool ok = rows || ts_fail_memory(err);
    ok = ok && ts_text_encode_cached(m->encoder, texts, count, TS_TEXT_QUERY, rows, err);
    if (ok) join_names(m, rows);
    ok = ok && ts_index_set_concept_vectors(index, m->vectors, m->dims, err);
    free(rows);
    return ok;
}

static bool give_all(ts_meanings *m, ts_index *index, ts_error *err)
{
    size_t concepts = ts_vocab_count(m->vocab), count = 0;
    const char **texts = calloc(concepts * names_max + 1, sizeof *texts);
    m->vectors = calloc(concepts + 1, m->dims * sizeof *m->vectors);
    m->mean = calloc(m->dims, sizeof *m->mean);
    bool ok = texts && m->vectors && m->mean;
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
    if (meanings) {
        free(meanings->vectors);
        free(meanings->mean);
    }
    free(meanings);
}

/* ---- the concepts that a question names -------------------------------------------------------------------------------- */

/* What a text names when it is read in one language. */
typedef struct named {
    const ts_vocab *vocab;
    const ts_own_names *own; /* or NULL */
    ts_language language;
    ts_concept concepts[TS_FIND_NAMED_MAX];
    uint8_t amounts[TS_FIND_NAMED_MAX]; /* how many of each */
    size_t count;
    size_t bytes;          /* of the text that are names */
    size_t forms;          /* ... that are forms of names */
    uint8_t amount;        /* that the words before the next name tell */
    size_t last, last_end; /* the concept that was named last, and where its name ends; 0: none yet */
} named;

static bool is_ascii(const char *text)
{
    while (*text && (unsigned char)*text < 0x80) text++;
    return !*text;
}

static bool is_wide_language(ts_language language)
{
    return language == TS_LANGUAGE_ZH || language == TS_LANGUAGE_JA || language == TS_LANGUAGE_KO;
}

/* English words stand in texts of other scripts as they are. */
static ts_concepts meant_by(const named *found, const char *name)
{
    bool foreign = is_wide_language(found->language) && is_ascii(name);
    return ts_vocab_find_name_in(found->vocab, foreign ? TS_LANGUAGE_EN : found->language, name);
}

/* The first time that it is named tells how many there are. */
static void keep_concept(named *found, ts_concept concept, uint8_t amount)
{
    for (found->last = 0; found->last < found->count; found->last++)
        if (found->concepts[found->last] == concept) return;
    if (found->count == TS_FIND_NAMED_MAX) return;
    found->amounts[found->count] = amount;
    found->concepts[found->count++] = concept;
}

static bool is_plural(const named *found, ts_concept concept, const char *name)
{
    char said[phrase_bytes], plural[phrase_bytes], label[phrase_bytes];
    return ts_vocab_is_countable(found->vocab, concept) && ts_vocab_fold(name, said, sizeof said) &&
           ts_vocab_fold(ts_vocab_plural_in(found->vocab, concept, found->language, NULL), plural,
                         sizeof plural) &&
           ts_vocab_fold(ts_vocab_label_in(found->vocab, concept, found->language, NULL), label,
                         sizeof label) &&
           strcmp(said, plural) == 0 && strcmp(plural, label) != 0;
}

/* The user's own words are of any language, and mean all that they stand above. */
typedef struct own_sink {
    named *found;
    bool any;
} own_sink;

static void keep_own(void *context, const char *id)
{
    own_sink *sink = context;
    ts_concept concept = ts_vocab_find(sink->found->vocab, id);
    if (concept == TS_CONCEPT_NONE) return;
    sink->any = true;
    keep_concept(sink->found, concept, sink->found->amount);
}

static bool take_own(named *found, const char *name)
{
    own_sink sink = {.found = found};
    if (found->own) found->own->find(found->own->context, name, keep_own, &sink);
    return sink.any;
}

static bool take_name(const char *text, size_t length, named *found)
{
    char name[phrase_bytes];
    if (length == 0 || length >= sizeof name) return false;
    memcpy(name, text, length);
    name[length] = '\0';
    ts_concepts meant = meant_by(found, name);
    bool are_several = meant.count && found->amount <= 1 && is_plural(found, meant.items[0], name);
    if (meant.count) keep_concept(found, meant.items[0], are_several ? TS_AMOUNT_SEVERAL : found->amount);
    else if (!take_own(found, name)) return false;
    found->bytes += length;
    found->amount = TS_AMOUNT_ANY;
    return true;
}

static bool is_wide(const char *at, size_t length)
{
    return length >= 3 && (unsigned char)*at >= 0xE3 && (unsigned char)*at < 0xF0; /* kana, Han, Hangul */
}

/* "A couple of trains" names no couple. */
static bool is_amount_of(const char *text, size_t at, size_t length)
{
    size_t end = at + length, begin = end;
    if (strncmp(text + end, " of ", 4) != 0) return false; /* English, whatever it is read as */
    while (begin > at && text[begin - 1] != ' ') begin--;
    return ts_amount_of(TS_LANGUAGE_EN, text + begin, end - begin) > 1;
}

/* A Korean name of one syllable is a part of most longer words: it must be the whole word, but for a particle.
 * Longer ones begin words, or follow other names in compounds. */
static bool may_end(const named *found, const char *text, size_t at, size_t length)
{
    enum { syllable = 3 };
    if (found->language != TS_LANGUAGE_KO || !is_wide(text + at, syllable))
        return !is_amount_of(text, at, length);
    size_t rest = strcspn(text + at + length, " ");
    bool begins = at == 0 || text[at - 1] == ' ';
    if (length > syllable) return begins || found->last_end == at;
    return begins && ts_is_korean_ending(text + at + length, rest);
}

/* The longest name that begins here: words up to four for scripts with blanks, else characters. Returns its bytes, or 0. */
static size_t take_longest(const char *text, size_t from, bool wide, named *found)
{
    const char *at = text + from;
    size_t left = strlen(at), ends[words_max], count = 0, most = wide ? 8 : phrase_max;
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
        if (may_end(found, text, from, ends[--count]) && take_name(at, ends[count], found))
            return ends[count];
    return 0;
}

static size_t skip_word(const char *at, size_t left, bool wide)
{
    size_t i = ts_utf8_sequence(at, left);
    while (!wide && i < left && at[i] != ' ' && at[i - 1] != '\'' && !is_wide(at + i, left - i))
        i++; /* l'herbe */
    return i ? i : 1;
}

/* Forms of names hardly tell the language: with endings taken off, words of one are soon words of another. */
static size_t take_form(const char *at, bool wide, named *found)
{
    ts_concept means[TS_WORD_MEANS_MAX];
    char word[phrase_bytes];
    size_t length = strcspn(at, " ");
    if (wide || length >= sizeof word) return 0;
    memcpy(word, at, length);
    word[length] = '\0';
    size_t count = ts_word_means(found->vocab, found->language, word, means, &found->amount);
    for (size_t i = 0; i < count; i++) keep_concept(found, means[i], i ? TS_AMOUNT_ANY : found->amount);
    if (!count) return 0;
    found->amount = TS_AMOUNT_ANY;
    found->forms += length;
    return length;
}

/* Is there only a particle between the last name and what begins here? "犬が" (二匹), "소" (두 마리) */
static bool follows_name(const char *text, size_t at, const named *found)
{
    static const char *const particles[] = {"が", "は", "を", "も", "の"};
    enum { count = sizeof particles / sizeof *particles, length = 3 };
    size_t between = at - found->last_end;
    if (!found->last_end || found->last >= found->count) return false;
    bool follows = between <= 1;
    for (size_t i = 0; i < count && between == length && !follows; i++)
        follows = memcmp(text + found->last_end, particles[i], length) == 0;
    return follows;
}

/* "Three" may stand before what it counts, or with a counter behind it ("소 세 마리"). Returns the bytes of both. */
static size_t keep_amount(const char *text, size_t at, size_t length, uint8_t amount, named *found)
{
    size_t end = at + length, blank = text[end] == ' ';
    size_t counter = ts_counter_at(found->language, text + end + blank);
    if (counter) end += blank + counter;
    bool behind = counter && follows_name(text, at, found) && strncmp(text + end, "の", 3) != 0;
    if (behind && found->amounts[found->last] == TS_AMOUNT_ANY) found->amounts[found->last] = amount;
    else if (amount > 1 || !found->amount) found->amount = amount;
    if (counter && found->language == TS_LANGUAGE_KO) end += strcspn(text + end, " "); /* its particle */
    return end - at;
}

/* "Two", or a character that means it where words are not parted. Returns its bytes with those of its counter, or 0. */
static size_t hear_amount(const char *text, size_t at, size_t step, bool wide, named *found)
{
    bool begins = at == 0 || text[at - 1] == ' ';
    uint8_t amount = TS_AMOUNT_ANY;
    size_t length = strcspn(text + at, " ");
    if (begins) amount = ts_amount_of(found->language, text + at, length);
    if (!amount && wide && found->language != TS_LANGUAGE_KO)
        amount = ts_amount_of(found->language, text + at, length = step);
    return amount ? keep_amount(text, at, length, amount, found) : 0;
}

/* A name ends here: "たち" says that there are several. */
static void end_name(const char *text, size_t end, named *found)
{
    found->last_end = end;
    bool known = found->last >= found->count || found->amounts[found->last] != TS_AMOUNT_ANY;
    if (!known && ts_plural_at(found->language, text + end)) found->amounts[found->last] = TS_AMOUNT_SEVERAL;
}

static void read_as(const char *text, named *found)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        size_t left = length - at, step = ts_utf8_sequence(text + at, left);
        bool wide = step && is_wide(text + at, step);
        if (text[at] == ' ') {
            at++;
            continue;
        }
        size_t taken = take_longest(text, at, wide, found), told = 0;
        if (!taken) told = hear_amount(text, at, step, wide, found);
        if (!taken && !told) taken = take_form(text + at, wide, found);
        if (taken) end_name(text, at + taken, found);
        bool letters = wide && found->language != TS_LANGUAGE_KO; /* which has blanks */
        at += taken + told ? taken + told : skip_word(text + at, left, letters);
    }
}

/* In the language in which most of it is names; English where that is not told. Word by word the languages would be
 * mixed up: a "herd" is a stove in German, "four" an oven in French. */
static named find_named(const ts_vocab *vocab, const ts_own_names *own, const char *text)
{
    named best = {.vocab = vocab};
    for (int language = 0; language < TS_LANGUAGE_COUNT; language++) {
        named found = {.vocab = vocab, .own = own, .language = (ts_language)language};
        read_as(text, &found);
        bool is_better = found.bytes > best.bytes || (found.bytes == best.bytes && found.forms > best.forms);
        if (is_better) best = found;
    }
    return best;
}

/* Commas and the like part words as blanks do. */
static const char *without_marks(const char *text, ts_arena *arena)
{
    char *copy = ts_arena_strdup(arena, text);
    for (char *at = copy; at && *at; at++)
        if (strchr(",.;:!?()[]\"/", *at)) *at = ' ';
    return copy;
}

/* In a description of several things; a word alone tells nothing. */
static uint8_t amount_of(const named *found, size_t i)
{
    bool is_bare = found->language == TS_LANGUAGE_JA || found->language == TS_LANGUAGE_KO;
    if (found->amounts[i] != TS_AMOUNT_ANY || !is_bare || found->count < 2) return found->amounts[i];
    return TS_AMOUNT_BARE;
}

/* What a picture shows comes first: how it looks ("blue") is no reason to be in the answer. */
static bool give_named(const named *found, ts_arena *arena, ts_question *out, ts_error *err)
{
    ts_concept *concepts = TS_NEW_ARRAY(arena, found->count + 1, ts_concept);
    uint8_t *amounts = TS_NEW_ARRAY(arena, found->count + 1, uint8_t);
    if (!concepts || !amounts) return ts_fail_memory(err);
    for (int silent = 0; silent < 2; silent++) {
        for (size_t i = 0; i < found->count; i++) {
            if (speaks(found->vocab, found->concepts[i]) == (silent != 0)) continue;
            amounts[out->named_count] = amount_of(found, i);
            concepts[out->named_count++] = found->concepts[i];
        }
        if (!silent) out->named_sure = out->named_count;
    }
    out->named = concepts;
    out->amounts = amounts;
    return true;
}

/* ---- a question ---------------------------------------------------------------------------------------------------------- */

/* row = scale * (row - mean), of length 1. */
static void centre(const ts_meanings *m, float *row)
{
    for (size_t k = 0; k < m->dims; k++) row[k] -= m->mean[k];
    unit(row, m->dims);
}

/* The sum of the centred vectors of what is named, into `sum`. */
static void add_named(const ts_meanings *m, const ts_question *question, float *sum, float *row)
{
    for (size_t i = 0; i < question->named_sure; i++) {
        memcpy(row, m->vectors + question->named[i] * m->dims, m->dims * sizeof *row);
        centre(m, row);
        add(sum, row, m->dims);
    }
    unit(sum, m->dims);
}

/* Adds what is named to the sentence. The index will centre the vector, so the mean is put back. */
static bool mix_in(const ts_meanings *m, float part, ts_question *question, ts_arena *arena, ts_error *err)
{
    float *sum = TS_NEW_ARRAY(arena, m->dims, float), *row = TS_NEW_ARRAY(arena, m->dims, float);
    if (!sum || !row) return ts_fail_memory(err);
    add_named(m, question, sum, row);
    centre(m, question->vector);
    for (size_t k = 0; k < m->dims; k++) question->vector[k] += part * sum[k];
    unit(question->vector, m->dims);
    add(question->vector, m->mean, m->dims);
    return true;
}

bool ts_meanings_ask(const ts_meanings *m, const char *text, const ts_own_names *own, ts_arena *arena,
                     ts_question *out, ts_error *err)
{
    const char *words = without_marks(text, arena);
    *out = (ts_question){.vector = TS_NEW_ARRAY(arena, m->dims, float), .dims = m->dims};
    if (!out->vector || !words) return ts_fail_memory(err);
    if (!ts_text_encode(m->encoder, &text, 1, TS_TEXT_QUERY, out->vector, err)) return false;
    named found = find_named(m->vocab, own, words);
    float part = is_wide_language(found.language) ? NAMED_PART_WIDE : NAMED_PART;
    return give_named(&found, arena, out, err) && mix_in(m, part, out, arena, err);
}
