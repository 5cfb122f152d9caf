/* net: one POST to a receiver, over connections that are kept alive. Knows not what is posted, nor when to try again. */
#include "net/net.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "net/private.h"

#define ANSWER_LIMIT (64 * 1024)

typedef struct posting {
    ts_transfer transfer;
    const ts_post *post;
    ts_post_result *result;
    struct curl_slist *headers;
    size_t answer_bytes;
} posting;

/* ---- lines --------------------------------------------------------------------------------------- */

/* A free line: the one that talked to this host last, else an unused one, else any. A receiver that does not answer may
 * hold half of them, not all. NULL: it holds that many already. */
static ts_post_line *pick(ts_net *net, const char *host)
{
    ts_post_line *best = NULL;
    unsigned same = 0;
    for (unsigned i = 0; i < net->line_count; i++) {
        ts_post_line *line = &net->lines[i];
        bool is_same = strcasecmp(line->host, host) == 0;
        if (line->busy) same += is_same;
        else if (!best || is_same || (!line->curl && strcasecmp(best->host, host) != 0)) best = line;
    }
    return same >= (net->line_count + 1) / 2 ? NULL : best;
}

static ts_post_line *take_line(ts_net *net, const char *host)
{
    pthread_mutex_lock(&net->line_mutex);
    ts_post_line *line = pick(net, host);
    if (line) {
        line->busy = true;
        (void)snprintf(line->host, sizeof(line->host), "%s", host);
    }
    pthread_mutex_unlock(&net->line_mutex);
    if (line && !line->curl) line->curl = curl_easy_init();
    return line;
}

static void give_line(ts_net *net, ts_post_line *line)
{
    pthread_mutex_lock(&net->line_mutex);
    line->busy = false;
    pthread_mutex_unlock(&net->line_mutex);
}

/* ---- one request --------------------------------------------------------------------------------- */

static size_t limit_of(const ts_post *post)
{
    return post->answer && post->max_answer ? post->max_answer : ANSWER_LIMIT;
}

static size_t take_answer(const char *bytes, size_t one, size_t length, void *user)
{
    posting *p = user;
    (void)one;
    p->answer_bytes += length;
    if (p->answer_bytes > limit_of(p->post)) return 0;
    return !p->post->answer || ts_buf_append(p->post->answer, bytes, length) ? length : 0;
}

static bool add_header(posting *p, const char *line)
{
    struct curl_slist *longer = curl_slist_append(p->headers, line);
    if (longer) p->headers = longer;
    return longer != NULL;
}

static bool is_header(const char *line)
{
    const char *colon = strchr(line, ':');
    return colon && colon != line && !strpbrk(line, "\r\n") && strcspn(line, " \t") >= (size_t)(colon - line);
}

static bool add_headers(posting *p, ts_error *err)
{
    bool typed = false;
    /* No "Expect: 100-continue": it costs a round trip, and some receivers do not know it. */
    bool ok = add_header(p, "Expect:");
    for (size_t i = 0; ok && i < p->post->header_count; i++) {
        const char *line = p->post->headers[i];
        if (!is_header(line)) return ts_fail(err, TS_USAGE, "header %zu of the request is malformed", i + 1);
        typed = typed || strncasecmp(line, "content-type:", 13) == 0;
        ok = add_header(p, line);
    }
    if (ok && !typed) ok = add_header(p, "Content-Type: application/json");
    return ok || ts_fail_memory(err);
}

static bool set_post(posting *p)
{
    const ts_post *post = p->post;
    CURL *curl = p->transfer.curl;
    return ts_transfer_begin(&p->transfer, post->total_ms ? post->total_ms : 15000,
                             post->connect_ms ? post->connect_ms : 5000) &&
           curl_easy_setopt(curl, CURLOPT_POST, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDS, post->body ? post->body : "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->length) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPHEADER, p->headers) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, p) == CURLE_OK;
}

static void note_answer(posting *p)
{
    curl_off_t wait_s = 0;
    p->result->status = ts_transfer_status(&p->transfer);
    (void)curl_easy_getinfo(p->transfer.curl, CURLINFO_RETRY_AFTER, &wait_s);
    p->result->retry_after_s = wait_s > 86400 ? 86400 : (unsigned)wait_s;
}

static bool perform(posting *p, ts_error *err)
{
    if (!add_headers(p, err)) return false;
    if (!set_post(p)) return ts_fail_memory(err);
    CURLcode code = curl_easy_perform(p->transfer.curl);
    bool cut = p->answer_bytes > limit_of(p->post); /* it said more than we care for, but it answered */
    if (cut && p->post->answer)
        return ts_fail(err, TS_TOO_LARGE, "the answer has more than %zu bytes", limit_of(p->post));
    if (code != CURLE_OK && !cut) return ts_transfer_fail(&p->transfer, code, err);
    note_answer(p);
    return true;
}

static bool post_to(ts_net *net, posting *p, const ts_net_target *target, ts_error *err)
{
    ts_post_line *line = take_line(net, target->host);
    if (!line) return ts_fail(err, TS_BUSY, "too many requests to this address are waiting for its answer");
    p->transfer.net = net;
    p->transfer.curl = line->curl;
    p->transfer.target = target;
    bool ok = line->curl ? perform(p, err) : ts_fail_memory(err);
    ts_transfer_end(&p->transfer);
    curl_slist_free_all(p->headers);
    give_line(net, line);
    return ok;
}

bool ts_net_post(ts_net *net, const ts_post *post, ts_post_result *result, ts_error *err)
{
    ts_error own = {0};
    ts_net_target target;
    double start_ms = ts_clock_ms();
    posting p = {.post = post, .result = result};
    *result = (ts_post_result){0};
    size_t keep = post->answer ? post->answer->length : 0;
    bool ok = ts_net_target_parse(net, post->url, &target, &own);
    if (ok && !ts_turns_take(&net->post_turns, start_ms + (post->total_ms ? post->total_ms : 15000))) {
        ok = ts_fail(&own, TS_BUSY, "too many requests are being sent just now");
    } else if (ok) {
        ok = post_to(net, &p, &target, &own);
        ts_turns_give(&net->post_turns);
    }
    ts_net_target_end(&target);
    result->ms = ts_clock_ms() - start_ms;
    if (ok) return true;
    if (post->answer) post->answer->length = keep;
    (void)snprintf(result->error, sizeof(result->error), "%s", own.message);
    if (err) *err = own;
    return false;
}
