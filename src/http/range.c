/* http: byte ranges and entity tags. Knows nothing of what they are ranges of. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/values.h"

/* Digits only; saturates instead of overflowing. Returns what follows, or NULL when there is no digit. */
static const char *read_number(const char *text, uint64_t *out)
{
    if (!isdigit((unsigned char)*text)) return NULL;
    uint64_t value = 0;
    for (; isdigit((unsigned char)*text); text++) {
        unsigned digit = (unsigned)(*text - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    *out = value;
    return text;
}

static ts_range_kind suffix_range(const char *text, uint64_t size, uint64_t *first, uint64_t *last)
{
    uint64_t count = 0;
    text = read_number(text, &count);
    if (!text || *text) return TS_RANGE_NONE;
    if (count == 0 || size == 0) return TS_RANGE_UNSATISFIABLE;
    *first = count >= size ? 0 : size - count;
    *last = size - 1;
    return TS_RANGE_PART;
}

ts_range_kind ts_parse_range(const char *text, uint64_t size, uint64_t *first, uint64_t *last)
{
    if (!text || strncasecmp(text, "bytes=", 6) != 0) return TS_RANGE_NONE;
    text += 6;
    if (*text == '-') return suffix_range(text + 1, size, first, last);
    uint64_t from = 0;
    uint64_t to = UINT64_MAX;
    text = read_number(text, &from);
    if (!text || *text != '-') return TS_RANGE_NONE;
    text++;
    if (*text && (!(text = read_number(text, &to)) || *text)) return TS_RANGE_NONE;
    if (to < from) return TS_RANGE_NONE;
    if (from >= size) return TS_RANGE_UNSATISFIABLE;
    *first = from;
    *last = to >= size ? size - 1 : to;
    return TS_RANGE_PART;
}

bool ts_etag_listed(const char *text, const char *etag, bool weak)
{
    size_t length = strlen(etag);
    for (text += strspn(text, " \t,"); *text; text += strspn(text, " \t,")) {
        if (*text == '*') return true;
        bool is_weak = strncmp(text, "W/", 2) == 0;
        if (is_weak) text += 2;
        if (*text != '"') return false;
        size_t n = strcspn(text + 1, "\"");
        if (text[1 + n] != '"') return false;
        if ((weak || !is_weak) && n == length && memcmp(text + 1, etag, n) == 0) return true;
        text += n + 2;
    }
    return false;
}
