/* service (private): titles, descriptions and alternative texts for records on their way out. */
#ifndef TS_SERVICE_TEXTS_H
#define TS_SERVICE_TEXTS_H

#include "base/arena.h"
#include "caption/caption.h"
#include "place/countries.h"
#include "record/record.h"

/* What one run writes with. All zero writes nothing; immutable once open, for any number of threads. */
typedef struct ts_describer {
    ts_vocab *vocab;
    ts_captioner *captioner;
    ts_countries *countries;
    ts_language languages[TS_LANGUAGE_COUNT];
    size_t language_count;
} ts_describer;

/* list: "en,de", each once, "none"; NULL: "en". Fills languages and leaves the rest empty. TS_USAGE. */
bool ts_describer_languages(ts_describer *describer, const char *list, ts_error *err);
/* With the vocabulary and the grammars of these languages. After a failure call ts_describer_close too. */
bool ts_describer_open(ts_describer *describer, const char *vocab_dir, const char *list, ts_error *err);
void ts_describer_close(ts_describer *describer);
/* Sets record->texts and, where other languages than English are asked for, the labels of its tags; in the arena. */
bool ts_describer_record(const ts_describer *describer, ts_arena *arena, ts_record *record, ts_error *err);

/* "Lyon, Frankreich": the town, or without one the region, and the country as the language calls it; NULL where the
 * country's code is not known. In the arena, or the countries' own. */
const char *ts_place_said(const ts_countries *countries, const char *city, const char *region,
                          const char *code, ts_language language, ts_arena *arena);

/* What a tag "place/fr" is called in a language, the countries' own; NULL for a concept that is no country's. */
const char *ts_country_label(const ts_countries *countries, const char *concept, ts_language language);

/* The part of the upright picture under the boxes, 0..1, laid side by side. */
float ts_boxes_share(const ts_rect *boxes, size_t count, uint32_t width, uint32_t height);

#endif
