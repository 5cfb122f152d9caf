/* Tests of ontology/: schemes from tables and back. */
#include "house.h"

static void a_table_of_a_museum(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV(
        "\xEF\xBB\xBF# title@de: Museum\r\n# title: Museum, \"big\"\r\n# version: 3\r\n# just a comment\r\n"
        "id;label@de;label@en;synonyms@de;broader;matches;hide;threshold;definition@de\r\n"
        "t1;Tiere;animals;Vieh | Getier;;;;;\r\n"
        "\r\n"
        "t2;\"Hund; treu\";dog;;t1;exact object/dog|?close object/wolf;;0.5;\"Ein\r\nTier\"\r\n"
        "t3;Katze;cat;a\\|b|c\\\\d;Tiere;;yes\r\n");
    assert_int_equal(ts_scheme_count(scheme), 3);
    assert_string_equal(ts_scheme_title(scheme, "de"), "Museum");
    assert_string_equal(ts_scheme_title(scheme, ""), "Museum, \"big\"");
    assert_string_equal(ts_scheme_version(scheme), "3");
    const ts_entry *dog = ts_scheme_find(scheme, "t2"), *cat = ts_scheme_find(scheme, "t3");
    assert_string_equal(ts_entry_label(scheme, dog, "de"), "Hund; treu");
    assert_string_equal(ts_entry_label(scheme, dog, "fr"), "dog");
    assert_string_equal(ts_entry_first(dog, TS_WORDS_DEFINITION), "Ein\r\nTier");
    assert_float_equal(dog->threshold, 0.5F, 1e-6);
    assert_int_equal(dog->match_count, 2);
    assert_int_equal(dog->matches[1].state, TS_MATCH_PROPOSED);
    assert_string_equal(dog->matches[1].core, "object/wolf");
    assert_string_equal(cat->broader[0], "t1"); /* named by its label */
    assert_ptr_equal(cat->up, ts_scheme_find(scheme, "t1"));
    assert_true(cat->hidden);
    assert_false(dog->hidden);
    assert_string_equal(ts_entry_first(cat, TS_WORDS_SYNONYM), "a|b");
    ts_scheme_free(scheme);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const char text[] =
        "# uri: https://example.org/s\r\n# version: 1 beta\r\n# title@en: A, \"b\"\r\n"
        "id,notation,label@de,label@en,synonyms@de,hidden_labels@de,definition@de,scope_note@en,note@en,"
        "renamed@de,"
        "own_synonyms@ja,broader,related,matches,hide,never,threshold,merge_into\r\n"
        "https://example.org/"
        "1,A.1|old,\"x,y\",x,a|b\\|c,htb,\"line\r\nline\",scope,n1|n2,Ixe,\xE7\x8A\xAC,,b,"
        "exact object/dog|?close object/cat|!narrower object/bird,yes,yes,0.25,b\r\n"
        "b,\"#1\",,,,,,,,,,https://example.org/1|https://example.org/elsewhere,,,,,,\r\n";
    ts_scheme *scheme = CSV(text);
    char *again = text_of(scheme, TS_SCHEME_CSV);
    assert_string_equal(again, text);
    free(again);
    ts_scheme_free(scheme);
}

static void errors_name_row_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "empty"},
        {"colour,size\n1,2\n", "row 1: no column is called id"},
        {"id,id\n", "row 1: two columns are called \"id\""},
        {"id,label@e n\na,b\n", "row 1, column \"label@e n\": \"e n\" is no language tag"},
        {"id,label\na,b,c\n", "row 2 has 3 columns, the first row names 2"},
        {"id,label\na,b\na,c\n", "row 3: \"a\" stands in row 2 already"},
        {"id,label\n,\n\"\",\"\"\n\na,\"b\n", "row 5: a quotation mark is opened and never closed"},
        {"id,label\na,\"b\"c\n", "row 2: there is text behind a closing quotation mark"},
        {"id,broader\na,b\n", "row 2, column \"broader\": there is no concept \"b\""},
        {"id,label,broader\na,x,\nb,x,\nc,y,x\n",
         "row 4, column \"broader\": several concepts are called \"x\""},
        {"id,threshold\na,2\n", "row 2, column \"threshold\": \"2\" is no number from 0 to 1"},
        {"id,threshold\na,nan\n", "row 2, column \"threshold\": \"nan\""},
        {"id,hide\na,maybe\n", "row 2, column \"hide\": \"maybe\" is neither yes nor no"},
        {"id,matches\na,like object/dog\n", "row 2, column \"matches\": \"like\" is no match"},
        {"id,matches\na,exact\n", "column \"matches\""},
        {"id,label\na,b\x01\n", "row 2, column \"label\": label holds the control character 0x01"},
        {"id,broader\na,b\nb,a\n", "is broader than itself"},
        {"id,broader\na,a\n", "is broader than itself"},
        {"id,merge_into\na,b\nb,a\n", "merged in a circle"},
        {"id,label\n", "there is no concept in it"},
        {"label\n\xff\n", "no UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(cases[i].text, TS_SCHEME_CSV, TS_CONFIG, cases[i].said);
}

static void ids_may_be_left_out(void **state)
{
    (void)state;
    ts_scheme *scheme = CSV("notation\tlabel\tbroader\tprice\n"
                            "10\tAll\t\t1\n"
                            "10.1\tSome, few\tAll\t2\n"
                            "\tOther\t10\t3\n");
    const char *const *notes;
    assert_non_null(ts_scheme_find(scheme, "10.1"));
    assert_non_null(ts_scheme_find(scheme, "Other"));
    assert_string_equal(ts_scheme_find(scheme, "Other")->broader[0], "10");
    assert_string_equal(ts_entry_label(scheme, ts_scheme_find(scheme, "10.1"), "de"), "Some, few");
    assert_int_equal(ts_scheme_notes(scheme, &notes), 1);
    assert_non_null(strstr(notes[0], "\"price\""));
    ts_scheme_free(scheme);
}

static void too_much_is_refused(void **state)
{
    (void)state;
    ts_buf text = {0};
    (void)ts_buf_puts(&text, "id,broader\n");
    for (int i = 0; i < 70; i++) (void)ts_buf_printf(&text, "c%d,%s%d\n", i, i ? "c" : "x:", i - 1);
    refuses(text.data, TS_SCHEME_CSV, TS_CONFIG, "too deep");
    ts_buf_clear(&text);
    (void)ts_buf_puts(&text, "id,label\na,");
    for (int i = 0; i < TS_SCHEME_TEXT_MAX + 1; i++) (void)ts_buf_putc(&text, 'x');
    refuses(text.data, TS_SCHEME_CSV, TS_CONFIG, "row 2, column \"label\"");
    ts_buf_clear(&text);
    (void)ts_buf_puts(&text, "id,synonyms\na,");
    for (int i = 0; i < TS_SCHEME_WORDS_MAX + 1; i++) (void)ts_buf_printf(&text, "|w%d", i);
    refuses(text.data, TS_SCHEME_CSV, TS_CONFIG, "more than 500 labels");
    ts_buf_free(&text);
    refuses("{\"@graph\": []}", TS_SCHEME_AUTO, TS_UNSUPPORTED, "JSON");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_of_a_museum),        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(errors_name_row_and_column), cmocka_unit_test(ids_may_be_left_out),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
