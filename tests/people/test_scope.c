/* Tests of the policy: every pair of scopes, every role, texts both ways. */
#include <string.h>

#include "people/scope.h"
#include "tests/support/support.h"

/* have x need over all bits that exist and one that does not. */
static void test_every_pair(void **state)
{
    (void)state;
    for (uint32_t have = 0; have < 32; have++) {
        for (uint32_t need = 0; need < 32; need++) {
            bool known = need != 0 && need < 16;
            bool expected = known && ((have & TS_SCOPE_ADMIN) || (need & have) == need);
            assert_int_equal(ts_scopes_cover(have, need), expected);
            assert_int_equal(ts_scopes_may_give(have, need), expected);
        }
    }
    assert_false(ts_scopes_cover(UINT32_MAX, UINT32_MAX));
    assert_false(ts_scopes_cover(0x80000000u, 0x80000000u));
}

static void test_roles(void **state)
{
    (void)state;
    static const uint32_t scopes[] = {1, 3, 7, 15};
    static const char *const names[] = {"viewer", "tagger", "reviewer", "admin"};
    ts_error err;
    for (unsigned i = 0; i < TS_ROLE_COUNT; i++) {
        ts_role role = TS_ROLE_COUNT;
        assert_int_equal(ts_role_scopes((ts_role)i), scopes[i]);
        assert_string_equal(ts_role_name((ts_role)i), names[i]);
        assert_works(ts_role_parse(names[i], &role, &err), err);
        assert_int_equal(role, i);
    }
    assert_int_equal(ts_role_scopes(TS_ROLE_COUNT), 0);
    assert_int_equal(ts_role_scopes((ts_role)-1), 0);
    assert_string_equal(ts_role_name(TS_ROLE_COUNT), "unknown");
    static const char *const bad[] = {"", "Admin", "adminx", "admi", "unknown", "root"};
    for (size_t i = 0; i < 6; i++) {
        ts_role role = TS_ROLE_VIEWER;
        assert_fails(ts_role_parse(bad[i], &role, &err), err, TS_USAGE);
        assert_int_equal(role, TS_ROLE_VIEWER);
    }
}

static void test_texts(void **state)
{
    (void)state;
    ts_error err;
    char text[TS_SCOPES_TEXT];
    for (uint32_t scopes = 1; scopes < 16; scopes++) {
        uint32_t back = 0;
        ts_scopes_print(scopes, text);
        assert_works(ts_scopes_parse(text, &back, &err), err);
        assert_int_equal(back, scopes);
    }
    ts_scopes_print(0, text);
    assert_string_equal(text, "");
    ts_scopes_print(UINT32_MAX, text);
    assert_string_equal(text, "read,write,review,admin");
    uint32_t scopes = 0;
    assert_works(ts_scopes_parse(" review ,\tread ", &scopes, &err), err);
    assert_int_equal(scopes, TS_SCOPE_READ | TS_SCOPE_REVIEW);
    static const char *const bad[] = {
        "",     " ",     ",",   "read,", ",read",      "read,,write",       "read write", "read,read",
        "Read", "readx", "rea", "all",   "read;write", "read,write,delete", "15"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        scopes = 99;
        assert_fails(ts_scopes_parse(bad[i], &scopes, &err), err, TS_USAGE);
        assert_int_equal(scopes, 99);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_pair),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests_name("people scope", tests, NULL, NULL);
}
