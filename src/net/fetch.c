/* net: fetch what lies at a URL: one request a hop, the guard asked on each, no more bytes than wanted. Knows not what
 * the bytes are. */
#include "net/net.h"

#include <string.h>

#include "base/clock.h"
#include "net/private.h"

#define MAX_REDIRECTS 3
#define OTHER_BODY_LIMIT                                                                                     \
    (64 * 1024) /* of pages that say "moved" or "not found": read to use the connection again */

typedef struct fetch {
    ts_transfer transfer;
    ts_fetch_options options;
    double start_ms, deadline_ms;
    ts_buf *out;
    size_t keep; /* what lay in `out` before */
    size_t dropped;
    bool over; /* more bytes than wanted */
    bool no_memory;
    ts_fetch_info *info;
} fetch;

static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* curl calls this with what is already decompressed, at most CURL_MAX_WRITE_SIZE bytes at once: a bomb is noticed as it
 * unfolds. */
static size_t take_body(char *bytes, size_t one, size_t length, void *user)
{
    fetch *f = user;
    (void)one;
    if (ts_transfer_status(&f->transfer) != 200) {
        f->dropped += length;
        return f->dropped > OTHER_BODY_LIMIT ? 0 : length;
    }
    f->over = length > f->options.max_bytes - (f->out->length - f->keep);
    if (f->over) return 0;
    f->no_memory = !ts_buf_append(f->out, bytes, length);
    return f->no_memory ? 0 : length;
}

static void note_type(const fetch *f)
{
    char *type = NULL;
    char *to = f->info->content_type;
    (void)curl_easy_getinfo(f->transfer.curl, CURLINFO_CONTENT_TYPE, &type);
    size_t used = 0;
    for (; type && type[used] >= ' ' && type[used] < 0x7F && used + 1 < sizeof(f->info->content_type); used++)
        to[used] = type[used];
    to[used] = '\0';
}

static bool fail_by_code(const fetch *f, CURLcode code, ts_error *err)
{
    if (f->no_memory) return ts_fail_memory(err);
    if (!f->over && code != CURLE_FILESIZE_EXCEEDED) return ts_transfer_fail(&f->transfer, code, err);
    (void)ts_fail(err, TS_TOO_LARGE, "what lies at this address has more than %zu bytes",
                  f->options.max_bytes);
    return ts_hint(err, "raise the limit on bytes if you trust the address");
}

static bool fail_by_status(int status, ts_error *err)
{
    if (status == 404 || status == 410)
        return ts_fail(err, TS_NOT_FOUND, "there is nothing at this address (status %d)", status);
    return ts_fail(err, TS_IO, "this address answered with status %d", status);
}

static bool set_fetch(fetch *f)
{
    CURL *curl = f->transfer.curl;
    double left_ms = f->deadline_ms - ts_clock_ms();
    unsigned total_ms = left_ms < 1 ? 1 : (unsigned)left_ms;
    /* "identity" asks for plain bytes; who compresses all the same is decompressed, and counted decompressed. */
    return ts_transfer_begin(&f->transfer, total_ms, f->options.connect_ms) &&
           curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "identity") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)f->options.max_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, f) == CURLE_OK;
}

/* One request. *next: where it is to go on, or NULL when what was wanted is there. */
static bool fetch_hop(fetch *f, const char **next, ts_error *err)
{
    *next = NULL;
    f->dropped = 0;
    f->transfer.header_bytes = 0;
    f->transfer.refused = f->transfer.opened = false;
    if (!set_fetch(f)) return ts_fail_memory(err);
    CURLcode code = curl_easy_perform(f->transfer.curl);
    f->info->status = ts_transfer_status(&f->transfer);
    bool cut = f->dropped > OTHER_BODY_LIMIT; /* we ended it ourselves, knowing all that we wanted */
    if (code != CURLE_OK && !cut) return fail_by_code(f, code, err);
    if (is_redirect(f->info->status)) {
        char *location = NULL;
        (void)curl_easy_getinfo(f->transfer.curl, CURLINFO_REDIRECT_URL, &location);
        *next = location;
        return location || fail_by_status(f->info->status, err);
    }
    if (f->info->status != 200) return fail_by_status(f->info->status, err);
    note_type(f);
    return true;
}

/* What a server redirects to is its word, not the caller's: a malformed one is refused like a forbidden one. */
static bool follow(fetch *f, const char *location, ts_net_target *target, ts_error *err)
{
    if (f->info->redirects == MAX_REDIRECTS)
        return ts_fail(err, TS_REFUSED, "this address redirects more than %d times", MAX_REDIRECTS);
    f->info->redirects++;
    ts_net_target next;
    if (!ts_net_target_parse(f->transfer.net, location, &next, err)) {
        ts_net_target_end(&next);
        return ts_net_refuse(err);
    }
    ts_net_target_end(target);
    *target = next;
    return true;
}

static bool fetch_hops(fetch *f, const char *url, ts_error *err)
{
    ts_net_target target;
    struct curl_slist *headers = NULL;
    ts_buf accept = {0};
    const char *next = NULL;
    bool ok = ts_net_target_parse(f->transfer.net, url, &target, err);
    f->transfer.target = &target;
    if (!ok) goto done;
    if (f->options.accept) {
        headers = ts_buf_printf(&accept, "Accept: %s", f->options.accept)
                      ? curl_slist_append(NULL, accept.data)
                      : NULL;
        ok = headers && curl_easy_setopt(f->transfer.curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK;
        if (!ok) (void)ts_fail_memory(err);
    }
    while (ok) {
        ok = fetch_hop(f, &next, err);
        if (!ok || !next) break;
        ok = follow(f, next, &target, err);
    }
    if (ok) ts_net_target_name(&target, f->info->name, sizeof(f->info->name));
done:
    ts_transfer_end(&f->transfer);
    curl_slist_free_all(headers);
    ts_buf_free(&accept);
    ts_net_target_end(&target);
    return ok;
}

static void cut_back(ts_buf *out, size_t keep)
{
    if (out->data) out->data[keep] = '\0';
    out->length = keep;
}

bool ts_net_fetch(ts_net *net, const char *url, const ts_fetch_options *options, ts_buf *out,
                  ts_fetch_info *info, ts_error *err)
{
    ts_fetch_info unused;
    fetch f = {.transfer.net = net, .out = out, .keep = out->length, .info = info ? info : &unused};
    *f.info = (ts_fetch_info){0};
    if (options) f.options = *options;
    if (f.options.max_bytes == 0) f.options.max_bytes = (size_t)32 << 20;
    if (f.options.total_ms == 0) f.options.total_ms = 15000;
    if (f.options.connect_ms == 0) f.options.connect_ms = 5000;
    f.start_ms = ts_clock_ms();
    f.deadline_ms = f.start_ms + f.options.total_ms;
    if (!ts_turns_take(&net->fetch_turns, f.deadline_ms))
        return ts_fail(err, TS_BUSY, "too many addresses are being fetched from just now");
    f.transfer.curl = curl_easy_init();
    bool ok = f.transfer.curl ? fetch_hops(&f, url, err) : ts_fail_memory(err);
    if (f.transfer.curl) curl_easy_cleanup(f.transfer.curl);
    ts_turns_give(&net->fetch_turns);
    f.info->ms = ts_clock_ms() - f.start_ms;
    if (!ok) cut_back(out, f.keep);
    return ok;
}
