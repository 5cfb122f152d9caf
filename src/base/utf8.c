/* base: well-formedness of UTF-8 (Unicode 15, table 3-7). Knows nothing of what the text says. */
#include "base/utf8.h"

static bool continues(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The second byte is where overlong forms, surrogates and the end of Unicode show. */
static bool second_fits(unsigned char lead, unsigned char second)
{
    if (lead == 0xE0) return second >= 0xA0 && second <= 0xBF;
    if (lead == 0xED) return second >= 0x80 && second <= 0x9F;
    if (lead == 0xF0) return second >= 0x90 && second <= 0xBF;
    if (lead == 0xF4) return second >= 0x80 && second <= 0x8F;
    return continues(second);
}

size_t ts_utf8_sequence(const char *text, size_t left)
{
    const unsigned char *s = (const unsigned char *)text;
    unsigned char lead = s[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    size_t need = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (left < need || !second_fits(lead, s[1])) return 0;
    for (size_t i = 2; i < need; i++)
        if (!continues(s[i])) return 0;
    return need;
}

bool ts_utf8_valid(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t n = ts_utf8_sequence(text + i, length - i);
        if (n == 0) return false;
        i += n;
    }
    return true;
}

bool ts_utf8_repair(const char *text, size_t length, ts_buf *out)
{
    while (length > 0) {
        size_t step = ts_utf8_sequence(text, length);
        bool ok = step ? ts_buf_append(out, text, step) : ts_buf_puts(out, "\xEF\xBF\xBD");
        if (!ok) return false;
        text += step ? step : 1;
        length -= step ? step : 1;
    }
    return true;
}
