/* exchange: what of a record goes into a picture's metadata: tags as keywords and hierarchies in a language, title,
 * description and alt text. From a record's JSON to plain strings, so that a line of `tagsmith tag` and one of the
 * catalogue's export are the same thing. Must not know files.
 * Threads: any, on arenas of their own. */
#ifndef TS_EXCHANGE_KEYWORDS_H
#define TS_EXCHANGE_KEYWORDS_H

#include <jansson.h>

#include "base/arena.h"
#include "image/metadata_write.h"
#include "vocab/vocab.h"

typedef struct ts_keyword_choice {
    const ts_vocab *vocab;
    ts_language language;
    uint32_t facets;      /* TS_FACET_BIT mask; a tag of no known facet (a free word) always counts */
    float min_confidence; /* tags below it are left out, unless a person accepted them */
    bool with_suggested;  /* else accepted tags only; rejected ones never */
    bool with_ancestors;  /* what a tag is a kind of, as keywords of their own */
    bool without_texts;   /* no title, description, alt text */
} ts_keyword_choice;

/* The facets that say what is in a picture. Colours, quality and safety are for searching here, and a nuisance or worse
 * in files that are passed on. */
uint32_t ts_keyword_usual_facets(void);

/* record: a line of docs/record.schema.json or of the export. The texts live in the arena, or as long as the record and
 * the vocabulary. False: no memory. */
bool ts_keywords_of(const json_t *record, const ts_keyword_choice *choice, ts_arena *arena,
                    ts_metadata_wish *wish, ts_error *err);

#endif
