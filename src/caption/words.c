/* caption: what several tongues share: lists, counts, endings. Must not know a word of any language. */
#include <string.h>

#include "caption/private.h"

void ts_say_list(const ts_groups *groups, ts_say_group say, ts_case grammatical_case, const char *comma,
                 const char *and_, ts_buf *out)
{
    for (size_t i = 0; i < groups->count; i++) {
        if (i > 0) (void)ts_buf_puts(out, i + 1 == groups->count ? and_ : comma);
        say(&groups->items[i], grammatical_case, out);
    }
}

bool ts_group_is_singular(const ts_group *group)
{
    if (group->noun.traits & TS_TRAIT_PLURAL) return false;
    return (group->noun.traits & TS_TRAIT_MASS) || group->count <= 1;
}

bool ts_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool ts_ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), tail = strlen(ending);
    return length >= tail && strcmp(text + length - tail, ending) == 0;
}

bool ts_count_is_said(uint32_t count)
{
    return count >= 2 && count <= TS_COUNT_SAID;
}

bool ts_count_is_many(uint32_t count)
{
    return count >= TS_COUNT_MANY && !ts_count_is_some(count);
}

bool ts_count_is_some(uint32_t count)
{
    return count == TS_COUNT_SOME;
}

void ts_say_word(const char *text, ts_buf *out)
{
    if (text) (void)ts_buf_printf(out, " %s", text);
}
