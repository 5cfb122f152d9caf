/* exchange: nothing is markup, and base64 is what everybody's is. */
#include "exchange/html.h"
#include "tests/support/support.h"

#include <string.h>

static void check(const char *text, const char *expected)
{
    ts_buf out = {0};
    ts_html_text(&out, text);
    assert_string_equal(out.data ? out.data : "", expected);
    ts_buf_free(&out);
}

static void markup_becomes_text(void **state)
{
    (void)state;
    check("<b a=\"1\" c='2'>&amp;</b>", "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
    check("plain \xC3\xA4", "plain \xC3\xA4");
    check(NULL, "");
}

static void bytes_that_are_no_text_become_replacement_characters(void **state)
{
    (void)state;
    check("a\x01z", "a\xEF\xBF\xBDz");
    check("a\nz", "a\xEF\xBF\xBDz");
    check("caf\xE9", "caf\xEF\xBF\xBD");
    check("\xC0\xBCscript\xC0\xBE",
          "\xEF\xBF\xBD\xEF\xBF\xBDscript\xEF\xBF\xBD\xEF\xBF\xBD"); /* overlong < > */
}

static void no_byte_yields_a_bracket_or_quote(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[2] = {(char)c, '\0'};
        ts_buf out = {0};
        ts_html_text(&out, text);
        assert_null(strpbrk(out.data, "<>\"'"));
        ts_buf_free(&out);
    }
}

static void base64_of_every_remainder(void **state)
{
    (void)state;
    const char *const pairs[][2] = {{"", ""},
                                    {"f", "Zg=="},
                                    {"fo", "Zm8="},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg=="},
                                    {"\xFF\xFE\xFD", "//79"},
                                    {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ts_buf out = {0};
        ts_base64(&out, (const uint8_t *)pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(out.length ? out.data : "", pairs[i][1]);
        ts_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_becomes_text),
        cmocka_unit_test(bytes_that_are_no_text_become_replacement_characters),
        cmocka_unit_test(no_byte_yields_a_bracket_or_quote),
        cmocka_unit_test(base64_of_every_remainder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
