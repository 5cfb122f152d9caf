/* exchange: the reading order of facets, and what a tag is called for readers. */
#include "exchange/facets.h"

#include <string.h>

#include "exchange/exchange.h"

const char *ts_facet_shown(size_t place)
{
    static const ts_facet order[] = {
        TS_FACET_OBJECT,  TS_FACET_PEOPLE,      TS_FACET_ACTIVITY, TS_FACET_EVENT,
        TS_FACET_SCENE,   TS_FACET_TEXT,        TS_FACET_PLACE,    TS_FACET_TIME,
        TS_FACET_STYLE,   TS_FACET_COMPOSITION, TS_FACET_COLOUR,   TS_FACET_MATERIAL,
        TS_FACET_PATTERN, TS_FACET_MOOD,        TS_FACET_QUALITY,  TS_FACET_SAFETY};
    _Static_assert(sizeof order / sizeof *order == TS_FACET_COUNT, "every facet has its place");
    return ts_facet_name(order[place]);
}

bool ts_record_has_facet(const ts_record *record, const char *facet)
{
    for (size_t i = 0; i < record->tag_count; i++)
        if (strcmp(record->tags[i].facet, facet) == 0) return true;
    return false;
}

const char *ts_tag_shown(const ts_tag *tag)
{
    return tag->term_count == 0 && tag->label_count > 0 ? tag->labels[0].label : tag->label;
}
