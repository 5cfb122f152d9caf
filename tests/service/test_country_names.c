/* tests/service: countries by what they are called in seven languages. */
#include "service/country_names.h"

#include <string.h>

#include "service/texts.h"

#include "tests/support/support.h"

static void test_names(void **state)
{
    (void)state;
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    ts_countries *countries = ts_countries_open_in(TS_TEST_VOCAB_DIR, &err);
    assert_non_null(countries);
    ts_country_names *names = ts_country_names_new(countries, arena, &err);
    assert_non_null(names);
    static const char *const germany[] = {"Germany",  "德国",   "Allemagne", "DEUTSCHLAND",
                                          "alemania", "ドイツ", "독일"};
    for (size_t i = 0; i < sizeof germany / sizeof *germany; i++)
        assert_string_equal(ts_country_said(names, germany[i], "en"), "Germany");
    assert_string_equal(ts_country_said(names, "Germany", "ja"), "ドイツ");
    assert_string_equal(ts_country_said(names, "österreich", "fr"), "Autriche");
    assert_null(ts_country_said(names, "Atlantis", "en"));
    assert_string_equal(ts_country_label(countries, "place/de", TS_LANGUAGE_FR), "Allemagne");
    assert_null(ts_country_label(countries, "place/de-04", TS_LANGUAGE_FR));
    assert_null(ts_country_label(countries, "place/xx", TS_LANGUAGE_FR));
    assert_null(ts_country_label(countries, "object/de", TS_LANGUAGE_FR));
    assert_null(ts_country_said(names, "\xff", "en"));
    ts_countries_close(countries);
    ts_arena_free(arena);
}

static void test_in_sentences(void **state)
{
    (void)state;
    static const char *const said[][2] = {
        {"dogs in Japan", "Japan"},
        {"a beach in france, at night", "France"},
        {"Hunde in Deutschland", "Germany"},
        {"a road in New Zealand", "New Zealand"},
        {"un chien d'Allemagne", "Germany"},
        {"日本の犬", "Japan"},
        {"在日本的狗", "Japan"},
        {"독일의 성", "Germany"},
        {"日本酒と犬", NULL},          /* a drink */
        {"a turkey on a plate", NULL}, /* a bird */
        {"germanyish dogs", NULL},
        {"", NULL},
    };
    ts_error err;
    ts_arena *arena = ts_arena_new(0);
    ts_countries *countries = ts_countries_open_in(TS_TEST_VOCAB_DIR, &err);
    ts_vocab *vocab = ts_vocab_open(TS_TEST_VOCAB_DIR, &err);
    ts_country_names *names = ts_country_names_new(countries, arena, &err);
    assert_true(countries && vocab && names);
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        const char *found = ts_country_in(names, vocab, said[i][0]);
        if (said[i][1]) assert_string_equal(found ? found : said[i][0], said[i][1]);
        else assert_null(found);
    }
    ts_vocab_close(vocab);
    ts_countries_close(countries);
    ts_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_names), cmocka_unit_test(test_in_sentences)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
