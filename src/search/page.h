/* search, private to the room: sorts a result and cuts pages from it that stay put while pictures come and
 * go. */
#ifndef TS_SEARCH_PAGE_H
#define TS_SEARCH_PAGE_H

#include "search/rank.h"

/* candidates->scores and ->order may be NULL: the query's own scores are then worked out as needed. bound:
 * 0, or what rows that are no candidates may score at most; *complete becomes false, and nothing else
 * happens, where such rows might belong on the page. */
bool ts_page_cut(const ts_question *q, const ts_find *find, const ts_candidates *candidates, float bound,
                 bool *complete, ts_found *found);
/* The first `limit` of the whole result in the order of the question, no cursor heard. */
bool ts_page_order(const ts_question *q, const ts_find *find, const ts_candidates *candidates, size_t limit,
                   uint32_t **numbers, size_t *count);
/* Whether the page is by the query's own scores, best first. */
bool ts_page_is_by_score(const ts_question *q, const ts_find *find);

#endif
