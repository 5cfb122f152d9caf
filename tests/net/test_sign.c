/* Tests of webhook signatures: the published example of Standard Webhooks, vectors made with Python's hmac, and that
 * nothing that was touched passes. */
#include <stdlib.h>
#include <string.h>

#include "net/sign.h"
#include "tests/support/support.h"

typedef struct vector {
    const char *secret, *id;
    int64_t timestamp;
    const char *body, *signature;
} vector;

static const vector vectors[] = {
    /* the example of the specification's own libraries */
    {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
     "{\"test\": 2432232314}", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    /* hmac.new(secret, f"{id}.{timestamp}.{body}", sha256) of Python */
    {"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==",
     "msg_1", 0, "", "v1,HZL6IFGXxAA5+E6GULAHVKyxB+KD+eUDyD0G8JJ0huU="},
    {"whsec_yMnKy8zNzs/Q0dLT1NXW1w==", "a", -1, "x", "v1,txYYaQhe1QKG+vjcZJ4DSvduMOYq/MJCkC0bKEfEX9k="},
    {"tss_0123456789abcdefghijklmnopqrstuv", "msg_ümlaut", INT64_MAX, "{\"picture\":\"Schön\\n\"}",
     "v1,2olQkIqZ65MUA5MBhtSnDZkg5KUKm4IspeYSh1m6SUg="},
};

static void test_vectors(void **state)
{
    (void)state;
    ts_error err;
    char header[TS_SIGN_HEADER];
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const vector *v = &vectors[i];
        assert_works(
            ts_sign_webhook(&v->secret, 1, v->id, v->timestamp, v->body, strlen(v->body), header, &err), err);
        assert_string_equal(header, v->signature);
    }
}

static ts_signed_message message(const char *signature)
{
    static const char body[] = "{\"test\": 2432232314}";
    return (ts_signed_message){.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
                               .timestamp = "1614265330",
                               .signature = signature,
                               .body = body,
                               .length = sizeof(body) - 1};
}

static void test_verify(void **state)
{
    (void)state;
    ts_error err;
    const char *const secrets[] = {vectors[0].secret};
    const int64_t now = vectors[0].timestamp;
    ts_signed_message m = message(vectors[0].signature);
    assert_works(ts_sign_verify(secrets, 1, &m, now, &err), err);
    assert_works(ts_sign_verify(secrets, 1, &m, now + 300, &err), err);
    assert_works(ts_sign_verify(secrets, 1, &m, now - 300, &err), err);
    assert_fails(ts_sign_verify(secrets, 1, &m, now + 301, &err), err, TS_UNAUTHORIZED);
    assert_fails(ts_sign_verify(secrets, 1, &m, now - 301, &err), err, TS_UNAUTHORIZED);
    static const char *const times[] = {
        "", "x", "-1614265330", " 1614265330", "1614265330x", "1614265330.0", "99999999999999999999"};
    for (size_t i = 0; i < 7; i++) {
        m.timestamp = times[i];
        assert_fails(ts_sign_verify(secrets, 1, &m, now, &err), err, TS_UNAUTHORIZED);
    }
    m = message(vectors[0].signature);
    m.timestamp = "1614265331";
    assert_fails(ts_sign_verify(secrets, 1, &m, now, &err), err, TS_UNAUTHORIZED);
    m = message(vectors[0].signature);
    m.id = "msg_p5jXN8AQM9LWM0D4loKWxJel";
    assert_fails(ts_sign_verify(secrets, 1, &m, now, &err), err, TS_UNAUTHORIZED);
    m = message(vectors[0].signature);
    m.length--;
    assert_fails(ts_sign_verify(secrets, 1, &m, now, &err), err, TS_UNAUTHORIZED);
    m.length = 0;
    m.body = NULL;
    assert_fails(ts_sign_verify(secrets, 1, &m, now, &err), err, TS_UNAUTHORIZED);
}

