/* net: the address guard: what kind of address it is, and whether the settings open it. Knows no URL and no curl. */
#include "net/guard.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "net/rules.h"

struct ts_net_guard {
    bool allow_private;
    uint16_t *ports;
    size_t port_count;
    ts_net_rule *rules;
    size_t rule_count;
};

typedef struct block {
    uint8_t bytes[16];
    unsigned prefix;
    ts_net_class class;
} block;

/* The first that matches counts. From IANA's special-purpose registries; what is not here is public. */
static const block blocks4[] = {
    {{0}, 8, TS_NET_NEVER},               /* "this network": Linux connects 0.0.0.0 to itself */
    {{10}, 8, TS_NET_PRIVATE},            /* RFC 1918 */
    {{100, 64}, 10, TS_NET_PRIVATE},      /* shared, behind a carrier's NAT */
    {{127}, 8, TS_NET_LOOPBACK},          /* */
    {{169, 254}, 16, TS_NET_LINK_LOCAL},  /* with the metadata services of clouds */
    {{172, 16}, 12, TS_NET_PRIVATE},      /* RFC 1918 */
    {{192, 0, 0}, 24, TS_NET_SPECIAL},    /* protocol assignments */
    {{192, 0, 2}, 24, TS_NET_SPECIAL},    /* documentation */
    {{192, 88, 99}, 24, TS_NET_SPECIAL},  /* 6to4 relays */
    {{192, 168}, 16, TS_NET_PRIVATE},     /* RFC 1918 */
    {{198, 18}, 15, TS_NET_SPECIAL},      /* benchmarking */
    {{198, 51, 100}, 24, TS_NET_SPECIAL}, /* documentation */
    {{203, 0, 113}, 24, TS_NET_SPECIAL},  /* documentation */
    {{224}, 4, TS_NET_NEVER},             /* multicast */
    {{240}, 4, TS_NET_NEVER},             /* reserved, with 255.255.255.255 */
};

/* Here what is not named and not global unicast (2000::/3) is special: mapped, compatible and NAT64 addresses among
 * it, which reach an IPv4 address past all that is said above. */
static const block blocks6[] = {
    {{0}, 128, TS_NET_NEVER},
    {{[15] = 1}, 128, TS_NET_LOOPBACK},
    {{0xFC}, 7, TS_NET_PRIVATE},
    {{0xFE, 0x80}, 10, TS_NET_LINK_LOCAL},
    {{0xFE, 0xC0}, 10, TS_NET_LINK_LOCAL}, /* site-local, given up but not gone */
    {{0xFF}, 8, TS_NET_NEVER},
    {{0x20, 0x01, 0x00}, 23, TS_NET_SPECIAL},       /* protocol assignments, Teredo, ORCHID, benchmarking */
    {{0x20, 0x01, 0x0D, 0xB8}, 32, TS_NET_SPECIAL}, /* documentation */
    {{0x20, 0x02}, 16, TS_NET_SPECIAL},             /* 6to4 */
    {{0x3F, 0xFF}, 20, TS_NET_SPECIAL},             /* documentation */
    {{0x20}, 3, TS_NET_PUBLIC},
    {{0}, 0, TS_NET_SPECIAL},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static ts_net_class look_up(const block *table, size_t count, const uint8_t *address)
{
    for (size_t i = 0; i < count; i++)
        if (ts_net_prefix_matches(table[i].bytes, address, table[i].prefix)) return table[i].class;
    return TS_NET_PUBLIC;
}

/* Takes the address out of a sockaddr; the family, or AF_UNSPEC for what is no internet address. */
static int unpack(const struct sockaddr *address, size_t length, uint8_t bytes[16], uint16_t *port)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (length < sizeof(sa_family_t)) return AF_UNSPEC;
    if (address->sa_family == AF_INET && length >= sizeof(v4)) {
        memcpy(&v4, address, sizeof(v4));
        memcpy(bytes, &v4.sin_addr, 4);
        *port = ntohs(v4.sin_port);
        return AF_INET;
    }
    if (address->sa_family == AF_INET6 && length >= sizeof(v6)) {
        memcpy(&v6, address, sizeof(v6));
        memcpy(bytes, &v6.sin6_addr, 16);
        *port = ntohs(v6.sin6_port);
        return AF_INET6;
    }
    return AF_UNSPEC;
}

