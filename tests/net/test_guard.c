/* Tests of the address guard as a pure function: every block of the registries at its edges, every kind of entry in the
 * allow-list, and that nothing opens what must never be connected to. */
#include <arpa/inet.h>
#include <string.h>

#include "net/guard.h"
#include "net/rules.h"
#include "tests/support/support.h"

typedef struct spot {
    const char *address;
    ts_net_class class;
} spot;

static const spot spots[] = {
    /* the first and last of each block, and the neighbours that are free */
    {"0.0.0.0", TS_NET_NEVER},
    {"0.255.255.255", TS_NET_NEVER},
    {"1.0.0.0", TS_NET_PUBLIC},
    {"9.255.255.255", TS_NET_PUBLIC},
    {"10.0.0.0", TS_NET_PRIVATE},
    {"10.255.255.255", TS_NET_PRIVATE},
    {"11.0.0.0", TS_NET_PUBLIC},
    {"100.63.255.255", TS_NET_PUBLIC},
    {"100.64.0.0", TS_NET_PRIVATE},
    {"100.127.255.255", TS_NET_PRIVATE},
    {"100.128.0.0", TS_NET_PUBLIC},
    {"126.255.255.255", TS_NET_PUBLIC},
    {"127.0.0.0", TS_NET_LOOPBACK},
    {"127.0.0.1", TS_NET_LOOPBACK},
    {"127.255.255.255", TS_NET_LOOPBACK},
    {"128.0.0.0", TS_NET_PUBLIC},
    {"169.253.255.255", TS_NET_PUBLIC},
    {"169.254.0.0", TS_NET_LINK_LOCAL},
    {"169.254.169.254", TS_NET_LINK_LOCAL},
    {"169.254.255.255", TS_NET_LINK_LOCAL},
    {"169.255.0.0", TS_NET_PUBLIC},
    {"172.15.255.255", TS_NET_PUBLIC},
    {"172.16.0.0", TS_NET_PRIVATE},
    {"172.31.255.255", TS_NET_PRIVATE},
    {"172.32.0.0", TS_NET_PUBLIC},
    {"191.255.255.255", TS_NET_PUBLIC},
    {"192.0.0.0", TS_NET_SPECIAL},
    {"192.0.0.255", TS_NET_SPECIAL},
    {"192.0.1.0", TS_NET_PUBLIC},
    {"192.0.2.0", TS_NET_SPECIAL},
    {"192.0.2.255", TS_NET_SPECIAL},
    {"192.0.3.0", TS_NET_PUBLIC},
    {"192.88.98.255", TS_NET_PUBLIC},
    {"192.88.99.0", TS_NET_SPECIAL},
    {"192.88.99.255", TS_NET_SPECIAL},
    {"192.88.100.0", TS_NET_PUBLIC},
    {"192.167.255.255", TS_NET_PUBLIC},
    {"192.168.0.0", TS_NET_PRIVATE},
    {"192.168.255.255", TS_NET_PRIVATE},
    {"192.169.0.0", TS_NET_PUBLIC},
    {"198.17.255.255", TS_NET_PUBLIC},
    {"198.18.0.0", TS_NET_SPECIAL},
    {"198.19.255.255", TS_NET_SPECIAL},
    {"198.20.0.0", TS_NET_PUBLIC},
    {"198.51.99.255", TS_NET_PUBLIC},
    {"198.51.100.0", TS_NET_SPECIAL},
    {"198.51.100.255", TS_NET_SPECIAL},
    {"198.51.101.0", TS_NET_PUBLIC},
    {"203.0.112.255", TS_NET_PUBLIC},
    {"203.0.113.0", TS_NET_SPECIAL},
    {"203.0.113.255", TS_NET_SPECIAL},
    {"203.0.114.0", TS_NET_PUBLIC},
    {"223.255.255.255", TS_NET_PUBLIC},
    {"224.0.0.0", TS_NET_NEVER},
    {"239.255.255.255", TS_NET_NEVER},
    {"240.0.0.0", TS_NET_NEVER},
    {"255.255.255.254", TS_NET_NEVER},
    {"255.255.255.255", TS_NET_NEVER},
    {"8.8.8.8", TS_NET_PUBLIC},
    /* version 6 */
    {"::", TS_NET_NEVER},
    {"::1", TS_NET_LOOPBACK},
    {"::2", TS_NET_SPECIAL},
    {"::127.0.0.1", TS_NET_SPECIAL},
    {"::ffff:127.0.0.1", TS_NET_SPECIAL},
    {"::ffff:8.8.8.8", TS_NET_SPECIAL},
    {"::ffff:0:127.0.0.1", TS_NET_SPECIAL},
    {"64:ff9b::7f00:1", TS_NET_SPECIAL},
    {"64:ff9b::808:808", TS_NET_SPECIAL},
    {"64:ff9b:1::1", TS_NET_SPECIAL},
    {"100::1", TS_NET_SPECIAL},
    {"1fff:ffff::1", TS_NET_SPECIAL},
    {"2000::1", TS_NET_PUBLIC},
    {"2001::1", TS_NET_SPECIAL},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", TS_NET_SPECIAL},
    {"2001:1ff:ffff::1", TS_NET_SPECIAL},
    {"2001:200::1", TS_NET_PUBLIC},
    {"2001:4860:4860::8888", TS_NET_PUBLIC},
    {"2001:db7:ffff::1", TS_NET_PUBLIC},
    {"2001:db8::1", TS_NET_SPECIAL},
    {"2001:db8:ffff::1", TS_NET_SPECIAL},
    {"2001:db9::1", TS_NET_PUBLIC},
    {"2002:7f00:1::", TS_NET_SPECIAL},
    {"2002:a00:1::1", TS_NET_SPECIAL},
    {"2003::1", TS_NET_PUBLIC},
    {"3ffe::1", TS_NET_PUBLIC},
    {"3fff::1", TS_NET_SPECIAL},
    {"3fff:fff::1", TS_NET_SPECIAL},
    {"3fff:1000::1", TS_NET_PUBLIC},
    {"4000::1", TS_NET_SPECIAL},
    {"5f00::1", TS_NET_SPECIAL},
    {"fbff::1", TS_NET_SPECIAL},
    {"fc00::1", TS_NET_PRIVATE},
    {"fd00:ec2::254", TS_NET_PRIVATE},
    {"fdff:ffff::1", TS_NET_PRIVATE},
    {"fe00::1", TS_NET_SPECIAL},
    {"fe80::1", TS_NET_LINK_LOCAL},
    {"febf:ffff::1", TS_NET_LINK_LOCAL},
    {"fec0::1", TS_NET_LINK_LOCAL},
    {"feff::1", TS_NET_LINK_LOCAL},
    {"ff00::", TS_NET_NEVER},
    {"ff02::1", TS_NET_NEVER},
    {"ffff::", TS_NET_NEVER},
};

