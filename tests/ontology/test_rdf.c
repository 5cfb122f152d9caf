/* Tests of ontology/: schemes from Turtle and N-Triples and back. */
#include "house.h"

#define PREFIXES                                                                                             \
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix e: <https://e.org/> .\n"                \
    "@prefix dct: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"

static void a_thesaurus_in_turtle(void **state)
{
    (void)state;
    const char *const *notes;
    ts_scheme *scheme = scheme_of(
        PREFIXES
        "@base <https://e.org/> .\n"
        "e:1 skos:narrower <2> ; skos:prefLabel \"Tiere\"@DE, \"animals\"@en .\n"
        "<2> a skos:Concept ; skos:prefLabel 'Hund'@de , \"dog\"@en ; skos:altLabel "
        "\"\"\"W\"auf\nwauf\"\"\"@de ;\n"
        "  skos:notation \"A.2\" ; skos:exactMatch <urn:tagsmith:object/dog> , "
        "<http://www.wikidata.org/entity/Q144> ;\n"
        "  skos:narrowMatch <urn:tagsmith:object/labrador> ; skos:broadMatch <urn:tagsmith:object/animal> ;\n"
        "  skos:editorialNote \"n\"@en ; skos:definition [ <p> \"x\" ] ; skos:prefLabel \"Hund 2\"@de ; <q> "
        "7 .\n"
        "e:c a skos:Collection ; skos:prefLabel \"all\" ; skos:member e:1 .\n"
        "e: a skos:ConceptScheme ; dct:title \"Zoo\"@en ; owl:versionInfo \"7\" ; dct:creator e:me .\n",
        TS_SCHEME_AUTO);
    assert_int_equal(ts_scheme_count(scheme), 2);
    assert_string_equal(ts_scheme_title(scheme, "en"), "Zoo");
    assert_string_equal(ts_scheme_uri(scheme), "https://e.org/");
    assert_string_equal(ts_scheme_version(scheme), "7");
    const ts_entry *dog = ts_scheme_find(scheme, "https://e.org/2");
    assert_non_null(dog);
    assert_string_equal(dog->broader[0], "https://e.org/1");
    assert_string_equal(ts_entry_label(scheme, dog, "de"), "Hund");
    assert_string_equal(ts_entry_label(scheme, dog->up, "de"), "Tiere");
    assert_string_equal(ts_entry_first(dog, TS_WORDS_SYNONYM), "W\"auf wauf");
    assert_string_equal(ts_entry_first(dog, TS_WORDS_NOTATION), "A.2");
    assert_int_equal(dog->match_count, 4);
    assert_string_equal(dog->matches[0].core, "object/dog");
    assert_string_equal(dog->matches[1].core, "http://www.wikidata.org/entity/Q144");
    assert_int_equal(dog->matches[2].relation,
                     TS_MATCH_BROADER); /* the labrador is narrower, so this one is wider */
    assert_int_equal(dog->matches[3].relation, TS_MATCH_NARROWER);
    size_t count = ts_scheme_notes(scheme, &notes);
    assert_int_equal(count, 4);
    assert_non_null(strstr(notes[0], "1 subjects")); /* the collection */
    ts_scheme_free(scheme);
}

static void settings_go_round(void **state)
{
    (void)state;
    static const ts_scheme_format formats[] = {TS_SCHEME_TURTLE, TS_SCHEME_NTRIPLES};
    ts_scheme *scheme =
        CSV("# title@en: A \\ \"b\"\n# version: 1\n"
            "id,notation,label@de,synonyms@ja,definition@de,renamed@en,own_synonyms@de,broader,related,"
            "matches,hide,"
            "never,threshold,merge_into\n"
            "Tür & <Tor>,%41,\"a\"\"b\\c\",\xE7\x8A\xAC|x,\"l1\r\nl2\tt\",R,o1|o2,,b,"
            "exact object/dog|?close object/cat|!narrower object/bird|broader x:y,yes,,0.3,b\n"
            "b,,,,,,,Tür & <Tor>|e:missing,,,,yes,,\n"
            "urn:tagsmith:odd,,,,,,,,,,,,,\n");
    char *before = text_of(scheme, TS_SCHEME_CSV);
    for (size_t i = 0; i < 2; i++) {
        char *text = text_of(scheme, formats[i]);
        ts_scheme *again = scheme_of(text, formats[i]);
        char *after = text_of(again, TS_SCHEME_CSV);
        assert_string_equal(before, after);
        char *text2 = text_of(again, formats[i]);
        assert_string_equal(text, text2);
        free(after), free(text), free(text2);
        ts_scheme_free(again);
    }
    free(before);
    ts_scheme_free(scheme);
}

static void errors_name_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"<a:b> <c:d> .\n", "line 1"},
        {"\n\n<a:b> x:d <e:f> .\n", "line 3"},
        {"@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n\ns:a s:prefLabel "
         "\"x\"@abcdefghijabcdefghijabcdefghijabcdefghijabcdefghij .\n",
         "line 3: \"abcdefghijabcdefghijabcdefghijabcdefghij\" is no language tag"},
        {PREFIXES "e:a skos:prefLabel \"x\\u0007\" .\n", "line 4: label holds the control character"},
        {PREFIXES "<rel> skos:prefLabel \"x\" .\n", "there is no @base"},
        {PREFIXES
         "e:a skos:broader e:b . e:a skos:prefLabel \"a\" .\ne:b skos:broader e:a ; skos:prefLabel \"b\" .\n",
         "is broader than itself"},
        {PREFIXES "e:a a e:b .\n", "there is no concept in it"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuses(cases[i].text, TS_SCHEME_TURTLE, TS_CONFIG, cases[i].said);
    refuses("<a:b> <c:d> <e:f> .\n<a:b> <c:d> \"x .\n", TS_SCHEME_NTRIPLES, TS_CONFIG, "line 2");
    refuses("<a:b> <c:d> \"\xff\" .\n", TS_SCHEME_NTRIPLES, TS_CONFIG, "no UTF-8");
}

static void nesting(const char *open, size_t count, const char *before)
{
    ts_buf text = {0};
    (void)ts_buf_puts(&text, PREFIXES);
    (void)ts_buf_puts(&text, before);
    for (size_t i = 0; i < count; i++) (void)ts_buf_puts(&text, open);
    refuses(text.data, TS_SCHEME_TURTLE, TS_CONFIG, "nested more than 64 deep");
    ts_buf_free(&text);
}

/* serd would run out of stack. */
static void deep_brackets_are_refused(void **state)
{
    (void)state;
    nesting("[ e:p ", 200000, "e:a e:b ");
    nesting("( ", 200000, "e:a e:b ");
    nesting("[ e:p ( ", 65, "e:a e:b ");
    nesting("[ e:p ", 200000, "e:a e:b \"quoted ' \\\" [\" , '''it's ]''' , <x#[> # [ \"\n , ");
    nesting("[ e:p ", 200000, "e:a e:b \"broken\n , ");
    nesting("[ e:p ", 200000, "e:a e:b <bro ken ");
    nesting("[ e:p ", 200000, "e:a e:b e:x\\'y , ");
    ts_buf text = {0};
    (void)ts_buf_puts(&text, PREFIXES "e:a skos:prefLabel \"a\" ; skos:note \"");
    for (int i = 0; i < 500; i++) (void)ts_buf_puts(&text, "[(");
    (void)ts_buf_puts(&text, "\" .\n");
    ts_scheme_free(scheme_of(text.data, TS_SCHEME_TURTLE)); /* brackets in text nest nothing */
    ts_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thesaurus_in_turtle),
        cmocka_unit_test(settings_go_round),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(deep_brackets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
