/* base: the growing buffer. Doubles; never shrinks until freed. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool ts_buf_reserve(ts_buf *buf, size_t extra)
{
    if (extra >= SIZE_MAX / 2 - buf->length) {
        buf->failed = true;
        return false;
    }
    size_t need = buf->length + extra + 1;
    if (need <= buf->capacity) return true;
    size_t capacity = buf->capacity ? buf->capacity : 256;
    while (capacity < need) capacity *= 2;
    char *data = realloc(buf->data, capacity);
    if (!data) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

bool ts_buf_append(ts_buf *buf, const void *bytes, size_t length)
{
    if (!ts_buf_reserve(buf, length)) return false;
    if (length) memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
    return true;
}

bool ts_buf_puts(ts_buf *buf, const char *text)
{
    return ts_buf_append(buf, text, strlen(text));
}

bool ts_buf_putc(ts_buf *buf, char c)
{
    return ts_buf_append(buf, &c, 1);
}

bool ts_buf_printf(ts_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    bool ok = n >= 0 && ts_buf_reserve(buf, (size_t)n);
    if (ok) {
        (void)vsnprintf(buf->data + buf->length, (size_t)n + 1, format, again);
        buf->length += (size_t)n;
    }
    va_end(again);
    return ok;
}

void ts_buf_clear(ts_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data) buf->data[0] = '\0';
}

void ts_buf_free(ts_buf *buf)
{
    free(buf->data);
    *buf = (ts_buf){0};
}
