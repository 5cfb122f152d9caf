/* http: is this request framed so that every reader of it sees the same one? Private to the room. */
#ifndef TS_HTTP_GUARD_H
#define TS_HTTP_GUARD_H

#include <microhttpd.h>
#include <stdbool.h>

#include "http/internal.h"

typedef struct ts_guard_line {
    const char *method;     /* in the library's buffer */
    const char *target;     /* a copy as it was sent */
    const char *raw_target; /* in the library's buffer, by now cut up */
    size_t target_length;
    const char *version; /* in the library's buffer */
} ts_guard_line;

/* Copies the headers into the request and sets its body's framing. false: the request was answered with a 400, 414, 431
 * or 505 that closes the connection. */
bool ts_guard(struct MHD_Connection *connection, const ts_guard_line *line, ts_request *request);

#endif
