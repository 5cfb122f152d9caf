/* tests: api: Cloudinary's signatures against the vendor's own vectors, and how old they may be. */
#include "api/cloudinary_sign.h"

#include <jansson.h>
#include <string.h>

#include "service/signing.h"
#include "tests/support/support.h"

static const char secret[] = "hdcixPpR2iKERPwqvH6sHdK9cyac";

static bool fits(const char *params, const char *key, const char *signature, bool old_too)
{
    ts_arena *arena = ts_arena_new(0);
    json_t *json = json_loads(params, 0, NULL);
    assert_non_null(json);
    bool ok = ts_cld_signature_fits(json, key, signature, old_too, arena);
    json_decref(json);
    ts_arena_free(arena);
    return ok;
}

static void signs(const char *params, bool escapes, const char *expected)
{
    ts_buf text = {0};
    ts_arena *arena = ts_arena_new(0);
    json_t *json = json_loads(params, 0, NULL);
    assert_true(ts_cld_string_to_sign(json, escapes, arena, &text));
    assert_string_equal(text.data, expected);
    ts_buf_free(&text);
    json_decref(json);
    ts_arena_free(arena);
}

/* cloud_name is never signed by requests; under another name the string is the one of the vector. */
static void both_hashes_are_known_by_their_length(void **state)
{
    (void)state;
    char hex[TS_DIGEST_HEX];
    static const char text[] = "cloud_name=dn6ot3ged&timestamp=1568810420&username=user@cloudinary.com"
                               "hdcixPpR2iKERPwqvH6sHdK9cyac";
    assert_true(ts_service_digest(TS_DIGEST_SHA1, text, strlen(text), hex));
    assert_string_equal(hex, "14c00ba6d0dfdedbc86b316847d95b9e6cd46d94");
    static const char escaped[] =
        "cloud_name=dn6ot3ged&notification_url=https://fake.com/callback?a=1%26tags=hello,"
        "world&timestamp=1568810420hdcixPpR2iKERPwqvH6sHdK9cyac";
    assert_true(ts_service_digest(TS_DIGEST_SHA1, escaped, strlen(escaped), hex));
    assert_string_equal(hex, "4fdf465dd89451cc1ed8ec5b3e314e8a51695704");
    assert_true(ts_service_digest(TS_DIGEST_SHA256, text, strlen(text), hex));
    assert_string_equal(hex, "45ddaa4fa01f0c2826f32f669d2e4514faf275fe6df053f1a150e7beae58a3bd");
    static const char params[] = "{\"timestamp\":\"1568810420\",\"username\":\"user@cloudinary.com\"}";
    static const char mine[] =
        "timestamp=1568810420&username=user@cloudinary.comhdcixPpR2iKERPwqvH6sHdK9cyac";
    assert_true(ts_service_digest(TS_DIGEST_SHA1, mine, strlen(mine), hex));
    assert_true(fits(params, secret, hex, false));
    assert_true(ts_service_digest(TS_DIGEST_SHA256, mine, strlen(mine), hex));
    assert_true(fits(params, secret, hex, false));
    hex[10] = hex[10] == '0' ? '1' : '0';
    assert_false(fits(params, secret, hex, false));
    assert_false(fits(params, secret, "", false));
    assert_false(fits(params, "another", hex, true));
}

static void version_2_escapes_ampersands_and_version_1_is_a_matter_of_the_key(void **state)
{
    (void)state;
    static const char params[] = "{\"public_id\":\"a&b\",\"tags\":\"x,y\",\"timestamp\":\"1568810420\"}";
    signs(params, true, "public_id=a%26b&tags=x,y&timestamp=1568810420");
    signs(params, false, "public_id=a&b&tags=x,y&timestamp=1568810420");
    assert_true(fits(params, secret, "f0be91cf1345aa54fa0777d3ac420d10795f6311", false));
    assert_true(fits(params, secret, "34211bda3c5d3e2ae4c3f2cad01df05502737c8e", true));
    assert_false(fits(params, secret, "34211bda3c5d3e2ae4c3f2cad01df05502737c8e", false));
}

/* The vendor's test of smuggling: what was signed as one value must not pass for two. */
static void one_value_never_passes_for_two(void **state)
{
    (void)state;
    static const char one[] =
        "{\"cloud\":\"dn6ot3ged\",\"notification_url\":\"https://fake.com/callback?a=1&tags=hello,"
        "world\",\"timestamp\":\"1568810420\"}";
    static const char two[] =
        "{\"cloud\":\"dn6ot3ged\",\"notification_url\":\"https://fake.com/callback?a=1\","
        "\"tags\":\"hello,world\",\"timestamp\":\"1568810420\"}";
    signs(one, true,
          "cloud=dn6ot3ged&notification_url=https://fake.com/"
          "callback?a=1%26tags=hello,world&timestamp=1568810420");
    signs(one, false,
          "cloud=dn6ot3ged&notification_url=https://fake.com/"
          "callback?a=1&tags=hello,world&timestamp=1568810420");
    signs(two, true,
          "cloud=dn6ot3ged&notification_url=https://fake.com/"
          "callback?a=1&tags=hello,world&timestamp=1568810420");
}

static void what_the_sdks_sent_is_signed_as_they_did(void **state)
{
    (void)state;
    assert_true(
        fits("{\"api_key\":\"k\",\"async\":\"1\",\"auto_tagging\":\"0.6\",\"context\":\"a=b\\\\=c\\\\|d\","
             "\"detection\":\"coco_v1\",\"notification_url\":\"https://e.x/h?a=1&b=2\",\"phash\":\"1\","
             "\"tags\":\"x,y\",\"timestamp\":\"1795240680\"}",
             "sec", "b80b2b8eae67355c6088e045e60d6bdc3e2fd753", false));
    assert_true(fits("{\"command\":\"add\",\"public_ids\":[\"a\",\"b/c\"],\"tag\":\"t1,t2\","
                     "\"timestamp\":\"1795240680\"}",
                     "sec", "579cc32ccf03fa25a75d1dca84ba0c6e72df9d90", false));
}

static void is_stale(const char *timestamp, const char *part)
{
    ts_error err;
    assert_fails(ts_cld_check_timestamp(timestamp, 1700000000, &err), err, TS_USAGE);
    if (!strstr(err.message, part)) fail_msg("%s: %s", part, err.message);
}

static void signatures_grow_old(void **state)
{
    (void)state;
    ts_error err;
    assert_works(ts_cld_check_timestamp("1700000000", 1700000000, &err), err);
    assert_works(ts_cld_check_timestamp("1699996400", 1700000000, &err), err);
    assert_works(ts_cld_check_timestamp("1700000300", 1700000000, &err), err);
    is_stale("1699996399", "more than 1 hour ago");
    is_stale("1700000301", "in the future");
    is_stale(NULL, "timestamp");
    is_stale("soon", "timestamp");
    is_stale("1700000000x", "timestamp");
    is_stale("-1", "timestamp");
    is_stale("99999999999999999999", "timestamp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_hashes_are_known_by_their_length),
        cmocka_unit_test(version_2_escapes_ampersands_and_version_1_is_a_matter_of_the_key),
        cmocka_unit_test(one_value_never_passes_for_two),
        cmocka_unit_test(what_the_sdks_sent_is_signed_as_they_did),
        cmocka_unit_test(signatures_grow_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
