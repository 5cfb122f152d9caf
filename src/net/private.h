/* net: what the room's files share: the handle, turns, URLs and the settings that every transfer has in common. */
#ifndef TS_NET_PRIVATE_H
#define TS_NET_PRIVATE_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "net/net.h"

/* A number of places; who finds none waits. */
typedef struct ts_turns {
    pthread_mutex_t mutex;
    pthread_cond_t freed;
    unsigned left;
} ts_turns;

void ts_turns_init(ts_turns *turns, unsigned count);
void ts_turns_end(ts_turns *turns);
bool ts_turns_take(ts_turns *turns,
                   double deadline_ms); /* false: none became free before ts_clock_ms says so */
void ts_turns_give(ts_turns *turns);

/* A handle of curl's with the connections that it keeps alive, for one post at a time. */
typedef struct ts_post_line {
    CURL *curl; /* NULL until it is needed */
    bool busy;
    char host[256]; /* whom it talked to last */
} ts_post_line;

struct ts_net {
    ts_net_guard *guard;
    char *proxy, *ca_file, *user_agent;
    ts_net_resolve_fn resolve;
    void *resolve_user;
    ts_turns fetch_turns;
    ts_turns post_turns;
    pthread_mutex_t line_mutex;
    ts_post_line *lines;
    unsigned line_count;
    atomic_bool stopped;
};

/* ---- where a request goes ------------------------------------------------------------------------ */

/* A checked URL. Zeroed memory is an empty one. */
typedef struct ts_net_target {
    char *url;      /* curl's, as it normalised it */
    char host[256]; /* without brackets */
    uint16_t port;
    bool literal; /* the host is an address */
    bool by_name; /* the allow-list names this host */
} ts_net_target;

/* TS_USAGE: no URL; TS_REFUSED: one that may not be used, for whatever reason. Never shows the URL. */
bool ts_net_target_parse(const ts_net *net, const char *url, ts_net_target *target, ts_error *err);
void ts_net_target_end(ts_net_target *target);
/* The last part of the path, fit to be a file's name in a record. */
void ts_net_target_name(const ts_net_target *target, char *name, size_t size);
bool ts_net_refuse(ts_error *err);

/* ---- one request --------------------------------------------------------------------------------- */

/* What happened on the way. */
typedef struct ts_transfer {
    const ts_net *net;
    CURL *curl;
    const ts_net_target *target;
    bool refused;        /* the guard closed an address */
    bool opened;         /* and let another one pass */
    size_t header_bytes; /* of all header lines */
    struct curl_slist *resolve;
} ts_transfer;

/* Sets what every request has: protocols, guard, limits on headers, time-outs, no proxy, no credentials. */
bool ts_transfer_begin(ts_transfer *transfer, unsigned total_ms, unsigned connect_ms);
/* TS_REFUSED, TS_TIMEOUT or TS_IO for what curl_easy_perform said, in the same words whatever a port is like. */
bool ts_transfer_fail(const ts_transfer *transfer, CURLcode code, ts_error *err);
int ts_transfer_status(const ts_transfer *transfer);
/* Before `transfer` goes: curl must not keep pointers to it. */
void ts_transfer_end(ts_transfer *transfer);

#endif
