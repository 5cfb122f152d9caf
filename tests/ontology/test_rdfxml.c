/* Tests of ontology/: schemes from RDF/XML, through the confined process; and files that mean harm. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "house.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TS_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define TS_TEST_SANITIZED 1
#endif
#endif
#ifndef TS_TEST_SANITIZED
#define TS_TEST_SANITIZED 0
#endif

#define HEAD                                                                                                 \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                           \
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n"                                   \
    "  xmlns:skos=\"http://www.w3.org/2004/02/skos/core#\" xmlns:dct=\"http://purl.org/dc/terms/\"\n"        \
    "  xml:base=\"https://e.org/\">\n"
#define TAIL "</rdf:RDF>\n"

static void a_thesaurus(void **state)
{
    (void)state;
    const char *const *notes;
    ts_scheme *scheme = scheme_of(
        HEAD
        "<skos:ConceptScheme rdf:about=\"\"><dct:title xml:lang=\"en\">Zoo</dct:title></skos:ConceptScheme>\n"
        "<skos:Concept rdf:about=\"1\" skos:notation=\"A\">\n"
        "  <skos:prefLabel xml:lang=\"de\">Tiere &amp; &#x1F436;</skos:prefLabel>\n"
        "  <skos:narrower>\n"
        "    <skos:Concept rdf:ID=\"two\" xml:lang=\"en\"><skos:prefLabel>dog \"x\\y\"</skos:prefLabel>\n"
        "      <skos:exactMatch rdf:resource=\"urn:tagsmith:object/dog\"/>\n"
        "      <skos:definition rdf:parseType=\"Literal\">a "
        "<b>good</b>\nboy</skos:definition></skos:Concept>\n"
        "  </skos:narrower>\n"
        "</skos:Concept>\n"
        "<rdf:Description rdf:about=\"https://e.org/3\">\n"
        "  <rdf:type rdf:resource=\"http://www.w3.org/2004/02/skos/core#Concept\"/>\n"
        "  <skos:broader "
        "rdf:resource=\"#two\"/><skos:altLabel/><skos:prefLabel><![CDATA[<poodle>]]></skos:prefLabel>\n"
        "  <skos:note rdf:parseType=\"Resource\"><dct:title>n</dct:title></skos:note>\n"
        "</rdf:Description>\n"
        "<skos:OrderedCollection><skos:memberList rdf:parseType=\"Collection\">\n"
        "  <rdf:Description rdf:about=\"1\"/><rdf:Description rdf:nodeID=\"x y\"/></skos:memberList>\n"
        "</skos:OrderedCollection>\n" TAIL,
        TS_SCHEME_AUTO);
    assert_int_equal(ts_scheme_count(scheme), 3);
    assert_string_equal(ts_scheme_title(scheme, "en"), "Zoo");
    assert_string_equal(ts_scheme_uri(scheme), "https://e.org/");
    const ts_entry *dog = ts_scheme_find(scheme, "https://e.org/#two");
    assert_non_null(dog);
    assert_string_equal(ts_entry_label(scheme, dog, "en"), "dog \"x\\y\"");
    assert_string_equal(ts_entry_label(scheme, dog->up, "de"), "Tiere & \xF0\x9F\x90\xB6");
    assert_string_equal(ts_entry_first(dog->up, TS_WORDS_NOTATION), "A");
    assert_string_equal(ts_entry_first(dog, TS_WORDS_DEFINITION), "a good\nboy");
    assert_string_equal(dog->matches[0].core, "object/dog");
    const ts_entry *poodle = ts_scheme_find(scheme, "https://e.org/3");
    assert_ptr_equal(poodle->up, dog);
    assert_string_equal(ts_entry_first(poodle, TS_WORDS_LABEL), "<poodle>");
    assert_true(ts_scheme_notes(scheme, &notes) > 0); /* the note that is no text, the collection */
    ts_scheme_free(scheme);
}

