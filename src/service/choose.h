/* service (private): a choice of pictures made into their numbers; who asks has been checked. */
#ifndef TS_SERVICE_CHOOSE_H
#define TS_SERVICE_CHOOSE_H

#include "service/find.h"

/* Does it say anything at all? A question without words is none. */
bool ts_choice_is_made(const ts_choice *choice);

/* Ascending, each once; those that have gone, or are held from this choice, are left out. Waits until the index knows of
 * all that was written before. TS_USAGE, TS_NOT_FOUND: as ts_service_find. */
bool ts_service_choose(ts_service *service, const ts_choice *choice, ts_arena *arena,
                       const uint32_t **numbers, size_t *count, ts_error *err);

#endif
