/* search, private to the room: what a question in plain words calls by name. */
#ifndef TS_SEARCH_NAMED_H
#define TS_SEARCH_NAMED_H

#include "search/rank.h"

/* Adds to what chance left (kept, in the candidates' order) the candidates that show one of the surely named
 * concepts. scores: of all candidates. The new list comes from the arena. */
bool ts_named_join(const ts_question *q, const ts_find *find, const ts_candidates *candidates,
                   const float *scores, ts_kept **kept, size_t *count);

/* After the candidates have been narrowed: what they show of the named counts beside meaning, and hunches
 * decide among the first. middle: what order is measured from. */
bool ts_named_order(const ts_question *q, const ts_find *find, const float *products, float middle,
                    ts_candidates *candidates);

#endif
