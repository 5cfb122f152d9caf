/* tests/http: the small readers: percent codes, forms, cookies, media types, ranges, tags, hosts, addresses. */
#include "http/values.h"

#include <string.h>

#include "tests/support/support.h"

static int begin(void **state)
{
    *state = ts_arena_new(0);
    return *state ? 0 : -1;
}

static int end(void **state)
{
    ts_arena_free(*state);
    return 0;
}

static void percent_codes(void **state)
{
    ts_arena *arena = *state;
    size_t length = 0;
    assert_string_equal(ts_percent_decode(arena, "a%20b%2Fc+", 10, TS_DECODE_PATH, &length), "a b/c+");
    assert_int_equal(length, 6);
    assert_string_equal(ts_percent_decode(arena, "a+b%", 4, TS_DECODE_FORM, NULL), "a b%");
    static const char *const bad[] = {"%", "%2", "%zz", "%00", "a%00b", "%ff", "%c0%ae", "%ed%a0%80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_null(ts_percent_decode(arena, bad[i], strlen(bad[i]), TS_DECODE_PATH, NULL));
    /* Once, and no more. */
    assert_string_equal(ts_percent_decode(arena, "%252e", 5, TS_DECODE_PATH, NULL), "%2e");
}

static void forms(void **state)
{
    ts_http_pairs pairs;
    static const char text[] = "a=1&&b&=c&a=%3D=&d=";
    assert_true(ts_parse_form(*state, text, sizeof text - 1, &pairs));
    assert_int_equal(pairs.count, 5);
    assert_string_equal(pairs.items[1].name, "b");
    assert_string_equal(pairs.items[1].value, "");
    assert_string_equal(pairs.items[3].value, "==");
    assert_string_equal(ts_pair_value(pairs, "a"), "1");
    assert_null(ts_pair_value(pairs, "e"));
    assert_true(ts_parse_form(*state, "", 0, &pairs));
    assert_int_equal(pairs.count, 0);
    assert_false(ts_parse_form(*state, "a=%00", 5, &pairs));
    static char many[TS_PAIRS_MAX * 2 + 2];
    memset(many, '&', sizeof many);
    assert_false(ts_parse_form(*state, many, sizeof many, &pairs));
}

static void cookies(void **state)
{
    ts_http_pairs pairs;
    assert_true(ts_parse_cookies(*state, " a=b; c=d=e;;f; =g;h=", &pairs));
    assert_int_equal(pairs.count, 3);
    assert_string_equal(ts_pair_value(pairs, "c"), "d=e");
    assert_string_equal(ts_pair_value(pairs, "h"), "");
}

static void media_types(void **state)
{
    ts_media_type type;
    assert_true(
        ts_parse_media_type(*state, " Multipart/Form-Data ; Charset=x ;; BOUNDARY=\"a b\\\"\" ", &type));
    assert_string_equal(type.value, "multipart/form-data");
    assert_string_equal(ts_media_param(&type, "boundary")->value, "a b\"");
    assert_int_equal(type.count, 2);
    static const char *const bad[] = {
        "",
        ";",
        "a/b x",
        "a/b; x",
        "a/b; x=",
        "a/b; =x",
        "a/b; x=\"y",
        "a/b; x=1; X=2",
        "a/b; x=\"y\"z",
        "a/b, c/d",
        "a/b;a=1;b=1;c=1;d=1;e=1;f=1;g=1;h=1;i=1;j=1;k=1;l=1;m=1;n=1;o=1;p=1;q=1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ts_parse_media_type(*state, bad[i], &type));
}

static void file_names(void **state)
{
    static const char *const rows[][2] = {
        {"a; filename=x", "x"},
        {"a; filename=\"x\"; filename*=utf-8'de'%C3%A4", "\xc3\xa4"},
        {"a; filename*=ISO-8859-1''%E4", "\xc3\xa4"},
        {"a; filename=\"x\"; filename*=utf-8''%ff", "x"},
        {"a; filename=\"x\"; filename*=utf-8''%00", "x"},
        {"a; filename=\"x\"; filename*=klingon''y", "x"},
        {"a; filename=\"x\"; filename*=y", "x"},
        {"a; filename=\"\xe4\"", "\xc3\xa4"},
        {"a; name=x", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ts_media_type type;
        assert_true(ts_parse_media_type(*state, rows[i][0], &type));
        const char *name = ts_media_filename(*state, &type);
        if (rows[i][1]) assert_string_equal(name, rows[i][1]);
        else assert_null(name);
    }
}

static void boundaries(void **state)
{
    (void)state;
    static const char long_one[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    assert_true(ts_boundary_valid("X", 1));
    assert_true(ts_boundary_valid(long_one, 70));
    assert_false(ts_boundary_valid(long_one, 71));
    assert_false(ts_boundary_valid("", 0));
    assert_false(ts_boundary_valid("a ", 2));
    assert_false(ts_boundary_valid("a\r", 2));
    assert_false(ts_boundary_valid("a\0b", 3));
}

typedef struct range_row {
    const char *text;
    uint64_t size;
    ts_range_kind kind;
    uint64_t first, last;
} range_row;

static void ranges(void **state)
{
    static const range_row rows[] = {
        {"bytes=0-0", 10, TS_RANGE_PART, 0, 0},
        {"Bytes=5-", 10, TS_RANGE_PART, 5, 9},
        {"bytes=-3", 10, TS_RANGE_PART, 7, 9},
        {"bytes=-30", 10, TS_RANGE_PART, 0, 9},
        {"bytes=9-18446744073709551616", 10, TS_RANGE_PART, 9, 9},
        {"bytes=10-", 10, TS_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=18446744073709551616-", 10, TS_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-0", 10, TS_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-1", 0, TS_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=3-2", 10, TS_RANGE_NONE, 0, 0},
        {"bytes=0-1,2-3", 10, TS_RANGE_NONE, 0, 0},
        {"bytes=a-b", 10, TS_RANGE_NONE, 0, 0},
        {"bytes=", 10, TS_RANGE_NONE, 0, 0},
        {"bytes=-", 10, TS_RANGE_NONE, 0, 0},
        {"pages=0-1", 10, TS_RANGE_NONE, 0, 0},
        {NULL, 10, TS_RANGE_NONE, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t first = 0;
        uint64_t last = 0;
        assert_int_equal(ts_parse_range(rows[i].text, rows[i].size, &first, &last), rows[i].kind);
        assert_int_equal(first, rows[i].first);
        assert_int_equal(last, rows[i].last);
    }
}

static void tags(void **state)
{
    (void)state;
    assert_true(ts_etag_listed("\"a\"", "a", false));
    assert_true(ts_etag_listed(" \"b\" ,W/\"a\"", "a", true));
    assert_false(ts_etag_listed("W/\"a\"", "a", false));
    assert_true(ts_etag_listed("*", "a", false));
    static const char *const bad[] = {"", "a", "\"a", "\"ab\"", "W/", "\"b\" x \"a\""};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(ts_etag_listed(bad[i], "a", true));
}

static void hosts(void **state)
{
    char name[64];
    (void)state;
    assert_true(ts_parse_host("Tags.Example:8080", name, sizeof name));
    assert_string_equal(name, "tags.example");
    assert_true(ts_parse_host("[2001:DB8::1]:80", name, sizeof name));
    assert_string_equal(name, "2001:db8::1");
    static const char *const bad[] = {
        "",        ":80",
        "a:b",     "a:123456",
        "a:70000", "a b",
        "a/b",     "a@b",
        "[::1",    "[x]",
        "[::1]x",  "a:1:2",
        "[::1]:x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(ts_parse_host(bad[i], name, sizeof name));
}

static bool in(const char *cidr, const char *address)
{
    ts_cidr range;
    unsigned char bytes[16];
    assert_true(ts_parse_cidr(cidr, &range));
    assert_true(ts_parse_address(address, strlen(address), bytes));
    return ts_cidr_has(&range, 1, bytes);
}

static void address_ranges(void **state)
{
    (void)state;
    assert_true(in("10.0.0.0/8", "10.255.0.1"));
    assert_false(in("10.0.0.0/8", "11.0.0.1"));
    assert_true(in("10.0.0.1", "::ffff:10.0.0.1"));
    assert_true(in("192.168.4.0/22", "192.168.7.255"));
    assert_false(in("192.168.4.0/22", "192.168.8.0"));
    assert_true(in("2001:db8::/33", "[2001:db8:7fff::1]"));
    assert_false(in("2001:db8::/33", "2001:db8:8000::1"));
    assert_true(in("0.0.0.0/0", "1.2.3.4"));
    assert_false(in("0.0.0.0/0", "2001:db8::1"));
    ts_cidr range;
    static const char *const bad[] = {"",          "10.0.0",      "10.0.0.0/33", "::/129",
                                      "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "a"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(ts_parse_cidr(bad[i], &range));
}

static void forwarded(void **state)
{
    static const char *const rows[][2] = {{"1.2.3.4", "1.2.3.4"},
                                          {"9.9.9.9,1.2.3.4", "1.2.3.4"},
                                          {"1.2.3.4, 10.0.0.2", "1.2.3.4"},
                                          {"10.0.0.3 , 10.0.0.2", "10.0.0.3"},
                                          {"x, 1.2.3.4", "1.2.3.4"},
                                          {"x, 10.0.0.2", "10.0.0.2"},
                                          {"1.2.3.4,", ""},
                                          {"", ""},
                                          {"[2001:db8::1]", "2001:db8::1"}};
    ts_cidr trusted;
    (void)state;
    assert_true(ts_parse_cidr("10.0.0.0/8", &trusted));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        unsigned char bytes[16];
        char text[48] = "";
        if (ts_forwarded_client(rows[i][0], &trusted, 1, bytes)) ts_format_address(bytes, text);
        assert_string_equal(text, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percent_codes),  cmocka_unit_test(forms),      cmocka_unit_test(cookies),
        cmocka_unit_test(media_types),    cmocka_unit_test(file_names), cmocka_unit_test(boundaries),
        cmocka_unit_test(ranges),         cmocka_unit_test(tags),       cmocka_unit_test(hosts),
        cmocka_unit_test(address_ranges), cmocka_unit_test(forwarded),
    };
    struct CMUnitTest with_arena[sizeof tests / sizeof tests[0]];
    memcpy(with_arena, tests, sizeof tests);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        with_arena[i].setup_func = begin;
        with_arena[i].teardown_func = end;
    }
    return cmocka_run_group_tests_name("values", with_arena, NULL, NULL);
}
