/* catalog (private): what a ledger line makes of a tag. Pure functions, used live and by replay alike. */
#ifndef TS_CATALOG_LEDGER_RULES_H
#define TS_CATALOG_LEDGER_RULES_H

#include "catalog/tags.h"

/* A tag as it stands after some line; zeroed: before its first one. row.seq is the line that made it so, also when the
 * tag is not there. Texts are borrowed from the lines. */
typedef struct ts_standing {
    bool present;
    ts_tag_row row;
} ts_standing;

/* The one rule book. restored: for RESTORE what stood after the line `restores` (zeroed for 0), else NULL. Returns *now
 * itself when the line has no say. */
ts_standing ts_tag_next(const ts_standing *now, const ts_ledger_line *line, const ts_standing *restored);

/* No difference but when, in which rank, and by whom of the same standing? */
bool ts_standing_same(const ts_standing *a, const ts_standing *b);

/* Runs the lines of one tag in order; standings[i] is what stands after lines[i]. */
void ts_tag_fold(const ts_ledger_line *lines, size_t count, ts_standing *standings);

/* Machines 0, imports 1, people 2: nobody changes what someone higher said. */
int ts_author_level(ts_author_kind kind);

#endif
