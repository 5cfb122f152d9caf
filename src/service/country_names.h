/* service (private): countries by what they are called in any of the languages. Constant after opening: any thread. */
#ifndef TS_SERVICE_COUNTRY_NAMES_H
#define TS_SERVICE_COUNTRY_NAMES_H

#include "base/arena.h"
#include "place/countries.h"
#include "vocab/vocab.h"

typedef struct ts_country_names ts_country_names;

/* In the arena; the countries must outlive it. NULL: TS_NO_MEMORY. */
ts_country_names *ts_country_names_new(const ts_countries *countries, ts_arena *arena, ts_error *err);
/* The country that has the name, in any letter case, said in a language ("de"); NULL: no country is called so. */
const char *ts_country_said(const ts_country_names *names, const char *name, const char *language);
/* The English name of the first country that a question in plain words names in any of the languages ("dogs in Japan",
 * "日本の犬"); NULL: none. What also names a concept ("turkey") is taken for that. Not thread-bound. */
const char *ts_country_in(const ts_country_names *names, const ts_vocab *vocab, const char *text);

#endif
