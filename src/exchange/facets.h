/* exchange (private): the order in which people read the facets of a picture. */
#ifndef TS_EXCHANGE_FACETS_H
#define TS_EXCHANGE_FACETS_H

#include "record/record.h"
#include "vocab/vocab.h"

#define TS_FACETS_SHORT 13 /* from here on a facet has few and short tags, which may share a line */

/* The name of the facet at this place of the order, 0 .. TS_FACET_COUNT - 1: what is in the picture first, how it
 * looks last. */
const char *ts_facet_shown(size_t place);
bool ts_record_has_facet(const ts_record *record, const char *facet);

#endif
