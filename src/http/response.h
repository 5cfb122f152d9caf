/* http: building an answer. Include "http/http.h".
 *
 * A handler fills the response and returns; it is sent afterwards. Later calls replace what earlier ones set. These
 * functions never fail towards the caller: what runs out of memory is remembered and becomes a 503. A handler that
 * sets nothing answers 204. HEAD, ranges, conditional requests, security headers, CORS and X-Request-Id are added
 * by the room. One thread (the handler's). */
#ifndef TS_HTTP_RESPONSE_H
#define TS_HTTP_RESPONSE_H

#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

typedef struct ts_response ts_response;
typedef struct ts_event_stream ts_event_stream;

/* What an error renderer gets: plain data, borrowed for the call. */
typedef struct ts_problem {
    int status; /* 400.. */
    ts_code code;
    const char *code_name; /* ts_code_name(code), or a finer one such as "method_not_allowed" */
    const char *title;     /* the reason phrase of the status */
    const char *detail;    /* err.message */
    const char *hint;      /* err.hint, or "" */
    const char *instance;  /* the request id */
    unsigned retry_after;  /* seconds, 0 when it makes no difference */
} ts_problem;

void ts_response_status(ts_response *response, int status);
int ts_response_get_status(const ts_response *response);
/* Replaces a header of that name; control characters in the value are dropped. */
void ts_response_header(ts_response *response, const char *name, const char *value);
void ts_response_headerf(ts_response *response, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds one more of that name (Set-Cookie, Link). */
void ts_response_add_header(ts_response *response, const char *name, const char *value);

/* --- bodies; `type` is copied --- */
void ts_response_bytes(ts_response *response, const char *type, const void *bytes,
                       size_t length);                                            /* copied */
void ts_response_text(ts_response *response, const char *type, const char *text); /* copied */
void ts_response_buf(ts_response *response, const char *type,
                     ts_buf *buf); /* takes the memory, buf is empty after */
/* Bytes that live as long as the server (const tables, embedded files): not copied. */
void ts_response_static(ts_response *response, const char *type, const void *bytes, size_t length);
/* Sends `length` bytes of a file from `offset` on; takes the descriptor and closes it. Answers Range (one range) with
 * 206 or 416. */
void ts_response_file(ts_response *response, const char *type, int fd, uint64_t offset, uint64_t length);
/* A strong ETag (given without quotes) of what is answered: If-None-Match then gives 304. */
void ts_response_etag(ts_response *response, const char *etag);
/* For bytes that a stranger made (originals): sandbox CSP, nosniff, and "attachment" with this name (NULL: inline).
 * The name is escaped. */
void ts_response_user_file(ts_response *response, const char *filename);

/* --- whole answers --- */
void ts_respond_json(ts_response *response, int status,
                     json_t *root); /* takes the reference; NULL is a 503 */
void ts_respond_created(ts_response *response, const char *location, json_t *root); /* 201 */
void ts_respond_no_content(ts_response *response);                                  /* 204 */
void ts_respond_redirect(ts_response *response, int status, const char *location);
/* The error in the shape of the route's group (render_error); the status is ts_code_http_status(err->code). */
void ts_respond_problem(ts_response *response, const ts_error *err);
/* The same with another status or a finer code name (NULL: the code's own). retry_after 0: none. */
void ts_respond_problem_as(ts_response *response, int status, const char *code_name, unsigned retry_after,
                           const ts_error *err);
/* One member more for the problem that is about to be answered: something to go on with, such as the id of what was begun.
 * The texts must live as long as the request; groups with a shape of their own leave it out. */
void ts_response_problem_member(ts_response *response, const char *name, const char *value);

/* --- server-sent events ---
 * Turns the answer into a stream that is sent by a thread of its own: no worker and no upload thread is held. The
 * handler gets one reference and may publish at once or hand it to another thread. NULL and TS_BUSY when there are
 * as many streams as options.max_streams allows; answer that with ts_respond_problem. */
ts_event_stream *ts_response_events(ts_response *response, ts_error *err);
/* Queues one event. id < 0 and event NULL leave that line out; data may hold newlines. Any thread, never blocks.
 * false: the reader is gone or was dropped because its queue (options.stream_queue bytes) was full; release it. */
bool ts_event_stream_publish(ts_event_stream *stream, int64_t id, const char *event, const char *data);
bool ts_event_stream_open(const ts_event_stream *stream);
/* Bytes that wait for the reader: whoever has much to tell and time looks here, and waits. */
size_t ts_event_stream_waiting(const ts_event_stream *stream);
/* Ends the stream after what is queued. */
void ts_event_stream_finish(ts_event_stream *stream);
/* Called once, from the event thread, when the stream closes for whatever reason; at once if it is closed already.
 * The callback must not block; it may release the stream. */
void ts_event_stream_on_close(ts_event_stream *stream, void (*closed)(void *context), void *context);
void ts_event_stream_retain(ts_event_stream *stream);
void ts_event_stream_release(ts_event_stream *stream); /* NULL is fine; does not end the stream */

#endif
