/* Tests that no spelling of a forbidden address gets through to it: a listener on this machine counts who comes. It
 * counts visitors on its port alone, so every URL carries that port; first it is shown that the allowed one arrives. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/net.h"
#include "tests/support/support.h"

/* %s: the port. What a URL parser, a resolver or the kernel may take for 127.0.0.1, ::1, 0.0.0.0 or ::. */
static const char *const spellings[] = {
    /* plain, and every old way to write an IPv4 address */
    "http://127.0.0.1:%s/",
    "http://127.0.0.1.:%s/",
    "http://127.1:%s/",
    "http://127.0.1:%s/",
    "http://127.0.0.1:0%s/",
    "http://2130706433:%s/",
    "http://2130706433.:%s/",
    "http://0x7f000001:%s/",
    "http://0X7F000001:%s/",
    "http://0x7f.1:%s/",
    "http://0x7f.0.0.1:%s/",
    "http://0x7f.0x0.0x0.0x1:%s/",
    "http://0x7f.0x000001:%s/",
    "http://017700000001:%s/",
    "http://0177.0.0.1:%s/",
    "http://0177.0.0.01:%s/",
    "http://00000177.0.0.1:%s/",
    "http://0177.1:%s/",
    "http://0177.0x0.0.1:%s/",
    "http://127.0.0.0x1:%s/",
    "http://127.0x0.1:%s/",
    "http://127.000.000.001:%s/",
    "http://127.0.0.01:%s/",
    "http://127.00.00.1:%s/",
    "http://6425673729:%s/",
    "http://0x17f000001:%s/",
    "http://127.0.256:%s/",
    "http://127.65536:%s/",
    "http://127.16777215:%s/",
    "http://127.0.0.2:%s/",
    "http://127.255.255.254:%s/",
    "http://127.127.127.127:%s/",
    "http://127.8:%s/",
    "http://0x7f00000002:%s/",
    "http://127.0.0.1%%00:%s/",
    "http://127.0.0.1%%2e:%s/",
    "http://127%%2e0%%2e0%%2e1:%s/",
    "http://%%31%%32%%37.0.0.1:%s/",
    "http://127。0。0。1:%s/",
    "http://127.0.0。1:%s/",
    "http://127.0.0.1:%s/",
    "http://①②⑦.⓪.⓪.①:%s/",
    "http://127.0.0.1:%s/",
    "http://127｡0｡0｡1:%s/",
    "http://１２７.０.０.１:%s/",
    "http://1٢7.0.0.1:%s/",
    /* the unspecified address */
    "http://0.0.0.0:%s/",
    "http://0:%s/",
    "http://0.:%s/",
    "http://0.0:%s/",
    "http://0.0.0:%s/",
    "http://0x0:%s/",
    "http://00:%s/",
    "http://0000000000:%s/",
    "http://0.0.0.1:%s/",
    "http://0.1.2.3:%s/",
    "http://0x0.0x0:%s/",
    "http://4294967296:%s/",
    "http://４.0.0.0:%s/",
    "http://０:%s/",
    /* version 6 */
    "http://[::1]:%s/",
    "http://[0:0:0:0:0:0:0:1]:%s/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]:%s/",
    "http://[::0001]:%s/",
    "http://[0::1]:%s/",
    "http://[::0.0.0.1]:%s/",
    "http://[::]:%s/",
    "http://[0:0:0:0:0:0:0:0]:%s/",
    "http://[::0]:%s/",
    "http://[::127.0.0.1]:%s/",
    "http://[::7f00:1]:%s/",
    "http://[::ffff:127.0.0.1]:%s/",
    "http://[::ffff:7f00:1]:%s/",
    "http://[::FFFF:7F00:0001]:%s/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:%s/",
    "http://[0:0:0:0:0:ffff:7f00:1]:%s/",
    "http://[::ffff:0.0.0.0]:%s/",
    "http://[::ffff:0:0]:%s/",
    "http://[::ffff:0:127.0.0.1]:%s/",
    "http://[::ffff:127.1]:%s/",
    "http://[::ffff:127.0.0.2]:%s/",
    "http://[64:ff9b::127.0.0.1]:%s/",
    "http://[64:ff9b::7f00:1]:%s/",
    "http://[64:ff9b:1::7f00:1]:%s/",
    "http://[2002:7f00:1::]:%s/",
    "http://[2002:7f00:0001::1]:%s/",
    "http://[2001:0:7f00:1::]:%s/",
    "http://[fe80::1%%25lo]:%s/",
    "http://[::1%%25lo]:%s/",
    "http://[::1%%lo]:%s/",
    "http://[::1%%251]:%s/",
    "http://[fe80::1]:%s/",
    "http://[fec0::1]:%s/",
    "http://[fd00::1]:%s/",
    "http://[ff02::1]:%s/",
    "http://[::1]]:%s/",
    "http://[[::1]]:%s/",
    "http://[127.0.0.1]:%s/",
    /* names of this machine */
    "http://localhost:%s/",
    "http://localhost.:%s/",
    "http://LOCALHOST:%s/",
    "http://LocalHost.:%s/",
    "http://ip6-localhost:%s/",
    "http://localhost%%00.example.org:%s/",
    "http://loc%%61lhost:%s/",
    "http://ｌocalhost:%s/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:%s/",
    "http://locaſhost:%s/",
    "http://localho\xC5\xBFt:%s/",
    "http://local­host:%s/",
    "http://local\xE2\x80\x8Bhost:%s/",
    /* what hides behind something else */
    "http://user@127.0.0.1:%s/",
    "http://user:pass@127.0.0.1:%s/",
    "http://@127.0.0.1:%s/",
    "http://:@127.0.0.1:%s/",
    "http://example.org@127.0.0.1:%s/",
    "http://example.org:80@127.0.0.1:%s/",
    "http://example.org%%40127.0.0.1:%s/",
    "http://127.0.0.1:%s\\@8.8.8.8/",
    "http://8.8.8.8\\@127.0.0.1:%s/",
    "http://8.8.8.8#@127.0.0.1:%s/",
    "http://user@8.8.8.8@127.0.0.1:%s/",
    "http://127.0.0.1:%s@8.8.8.8:99/",
    "http:\\\\127.0.0.1:%s/",
    "http:/127.0.0.1:%s/",
    "http:127.0.0.1:%s/",
    "http:///127.0.0.1:%s/",
    "http:////127.0.0.1:%s/",
    "//127.0.0.1:%s/",
    "127.0.0.1:%s/",
    "http://127.0.0.1\t:%s/",
    "http://127.0.0.1 :%s/",
    " http://127.0.0.1:%s/",
    "http://\r\n127.0.0.1:%s/",
    "ht\ttp://127.0.0.1:%s/",
    "HTTP://127.0.0.1:%s/",
    "hTtP://127.1:%s/",
    "https://127.0.0.1:%s/",
    "https://[::1]:%s/",
    "https://0x7f.1:%s/",
    /* other protocols */
    "ftp://127.0.0.1:%s/",
    "gopher://127.0.0.1:%s/_x",
    "dict://127.0.0.1:%s/d",
    "telnet://127.0.0.1:%s/",
    "ldap://127.0.0.1:%s/",
    "smtp://127.0.0.1:%s/",
    "rtsp://127.0.0.1:%s/",
    "tftp://127.0.0.1:%s/x",
    "ws://127.0.0.1:%s/",
    "imap://127.0.0.1:%s/",
    "scp://127.0.0.1:%s/",
    "mqtt://127.0.0.1:%s/",
    "file://127.0.0.1:%s/",
    "jar:http://127.0.0.1:%s/",
    "url:http://127.0.0.1:%s/",
    "view-source:http://127.0.0.1:%s/",
};
#define SPELLINGS (sizeof(spellings) / sizeof(spellings[0]))

