/* net: talking HTTP to a running server of this machine over its socket in the data folder
 * (DATA/control.sock). No guard is asked: the path of a socket is no address. Threads: any number of calls at
 * once. */
#ifndef TS_NET_LOCAL_H
#define TS_NET_LOCAL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* A piece of a request's body, sent one after the other: bytes where `bytes` is set, else the next `length`
 * bytes of the open file `fd`, read while they are sent. */
typedef struct ts_local_part {
    const void *bytes;
    size_t length;
    int fd;
} ts_local_part;

/* One line of an answer of type text/event-stream or application/x-ndjson, without its line end; borrowed for
 * the call. false ends the request (TS_INTERRUPTED). */
typedef bool (*ts_local_line_fn)(void *user, const char *line, size_t length);

typedef struct ts_local_request {
    const char *socket_path;
    const char *method; /* "GET", "POST", ... */
    const char *target; /* "/api/pictures?limit=5" */
    const char *const *headers;
    size_t header_count;
    const ts_local_part *parts; /* none: no body */
    size_t part_count;
    unsigned connect_ms; /* 0: 2000 */
    unsigned idle_ms;    /* end when nothing moved for so long; 0: 60000. Rounded up to seconds */
    size_t max_answer;   /* bytes of the answer kept; 0: 64 MiB. Over it TS_TOO_LARGE */
    ts_local_line_fn on_line;
    void *user;
    const atomic_int *stop; /* becomes non-zero: TS_INTERRUPTED within a second; NULL: never */
} ts_local_request;

/* Owned by the caller: end it with ts_local_answer_free. */
typedef struct ts_local_answer {
    int status;
    char content_type[128];
    ts_buf body; /* empty where on_line took it */
} ts_local_answer;

/* True when an HTTP answer came, whatever its status. TS_NOT_FOUND: no server listens there (start it, or
 * work on the data folder directly); TS_IO, TS_TIMEOUT, TS_TOO_LARGE, TS_INTERRUPTED. */
bool ts_net_call_unix(const ts_local_request *request, ts_local_answer *answer, ts_error *err);
void ts_local_answer_free(ts_local_answer *answer);

#endif
