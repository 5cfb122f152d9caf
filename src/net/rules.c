/* net: entries of the guard's allow-list as text: "10.1.0.0/16", "[::1]:9000", "nas.home:8080". Knows no socket. */
#include "net/rules.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool ts_net_prefix_matches(const uint8_t *a, const uint8_t *b, unsigned prefix)
{
    unsigned whole = prefix / 8;
    unsigned rest = prefix % 8;
    if (memcmp(a, b, whole) != 0) return false;
    if (rest == 0) return true;
    uint8_t mask = (uint8_t)(0xFF00 >> rest);
    return (a[whole] & mask) == (b[whole] & mask);
}

/* A number without sign, blank or leading zero. */
static bool parse_number(const char *text, unsigned long max, unsigned long *out)
{
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 5) return false;
    if (text[0] == '0' && text[1] != '\0') return false;
    *out = strtoul(text, NULL, 10);
    return *out <= max;
}

/* Cuts ":PORT" off the end; an IPv6 address needs brackets for that. */
static bool cut_port(char **host, uint16_t *port)
{
    char *colon = strrchr(*host, ':');
    if ((*host)[0] == '[') {
        char *end = strchr(*host, ']');
        if (!end || (end[1] != '\0' && end[1] != ':')) return false;
        *end = '\0';
        colon = end[1] == ':' ? end + 1 : NULL;
        (*host)++;
    } else if (colon && strchr(*host, ':') != colon) {
        return true; /* an IPv6 address by itself */
    }
    if (!colon) return true;
    unsigned long number;
    *colon = '\0';
    if (!parse_number(colon + 1, 65535, &number) || number == 0) return false;
    *port = (uint16_t)number;
    return true;
}

static bool parse_address(char *host, ts_net_rule *rule)
{
    char *slash = strchr(host, '/');
    if (slash) *slash = '\0';
    rule->family = strchr(host, ':') ? AF_INET6 : AF_INET;
    unsigned long bits = rule->family == AF_INET6 ? 128 : 32;
    if (inet_pton(rule->family, host, rule->bytes) != 1) return false;
    if (slash && !parse_number(slash + 1, bits, &bits)) return false;
    rule->prefix = (unsigned)bits;
    return true;
}

/* A name that a resolver could read as a number ("127.1", "0x7f.1") would say something else than it seems to. */
static bool parse_name(const char *host, ts_net_rule *rule)
{
    size_t length = strlen(host);
    if (length > 0 && host[length - 1] == '.') length--;
    if (length == 0 || length >= sizeof(rule->name)) return false;
    for (size_t i = 0; i < length; i++) {
        if (!isalnum((unsigned char)host[i]) && !strchr("-_.", host[i])) return false;
        rule->name[i] = (char)tolower((unsigned char)host[i]);
    }
    rule->name[length] = '\0';
    rule->family = AF_UNSPEC;
    const char *dot = strrchr(rule->name, '.');
    const char *last = dot ? dot + 1 : rule->name;
    return !isdigit((unsigned char)last[0]) && last[0] != '\0';
}

bool ts_net_rule_parse(const char *text, ts_net_rule *rule, ts_error *err)
{
    char copy[300];
    char *host = copy;
    *rule = (ts_net_rule){0};
    if (strlen(text) < sizeof(copy)) {
        memcpy(copy, text, strlen(text) + 1);
        if (cut_port(&host, &rule->port) &&
            (parse_address(host, rule) || (host == copy && !strchr(text, '/') && parse_name(host, rule))))
            return true;
    }
    (void)ts_fail(err, TS_CONFIG, "'%.100s' is no address, network or host that could be allowed", text);
    return ts_hint(err, "write 10.1.0.0/16, 192.168.1.7:5678, [::1]:9000 or nas.home:8080");
}

bool ts_net_rule_matches_address(const ts_net_rule *rule, int family, const uint8_t *bytes, uint16_t port)
{
    if (rule->family != family || (rule->port != 0 && rule->port != port)) return false;
    return ts_net_prefix_matches(rule->bytes, bytes, rule->prefix);
}

bool ts_net_rule_matches_name(const ts_net_rule *rule, const char *host, uint16_t port)
{
    if (rule->family != AF_UNSPEC || (rule->port != 0 && rule->port != port)) return false;
    size_t length = strlen(host);
    if (length > 0 && host[length - 1] == '.') length--;
    return length == strlen(rule->name) && strncasecmp(rule->name, host, length) == 0;
}
