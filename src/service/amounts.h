/* service (private): words that say how many. */
#ifndef TS_SERVICE_AMOUNTS_H
#define TS_SERVICE_AMOUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "vocab/vocab.h"

/* What a word of the language says about how many of the next thing there are: their number, or TS_AMOUNT_SEVERAL
 * (search/search.h); TS_AMOUNT_ANY for all other words. Letter case of ASCII does not matter. Any thread. */
uint8_t ts_amount_of(ts_language language, const char *word, size_t length);

#endif