typedef struct listener {
    int sockets[2]; /* version 4 on all addresses, version 6 on all addresses */
    int stop[2];
    char port[8];
    uint16_t number;
    atomic_uint visits;
    pthread_t thread;
} listener;

static void answer(int fd)
{
    char request[2048];
    static const char text[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
    (void)!read(fd, request, sizeof(request));
    (void)!write(fd, text, sizeof(text) - 1);
    close(fd);
}

static void *listen_loop(void *user)
{
    listener *l = user;
    for (;;) {
        struct pollfd fds[3] = {{.fd = l->sockets[0], .events = POLLIN},
                                {.fd = l->sockets[1], .events = POLLIN},
                                {.fd = l->stop[0], .events = POLLIN}};
        (void)poll(fds, 3, -1);
        if (fds[2].revents) return NULL;
        for (unsigned i = 0; i < 2; i++) {
            int fd = fds[i].revents ? accept(l->sockets[i], NULL, NULL) : -1;
            if (fd < 0) continue;
            atomic_fetch_add(&l->visits, 1);
            answer(fd);
        }
    }
}

/* On this address and, for all of them (0.0.0.0), on version 6, too. */
static void start(listener *l, const char *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    socklen_t length = sizeof(v4);
    int one = 1;
    inet_pton(AF_INET, address, &v4.sin_addr);
    l->sockets[0] = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(l->sockets[0], (struct sockaddr *)&v4, sizeof(v4)), 0);
    assert_int_equal(listen(l->sockets[0], 64), 0);
    assert_int_equal(getsockname(l->sockets[0], (struct sockaddr *)&v4, &length), 0);
    l->number = ntohs(v4.sin_port);
    (void)snprintf(l->port, sizeof(l->port), "%u", l->number);
    l->sockets[1] = v4.sin_addr.s_addr ? -1 : socket(AF_INET6, SOCK_STREAM, 0);
    v6.sin6_port = v4.sin_port;
    if (l->sockets[1] >= 0) {
        setsockopt(l->sockets[1], IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
        if (bind(l->sockets[1], (struct sockaddr *)&v6, sizeof(v6)) == 0) (void)listen(l->sockets[1], 64);
    }
    assert_int_equal(pipe(l->stop), 0);
    assert_int_equal(pthread_create(&l->thread, NULL, listen_loop, l), 0);
}

static void stop(listener *l)
{
    (void)!write(l->stop[1], "x", 1);
    pthread_join(l->thread, NULL);
    for (unsigned i = 0; i < 2; i++) {
        if (l->sockets[i] >= 0) close(l->sockets[i]);
        close(l->stop[i]);
    }
}

/* Keeps the real name servers out of a test. */
static bool only_this_machine(void *user, const char *host, uint16_t port, char *address, size_t size)
{
    (void)user;
    (void)port;
    bool own = strncasecmp(host, "localhost", 9) == 0 || strncasecmp(host, "ip6-localhost", 13) == 0;
    (void)snprintf(address, size, "%s", own ? "127.0.0.1" : "192.0.2.1"); /* the other is refused as well */
    return true;
}

static bool has_foreign_letter(const char *text)
{
    while (*text && (unsigned char)*text < 0x80) text++;
    return *text != '\0';
}

static void test_no_spelling_arrives(void **state)
{
    (void)state;
    static listener l;
    ts_error err;
    char url[256];
    start(&l, "0.0.0.0");
    /* Public addresses may be reached on the listener's port: only the address stands in the way. */
    ts_net_options options = {.guard = {.ports = &l.number, .port_count = 1}, .resolve = only_this_machine};
    ts_net *net = ts_net_new(&options, &err);
    assert_non_null(net);
    ts_fetch_options limits = {.total_ms = 2000, .connect_ms = 500};
    assert_true(SPELLINGS >= 120);
    for (size_t i = 0; i < SPELLINGS; i++) {
        ts_buf body = {0};
        err = (ts_error){0};
        (void)snprintf(url, sizeof(url), spellings[i], l.port);
        if (ts_net_fetch(net, url, &limits, &body, NULL, &err)) fail_msg("%s was fetched", url);
        /* curl turns names that are not ASCII into ones that are, or fails to: which names the resolver then has. */
        bool foreign = err.code == TS_IO && has_foreign_letter(url);
        if (err.code != TS_REFUSED && err.code != TS_USAGE && !foreign)
            fail_msg("%s: %s", url, ts_code_name(err.code));
        ts_post_result result;
        ts_post post = {.url = url, .body = "{}", .length = 2, .total_ms = 2000, .connect_ms = 500};
        assert_false(ts_net_post(net, &post, &result, &err));
        assert_int_equal(result.status, 0);
        ts_buf_free(&body);
    }
    assert_int_equal(atomic_load(&l.visits), 0);
    ts_net_free(net);
    stop(&l);
}

/* The same listener is reached when it is allowed: the test above would have seen a visit. */
static void test_allowed_arrives(void **state)
{
    (void)state;
    static listener l;
    ts_error err;
    char url[64];
    static const char *const hosts[] = {"127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::1]", "localhost"};
    start(&l, "0.0.0.0");
    ts_net *net =
        ts_net_new(&(ts_net_options){.guard.allow_private = true, .resolve = only_this_machine}, &err);
    assert_non_null(net);
    unsigned expected = 0;
    for (size_t i = 0; i < 6; i++) {
        ts_buf body = {0};
        if (hosts[i][0] == '[' && l.sockets[1] < 0) continue;
        (void)snprintf(url, sizeof(url), "http://%s:%s/", hosts[i], l.port);
        assert_works(ts_net_fetch(net, url, NULL, &body, NULL, &err), err);
        assert_string_equal(body.data, "hi");
        assert_int_equal(atomic_load(&l.visits), ++expected);
        ts_buf_free(&body);
    }
    ts_net_free(net);
    stop(&l);
}

/* ---- names that change their mind ---------------------------------------------------------------- */

typedef struct fickle {
    unsigned asked;
} fickle;

/* Allowed the first time and every other, forbidden in between: what an attacker's name server does. */
static bool flip(void *user, const char *host, uint16_t port, char *address, size_t size)
{
    fickle *f = user;
    (void)host;
    (void)port;
    (void)snprintf(address, size, "%s", f->asked++ % 2 ? "127.0.0.1" : "127.0.0.77");
    return true;
}

/* Counts, without waiting, who came. */
static unsigned visits_of(int socket_fd)
{
    unsigned count = 0;
    for (int fd; (fd = accept(socket_fd, NULL, NULL)) >= 0; count++) close(fd);
    return count;
}

static int listen_on_loopback(uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&v4, sizeof(v4)), 0);
    assert_int_equal(listen(fd, 1024), 0);
    return fd;
}

