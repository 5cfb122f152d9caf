/* service: forms of words in languages that bend or join them. Knows no sentences. Endings are tried, not understood: a
 * name that is left is nearly always the right one, and a wrong one only moves rows. */
#include "service/word_forms.h"

#include <stdio.h>
#include <string.h>

#include "search/search.h"
#include "service/amounts.h"

enum { word_bytes = 128, least_left = 3, least_modifier = 4, least_head = 3 };

static const char *const german[] = {"n", "en", "e", "es", "s", "er", "em", "ern", NULL};
static const char *const french[] = {"s", "e", "es", "x", NULL};
static const char *const spanish[] = {"s", "es", NULL};
static const char *const joints[] = {"",   "s", "n", "en",
                                     "es", "e", NULL}; /* between the parts of a compound */

static const char *const *endings_of(ts_language language)
{
    if (language == TS_LANGUAGE_DE) return german;
    if (language == TS_LANGUAGE_FR) return french;
    return language == TS_LANGUAGE_ES ? spanish : NULL;
}

/* The name that is the first `length` bytes of the word, and `more` after them. */
static ts_concept named(const ts_vocab *vocab, ts_language language, const char *word, size_t length,
                        const char *more)
{
    char name[word_bytes + 4];
    (void)snprintf(name, sizeof name, "%.*s%s", (int)length, word, more);
    ts_concepts meant = ts_vocab_find_name_in(vocab, language, name);
    return meant.count ? meant.items[0] : TS_CONCEPT_NONE;
}

/* What is left of the word without this ending, or 0. */
static size_t without(const char *word, size_t length, const char *ending, size_t least)
{
    size_t end = strlen(ending);
    return length >= end + least && !memcmp(word + length - end, ending, end) ? length - end : 0;
}

static ts_concept without_ending(const ts_vocab *vocab, ts_language language, const char *word)
{
    size_t length = strlen(word);
    ts_concept found = TS_CONCEPT_NONE;
    const char *const *endings = endings_of(language);
    for (size_t i = 0; endings[i] && found == TS_CONCEPT_NONE; i++) {
        size_t left = without(word, length, endings[i], least_left);
        if (left) found = named(vocab, language, word, left, "");
    }
    if (found != TS_CONCEPT_NONE || language != TS_LANGUAGE_ES) return found;
    size_t left = without(word, length, "as", least_left); /* "blancas", "blanca": blanco */
    if (!left) left = without(word, length, "a", least_left);
    return left ? named(vocab, language, word, left, "o") : TS_CONCEPT_NONE;
}

/* The first `length` bytes of a compound: as they are, without what joins them, or with the e that joining took. */
static ts_concept modifier(const ts_vocab *vocab, const char *word, size_t length)
{
    ts_concept found = TS_CONCEPT_NONE;
    for (size_t i = 0; joints[i] && found == TS_CONCEPT_NONE; i++) {
        size_t left = without(word, length, joints[i], least_modifier);
        if (left) found = named(vocab, TS_LANGUAGE_DE, word, left, "");
        if (left && found == TS_CONCEPT_NONE) found = named(vocab, TS_LANGUAGE_DE, word, left, "e");
    }
    return found;
}

static ts_concept head(const ts_vocab *vocab, const char *word)
{
    ts_concept found = named(vocab, TS_LANGUAGE_DE, word, strlen(word), "");
    return found != TS_CONCEPT_NONE ? found : without_ending(vocab, TS_LANGUAGE_DE, word);
}

/* Both parts must be names: ends of words look like words too often ("Controller" ends in a Roller). */
static size_t parts_of(const ts_vocab *vocab, const char *word, ts_concept means[TS_WORD_MEANS_MAX],
                       uint8_t *amount)
{
    size_t length = strlen(word);
    for (size_t at = least_modifier; at + least_head <= length; at++) {
        if (((unsigned char)word[at] & 0xC0) == 0x80) continue;
        ts_concept first = modifier(vocab, word, at);
        if (first == TS_CONCEPT_NONE) continue;
        means[0] = means[1] = first;
        if (ts_amount_of(TS_LANGUAGE_DE, word + at, length - at) == TS_AMOUNT_SEVERAL) {
            *amount = TS_AMOUNT_SEVERAL;
            return 1;
        }
        means[0] = head(vocab, word + at);
        if (means[0] != TS_CONCEPT_NONE) return 2;
    }
    return 0;
}

size_t ts_word_means(const ts_vocab *vocab, ts_language language, const char *word,
                     ts_concept means[TS_WORD_MEANS_MAX], uint8_t *amount)
{
    size_t length = strlen(word);
    if (!endings_of(language) || length < least_left + 1 || length >= word_bytes) return 0;
    means[0] = without_ending(vocab, language, word);
    if (means[0] != TS_CONCEPT_NONE) return 1;
    return language == TS_LANGUAGE_DE ? parts_of(vocab, word, means, amount) : 0;
}
