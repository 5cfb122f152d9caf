/* http: sockets that listen. Knows nothing of HTTP. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/server.h"

#define BACKLOG 1024

/* "host:port", "[v6]:port" or ":port"; the host is "" for all addresses. */
static bool split_address(const char *text, char host[256], char port[8])
{
    const char *colon = strrchr(text, ':');
    if (!colon || strlen(colon + 1) == 0 || strlen(colon + 1) > 5) return false;
    size_t length = (size_t)(colon - text);
    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    } else if (memchr(text, ':', length)) {
        return false;
    }
    if (length > 255 || strspn(colon + 1, "0123456789") != strlen(colon + 1)) return false;
    memcpy(host, text, length);
    host[length] = '\0';
    (void)snprintf(port, 8, "%s", colon + 1);
    return strtol(port, NULL, 10) <= 65535;
}

static int listen_at(const struct addrinfo *at)
{
    int on = 1;
    int off = 0;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6) (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
    int number = errno;
    (void)close(fd);
    errno = number;
    return -1;
}

int ts_socket_port(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
    return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port) : 0;
}

/* IPv6 first where all addresses are meant: that socket takes IPv4 as well. */
static int listen_any(const struct addrinfo *list, bool all)
{
    int fd = -1;
    for (const struct addrinfo *at = list; at && fd < 0; at = at->ai_next)
        if (!all || at->ai_family == AF_INET6) fd = listen_at(at);
    for (const struct addrinfo *at = list; at && fd < 0 && all; at = at->ai_next)
        if (at->ai_family == AF_INET) fd = listen_at(at);
    return fd;
}

int ts_listen_tcp(const char *address, int *port, ts_error *err)
{
    char host[256];
    char service[8];
    if (!split_address(address, host, service)) {
        (void)ts_fail(err, TS_CONFIG, "'%s' is no address to listen on", address);
        (void)ts_hint(err, "write 127.0.0.1:8080, [::1]:8080 or :8080");
        return -1;
    }
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    int failed = getaddrinfo(host[0] ? host : NULL, service, &hints, &list);
    if (failed) {
        (void)ts_fail(err, TS_CONFIG, "'%s' is no address to listen on: %s", address, gai_strerror(failed));
        return -1;
    }
    int fd = listen_any(list, host[0] == '\0');
    if (fd < 0) {
        (void)ts_fail_errno(err, "cannot listen on %s", address);
        (void)ts_hint(err, "another program may have the port: choose another, or stop that one");
    }
    freeaddrinfo(list);
    if (fd >= 0) *port = ts_socket_port(fd);
    return fd;
}

/* A socket file that nobody answers at is left over from a crash. */
static bool is_in_use(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answered = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;
    if (fd >= 0) (void)close(fd);
    return answered;
}

int ts_listen_unix(const char *path, ts_error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat info;
    if (strlen(path) >= sizeof address.sun_path) {
        (void)ts_fail(err, TS_CONFIG, "the path of the socket is too long: %s", path);
        return -1;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (lstat(path, &info) == 0) {
        if (!S_ISSOCK(info.st_mode) || is_in_use(&address)) {
            (void)ts_fail(err, TS_CONFLICT, "another server has the socket %s", path);
            return -1;
        }
        (void)unlink(path);
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    /* Nobody can connect before it listens, so that the mode is set in time. */
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
        chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    (void)ts_fail_errno(err, "cannot listen on %s", path);
    if (fd >= 0) (void)close(fd);
    return -1;
}