/* 127.0.0.77 stands for the attacker's public address, 127.0.0.1 for what they want to reach. */
static void test_rebinding(void **state)
{
    (void)state;
    static listener l;
    ts_error err;
    char url[64];
    fickle mind = {0};
    unsigned refused = 0;
    start(&l, "127.0.0.77");
    int secret = listen_on_loopback(l.number);
    const char *const entries[] = {"127.0.0.77"};
    ts_net_options options = {
        .guard = {.allowed = entries, .allowed_count = 1}, .resolve = flip, .resolve_user = &mind};
    ts_net *net = ts_net_new(&options, &err);
    assert_non_null(net);
    (void)snprintf(url, sizeof(url), "http://rebind.test:%s/", l.port);
    for (unsigned i = 0; i < 1000; i++) {
        ts_buf body = {0};
        err = (ts_error){0};
        bool ok = ts_net_fetch(net, url, NULL, &body, NULL, &err);
        assert_true(ok || err.code == TS_REFUSED);
        refused += !ok;
        ts_buf_free(&body);
    }
    assert_int_equal(mind.asked, 1000);
    assert_int_equal(refused, 500);
    assert_int_equal(atomic_load(&l.visits), 500);
    assert_int_equal(visits_of(secret), 0);
    ts_net_free(net);
    close(secret);
    stop(&l);
}

