/* tests/place: where on Earth, on a small list made here and on the real one. */
#include "place/place.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place/countries.h"
#include "tests/support/support.h"

enum { CELLS = 180 * 360, HEAD = 20, CITY = 20 };

/* ---- damaged files ------------------------------------------------------------------------------ */

typedef struct list {
    uint8_t bytes[HEAD + (CELLS + 1) * 4 + CITY + 12 + 16];
    size_t length;
} list;

static void put(list *l, uint32_t value)
{
    for (int i = 0; i < 4; i++) l->bytes[l->length++] = (uint8_t)(value >> (8 * i));
}

/* One town, "Oz" in the region "R" of Germany, at 10.5 N 20.5 E. */
static list *list_of_one(void)
{
    list *l = calloc(1, sizeof *l);
    memcpy(l->bytes, "TSPLACE1", 8);
    l->length = 8;
    put(l, 1);
    put(l, 1);
    put(l, 16);
    for (size_t i = 0; i <= CELLS; i++) put(l, i > 100 * 360 + 200);
    put(l, 1050000);
    put(l, 2050000);
    put(l, 1); /* "Oz" */
    put(l, 4); /* "oz" */
    put(l, 0);
    put(l, 7); /* "R" */
    put(l, 9); /* "r" */
    memcpy(l->bytes + l->length,
           "DE\0\0"
           "\0Oz\0oz\0R\0r\0\0\0\0\0",
           20);
    l->length += 20;
    return l;
}

static char *countries_table(void)
{
    return ts_test_path(ts_test_source(), "vocab/countries.tsv");
}

static ts_places *open_list(const list *l, ts_error *err)
{
    char *folder = ts_test_folder(), *countries = countries_table();
    char *path = ts_test_file(folder, "places.bin", l->bytes, l->length);
    ts_places *places = ts_places_open(path, countries, err);
    free(path);
    free(countries);
    ts_test_folder_end(folder);
    return places;
}

static void one_town_is_found_within_fifty_kilometres(void **state)
{
    (void)state;
    ts_error err = {0};
    list *l = list_of_one();
    ts_places *places = open_list(l, &err);
    ts_place at;
    if (!places) fail_msg("%s", err.message);
    assert_true(ts_places_find(places, 10.5, 20.9, &at));
    assert_string_equal(at.city, "Oz");
    assert_string_equal(at.city_slug, "oz");
    assert_string_equal(at.region, "R");
    assert_string_equal(at.country, "Germany");
    assert_string_equal(at.country_code, "DE");
    assert_float_equal(at.km, 43.7, 0.5);
    assert_false(ts_places_find(places, 10.5, 21.0, &at));
    ts_places_close(places);
    free(l);
}

/* A byte of each part is changed so that it points nowhere; the list is cut at several places. */
static void damaged_lists_are_refused(void **state)
{
    (void)state;
    const size_t cities = HEAD + (CELLS + 1) * 4;
    const size_t bad[] = {
        0,          8,           12,          16,          HEAD + 3,          cities + 3,
        cities + 7, cities + 11, cities + 15, cities + 19, cities + CITY + 3, cities + CITY + 7};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ts_error err = {0};
        list *l = list_of_one();
        l->bytes[bad[i]] ^= 0x7F;
        ts_places *places = open_list(l, &err);
        if (places) fail_msg("byte %zu", bad[i]);
        assert_int_equal(err.code, TS_MODEL);
        free(l);
    }
    for (size_t cut = 0; cut < 4; cut++) {
        ts_error err = {0};
        list *l = list_of_one();
        l->length = cut == 3 ? l->length - 1 : cut * 10;
        assert_null(open_list(l, &err));
        assert_int_equal(err.code, TS_MODEL);
        free(l);
    }
}

/* ---- countries ---------------------------------------------------------------------------------- */

