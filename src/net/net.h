/* net: requests to the outside: fetch what lies at a URL, post a delivery. The only room that knows libcurl.
 *
 *     ts_net *net = ts_net_new(&(ts_net_options){.guard = {.allow_private = false}}, &err);
 *     ts_fetch_options limits = {.max_bytes = 32 << 20};
 *     ts_buf picture = {0};
 *     ts_net_fetch(net, "https://example.org/dog.jpg", &limits, &picture, NULL, &err);
 *
 * Only http and https, only addresses that the guard allows (asked again for every redirect), nothing of this
 * machine's surroundings: no proxy, no .netrc, no cookies. Errors never tell what an address answered, nor
 * whether a port is open, closed or filtered: TS_REFUSED is our own decision, TS_IO everything that did not
 * become an HTTP answer, TS_TIMEOUT an answer that did not end in time.
 * Threads: one ts_net for the whole process; every function may be called from any number of threads at once. */
#ifndef TS_NET_NET_H
#define TS_NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/guard.h"

typedef struct ts_net ts_net;

/* For tests: what a name resolves to, instead of asking the system. Writes one address as text
 * ("203.0.113.7") and returns true; false: no such name. Asked anew for every connection. */
typedef bool (*ts_net_resolve_fn)(void *user, const char *host, uint16_t port, char *address, size_t size);

/* 0 and NULL mean the default in brackets. */
typedef struct ts_net_options {
    ts_net_guard_options guard;
    unsigned max_fetches; /* at once [16]; more wait their turn */
    unsigned max_posts;   /* at once [16] */
    const char *proxy; /* "http://proxy:3128" [none, whatever the environment says]. The guard then sees only
                        * addresses written in the URL itself: the proxy decides about names */
    const char *ca_file;    /* certificates to trust [the system's] */
    const char *user_agent; /* [Tagsmith/VERSION] */
    ts_net_resolve_fn resolve;
    void *resolve_user;
} ts_net_options;

ts_net *ts_net_new(const ts_net_options *options, ts_error *err);
void ts_net_free(ts_net *net); /* NULL is fine; nobody may be inside */
/* For the end of the process: requests in hand break off within about a second, and later ones at once (TS_INTERRUPTED). */
void ts_net_stop(ts_net *net);
const ts_net_guard *ts_net_guard_of(const ts_net *net);

/* Is it a URL that a fetch or a delivery could go to: http or https, a host, no user or password in it, no
 * forbidden address spelt out, no port that is not allowed? No name is looked up. TS_REFUSED or TS_USAGE with
 * the reason. For settings, so that they fail when they are made. */
bool ts_net_check_url(const ts_net *net, const char *url, ts_error *err);

/* ---- fetching ------------------------------------------------------------------------------------ */

/* 0 means the default in brackets. */
typedef struct ts_fetch_options {
    size_t max_bytes;    /* after decompression [32 MiB] */
    unsigned total_ms;   /* for everything, waiting for a turn and redirects included [15000] */
    unsigned connect_ms; /* for each connection [5000] */
    const char *accept;  /* Accept header ["*" "/" "*"] */
} ts_fetch_options;

typedef struct ts_fetch_info {
    int status;             /* of the last answer, 0 where there was none */
    unsigned redirects;     /* followed: at most 3 */
    char content_type[128]; /* as claimed, "" when not; never to be believed */
    char name[128]; /* last part of the final URL's path, decoded, without slashes and control characters */
    double ms;
} ts_fetch_info;

/* Appends the body to `out`, which is emptied again on failure. TS_USAGE (no URL), TS_REFUSED, TS_NOT_FOUND
 * (404, 410), TS_IO, TS_TIMEOUT, TS_TOO_LARGE, TS_BUSY (no turn in time), TS_INTERRUPTED. info may be NULL; it is filled on
 * failure too. */
bool ts_net_fetch(ts_net *net, const char *url, const ts_fetch_options *options, ts_buf *out,
                  ts_fetch_info *info, ts_error *err);

/* ---- posting ------------------------------------------------------------------------------------- */

typedef struct ts_post {
    const char *url;
    const char *const *headers; /* "Name: value"; no line breaks */
    size_t header_count;
    const void *body;
    size_t length;
    unsigned total_ms;   /* [15000] */
    unsigned connect_ms; /* [5000] */
    ts_buf *answer;      /* what is answered is appended, cut back on failure; NULL: none of it is kept */
    size_t max_answer;   /* of an answer that is kept [64 KiB]; over it TS_TOO_LARGE */
} ts_post;

typedef struct ts_post_result {
    int status; /* 0: no answer came */
    double ms;
    unsigned retry_after_s;     /* as the answer asks, 0 where it does not */
    char error[TS_MESSAGE_MAX]; /* one sentence, "" when an answer came; fit for the owner of the webhook */
} ts_post_result;

/* One POST, no redirects followed (a 3xx is an answer), at most 64 KiB of the answer read and none kept unless asked for;
 * connections are kept alive and used again. True when an HTTP answer came, whatever its status; false with
 * TS_REFUSED, TS_IO, TS_TIMEOUT, TS_USAGE, TS_BUSY or TS_INTERRUPTED. result is filled either way. */
bool ts_net_post(ts_net *net, const ts_post *post, ts_post_result *result, ts_error *err);

#endif
