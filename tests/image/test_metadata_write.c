/* tests/image: single properties changed in their place: the exact text around them, and what is refused. What other
 * programs read of it: tests/cli/test_write.py. */
#include "image/metadata_write.h"

#include <string.h>

#include "image/metadata.h"
#include "tests/support/support.h"

#define RDF(body)                                                                                            \
    "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "                                        \
    "xmlns:d=\"http://purl.org/dc/elements/1.1/\"><r:Description r:about=\"\"" body "</r:RDF>"

static ts_arena *arena;

static int new_arena(void **state)
{
    (void)state;
    arena = ts_arena_new(0);
    return arena ? 0 : -1;
}

static int free_arena(void **state)
{
    (void)state;
    ts_arena_free(arena);
    return 0;
}

static ts_metadata_wish one_word(const char *const *word)
{
    return (ts_metadata_wish){.lists = {{word, *word ? 1 : 0}}};
}

/* The sidecar with one keyword, or none, as text in the arena. */
static const char *with_word(const char *old, const char *word, bool *changed)
{
    ts_error err = {0};
    ts_metadata_edit edit;
    const ts_metadata_wish wish = one_word(&word);
    assert_works(ts_metadata_edit_sidecar(old, strlen(old), &wish, arena, &edit, &err), err);
    const char *text = edit.changed ? ts_arena_strndup(arena, edit.bytes.data, edit.bytes.length) : old;
    if (changed) *changed = edit.changed;
    ts_metadata_edit_free(&edit);
    return text;
}

static void an_item_joins_a_list_and_leaves_it(void **state)
{
    (void)state;
    static const char old[] =
        RDF("><!-- a --><d:subject><r:Bag><r:li>Rex</r:li></r:Bag></d:subject>  <?b c?></r:Description>");
    const char *with = with_word(old, "a < b", NULL);
    assert_non_null(strstr(with, "<r:li>Rex</r:li>\n     <r:li>a &lt; b</r:li></r:Bag>"));
    assert_non_null(strstr(with, "<!-- a -->"));
    assert_non_null(strstr(with, "xmlns:tagsmith="));
    bool changed = true;
    assert_string_equal(with_word(with, "a < b", &changed), with);
    assert_false(changed);
    assert_string_equal(with_word(with, NULL, NULL), old);
}

static void every_form_of_a_property(void **state)
{
    (void)state;
    static const char *const forms[] = {
        RDF("/>"),
        RDF("></r:Description>"),
        RDF(" d:subject=\"Rex\"/>"),
        RDF("><d:subject>Rex</d:subject></r:Description>"),
        RDF("><d:subject/></r:Description>"),
        RDF("><d:subject><r:Bag/></d:subject></r:Description>"),
        RDF("><d:subject><r:Seq><r:li/><r:li>Rex</r:li></r:Seq></d:subject></r:Description>"),
        "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>",
        ""};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        ts_metadata m;
        ts_error err;
        const char *text = with_word(forms[i], "dog", NULL);
        bool had = strstr(forms[i], "Rex") != NULL;
        assert_works(ts_metadata_read("", 0, text, strlen(text), arena, &m, &err), err);
        assert_int_equal(m.keyword_count, had); /* ours is nobody's word */
        assert_non_null(strstr(text, ">dog<"));
        const char *without = with_word(text, NULL, NULL);
        assert_null(strstr(without, ">dog<"));
        assert_int_equal(strstr(without, "Rex") != NULL, had);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "x",
        "<a/>",
        "<!DOCTYPE a><a/>",
        RDF("><d:subject r:resource=\"x\"/></r:Description>"),
        RDF("><d:subject><r:Bag><r:li><d:x/></r:li></r:Bag></d:subject></r:Description>"),
        RDF("><d:subject r:parseType=\"Resource\"><d:x/></d:subject></r:Description>"),
        "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><r:Other/></r:RDF>"};
    static const char *const word = "dog";
    const ts_metadata_wish wish = one_word(&word);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        ts_metadata_edit edit;
        ts_error err = {0};
        assert_false(ts_metadata_edit_sidecar(forms[i], strlen(forms[i]), &wish, arena, &edit, &err));
        assert_int_equal(err.code, TS_CORRUPT);
        ts_metadata_edit_free(&edit);
    }
    ts_metadata_edit edit;
    ts_error err = {0};
    assert_false(ts_metadata_edit_picture("GIF89a..............", 20, &wish, arena, &edit, &err));
    assert_int_equal(err.code, TS_UNSUPPORTED);
    ts_metadata_edit_free(&edit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_item_joins_a_list_and_leaves_it, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(every_form_of_a_property, new_arena, free_arena),
        cmocka_unit_test_setup_teardown(refused, new_arena, free_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