/* Many published files abbreviate their namespaces so. */
static void short_entities_are_read(void **state)
{
    (void)state;
    ts_scheme *scheme =
        scheme_of("<!DOCTYPE rdf:RDF [<!ENTITY e \"https://e.org/\">\n"
                  "<!ENTITY skos \"http://www.w3.org/2004/02/skos/core#\">]>\n"
                  "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"&skos;\">"
                  "<s:Concept rdf:about=\"&e;1\"><s:prefLabel>one</s:prefLabel></s:Concept></rdf:RDF>",
                  TS_SCHEME_AUTO);
    assert_non_null(ts_scheme_find(scheme, "https://e.org/1"));
    ts_scheme_free(scheme);
}

static void errors_name_the_line(void **state)
{
    (void)state;
    refuses(HEAD "<skos:Concept>\n</rdf:RDF>", TS_SCHEME_AUTO, TS_CONFIG, "line 6: mismatched tag");
    refuses(HEAD "<skos:Concept rdf:about=\"a b\"/>" TAIL, TS_SCHEME_AUTO, TS_CONFIG,
            "line 5: \"a b\" is no IRI");
    refuses(HEAD "\n<skos:Concept rdf:about=\"a\">text</skos:Concept>" TAIL, TS_SCHEME_AUTO, TS_CONFIG,
            "line 6: text");
    refuses(HEAD "<skos:Concept xml:lang=\"d e\"/>" TAIL, TS_SCHEME_AUTO, TS_CONFIG, "no language tag");
    refuses("<?xml version=\"1.0\"?><html/>", TS_SCHEME_AUTO, TS_CONFIG, "not RDF/XML");
    refuses("<?xml version=\"1.0\"?><html", TS_SCHEME_AUTO, TS_CONFIG, "line 1: ");
    refuses("<?xml version=\"1.0\"?><r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
            "<r:Description r:about=\"x\" r:type=\"y\"/></r:RDF>",
            TS_SCHEME_AUTO, TS_CONFIG, "no xml:base");
    refuses(HEAD TAIL, TS_SCHEME_AUTO, TS_CONFIG, "no concept");
}

#define CONCEPT(text)                                                                                        \
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "                                    \
    "xmlns:s=\"http://www.w3.org/2004/02/skos/core#\"><s:Concept rdf:about=\"e:1\"><s:prefLabel>" text       \
    "</s:prefLabel></s:Concept></rdf:RDF>"

/* A text that repeats a piece so often. */
static char *repeated(const char *before, const char *piece, size_t times, const char *after)
{
    ts_buf text = {0};
    (void)ts_buf_puts(&text, before);
    for (size_t i = 0; i < times; i++) (void)ts_buf_puts(&text, piece);
    (void)ts_buf_puts(&text, after);
    assert_false(text.failed);
    return text.data;
}

static void bombs_do_no_harm(void **state)
{
    (void)state;
    refuses(
        "<!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;\">]>" CONCEPT("&c;"),
        TS_SCHEME_AUTO, TS_CONFIG, "\"b\" is more than a short plain text");
    refuses("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>" CONCEPT("&a;"), TS_SCHEME_AUTO,
            TS_CONFIG, "outside the document");
    refuses("<!DOCTYPE x [<!ENTITY % a SYSTEM \"http://127.0.0.1:1/x.dtd\"> %a;]>" CONCEPT("x"),
            TS_SCHEME_AUTO, TS_CONFIG, "outside the document");
    refuses("<!DOCTYPE x SYSTEM \"http://127.0.0.1:1/x.dtd\">" CONCEPT("&a;"), TS_SCHEME_AUTO, TS_CONFIG,
            "no entity \"a\"");
    char *quadratic = repeated("<!DOCTYPE x [<!ENTITY a \"", "0123456789", 500, "\">]>" CONCEPT("&a;"));
    refuses(quadratic, TS_SCHEME_AUTO, TS_CONFIG, "short plain text");
    free(quadratic);
    char *many = repeated(
        "<!DOCTYPE x [<!ENTITY a \"0123456789012345678901234567890123456789\">]>"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
        "xmlns:s=\"http://www.w3.org/2004/02/skos/core#\"><s:Concept rdf:about=\"e:1\"><s:prefLabel>",
        "&a;", 100000, "</s:prefLabel></s:Concept></rdf:RDF>");
    refuses(many, TS_SCHEME_AUTO, TS_CONFIG, "more than 1 MiB");
    free(many);
}

