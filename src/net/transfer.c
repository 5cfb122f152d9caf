/* net: what every request to the outside has in common: the guard at the socket, no credentials, no proxy that nobody
 * chose, limits. Knows no picture and no delivery. */
#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "net/private.h"

/* curl 7.88 itself keeps headers without end (CVE-2023-38039). */
#define HEADER_LIMIT (64 * 1024)
#define LOW_SPEED 256 /* bytes a second, over LOW_SPEED_SECONDS */
#define LOW_SPEED_SECONDS 8

/* The last word before a connection: curl connects to the very address that it shows here. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *address)
{
    ts_transfer *transfer = user;
    const ts_net *net = transfer->net;
    bool allowed = purpose == CURLSOCKTYPE_IPCXN;
    if (allowed && transfer->target->by_name)
        allowed = ts_net_classify(&address->addr, address->addrlen) != TS_NET_NEVER;
    else if (allowed && !net->proxy)
        allowed = ts_net_address_allowed(net->guard, &address->addr, address->addrlen);
    if (!allowed) {
        transfer->refused = true;
        return CURL_SOCKET_BAD;
    }
    transfer->opened = true;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t count_header(const char *bytes, size_t one, size_t length, void *user)
{
    ts_transfer *transfer = user;
    (void)bytes;
    (void)one;
    transfer->header_bytes += length;
    return transfer->header_bytes > HEADER_LIMIT ? 0 : length;
}

/* curl asks at least once a second; not 0 ends the transfer. */
static int must_end(void *user, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
    const ts_transfer *transfer = user;
    (void)down_total, (void)down, (void)up_total, (void)up;
    return atomic_load(&transfer->net->stopped);
}

static bool set_limits(CURL *curl, unsigned total_ms, unsigned connect_ms)
{
    return curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)total_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_ms) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_SECONDS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
}

/* HTTP/1.1 alone: HTTP/2 would bring a second parser for a hostile peer to play with, and nothing for one file. */
static bool set_protocol(CURL *curl)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
}

static bool set_surroundings(CURL *curl, const ts_net *net, const ts_net_target *target)
{
    return curl_easy_setopt(curl, CURLOPT_PROXY, net->proxy ? net->proxy : "") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, net->user_agent) == CURLE_OK &&
           (!net->ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, net->ca_file) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_URL, target->url) == CURLE_OK;
}

static bool set_hooks(CURL *curl, ts_transfer *transfer)
{
    return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, count_header) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, must_end) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

/* The resolver of a test, asked as often as a name server would be. */
static bool set_resolver(ts_transfer *transfer)
{
    const ts_net *net = transfer->net;
    const ts_net_target *target = transfer->target;
    char address[64];
    char line[400];
    if (!net->resolve || target->literal) return true;
    if (!net->resolve(net->resolve_user, target->host, target->port, address, sizeof(address))) return true;
    (void)snprintf(line, sizeof(line), "%s:%u:%s", target->host, target->port, address);
    curl_slist_free_all(transfer->resolve);
    transfer->resolve = curl_slist_append(NULL, line);
    return transfer->resolve &&
           curl_easy_setopt(transfer->curl, CURLOPT_RESOLVE, transfer->resolve) == CURLE_OK;
}

bool ts_transfer_begin(ts_transfer *transfer, unsigned total_ms, unsigned connect_ms)
{
    CURL *curl = transfer->curl;
    return set_limits(curl, total_ms, connect_ms) && set_protocol(curl) &&
           set_surroundings(curl, transfer->net, transfer->target) && set_hooks(curl, transfer) &&
           set_resolver(transfer);
}

void ts_transfer_end(ts_transfer *transfer)
{
    if (transfer->curl) curl_easy_reset(transfer->curl);
    curl_slist_free_all(transfer->resolve);
    transfer->resolve = NULL;
}

int ts_transfer_status(const ts_transfer *transfer)
{
    long status = 0;
    (void)curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

/* Up to 32 ms: closed ports answer faster than those that are open to something else, and nobody should be able to
 * count on that. */
static void wait_a_little(void)
{
    struct timespec pause = {.tv_nsec = (long)ts_random_below(32000000)};
    (void)nanosleep(&pause, NULL);
}

/* CURLE_OUT_OF_MEMORY has no line of its own: curl also says so of a header line that is too long for it. */
bool ts_transfer_fail(const ts_transfer *transfer, CURLcode code, ts_error *err)
{
    if (code == CURLE_ABORTED_BY_CALLBACK) return ts_fail(err, TS_INTERRUPTED, "the server is about to stop");
    if (transfer->refused && !transfer->opened) return ts_net_refuse(err);
    if (code == CURLE_PEER_FAILED_VERIFICATION)
        return ts_fail(err, TS_IO, "the certificate of this address is not valid");
    if (ts_transfer_status(transfer) == 0) {
        wait_a_little();
        (void)ts_fail(err, TS_IO, "this address gave no answer");
        return ts_hint(err, "check the address, and that it can be reached from this machine");
    }
    if (code == CURLE_OPERATION_TIMEDOUT)
        return ts_fail(err, TS_TIMEOUT, "this address did not finish its answer in time");
    return ts_fail(err, TS_IO, "the answer of this address broke off or is malformed");
}
