/* http: a push parser of multipart bodies (RFC 2046, 7578). Private to the room.
 *
 * Bytes go in in any cut; parts come out through the sink in order. Linear in the bytes, whatever they are; memory is
 * one part header. Strict where leniency would let two readers disagree: CRLF only, a boundary line holds nothing
 * else, and the body counts only if it ended with the closing boundary. One thread at a time. */
#ifndef TS_HTTP_MULTIPART_H
#define TS_HTTP_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "http/request.h"

typedef struct ts_multipart ts_multipart;

typedef struct ts_multipart_limits {
    size_t parts;
    size_t files;
    size_t header; /* bytes of one part's header */
} ts_multipart_limits;

/* Each false stops the parse with the error that the sink has set. Texts of `head` live in the arena. */
typedef struct ts_multipart_sink {
    void *context;
    bool (*begin)(void *context, const ts_http_part *head, ts_error *err);
    bool (*data)(void *context, const void *bytes, size_t length, ts_error *err);
    bool (*end)(void *context, ts_error *err);
} ts_multipart_sink;

/* From the arena; boundary as in Content-Type (ts_boundary_valid). NULL when out of memory. */
ts_multipart *ts_multipart_new(ts_arena *arena, const char *boundary, const ts_multipart_limits *limits,
                               const ts_multipart_sink *sink);
/* TS_USAGE for a malformed body, TS_TOO_LARGE over a limit. After false no other call. */
bool ts_multipart_feed(ts_multipart *multipart, const void *bytes, size_t length, ts_error *err);
/* The body is at its end: TS_USAGE unless the closing boundary was seen. */
bool ts_multipart_finish(const ts_multipart *multipart, ts_error *err);

#endif
