/* search, private to the room: what a page needs of each picture found before it fetches one. */
#ifndef TS_SEARCH_LAYOUT_H
#define TS_SEARCH_LAYOUT_H

#include "search/store.h"

/* Under the read lock. False when the arena is exhausted. */
bool ts_shapes_make(const ts_index *index, const uint32_t *numbers, size_t count, ts_arena *arena,
                    ts_shapes *layout);

/* places.c: the same for the names of their places, the most frequent first. */
bool ts_places_count(const ts_index *index, const uint32_t *numbers, size_t count, ts_arena *arena,
                     const ts_place_count **places, size_t *place_count);

#endif
