/* vocab: the one list of facets. Must not know any concept. */
#include <string.h>

#include "vocab/vocab.h"

static const char *const facet_names[TS_FACET_COUNT] = {
    [TS_FACET_OBJECT] = "object",     [TS_FACET_SCENE] = "scene",
    [TS_FACET_PEOPLE] = "people",     [TS_FACET_COLOUR] = "colour",
    [TS_FACET_STYLE] = "style",       [TS_FACET_MOOD] = "mood",
    [TS_FACET_QUALITY] = "quality",   [TS_FACET_SAFETY] = "safety",
    [TS_FACET_TEXT] = "text",         [TS_FACET_PLACE] = "place",
    [TS_FACET_TIME] = "time",         [TS_FACET_ACTIVITY] = "activity",
    [TS_FACET_EVENT] = "event",       [TS_FACET_COMPOSITION] = "composition",
    [TS_FACET_MATERIAL] = "material", [TS_FACET_PATTERN] = "pattern",
};

const char *ts_facet_name(ts_facet facet)
{
    return (unsigned)facet < TS_FACET_COUNT ? facet_names[facet] : "unknown";
}

bool ts_facet_find(const char *name, ts_facet *facet)
{
    for (unsigned i = 0; i < TS_FACET_COUNT; i++) {
        if (strcmp(name, facet_names[i]) != 0) continue;
        *facet = (ts_facet)i;
        return true;
    }
    return false;
}
