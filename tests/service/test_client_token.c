/* tests/service: proofs shown instead of a key: the vendor's own vector, and everything that is none. */
#include "service/client_token.h"

#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "net/sign.h"
#include "tests/support/support.h"

static void test_vendors_vector(void **state)
{
    (void)state;
    ts_client_token token = {.key_id = "",
                             .token = "your_token",
                             .expire = "1582269249",
                             .signature = "e71bcd6031016b060d349d212e23e85c791decdd"};
    assert_true(ts_client_token_signed(&token, "private_key_test"));
    assert_false(ts_client_token_signed(&token, "private_key_tesu"));
    token.expire = "1582269250";
    assert_false(ts_client_token_signed(&token, "private_key_test"));
    token.expire = "1582269249";
    token.signature = "E71BCD6031016B060D349D212E23E85C791DECDD";
    assert_false(ts_client_token_signed(&token, "private_key_test"));
    token.signature = "";
    assert_false(ts_client_token_signed(&token, "private_key_test"));
}

static void test_time(void **state)
{
    (void)state;
    ts_error err = {0};
    assert_true(ts_client_token_in_time(1001, 1000, NULL));
    assert_true(ts_client_token_in_time(4600, 1000, NULL));
    assert_false(ts_client_token_in_time(4601, 1000, &err));
    assert_int_equal(err.code, TS_USAGE);
    assert_false(ts_client_token_in_time(1000, 1000, NULL));
}

static char *jwt_of(const char *header, const char *claims, const char *secret)
{
    ts_buf out = {0};
    uint8_t mac[32];
    assert_true(ts_base64_encode(header, strlen(header), TS_BASE64_URL, &out) && ts_buf_puts(&out, ".") &&
                ts_base64_encode(claims, strlen(claims), TS_BASE64_URL, &out));
    assert_true(ts_sign_hmac_sha256(secret, strlen(secret), out.data, out.length, mac));
    assert_true(ts_buf_puts(&out, ".") && ts_base64_encode(mac, sizeof mac, TS_BASE64_URL, &out));
    return out.data;
}

static ts_code parsed(const char *text)
{
    ts_arena *arena = ts_arena_new(0);
    ts_error err = {0};
    ts_jwt jwt;
    bool ok = ts_jwt_parse(text, arena, &jwt, &err);
    ts_arena_free(arena);
    return ok ? TS_OK : err.code;
}

static void test_jwt(void **state)
{
    (void)state;
    ts_arena *arena = ts_arena_new(0);
    ts_jwt jwt;
    char *good = jwt_of("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"tk_a\"}",
                        "{\"fileName\":\"a.jpg\",\"exp\":12}", "secret");
    assert_true(ts_jwt_parse(good, arena, &jwt, NULL));
    assert_string_equal(jwt.key_id, "tk_a");
    assert_string_equal(json_string_value(json_object_get(jwt.claims, "fileName")), "a.jpg");
    assert_true(ts_jwt_signed(good, &jwt, "secret"));
    assert_false(ts_jwt_signed(good, &jwt, "secres"));
    good[30] = good[30] == 'A' ? 'B' : 'A';
    assert_false(ts_jwt_signed(good, &jwt, "secret"));
    ts_arena_free(arena);
    free(good);
}

static void test_no_jwt(void **state)
{
    (void)state;
    static const char *const headers[] = {"{\"alg\":\"none\",\"kid\":\"a\"}",
                                          "{\"alg\":\"RS256\",\"kid\":\"a\"}", "{\"alg\":\"HS256\"}", "[]",
                                          "{"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char *text = jwt_of(headers[i], "{}", "s");
        assert_int_equal(parsed(text), TS_UNAUTHORIZED);
        free(text);
    }
    static const char *const texts[] = {"", ".", "..", "a.b.c", "e30.e30", "e30.e30.e30.e30", "%%.%%.%%"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(parsed(texts[i]), TS_UNAUTHORIZED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vendors_vector), cmocka_unit_test(test_time),
                                       cmocka_unit_test(test_jwt), cmocka_unit_test(test_no_jwt)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