/* Fills a sockaddr; its length. */
static size_t place(const char *text, uint16_t port, struct sockaddr_storage *out)
{
    *out = (struct sockaddr_storage){0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return sizeof(*v4);
    }
    assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    return sizeof(*v6);
}

static bool allowed(const ts_net_guard *guard, const char *text, uint16_t port)
{
    struct sockaddr_storage address;
    size_t length = place(text, port, &address);
    return ts_net_address_allowed(guard, (struct sockaddr *)&address, length);
}

static ts_net_guard *make(const ts_net_guard_options *options)
{
    ts_error err;
    ts_net_guard *guard;
    assert_works(guard = ts_net_guard_new(options, &err), err);
    return guard;
}

static void test_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
        struct sockaddr_storage address;
        size_t length = place(spots[i].address, 80, &address);
        ts_net_class class = ts_net_classify((struct sockaddr *)&address, length);
        if (class != spots[i].class)
            fail_msg("%s is %d, not %d", spots[i].address, (int)class, (int)spots[i].class);
    }
}

/* The whole table under every setting of allow_private: public ones on the two ports, private ones only when opened. */
static void test_defaults_and_private(void **state)
{
    (void)state;
    ts_net_guard *closed = make(NULL);
    ts_net_guard *open = make(&(ts_net_guard_options){.allow_private = true});
    for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++) {
        const spot *s = &spots[i];
        bool public = s->class == TS_NET_PUBLIC;
        bool ours = s->class == TS_NET_PRIVATE || s->class == TS_NET_LOOPBACK;
        assert_int_equal(allowed(closed, s->address, 80), public);
        assert_int_equal(allowed(closed, s->address, 443), public);
        assert_int_equal(allowed(open, s->address, 80), public || ours);
        assert_int_equal(allowed(open, s->address, 5678), ours);
        for (unsigned port = 0; port < 65536; port += 251)
            assert_false(allowed(closed, s->address, (uint16_t)port));
    }
    ts_net_guard_free(closed);
    ts_net_guard_free(open);
}

