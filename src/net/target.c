/* net: URLs: taken apart by curl's own parser (the one that will connect), checked by the guard as far as the text
 * goes. Knows no transfer. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "net/private.h"
#include "net/rules.h"

#define URL_MAX 8192

bool ts_net_refuse(ts_error *err)
{
    (void)ts_fail(err, TS_REFUSED, "requests to this address are not allowed");
    return ts_hint(err, "use a public http or https address; the configuration can allow private ones");
}

/* The part as curl sees it, "" where there is none; freed with curl_free. NULL: out of memory or malformed. */
static char *url_part(CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    return curl_url_get(url, part, &text, flags) == CURLUE_OK ? text : NULL;
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = url_part(url, part, 0);
    curl_free(text);
    return text != NULL;
}

static bool is_web_scheme(CURLU *url)
{
    char *scheme = url_part(url, CURLUPART_SCHEME, 0);
    bool ok = scheme && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return ok;
}

static bool take_host(CURLU *url, ts_net_target *target)
{
    char *host = url_part(url, CURLUPART_HOST, 0);
    char *port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    bool ok = host && port && host[0] != '\0' && strlen(host) < sizeof(target->host);
    if (ok) {
        size_t length = strlen(host);
        bool brackets = host[0] == '[' && host[length - 1] == ']';
        memcpy(target->host, host + brackets, length - 2 * (size_t)brackets);
        target->host[length - 2 * (size_t)brackets] = '\0';
        target->port = (uint16_t)strtoul(port, NULL, 10);
    }
    curl_free(host);
    curl_free(port);
    return ok;
}

/* The host as an address, where it is one. */
static socklen_t literal_address(const ts_net_target *target, struct sockaddr_storage *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(target->port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(target->port)};
    if (inet_pton(AF_INET, target->host, &v4.sin_addr) == 1) {
        memcpy(address, &v4, sizeof(v4));
        return sizeof(v4);
    }
    if (inet_pton(AF_INET6, target->host, &v6.sin6_addr) == 1) {
        memcpy(address, &v6, sizeof(v6));
        return sizeof(v6);
    }
    return 0;
}

static bool guard_agrees(const ts_net_guard *guard, ts_net_target *target)
{
    struct sockaddr_storage address = {0};
    socklen_t length = literal_address(target, &address);
    target->literal = length > 0;
    if (target->literal) return ts_net_address_allowed(guard, (const struct sockaddr *)&address, length);
    target->by_name = ts_net_host_allowed(guard, target->host, target->port);
    return target->by_name || ts_net_port_conceivable(guard, target->port);
}

/* curl is lenient where browsers and other parsers differ: what could be read in two ways is refused. */
static bool is_plain(const char *url)
{
    size_t length = strlen(url);
    if (length > URL_MAX) return false;
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)url[i] <= ' ' || url[i] == 0x7F || url[i] == '\\') return false;
    return true;
}

bool ts_net_target_parse(const ts_net *net, const char *text, ts_net_target *target, ts_error *err)
{
    *target = (ts_net_target){0};
    CURLU *url = curl_url();
    if (!url) return ts_fail_memory(err);
    bool ok = false;
    if (!is_plain(text) || curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        (void)ts_fail(err, TS_USAGE, "this is no URL");
        (void)ts_hint(err, "give a whole address, such as https://example.org/picture.jpg");
        goto done;
    }
    if (!is_web_scheme(url) || has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ||
        has_part(url, CURLUPART_ZONEID) || !take_host(url, target) || !guard_agrees(net->guard, target)) {
        (void)ts_net_refuse(err);
        goto done;
    }
    (void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
    target->url = url_part(url, CURLUPART_URL, 0);
    ok = target->url != NULL || ts_fail_memory(err);
done:
    curl_url_cleanup(url);
    return ok;
}

void ts_net_target_end(ts_net_target *target)
{
    curl_free(target->url);
    *target = (ts_net_target){0};
}

bool ts_net_check_url(const ts_net *net, const char *url, ts_error *err)
{
    ts_net_target target;
    bool ok = ts_net_target_parse(net, url, &target, err);
    ts_net_target_end(&target);
    return ok;
}

/* Copies what is valid UTF-8 and no control character or slash; '_' stands for the rest. */
static void copy_clean(const char *from, char *to, size_t size)
{
    size_t used = 0;
    size_t left = strlen(from);
    while (left > 0) {
        size_t length = ts_utf8_sequence(from, left);
        bool good = length > 1 || (length == 1 && (unsigned char)*from >= ' ' && !strchr("/\\\x7F", *from));
        size_t step = length ? length : 1;
        if (used + step >= size) break;
        if (good) memcpy(to + used, from, step);
        else to[used] = '_';
        used += good ? step : 1;
        from += step;
        left -= step;
    }
    to[used] = '\0';
}

void ts_net_target_name(const ts_net_target *target, char *name, size_t size)
{
    name[0] = '\0';
    CURLU *url = curl_url();
    if (!url || curl_url_set(url, CURLUPART_URL, target->url, 0) != CURLUE_OK) {
        curl_url_cleanup(url);
        return;
    }
    char *path = url_part(url, CURLUPART_PATH, 0);
    const char *slash = path ? strrchr(path, '/') : NULL;
    int length = 0;
    char *last = slash ? curl_easy_unescape(NULL, slash + 1, 0, &length) : NULL;
    if (last) copy_clean(last, name, size);
    curl_free(last);
    curl_free(path);
    curl_url_cleanup(url);
}