/* A name in the allow-list is believed whatever its address is, but for those that nothing opens. */
static bool unspecified(void *user, const char *host, uint16_t port, char *address, size_t size)
{
    (void)user;
    (void)host;
    (void)port;
    (void)snprintf(address, size, "0.0.0.0");
    return true;
}

static void test_allowed_names(void **state)
{
    (void)state;
    static listener l;
    char entry[32];
    char url[64];
    ts_error err;
    ts_buf body = {0};
    const char *const entries[] = {entry};
    start(&l, "0.0.0.0");
    (void)snprintf(entry, sizeof(entry), "localhost:%s", l.port);
    (void)snprintf(url, sizeof(url), "http://localhost:%s/", l.port);
    ts_net_options options = {.guard = {.allowed = entries, .allowed_count = 1},
                              .resolve = only_this_machine};
    ts_net *net = ts_net_new(&options, &err);
    assert_works(ts_net_fetch(net, url, NULL, &body, NULL, &err), err);
    assert_works(ts_net_check_url(net, url, &err), err);
    ts_net_free(net);
    options.resolve = unspecified;
    net = ts_net_new(&options, &err);
    assert_fails(ts_net_fetch(net, url, NULL, &body, NULL, &err), err, TS_REFUSED);
    assert_int_equal(atomic_load(&l.visits), 1);
    ts_net_free(net);
    ts_buf_free(&body);
    stop(&l);
}

