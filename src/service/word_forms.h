/* service (private): words that are no names themselves but forms of names, or compounds of two. */
#ifndef TS_SERVICE_WORD_FORMS_H
#define TS_SERVICE_WORD_FORMS_H

#include <stddef.h>
#include <stdint.h>

#include "vocab/vocab.h"

enum { TS_WORD_MEANS_MAX = 2 };

/* What a single word of the language may mean that names nothing as it is written: its name without an ending
 * ("Hunden", "vertes"), or in German what both parts of a compound name ("Holztisch": table, wood), the thing itself
 * first; of a herd or row of something, that thing, and *amount becomes several. Nothing for languages whose names stand in all their forms in the vocabulary. Returns how many. Any thread. */
size_t ts_word_means(const ts_vocab *vocab, ts_language language, const char *word,
                     ts_concept means[TS_WORD_MEANS_MAX], uint8_t *amount);

#endif
