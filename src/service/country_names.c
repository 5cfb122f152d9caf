/* service: countries by name: "Allemagne" and "ドイツ" are Germany. Knows no picture. */
#include "service/country_names.h"

#include <stdlib.h>
#include <string.h>

#include "vocab/vocab.h"

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