/* Each bit of the body and of the signature. */
static void test_flipped_bits(void **state)
{
    (void)state;
    const char *const secrets[] = {vectors[0].secret};
    char signature[64];
    char body[32];
    ts_signed_message m = message(signature);
    strcpy(signature, vectors[0].signature);
    memcpy(body, m.body, m.length);
    m.body = body;
    assert_true(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
    for (size_t bit = 0; bit < 8 * m.length; bit++) {
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
        assert_false(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * strlen(vectors[0].signature); bit++) {
        signature[bit / 8] = (char)(signature[bit / 8] ^ 1 << bit % 8);
        assert_false(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
        signature[bit / 8] = (char)(signature[bit / 8] ^ 1 << bit % 8);
    }
    assert_true(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
}

static void test_signature_headers(void **state)
{
    (void)state;
    const char *const secrets[] = {vectors[0].secret};
    static const char good[] = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    static const char *const fine[] = {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,zzz",
                                       "v1a,zzz v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                       " v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=  "};
    static const char *const bad[] = {"",
                                      "v1,",
                                      "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                      "v1",
                                      " ",
                                      "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                                      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE",
                                      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=="};
    assert_string_equal(good, vectors[0].signature);
    for (size_t i = 0; i < 3; i++) {
        ts_signed_message m = message(fine[i]);
        assert_true(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
    }
    for (size_t i = 0; i < 8; i++) {
        ts_signed_message m = message(bad[i]);
        assert_false(ts_sign_verify(secrets, 1, &m, vectors[0].timestamp, NULL));
    }
}

/* While a secret is changed both sign: who knows either one is satisfied. */
static void test_rotation(void **state)
{
    (void)state;
    ts_error err;
    char fresh[TS_SIGN_SECRET_TEXT];
    char header[TS_SIGN_HEADER];
    assert_works(ts_sign_secret_new(fresh, &err), err);
    const char *const both[] = {fresh, vectors[0].secret};
    ts_signed_message m = message(header);
    assert_works(ts_sign_webhook(both, 2, m.id, vectors[0].timestamp, m.body, m.length, header, &err), err);
    assert_non_null(strstr(header, vectors[0].signature));
    assert_true(ts_sign_verify(&both[0], 1, &m, vectors[0].timestamp, NULL));
    assert_true(ts_sign_verify(&both[1], 1, &m, vectors[0].timestamp, NULL));
    assert_true(ts_sign_verify(both, 2, &m, vectors[0].timestamp, NULL));
    const char *const four[] = {fresh, fresh, fresh, fresh};
    assert_works(ts_sign_webhook(four, 4, m.id, 1, m.body, m.length, header, &err), err);
    assert_int_equal(strlen(header), 4 * 47 + 3);
}

static void test_secrets(void **state)
{
    (void)state;
    ts_error err;
    char a[TS_SIGN_SECRET_TEXT];
    char b[TS_SIGN_SECRET_TEXT];
    char header[TS_SIGN_HEADER];
    char other[TS_SIGN_HEADER];
    assert_works(ts_sign_secret_new(a, &err), err);
    assert_works(ts_sign_secret_new(b, &err), err);
    assert_string_not_equal(a, b);
    assert_int_equal(strlen(a), 6 + 44);
    /* a key's secret signs as its wrapped form does */
    const char *raw = "tss_0123456789abcdefghijklmnopqrstuv";
    assert_works(ts_sign_secret_wrap(raw, a, &err), err);
    assert_string_equal(a, "whsec_dHNzXzAxMjM0NTY3ODlhYmNkZWZnaGlqa2xtbm9wcXJzdHV2");
    const char *wrapped = a;
    assert_works(ts_sign_webhook(&raw, 1, "msg_1", 1, "x", 1, header, &err), err);
    assert_works(ts_sign_webhook(&wrapped, 1, "msg_1", 1, "x", 1, other, &err), err);
    assert_string_equal(header, other);

    static const char *const bad[] = {"", "whsec_", "whsec_!!!!",
                                      "whsec_c2hvcnQ=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"};
    for (size_t i = 0; i < 5; i++)
        assert_fails(ts_sign_webhook(&bad[i], 1, "msg_1", 1, "x", 1, header, &err), err, TS_CONFIG);
    char long_one[80];
    memset(long_one, 'a', sizeof(long_one));
    long_one[65] = '\0';
    const char *long_secret = long_one;
    assert_fails(ts_sign_webhook(&long_secret, 1, "msg_1", 1, "x", 1, header, &err), err, TS_CONFIG);
    assert_fails(ts_sign_secret_wrap(long_one, a, &err), err, TS_USAGE);
    assert_fails(ts_sign_secret_wrap("", a, &err), err, TS_USAGE);
    long_one[64] = '\0';
    assert_works(ts_sign_secret_wrap(long_one, a, &err), err);
}

static void test_bad_requests(void **state)
{
    (void)state;
    ts_error err;
    char header[TS_SIGN_HEADER];
    const char *const five[] = {"a", "b", "c", "d", "e"};
    assert_fails(ts_sign_webhook(five, 0, "m", 1, "x", 1, header, &err), err, TS_USAGE);
    assert_fails(ts_sign_webhook(five, 5, "m", 1, "x", 1, header, &err), err, TS_USAGE);
    static const char *const ids[] = {"", "a.b", "a b", "a\nb"};
    for (size_t i = 0; i < 4; i++)
        assert_fails(ts_sign_webhook(five, 1, ids[i], 1, "x", 1, header, &err), err, TS_USAGE);
    ts_signed_message m = message("v1,x");
    m.id = "a.b";
    assert_fails(ts_sign_verify(five, 1, &m, 1614265330, &err), err, TS_USAGE);
    assert_works(ts_sign_webhook(five, 1, "m", 1, NULL, 0, header, &err), err);
}

/* RFC 4231, cases 1, 2 and 6. */
static void test_hmac(void **state)
{
    (void)state;
    uint8_t key[131];
    uint8_t mac[32];
    memset(key, 0x0b, 20);
    assert_true(ts_sign_hmac_sha256(key, 20, "Hi There", 8, mac));
    assert_memory_equal(mac, "\xb0\x34\x4c\x61\xd8\xdb\x38\x53\x5c\xa8\xaf\xce\xaf\x0b\xf1\x2b", 16);
    assert_true(ts_sign_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac));
    assert_memory_equal(mac, "\x5b\xdc\xc1\x46\xbf\x60\x75\x4e\x6a\x04\x24\x26\x08\x95\x75\xc7", 16);
    memset(key, 0xaa, sizeof(key));
    assert_true(
        ts_sign_hmac_sha256(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First", 54, mac));
    assert_memory_equal(mac, "\x60\xe4\x31\x59\x1e\xe0\xb6\x7f\x0d\x8a\x26\xaa\xcb\xf5\xb7\x7f", 16);
    assert_true(ts_sign_hmac_sha256(NULL, 0, NULL, 0, mac));
    assert_memory_equal(mac, "\xb6\x13\x67\x9a\x08\x14\xd9\xec\x77\x2f\x95\xd7\x78\xc3\x5f\xc5", 16);
    assert_false(ts_sign_hmac_sha256(key, 4097, "x", 1, mac));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),      cmocka_unit_test(test_verify),
        cmocka_unit_test(test_flipped_bits), cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_secrets),      cmocka_unit_test(test_bad_requests),
        cmocka_unit_test(test_hmac),         cmocka_unit_test(test_signature_headers),
    };
    return cmocka_run_group_tests_name("net sign", tests, NULL, NULL);
}
