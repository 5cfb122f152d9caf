/* exchange: paths as text, reversibly. */
#include <string.h>

#include "base/utf8.h"
#include "exchange/exchange.h"

bool ts_path_is_text(const char *path)
{
    return ts_utf8_valid(path, strlen(path));
}

static bool put_escape(ts_buf *out, char c)
{
    return ts_buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
}

bool ts_path_escape(const char *path, const char *extra, ts_buf *out)
{
    size_t length = strlen(path);
    bool ok = true;
    for (size_t i = 0; i < length && ok;) {
        unsigned char byte = (unsigned char)path[i];
        size_t n = ts_utf8_sequence(path + i, length - i);
        bool plain = n > 0 && byte != '%' && byte >= 0x20 && byte != 0x7F && !strchr(extra, path[i]);
        ok = plain ? ts_buf_append(out, path + i, n) : put_escape(out, path[i]);
        i += plain ? n : 1;
    }
    return ok;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

bool ts_path_unescape(const char *text, size_t length, ts_buf *out)
{
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '%') {
            int high = length - i > 2 ? hex_value(text[i + 1]) : -1;
            int low = length - i > 2 ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0 || high + low == 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (!ts_buf_putc(out, c)) return false;
    }
    return true;
}
