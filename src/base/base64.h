/* Base64 of RFC 4648: the standard alphabet and the one for URLs and file names. Pure, no global state. */
#ifndef TS_BASE_BASE64_H
#define TS_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

typedef enum ts_base64_kind {
    TS_BASE64_STANDARD, /* + and /, padded with = */
    TS_BASE64_URL,      /* - and _, no padding written */
} ts_base64_kind;

/* Appends to out. false only when out of memory. */
bool ts_base64_encode(const void *bytes, size_t length, ts_base64_kind kind, ts_buf *out);
/* Appends what text means. Strict: a foreign character (white space too), misplaced or missing padding (for
 * TS_BASE64_STANDARD; optional for URL) or leftover bits that are not zero give false and leave out as it was. */
bool ts_base64_decode(const char *text, size_t length, ts_base64_kind kind, ts_buf *out);

#endif
