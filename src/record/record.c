/* record: the names of the tag states. The types themselves are plain data (record.h). */
#include "record/record.h"

const char *ts_tag_state_name(ts_tag_state state)
{
    static const char *const names[TS_TAG_STATE_COUNT] = {"suggested", "accepted", "rejected"};
    return (unsigned)state < TS_TAG_STATE_COUNT ? names[state] : "unknown";
}