static ts_net_class classify(int family, const uint8_t bytes[16])
{
    if (family == AF_INET) return look_up(blocks4, COUNT(blocks4), bytes);
    if (family == AF_INET6) return look_up(blocks6, COUNT(blocks6), bytes);
    return TS_NET_NEVER;
}

ts_net_class ts_net_classify(const struct sockaddr *address, size_t length)
{
    uint8_t bytes[16];
    uint16_t port;
    return classify(unpack(address, length, bytes, &port), bytes);
}

static bool port_listed(const ts_net_guard *guard, uint16_t port)
{
    for (size_t i = 0; i < guard->port_count; i++)
        if (guard->ports[i] == port) return true;
    return false;
}

static bool rule_opens(const ts_net_guard *guard, int family, const uint8_t *bytes, uint16_t port)
{
    for (size_t i = 0; i < guard->rule_count; i++)
        if (ts_net_rule_matches_address(&guard->rules[i], family, bytes, port)) return true;
    return false;
}

bool ts_net_address_allowed(const ts_net_guard *guard, const struct sockaddr *address, size_t length)
{
    uint8_t bytes[16];
    uint16_t port = 0;
    int family = unpack(address, length, bytes, &port);
    ts_net_class class = classify(family, bytes);
    if (class == TS_NET_NEVER || port == 0) return false;
    if (rule_opens(guard, family, bytes, port)) return true;
    if (class == TS_NET_PUBLIC) return port_listed(guard, port);
    return guard->allow_private && (class == TS_NET_PRIVATE || class == TS_NET_LOOPBACK);
}

bool ts_net_host_allowed(const ts_net_guard *guard, const char *host, uint16_t port)
{
    for (size_t i = 0; i < guard->rule_count; i++)
        if (ts_net_rule_matches_name(&guard->rules[i], host, port)) return true;
    return false;
}

bool ts_net_port_conceivable(const ts_net_guard *guard, uint16_t port)
{
    if (port == 0) return false;
    if (guard->allow_private || port_listed(guard, port)) return true;
    for (size_t i = 0; i < guard->rule_count; i++) {
        const ts_net_rule *rule = &guard->rules[i];
        if (rule->family != AF_UNSPEC && (rule->port == 0 || rule->port == port)) return true;
    }
    return false;
}

static bool copy_ports(ts_net_guard *guard, const uint16_t *ports, size_t count)
{
    static const uint16_t usual[] = {80, 443};
    if (count == 0) {
        ports = usual;
        count = COUNT(usual);
    }
    guard->ports = calloc(count, sizeof(*ports));
    if (!guard->ports) return false;
    memcpy(guard->ports, ports, count * sizeof(*ports));
    guard->port_count = count;
    return true;
}

static bool parse_rules(ts_net_guard *guard, const ts_net_guard_options *options, ts_error *err)
{
    if (options->allowed_count == 0) return true;
    guard->rules = calloc(options->allowed_count, sizeof(*guard->rules));
    if (!guard->rules) return ts_fail_memory(err);
    for (size_t i = 0; i < options->allowed_count; i++) {
        if (!ts_net_rule_parse(options->allowed[i], &guard->rules[i], err)) return false;
        guard->rule_count++;
    }
    return true;
}

ts_net_guard *ts_net_guard_new(const ts_net_guard_options *options, ts_error *err)
{
    static const ts_net_guard_options defaults = {0};
    if (!options) options = &defaults;
    ts_net_guard *guard = calloc(1, sizeof(*guard));
    if (!guard || !copy_ports(guard, options->ports, options->port_count)) {
        ts_net_guard_free(guard);
        (void)ts_fail_memory(err);
        return NULL;
    }
    guard->allow_private = options->allow_private;
    if (!parse_rules(guard, options, err)) {
        ts_net_guard_free(guard);
        return NULL;
    }
    return guard;
}

void ts_net_guard_free(ts_net_guard *guard)
{
    if (!guard) return;
    free(guard->ports);
    free(guard->rules);
    free(guard);
}
