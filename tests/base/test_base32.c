/* tests/base: base32: known values, every length there and back, what is refused, and the order of texts. */
#include "base/base32.h"

#include <string.h>

#include "tests/support/support.h"

/* RFC 4648's own examples for "extended hex", in lower case and without padding. */
static void agrees_with_the_rfc(void **state)
{
    (void)state;
    static const char *const examples[][2] = {{"", ""},
                                              {"f", "co"},
                                              {"fo", "cpng"},
                                              {"foo", "cpnmu"},
                                              {"foob", "cpnmuog"},
                                              {"fooba", "cpnmuoj1"},
                                              {"foobar", "cpnmuoj1e8"}};
    char text[32];
    for (size_t i = 0; i < 7; i++) {
        ts_base32_encode((const uint8_t *)examples[i][0], strlen(examples[i][0]), text);
        assert_string_equal(text, examples[i][1]);
    }
}

static void comes_back(void **state)
{
    (void)state;
    uint8_t bytes[64], back[64];
    char text[TS_BASE32_LENGTH(64) + 1];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 151 + 7);
    for (size_t length = 0; length <= sizeof bytes; length++) {
        size_t count = 99;
        ts_base32_encode(bytes, length, text);
        assert_int_equal(strlen(text), TS_BASE32_LENGTH(length));
        assert_true(ts_base32_decode(text, strlen(text), back, &count));
        assert_int_equal(count, length);
        assert_memory_equal(back, bytes, length);
    }
}

static void refuses_what_no_encoder_makes(void **state)
{
    (void)state;
    static const char *const bad[] = {"CO", "c", "cpn", "cp", "cw", "c o1", "co======", "wwww"};
    uint8_t out[16];
    size_t count;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ts_base32_decode(bad[i], strlen(bad[i]), out, &count));
}

static void texts_sort_as_bytes(void **state)
{
    (void)state;
    char before[8] = "", text[8];
    for (unsigned i = 0; i < 65536; i += 7) {
        uint8_t bytes[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        ts_base32_encode(bytes, 2, text);
        assert_true(strcmp(before, text) < 0);
        memcpy(before, text, sizeof text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_rfc),
        cmocka_unit_test(comes_back),
        cmocka_unit_test(refuses_what_no_encoder_makes),
        cmocka_unit_test(texts_sort_as_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
