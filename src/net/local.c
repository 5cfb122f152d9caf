/* net: HTTP over a socket of this machine, to a server that runs on the same data folder. Knows no route. */
#include "net/local.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include <curl/curl.h>

#define LINE_LIMIT ((size_t)1 << 20)

typedef struct call {
    const ts_local_request *request;
    ts_local_answer *answer;
    CURL *curl;
    struct curl_slist *headers;
    size_t part; /* that is being sent, and how much of it was */
    size_t sent;
    size_t max_answer;
    ts_buf line;
    bool by_line, decided;
    bool stopped, over, no_memory;
} call;

/* ---- the body that goes out ---------------------------------------------------------------------- */

static size_t send_piece(const ts_local_part *part, size_t done, char *to, size_t room)
{
    size_t left = part->length - done;
    size_t n = left < room ? left : room;
    if (part->bytes) {
        memcpy(to, (const char *)part->bytes + done, n);
        return n;
    }
    ssize_t got;
    do got = read(part->fd, to, n);
    while (got < 0 && errno == EINTR);
    return got <= 0 ? 0 : (size_t)got;
}

/* A file that ends early cannot be made good: its length was promised. */
static size_t send_body(char *to, size_t one, size_t room, void *user)
{
    call *c = user;
    room *= one;
    while (c->part < c->request->part_count && c->sent == c->request->parts[c->part].length) {
        c->part++;
        c->sent = 0;
    }
    if (c->part == c->request->part_count) return 0;
    size_t n = send_piece(&c->request->parts[c->part], c->sent, to, room);
    c->sent += n;
    return n ? n : CURL_READFUNC_ABORT;
}

/* ---- the answer that comes in -------------------------------------------------------------------- */

static bool give_line(call *c)
{
    size_t length = c->line.length;
    if (length > 0 && c->line.data[length - 1] == '\r') length--;
    bool go_on = c->request->on_line(c->request->user, length ? c->line.data : "", length);
    ts_buf_clear(&c->line);
    c->stopped = !go_on;
    return go_on;
}

static bool take_lines(call *c, const char *bytes, size_t length)
{
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        size_t n = end ? (size_t)(end - bytes) : length;
        c->over = n > LINE_LIMIT - c->line.length;
        if (c->over) return false;
        c->no_memory = n > 0 && !ts_buf_append(&c->line, bytes, n);
        if (c->no_memory || (end && !give_line(c))) return false;
        bytes += n + (end != NULL);
        length -= n + (end != NULL);
    }
    return true;
}

static bool comes_by_line(const call *c)
{
    char *type = NULL;
    (void)curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
    return c->request->on_line && type &&
           (strncmp(type, "text/event-stream", 17) == 0 || strncmp(type, "application/x-ndjson", 20) == 0);
}

static size_t take_body(char *bytes, size_t one, size_t length, void *user)
{
    call *c = user;
    length *= one;
    if (!c->decided) {
        c->by_line = comes_by_line(c);
        c->decided = true;
    }
    if (c->by_line) return take_lines(c, bytes, length) ? length : 0;
    c->over = length > c->max_answer - c->answer->body.length;
    if (c->over) return 0;
    c->no_memory = !ts_buf_append(&c->answer->body, bytes, length);
    return c->no_memory ? 0 : length;
}

/* ---- the end from outside ------------------------------------------------------------------------ */

static int look_at_stop(void *user, curl_off_t a, curl_off_t b, curl_off_t d, curl_off_t e)
{
    call *c = user;
    (void)a, (void)b, (void)d, (void)e;
    c->stopped = c->stopped || (c->request->stop && atomic_load(c->request->stop) != 0);
    return c->stopped;
}

static bool set_stop(call *c)
{
    return curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, look_at_stop) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, c) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

/* ---- the request --------------------------------------------------------------------------------- */

static bool set_headers(call *c)
{
    const ts_local_request *r = c->request;
    struct curl_slist *longer = curl_slist_append(NULL, "Expect:");
    for (size_t i = 0; longer && i < r->header_count; i++) {
        c->headers = longer;
        longer = curl_slist_append(c->headers, r->headers[i]);
    }
    if (longer) c->headers = longer;
    return longer && curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers) == CURLE_OK;
}

