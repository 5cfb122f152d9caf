/* http: hosts, addresses, and whom to believe about them. Knows nothing of requests. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "http/values.h"

static bool port_valid(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits <= 5 && text[digits] == '\0' && (digits == 0 || strtol(text, NULL, 10) <= 65535);
}

static bool host_name_valid(const char *name)
{
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-._", *p)) return false;
    return *name != '\0';
}

static bool bracketed_host(const char *text, char *name, size_t size)
{
    size_t length = strcspn(text + 1, "]");
    struct in6_addr address;
    if (text[1 + length] != ']' || length >= size) return false;
    memcpy(name, text + 1, length);
    name[length] = '\0';
    const char *rest = text + length + 2;
    return inet_pton(AF_INET6, name, &address) == 1 &&
           (*rest == '\0' || (*rest == ':' && port_valid(rest + 1)));
}

bool ts_parse_host(const char *text, char *name, size_t size)
{
    bool good;
    if (*text == '[') {
        good = bracketed_host(text, name, size);
    } else {
        size_t length = strcspn(text, ":");
        if (length >= size) return false;
        memcpy(name, text, length);
        name[length] = '\0';
        good = host_name_valid(name) && (text[length] == '\0' || port_valid(text + length + 1));
    }
    for (char *p = name; good && *p; p++) *p = (char)tolower((unsigned char)*p);
    return good;
}

static void map_ipv4(const struct in_addr *address, unsigned char bytes[16])
{
    memset(bytes, 0, 10);
    bytes[10] = bytes[11] = 0xff;
    memcpy(bytes + 12, address, 4);
}

bool ts_parse_address(const char *text, size_t length, unsigned char bytes[16])
{
    char copy[INET6_ADDRSTRLEN + 1];
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (length >= sizeof copy) return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    struct in_addr four;
    if (inet_pton(AF_INET, copy, &four) == 1) {
        map_ipv4(&four, bytes);
        return true;
    }
    return inet_pton(AF_INET6, copy, bytes) == 1;
}

bool ts_sockaddr_bytes(const struct sockaddr *address, unsigned char bytes[16])
{
    if (address && address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof four);
        map_ipv4(&four.sin_addr, bytes);
        return true;
    }
    if (!address || address->sa_family != AF_INET6) return false;
    struct sockaddr_in6 six;
    memcpy(&six, address, sizeof six);
    memcpy(bytes, &six.sin6_addr, 16);
    return true;
}

static bool is_mapped(const unsigned char bytes[16])
{
    static const unsigned char prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return memcmp(bytes, prefix, sizeof prefix) == 0;
}

void ts_format_address(const unsigned char bytes[16], char out[48])
{
    bool four = is_mapped(bytes);
    if (!inet_ntop(four ? AF_INET : AF_INET6, four ? bytes + 12 : bytes, out, 48)) out[0] = '\0';
}

bool ts_parse_cidr(const char *text, ts_cidr *out)
{
    size_t length = strcspn(text, "/");
    if (!ts_parse_address(text, length, out->bytes)) return false;
    bool four = is_mapped(out->bytes);
    unsigned width = four ? 32 : 128;
    unsigned long bits = width;
    if (text[length] == '/') {
        char *end = NULL;
        if (!isdigit((unsigned char)text[length + 1])) return false;
        bits = strtoul(text + length + 1, &end, 10);
        if (*end || bits > width) return false;
    }
    out->bits = (unsigned)bits + (four ? 96 : 0);
    return true;
}

static bool in_cidr(const ts_cidr *cidr, const unsigned char bytes[16])
{
    unsigned whole = cidr->bits / 8;
    unsigned rest = cidr->bits % 8;
    if (memcmp(cidr->bytes, bytes, whole) != 0) return false;
    return rest == 0 || (cidr->bytes[whole] ^ bytes[whole]) >> (8 - rest) == 0;
}

bool ts_cidr_has(const ts_cidr *list, size_t count, const unsigned char bytes[16])
{
    for (size_t i = 0; i < count; i++)
        if (in_cidr(&list[i], bytes)) return true;
    return false;
}

/* One entry without the spaces round it. An entry that is no address ends the walk: nothing left of it is known. */
static bool entry_address(const char *text, const char *end, unsigned char bytes[16])
{
    while (text < end && (*text == ' ' || *text == '\t')) text++;
    while (end > text && (end[-1] == ' ' || end[-1] == '\t')) end--;
    return end > text && ts_parse_address(text, (size_t)(end - text), bytes);
}

bool ts_forwarded_client(const char *text, const ts_cidr *trusted, size_t count, unsigned char bytes[16])
{
    const char *end = text + strlen(text);
    bool found = false;
    while (end > text) {
        const char *start = end;
        while (start > text && start[-1] != ',') start--;
        unsigned char entry[16];
        if (!entry_address(start, end, entry)) break;
        memcpy(bytes, entry, sizeof entry);
        found = true;
        if (!ts_cidr_has(trusted, count, entry)) break;
        end = start > text ? start - 1 : text;
    }
    return found;
}
