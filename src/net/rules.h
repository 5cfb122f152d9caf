/* net: one entry of the guard's allow-list, private to the room. Pure; any thread. */
#ifndef TS_NET_RULES_H
#define TS_NET_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "net/guard.h"

typedef struct ts_net_rule {
    int family;        /* AF_INET, AF_INET6; AF_UNSPEC: a name */
    uint8_t bytes[16]; /* network order */
    unsigned prefix;   /* bits that count */
    uint16_t port;     /* 0: any */
    char name[256];    /* lower case, without a dot at its end */
} ts_net_rule;

/* TS_CONFIG naming the entry. */
bool ts_net_rule_parse(const char *text, ts_net_rule *rule, ts_error *err);
/* family: AF_INET or AF_INET6. */
bool ts_net_rule_matches_address(const ts_net_rule *rule, int family, const uint8_t *bytes, uint16_t port);
bool ts_net_rule_matches_name(const ts_net_rule *rule, const char *host, uint16_t port);

/* Do the first `prefix` bits agree? */
bool ts_net_prefix_matches(const uint8_t *a, const uint8_t *b, unsigned prefix);

/* Could any address be allowed on this port? Saves asking for a name in vain. */
bool ts_net_port_conceivable(const ts_net_guard *guard, uint16_t port);

#endif
