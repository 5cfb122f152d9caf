/* search, private to the room: sorts a result and cuts pages from it that stay put while pictures come and go. */
#ifndef TS_SEARCH_PAGE_H
#define TS_SEARCH_PAGE_H

#include "search/rank.h"

/* candidates->scores and ->order may be NULL: the query's own scores are then worked out as needed. */
bool ts_page_cut(const ts_question *q, const ts_find *find, const ts_candidates *candidates, ts_found *found);

#endif