static void deep_and_wide_do_no_harm(void **state)
{
    (void)state;
    char *deep = repeated(HEAD, "<skos:Concept rdf:about=\"a\"><skos:broader>", 100000, "");
    refuses(deep, TS_SCHEME_AUTO, TS_CONFIG, "nested more than 256 deep");
    free(deep);
    char *markup = repeated(HEAD "<skos:Concept rdf:about=\"a\"><skos:note rdf:parseType=\"Literal\">", "<b>",
                            100000, "");
    refuses(markup, TS_SCHEME_AUTO, TS_CONFIG, "nested more than 256 deep");
    free(markup);
    char *wide = repeated(HEAD "<skos:Concept rdf:about=\"", "a", (size_t)3 << 20, "\"/>" TAIL);
    refuses(wide, TS_SCHEME_AUTO, TS_CONFIG, "");
    free(wide);
    char *tag = repeated(HEAD "<", "a", (size_t)8 << 20, "/>" TAIL);
    refuses(tag, TS_SCHEME_AUTO, TS_CONFIG, "");
    free(tag);
}

/* meson says where it was built. */
static const char *program(void)
{
    const char *path = getenv("TAGSMITH_RDFXML");
    return path ? path : "/nowhere";
}

/* Whether the process may do no more than it needs by the time it waits for the first byte. */
static bool is_filtered(pid_t pid)
{
    char path[64], line[256];
    bool filtered = false;
    (void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        filtered = filtered || strncmp(line, "Seccomp:\t2", 10) == 0;
    if (file) (void)fclose(file);
    return filtered;
}

/* Not where it has got a filter from us already, nor with sanitizers. */
static void it_is_confined(void **state)
{
    (void)state;
    int ends[2];
    if (is_filtered(getpid()) || TS_TEST_SANITIZED) skip();
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char name[] = "tagsmith-rdfxml", *arguments[] = {name, NULL};
        (void)dup2(ends[0], 0);
        (void)close(ends[1]);
        (void)execv(program(), arguments);
        _exit(1);
    }
    bool filtered = false;
    for (int i = 0; i < 2000 && !filtered; i++) {
        filtered = is_filtered(pid);
        (void)usleep(10000);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
    assert_true(filtered);
}

static void without_the_program(void **state)
{
    (void)state;
    char *there = strdup(program());
    assert_int_equal(setenv("TAGSMITH_RDFXML", "/nowhere/tagsmith-rdfxml", 1), 0);
    refuses(HEAD TAIL, TS_SCHEME_AUTO, TS_UNSUPPORTED, "tagsmith-rdfxml");
    assert_int_equal(setenv("TAGSMITH_RDFXML", "/bin/true", 1), 0);
    refuses(HEAD TAIL, TS_SCHEME_AUTO, TS_DECODER_DIED, "end");
    assert_int_equal(setenv("TAGSMITH_RDFXML", there, 1), 0);
    free(there);
}

static void it_is_not_written(void **state)
{
    (void)state;
    ts_buf out = {0};
    ts_error err = {0};
    ts_scheme *scheme = CSV("id,label\na,b\n");
    assert_false(ts_scheme_write(scheme, TS_SCHEME_RDFXML, &out, &err));
    assert_int_equal(err.code, TS_USAGE);
    ts_scheme_free(scheme);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thesaurus),
        cmocka_unit_test(short_entities_are_read),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(bombs_do_no_harm),
        cmocka_unit_test(deep_and_wide_do_no_harm),
        cmocka_unit_test(without_the_program),
        cmocka_unit_test(it_is_confined),
        cmocka_unit_test(it_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