static void test_check_url(void **state)
{
    (void)state;
    ts_error err;
    ts_net *net = ts_net_new(NULL, &err);
    assert_works(ts_net_check_url(net, "https://example.org/a.jpg?b=c#d", &err), err);
    assert_works(ts_net_check_url(net, "http://8.8.8.8/", &err), err);
    assert_works(ts_net_check_url(net, "http://bücher.example/", &err), err);
    assert_fails(ts_net_check_url(net, "", &err), err, TS_USAGE);
    assert_fails(ts_net_check_url(net, "example.org", &err), err, TS_USAGE);
    assert_fails(ts_net_check_url(net, "https://", &err), err, TS_USAGE);
    assert_fails(ts_net_check_url(net, "https://example.org:22/", &err), err, TS_REFUSED);
    assert_fails(ts_net_check_url(net, "https://a:b@example.org/", &err), err, TS_REFUSED);
    assert_fails(ts_net_check_url(net, "http://10.0.0.1/", &err), err, TS_REFUSED);
    assert_fails(ts_net_check_url(net, "file:///etc/passwd", &err), err, TS_REFUSED);
    char long_url[9000] = "https://";
    memset(long_url + 8, 'a', 300); /* a host of more than 253 characters */
    assert_fails(ts_net_check_url(net, long_url, &err), err, TS_REFUSED);
    strcpy(long_url + 8, "example.org/");
    memset(long_url + 20, 'a', 8192 - 20);
    assert_works(ts_net_check_url(net, long_url, &err), err);
    long_url[8192] = 'a';
    assert_fails(ts_net_check_url(net, long_url, &err), err, TS_USAGE);
    ts_net_free(net);
    ts_net_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_allowed_arrives), cmocka_unit_test(test_no_spelling_arrives),
        cmocka_unit_test(test_rebinding),       cmocka_unit_test(test_allowed_names),
        cmocka_unit_test(test_check_url),
    };
    return cmocka_run_group_tests_name("net spellings", tests, NULL, NULL);
}
