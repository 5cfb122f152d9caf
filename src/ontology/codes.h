/* ontology (private): vocab/codes.tsv: what other people's lists call a core concept. */
#ifndef TS_ONTOLOGY_CODES_H
#define TS_ONTOLOGY_CODES_H

#include "ontology/ontology.h"

typedef struct ts_code_row {
    const char *concept, *scheme, *code, *name;
    ts_match_relation relation; /* of the code to the concept */
} ts_code_row;

/* Calls take for each row, whose texts live for the call. False when take says so or the table is bad (TS_CONFIG). */
bool ts_codes_read(const char *vocab_dir, bool (*take)(void *context, const ts_code_row *row), void *context,
                   ts_error *err);

#endif