static void countries_have_names_in_seven_languages(void **state)
{
    (void)state;
    static const char *const languages[] = {"en", "zh", "fr", "de", "es", "ja", "ko"};
    static const char *const spain[] = {"Spain",  "西班牙",   "Espagne", "Spanien",
                                        "España", "スペイン", "스페인"};
    char *path = countries_table();
    ts_error err = {0};
    ts_countries *countries = ts_countries_open(path, &err);
    if (!countries) fail_msg("%s", err.message);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(ts_countries_name(countries, "ES", languages[i]), spain[i]);
    assert_string_equal(ts_countries_name(countries, "ES", "eo"), "Spain");
    assert_null(ts_countries_name(countries, "QQ", "en"));
    assert_null(ts_countries_name(countries, "ESP", "en"));
    ts_countries_close(countries);
    free(path);
}

static void tables_out_of_shape_are_refused(void **state)
{
    (void)state;
    static const char *const tables[] = {"code\ten\nDE\n", "code\ten\nDE\tGermany\nAT\tAustria\n",
                                         "land\ten\n", "code\ten\nDEU\tGermany\n", "code\n"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char *folder = ts_test_folder();
        char *path = ts_test_file(folder, "countries.tsv", tables[i], strlen(tables[i]));
        ts_error err = {0};
        if (ts_countries_open_in(folder, &err)) fail_msg("table %zu", i);
        assert_int_equal(err.code, TS_CONFIG);
        free(path);
        ts_test_folder_end(folder);
    }
}

/* ---- the real list ------------------------------------------------------------------------------ */

static int open_real(void **state)
{
    char *path = ts_test_dep("models/geonames-cities.bin"), *countries = countries_table();
    ts_error err = {0};
    *state = ts_places_open(path, countries, &err);
    if (!*state) print_error("%s\n", err.message);
    free(path);
    free(countries);
    return *state ? 0 : -1;
}

static int close_real(void **state)
{
    ts_places_close(*state);
    return 0;
}

typedef struct spot {
    double latitude, longitude;
    const char *city, *region, *country; /* NULL: any */
} spot;

static void known_places_have_their_names(void **state)
{
    static const spot spots[] = {
        {45.764, 4.8357, "Lyon", "Auvergne-Rhône-Alpes", "FR"},
        {51.7520, -1.2577, "Oxford", "England", "GB"},
        {-33.9249, 18.4241, "Cape Town", "Western Cape", "ZA"},
        {64.1466, -21.9426, "Reykjavík", NULL, "IS"},
        {-41.2866, 174.7756, "Wellington", NULL, "NZ"},
        {66.32, 179.95, "Egvekinot", NULL, "RU"}, /* across the date line from its town */
        {78.2232, 15.6267, "Longyearbyen", NULL, "SJ"},
        {65.5, 100.2, "", NULL, "RU"}, /* far from any town, with some all round */
    };
    for (size_t i = 0; i < sizeof spots / sizeof *spots; i++) {
        ts_place at;
        const spot *s = &spots[i];
        if (!ts_places_find(*state, s->latitude, s->longitude, &at)) fail_msg("nothing at spot %zu", i);
        if (s->city) assert_string_equal(at.city, s->city);
        if (s->region) assert_string_equal(at.region, s->region);
        assert_string_equal(at.country_code, s->country);
    }
}

static void at_sea_and_off_the_globe_there_is_nothing(void **state)
{
    static const double spots[][2] = {{30, -40}, {-48.9, -123.4}, {0, -150}, {-89.9, 10},
                                      {90, 0},   {91, 0},         {0, 181}};
    ts_place at;
    for (size_t i = 0; i < sizeof spots / sizeof *spots; i++)
        if (ts_places_find(*state, spots[i][0], spots[i][1], &at)) fail_msg("spot %zu: %s", i, at.country);
    assert_false(ts_places_find(*state, (double)NAN, 0, &at));
    assert_false(ts_places_find(*state, 0, (double)INFINITY, &at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_town_is_found_within_fifty_kilometres),
        cmocka_unit_test(damaged_lists_are_refused),
        cmocka_unit_test(countries_have_names_in_seven_languages),
        cmocka_unit_test(tables_out_of_shape_are_refused),
        cmocka_unit_test_setup_teardown(known_places_have_their_names, open_real, close_real),
        cmocka_unit_test_setup_teardown(at_sea_and_off_the_globe_there_is_nothing, open_real, close_real),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