static void test_ports(void **state)
{
    (void)state;
    const uint16_t ports[] = {8080, 8443};
    ts_net_guard *guard = make(&(ts_net_guard_options){.ports = ports, .port_count = 2});
    assert_true(allowed(guard, "8.8.8.8", 8080));
    assert_true(allowed(guard, "8.8.8.8", 8443));
    assert_false(allowed(guard, "8.8.8.8", 80));
    assert_false(allowed(guard, "127.0.0.1", 8080));
    assert_true(ts_net_port_conceivable(guard, 8080));
    assert_false(ts_net_port_conceivable(guard, 80));
    assert_false(ts_net_port_conceivable(guard, 0));
    ts_net_guard_free(guard);
}

static void test_rules_open_what_they_name(void **state)
{
    (void)state;
    const char *const entries[] = {"10.1.0.0/16", "192.168.1.7:5678", "[::1]:9000",
                                   "fd00:1::/32", "169.254.169.254",  "NAS.home.:8080",
                                   "cam",         "127.0.0.4/30:81",  "[fe80::1]"};
    ts_net_guard *guard = make(&(ts_net_guard_options){.allowed = entries, .allowed_count = 9});
    assert_true(allowed(guard, "10.1.255.255", 22));
    assert_true(allowed(guard, "10.1.0.0", 1));
    assert_false(allowed(guard, "10.2.0.0", 80));
    assert_true(allowed(guard, "192.168.1.7", 5678));
    assert_false(allowed(guard, "192.168.1.7", 80));
    assert_false(allowed(guard, "192.168.1.8", 5678));
    assert_true(allowed(guard, "::1", 9000));
    assert_false(allowed(guard, "::1", 9001));
    assert_false(allowed(guard, "::ffff:10.1.0.1", 80));
    assert_true(allowed(guard, "fd00:1:ffff::1", 6));
    assert_false(allowed(guard, "fd00:2::1", 80));
    assert_true(allowed(guard, "169.254.169.254", 80));
    assert_true(allowed(guard, "127.0.0.7", 81));
    assert_false(allowed(guard, "127.0.0.8", 81));
    assert_true(allowed(guard, "fe80::1", 80));
    assert_true(allowed(guard, "1.1.1.1", 443));
    assert_false(allowed(guard, "1.1.1.1", 444));

    assert_true(ts_net_host_allowed(guard, "nas.HOME", 8080));
    assert_true(ts_net_host_allowed(guard, "nas.home.", 8080));
    assert_false(ts_net_host_allowed(guard, "nas.home", 8081));
    assert_false(ts_net_host_allowed(guard, "xnas.home", 8080));
    assert_false(ts_net_host_allowed(guard, "nas.homes", 8080));
    assert_false(ts_net_host_allowed(guard, "nax.home", 8080));
    assert_false(ts_net_host_allowed(guard, "", 8080));
    assert_true(ts_net_host_allowed(guard, "cam", 1));
    assert_false(ts_net_host_allowed(guard, "10.1.0.0", 80));

    assert_true(ts_net_port_conceivable(guard, 22)); /* 10.1.0.0/16 has any port */
    ts_net_guard_free(guard);
}

static void test_conceivable_ports(void **state)
{
    (void)state;
    const char *const entries[] = {"nas.home:8080", "10.0.0.1:81"};
    ts_net_guard *guard = make(&(ts_net_guard_options){.allowed = entries, .allowed_count = 2});
    assert_true(ts_net_port_conceivable(guard, 81));
    assert_true(ts_net_port_conceivable(guard, 443));
    assert_false(ts_net_port_conceivable(guard, 8080)); /* by that name only */
    assert_false(ts_net_port_conceivable(guard, 22));
    ts_net_guard_free(guard);
    guard = make(&(ts_net_guard_options){.allow_private = true});
    assert_true(ts_net_port_conceivable(guard, 22));
    ts_net_guard_free(guard);
}

