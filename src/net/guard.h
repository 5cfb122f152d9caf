/* net: which addresses may be connected to. The decision is about the address that the socket is about to be
 * connected to, after the name was resolved, so that no spelling of a name and no change of it in between
 * helps.
 *
 * Threads: a guard never changes after ts_net_guard_new; any number of threads may ask it. */
#ifndef TS_NET_GUARD_H
#define TS_NET_GUARD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/error.h"

typedef struct ts_net_guard ts_net_guard;

typedef struct ts_net_guard_options {
    /* Loopback, private (RFC 1918), shared (100.64/10) and unique local addresses, on any port. Link-local
     * addresses, where clouds keep their secrets, stay closed. */
    bool allow_private;
    /* Entries that open more, on any port or on the one they name: "10.1.0.0/16", "fd00::/8",
     * "192.168.1.7:5678",
     * "[::1]:9000", "nas.home:8080" (whatever address that very name has). */
    const char *const *allowed;
    size_t allowed_count;
    /* Ports that public addresses may be reached on; none given means 80 and 443. */
    const uint16_t *ports;
    size_t port_count;
} ts_net_guard_options;

/* What kind of address it is, by the special-purpose registries of IANA. */
typedef enum ts_net_class {
    TS_NET_PUBLIC = 0,
    TS_NET_PRIVATE,    /* 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7: opened by allow_private */
    TS_NET_LOOPBACK,   /* 127/8, ::1: opened by allow_private */
    TS_NET_LINK_LOCAL, /* 169.254/16, fe80::/10, fec0::/10: only an entry of the allow-list opens it */
    TS_NET_SPECIAL, /* documentation, benchmarking, protocol assignments, and whatever carries an IPv4 address
                     * inside an IPv6 one (mapped, compatible, NAT64, 6to4, Teredo): only an entry opens it */
    TS_NET_NEVER    /* unspecified, multicast, broadcast, reserved, no internet address: nothing opens it */
} ts_net_class;

ts_net_class ts_net_classify(const struct sockaddr *address, size_t length);

/* TS_CONFIG naming the entry that is malformed. options NULL: the defaults, public addresses on 80 and 443. */
ts_net_guard *ts_net_guard_new(const ts_net_guard_options *options, ts_error *err);
void ts_net_guard_free(ts_net_guard *guard); /* NULL is fine */

/* May this address and port be connected to? Pure. */
bool ts_net_address_allowed(const ts_net_guard *guard, const struct sockaddr *address, size_t length);
/* Is HOST:PORT, as the URL names it, an entry of the allow-list by name? Then its address is not asked about,
 * except that TS_NET_NEVER stays closed. */
bool ts_net_host_allowed(const ts_net_guard *guard, const char *host, uint16_t port);

#endif
