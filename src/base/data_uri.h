/* data: URIs (RFC 2397), as clients put pictures into a JSON or form field. Pure. */
#ifndef TS_BASE_DATA_URI_H
#define TS_BASE_DATA_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

#define TS_DATA_URI_TYPE_MAX 128

/* Does the text begin like one ("data:", any case)? */
bool ts_is_data_uri(const char *text, size_t length);

/* Appends the content to out and writes the media type (lower case, without parameters, "text/plain" if none is
 * named) to type. Base64 (strict, standard alphabet; its letters may be percent-encoded) or percent-encoded bytes.
 * TS_USAGE when it is malformed, TS_TOO_LARGE when the content is longer than limit (0: no limit). */
bool ts_data_uri_parse(const char *text, size_t length, size_t limit, char type[TS_DATA_URI_TYPE_MAX],
                       ts_buf *out, ts_error *err);

#endif