static void test_never_stays_closed(void **state)
{
    (void)state;
    const char *const entries[] = {"0.0.0.0/0", "::/0"};
    ts_net_guard *guard =
        make(&(ts_net_guard_options){.allow_private = true, .allowed = entries, .allowed_count = 2});
    for (size_t i = 0; i < sizeof(spots) / sizeof(spots[0]); i++)
        assert_int_equal(allowed(guard, spots[i].address, 80), spots[i].class != TS_NET_NEVER);
    ts_net_guard_free(guard);
}

static void test_what_is_no_address(void **state)
{
    (void)state;
    ts_net_guard *guard = make(&(ts_net_guard_options){.allow_private = true});
    struct sockaddr_storage address;
    size_t length = place("8.8.8.8", 80, &address);
    const struct sockaddr *plain = (const struct sockaddr *)&address;
    assert_true(ts_net_address_allowed(guard, plain, length));
    assert_false(ts_net_address_allowed(guard, plain, length - 1));
    assert_false(ts_net_address_allowed(guard, plain, 0));
    address.ss_family = AF_UNIX;
    assert_false(ts_net_address_allowed(guard, plain, sizeof(address)));
    length = place("2000::1", 80, &address);
    assert_true(ts_net_address_allowed(guard, plain, length));
    assert_false(ts_net_address_allowed(guard, plain, length - 1));
    ts_net_guard_free(guard);
}

static void test_malformed_rules(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      ".",
                                      "10.0.0.0/33",
                                      "10.0.0.0/",
                                      "10.0.0.0/-1",
                                      "10.0.0.0/08",
                                      "10.0.0/8",
                                      "10.0.0.256",
                                      "127.1",
                                      "0x7f.1",
                                      "0x7f000001",
                                      "2130706433",
                                      "1.2.3.4:0",
                                      "1.2.3.4:65536",
                                      "1.2.3.4:",
                                      "1.2.3.4:8x",
                                      "1.2.3.4:080",
                                      "[::1",
                                      "[::1]x",
                                      "[::1]:",
                                      "[::1]:0",
                                      "[1.2.3.4]x",
                                      "::1/129",
                                      "::1/",
                                      "fe80::1%eth0",
                                      "a b",
                                      "a/8",
                                      "*",
                                      "*.home",
                                      "nas..",
                                      "ünicode",
                                      "http://nas",
                                      "nas:123456",
                                      "[nas]:80",
                                      "1.2.3.4/8/8"};
    char longest[400];
    ts_error err;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        ts_net_guard_options options = {.allowed = &bad[i], .allowed_count = 1};
        if (ts_net_guard_new(&options, NULL)) fail_msg("'%s' was taken", bad[i]);
        assert_fails(ts_net_guard_new(&options, &err), err, TS_CONFIG);
        assert_true(err.hint[0]);
    }
    memset(longest, 'a', sizeof(longest));
    longest[399] = '\0';
    const char *too_long = longest;
    ts_net_guard_options options = {.allowed = &too_long, .allowed_count = 1};
    assert_fails(ts_net_guard_new(&options, &err), err, TS_CONFIG);
    longest[299] = '\0';
    assert_fails(ts_net_guard_new(&options, &err), err, TS_CONFIG);
    longest[256] = '\0';
    assert_fails(ts_net_guard_new(&options, &err), err, TS_CONFIG);
    longest[255] = '\0';
    ts_net_guard *guard = make(&options);
    assert_true(ts_net_host_allowed(guard, longest, 80));
    ts_net_guard_free(guard);
    ts_net_guard_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_defaults_and_private),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_rules_open_what_they_name),
        cmocka_unit_test(test_conceivable_ports),
        cmocka_unit_test(test_never_stays_closed),
        cmocka_unit_test(test_what_is_no_address),
        cmocka_unit_test(test_malformed_rules),
    };
    return cmocka_run_group_tests_name("net guard", tests, NULL, NULL);
}
