/* exchange (private): text made safe for HTML. */
#ifndef TS_EXCHANGE_HTML_H
#define TS_EXCHANGE_HTML_H

#include <stdint.h>

#include "base/buf.h"

/* For element content and quoted attributes alike: & < > " ' become references; control characters and bytes
 * that are no UTF-8 become U+FFFD. NULL is nothing. */
void ts_html_text(ts_buf *out, const char *text);
void ts_html_text_part(ts_buf *out, const char *text, size_t length);

void ts_base64(ts_buf *out, const uint8_t *bytes, size_t length);

#endif
