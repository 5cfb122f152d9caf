/* service: countries by name: "Allemagne" and "ドイツ" are Germany. Knows no picture. */
#include "service/country_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

typedef struct named {
    const char *name, *code; /* the name as the vocabulary compares names */
} named;

struct ts_country_names {
    const ts_countries *countries;
    named *rows; /* sorted */
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

static bool add(ts_country_names *names, const char *name, const char *code, ts_arena *arena)
{
    char folded[512];
    if (!ts_vocab_fold(name, folded, sizeof folded)) return true;
    char *copy = ts_arena_strdup(arena, folded);
    if (copy) names->rows[names->count++] = (named){copy, code};
    return copy != NULL;
}

ts_country_names *ts_country_names_new(const ts_countries *countries, ts_arena *arena, ts_error *err)
{
    ts_country_names *names = TS_NEW(arena, ts_country_names);
    size_t count = ts_countries_count(countries);
    if (names) names->rows = TS_NEW_ARRAY(arena, count * TS_LANGUAGE_COUNT, named);
    bool ok = names && names->rows;
    for (size_t i = 0; ok && i < count; i++) {
        const char *code = ts_countries_code(countries, i);
        for (unsigned l = 0; ok && l < TS_LANGUAGE_COUNT; l++)
            ok =
                add(names, ts_countries_name(countries, code, ts_language_code((ts_language)l)), code, arena);
    }
    if (!ok) {
        (void)ts_fail_memory(err);
        return NULL;
    }
    names->countries = countries;
    qsort(names->rows, names->count, sizeof *names->rows, by_name);
    return names;
}

const char *ts_country_said(const ts_country_names *names, const char *name, const char *language)
{
    char folded[512];
    if (!ts_vocab_fold(name, folded, sizeof folded)) return NULL;
    const named wanted = {.name = folded};
    const named *found = bsearch(&wanted, names->rows, names->count, sizeof *names->rows, by_name);
    return found ? ts_countries_name(names->countries, found->code, language) : NULL;
}

/* ---- in a sentence ---- */

enum { words_most = 4, signs_most = 10, phrase_bytes = 128 };

/* The phrase's country in English, unless the words mean a thing. */
static const char *country_of(const ts_country_names *names, const ts_vocab *vocab, const char *at,
                              size_t length)
{
    char phrase[phrase_bytes];
    if (length == 0 || length >= sizeof phrase) return NULL;
    memcpy(phrase, at, length);
    phrase[length] = '\0';
    const char *country = ts_country_said(names, phrase, "en");
    return country && ts_vocab_find_name(vocab, phrase).count == 0 ? country : NULL;
}

/* Where words are not parted: "日本の" is in Japan, "日本酒" is a drink. */
static bool may_follow(const char *at)
{
    static const char *const signs[] = {"的", "の", "で", "に", "里", "에", "의", NULL};
    bool found = !*at || strchr(" ,.!?", *at);
    for (size_t i = 0; signs[i] && !found; i++) found = strncmp(at, signs[i], strlen(signs[i])) == 0;
    return found;
}

/* The longest name that begins here. */
static const char *begins_with(const ts_country_names *names, const ts_vocab *vocab, const char *at,
                               bool wide)
{
    const char *found = NULL;
    size_t left = strlen(at), count = 0, most = wide ? signs_most : words_most;
    for (size_t i = 0; i < left && count < most;) {
        size_t step = wide ? ts_utf8_sequence(at + i, left - i) : strcspn(at + i, " ,.!?");
        i += step;
        count++;
        const char *country = may_follow(at + i) ? country_of(names, vocab, at, i) : NULL;
        if (country) found = country;
        if (!step || (!wide && at[i] != ' ')) break;
        i += !wide;
    }
    return found;
}

const char *ts_country_in(const ts_country_names *names, const ts_vocab *vocab, const char *text)
{
    const char *found = NULL;
    for (const char *at = text; *at && !found;) {
        size_t step = ts_utf8_sequence(at, strlen(at));
        bool wide = step == 3 && (unsigned char)*at >= 0xE3;
        bool begins = at == text || strchr(" ,.!?'", at[-1]);
        if (wide || begins) found = begins_with(names, vocab, at, wide);
        at += step ? step : 1;
    }
    return found;
}
