/* service: reading pictures or paths from standard input. Knows nothing of what becomes of them. */
#include "service/tag_source.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define PATH_LONGEST ((size_t)65536)

typedef struct input {
    ts_tag_run *run;
    ts_stdin_visit visit;
    void *context;
    ts_buf buf;
    bool ended;
    ts_error err; /* TS_OK unless reading failed */
} input;

/* Reads some more. Waits in short steps, so that a run that is stopped does not hang on a silent pipe. */
static bool read_some(input *in)
{
    int fd = in->run->request->stdin_fd;
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    for (;;) {
        const atomic_int *stop = in->run->hooks->stop;
        if (ts_tag_run_halted(in->run) || (stop && atomic_load(stop))) return false;
        int n = poll(&ready, 1, 100);
        if (n < 0 && errno != EINTR) break;
        if (n > 0) break;
    }
    if (!ts_buf_reserve(&in->buf, 64 * 1024)) return ts_fail_memory(&in->err);
    ssize_t n = read(fd, in->buf.data + in->buf.length, 64 * 1024);
    if (n < 0 && errno == EINTR) return true;
    if (n < 0) return ts_fail_errno(&in->err, "cannot read standard input");
    if (n == 0) in->ended = true;
    else in->buf.length += (size_t)n;
    in->buf.data[in->buf.length] = '\0';
    return true;
}

static bool give_problem(input *in)
{
    return in->visit(in->context, "-", NULL, &in->err);
}

static bool give_picture(input *in)
{
    while (!in->ended) {
        if (!read_some(in)) return in->err.code == TS_OK ? false : give_problem(in);
        if (in->buf.length > in->run->max_bytes) {
            (void)ts_fail(&in->err, TS_TOO_LARGE, "standard input holds more than %zu bytes",
                          in->run->max_bytes);
            (void)ts_hint(&in->err, "raise --max-bytes if you trust it");
            return give_problem(in);
        }
    }
    if (in->buf.length) return in->visit(in->context, "-", &in->buf, NULL);
    (void)ts_fail(&in->err, TS_NOT_PICTURE, "standard input is empty");
    return give_problem(in);
}

/* Hands out each whole path in the buffer; at the end of the input the last one needs no separator. */
static bool give_whole_paths(input *in, char separator)
{
    size_t start = 0;
    bool go_on = true;
    while (go_on && start < in->buf.length) {
        char *at = in->buf.data + start;
        char *end = memchr(at, separator, in->buf.length - start);
        if (!end && !in->ended) break;
        size_t length = end ? (size_t)(end - at) : in->buf.length - start;
        at[length] = '\0';
        if (length && separator == '\n' && at[length - 1] == '\r') at[length - 1] = '\0';
        if (*at) go_on = in->visit(in->context, at, NULL, NULL);
        start += length + 1;
    }
    if (start > in->buf.length) start = in->buf.length;
    memmove(in->buf.data, in->buf.data + start, in->buf.length - start);
    in->buf.length -= start;
    in->buf.data[in->buf.length] = '\0';
    return go_on;
}

static bool give_paths(input *in, char separator)
{
    for (;;) {
        if (in->buf.data && !give_whole_paths(in, separator)) return false;
        if (in->ended) return true;
        if (in->buf.length > PATH_LONGEST) {
            (void)ts_fail(&in->err, TS_USAGE,
                          "standard input holds no paths: no separator in its first bytes");
            (void)ts_hint(&in->err, "send one path a line, or NUL-separated with --stdin paths0");
            return give_problem(in);
        }
        if (!read_some(in)) return in->err.code == TS_OK ? false : give_problem(in);
    }
}

static ts_stdin_kind guess(const input *in)
{
    const char *data = in->buf.data ? in->buf.data : "";
    if (ts_format_sniff((const uint8_t *)data, in->buf.length) != TS_FORMAT_UNKNOWN) return TS_STDIN_PICTURE;
    return memchr(data, '\0', in->buf.length) ? TS_STDIN_PATHS0 : TS_STDIN_PATHS;
}

bool ts_stdin_read(ts_tag_run *run, ts_stdin_visit visit, void *context)
{
    input in = {.run = run, .visit = visit, .context = context};
    ts_stdin_kind kind = run->request->stdin_kind;
    bool ok = true;
    while (kind == TS_STDIN_AUTO && ok && !in.ended && in.buf.length < 64) ok = read_some(&in);
    if (kind == TS_STDIN_AUTO) kind = guess(&in);
    bool go_on = false;
    if (!ok) go_on = in.err.code == TS_OK ? false : give_problem(&in);
    else if (kind == TS_STDIN_PICTURE) go_on = give_picture(&in);
    else go_on = give_paths(&in, kind == TS_STDIN_PATHS0 ? '\0' : '\n');
    ts_buf_free(&in.buf);
    return go_on;
}
