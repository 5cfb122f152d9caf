/* exchange (private): a streaming JSON writer into a buffer. It puts the commas; the caller keeps the nesting
 * right. Errors: none here; the buffer's `failed` flag is checked once at the end. */
#ifndef TS_EXCHANGE_JSON_OUT_H
#define TS_EXCHANGE_JSON_OUT_H

#include <stdint.h>

#include "base/buf.h"

typedef struct ts_json_out {
    ts_buf *buf;
    bool comma; /* a value stands before the next one */
} ts_json_out;

void ts_json_open(ts_json_out *out, char bracket); /* '{' or '[' */
void ts_json_close(ts_json_out *out, char bracket);
void ts_json_key(ts_json_out *out, const char *key); /* a plain ASCII name */
/* Bytes that are no UTF-8 become U+FFFD; NULL becomes "". */
void ts_json_text(ts_json_out *out, const char *text);
void ts_json_uint(ts_json_out *out, uint64_t value);
/* Rounded to `decimals` (0..6) places, trailing zeros dropped; what is not finite becomes 0, as JSON has no
 * word for it. */
void ts_json_fixed(ts_json_out *out, double value, unsigned decimals);

/* The number alone, for any text. */
void ts_put_fixed(ts_buf *buf, double value, unsigned decimals);

#endif
