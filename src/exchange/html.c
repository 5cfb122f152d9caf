/* exchange: escaping for HTML, and base64. Knows nothing of what is shown. */
#include "exchange/html.h"

#include <string.h>

#include "base/utf8.h"

static const char *reference_of(unsigned char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return byte < 0x20 || byte == 0x7F ? "\xEF\xBF\xBD" : NULL;
    }
}

void ts_html_text_part(ts_buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        const char *reference = reference_of((unsigned char)text[i]);
        size_t n = reference ? 1 : ts_utf8_sequence(text + i, length - i);
        if (reference) (void)ts_buf_puts(out, reference);
        else if (n) (void)ts_buf_append(out, text + i, n);
        else (void)ts_buf_puts(out, "\xEF\xBF\xBD");
        i += n ? n : 1;
    }
}

void ts_html_text(ts_buf *out, const char *text)
{
    if (text) ts_html_text_part(out, text, strlen(text));
}

void ts_base64(ts_buf *out, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!ts_buf_reserve(out, length / 3 * 4 + 8)) return;
    for (size_t i = 0; i < length; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (i + 1 < length) group |= (uint32_t)bytes[i + 1] << 8;
        if (i + 2 < length) group |= bytes[i + 2];
        char four[4] = {digits[group >> 18], digits[group >> 12 & 63], digits[group >> 6 & 63],
                        digits[group & 63]};
        if (i + 2 >= length) four[3] = '=';
        if (i + 1 >= length) four[2] = '=';
        (void)ts_buf_append(out, four, sizeof four);
    }
}