static bool set_body(call *c)
{
    const ts_local_request *r = c->request;
    curl_off_t total = 0;
    for (size_t i = 0; i < r->part_count; i++) total += (curl_off_t)r->parts[i].length;
    if (r->part_count == 0) {
        bool head = strcmp(r->method, "HEAD") == 0;
        return (!head || curl_easy_setopt(c->curl, CURLOPT_NOBODY, 1L) == CURLE_OK);
    }
    return curl_easy_setopt(c->curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_READFUNCTION, send_body) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_READDATA, c) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_INFILESIZE_LARGE, total) == CURLE_OK;
}

static bool set_limits(call *c)
{
    const ts_local_request *r = c->request;
    long idle_s = ((long)(r->idle_ms ? r->idle_ms : 60000) + 999) / 1000;
    long connect_ms = r->connect_ms ? (long)r->connect_ms : 2000;
    return curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, idle_s) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) == CURLE_OK &&
           curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
}

static bool set_call(call *c, const char *socket_path)
{
    const ts_local_request *r = c->request;
    ts_buf url = {0};
    bool ok = ts_buf_printf(&url, "http://localhost%s", r->target) &&
              curl_easy_setopt(c->curl, CURLOPT_URL, url.data) == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_PROXY, "") == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, socket_path) == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, r->method) == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
              curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c) == CURLE_OK && set_limits(c) && set_stop(c) &&
              set_headers(c) && set_body(c);
    ts_buf_free(&url);
    return ok;
}

static bool fail_call(const call *c, CURLcode code, ts_error *err)
{
    if (c->no_memory || code == CURLE_OUT_OF_MEMORY) return ts_fail_memory(err);
    if (c->stopped) return ts_fail(err, TS_INTERRUPTED, "stopped while the server was answering");
    if (c->over) return ts_fail(err, TS_TOO_LARGE, "the server's answer is longer than expected");
    if (code == CURLE_COULDNT_CONNECT) {
        (void)ts_fail(err, TS_NOT_FOUND, "no server listens on %s", c->request->socket_path);
        return ts_hint(err, "start it with tagsmith serve");
    }
    if (code == CURLE_OPERATION_TIMEDOUT) return ts_fail(err, TS_TIMEOUT, "the server does not answer");
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return ts_fail(err, TS_IO, "a file became shorter while it was sent");
    return ts_fail(err, TS_IO, "the server's answer broke off (%s)", curl_easy_strerror(code));
}

static void note_answer(call *c)
{
    long status = 0;
    char *type = NULL;
    (void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(c->curl, CURLINFO_CONTENT_TYPE, &type);
    c->answer->status = (int)status;
    (void)snprintf(c->answer->content_type, sizeof(c->answer->content_type), "%s", type ? type : "");
}

static bool perform(call *c, const char *socket_path, ts_error *err)
{
    if (!set_call(c, socket_path)) return ts_fail_memory(err);
    CURLcode code = curl_easy_perform(c->curl);
    note_answer(c);
    if (code != CURLE_OK) return fail_call(c, code, err);
    if (c->line.length > 0 && !give_line(c)) return fail_call(c, code, err);
    return true;
}

/* A socket's path has room for 107 bytes, a data folder's may be longer: then it goes through the open folder. */
static int shorten(const char *path, char *shorter, size_t size)
{
    const char *slash = strrchr(path, '/');
    char *folder = strndup(path, slash ? (size_t)(slash - path) : 0);
    int fd = folder && slash ? open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    free(folder);
    if (fd >= 0) (void)snprintf(shorter, size, "/proc/self/fd/%d/%s", fd, slash + 1);
    return fd;
}

bool ts_net_call_unix(const ts_local_request *request, ts_local_answer *answer, ts_error *err)
{
    char shorter[sizeof(((struct sockaddr_un *)0)->sun_path)];
    call c = {.request = request, .answer = answer};
    const char *path = request->socket_path;
    int folder = -1;
    *answer = (ts_local_answer){0};
    c.max_answer = request->max_answer ? request->max_answer : (size_t)64 << 20;
    if (strlen(path) >= sizeof(shorter)) {
        folder = shorten(path, shorter, sizeof(shorter));
        path = shorter;
        if (folder < 0) return ts_fail(err, TS_NOT_FOUND, "no server listens on %s", request->socket_path);
    }
    c.curl = curl_easy_init();
    bool ok = c.curl ? perform(&c, path, err) : ts_fail_memory(err);
    if (c.curl) curl_easy_cleanup(c.curl);
    curl_slist_free_all(c.headers);
    ts_buf_free(&c.line);
    if (folder >= 0) close(folder);
    return ok;
}

void ts_local_answer_free(ts_local_answer *answer)
{
    ts_buf_free(&answer->body);
    *answer = (ts_local_answer){0};
}
