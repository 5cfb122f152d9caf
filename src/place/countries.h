/* The place room: what countries are called, from a table of one row a country. NULL on failure: TS_NOT_FOUND, TS_IO,
 * TS_NO_MEMORY, or TS_CONFIG with the line. Constant after opening: any thread may read. */
#ifndef TS_PLACE_COUNTRIES_H
#define TS_PLACE_COUNTRIES_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_countries ts_countries;

ts_countries *ts_countries_open(const char *path, ts_error *err);
/* The file countries.tsv of a folder. */
ts_countries *ts_countries_open_in(const char *dir, ts_error *err);
void ts_countries_close(ts_countries *countries); /* NULL is fine */

size_t ts_countries_count(const ts_countries *countries);
/* The code of the i-th, in their order. */
const char *ts_countries_code(const ts_countries *countries, size_t i);

/* letters: two, not ended. *code and *name (English) are the table's own. */
bool ts_countries_find(const ts_countries *countries, const char *letters, const char **code,
                       const char **name);
/* NULL where there is no such country; English in a language that the table has not. */
const char *ts_countries_name(const ts_countries *countries, const char *code, const char *language);

#endif
