/* A growing byte buffer, for text and files. Always NUL-terminated once it holds anything; `data` is NULL
 * while empty. Ownership: the caller frees with ts_buf_free. Errors: a failed append returns false, leaves
 * the content as it was and sets `failed`, so that a writer may append freely and check once at the end. */
#ifndef TS_BASE_BUF_H
#define TS_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

typedef struct ts_buf {
    char *data;
    size_t length;
    size_t capacity;
    bool failed;
} ts_buf;

bool ts_buf_append(ts_buf *buf, const void *bytes, size_t length);
bool ts_buf_puts(ts_buf *buf, const char *text);
bool ts_buf_putc(ts_buf *buf, char c);
bool ts_buf_printf(ts_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool ts_buf_reserve(ts_buf *buf, size_t extra);
void ts_buf_clear(ts_buf *buf); /* keeps the memory */
void ts_buf_free(ts_buf *buf);  /* back to an empty buffer */

#endif
