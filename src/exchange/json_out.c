/* exchange: the streaming JSON writer. No tree, no locale, no allocation but the buffer's own: a record of a
 * hundred numbers costs microseconds. Knows nothing of records. */
#include "exchange/json_out.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

static void begin_value(ts_json_out *out)
{
    if (out->comma) (void)ts_buf_putc(out->buf, ',');
    out->comma = true;
}

void ts_json_open(ts_json_out *out, char bracket)
{
    begin_value(out);
    (void)ts_buf_putc(out->buf, bracket);
    out->comma = false;
}

void ts_json_close(ts_json_out *out, char bracket)
{
    (void)ts_buf_putc(out->buf, bracket == '{' || bracket == '}' ? '}' : ']');
    out->comma = true;
}

void ts_json_key(ts_json_out *out, const char *key)
{
    ts_json_text(out, key);
    (void)ts_buf_putc(out->buf, ':');
    out->comma = false;
}

static void put_control(ts_buf *buf, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    const char *short_form = byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : byte == '\t' ? "\\t" : NULL;
    if (short_form) {
        (void)ts_buf_puts(buf, short_form);
        return;
    }
    char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    (void)ts_buf_append(buf, escape, sizeof escape);
}

/* One character that cannot stand as it is; returns how many bytes of the text it took. */
static size_t put_special(ts_buf *buf, const char *text, size_t left)
{
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') {
        (void)ts_buf_putc(buf, '\\');
        (void)ts_buf_putc(buf, (char)byte);
        return 1;
    }
    if (byte < 0x20 || byte == 0x7F) {
        put_control(buf, byte);
        return 1;
    }
    size_t n = ts_utf8_sequence(text, left);
    (void)(n ? ts_buf_append(buf, text, n) : ts_buf_puts(buf, "\xEF\xBF\xBD"));
    return n ? n : 1;
}

static bool is_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

void ts_json_text(ts_json_out *out, const char *text)
{
    begin_value(out);
    (void)ts_buf_putc(out->buf, '"');
    size_t length = text ? strlen(text) : 0;
    for (size_t i = 0; i < length;) {
        size_t run = i;
        while (run < length && is_plain(text[run])) run++;
        if (run > i) (void)ts_buf_append(out->buf, text + i, run - i);
        i = run;
        if (i < length) i += put_special(out->buf, text + i, length - i);
    }
    (void)ts_buf_putc(out->buf, '"');
}

static void put_digits(ts_buf *buf, uint64_t value, unsigned at_least)
{
    char digits[24];
    size_t n = sizeof digits;
    do {
        digits[--n] = (char)('0' + value % 10);
        value /= 10;
    } while (value || sizeof digits - n < at_least);
    (void)ts_buf_append(buf, digits + n, sizeof digits - n);
}

void ts_json_uint(ts_json_out *out, uint64_t value)
{
    begin_value(out);
    put_digits(out->buf, value, 1);
}

void ts_put_fixed(ts_buf *buf, double value, unsigned decimals)
{
    static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    if (decimals > 6) decimals = 6;
    if (!isfinite(value) || fabs(value) > 1e12) value = 0;
    uint64_t scaled = (uint64_t)(fabs(value) * (double)powers[decimals] + 0.5);
    if (value < 0 && scaled) (void)ts_buf_putc(buf, '-');
    put_digits(buf, scaled / powers[decimals], 1);
    uint64_t fraction = scaled % powers[decimals];
    if (!fraction) return;
    while (fraction % 10 == 0) {
        fraction /= 10;
        decimals--;
    }
    (void)ts_buf_putc(buf, '.');
    put_digits(buf, fraction, decimals);
}

void ts_json_fixed(ts_json_out *out, double value, unsigned decimals)
{
    begin_value(out);
    ts_put_fixed(out->buf, value, decimals);
}
